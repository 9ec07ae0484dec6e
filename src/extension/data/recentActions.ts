import type { Row } from '../../taskrouter/resources';
import type { Disposable, Event } from '../emitter';
import { Emitter } from '../emitter';
import type { Clock } from './clock';
import type { Store } from './store';

/** Milliseconds after the last outcome until rows move: longer than the next click of a series takes. */
const placeRetainedFor = 2000;

interface RecentAction {
  readonly accountId: string;
  readonly sid: string;
  /** Such as `Accept`. */
  readonly title: string;
  /** The row when the action began. */
  readonly before: Row | undefined;
  /** Keeps the row in the store, although it may have left every list. */
  readonly hold: Disposable;
  isRunning: boolean;
}

/**
 * What the user is acting on, or has acted on in the last two seconds. Its rows stay in their places, so that a second
 * click at the same spot does not act on the row that would have moved there.
 */
export class RecentActions {
  private readonly ended = new Emitter<void>();
  /** Rows may move again. */
  readonly onDidEnd: Event<void> = this.ended.event;
  private readonly actions = new Map<string, RecentAction>();
  private timer: { cancel(): void } | undefined;
  private disposed = false;

  constructor(
    private readonly store: Pick<Store, 'row' | 'hold'>,
    private readonly clock: Pick<Clock, 'setTimeout'>,
  ) {}

  get all(): Iterable<Pick<RecentAction, 'accountId' | 'sid'>> {
    return this.actions.values();
  }

  /** The row as it was when the user acted on it; undefined where that was not recently. */
  before(accountId: string, sid: string): Row | undefined {
    return this.actions.get(keyOf(accountId, sid))?.before;
  }

  /** Whether this action has just been started or has just changed the row: a second click repeats the first. */
  isRepeated(accountId: string, sid: string, title: string): boolean {
    const action = this.actions.get(keyOf(accountId, sid));
    return action?.title === title && (action.isRunning || this.store.row(accountId, sid) !== action.before);
  }

  /** To be called before an action changes anything; `outcome` settles when it has ended. */
  add(accountId: string, sid: string, title: string, outcome: Promise<unknown>): void {
    const key = keyOf(accountId, sid);
    const before = this.store.row(accountId, sid);
    const taskSid = before?.['task_sid'];
    const hold = this.store.hold(accountId, [sid, ...(typeof taskSid === 'string' ? [taskSid] : [])]);
    this.actions.get(key)?.hold.dispose();
    const action: RecentAction = { accountId, sid, title, before, hold, isRunning: true };
    this.actions.set(key, action);
    this.timer?.cancel();
    const settle = () => {
      action.isRunning = false;
      this.schedule();
    };
    outcome.then(settle, settle);
  }

  dispose(): void {
    this.disposed = true;
    this.timer?.cancel();
    this.clear();
  }

  private schedule(): void {
    this.timer?.cancel();
    if (this.disposed || [...this.actions.values()].some(({ isRunning }) => isRunning)) return;
    this.timer = this.clock.setTimeout(() => {
      this.clear();
      this.ended.fire();
    }, placeRetainedFor);
  }

  private clear(): void {
    for (const { hold } of this.actions.values()) hold.dispose();
    this.actions.clear();
  }
}

const keyOf = (accountId: string, sid: string) => `${accountId}/${sid}`;
