import type { Pattern } from './explanation';
import type { ExplanationFacts } from './facts';
import type { Situation } from './headline';
export const patternsOf = (_: ExplanationFacts, __?: Situation): Pattern[] => [];
