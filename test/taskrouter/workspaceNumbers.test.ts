import { strict as assert } from 'node:assert';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import * as resources from '../../src/taskrouter/resources';
import {
  activityNumbersRequest,
  queueNumbersRequest,
  readActivityNumbers,
  readQueueNumbers,
} from '../../src/taskrouter/workspaceNumbers';
import { clientOf, workspaceOf } from '../extension/window';

const ws = `WS${'1'.repeat(32)}`;
const wq = `WQ${'1'.repeat(32)}`;
const request = queueNumbersRequest(ws, 50);
const answered = (body: unknown) => readQueueNumbers(request, { status: 200, body });

describe('the numbers of a workspace', () => {
  it('are those of its lists', async () => {
    const simulator = createSimulator({ clock: manualClock(), seed: 7 });
    const client = clientOf(simulator);
    const workspaceSid = await workspaceOf(simulator);
    const list = async (collection: resources.Collection, filters = {}) =>
      (await client.list(collection, [workspaceSid], filters, { pageSize: 1000 })).rows;
    const queues = await client.read(queueNumbersRequest(workspaceSid, 1000), readQueueNumbers);
    const tasks = await list(resources.tasks, { assignmentStatus: ['pending', 'reserved'] });
    const rows = await list(resources.taskQueues);
    assert.equal(queues.size, rows.length);
    for (const { sid } of rows) {
      const eligible = await list(resources.workers, { taskQueueSid: sid });
      const numbers = queues.get(sid)!;
      const counted = (status: string) =>
        tasks.filter((task) => task['task_queue_sid'] === sid && task['assignment_status'] === status).length;
      assert.equal(numbers.waiting, counted('pending'));
      assert.equal(numbers.offered, counted('reserved'));
      assert.equal(numbers.eligible, eligible.length);
      assert.equal(numbers.available, eligible.filter((worker) => worker['available'] === true).length);
      assert.equal(numbers.longestWait > 0, numbers.waiting > 0);
    }
    const activities = await client.read(activityNumbersRequest(workspaceSid), readActivityNumbers);
    const workers = await list(resources.workers);
    for (const [sid, count] of activities)
      assert.equal(count, workers.filter((worker) => worker['activity_sid'] === sid).length);
    assert.equal(activities.size, (await list(resources.activities)).length);
  });

  it('leave out a queue whose numbers are not as documented', () => {
    const realtime = {
      tasks_by_status: { pending: 2, reserved: 1, assigned: 4 },
      longest_task_waiting_age: 90,
      total_eligible_workers: 5,
      total_available_workers: 2,
    };
    const numbers = answered({
      task_queues_statistics: [
        { task_queue_sid: wq, realtime },
        { task_queue_sid: 'WQ2', realtime: { ...realtime, total_eligible_workers: '5' } },
        { realtime },
        { task_queue_sid: 'WQ3' },
        null,
      ],
    });
    assert.deepEqual(
      [...numbers],
      [[wq, { waiting: 2, offered: 1, longestWait: 90, eligible: 5, available: 2 }]],
    );
  });

  for (const body of [{}, [], { task_queues_statistics: {} }])
    it(`need a list: ${JSON.stringify(body)}`, () => assert.throws(() => answered(body), /no list of/));
});
