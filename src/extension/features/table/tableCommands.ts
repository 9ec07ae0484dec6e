import type { CommandParts } from '../../actions/actions';
import type { CommandHandlers } from '../../contributions';
import type { ShownRows, TablePanels } from './tablePanels';

export interface TableCommandsOptions extends CommandParts {
  readonly tables: TablePanels;
}

export function tableCommands({ accounts, tables }: TableCommandsOptions) {
  const show = async (accountId: string, workspaceSid?: string, rows?: ShownRows) => {
    const account = accounts.get(accountId);
    if (account) await tables.show(account, workspaceSid, rows);
  };
  return {
    'taskrouter.workspace.tasks': ({ accountId, sids: [workspaceSid] }) => show(accountId, workspaceSid),
    'taskrouter.workspace.workers': ({ accountId, sids: [workspaceSid] }) =>
      show(accountId, workspaceSid, { noun: 'Worker' }),
    'taskrouter.account.tasks': ({ accountId }) => show(accountId),
    'taskrouter.query.open': ({ accountId, workspaceSid, text: query }) =>
      show(accountId, workspaceSid, { query }),
  } satisfies Partial<CommandHandlers>;
}
