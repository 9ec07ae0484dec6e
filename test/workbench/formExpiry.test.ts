import assert from 'node:assert/strict';
import type { Scenario, Simulator } from '../../src/simulator/simulator';
import { createSimulator } from '../../src/simulator/simulator';
import { openWorkbench, type Workbench } from './driver';
import { connectLocal } from './steps';

/** Seconds that a worker has to answer: enough to open the form, and to wait for. */
const reservationTimeout = 20;
const worker = (name: string) => ({ name, activity: 'Available', attributes: {} });
const scenario: Scenario = {
  name: 'short of time',
  workspaces: [
    {
      name: 'Desk',
      multitasking: false,
      activities: [
        { name: 'Available', available: true },
        { name: 'Offline', available: false },
      ],
      defaultActivity: 'Offline',
      timeoutActivity: 'Offline',
      channels: [{ uniqueName: 'voice', friendlyName: 'Voice' }],
      queues: [{ name: 'Everyone', targetWorkers: '1==1' }],
      workflows: [{ name: 'Inbound', reservationTimeout, filters: [], defaultQueue: 'Everyone' }],
      workers: [worker('Ada'), worker('Ben')],
      tasks: [],
    },
  ],
};

describe('a person is in the form when the time to answer runs out', () => {
  let simulator: Simulator;
  let server: Awaited<ReturnType<Simulator['listen']>>;
  let workbench: Workbench;

  before(async () => {
    simulator = createSimulator({ scenario });
    server = await simulator.listen(0);
    // Nothing is looked at again by itself: what the form learns, it has asked for.
    workbench = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 0 } });
    await connectLocal(workbench, server.url, simulator);
    await workbench.treeItem(/^Workspace Desk/).click();
  });
  after(async () => {
    await workbench?.close();
    await server?.close();
    simulator.stop();
  });

  const call = async <T>(path: string, body?: Record<string, string>): Promise<T> => {
    const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64')}`;
    const sent = body ? { method: 'POST', body: new URLSearchParams(body) } : {};
    const answer = await fetch(`${server.url}/v1/${path}`, { headers: { authorization }, ...sent });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return (await answer.json()) as T;
  };

  it('sees it run out, learns what became of it, keeps what was typed, and goes on with the task', async () => {
    const form = workbench.webview();
    const from = form.locator('#field-from');
    const { workspaces } = await call<{ workspaces: { sid: string }[] }>('Workspaces');
    const task = { TaskChannel: 'voice', Attributes: '{"name":"Dana Alder"}' };
    await call(`Workspaces/${workspaces[0]!.sid}/Tasks`, task);
    await workbench.treeItem('Tasks').click();
    await workbench.expand(workbench.treeItem(/^Task, Dana Alder, reserved/));
    const pending = workbench.treeItem(/^Reservation, pending/);
    await workbench.contextMenu(pending, 'Conference…', from);
    await from.fill('+15550100123');

    const left = form.locator('.left');
    await left.locator('.ring').waitFor();
    await left.filter({ hasText: /^\s*0:\d\d left/ }).waitFor();
    await form.locator('.left.urgent', { hasText: /^\s*0:0\d left/ }).waitFor();
    // The form reads half a second after the time is up, and would show this for no longer.
    const clear = simulator.faults.add({ do: 'wait', on: 'GET Reservations/*', ms: 5000 });
    await left.filter({ hasText: 'Probably expired' }).waitFor();
    clear();
    assert.equal(await form.locator('.status.pending').count(), 1, 'so far nothing was heard of it');

    const locked = form.locator('#locked');
    await locked.getByText('This reservation timed out.').waitFor();
    await form.locator('.status.timeout').waitFor();
    assert.equal(await left.count(), 0);
    const send = form.getByRole('button', { name: 'Send Conference' });
    assert.equal(await send.getAttribute('aria-disabled'), 'true');
    assert.equal(await from.inputValue(), '+15550100123');
    assert.equal(await from.getAttribute('readonly'), '');

    const worker = await form.locator('.facts').innerText();
    const [gone, next] = worker.includes('Ada') ? ['Ada', 'Ben'] : ['Ben', 'Ada'];
    await locked.getByRole('button', { name: `Continue with ${next} (pending)` }).click();
    await form.locator('.facts', { hasText: next }).locator('.status.pending').waitFor();
    assert.equal(await form.locator('.facts', { hasText: gone }).count(), 0);
  });
});
