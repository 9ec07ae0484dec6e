import type { Scenario } from '../../../../src/simulator/simulator';
import type { Collection } from '../../../../src/taskrouter/resources';
import * as resources from '../../../../src/taskrouter/resources';
import { clientOf } from '../../window';
import { center } from './center';
import type { Stage } from './taskStage';

type Body = Readonly<Record<string, string>>;
/** What changes: the path below the workspace, by the SIDs of what is there. */
export interface Changeable {
  readonly taskSid: string;
  readonly member: string;
  readonly other: string;
  readonly outsider: string;
  readonly queue: string;
  readonly workflow: string;
  readonly available: string;
  readonly onBreak: string;
}
type Change = (found: Changeable) => readonly [path: string, body: Body];
export const changes: Readonly<Record<string, Change>> = {
  'a worker joins the queue': ({ outsider }) => [`Workers/${outsider}`, { Attributes: '{"team":"billing"}' }],
  'a worker leaves the queue': ({ member }) => [`Workers/${member}`, { Attributes: '{"team":"sales"}' }],
  'a new worker is in the queue': () => [
    'Workers',
    { FriendlyName: 'Nia', Attributes: '{"team":"billing"}' },
  ],
  'the queue has another expression': ({ queue }) => [`TaskQueues/${queue}`, { TargetWorkers: '1==1' }],
  'a worker goes on a break': ({ member, onBreak }) => [`Workers/${member}`, { ActivitySid: onBreak }],
  'a worker has more capacity': ({ member }) => [`Workers/${member}/Channels/voice`, { Capacity: '2' }],
  'a channel is switched off': ({ member }) => [`Workers/${member}/Channels/voice`, { Available: 'false' }],
  'the workflow has another configuration': ({ workflow, queue }) => [
    `Workflows/${workflow}`,
    {
      Configuration: JSON.stringify({
        task_routing: { filters: [], default_filter: { queue, priority: 3 } },
      }),
    },
  ],
  'the task has other attributes': ({ taskSid }) => [`Tasks/${taskSid}`, { Attributes: '{"name":"R"}' }],
  'the task has another priority': ({ taskSid }) => [`Tasks/${taskSid}`, { Priority: '7' }],
};

/** A task that waits for two of three workers. */
export function changeable(): Scenario {
  const scenario = center(3, 2, 'team == "billing"');
  const [workspace] = scenario.workspaces;
  const workers = workspace!.workers.map((worker, i) =>
    i === 2 ? { ...worker, attributes: { team: 'sales' } } : worker,
  );
  return { ...scenario, workspaces: [{ ...workspace!, workers }] };
}

export async function changeableIn(
  { simulator, workspaceSid }: Pick<Stage, 'simulator' | 'workspaceSid'>,
  taskSid: string,
): Promise<Changeable> {
  const named = async (collection: Collection, name: string) => {
    const { rows } = await clientOf(simulator).list(collection, [workspaceSid]);
    return rows.find((row) => row['friendly_name'] === name)!.sid;
  };
  return {
    taskSid,
    member: await named(resources.workers, 'Worker 0'),
    other: await named(resources.workers, 'Worker 1'),
    outsider: await named(resources.workers, 'Worker 2'),
    queue: await named(resources.taskQueues, 'Everyone'),
    workflow: await named(resources.workflows, 'Inbound'),
    available: await named(resources.activities, 'Available'),
    onBreak: await named(resources.activities, 'Break'),
  };
}

export type Changing = Stage & { readonly found: Changeable };

/** Changes it as somebody else would. */
export async function make(
  change: Change,
  { simulator, workspaceSid, found }: Pick<Changing, 'simulator' | 'workspaceSid' | 'found'>,
): Promise<void> {
  const [path, body] = change(found);
  await clientOf(simulator).update({
    method: 'POST',
    path: `/v1/Workspaces/${workspaceSid}/${path}`,
    query: [],
    body: Object.entries(body),
  });
}
