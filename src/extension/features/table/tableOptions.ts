import type { TableAction } from '../../../webview/table/protocol';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { Memory } from '../../accounts/memory';
import type { Clock } from '../../data/clock';
import type { Store } from '../../data/store';
import type { Emitter } from '../../emitter';
import type { SavedQueries } from './savedQueries';

export interface OpenTableOptions {
  readonly accounts: Accounts;
  readonly store: Pick<Store, 'read' | 'row' | 'onDidChange'>;
  readonly memory: Memory;
  readonly clock: Clock;
  /** Milliseconds by which an account's TaskRouter is ahead of this machine's clock. */
  readonly skew: (accountId: string) => number;
  readonly queries: Pick<SavedQueries, 'all' | 'pick'>;
  /** Fires when one table may have changed them. */
  readonly queriesChanged: Emitter<void>;
  /** Shows the page of a task or worker. */
  readonly showRow: (account: Account, workspaceSid: string, sid: string) => void;
  /** Asks the user about an update of these rows, and sends it. */
  readonly act?: (
    action: TableAction,
    account: Account,
    /** The workspace’s SID and its own, of each. */
    rows: readonly (readonly string[])[],
  ) => void;
}

export interface TableStart {
  readonly account: Account;
  /** Absent for all workspaces of the account. */
  readonly workspaceSid?: string | undefined;
  /** Absent for what a table of its kind shows first. */
  readonly query?: string | undefined;
}
