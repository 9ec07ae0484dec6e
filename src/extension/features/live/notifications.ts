import type { Disposable } from '../../emitter';
import { Emitter } from '../../emitter';
import type { OpenReservation, OpenReservations } from './openReservations';
import { plain } from '../../display/safeText';
import type { Memory } from '../../accounts/memory';

/** A task, worker or queue whose offers a person wants to hear of. */
export interface Wanted {
  readonly accountId: string;
  readonly noun: 'task' | 'worker' | 'queue';
  readonly sid: string;
  /** What a person knows it by; untrusted text. */
  readonly name: string;
}

const answers = ['Open', 'Accept', 'Reject', 'Don’t Tell Me Again'] as const;
type Answer = (typeof answers)[number];

export interface TellOptions {
  readonly open: OpenReservations;
  readonly memory: Memory;
  /** Shows a message that is not modal; resolves to the button, or undefined when it is waved away. */
  readonly show: (text: string, ...buttons: readonly string[]) => Thenable<string | undefined>;
  readonly answer: (answer: 'Open' | 'Accept' | 'Reject', sid: string) => void;
}

const wantedKey = 'tell.wanted';
const toldKey = 'tell.told';
/** As many are remembered as told of; more cannot be pending at a time for long. */
const mostTold = 500;

const same = (one: Wanted, other: Wanted) => one.accountId === other.accountId && one.sid === other.sid;

/** Tells of offers that somebody asked to hear of: each once, one at a time, and of nothing else. */
export class Teller {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly queue: { readonly sid: string; readonly wanted: Wanted }[] = [];
  private showing = false;
  private disposed = false;
  private readonly subscription: Disposable;

  constructor(private readonly options: TellOptions) {
    this.subscription = options.open.onDidChange(() => this.look());
  }

  get wanted(): readonly Wanted[] {
    return this.options.memory.get<readonly Wanted[]>(wantedKey) ?? [];
  }

  /** From now on; what is pending already is on the screen of whoever asks. */
  async tellOf(wanted: Wanted): Promise<void> {
    const name = plain(wanted.name, 60);
    await this.remember([...this.wanted.filter((one) => !same(one, wanted)), { ...wanted, name }]);
    await this.markTold(this.options.open.pending.filter((entry) => isAbout(entry, wanted)));
  }

  async tellNoMoreOf(wanted: Wanted): Promise<void> {
    await this.remember(this.wanted.filter((one) => !same(one, wanted)));
  }

  /** Accounts that are left are forgotten. */
  async keepOnly(accountIds: readonly string[]): Promise<void> {
    const kept = this.wanted.filter(({ accountId }) => accountIds.includes(accountId));
    if (kept.length !== this.wanted.length) await this.remember(kept);
  }

  dispose(): void {
    this.disposed = true;
    this.queue.length = 0;
    this.subscription.dispose();
  }

  private look(): void {
    const { wanted } = this;
    if (wanted.length === 0) return;
    const told = new Set(this.told);
    const fresh: OpenReservation[] = [];
    for (const entry of this.options.open.pending) {
      const one = wanted.find((each) => isAbout(entry, each));
      if (!one || told.has(entry.sids[2])) continue;
      fresh.push(entry);
      this.queue.push({ sid: entry.sids[2], wanted: one });
    }
    if (fresh.length === 0) return;
    void this.markTold(fresh);
    void this.next();
  }

  private async next(): Promise<void> {
    if (this.showing || this.disposed) return;
    const first = this.queue.shift();
    if (!first) return;
    const { sid, wanted } = first;
    // It may be over while the one before stood there, and the person may have had enough.
    const entry = this.options.open.get(sid);
    if (entry?.status !== 'pending' || !this.wanted.some((one) => same(one, wanted))) return this.next();
    this.showing = true;
    const until = entry.deadline ? ` until ${new Date(entry.deadline.at).toLocaleTimeString()}` : '';
    const text = `Reservation ${sid} is offered${until}. You asked to be told of this ${wanted.noun}.`;
    try {
      const answer = (await this.options.show(text, ...answers)) as Answer | undefined;
      if (this.disposed) return;
      if (answer === 'Don’t Tell Me Again') await this.tellNoMoreOf(wanted);
      else if (answer) this.options.answer(answer, sid);
    } finally {
      this.showing = false;
      void this.next();
    }
  }

  private get told(): readonly string[] {
    return this.options.memory.get<readonly string[]>(toldKey) ?? [];
  }

  private async markTold(entries: readonly OpenReservation[]): Promise<void> {
    const sids = entries.map(({ sids: [, , sid] }) => sid);
    await this.options.memory.update(toldKey, [...new Set([...this.told, ...sids])].slice(-mostTold));
  }

  private async remember(wanted: readonly Wanted[]): Promise<void> {
    await this.options.memory.update(wantedKey, wanted);
    this.changed.fire();
  }
}

function isAbout({ accountId, sids, workerSid, queueSid }: OpenReservation, wanted: Wanted): boolean {
  return wanted.accountId === accountId && [sids[1], workerSid, queueSid].includes(wanted.sid);
}
