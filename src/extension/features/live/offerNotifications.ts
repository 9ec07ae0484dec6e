import { l10n } from 'vscode';
import type { Disposable } from '../../emitter';
import { Emitter } from '../../emitter';
import type { Clock } from '../../data/clock';
import type { Memory } from '../../accounts/memory';
import { storedList } from '../../accounts/memory';
import { forMessage, plain } from '../../display/safeText';
import type { OpenReservation } from '../../display/openReservation';
import type { OpenReservations } from './openReservations';
import { timeOfDay } from '../../display/times';

/** A task, worker or queue whose offers the user is notified about. */
export interface Subscription {
  readonly accountId: string;
  readonly noun: 'task' | 'worker' | 'queue';
  readonly sid: string;
  /** Its name when the user subscribed; untrusted text. */
  readonly name: string;
}

const buttons = {
  Open: l10n.t('Open'),
  Accept: l10n.t('Accept'),
  Reject: l10n.t('Reject'),
  unsubscribe: l10n.t('Don’t Notify Me Again'),
};

export interface OfferNotificationsOptions {
  readonly open: OpenReservations;
  readonly clock: Clock;
  readonly memory: Memory;
  /** Shows a notification; resolves to the button, or undefined when it is dismissed. */
  readonly show: (text: string, ...buttons: readonly string[]) => Thenable<string | undefined>;
  readonly onAction: (action: 'Open' | 'Accept' | 'Reject', id: string) => void;
}

const subscriptionsKey = 'notifications.subscriptions';
const notifiedKey = 'notifications.notified';
/** How many notified reservations are remembered: more are rarely pending at once. */
const maxNotified = 500;
/** How many wait for a notification to be dismissed: later ones would be out of date. */
const maxQueued = 50;

const isSame = (one: Subscription, other: Subscription) =>
  one.accountId === other.accountId && one.sid === other.sid;

/** Notifies the user once about each offer that they subscribed to, one at a time. */
export class OfferNotifications {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private queue: { readonly id: string; readonly subscription: Subscription }[] = [];
  private isShowing = false;
  private disposed = false;
  private readonly listener: Disposable;

  constructor(private readonly options: OfferNotificationsOptions) {
    this.listener = options.open.onDidChange(() => this.notify());
  }

  get subscriptions(): readonly Subscription[] {
    return storedList(this.options.memory, subscriptionsKey, {
      accountId: 'string',
      sid: 'string',
      name: 'string',
    });
  }

  /** Only for later offers: those that are pending now are in the view. */
  async subscribe(subscription: Subscription): Promise<void> {
    const others = this.subscriptions.filter((one) => !isSame(one, subscription));
    await this.store([...others, { ...subscription, name: plain(subscription.name, 60) }]);
    await this.markNotified(this.options.open.pending.filter((entry) => isAbout(entry, subscription)));
  }

  async unsubscribe(subscription: Subscription): Promise<void> {
    await this.store(this.subscriptions.filter((one) => !isSame(one, subscription)));
  }

  /** Drops the subscriptions of accounts that are not among these. */
  async retain(accountIds: readonly string[]): Promise<void> {
    const retained = this.subscriptions.filter(({ accountId }) => accountIds.includes(accountId));
    if (retained.length !== this.subscriptions.length) await this.store(retained);
  }

  dispose(): void {
    this.disposed = true;
    this.queue = [];
    this.listener.dispose();
  }

  private notify(): void {
    const { subscriptions } = this;
    if (subscriptions.length === 0) return;
    const notified = new Set(this.notified);
    const fresh: OpenReservation[] = [];
    for (const entry of this.options.open.pending) {
      const subscription = subscriptions.find((one) => isAbout(entry, one));
      // A reservation that is known from Events only may have ended.
      if (!subscription || !entry.isConfirmed || notified.has(entry.id)) continue;
      fresh.push(entry);
      this.queue.push({ id: entry.id, subscription });
    }
    if (fresh.length === 0) return;
    this.queue = this.queue.slice(-maxQueued);
    void this.markNotified(fresh);
    void this.next();
  }

  private async next(): Promise<void> {
    if (this.isShowing || this.disposed) return;
    const first = this.queue.shift();
    if (!first) return;
    const { id, subscription } = first;
    // While the previous one was shown, it may have ended, or the user may have unsubscribed.
    const entry = this.options.open.get(id);
    if (entry?.status !== 'pending' || !this.subscriptions.some((one) => isSame(one, subscription)))
      return this.next();
    this.isShowing = true;
    try {
      const button = await this.options.show(this.textOf(entry), ...Object.values(buttons));
      if (this.disposed) return;
      if (button === buttons.unsubscribe) await this.unsubscribe(subscription);
      const action = (['Open', 'Accept', 'Reject'] as const).find((one) => buttons[one] === button);
      if (action) this.options.onAction(action, id);
    } finally {
      this.isShowing = false;
      void this.next();
    }
  }

  /** `New offer in Returns: Rosa Hazel → Yuki Tanabe, expires 1:47 PM.` */
  private textOf({ about, worker, queue, deadline }: OpenReservation): string {
    const offer = l10n.t('{task} → {worker}', {
      task: forMessage(about, 60),
      worker: forMessage(worker, 60),
    });
    const args = { queue: forMessage(queue, 40), offer };
    if (!deadline)
      return queue ? l10n.t('New offer in {queue}: {offer}.', args) : l10n.t('New offer: {offer}.', args);
    const time = timeOfDay(deadline.at, this.options.clock.now());
    return queue
      ? l10n.t('New offer in {queue}: {offer}, expires {time}.', { ...args, time })
      : l10n.t('New offer: {offer}, expires {time}.', { ...args, time });
  }

  private get notified(): readonly string[] {
    const stored = this.options.memory.get<unknown>(notifiedKey);
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  }

  private async markNotified(entries: readonly OpenReservation[]): Promise<void> {
    const ids = entries.map(({ id }) => id);
    await this.options.memory.update(
      notifiedKey,
      [...new Set([...this.notified, ...ids])].slice(-maxNotified),
    );
  }

  private async store(subscriptions: readonly Subscription[]): Promise<void> {
    await this.options.memory.update(subscriptionsKey, subscriptions);
    this.changed.fire();
  }
}

const isAbout = (
  { accountId, sids, workerSid, queueSid }: OpenReservation,
  subscription: Subscription,
): boolean =>
  subscription.accountId === accountId && [sids[1], workerSid, queueSid].includes(subscription.sid);
