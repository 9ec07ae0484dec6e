import { strict as assert } from 'node:assert';
import { requestLine } from '../../../src/extension/actions/reviewUpdate';
import { tasks } from '../../../src/taskrouter/resources';
import { cancelTask, deleteTask } from '../../../src/taskrouter/taskUpdates';

const sids = [`WS${'1'.repeat(32)}`, `WT${'2'.repeat(32)}`];
const path = `/v1/Workspaces/${sids[0]}/Tasks/${sids[1]}`;
const task = {
  collection: tasks,
  sids,
  shown: { sid: sids[1]! },
  name: 'Rosa Hazel',
  nameOf: (sid: string) => sid,
};

describe('the line that shows a request before it is sent', () => {
  it('begins with the values, because a narrow pick cuts off its end', () => {
    assert.equal(
      requestLine(cancelTask(task, 'Storm over').request),
      `AssignmentStatus = canceled · Reason = Storm over · POST ${path}`,
    );
    assert.equal(requestLine(deleteTask(task).request), `DELETE ${path}`);
  });
});
