import * as vscode from 'vscode';
import type { Row } from '../../taskrouter/client';
import type { PreparedUpdate, ResourceRef } from '../../taskrouter/preparedUpdate';
import type { Account } from '../accounts/account';
import type { Accounts } from '../accounts/accounts';
import type { Store } from '../data/store';
import { forMessage, plain } from '../display/safeText';
import type { Outcome } from './outcome';
import type { Send } from './send';

export interface RunUpdateOptions {
  readonly accounts: Pick<Accounts, 'connect'>;
  readonly store: Pick<Store, 'row' | 'fetch'>;
  readonly send: Send;
  readonly log: Pick<vscode.LogOutputChannel, 'info' | 'show'>;
  readonly viewId: string;
}

export type RunUpdate = (
  account: Account,
  subject: ResourceRef,
  prepare: (shown: Row) => PreparedUpdate,
) => Promise<void>;

/** Sends the update that a command asks for, and shows its outcome. `prepare` gets the row that the user sees. */
export function createRunUpdate({ accounts, store, send, log, viewId }: RunUpdateOptions): RunUpdate {
  return async (account, { collection, sids }, prepare) => {
    const outcome = await vscode.window.withProgress({ location: { viewId } }, async () => {
      const shown = store.row(account.id, sids.at(-1)!) ?? (await store.fetch(account.id, collection, sids));
      return send(await accounts.connect(account.id), prepare(shown));
    });
    if (!outcome) return;
    log.info(`${plain(account.name)}: ${sids.at(-1)}: ${outcome.headline} ${outcome.details.join(' ')}`);
    await showOutcome(outcome, log);
  };
}

/** In the status bar when all is well, else as a notification. */
export async function showOutcome(
  { kind, headline, details }: Outcome,
  log: Pick<vscode.LogOutputChannel, 'show'>,
): Promise<void> {
  const text = forMessage([headline, details[0]].filter(Boolean).join(' '), 400);
  if (kind === 'done') {
    vscode.window.setStatusBarMessage(`$(pass) ${text}`, 8000);
    return;
  }
  const show = kind === 'unknown' ? vscode.window.showWarningMessage : vscode.window.showErrorMessage;
  if ((await show(text, 'Show Log')) === 'Show Log') log.show();
}
