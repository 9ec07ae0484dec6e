import type { Connection } from '../../accounts/connections';
import type { Clock } from '../../data/clock';
import { EventTrust } from '../../data/eventTrust';
import type { PolledEvents, PolledWorkspaces } from '../../data/polledWorkspaces';
import { WorkspaceEvents } from '../../data/workspaceEvents';
import type { WorkspacePlace } from '../../data/target';
import type { Disposable } from '../../emitter';
import type { Covered, PageChanges, PageSubject } from './pageChanges';
import { changesIn, noChanges } from './pageChanges';
import { maxAge } from './taskReads';

export interface PageEventsOptions {
  readonly clock: Clock;
  readonly skew: () => number;
  readonly connect: (accountId: string) => Promise<Connection>;
  /** Events that the window polls anyway: what they tell is not polled again. */
  readonly polled: Pick<PolledWorkspaces, 'onDidReadEvents'>;
  /** Milliseconds between polls; 0 while polling is off. */
  readonly interval: () => number;
  /** Whether the user can see the page. */
  readonly isVisible: () => boolean;
  /** Resolves when what changed was read. `covered` is absent where Events cannot be relied on. */
  readonly onPoll: (changes: PageChanges, covered: Covered | undefined) => Promise<void>;
  /** What changed could not be read, or not yet: then there is no error. */
  readonly onFail: (error?: unknown) => void;
}

/** After longer than this, reading everything again is cheaper than all Events since. */
const maxGap = 10 * 60_000;

/** In intervals: the window polls a quiet workspace half as often. */
const maxWait = 2.5;
/** Events may appear late, in milliseconds. */
const overlap = 60_000;

/** Follows the Events of a workspace while the page of a task or worker there is visible: by the window's polls, or by its own. */
export class PageEvents implements Disposable {
  private readonly events: WorkspaceEvents;
  private readonly trust: EventTrust;
  private timer: { cancel(): void } | undefined;
  private polledAt: number;
  /** Since when Events are followed, in milliseconds since 1970. */
  private since!: number;
  /** Up to when they are known, in milliseconds since 1970. */
  private upTo!: number;
  /** When the window's poll last told about this workspace, in elapsed milliseconds. */
  private toldAt = -Infinity;
  private readonly subscription: Disposable;
  private isPolling = false;
  private isDisposed = false;

  constructor(
    private readonly options: PageEventsOptions,
    private readonly place: WorkspacePlace,
    private readonly subject: () => PageSubject,
  ) {
    const { clock } = options;
    this.events = new WorkspaceEvents(place.workspaceSid);
    this.trust = new EventTrust(options);
    // What the store has from shortly before is not read again.
    this.begin(clock.now() - maxAge);
    this.polledAt = clock.elapsed();
    this.subscription = options.polled.onDidReadEvents((polled) => this.take(polled));
  }

  /** To be called when the page may have become visible, or the interval another one. */
  schedule(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const { clock, interval, isVisible } = this.options;
    const every = interval();
    if (this.isDisposed || this.isPolling || every === 0 || !isVisible()) return;
    const isTold = clock.elapsed() - this.toldAt < 2 * maxWait * every;
    const due = Math.max(0, this.polledAt + every * (isTold ? maxWait : 1) - clock.elapsed());
    this.timer = clock.setTimeout(() => void this.poll(), due);
  }

  dispose(): void {
    this.isDisposed = true;
    this.subscription.dispose();
    this.timer?.cancel();
  }

  private begin(at: number): void {
    this.since = at;
    this.upTo = at;
    // A list that was read since may have been requested a little earlier.
    this.events.begin(at - maxAge + this.options.skew());
  }

  private async poll(): Promise<void> {
    const { clock, onPoll, isVisible } = this.options;
    if (!isVisible()) return;
    const at = clock.now();
    const gap = clock.elapsed() - this.polledAt;
    this.polledAt = clock.elapsed();
    await this.follow(async () => {
      const changes = gap > maxGap ? undefined : await this.read(at);
      if (!changes) this.begin(at);
      this.upTo = at;
      const covered = this.trust.areReliable ? { from: this.since, to: at } : undefined;
      if (!this.isDisposed) await onPoll(changes ?? noChanges, covered);
    });
  }

  /** Uses what the window's poll has read, unless something happened before it that is not known yet. */
  private take({ accountId, workspaceSid, events, from, to }: PolledEvents): void {
    const { place, upTo, options } = this;
    const { clock, skew, isVisible, onPoll } = options;
    if (accountId !== place.accountId || workspaceSid !== place.workspaceSid) return;
    this.toldAt = clock.elapsed();
    if (this.isDisposed || this.isPolling || !isVisible() || from > upTo || to <= upTo) return;
    this.polledAt = clock.elapsed();
    this.upTo = to;
    // The page's next own poll begins here, with what appears late.
    this.events.begin(to - overlap + skew());
    const changes = changesIn(events, this.subject());
    void this.follow(() => onPoll(changes, { from: this.since, to }));
  }

  /** Where it fails, or waits for the request limit, the page says that what it shows may be otherwise; the next poll tries again. */
  private async follow(read: () => Promise<void>): Promise<void> {
    const { clock, interval, onFail } = this.options;
    this.isPolling = true;
    const late = clock.setTimeout(() => this.isDisposed || onFail(), Math.max(interval(), maxAge));
    try {
      await read();
    } catch (error) {
      if (!this.isDisposed) onFail(error);
    } finally {
      late.cancel();
      this.isPolling = false;
      this.schedule();
    }
  }

  /** Undefined when Events do not tell everything that happened: then what the page shows is read again instead. */
  private async read(at: number): Promise<PageChanges | undefined> {
    const { trust } = this;
    trust.retry(false);
    if (!trust.areReliable) return undefined;
    const { connect, skew } = this.options;
    const { client, signal } = await connect(this.place.accountId);
    const reads = client.background({ purpose: 'page' });
    try {
      // A workspace with the subject of a page has Events.
      const events = await this.events.next(reads, signal, at + skew(), () => true);
      if (this.events.areLost) trust.lost();
      else trust.succeeded();
      return events && changesIn(events, this.subject());
    } catch (error) {
      trust.failed(error);
      return undefined;
    }
  }
}
