/** What activation does without, in a bundle of its own: all that needs zod. Imported when it is first used. */
export { fromEnvironment, fromTwilioCli } from './accounts/foundCredentials';
export { KeptByPage, PageMessage } from './panel/pageMessage';
export { PresetPicks } from './panel/presetPicks';
