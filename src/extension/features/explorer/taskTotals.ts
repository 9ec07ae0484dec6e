import type { Accounts } from '../../accounts/accounts';
import type { Clock } from '../../data/clock';
import type { ListRef } from '../../data/listRef';
import { Emitter } from '../../emitter';

interface Total {
  readonly count: number | undefined;
  /** When it was last asked for, in elapsed milliseconds. */
  readonly at: number;
}

/** Milliseconds for which a number is good enough. */
const maxAge = 60_000;

/** How many tasks the workspaces of long lists have in all: read in the background, when a row shows it. */
export class TaskTotals {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly totals = new Map<string, Total>();

  constructor(
    private readonly accounts: Pick<Accounts, 'connect'>,
    private readonly clock: Pick<Clock, 'elapsed'>,
  ) {}

  /** Undefined while it is not known: some workspaces have no statistics. */
  of({ accountId, parents: [workspaceSid = ''] }: ListRef): number | undefined {
    const key = `${accountId}/${workspaceSid}`;
    const known = this.totals.get(key);
    const at = this.clock.elapsed();
    if (!known || at - known.at > maxAge) {
      this.totals.set(key, { count: known?.count, at });
      void this.read(key, accountId, workspaceSid, at);
    }
    return known?.count;
  }

  private async read(key: string, accountId: string, workspaceSid: string, at: number): Promise<void> {
    try {
      const { client, signal } = await this.accounts.connect(accountId);
      const count = await client.background({ purpose: 'detail' }).taskCount(workspaceSid, signal);
      if (signal.aborted) return;
      this.totals.set(key, { count, at });
      this.changed.fire();
    } catch {
      // The row says less; what cannot be read is said where the list is.
      this.totals.set(key, { count: undefined, at });
    }
  }
}
