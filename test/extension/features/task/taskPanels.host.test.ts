import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { Account } from '../../../../src/extension/accounts/account';
import { RowTargets } from '../../../../src/extension/data/target';
import type { Scenario } from '../../../../src/simulator/simulator';
import { TaskPanels } from '../../../../src/extension/features/task/taskPanels';
import * as resources from '../../../../src/taskrouter/resources';
import type { TaskState } from '../../../../src/webview/task/protocol';
import { driverOf, quiet } from '../../../simulator/driver';
import { FakePanel } from '../../fakePanel';
import type { Found, TestWindow } from '../../window';
import {
  assertClean,
  clientOf,
  canary,
  findReservation,
  gate,
  openWindow,
  refusal,
  settle,
  silence,
  socketError,
  withoutJitter,
} from '../../window';

const { extensionUri } = vscode.extensions.getExtension('taskrouter-tools.taskrouter-reservations')!;

interface Stage extends TestWindow {
  readonly account: Account;
  readonly found: Found;
  readonly panels: TaskPanels;
  readonly targets: RowTargets;
  interval: number;
}
type Panel = FakePanel<TaskState>;

async function stage(status = 'pending', limit = 600, scenario?: Scenario): Promise<Stage> {
  const window = openWindow({ limit: () => limit, ...(scenario ? { scenario } : {}) });
  const account = await window.signIn();
  const found = await findReservation(window.simulator, status);
  const targets = new RowTargets();
  const on: Stage = Object.assign(window, {
    account,
    found,
    targets,
    interval: 0,
    panels: new TaskPanels({
      ...window,
      targets,
      polled: { onDidReadEvents: () => ({ dispose: () => undefined }) },
      skew: () => 0,
      interval: () => on.interval,
      extensionUri,
    }),
  });
  return on;
}

/** A task is offered to one of three who qualify; the others had a task before, one after the other. */
const equalWorkers = quiet({
  queues: [{ name: 'Everyone', targetWorkers: '1==1' }],
  workflows: [{ name: 'Inbound', reservationTimeout: 600, filters: [], defaultQueue: 'Everyone' }],
  workers: ['Ada Wren', 'Ben Finch', 'Cleo Swift'].map((name) => ({
    name,
    activity: 'Available',
    attributes: {},
  })),
  tasks: [
    { worker: 'Ben Finch', age: 200, task: 'completed' as const, status: 'completed' as const },
    { worker: 'Cleo Swift', age: 100, task: 'completed' as const, status: 'completed' as const },
    { worker: 'Ada Wren', age: 10, task: 'reserved' as const, status: 'pending' as const },
  ].map(({ worker, age, task, status }) => ({
    workflow: 'Inbound',
    queue: 'Everyone',
    channel: 'voice',
    attributes: { name: `Caller of ${worker}` },
    age,
    status: task,
    reservations: [{ worker, status, age }],
  })),
});

const stateOf = (panel: Panel): TaskState => panel.posted.at(-1)!.state;

async function eventually(holds: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if (holds()) return;
    await settle();
  }
  assert.fail(what);
}
const whenRead = (panel: Panel, sid?: string) =>
  eventually(() => {
    const state = panel.posted.at(-1)?.state;
    return state !== undefined && !state.reading && (sid === undefined || state.subject.sid === sid);
  }, 'it is still reading');

/** Posts a message as the page does: for what it shows. */
const say = async (panel: Panel, message: object) => {
  panel.said.fire({ instance: panel.posted.at(-1)!.instance, ...message });
  await settle();
};

