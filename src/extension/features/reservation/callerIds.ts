import type { Memory } from '../../accounts/memory';

const key = 'callerIds';
const most = 10;

/** The caller ids that were used before, by account, the latest first. Numbers of one's own, never a caller's. */
export class CallerIds {
  constructor(private readonly memory: Memory) {}

  of(accountId: string): readonly string[] {
    return this.all[accountId] ?? [];
  }

  async add(accountId: string, used: readonly string[]): Promise<void> {
    const known = this.of(accountId);
    const next = [...new Set([...used, ...known])].slice(0, most);
    if (next.join() !== known.join()) await this.memory.update(key, { ...this.all, [accountId]: next });
  }

  /** Forgets those of accounts that are gone. */
  async keepOnly(accountIds: readonly string[]): Promise<void> {
    const kept = Object.entries(this.all).filter(([id]) => accountIds.includes(id));
    if (kept.length < Object.keys(this.all).length) await this.memory.update(key, Object.fromEntries(kept));
  }

  private get all(): Readonly<Record<string, readonly string[]>> {
    return this.memory.get<Record<string, readonly string[]>>(key) ?? {};
  }
}
