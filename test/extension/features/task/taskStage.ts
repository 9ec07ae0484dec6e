import { strict as assert } from 'node:assert';
import { TaskReads } from '../../../../src/extension/features/task/taskReads';
import type { Scenario } from '../../../../src/simulator/simulator';
import * as resources from '../../../../src/taskrouter/resources';
import type { TestWindow } from '../../window';
import { clientOf, openWindow, workspaceOf } from '../../window';

export interface Stage extends TestWindow {
  readonly accountId: string;
  readonly workspaceSid: string;
  taskNamed(name: string): Promise<string>;
  reads(taskSid: string): TaskReads;
  /** Reads what the tree shows, and so holds. */
  browse(): Promise<void>;
  /** The paths of what left since the last call, without the workspace. */
  paths(): string[];
}

export async function stage(scenario: Scenario): Promise<Stage> {
  const window = openWindow({ scenario });
  const { id: accountId } = await window.signIn();
  const workspaceSid = await workspaceOf(window.simulator);
  let seen = window.sent.length;
  return Object.assign(window, {
    accountId,
    workspaceSid,
    async taskNamed(name: string) {
      for await (const { rows } of clientOf(window.simulator).pages(resources.tasks, [workspaceSid]))
        for (const row of rows) if (String(row['attributes']).includes(`"${name}"`)) return row.sid;
      return assert.fail(`No task is called ${name}.`);
    },
    reads: (taskSid: string) =>
      new TaskReads(
        { store: window.store, clock: window.clock, skew: () => 0 },
        { accountId, workspaceSid, taskSid },
      ),
    async browse() {
      await window.store.refresh({ accountId, collection: resources.workspaces, parents: [] });
      await window.store.refresh({ accountId, collection: resources.tasks, parents: [workspaceSid] });
    },
    paths() {
      const paths = window.sent.slice(seen).map(({ path }) => path);
      seen = window.sent.length;
      return paths.map((path) =>
        path.replace(`/v1/Workspaces/${workspaceSid}`, '').replace(/WT\w{32}/g, 'WT'),
      );
    },
  });
}
