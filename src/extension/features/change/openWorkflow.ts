import * as resources from '../../../taskrouter/resources';
import type { CommandParts } from '../../actions/actions';
import type { ResourceTarget } from '../../data/target';
import type { ResourceFileSystem } from './resourceFileSystem';

/** Opens a workflow in an editor, and reads the names that are shown beside the SIDs in it. */
export async function openWorkflow(
  { store }: Pick<CommandParts, 'store'>,
  files: Pick<ResourceFileSystem, 'show'>,
  target: ResourceTarget,
): Promise<void> {
  const { accountId, sids } = target;
  await files.show(target);
  const collections = [resources.taskQueues, resources.activities, resources.workspaces];
  for (const collection of collections) {
    const parents = collection.noun === 'Workspace' ? [] : [sids[0]!];
    const list = { accountId, collection, parents };
    // Without a name the SID stays alone.
    if (store.list(list)?.readAt === undefined) await store.all(list);
  }
}
