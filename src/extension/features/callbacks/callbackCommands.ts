import type * as vscode from 'vscode';
import type { CommandHandlers } from '../../contributions';
import type { Disposable } from '../../emitter';
import type { CallbackBenches, CallbackBenchesOptions } from './callbackBenches';

export const panelType = 'taskrouter.callbacks';

/** Tests of assignment callbacks. They are loaded on the first call. */
export function callbackCommands(options: CallbackBenchesOptions) {
  let loading: Promise<CallbackBenches> | undefined;
  const benches = () =>
    (loading ??= import('../../lazy').then(({ CallbackBenches }) => new CallbackBenches(options)));
  return {
    handlers: {
      'taskrouter.callbacks.open': async ({ accountId, sids: [workspaceSid] }) => {
        const account = options.accounts.get(accountId);
        if (account && workspaceSid) (await benches()).show(account, workspaceSid);
      },
      'taskrouter.callbacks.replay': async ({ accountId, address }) => {
        const account = options.accounts.get(accountId);
        if (account) await (await benches()).replay(account, address);
      },
    } satisfies Partial<CommandHandlers>,
    deserializeWebviewPanel: async (panel, state) => (await benches()).restore(panel, state),
    dispose: () => void loading?.then((loaded) => loaded.dispose()),
  } satisfies Disposable & vscode.WebviewPanelSerializer & Record<string, unknown>;
}
