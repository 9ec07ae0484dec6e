import { instructions } from '../../../taskrouter/instructions';
import type { Memory } from '../../accounts/memory';
import { storedList } from '../../accounts/memory';
import type { Outcome } from '../../actions/outcome';
import type { SentInstruction, Statuses } from './formModel';

/** The outcome that a form shows, as it is stored. */
export interface SavedOutcome {
  readonly outcome: Omit<Outcome, 'describe'>;
  readonly sent: SentInstruction;
  /** The statuses when the update was sent. */
  readonly before?: Statuses | undefined;
}

const key = 'forms.outcomes';
const maxForms = 20;

/** The outcomes that the last forms show, so that they show them after a reload of the window too. */
export class SavedOutcomes {
  private readonly ofThisSession = new Set<string>();

  constructor(private readonly memory: Memory) {}

  /** @param form identifies one form */
  of(form: string): SavedOutcome | undefined {
    return this.all.find(([name]) => name === form)?.[1];
  }

  /** False where an earlier session of this window stored it. */
  isOfThisSession(form: string): boolean {
    return this.ofThisSession.has(form);
  }

  forget(form: string): void {
    const others = this.without(form);
    if (others.length < this.all.length) this.store(others);
  }

  save(form: string, outcome: SavedOutcome): void {
    const outcomes = [[form, outcome] as const, ...this.without(form)].slice(0, maxForms);
    this.store(outcomes);
    for (const saved of this.ofThisSession)
      if (!outcomes.some(([name]) => name === saved)) this.ofThisSession.delete(saved);
    this.ofThisSession.add(form);
  }

  private without(form: string) {
    return this.all.filter(([name]) => name !== form);
  }

  private get all(): readonly (readonly [form: string, outcome: SavedOutcome])[] {
    const stored = storedList<readonly [string, SavedOutcome]>(this.memory, key, {
      0: 'string',
      1: 'object',
    });
    return stored.filter(([, saved]) => isSavedOutcome(saved));
  }

  private store(outcomes: readonly (readonly [string, SavedOutcome])[]): void {
    void this.memory.update(key, outcomes);
  }
}

const kinds: readonly unknown[] = ['done', 'not done', 'unknown'] satisfies Outcome['kind'][];

/** Another version of the extension may have stored something else. */
function isSavedOutcome({ outcome, sent }: Partial<SavedOutcome>): boolean {
  const { kind, headline, details } = outcome ?? {};
  return (
    kinds.includes(kind) &&
    typeof headline?.text === 'string' &&
    Array.isArray(details) &&
    details.every((line) => typeof line === 'string') &&
    instructions.some(({ name }) => name === sent?.instruction) &&
    typeof sent?.at === 'number'
  );
}