describe('the pages of tasks', () => {
  const real = vscode.window.createWebviewPanel;
  const made: Panel[] = [];
  const opened: Stage[] = [];
  before(() => {
    vscode.window.createWebviewPanel = () => {
      const panel = new FakePanel<TaskState>();
      made.push(panel);
      return panel as unknown as vscode.WebviewPanel;
    };
  });
  after(() => {
    vscode.window.createWebviewPanel = real;
  });
  afterEach(() => {
    for (const on of opened.splice(0)) on.panels.dispose();
    made.length = 0;
  });
  const begin = async (...args: Parameters<typeof stage>) => {
    const on = await stage(...args);
    opened.push(on);
    return on;
  };
  const open = async (on: Stage, taskSid = on.found.taskSid): Promise<Panel> => {
    await on.panels.show(on.account, on.found.workspaceSid, taskSid);
    const panel = made.at(-1)!;
    await whenRead(panel, taskSid);
    return panel;
  };

  for (const noun of ['task', 'worker'] as const)
    it(`say what went wrong while a ${noun} was read or explained, and explain it again once that works`, async () => {
      const on = await begin();
      const { taskSid, row } = on.found;
      const sid = noun === 'task' ? taskSid : String(row['worker_sid']);
      const panel = await open(on, sid);
      for (const method of ['read', 'list'] as const) {
        const real = on.store[method].bind(on.store);
        on.store[method] = () => assert.fail('it is broken');
        await say(panel, { type: 'refresh' });
        await eventually(() => stateOf(panel).problem !== undefined, 'it shows no problem');
        assert.match(stateOf(panel).problem!, /it is broken/);
        assert.equal(stateOf(panel).headline, undefined);
        assert.equal(stateOf(panel).reading, false);
        Object.assign(on.store, { [method]: real });
        await say(panel, { type: 'refresh' });
        await eventually(() => stateOf(panel).headline !== undefined, 'it explains nothing');
        assert.equal(stateOf(panel).problem, undefined);
      }
    });

  it('say who is offered a task, what its reservation allows, and what was read for it', async () => {
    const on = await begin();
    const state = stateOf(await open(on));
    assert.equal(state.headline?.tone, 'offered');
    assert.equal(state.problem, undefined);
    assert.deepEqual(
      state.actions.map(({ command }) => command),
      [
        'taskrouter.reservation.open',
        'taskrouter.reservation.accept',
        'taskrouter.reservation.reject',
        'taskrouter.task.cancel',
        'taskrouter.task.setPriority',
        'taskrouter.resource.editAttributes',
      ],
    );
    assert.match(state.attributes!, /"name": "Dana Alder"/);
    assert.equal(state.hasJson, true);
    const sent = on.sent.filter(({ path }) => path.includes('/Tasks/'));
    for (const { path } of sent) assert.ok(state.requests.includes(`GET ${path}`), path);
    assertClean(made[0]!.posted);
  });

  it('name the account, so that no one takes the simulator for production', async () => {
    const on = await begin();
    const panel = await open(on);
    assert.match(panel.title, /^Dana Alder · .*production/);
    assert.equal(stateOf(panel).account.simulated, false);
    assert.equal(stateOf(panel).account.environment?.name, 'production');
  });

  it('reuse the tab for the next task, unless it is pinned', async () => {
    const on = await begin();
    const other = await findReservation(on.simulator, 'accepted');
    const first = await open(on);
    first.moveTo(vscode.ViewColumn.One);
    await open(on, other.taskSid);
    assert.equal(made.length, 1);
    assert.equal(stateOf(first).subject.sid, other.taskSid);
    await say(first, { type: 'pin', pinned: true });
    assert.equal(stateOf(first).pinned, true);
    await open(on);
    assert.equal(made.length, 2);
    assert.equal(stateOf(made[1]!).subject.sid, on.found.taskSid);
  });

  it('show a task once', async () => {
    const on = await begin();
    await open(on);
    await on.panels.show(on.account, on.found.workspaceSid, on.found.taskSid);
    assert.equal(made.length, 1);
  });

  it('are pinned by a double click on the row, and not by two clicks', async () => {
    const on = await begin();
    const { workspaceSid, taskSid, workerSid } = on.found;
    for (const sid of [taskSid, workerSid]) {
      await on.panels.show(on.account, workspaceSid, sid);
      const panel = made.at(-1)!;
      panel.moveTo(vscode.ViewColumn.One);
      await whenRead(panel, sid);
      on.clock.advance(600);
      await on.panels.show(on.account, workspaceSid, sid);
      await whenRead(panel, sid);
      assert.equal(stateOf(panel).pinned, false);
      on.clock.advance(200);
      await on.panels.show(on.account, workspaceSid, sid);
      await whenRead(panel, sid);
      assert.equal(stateOf(panel).pinned, true);
    }
    assert.equal(made.length, 2);
  });

  it('follow quick clicks on many rows with the reads of the last one only', async () => {
    const on = await begin();
    const { workspaceSid, taskSid } = on.found;
    await on.store.refresh({
      accountId: on.account.id,
      collection: resources.tasks,
      parents: [workspaceSid],
    });
    const tasks = on.store.list({
      accountId: on.account.id,
      collection: resources.tasks,
      parents: [workspaceSid],
    })!;
    const others = tasks.sids.filter((sid) => sid !== taskSid);
    const before = on.sent.length;
    const { open: openGate, opened } = gate();
    on.wire = async (request, pass) => {
      await Promise.race([opened, silence(request)]);
      return pass();
    };
    for (const sid of [...others, taskSid]) {
      await on.panels.show(on.account, workspaceSid, sid);
      made[0]!.moveTo(vscode.ViewColumn.One);
      await settle();
    }
    const open = on.exchanges.length;
    openGate();
    await whenRead(made[0]!, taskSid);
    assert.equal(made.length, 1);
    for (const { path } of on.exchanges.slice(open))
      assert.ok(!others.some((sid) => path.includes(sid)), `${path} is read for a page that was replaced`);
    assert.ok(on.sent.length - before < 12 * others.length, 'each page gets no further than its first reads');
  });

  it('open again after their tab was closed', async () => {
    const on = await begin();
    const first = await open(on);
    first.moveTo(vscode.ViewColumn.One);
    first.dispose();
    await open(on);
    assert.equal(made.length, 2);
  });

  it('are copied for a ticket, with or without what they say of the customer', async () => {
    const on = await begin();
    const panel = await open(on);
    await say(panel, { type: 'copy', customerData: true });
    const all = await vscode.env.clipboard.readText();
    assert.match(all, /^# .*Ada Wren/);
    assert.match(all, /Dana Alder/);
    assert.match(all, /15550100150/);
    await say(panel, { type: 'copy', customerData: false });
    const less = await vscode.env.clipboard.readText();
    assert.match(less, /^# .*Ada Wren/);
    assert.doesNotMatch(less, /Dana|Alder|15550100150/);
  });

  it('say for a few seconds that they were copied', async () => {
    const on = await begin();
    for (const sid of [on.found.taskSid, on.found.workerSid]) {
      const panel = await open(on, sid);
      await say(panel, { type: 'copy', customerData: true });
      await vscode.env.clipboard.readText();
      await eventually(() => stateOf(panel).copied === true, 'it does not say so');
      on.clock.advance(3000);
      await say(panel, { type: 'copy', customerData: false });
      await vscode.env.clipboard.readText();
      await eventually(() => stateOf(panel).copied === false, 'it does not say so again');
      on.clock.advance(3999);
      assert.equal(stateOf(panel).copied, false);
      on.clock.advance(1);
      assert.equal(stateOf(panel).copied, undefined);
    }
  });

  it('say up to when what they show is known, and that they are not refreshed', async () => {
    const on = await begin();
    for (const sid of [on.found.taskSid, on.found.workerSid]) {
      on.interval = 0;
      const panel = await open(on, sid);
      assert.match(stateOf(panel).asOf!, /^As of [^·]+ · refresh is off$/);
      on.interval = 10_000;
      panel.show(true);
      await settle();
      if (vscode.window.state.focused) assert.match(stateOf(panel).asOf!, /^As of [^·]+$/);
    }
  });

  for (const noun of ['task', 'worker'] as const)
    it(`say at the next poll that TaskRouter cannot be reached, and keep what is known of a ${noun}`, async () => {
      if (!vscode.window.state.focused) return;
      const on = await begin();
      on.interval = 10_000;
      const panel = await open(on, noun === 'task' ? on.found.taskSid : on.found.workerSid);
      const { headline, problem } = stateOf(panel);
      assert.equal(headline!.probable, false);
      assert.equal(problem, undefined);
      on.wire = () => Promise.reject(socketError('ECONNREFUSED', 'connect'));
      await withoutJitter(async () => {
        on.clock.advance(10_000);
        await eventually(() => stateOf(panel).problem !== undefined, 'it shows no problem');
      });
      assert.match(stateOf(panel).problem!, /refused/);
      assert.equal(stateOf(panel).headline!.text, headline!.text);
      assert.equal(stateOf(panel).headline!.probable, true);
      assert.match(stateOf(panel).asOf!, /^As of /);
      on.wire = (_, pass) => pass();
      on.clock.advance(10_000);
      await eventually(() => stateOf(panel).problem === undefined, 'it still shows a problem');
      assert.equal(stateOf(panel).headline!.probable, false);
    });

  it('have their name at once after a reload of the window', async () => {
    const on = await begin();
    on.wire = (request) => silence(request);
    const { workspaceSid, taskSid, workerSid } = on.found;
    for (const [sid, title] of [
      [taskSid, 'Dana Alder'],
      [workerSid, 'Ada Wren'],
    ] as const) {
      const panel = new FakePanel<TaskState>();
      const binding = { accountId: on.account.id, workspaceSid, sid };
      const memory = { binding, pinned: true, title, opened: {}, filter: '', scroll: 0 };
      await on.panels.deserializeWebviewPanel(panel as unknown as vscode.WebviewPanel, memory);
      assert.ok(panel.title.startsWith(`${title} · `), panel.title);
      await settle();
      assert.ok(panel.title.startsWith(`${title} · `), panel.title);
    }
  });

  it('come back after a reload of the window, pinned if they were', async () => {
    const on = await begin();
    const { workspaceSid, taskSid } = on.found;
    const binding = { accountId: on.account.id, workspaceSid, sid: taskSid };
    for (const pinned of [true, false]) {
      const panel = new FakePanel<TaskState>();
      const memory = { binding, pinned, opened: {}, filter: '', scroll: 0 };
      await on.panels.deserializeWebviewPanel(panel as unknown as vscode.WebviewPanel, memory);
      await whenRead(panel);
      assert.equal(stateOf(panel).subject.title, 'Dana Alder');
      assert.equal(stateOf(panel).pinned, pinned);
    }
  });

  it('say after a reload that the simulation with their task has ended, and not that there was no such task', async () => {
    const on = await begin();
    const simulated = await on.accounts.simulate();
    const binding = {
      accountId: simulated.id,
      workspaceSid: on.found.workspaceSid,
      sid: `WT${'9'.repeat(32)}`,
    };
    const panel = new FakePanel<TaskState>();
    const memory = { binding, pinned: false, opened: {}, filter: '', scroll: 0 };
    await on.panels.deserializeWebviewPanel(panel as unknown as vscode.WebviewPanel, memory);
    await whenRead(panel);
    assert.match(stateOf(panel).problem!, /^The simulation with this task has ended/);
    assert.equal(stateOf(panel).headline, undefined);
  });

  it('say after a reload that their account was signed out', async () => {
    const on = await begin();
    const { workspaceSid, taskSid } = on.found;
    const panel = new FakePanel<TaskState>();
    const memory = { binding: { accountId: 'gone', workspaceSid, sid: taskSid }, pinned: false };
    await on.panels.deserializeWebviewPanel(panel as unknown as vscode.WebviewPanel, memory);
    assert.equal(panel.disposed, false);
    const { html, options } = panel.webview;
    assert.match(
      html,
      /default-src 'none'.*<h1>This account was signed out\..*<a href="command:taskrouter\.account\.signIn">Sign In<\/a>/,
    );
    assert.deepEqual(options, {
      enableScripts: false,
      localResourceRoots: [],
      enableCommandUris: ['taskrouter.account.signIn'],
    });
  });

  it('do not come back from what the page did not save', async () => {
    const on = await begin();
    const { workspaceSid } = on.found;
    for (const memory of [
      undefined,
      { binding: { accountId: on.account.id, workspaceSid, sid: '../..' }, pinned: false },
    ]) {
      const panel = new FakePanel<TaskState>();
      await on.panels.deserializeWebviewPanel(panel as unknown as vscode.WebviewPanel, memory);
      assert.ok(panel.disposed);
    }
  });

  it('explain a task that no longer exists by its Events, and say that there is no trace of one that never did', async () => {
    const on = await begin();
    const { workspaceSid, taskSid } = on.found;
    const path = `/v1/Workspaces/${workspaceSid}/Tasks/${taskSid}`;
    assert.equal((await driverOf(on.simulator).send('DELETE', path)).status, 204);
    const deleted = stateOf(await open(on));
    assert.match(deleted.headline!.text, /^Deleted/);
    assert.ok(deleted.timeline!.rows.some(({ text }) => /Ada Wren/.test(text)));
    const state = stateOf(await open(on, `WT${'9'.repeat(32)}`));
    assert.equal(state.problem, undefined);
    assert.equal(state.headline?.tone, 'neutral');
    assert.equal(state.hasJson, false);
    assert.equal(state.workers, undefined);
  });

  it('say why nothing could be read, and what to do', async () => {
    const on = await begin();
    on.wire = () => Promise.reject(new Error('socket hang up'));
    const state = stateOf(await withoutJitter(() => open(on)));
    assert.equal(state.headline, undefined);
    assert.ok(state.problem);
    on.wire = (_, pass) => pass();
    await say(made[0]!, { type: 'refresh' });
    await whenRead(made[0]!);
    assert.equal(stateOf(made[0]!).problem, undefined);
    assert.equal(stateOf(made[0]!).headline?.tone, 'offered');
  });

  it('do not read for ever, and show what comes later', async () => {
    for (const show of [
      (on: Stage) => on.panels.show(on.account, on.found.workspaceSid, on.found.taskSid),
      (on: Stage) => on.panels.show(on.account, on.found.workspaceSid, on.found.workerSid),
    ]) {
      const on = await begin();
      const { open, opened } = gate();
      on.wire = (_, pass) => opened.then(pass);
      await show(on);
      const panel = made.at(-1)!;
      await settle();
      on.clock.advance(44_000);
      await settle();
      assert.equal(stateOf(panel).reading, true);
      on.clock.advance(1000);
      await eventually(() => !stateOf(panel).reading, 'it is still reading');
      assert.match(stateOf(panel).problem!, /Not everything could be read in time/);
      open();
      await eventually(() => stateOf(panel).headline !== undefined, 'it shows nothing');
      await eventually(() => stateOf(panel).problem === undefined, 'it still shows a problem');
      assert.equal(stateOf(panel).reading, false);
    }
  });

  it('are read again with a new secret', async () => {
    const on = await begin();
    on.wire = () => Promise.resolve(refusal(401, 20003, 'Authenticate'));
    const panel = await open(on);
    on.wire = (_, pass) => pass();
    await on.accounts.replaceSecret(on.account.id, canary);
    await eventually(() => stateOf(panel).headline?.tone === 'offered', 'it was not read again');
  });

  it('read again on a click what they have had for more than a few seconds', async () => {
    const on = await begin();
    const panel = await open(on);
    const { workspaceSid, taskSid, sid } = on.found;
    const path = `/v1/Workspaces/${workspaceSid}/Tasks/${taskSid}/Reservations/${sid}`;
    const body = [['ReservationStatus', 'accepted']] as const;
    await clientOf(on.simulator).update({ method: 'POST', path, query: [], body });
    on.clock.advance(6000);
    await on.panels.show(on.account, workspaceSid, taskSid);
    await eventually(() => stateOf(panel).headline?.tone === 'active', 'it still shows the offer');
  });

  it('wait for the request limit after a reload of the window, until they are opened', async () => {
    const on = await begin('pending', 2);
    const { workspaceSid, taskSid } = on.found;
    const panel = new FakePanel<TaskState>();
    const memory = { binding: { accountId: on.account.id, workspaceSid, sid: taskSid }, pinned: false };
    const before = on.sent.length;
    await on.panels.deserializeWebviewPanel(panel as unknown as vscode.WebviewPanel, memory);
    for (let turn = 0; turn < 10; turn++) await settle();
    assert.ok(on.sent.length - before <= 2);
    assert.equal(panel.posted.at(-1)?.state.headline, undefined);
    await on.panels.show(on.account, workspaceSid, taskSid);
    await whenRead(panel);
    assert.equal(stateOf(panel).headline?.tone, 'offered');
  });

  it('leave a part out that the credentials may not read, and name the permission', async () => {
    const on = await begin();
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Events') ? Promise.resolve(refusal(403, 20003, 'Permission Denied')) : pass();
    const state = stateOf(await open(on));
    assert.equal(state.problem, undefined);
    assert.equal(state.headline?.tone, 'offered');
    assert.match(state.timeline!.notes.join('\n'), /workspaces\.events\/list/);
  });

  it('follow the task while they are visible, by its Events', async () => {
    const on = await begin();
    on.interval = 10_000;
    const panel = await open(on);
    assert.equal(stateOf(panel).headline?.tone, 'offered');
    const { workspaceSid, taskSid, sid } = on.found;
    const path = `/v1/Workspaces/${workspaceSid}/Tasks/${taskSid}/Reservations/${sid}`;
    const body = [['ReservationStatus', 'accepted']] as const;
    await clientOf(on.simulator).update({ method: 'POST', path, query: [], body });
    if (!vscode.window.state.focused) return;
    on.clock.advance(10_000);
    await eventually(() => stateOf(panel).headline?.tone === 'active', 'it still shows the offer');
  });

  it('show the last explanation after an update of its reservation, until what came of it has been read', async () => {
    const on = await begin();
    const panel = await open(on);
    const [before, buttons] = [stateOf(panel).headline!, stateOf(panel).actions.length];
    const { workspaceSid, taskSid, sid } = on.found;
    const path = `/v1/Workspaces/${workspaceSid}/Tasks/${taskSid}/Reservations/${sid}`;
    const posted = panel.posted.length;
    const begun = on.store.begin(on.account.id, workspaceSid);
    const body = [['ReservationStatus', 'rejected']] as const;
    const { row } = await clientOf(on.simulator).update({ method: 'POST', path, query: [], body });
    on.store.put(begun, row, undefined);
    const isOver = () => stateOf(panel).headline!.text !== before.text && !stateOf(panel).reading;
    await eventually(isOver, 'it does not show what came of it');
    for (const { state } of panel.posted.slice(posted)) {
      const { headline, actions, reading } = state;
      if (headline!.text === before.text)
        assert.ok(reading && !actions.some(({ command }) => command.startsWith('taskrouter.reservation.')));
      else assert.match(headline!.text, /^(Offered to (?!Ada Wren)|Waiting )/);
      if (headline!.text.startsWith('Offered') && !reading) assert.equal(actions.length, buttons);
    }
  });

  it('know when equal workers last had a task as soon as they know who has capacity', async () => {
    const on = await begin('pending', 600, equalWorkers);
    const { headline, workers } = stateOf(await open(on));
    assert.match(headline!.text, /; Ben Finch is next$/);
    assert.doesNotMatch([...headline!.because, ...workers!.order.because].join(' '), /last had a task/);
  });

  it('follow the worker while they are visible, by Events', async () => {
    const on = await begin();
    on.interval = 10_000;
    const { workspaceSid, workerSid } = on.found;
    const panel = await open(on, workerSid);
    const activity = () => stateOf(panel).subject.facts[0]!.text;
    const earlier = activity();
    const client = clientOf(on.simulator);
    const { rows } = await client.list(resources.activities, [workspaceSid]);
    const other = rows.find((one) => one['friendly_name'] !== earlier)!.sid;
    const path = `/v1/Workspaces/${workspaceSid}/Workers/${workerSid}`;
    const body = [['ActivitySid', other]] as const;
    on.clock.advance(1000);
    await client.update({ method: 'POST', path, query: [], body });
    if (!vscode.window.state.focused) return;
    on.clock.advance(10_000);
    await eventually(() => activity() !== earlier, 'it still shows the earlier activity');
  });

  it('poll nothing while they are hidden, and nothing once they are closed', async () => {
    const on = await begin();
    on.interval = 10_000;
    const panel = await open(on);
    panel.visible = false;
    const before = on.sent.length;
    on.clock.advance(60_000);
    await settle();
    panel.dispose();
    on.clock.advance(60_000);
    await settle();
    assert.equal(on.sent.length, before);
  });

  it('say why a worker is not offered tasks, in the same tab', async () => {
    const on = await begin();
    const first = await open(on);
    first.moveTo(vscode.ViewColumn.One);
    await say(first, { type: 'openWorker', workerSid: on.found.workerSid });
    await whenRead(first, on.found.workerSid);
    assert.equal(made.length, 1);
    const state = stateOf(first);
    assert.equal(state.subject.title, 'Ada Wren');
    assert.ok(state.headline);
    assert.deepEqual(state.waiting, []);
    // Ada is offered a task while she works on another one.
    assert.deepEqual(
      state.held!.map(({ icon }) => icon),
      ['bell-dot', 'call-incoming'],
    );
    assert.ok(state.queues!.length > 0);
    await say(first, { type: 'copy', customerData: false });
    assert.match(await vscode.env.clipboard.readText(), /^# .*Ada Wren[^]*## Queues/);
    await say(first, { type: 'openTask', taskSid: on.found.taskSid });
    await whenRead(first, on.found.taskSid);
    assert.equal(stateOf(first).headline?.tone, 'offered');
  });

  it('run only the commands that they offer, on a row of ours', async () => {
    const on = await begin();
    const panel = await open(on);
    const ran: unknown[] = [];
    const { executeCommand } = vscode.commands;
    vscode.commands.executeCommand = ((...given: unknown[]) => {
      ran.push(given);
      return Promise.resolve();
    }) as typeof executeCommand;
    try {
      const { sid: reservationSid } = on.found;
      await say(panel, { type: 'act', command: 'taskrouter.account.signOut', reservationSid });
      await say(panel, { type: 'act', command: 'taskrouter.reservation.complete', reservationSid });
      await say(panel, {
        type: 'act',
        command: 'taskrouter.reservation.accept',
        reservationSid: `WR${'9'.repeat(32)}`,
      });
      assert.deepEqual(ran, []);
      await say(panel, { type: 'act', command: 'taskrouter.task.complete' });
      assert.deepEqual(ran, []);
      await say(panel, { type: 'act', command: 'taskrouter.reservation.accept', reservationSid });
      await say(panel, { type: 'act', command: 'taskrouter.task.cancel' });
    } finally {
      vscode.commands.executeCommand = executeCommand;
    }
    const [[command, row], [cancel, taskRow]] = ran as unknown as [[string, object], [string, object]];
    assert.equal(cancel, 'taskrouter.task.cancel');
    assert.deepEqual(on.targets.of(taskRow)!.resource!.sids, [on.found.workspaceSid, on.found.taskSid]);
    assert.equal(command, 'taskrouter.reservation.accept');
    const { resource } = on.targets.of(row)!;
    assert.equal(resource!.collection, resources.taskReservations);
    assert.deepEqual(resource!.sids, [on.found.workspaceSid, on.found.taskSid, on.found.sid]);
  });

  it('offer nothing that writes on a read-only account', async () => {
    const on = await begin();
    await on.accounts.change(on.account.id, { name: 'Acme', environment: 'production', readOnly: true });
    await on.panels.show(on.accounts.get(on.account.id)!, on.found.workspaceSid, on.found.taskSid);
    await whenRead(made[0]!);
    assert.deepEqual(
      stateOf(made[0]!).actions.map(({ command }) => command),
      ['taskrouter.reservation.open'],
    );
  });

  it('close with their account', async () => {
    const on = await begin();
    const panel = await open(on);
    await on.accounts.signOut(on.account.id);
    await eventually(() => panel.disposed, 'it is still open');
  });
});
