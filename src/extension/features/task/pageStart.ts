import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { RowTargets } from '../../data/target';
import type { PageEventsOptions } from './pageEvents';
import type { TaskReadsOptions } from './taskReads';

export interface OpenTaskOptions
  extends Pick<TaskReadsOptions, 'store' | 'clock'>, Pick<PageEventsOptions, 'interval' | 'polled'> {
  readonly accounts: Accounts;
  readonly targets: RowTargets;
  /** Milliseconds by which an account's TaskRouter is ahead of this machine's clock. */
  readonly skew: (accountId: string) => number;
  /** Explains another task, or a worker, of the same workspace. */
  readonly show: (account: Account, workspaceSid: string, sid: string) => void;
}

/** Milliseconds: ages in the sentences grow although nothing happens. */
export const explainedEvery = 30_000;

export interface PageStart {
  readonly account: Account;
  readonly pinned: boolean;
  /** VS Code restored it: nobody may be waiting for it. */
  readonly restored: boolean;
  /** What it was called before it was restored. */
  readonly title?: string | undefined;
}
