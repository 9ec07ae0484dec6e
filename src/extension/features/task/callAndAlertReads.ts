import type { ExplanationFacts, OutsideFacts, Unread } from '../../../explanation/facts';
import { attribute } from '../../../taskrouter/attributes';
import { alertsRequest, callRequest } from '../../../taskrouter/callsAndAlerts';
import { ApiError } from '../../../taskrouter/errors';
import { originOf } from '../../../taskrouter/origin';
import type { TaskRouterRequest } from '../../../taskrouter/requests';
import { requestTarget } from '../../../taskrouter/requests';
import { isSid } from '../../../taskrouter/sid';
import type { Account } from '../../accounts/account';
import { readsCallsAndAlerts } from '../../accounts/account';
import type { Connection } from '../../accounts/connections';
import type { Clock } from '../../data/clock';

export interface CallAndAlertReadsOptions {
  readonly clock: Clock;
  readonly connect: (accountId: string) => Promise<Connection>;
  /** As it is now: its user may switch these reads on and off at any time. */
  readonly account: () => Account;
  /** Whether the user can see the page. */
  readonly isVisible: () => boolean;
}

/** The time in which alerts about the task's offers are, in milliseconds since 1970. */
interface Window {
  readonly from: number;
  readonly to: number;
}

type OutsidePart = 'call' | 'alerts';

interface Read {
  /** What is read: a read of something else is due at once. */
  readonly subject: string;
  /** Elapsed milliseconds. */
  readonly at: number;
  /** It will not change any more, or these credentials may not read it. */
  readonly isFinal: boolean;
}

/** Milliseconds between reads of the same. */
const readEvery = 60_000;
/** Milliseconds after which Monitor lists every alert. */
const alertLag = 120_000;

/**
 * Reads a task's call and the alerts about its offers from two other hosts at Twilio, for accounts whose user switched
 * that on: each at most once a minute, while the page is visible, within the request limit.
 */
export class CallAndAlertReads {
  private readonly known = new Map<OutsidePart, OutsideFacts>();
  private readonly unread = new Map<OutsidePart, Unread>();
  private readonly requested = new Map<OutsidePart, string>();
  private readonly done = new Map<OutsidePart, Read>();
  private readonly running = new Set<OutsidePart>();
  /** Increases when what was read is forgotten. */
  private epoch = 0;

  constructor(private readonly options: CallAndAlertReadsOptions) {}

  /** The request lines of what was read. */
  get requests(): readonly string[] {
    return this.isOn ? [...this.requested.values()] : [];
  }

  /** The facts together with what was read. */
  addTo(facts: ExplanationFacts): ExplanationFacts {
    if (!this.isOn) return facts;
    const outside = Object.assign({}, ...this.known.values()) as OutsideFacts;
    return { ...facts, outside, unread: [...facts.unread, ...this.unread.values()] };
  }

  /**
   * Reads what is due; what was refused, only when the user asked for it. No alerts without a window.
   * @returns whether anything was read
   */
  async read(facts: ExplanationFacts, window: Window | undefined, userInitiated = false): Promise<boolean> {
    if (!this.isOn) return this.forget();
    if (!this.options.isVisible()) return false;
    if (userInitiated) for (const part of this.unread.keys()) this.allowAgain(part);
    const read = await Promise.all([this.readCall(facts), this.readAlerts(facts, window)]);
    return read.includes(true);
  }

  /** To be called when the account has changed. */
  accountChanged(): void {
    if (!this.isOn) this.forget();
  }

  private get isOn(): boolean {
    return readsCallsAndAlerts(this.options.account());
  }

  private forget(): false {
    this.epoch++;
    for (const all of [this.known, this.unread, this.requested, this.done]) all.clear();
    return false;
  }

  private allowAgain(part: OutsidePart): void {
    const read = this.done.get(part);
    if (read) this.done.set(part, { ...read, isFinal: false });
  }

  private async readCall({ task }: ExplanationFacts): Promise<boolean> {
    const isOpen = ['pending', 'reserved', 'assigned'].includes(task?.assignment_status ?? '');
    const callSid = attribute(task?.attributes, 'call_sid') ?? '';
    const accountSid = task?.account_sid ?? '';
    if (!isOpen || !isSid('Call', callSid) || !isSid('Account', accountSid)) return false;
    return this.readPart('call', callSid, callRequest(accountSid, callSid), async ({ client, signal }) => {
      const call = await client.background().call(accountSid, callSid, signal);
      return { facts: { call }, isFinal: call.ended !== undefined };
    });
  }

  private async readAlerts({ now }: ExplanationFacts, window: Window | undefined): Promise<boolean> {
    if (!window) return false;
    const { from, to } = window;
    const isFinal = now > to + alertLag;
    return this.readPart('alerts', `${from}-${to}`, alertsRequest(from, to), async ({ client, signal }) => {
      const alerts = await client.background().alerts(from, to, signal);
      return { facts: { alerts }, isFinal };
    });
  }

  private async readPart(
    part: OutsidePart,
    subject: string,
    request: TaskRouterRequest,
    read: (connection: Connection) => Promise<{ readonly facts: OutsideFacts; readonly isFinal: boolean }>,
  ): Promise<boolean> {
    const { clock, connect, account } = this.options;
    const before = this.done.get(part);
    const isSame = before?.subject === subject;
    if (this.running.has(part) || (isSame && before.isFinal)) return false;
    if (before && clock.elapsed() - before.at < readEvery) return false;
    const { epoch } = this;
    const { id, origin } = account();
    const note = (isFinal: boolean) => this.done.set(part, { subject, at: clock.elapsed(), isFinal });
    let connection: Connection | undefined;
    this.running.add(part);
    try {
      connection = await connect(id);
      if (epoch !== this.epoch) return false;
      note(false);
      this.requested.set(
        part,
        `GET ${new URL(originOf(request.host, origin)).host}${requestTarget(request)}`,
      );
      const { facts, isFinal } = await read(connection);
      connection.signal.throwIfAborted();
      if (epoch !== this.epoch) return false;
      this.known.set(part, facts);
      this.unread.delete(part);
      note(isFinal);
    } catch (error) {
      if (epoch !== this.epoch) return false;
      // The account has changed: the next read is due at once.
      if (connection?.signal.aborted) return !this.done.delete(part);
      const reason = reasonOf(error);
      this.known.delete(part);
      this.unread.set(part, { part, reason });
      note(reason !== 'failed');
    } finally {
      this.running.delete(part);
    }
    return true;
  }
}

function reasonOf(error: unknown): Unread['reason'] {
  if (!(error instanceof ApiError)) return 'failed';
  if (error.status === 404) return 'not found';
  return error.status === 401 || error.status === 403 ? 'permission' : 'failed';
}
