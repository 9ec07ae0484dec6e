/** What activation does without, in a bundle of its own: zod, and explanations. Imported when it is first used. */
export { fromEnvironment } from './features/signIn/foundCredentials';
export { fromTwilioCli } from './features/signIn/twilioCli';
export { parseFormMemory, parseFormMessage } from './features/reservation/pageMessage';
export { PresetPicks } from './features/reservation/presetPicks';
export { alertWindow } from '../explanation/callAndAlerts';
export { explaining } from '../explanation/explain';
export { parseTaskMemory, parseTaskMessage } from './features/task/pageMessage';
export { asMarkdown, workerAsMarkdown } from '../explanation/markdown';
export { RoutingRules } from '../explanation/routingRules';
export { explainingWorker } from '../explanation/worker';
export { timelineSteps } from '../explanation/timeline';
