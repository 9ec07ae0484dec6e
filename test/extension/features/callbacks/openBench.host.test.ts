import { strict as assert } from 'node:assert';
import type { RequestListener } from 'node:http';
import type * as vscode from 'vscode';
import { BenchMemory } from '../../../../src/extension/features/callbacks/benchMemory';
import { OpenBench } from '../../../../src/extension/features/callbacks/openBench';
import type { SentCallback } from '../../../../src/simulator/simulator';
import type { CallbacksState } from '../../../../src/webview/callbacks/protocol';
import { json, serveApplication } from '../../../callbacks/application';
import { driverOf, quiet, waiting, worker } from '../../../simulator/driver';
import { FakePanel } from '../../fakePanel';
import { FakeMemory, openWindow, settle, workspaceOf } from '../../window';

describe('the callback bench of a simulated workspace', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  /** A center whose only worker becomes available when the test says so, and an application. */
  async function center(application: RequestListener) {
    const { url, close } = await serveApplication(application);
    const alice = worker('alice', { activity: 'Offline' });
    const scenario = quiet({ workers: [alice], tasks: [waiting({ attributes: { name: 'Rosa Hazel' } })] });
    const { accounts, store, clock, simulator } = openWindow({ scenario });
    ends.push(close, () => simulator.stop());
    const account = await accounts.simulate();
    const workspaceSid = await workspaceOf(simulator);
    const { post, list } = driverOf(simulator);
    const root = `/v1/Workspaces/${workspaceSid}`;
    const memory = new BenchMemory(new FakeMemory());
    const forms = { show: () => assert.fail('a form'), fill: () => assert.fail('a form') };

    /** A bench; a restored one is as after a reload of the window. */
    const open = (isRestored = false) => {
      const panel = new FakePanel<CallbacksState>();
      const parts = { accounts, store, clock, memory, forms };
      const on = panel as unknown as vscode.WebviewPanel;
      const bench = new OpenBench(on, parts, account, workspaceSid, isRestored);
      ends.push(() => bench.dispose());
      const state = async () => {
        await settle();
        clock.advance(200);
        panel.said.fire({ type: 'ready' });
        return panel.posted.at(-1)!.state;
      };
      let number = 0;
      const say = async (message: object) => {
        await state();
        const { instance } = panel.posted.at(-1)!;
        panel.said.fire({ ...message, instance, number: ++number });
        while (panel.posted.at(-1)!.upTo < number) await settle();
      };
      return { bench, state, say };
    };

    /** Makes the worker available; answers when what is wanted was sent. */
    const offer = async (isWanted: (sent: SentCallback) => boolean) => {
      const sent = new Promise<void>((resolve) => {
        ends.push(simulator.delivery.observe((one) => isWanted(one) && resolve()));
      });
      const [available] = await list(`${root}/Activities?Available=true`, 'activities');
      const [first] = await list(`${root}/Workers`, 'workers');
      await post(`${root}/Workers/${first!.sid}`, { ActivitySid: available!.sid });
      await sent;
    };
    return { url, open, offer, post, root, clock };
  }

  it('stops by itself when the application fails again and again, and starts again', async () => {
    let status = 500;
    const { url, open, offer } = await center((request, response) => {
      if (status === 200) return json({ instruction: 'accept' })(request, response);
      response.writeHead(status).end();
    });
    const { state, say } = open();
    await say({ type: 'address', key: 'url', value: `${url}/assignment` });
    await say({ type: 'start' });
    assert.equal((await state()).delivery.text, `Delivering every assignment to ${url}/assignment`);
    await offer((sent) => sent.kind === 'assignment' && sent.isLast === true);
    const { delivery, total } = await state();
    assert.equal(total, 10);
    assert.match(delivery.text, /^Stopped after 10 callbacks in a row without a usable answer\./);
    assert.equal(delivery.button, 'start');
    status = 200;
    await say({ type: 'start' });
    assert.equal((await state()).delivery.button, 'stop');
  });
});
