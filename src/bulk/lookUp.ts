import type { Ending, Line, RowState, Run } from './journal';
import { applyLine } from './journal';

export interface LookUpEffects {
  readonly record: (line: Line) => Promise<void>;
  /** Reads this row once, and says what is true of it. Rejects where it could not be read. */
  readonly read: (row: number, signal: AbortSignal) => Promise<Ending>;
  /** How a row that could not be read ends: as unknown as before. */
  readonly unread: (row: number, error: unknown) => Ending;
  readonly onChange: () => void;
}

/** After so many failures in a row, the next read would fail too. */
const maxFailures = 5;

/** Reads the rows of a run that is over again whose result is unknown, one by one. Sends nothing. */
export class LookUp {
  private readonly states: RowState[];
  private readonly canceled = new AbortController();
  private readonly unknown: readonly number[];
  private read = 0;

  constructor(
    readonly run: Run,
    states: readonly RowState[],
    private readonly effects: LookUpEffects,
  ) {
    this.states = [...states];
    this.unknown = [...states.keys()].filter((row) => isUnknown(states[row]!));
  }

  get rows(): readonly RowState[] {
    return this.states;
  }

  get progress(): { readonly value: number; readonly max: number } {
    return { value: this.read, max: this.unknown.length };
  }

  /** What is not read yet stays as it is. */
  cancel(): void {
    this.canceled.abort();
  }

  async start(): Promise<void> {
    let failures = 0;
    for (const row of this.unknown) {
      if (this.canceled.signal.aborted || failures >= maxFailures) return;
      failures = (await this.lookUp(row)) ? 0 : failures + 1;
    }
  }

  private async lookUp(row: number): Promise<boolean> {
    const before = this.states[row]!;
    const { signal } = this.canceled;
    this.states[row] = { phase: 'looking up', sentAt: ('sentAt' in before && before.sentAt) || 0 };
    this.effects.onChange();
    try {
      this.end(row, await this.effects.read(row, signal));
      return true;
    } catch (error) {
      this.states[row] = before;
      if (!signal.aborted) this.end(row, this.effects.unread(row, error));
      return false;
    } finally {
      this.effects.onChange();
    }
  }

  private end(row: number, ending: Ending): void {
    const line = { type: 'ended', row, ending } as const;
    applyLine(this.states, line);
    this.read++;
    // A line that is lost leaves its row unknown.
    this.effects.record(line).catch(() => undefined);
  }
}

const isUnknown = (state: RowState): boolean => state.phase === 'ended' && state.ending.kind === 'unknown';
