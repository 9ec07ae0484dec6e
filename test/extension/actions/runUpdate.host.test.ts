import { strict as assert } from 'node:assert';
import { message } from '../../../src/taskrouter/message';
import type { ShownResource } from '../../../src/taskrouter/preparedUpdate';
import { prepareUpdate } from '../../../src/taskrouter/preparedUpdate';
import { updateRequest } from '../../../src/taskrouter/requests';
import { tasks } from '../../../src/taskrouter/resources';
import { clientOf, findReservation, openWindow } from '../window';
import { openActions } from './openActions';
import { shownDuring } from './shownDuring';

const prepare = (task: ShownResource) =>
  prepareUpdate(task, {
    request: updateRequest(
      tasks,
      task.sids,
      Object.entries({ AssignmentStatus: 'canceled', Reason: 'Hung up' }),
    ),
    title: message('Cancel Task'),
    label: message('Task'),
    question: message('Cancel task {task}', { task: task.name }),
    statusField: 'assignment_status',
    from: ['pending', 'reserved'],
    settlesAs: ['canceled'],
  });

async function stage() {
  const window = openWindow();
  const { id: accountId } = await window.signIn();
  const { workspaceSid, taskSid } = await findReservation(window.simulator, 'pending');
  const sids = [workspaceSid, taskSid];
  window.sent.length = 0;
  const { actions, dialogs } = openActions(window);
  return {
    ...{ window, sids, target: { accountId, collection: tasks, sids }, dialogs },
    runUpdate: actions.runUpdate,
    posts: () => window.sent.filter(({ method }) => method === 'POST'),
    task: async () => (await clientOf(window.simulator).fetch(tasks, sids)).row,
  };
}

describe('an update that a command runs', () => {
  it('is prepared from what is known, confirmed, and sent once for the version that was confirmed', async () => {
    const on = await stage();
    await on.window.store.fetch(on.target.accountId, tasks, on.sids);
    const shown = await shownDuring(() => on.runUpdate(on.target, prepare));
    const [[question, detail, button] = []] = on.dialogs.shown;
    const ifMatch = on.posts()[0]!.headers['If-Match']!;
    assert.equal(question, 'Cancel task Dana Alder in production?');
    assert.equal(button, 'Cancel Task on Test account');
    assert.deepEqual(detail!.split('\n'), [
      'Account: Test account (production)',
      'TaskRouter: https://taskrouter.twilio.com',
      `Workspace: ${on.sids[0]}`,
      `Task: Dana Alder (${on.sids[1]})`,
      'Status: reserved',
      '',
      `If-Match: ${ifMatch}`,
      'AssignmentStatus = canceled',
      'Reason = Hung up',
    ]);
    assert.deepEqual(
      on.posts().map(({ path, body }) => [path, body]),
      [[`/v1/Workspaces/${on.sids.join('/Tasks/')}`, 'AssignmentStatus=canceled&Reason=Hung%20up']],
    );
    assert.equal((await on.task())['assignment_status'], 'canceled');
    assert.deepEqual(shown, ['$(pass) The status is now canceled. Dana Alder (Test account).']);
  });

  it('is prepared from a new read when nothing is known', async () => {
    const on = await stage();
    const statuses: unknown[] = [];
    await on.runUpdate(on.target, (task) => {
      statuses.push(task.shown['assignment_status'], task.name);
      return undefined;
    });
    assert.deepEqual(statuses, ['reserved', 'Dana Alder']);
  });

  it('is not sent when the user cancels it, in the question or in the confirmation', async () => {
    const on = await stage();
    await on.runUpdate(on.target, () => Promise.resolve(undefined));
    assert.deepEqual(on.dialogs.shown, []);
    on.dialogs.confirms = false;
    await on.runUpdate(on.target, prepare);
    assert.equal(on.dialogs.shown.length, 1);
    assert.deepEqual(on.posts(), []);
  });

  it('is not sent when its subject changed while the user was asked', async () => {
    const on = await stage();
    const [shown] = await shownDuring(() =>
      on.runUpdate(on.target, async (task) => {
        await clientOf(on.window.simulator).update(prepare(task).request);
        return prepare(task);
      }),
    );
    assert.match(
      shown!,
      /^Cancel Task: not done\. Dana Alder \(Test account\)\. .* just changed from reserved to canceled\./,
    );
    assert.deepEqual([on.dialogs.shown, on.posts()], [[], []]);
  });
});
