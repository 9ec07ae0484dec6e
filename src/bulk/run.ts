import type { Ending, Line, RowState, Run } from './journal';
import { applyLine, firstStates } from './journal';

export interface RunEffects {
  /** Appends a line; resolves when a kill can no longer take it. */
  readonly record: (line: Line) => Promise<void>;
  /**
   * Sends the request of this row; without a valid response it then looks the row up, until `stopped` aborts. Never rejects.
   */
  readonly send: (row: number, onUnanswered: () => void, stopped: AbortSignal) => Promise<Ending>;
  /** Looks up what came of the request of an earlier session. Sends nothing, and never rejects. */
  readonly lookUp: (row: number, stopped: AbortSignal) => Promise<Ending>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onChange: () => void;
  readonly texts: RunTexts;
}

/** Why a row was not sent; whole sentences. */
export interface RunTexts {
  readonly canceled: string;
  /** Requests fail for a reason that is not about their rows. */
  readonly failing: string;
  readonly notStored: string;
  /** An earlier session ended before it was sent. */
  readonly interrupted: string;
}

/** Requests whose response has not come. */
const maxInFlight = 8;
/** After so many failures in a row that are not about their rows, sending on only makes more of them. */
const maxFailures = 5;
/** Whether other rows would fail alike: TaskRouter refused the account, or the request did not reach it. */
const isAboutAccount = ({ status, milliseconds }: Ending) =>
  status === undefined ? milliseconds !== undefined : [401, 403, 429].includes(status);

/**
 * One confirmed bulk run: at most one request per row, at most eight in flight. A row without a valid response is looked
 * up, and never sent again.
 */
export class BulkRun {
  private readonly states: RowState[];
  private next = 0;
  /** How each row ends that is not sent any more. */
  private stopped: Ending | undefined;
  private failures = 0;
  private readonly lookUps = new AbortController();
  private readonly sent: Promise<void>[] = [];
  private ending: Promise<void> | undefined;

  /** @param states those of an earlier session, whose journal this one continues */
  constructor(
    readonly run: Run,
    private readonly effects: RunEffects,
    states: readonly RowState[] = firstStates(run),
  ) {
    this.states = [...states];
  }

  get rows(): readonly RowState[] {
    return this.states;
  }

  get isEnded(): boolean {
    return this.states.every(({ phase }) => phase === 'ended');
  }

  /** Resolves when every row has ended. */
  start(): Promise<void> {
    return (this.ending ??= this.sendAll());
  }

  /** Continues an interrupted run: looks up what may have been sent, and sends nothing. */
  recover(): Promise<void> {
    return (this.ending ??= this.lookUpAll());
  }

  /** Sends nothing more; what was sent is still waited for. Once all is sent: looks nothing up any more. */
  cancel(): void {
    if (this.states.every(({ phase }) => phase === 'ended' || phase === 'looking up')) this.lookUps.abort();
    this.stop({ kind: 'stopped', text: this.effects.texts.canceled });
  }

  private async sendAll(): Promise<void> {
    await Promise.all(Array.from({ length: maxInFlight }, () => this.sendOneByOne()));
    await Promise.all(this.sent);
  }

  private async lookUpAll(): Promise<void> {
    this.stop({ kind: 'not done', text: this.effects.texts.interrupted });
    const open = [...this.states.entries()].filter(([, { phase }]) => phase !== 'ended');
    await Promise.all(
      open.map(async ([row]) => {
        this.showLookUp(row);
        this.end(row, await this.effects.lookUp(row, this.lookUps.signal));
      }),
    );
  }

  private async sendOneByOne(): Promise<void> {
    for (let row = this.take(); row !== undefined; row = this.take()) await this.sendRow(row);
  }

  private take(): number | undefined {
    while (this.next < this.states.length && this.states[this.next]?.phase !== 'waiting') this.next++;
    return this.next < this.states.length ? this.next : undefined;
  }

  private async sendRow(row: number): Promise<void> {
    const { record, send, now, texts } = this.effects;
    const sending = { type: 'sending', row, at: now() } as const;
    this.change(sending);
    try {
      await record(sending);
    } catch {
      const ending = { kind: 'not done', text: texts.notStored } as const;
      this.end(row, ending);
      return this.stop(ending);
    }
    if (this.stopped !== undefined) return this.end(row, this.stopped);
    // A row that is being looked up frees its slot for the next request.
    await new Promise<void>((resolve) => {
      let isUnanswered = false;
      const onUnanswered = () => {
        isUnanswered = true;
        this.showLookUp(row);
        this.count(true);
        resolve();
      };
      const ended = send(row, onUnanswered, this.lookUps.signal).then((ending) => {
        if (!isUnanswered) this.count(ending.kind === 'not done' && isAboutAccount(ending));
        this.end(row, ending);
        resolve();
      });
      this.sent.push(ended);
    });
  }

  private showLookUp(row: number): void {
    const before = this.states[row];
    if (before?.phase === 'sending') this.states[row] = { ...before, phase: 'looking up' };
    this.effects.onChange();
  }

  private count(isFailure: boolean): void {
    this.failures = isFailure ? this.failures + 1 : 0;
    if (this.failures >= maxFailures) this.stop({ kind: 'not done', text: this.effects.texts.failing });
  }

  private stop(ending: Ending): void {
    if (this.stopped !== undefined) return;
    this.stopped = ending;
    if (this.states.some(({ phase }) => phase === 'waiting')) this.append({ type: 'stopped', ending });
  }

  private end(row: number, ending: Ending): void {
    this.append({ type: 'ended', row, ending });
  }

  /** A line that is lost leaves its row to be looked up by the next session. */
  private append(line: Line): void {
    this.change(line);
    this.effects.record(line).catch(() => undefined);
  }

  private change(line: Line): void {
    applyLine(this.states, line);
    this.effects.onChange();
  }
}
