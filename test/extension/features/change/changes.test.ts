import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { TaskChanges } from '../../../../src/extension/features/change/taskChanges';
import { WorkerChanges } from '../../../../src/extension/features/change/workerChanges';
import * as resources from '../../../../src/taskrouter/resources';
import type { Row } from '../../../../src/taskrouter/resources';
import { openActions } from '../../actions/openActions';
import { shownDuring } from '../../actions/shownDuring';
import { clientOf, findReservation, openWindow } from '../../window';
import { answering } from './answers';

async function stage(status: 'pending' | 'accepted' | 'wrapping' = 'pending') {
  const window = openWindow();
  const { id: accountId } = await window.signIn();
  const { workspaceSid, taskSid, workerSid } = await findReservation(window.simulator, status);
  const { actions, dialogs } = openActions(window);
  const parts = { accounts: window.accounts, store: window.store, actions };
  const client = clientOf(window.simulator);
  const read = async (collection: resources.Collection, sid: string): Promise<Row> =>
    (await client.fetch(collection, [workspaceSid, sid])).row;
  window.sent.length = 0;
  return {
    ...{ window, dialogs, client, accountId, workspaceSid, taskSid, workerSid },
    tasks: new TaskChanges(parts),
    workers: new WorkerChanges(parts),
    task: { accountId, workspaceSid, taskSid },
    worker: { accountId, collection: resources.workers, sids: [workspaceSid, workerSid] },
    readTask: () => read(resources.tasks, taskSid),
    readWorker: () => read(resources.workers, workerSid),
    writes: () => window.sent.filter(({ method }) => method !== 'GET').map(({ body }) => body),
  };
}

describe('a command that changes a task', () => {
  it('cancels it with a reason, once confirmed', async () => {
    const on = await stage();
    const shown = await shownDuring(() =>
      answering(['Hung up & left', 'Cancel Task'], () => on.tasks.cancel(on.task)),
    );
    assert.deepEqual(
      on.dialogs.shown.map(([question]) => question),
      ['Cancel task Dana Alder in production?'],
    );
    assert.deepEqual(on.writes(), ['AssignmentStatus=canceled&Reason=Hung%20up%20%26%20left']);
    const { assignment_status: status, reason } = await on.readTask();
    assert.deepEqual([status, reason], ['canceled', 'Hung up & left']);
    assert.deepEqual(shown, ['$(pass) Task canceled. Dana Alder (Test account).']);
  });

  it('completes it with a reason', async () => {
    const on = await stage('accepted');
    await answering(['Solved', 'Complete Task'], () => on.tasks.complete(on.task));
    const { assignment_status: status, reason } = await on.readTask();
    assert.deepEqual([status, reason], ['completed', 'Solved']);
  });

  it('asks nothing where the status does not allow it', async () => {
    const on = await stage();
    const { showInformationMessage } = vscode.window;
    const texts: string[] = [];
    const show = (text: string) => Promise.resolve(void texts.push(text));
    Object.assign(vscode.window, { showInformationMessage: show });
    try {
      assert.deepEqual(await answering([], () => on.tasks.complete(on.task)), []);
    } finally {
      Object.assign(vscode.window, { showInformationMessage });
    }
    assert.deepEqual(texts, ['Only assigned or wrapping tasks can be completed. This one is reserved.']);
    assert.deepEqual(on.writes(), []);
  });

  it('sets its priority', async () => {
    const on = await stage();
    await shownDuring(() => answering(['7', 'Set Priority'], () => on.tasks.setPriority(on.task)));
    assert.deepEqual(on.writes(), ['Priority=7']);
    assert.equal((await on.readTask())['priority'], 7);
    for (const wrong of ['-1', '1.5', 'high', '2147483648'])
      await assert.rejects(
        answering([wrong], () => on.tasks.setPriority(on.task)),
        /whole number/,
      );
  });

  it('sends nothing when the user cancels a step, and shows the request before it is sent', async () => {
    const on = await stage();
    await answering([undefined], () => on.tasks.cancel(on.task));
    const [, review] = await answering(['Hung up', undefined], () => on.tasks.cancel(on.task));
    assert.deepEqual(review?.offered, [
      ...['Cancel Task', 'Copy as Code', 'HTTP', 'curl', 'PowerShell', 'Node', 'Python', 'Twilio CLI'],
    ]);
    assert.deepEqual([on.writes(), on.dialogs.shown], [[], []]);
  });

  it('copies the request as code instead of sending it', async () => {
    const on = await stage();
    await answering(['Hung up', 'curl'], () => on.tasks.cancel(on.task));
    assert.match(
      await vscode.env.clipboard.readText(),
      /^curl -X POST '.*AssignmentStatus=canceled.*\$TWILIO/s,
    );
    assert.deepEqual(on.writes(), []);
  });
});

describe('a command that changes a worker', () => {
  it('sets the activity, and rejects pending reservations where the user chooses to', async () => {
    const on = await stage();
    const asked = await answering(['Break', 'Reject Pending', 'Set Activity'], () =>
      on.workers.setActivity(on.worker),
    );
    assert.deepEqual(asked[1]?.offered, ['Reject Pending Reservations', 'Keep Pending Reservations']);
    assert.match(on.writes().join(), /^ActivitySid=WA[0-9a-f]{32}&RejectPendingReservations=true$/);
    assert.equal((await on.readWorker())['activity_name'], 'Break');
  });

  it('does not ask about reservations where none is pending', async () => {
    const on = await stage('wrapping');
    await answering(['Break', 'Set Activity'], () => on.workers.setActivity(on.worker));
    assert.match(on.writes().join(), /^ActivitySid=WA[0-9a-f]{32}$/);
    assert.equal((await on.readWorker())['activity_name'], 'Break');
  });
});
