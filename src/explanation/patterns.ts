import type { Pattern, PatternKind } from './explanation';
import type { ExplanationFacts } from './facts';
import type { Situation } from './headline';
import { pastPatterns } from './pastPatterns';
import { waitingPatterns } from './waitingPatterns';

/** The most specific first: what ended or keeps ending the task's offers says more than what could be better. */
const order: readonly PatternKind[] = [
  'stuck voice task',
  'callback failed',
  'created and canceled loop',
  'rejected too often',
  'TTL exceeded',
  'workflow timeout',
  'no filter matches',
  'timeout cascade',
  'array operator on a scalar',
  'empty target workers',
  'known worker missing',
  'hyphen in a key',
  'queue without workers',
  'no capacity',
  'channel unavailable',
  'default activity',
  'skip_if never fires',
  'stuck wrapping',
  'left assigned',
  'target without timeout',
  'shadowed filter',
  'unreachable target',
  'skipped target',
  'workflow changed',
];

/** What goes wrong with this task that goes wrong in many contact centers, the most specific first. */
export function patternsOf(facts: ExplanationFacts, situation?: Situation): Pattern[] {
  const found = [...pastPatterns(facts), ...(situation ? waitingPatterns(situation) : [])];
  return found.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}
