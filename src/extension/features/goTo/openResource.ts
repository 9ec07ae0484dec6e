import type { CommandHandlers } from '../../contributions';
import { resourceTarget } from '../../data/target';
import * as resources from '../../../taskrouter/resources';
import type { FindableNoun, FoundPlace } from '../../actions/sidSearch';

/** What shows a resource: the pages of other features, and the tree. */
export interface ResourceViews {
  readonly pages: Pick<
    CommandHandlers,
    'taskrouter.task.explain' | 'taskrouter.worker.explain' | 'taskrouter.reservation.open'
  >;
  readonly explorer: {
    revealAccount(accountId: string): unknown;
    revealWorkspace(accountId: string, workspaceSid: string): Promise<void>;
    readonly documents: { show(accountId: string, sid: string): Promise<void> };
  };
}

/** The user goes there: the focus does too. */
const focused = { preserveFocus: false };

/** Shows a resource on its page; one that has none as JSON, with its workspace in the tree. Changes nothing. */
export async function openResource(
  { pages, explorer }: ResourceViews,
  { accountId, workspaceSid, parentSid }: FoundPlace,
  noun: FindableNoun,
  sid: string,
): Promise<void> {
  switch (noun) {
    case 'Task':
      return void (await pages['taskrouter.task.explain'](
        { accountId, workspaceSid, taskSid: sid },
        focused,
      ));
    case 'Worker': {
      const { resource } = resourceTarget(accountId, resources.workers, [workspaceSid, sid]);
      return void (await pages['taskrouter.worker.explain'](resource, focused));
    }
    case 'Reservation': {
      if (parentSid === undefined) return;
      const address = { workspaceSid, parentSid, sid };
      return void (await pages['taskrouter.reservation.open']({ accountId, address }, focused));
    }
    case 'Workspace':
      return explorer.revealWorkspace(accountId, workspaceSid);
    default:
      await explorer.revealWorkspace(accountId, workspaceSid);
      await explorer.documents.show(accountId, sid);
  }
}
