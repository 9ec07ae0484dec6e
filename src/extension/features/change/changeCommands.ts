import type { ExtensionContext } from 'vscode';
import type { Memory } from '../../accounts/memory';
import type { CommandParts } from '../../actions/actions';
import type { CommandHandlers } from '../../contributions';
import type { TryWorkflows } from '../../lazy';
import type { FileAddress } from './resourceFileSystem';
import { attributesAddress, ResourceFileSystem, workflowAddress } from './resourceFileSystem';

export interface ChangeCommandsOptions extends CommandParts {
  /** This window's: other windows have files of their own. */
  readonly workspaceMemory: Memory;
  readonly context: Pick<ExtensionContext, 'extensionUri' | 'subscriptions'>;
}

/** Commands that change a task or a worker. What they ask and send is loaded when the first one runs. */
export function changeCommands({ workspaceMemory, context, ...parts }: ChangeCommandsOptions) {
  const { extensionUri, subscriptions } = context;
  const files = (address: FileAddress, kind: 'attributesKind' | 'workflowKind') =>
    new ResourceFileSystem(parts, workspaceMemory, address, async () => (await import('../../lazy'))[kind]);
  const attributes = files(attributesAddress, 'attributesKind');
  const workflows = files(workflowAddress, 'workflowKind');
  subscriptions.push(attributes, workflows);
  const onTasks = async () => new (await import('../../lazy')).TaskChanges(parts);
  const newTasks = async () => new (await import('../../lazy')).NewTasks(parts);
  const onWorkers = async () => new (await import('../../lazy')).WorkerChanges(parts);
  let loading: Promise<TryWorkflows> | undefined;
  const tries = () =>
    (loading ??= import('../../lazy').then((lazy) => new lazy.TryWorkflows({ ...parts, extensionUri })));
  subscriptions.push({ dispose: () => void loading?.then((loaded) => loaded.dispose()) });
  return {
    'taskrouter.task.cancel': async (task) => (await onTasks()).cancel(task),
    'taskrouter.task.complete': async (task) => (await onTasks()).complete(task),
    'taskrouter.task.setPriority': async (task) => (await onTasks()).setPriority(task),
    'taskrouter.task.create': async (workspace) => (await newTasks()).create(workspace),
    'taskrouter.task.createLike': async (task) => (await newTasks()).createLike(task),
    'taskrouter.task.setVirtualStartTime': async (task) => (await onTasks()).setVirtualStartTime(task),
    'taskrouter.task.delete': async (task) => (await onTasks()).delete(task),
    'taskrouter.worker.setChannel': async (worker) => (await onWorkers()).setChannel(worker),
    'taskrouter.resource.editAttributes': (resource) => attributes.show(resource),
    'taskrouter.workflow.open': (workflow, { preserveFocus }) => workflows.show(workflow, preserveFocus),
    'taskrouter.workflow.try': async () => (await tries()).show(),
    'taskrouter.workflow.compare': async (workflow) =>
      (await import('../../lazy')).compareWorkflow(parts, workflow),
    'taskrouter.workflow.save': () => workflows.saveActive(),
    'taskrouter.worker.setActivity': async (worker) => (await onWorkers()).setActivity(worker),
  } satisfies Partial<CommandHandlers>;
}
