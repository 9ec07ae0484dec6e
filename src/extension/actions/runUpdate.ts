import type * as vscode from 'vscode';
import type { Row } from '../../taskrouter/client';
import type { PreparedUpdate, ResourceRef } from '../../taskrouter/preparedUpdate';
import type { Account } from '../accounts/account';
import type { Accounts } from '../accounts/accounts';
import type { Store } from '../data/store';
import { showError, showStatus, showWarning, withViewProgress } from '../display/notification';
import { plain } from '../display/safeText';
import type { Outcome } from './outcome';
import type { Send } from './send';

export interface RunUpdateOptions {
  readonly accounts: Pick<Accounts, 'connect'>;
  readonly store: Pick<Store, 'row' | 'fetch'>;
  readonly send: Send;
  readonly log: Pick<vscode.LogOutputChannel, 'info' | 'show'>;
}

export type RunUpdate = (
  account: Account,
  subject: ResourceRef,
  prepare: (shown: Row) => PreparedUpdate,
) => Promise<void>;

/** Sends the update that a command asks for, and shows its outcome. `prepare` gets the row that the user sees. */
export function createRunUpdate({ accounts, store, send, log }: RunUpdateOptions): RunUpdate {
  return async (account, { collection, sids }, prepare) => {
    const outcome = await withViewProgress(async () => {
      const shown = store.row(account.id, sids.at(-1)!) ?? (await store.fetch(account.id, collection, sids));
      return send(await accounts.connect(account.id), prepare(shown));
    });
    if (!outcome) return;
    log.info(`${plain(account.name)}: ${sids.at(-1)}: ${outcome.headline} ${outcome.details.join(' ')}`);
    await showOutcome(outcome, log);
  };
}

/** In the status bar when all is well, else as a notification. */
async function showOutcome(
  { kind, headline, details }: Outcome,
  log: Pick<vscode.LogOutputChannel, 'show'>,
): Promise<void> {
  const text = [headline, details[0]].filter(Boolean).join(' ');
  if (kind === 'done') return showStatus('pass', text, 8);
  const choice = await (kind === 'unknown' ? showWarning : showError)(text, 'Show Log');
  if (choice) log.show();
}
