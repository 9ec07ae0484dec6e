import type { Accounts } from '../../accounts/accounts';
import type { CommandHandlers } from '../../contributions';
import type { TaskPanels } from './taskPanels';

export interface TaskCommandsOptions {
  readonly accounts: Accounts;
  readonly panels: TaskPanels;
}

export function taskCommands({ accounts, panels }: TaskCommandsOptions) {
  return {
    'taskrouter.task.explain': ({ accountId, workspaceSid, taskSid }) => {
      const account = accounts.get(accountId);
      if (account) panels.show(account, workspaceSid, taskSid);
    },
    'taskrouter.worker.explain': ({ accountId, sids }) => {
      const account = accounts.get(accountId);
      const [workspaceSid, workerSid] = sids;
      if (account && workspaceSid && workerSid) panels.show(account, workspaceSid, workerSid);
    },
  } satisfies Partial<CommandHandlers>;
}
