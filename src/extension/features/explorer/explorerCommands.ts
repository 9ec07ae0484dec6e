import * as vscode from 'vscode';
import type { CommandParts } from '../../actions/actions';
import type { CommandHandlers } from '../../contributions';
import type { Poller } from '../../data/poller';
import { showStatus, withStatusProgress } from '../../display/notification';
import type { ExplorerView } from './explorerView';

export interface ExplorerCommandsOptions extends CommandParts {
  readonly poller: Poller;
  readonly explorer: Pick<ExplorerView, 'keepFocus' | 'documents'>;
}

export function explorerCommands({ accounts, store, poller, explorer }: ExplorerCommandsOptions) {
  const loading = () => vscode.l10n.t('TaskRouter: loading…');
  return {
    'taskrouter.view.refresh': async () => {
      accounts.sync();
      if (accounts.all.length === 0)
        return showStatus('info', vscode.l10n.t('Nothing to refresh: you are not signed in to TaskRouter.'));
      await withStatusProgress(vscode.l10n.t('TaskRouter: refreshing…'), () => poller.now());
      // What could not be read has a row that says so.
      showStatus('refresh', vscode.l10n.t('TaskRouter: refresh finished'), 4);
    },
    'taskrouter.list.retry': (list) =>
      explorer.keepFocus(() => withStatusProgress(loading(), () => store.refresh(list))),
    'taskrouter.list.loadMore': (list) =>
      explorer.keepFocus(() => withStatusProgress(loading(), () => store.more(list))),
    'taskrouter.resource.copySid': async ({ sids }) => {
      const sid = sids.at(-1)!;
      await vscode.env.clipboard.writeText(sid);
      showStatus('pass', vscode.l10n.t('Copied {sid}', { sid }), 4);
    },
    'taskrouter.resource.openJson': ({ accountId, sids }) => explorer.documents.show(accountId, sids.at(-1)!),
  } satisfies Partial<CommandHandlers>;
}
