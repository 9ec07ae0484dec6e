import { strict as assert } from 'node:assert';
import type { ClockSkew } from '../../../../src/extension/data/clockSkew';
import { NewTasks } from '../../../../src/extension/features/change/newTasks';
import * as resources from '../../../../src/taskrouter/resources';
import { openActions } from '../../actions/openActions';
import { shownDuring } from '../../actions/shownDuring';
import { clientOf, findReservation, openWindow, refusal } from '../../window';
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
const answers = ['Inbound', 'Voice', '{"name": "Rosa", "n": 12345678901234567890}', 'Create Task'];

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
    assert.deepEqual(shown, [`$(pass) Task created: ${task.sid}. Desk (Test account).`]);
  });

  it('is like another one, except for what they change', async () => {
    const on = await stage();
    await answering(['Attributes', '{"name":"Rosa"}', 'Create Task'], () => on.newTasks.createLike(on.task));
    const [task] = await on.created();
    assert.deepEqual(
      [task?.['attributes'], task?.['workflow_friendly_name'], task?.['task_channel_unique_name']],
      ['{"name":"Rosa"}', 'Inbound', 'voice'],
    );
  });

  it('has a priority, a timeout and a routing target where they set them', async () => {
    const on = await stage();
    const asked = await answering(
      [
        ...answers.slice(0, 3),
        ...['Priority', '7', 'Timeout', '600', 'Routing Target', 'Ada Wren'],
        // What is canceled changes nothing.
        ...['Priority', undefined, 'Routing Target', 'Everyone', 'Create Task'],
      ],
      () => on.newTasks.create(on.workspace),
    );
    const [task] = await on.created();
    assert.deepEqual([task?.['priority'], task?.['timeout']], [7, 600]);
    assert.match(String(task?.['routing_target']), /^WQ/);
    assert.equal(on.posts().length, 1);
    assert.deepEqual(asked[3]!.offered.slice(0, 8), [
      ...['Create Task', 'Change', 'Workflow', 'Channel', 'Attributes', 'Priority'],
      ...['Timeout in Seconds', 'Routing Target'],
    ]);
    for (const wrong of ['0', '1209601', '1.5'])
      await assert.rejects(
        answering([...answers.slice(0, 3), 'Timeout', wrong], () => on.newTasks.create(on.workspace)),
        /whole number from 1 to 1209600/,
      );
  });

  it('can be corrected and sent again after a refusal, with all that they entered', async () => {
    const on = await stage();
    let refusals = 1;
    on.window.wire = (request, pass) =>
      request.method === 'POST' && refusals-- > 0
        ? Promise.resolve(refusal(400, 20001, 'Invalid attributes'))
        : pass();
    const corrected = ['Attributes', '{"name":"Tess"}', 'Create Task'];
    await shownDuring(() => answering([...answers, ...corrected], () => on.newTasks.create(on.workspace)));
    const [task, ...others] = await on.created();
    assert.deepEqual(others, []);
    assert.deepEqual(
      [task?.['attributes'], task?.['task_channel_unique_name'], task?.['workflow_friendly_name']],
      ['{"name":"Tess"}', 'voice', 'Inbound'],
    );
    assert.equal(on.posts().length, 2);
    // Each was confirmed by itself.
    assert.equal(on.dialogs.shown.length, 2);
  });

  it('is not sent again when they close what can be corrected', async () => {
    const on = await stage();
    on.window.wire = (request, pass) =>
      request.method === 'POST' ? Promise.resolve(refusal(400, 20001, 'Invalid attributes')) : pass();
    await shownDuring(() => answering([...answers, undefined], () => on.newTasks.create(on.workspace)));
    assert.equal(on.posts().length, 1);
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
