import type { CommandParts } from '../../actions/actions';
import type { CommandHandlers } from '../../contributions';
import type { TablePanels } from './tablePanels';

export interface TableCommandsOptions extends CommandParts {
  readonly tables: TablePanels;
}

export function tableCommands({ accounts, tables }: TableCommandsOptions) {
  return {
    'taskrouter.workspace.tasks': async ({ accountId, sids: [workspaceSid] }) => {
      const account = accounts.get(accountId);
      if (account && workspaceSid) await tables.show(account, workspaceSid);
    },
    'taskrouter.workspace.workers': async ({ accountId, sids: [workspaceSid] }) => {
      const account = accounts.get(accountId);
      if (account && workspaceSid) await tables.showWorkers(account, workspaceSid);
    },
    'taskrouter.account.tasks': async ({ accountId }) => {
      const account = accounts.get(accountId);
      if (account) await tables.show(account, undefined);
    },
    'taskrouter.query.open': async ({ accountId, workspaceSid, text }) => {
      const account = accounts.get(accountId);
      if (account) await tables.show(account, workspaceSid, text);
    },
  } satisfies Partial<CommandHandlers>;
}
