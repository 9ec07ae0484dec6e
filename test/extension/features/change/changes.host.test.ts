import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { TaskChanges } from '../../../../src/extension/features/change/taskChanges';
import { WorkerChanges } from '../../../../src/extension/features/change/workerChanges';
import type { ClockSkew } from '../../../../src/extension/data/clockSkew';
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
  const skew = { of: () => 0 } as unknown as ClockSkew;
  const parts = { accounts: window.accounts, store: window.store, clock: window.clock, skew, actions };
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

  it('sets the time from which its age counts, which is not in the future', async () => {
    const on = await stage();
    const set = (text: string) =>
      answering([text, 'Set Virtual Start Time'], () => on.tasks.setVirtualStartTime(on.task));
    const shown = await shownDuring(() => set('2025-12-31T23:30:00+01:00'));
    assert.deepEqual(on.writes(), ['VirtualStartTime=2025-12-31T22%3A30%3A00Z']);
    assert.equal((await on.readTask())['virtual_start_time'], '2025-12-31T22:30:00Z');
    assert.match(shown.join(), /The virtual start time is now 2025-12-31T22:30:00Z\./);
    for (const wrong of ['yesterday', '2025-13-01T00:00:00Z', '1899-01-01T00:00:00Z'])
      await assert.rejects(set(wrong), /Enter a date and time/);
    for (const wrong of ['2025-02-31T00:00:00Z', '2025-02-29 10:00', '2025-04-31T00:00:00+02:00'])
      await assert.rejects(set(wrong), /does not have that many days/);
    await assert.rejects(set('2999-01-01T00:00:00Z'), /future/);
  });

  it('deletes it, and says so once it is no longer there', async () => {
    const on = await stage();
    const shown = await shownDuring(() => answering(['Delete Task'], () => on.tasks.delete(on.task)));
    const [deletion] = on.window.sent.filter(({ method }) => method !== 'GET');
    assert.equal(deletion?.method, 'DELETE');
    assert.equal(deletion.path, `/v1/Workspaces/${on.workspaceSid}/Tasks/${on.taskSid}`);
    await assert.rejects(on.readTask(), /20404/);
    assert.deepEqual(shown, ['$(pass) Task deleted. Dana Alder (Test account).']);
    assert.match(on.dialogs.shown[0]![0], /^Delete task Dana Alder in production\?$/);
  });

  it('reads whether it deleted it when no valid response came', async () => {
    const on = await stage();
    on.window.wire = async (request, pass) => {
      const response = await pass();
      if (request.method === 'DELETE') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      return response;
    };
    const shown = await shownDuring(() => answering(['Delete Task'], () => on.tasks.delete(on.task)));
    assert.match(shown.join(), /Delete Task: no clear response\. Task deleted\./);
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

  it('says that nothing was sent when the account is signed out during a step', async () => {
    const on = await stage();
    const shown = await shownDuring(() =>
      answering(['Hung up'], async () => {
        const { showInputBox } = vscode.window;
        const signOutFirst = async (options: vscode.InputBoxOptions) => {
          await on.window.accounts.signOut(on.accountId);
          return showInputBox(options);
        };
        Object.assign(vscode.window, { showInputBox: signOutFirst });
        await on.tasks.cancel(on.task);
      }),
    );
    assert.match(shown.join(), /^Nothing was sent: the account was signed out in the meantime\./);
    assert.deepEqual(on.writes(), []);
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

  it('sets the capacity and the availability of one of their channels', async () => {
    const on = await stage();
    const channel = async () => {
      const { rows } = await on.client.list(resources.workerChannels, on.worker.sids);
      return rows.find((row) => row['task_channel_unique_name'] === 'voice');
    };
    await answering(['voice', 'Set Capacity', '3', 'Set Channel'], () => on.workers.setChannel(on.worker));
    assert.equal((await channel())?.['configured_capacity'], 3);
    await answering(['voice', 'Make Unavailable', 'Set Channel'], () => on.workers.setChannel(on.worker));
    assert.equal((await channel())?.['available'], false);
    assert.deepEqual(on.writes(), ['Capacity=3', 'Available=false']);
    assert.equal(on.dialogs.shown[0]![0], 'Set the capacity of Ada Wren · voice to 3 in production?');
  });

  it('does not ask about reservations where none is pending', async () => {
    const on = await stage('wrapping');
    await answering(['Break', 'Set Activity'], () => on.workers.setActivity(on.worker));
    assert.match(on.writes().join(), /^ActivitySid=WA[0-9a-f]{32}$/);
    assert.equal((await on.readWorker())['activity_name'], 'Break');
  });
});
