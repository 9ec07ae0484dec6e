/** What activation does without, in a bundle of its own: all that needs zod. Imported when it is first used. */
export { fromEnvironment } from './features/signIn/foundCredentials';
export { fromTwilioCli } from './features/signIn/twilioCli';
export { parseFormMemory, parseFormMessage } from './features/reservation/pageMessage';
export { PresetPicks } from './features/reservation/presetPicks';
export { explain } from '../explanation/explain';
export { parseTaskMemory, parseTaskMessage } from './features/task/pageMessage';
