import * as vscode from 'vscode';
import type { Accounts } from '../../accounts/accounts';
import type { CommandHandlers } from '../../contributions';
import type { Poller } from '../../data/poller';
import type { Store } from '../../data/store';
import { showStatus, withStatusProgress } from '../../display/notification';
import type { JsonDocuments } from './jsonDocuments';

export interface ExplorerCommandsOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly poller: Poller;
  readonly documents: JsonDocuments;
  /** Keeps the focus in place when the selected row is removed. */
  readonly keepFocus: (work: () => PromiseLike<void>) => Promise<void>;
}

export function explorerCommands({ accounts, store, poller, documents, keepFocus }: ExplorerCommandsOptions) {
  const loading = () => vscode.l10n.t('TaskRouter: loading…');
  return {
    'taskrouter.view.refresh': () => {
      accounts.sync();
      return withStatusProgress(vscode.l10n.t('TaskRouter: refreshing…'), () => poller.now());
    },
    'taskrouter.list.retry': (list) =>
      keepFocus(() => withStatusProgress(loading(), () => store.refresh(list))),
    'taskrouter.list.loadMore': (list) =>
      keepFocus(() => withStatusProgress(loading(), () => store.more(list))),
    'taskrouter.resource.copySid': async ({ sids }) => {
      const sid = sids.at(-1)!;
      await vscode.env.clipboard.writeText(sid);
      showStatus('pass', vscode.l10n.t('Copied {sid}', { sid }), 4);
    },
    'taskrouter.resource.openJson': ({ accountId, sids }) => documents.show(accountId, sids.at(-1)!),
  } satisfies Partial<CommandHandlers>;
}
