import { strict as assert } from 'node:assert';
import type { ClockSkew } from '../../../../src/extension/data/clockSkew';
import { NewTasks } from '../../../../src/extension/features/change/newTasks';
import * as resources from '../../../../src/taskrouter/resources';
import { openActions } from '../../actions/openActions';
import { shownDuring } from '../../actions/shownDuring';
import { clientOf, findReservation, openWindow } from '../../window';
import { answering } from './answers';

async function stage() {
  const window = openWindow();
  const { id: accountId } = await window.signIn();
  const { workspaceSid, taskSid } = await findReservation(window.simulator, 'pending');
  const { actions, dialogs } = openActions(window);
  const { accounts, store, clock } = window;
  const skew = { of: () => 0 } as unknown as ClockSkew;
  const client = clientOf(window.simulator);
  const tasks = async () => (await client.list(resources.tasks, [workspaceSid])).rows;
  const before = new Set((await tasks()).map(({ sid }) => sid));
  window.sent.length = 0;
  return {
    ...{ window, dialogs },
    newTasks: new NewTasks({ accounts, store, actions, clock, skew }),
    workspace: { accountId, collection: resources.workspaces, sids: [workspaceSid] },
    task: { accountId, workspaceSid, taskSid },
    created: async () => (await tasks()).filter(({ sid }) => !before.has(sid)),
    posts: () => window.sent.filter(({ method }) => method === 'POST'),
  };
}
const answers = [
  'Inbound',
  'Voice',
  'No routing target',
  '{"name": "Rosa", "n": 12345678901234567890}',
  'Create Task',
];

describe('a task that the user creates', () => {
  it('is not asked for on a read-only account', async () => {
    const on = await stage();
    await on.window.accounts.change(on.task.accountId, { readOnly: true });
    const shown = await shownDuring(() => answering([], () => on.newTasks.createLike(on.task)));
    assert.match(shown.join(), /^Read-only account: changes are blocked\./);
    assert.deepEqual(on.posts(), []);
  });

  it('has what they chose, and is sent once after a confirmation', async () => {
    const on = await stage();
    const shown = await shownDuring(() => answering(answers, () => on.newTasks.create(on.workspace)));
    const [task, ...others] = await on.created();
    assert.deepEqual(others, []);
    assert.equal(task?.['attributes'], '{"name":"Rosa","n":12345678901234567890}');
    assert.equal(task['task_channel_unique_name'], 'voice');
    assert.equal(on.posts().length, 1);
    assert.equal(on.posts()[0]!.headers['If-Match'], undefined);
    assert.equal(on.dialogs.shown[0]![0], 'Create a task in Desk in production?');
    assert.ok(shown.join().includes(`Task created: ${task.sid}`), shown.join());
  });

  it('is like another one, except for what they change', async () => {
    const on = await stage();
    await answering(['{"name":"Rosa"}', 'Create Task'], () => on.newTasks.createLike(on.task));
    const [task] = await on.created();
    assert.deepEqual(
      [task?.['attributes'], task?.['workflow_friendly_name'], task?.['task_channel_unique_name']],
      ['{"name":"Rosa"}', 'Inbound', 'voice'],
    );
  });

  it('is looked for and never sent again when no valid response came', async () => {
    const on = await stage();
    on.window.wire = async (request, pass) => {
      const response = await pass();
      if (request.method === 'POST') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      return response;
    };
    const shown = await shownDuring(() => answering(answers, () => on.newTasks.create(on.workspace)));
    const [task] = await on.created();
    assert.equal(on.posts().length, 1);
    assert.ok(
      shown.join().includes(`no clear response, but ${task!.sid} has the same values.`),
      shown.join(),
    );
  });
});
