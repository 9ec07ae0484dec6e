/** What activation does without, in a bundle of its own: all that needs zod. Imported when it is first used. */
export { fromEnvironment, fromTwilioCli } from './foundCredentials';
export { KeptByPage, PageMessage } from './pageMessage';
export { PresetPicks } from './presetPicks';
