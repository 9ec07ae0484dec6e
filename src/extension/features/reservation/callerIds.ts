import type { Memory } from '../../accounts/memory';
import { storedRecord } from '../../accounts/memory';

const key = 'callerIds';
const maxPerAccount = 10;

/** Previously used caller IDs by account, the latest first: only the user's own numbers, never those of callers. */
export class CallerIds {
  constructor(private readonly memory: Memory) {}

  of(accountId: string): readonly string[] {
    return this.all[accountId] ?? [];
  }

  async add(accountId: string, used: readonly string[]): Promise<void> {
    const known = this.of(accountId);
    const next = [...new Set([...used, ...known])].slice(0, maxPerAccount);
    if (next.join() !== known.join()) await this.memory.update(key, { ...this.all, [accountId]: next });
  }

  /** Removes those of other accounts. */
  async retain(accountIds: readonly string[]): Promise<void> {
    const retained = Object.entries(this.all).filter(([id]) => accountIds.includes(id));
    if (retained.length < Object.keys(this.all).length)
      await this.memory.update(key, Object.fromEntries(retained));
  }

  private get all(): Readonly<Record<string, readonly string[]>> {
    return storedRecord(this.memory, key, areTexts);
  }
}

const areTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
