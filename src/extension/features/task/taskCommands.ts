import type { CommandParts } from '../../actions/actions';
import type { CommandHandlers } from '../../contributions';
import type { TaskPanels } from './taskPanels';

export interface TaskCommandsOptions extends CommandParts {
  readonly panels: TaskPanels;
}

export function taskCommands({ accounts, panels }: TaskCommandsOptions) {
  return {
    'taskrouter.task.explain': async ({ accountId, workspaceSid, taskSid }, { preserveFocus }) => {
      const account = accounts.get(accountId);
      if (account) await panels.show(account, workspaceSid, taskSid, preserveFocus);
    },
    'taskrouter.worker.explain': async ({ accountId, sids }, { preserveFocus }) => {
      const account = accounts.get(accountId);
      const [workspaceSid, workerSid] = sids;
      if (account && workspaceSid && workerSid)
        await panels.show(account, workspaceSid, workerSid, preserveFocus);
    },
  } satisfies Partial<CommandHandlers>;
}
