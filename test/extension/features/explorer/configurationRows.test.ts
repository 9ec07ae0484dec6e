import assert from 'node:assert/strict';
import { ConfigurationRows } from '../../../../src/extension/features/explorer/configurationRows';
import type { ResourceNode } from '../../../../src/extension/features/explorer/treeNodes';
import * as resources from '../../../../src/taskrouter/resources';
import type { Collection } from '../../../../src/taskrouter/resources';
import { findReservation, openWindow } from '../../window';

describe('the numbers of queues', () => {
  it('redraw the rows that have them, and no others', async () => {
    const window = openWindow();
    const { id: accountId } = await window.signIn();
    const { workspaceSid } = await findReservation(window.simulator, 'pending');
    const node = (collection: Collection, ...sids: string[]) =>
      ({ kind: 'resource', id: sids.join('/'), accountId, collection, sids }) as unknown as ResourceNode;
    const nodes = [
      node(resources.taskQueues, workspaceSid, 'WQ1'),
      node(resources.taskQueues, workspaceSid, 'WQ2'),
      node(resources.taskQueues, 'WS2', 'WQ3'),
      node(resources.activities, workspaceSid, 'WA1'),
      node(resources.workspaces, workspaceSid),
    ];
    const redrawn: ResourceNode[] = [];
    const rows = new ConfigurationRows({
      ...window,
      onChange: (mayHave) => redrawn.push(...nodes.filter(mayHave)),
    });
    await rows.refresh({ accountId, collection: resources.taskQueues, parents: [workspaceSid] });
    assert.deepEqual(redrawn, nodes.slice(0, 2));
  });
});
