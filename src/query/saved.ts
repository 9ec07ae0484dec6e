import type { Message } from '../taskrouter/message';
import { message } from '../taskrouter/message';

export interface SavedQuery {
  readonly name: Message;
  readonly text: string;
}

/** What support engineers look for first. */
export const builtInQueries: readonly SavedQuery[] = [
  { name: message('Stuck in wrap-up'), text: 'status:wrapping updated>30m' },
  { name: message('Assigned over a day'), text: 'status:assigned updated>1d' },
  { name: message('No worker available'), text: 'is:unstaffed' },
  { name: message('Offer overdue'), text: 'is:overdue' },
  // TaskRouter removes finished tasks after five minutes.
  { name: message('Not cleaned up'), text: 'is:finished updated>6m' },
];
