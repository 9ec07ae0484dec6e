import assert from 'node:assert/strict';
import type { Simulator } from '../../src/simulator/simulator';
import { createSimulator } from '../../src/simulator/simulator';
import { quiet, waiting, worker } from '../simulator/driver';
import { openWorkbench, type Workbench } from './driver';
import { connectLocal, continueEachOther } from './steps';

const callSid = (digit: string) => `CA${digit.repeat(32)}`;

/** Nobody is available; one task outlived its call, and the callback about the other one failed. */
const scenario = quiet({
  workers: [worker('alice', { activity: 'Break' })],
  workflows: [
    {
      name: 'Calls',
      reservationTimeout: 120,
      filters: [],
      defaultQueue: 'All',
      assignmentCallbackUrl: 'https://app.example.com/assignment',
    },
  ],
  tasks: [
    waiting({ age: 600, attributes: { call_sid: callSid('a'), name: 'Dana Alder' }, callEnded: 300 }),
    waiting({
      age: 300,
      attributes: { call_sid: callSid('b'), name: 'Gus Fir' },
      reservations: [{ worker: 'alice', status: 'canceled', age: 200, alert: '11205' }],
    }),
  ],
});

describe('a task’s call and the alerts about it', function () {
  continueEachOther(this);
  let on: Workbench;
  let simulator: Simulator;
  let server: Awaited<ReturnType<Simulator['listen']>>;

  before(async () => {
    simulator = createSimulator({ scenario });
    server = await simulator.listen(0);
    on = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 2 } });
    await connectLocal(on, server.url, simulator);
    await row(/^Workspace Quiet/).click();
    await row('Tasks').click();
  });
  after(async () => {
    await on?.close();
    await server?.close();
    simulator?.stop();
  });

  const row = (name: string | RegExp) => on.treeItem(name).first();
  const headline = (text: string | RegExp) =>
    on.webview().locator('.headline').getByRole('heading', { level: 1, name: text });
  const paths = () =>
    simulator.requests.map(({ path }) => path).filter((path) => /^\/2010-04-01\/|^\/v1\/Alerts/.test(path));
  const change = async (to: RegExp) => {
    const name = on.quickInput(/^Change Local.* \(1\/2\)/);
    await on.contextMenu(row(/^Local \d+/), 'Change Account…', name.box);
    await name.type('Local 4010');
    const reads = on.quickInput(/^Change Local.* \(2\/2\)/);
    await reads.box.getByText('need permission for both').waitFor();
    await on.screenshot('change-account-reads');
    await reads.choose(to);
    await reads.box.waitFor({ state: 'hidden' });
  };

  it('are not read unless the user switched that on', async () => {
    await on.inlineAction(row(/^Task, Gus Fir/), 'Explain Task', headline(/^Waiting .* in All/));
    await on.inlineAction(row(/^Task, Dana Alder/), 'Explain Task', headline(/^Waiting .* in All/));
    assert.deepEqual(paths(), []);
  });

  it('are read once it is, and name the cause: the call has ended', async () => {
    await change(/^TaskRouter, calls and alerts/);
    await headline(/^The task is still pending, but its call ended 5 min ago/).waitFor();
    await on.webview().getByText('Cancel the task').first().waitFor();
    const path = `/2010-04-01/Accounts/${simulator.accountSid}/Calls/${callSid('a')}.json`;
    assert.deepEqual(paths(), [path]);
    await on.webview().getByText('Requests behind this explanation').click();
    await on
      .webview()
      .locator('code', { hasText: `GET ${new URL(server.url).host}${path}` })
      .waitFor();
    await on.screenshot('task-call-ended');
  });

  it('name the cause of a canceled offer: the callback failed', async () => {
    await on.inlineAction(
      row(/^Task, Gus Fir/),
      'Explain Task',
      headline(/^The offer was canceled because the assignment callback failed with error 11205/),
    );
    await on.webview().getByText('with status 200 within 5 seconds').first().waitFor();
    await on.screenshot('task-callback-failed');
    assert.ok(paths().includes('/v1/Alerts'));
  });

  it('are copied as curl for the host that was asked', async () => {
    await on.command('TaskRouter: Copy a Request as curl');
    const request = on.quickInput('Which request?');
    await request.box.locator('input').first().fill('Calls/');
    await request.choose(new RegExp(`^GET Calls/${callSid('a')}`));
    await on.statusBarItem(/Copied with credential placeholders/).waitFor();
    const text = await on.clipboard();
    assert.ok(text.startsWith(`curl -X GET '${server.url}/2010-04-01/Accounts/`), text);
    assert.ok(!text.includes(simulator.authToken));
  });

  it('are forgotten when the user switches it off', async () => {
    await change(/^TaskRouter only/);
    await headline(/^Waiting .* in All/).waitFor();
    const before = paths().length;
    await on.webview().getByRole('button', { name: 'Refresh' }).first().click();
    await on.inlineAction(row(/^Task, Dana Alder/), 'Explain Task', headline(/^Waiting .* in All/));
    assert.equal(paths().length, before);
    for (const { method, path } of simulator.requests) {
      if (/^\/2010-04-01\/|^\/v1\/Alerts/.test(path)) assert.equal(method, 'GET');
    }
  });
});
