import type { SidNoun } from '../../../taskrouter/sid';
import { regionOf } from '../../../taskrouter/origin';

/** Where the Console shows a resource, or what is nearest to it. */
export interface ConsoleAddress {
  readonly url: string;
  /** False where it leads to a list that has the resource. */
  readonly isExact: boolean;
}

/**
 * Twilio does not document the Console's addresses. These are in public use: of a workspace and of the lists in it, of a
 * task, and of a workflow. Other regions show their workspaces.
 */
export function consoleAddress(
  origin: string,
  noun: SidNoun,
  sids: readonly [workspaceSid: string, ...rest: string[]],
): ConsoleAddress {
  const region = regionOf(origin);
  if (region !== 'us1')
    return { url: `https://console.twilio.com/${region}/develop/taskrouter/workspaces`, isExact: false };
  const [workspaceSid] = sids;
  const workspace = `https://www.twilio.com/console/taskrouter/workspaces/${workspaceSid}`;
  switch (noun) {
    case 'Workspace':
      return { url: workspace, isExact: true };
    case 'Task':
      return { url: `${workspace}/tasks/${sids.at(-1)}`, isExact: true };
    case 'Workflow':
      return { url: `${workspace}/workflows/${sids.at(-1)}`, isExact: true };
    case 'Reservation': {
      const task = sids.find((sid) => sid.startsWith('WT'));
      return { url: task ? `${workspace}/tasks/${task}` : `${workspace}/tasks`, isExact: false };
    }
    case 'Worker':
      return { url: `${workspace}/workers`, isExact: false };
    case 'TaskQueue':
      return { url: `${workspace}/taskqueues`, isExact: false };
    default:
      return { url: workspace, isExact: false };
  }
}
