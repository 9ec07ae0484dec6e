import assert from 'node:assert/strict';
import type { TaskExplanation } from '../../src/explanation/explanation';
import { inEnglish } from '../../src/taskrouter/message';

/** The headline, the next offer and the list of workers say the same of who is next. */
export function assertConsistent({ headline, next, workers }: TaskExplanation): void {
  if (!workers) return;
  const said = inEnglish(headline.message);
  const order = inEnglish(workers.order.message);
  const first = workers.next.slice(0, next.workers.length).map(({ sid }) => sid);
  assert.deepEqual(first.sort(), [...next.workers].sort(), `${said}\n${order}`);
  if (next.workers.length === 0) assert.equal(workers.next.length, 0, `${said}\n${order}`);
  const isNobody = /^(Nobody|No other worker) can be offered/.test(order);
  assert.equal(isNobody, workers.next.length + workers.unknown.length === 0, `${said}\n${order}`);
  if (/no other worker can get it/.test(said)) assert.ok(isNobody, `${said}\n${order}`);
  if (/ (is|are) next$|about to be offered/.test(said)) assert.ok(workers.next.length > 0, order);
  // Those say nothing of who is next.
  if (headline.kind === 'call ended' || headline.kind === 'callback failed') return;
  assert.equal(workers.order.certainty === 'probable' && headline.certainty === 'certain', false, order);
}
