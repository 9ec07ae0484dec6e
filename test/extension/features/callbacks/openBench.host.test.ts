import { strict as assert } from 'node:assert';
import type { RequestListener } from 'node:http';
import * as vscode from 'vscode';
import { holdIn } from '../../../../src/extension/features/callbacks/assignmentReads';
import { BenchCalls } from '../../../../src/extension/features/callbacks/benchCalls';
import { BenchMemory } from '../../../../src/extension/features/callbacks/benchMemory';
import { OpenBench } from '../../../../src/extension/features/callbacks/openBench';
import type { SentCallback } from '../../../../src/simulator/simulator';
import type { CallbacksState } from '../../../../src/webview/callbacks/protocol';
import { bodyOf, json, serveApplication } from '../../../callbacks/application';
import { callSid, driverOf, quiet, waiting, worker } from '../../../simulator/driver';
import { FakePanel } from '../../fakePanel';
import { FakeMemory, openWindow, settle, workspaceOf } from '../../window';

describe('the callback bench of a simulated workspace', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  /** Two workspaces, whose only workers become available when the test says so, and an application. */
  async function center(application: RequestListener) {
    const { url, close } = await serveApplication(application);
    const alice = worker('alice', { activity: 'Offline' });
    const attributes = { name: 'Rosa Hazel', call_sid: callSid, from: '+15550100150' };
    const scenario = quiet({ workers: [alice], tasks: [waiting({ attributes })] });
    const [first] = scenario.workspaces;
    const { accounts, store, clock, simulator } = openWindow({
      scenario: { ...scenario, workspaces: [first!, { ...first!, name: 'Other' }] },
    });
    ends.push(close, () => simulator.stop());
    const account = await accounts.simulate();
    const workspaceSid = await workspaceOf(simulator);
    const { post, list } = driverOf(simulator);
    const memory = new BenchMemory(new FakeMemory());
    const forms = { show: () => assert.fail('a form'), fill: () => assert.fail('a form') };

    /** A bench; a restored one is as after a reload of the window. */
    const open = (isRestored = false, calls = new BenchCalls('all', holdIn(store, account.id))) => {
      const panel = new FakePanel<CallbacksState>();
      const parts = { accounts, store, clock, memory, forms };
      const on = panel as unknown as vscode.WebviewPanel;
      const bench = new OpenBench(on, parts, account, workspaceSid, calls, isRestored);
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
      const start = async (path = '/assignment') => {
        await say({ type: 'setup', key: 'url', value: url + path });
        await say({ type: 'start' });
      };
      return { bench, calls, panel, state, say, start };
    };

    /** Resolves when such a callback was sent. */
    const sent = (isWanted: (sent: SentCallback) => boolean) =>
      new Promise<void>((resolve) => {
        ends.push(simulator.delivery.observe((one) => isWanted(one) && resolve()));
      });
    /** Makes the workers of both workspaces available, the other one's first. */
    const offer = async () => {
      for (const { sid } of (await list('/v1/Workspaces', 'workspaces')).reverse()) {
        const root = `/v1/Workspaces/${sid}`;
        const [available] = await list(`${root}/Activities?Available=true`, 'activities');
        const [only] = await list(`${root}/Workers`, 'workers');
        await post(`${root}/Workers/${only!.sid}`, { ActivitySid: available!.sid });
      }
    };
    return { url, open, offer, sent, clock, store, account, simulator };
  }

  it('pauses when the application fails again and again, and goes on when it answers', async () => {
    let answers = false;
    const { url, open, offer, sent, clock } = await center((request, response) => {
      if (answers) json({ instruction: 'accept' })(request, response);
      else response.writeHead(500).end();
    });
    const { state, start } = open();
    await start();
    const delivering = `Delivering the assignments of this workspace to ${url}/assignment`;
    assert.equal((await state()).delivery.text, delivering);
    const paused = sent((one) => one.kind === 'assignment' && one.pause !== undefined);
    await offer();
    await paused;
    const { delivery, total } = await state();
    assert.equal(total, 10);
    assert.match(delivery.text, /^Paused for 1 s, as the last 10 callbacks failed or rejected\./);
    assert.equal(delivery.button, 'stop');
    answers = true;
    const accepted = sent((one) => one.kind === 'assignment' && one.status === 'accepted');
    clock.advance(1000);
    await accepted;
    assert.equal((await state()).delivery.text, delivering);
  });

  it('shows an assignment while it is sent, and its answer after delivering was stopped', async () => {
    let received: (answer: () => void) => void;
    const request = new Promise<() => void>((resolve) => (received = resolve));
    const { open, offer, sent, clock } = await center((...exchange) =>
      received(() => json({ instruction: 'reject' })(...exchange)),
    );
    const { state, say, start } = open();
    await start();
    const answered = sent((one) => one.kind === 'assignment');
    await offer();
    const answer = await request;
    const [waiting, ...others] = (await state()).rows;
    assert.deepEqual(others, []);
    assert.deepEqual([waiting!.name, waiting!.subject], ['Rosa Hazel', 'alice']);
    assert.equal(waiting!.result, 'Waiting for the answer…');
    await say({ type: 'stop' });
    clock.advance(2000);
    answer();
    await answered;
    const { rows, delivery } = await state();
    assert.deepEqual(
      rows.map(({ id, time, result }) => [id, time, result]),
      [[waiting!.id, waiting!.time, 'Reject']],
    );
    assert.equal(delivery.text, 'Not delivering');
  });

  it('delivers to the URL that was there until another one is entered, and stops for one that is wrong', async () => {
    const { url, open } = await center(json({}));
    const { state, say, start } = open();
    await start();
    const says = async () => {
      const { text, button } = (await state()).delivery;
      return [text, button];
    };
    const deliveringTo = (path: string) => [
      `Delivering the assignments of this workspace to ${url}${path}`,
      'stop',
    ];
    await say({ type: 'setup', key: 'url', value: `${url}/assign` });
    assert.deepEqual(await says(), deliveringTo('/assignment'));
    await say({ type: 'applySetup' });
    assert.deepEqual(await says(), deliveringTo('/assign'));
    await say({ type: 'setup', key: 'url', value: 'localhost' });
    assert.deepEqual(await says(), deliveringTo('/assign'));
    await say({ type: 'applySetup' });
    assert.deepEqual(await says(), ['Stopped: a URL or the events filter was changed.', 'start']);
  });

  it('shows no callback as waiting once the simulation has ended, and says so', async () => {
    let received: () => void;
    const request = new Promise<void>((resolve) => (received = resolve));
    const { open, offer, simulator } = await center(() => received());
    const { state, start } = open();
    await start();
    await offer();
    await request;
    assert.equal((await state()).rows[0]!.result, 'Waiting for the answer…');
    simulator.stop();
    const { rows, delivery } = await state();
    assert.deepEqual([rows, delivery.text], [[], 'Stopped: the simulation has ended.']);
  });

  it('keeps its callbacks when the page is closed, but delivers nothing then', async () => {
    const { open, offer, sent } = await center(json({ instruction: 'accept' }));
    const { bench, calls, start } = open();
    await start();
    const accepted = sent((one) => one.kind === 'assignment');
    await offer();
    await accepted;
    bench.dispose();
    const { rows, delivery } = await open(false, calls).state();
    assert.deepEqual(
      rows.map(({ name, result }) => [name, result]),
      [['Rosa Hazel', 'Accept']],
    );
    assert.equal(delivery.text, 'Not delivering');
  });

  it('keeps the callback whose answer comes after the page was closed', async () => {
    let received: (answer: () => void) => void;
    const request = new Promise<() => void>((resolve) => (received = resolve));
    const { open, offer, sent } = await center((...exchange) =>
      received(() => json({ instruction: 'accept' })(...exchange)),
    );
    const { bench, calls, start } = open();
    await start();
    const accepted = sent((one) => one.kind === 'assignment');
    await offer();
    const answer = await request;
    bench.dispose();
    const again = open(false, calls);
    assert.equal((await again.state()).rows[0]!.result, 'Waiting for the answer…');
    answer();
    await accepted;
    const { rows } = await again.state();
    assert.deepEqual(
      rows.map(({ name, result }) => [name, result]),
      [['Rosa Hazel', 'Accept']],
    );
  });

  it('copies the Auth Token with which the simulated account signs', async () => {
    const { open, simulator } = await center(json({}));
    const { state, say } = open();
    assert.match((await state()).signing!, /Auth Token of the simulated account/);
    await say({ type: 'copyToken' });
    assert.equal(await vscode.env.clipboard.readText(), simulator.authToken);
    assert.ok(!JSON.stringify(await state()).includes(simulator.authToken));
  });

  it('shows the callbacks of events and status in the order in which they are sent, of its workspace only', async () => {
    const received: string[] = [];
    const workspaces = new Set<string>();
    const { url, open, offer, sent, clock } = await center((request, response) => {
      void bodyOf(request).then((body) => {
        const given = new URLSearchParams(body);
        if (given.has('WorkspaceSid')) workspaces.add(given.get('WorkspaceSid')!);
        if (request.url === '/assignment')
          return json({
            ...{ instruction: 'conference', from: '+15550100123', record: 'true' },
            ...{ status_callback: `${url}/status`, recording_status_callback: `${url}/status` },
            conference_status_callback: `${url}/status`,
            conference_status_callback_event: 'start,end',
          })(request, response);
        received.push(
          given.get('EventType') ??
            given.get('StatusCallbackEvent') ??
            given.get('RecordingStatus') ??
            given.get('CallStatus')!,
        );
        response.writeHead(request.url === '/events' ? 204 : 404).end();
      });
    });
    const { bench, panel, state, say, start } = open();
    await state();
    assert.match(panel.title, /^Callbacks: .+ · SIMULATOR$/);
    await say({ type: 'setup', key: 'eventUrl', value: `${url}/events` });
    await start();
    const accepted = sent((one) => one.kind === 'assignment');
    await offer();
    await accepted;
    const ended = sent(
      (one) => one.kind === 'status' && one.attempt.parameters.some(([name]) => name === 'RecordingStatus'),
    );
    clock.advance(6000);
    clock.advance(420_000);
    await ended;

    const { rows } = await state();
    const reports = rows.filter(({ kind }) => kind?.endsWith(' callback')).reverse();
    assert.deepEqual(
      [
        ...new Set(
          reports.filter(({ name }) => /^(reserv|Conf|Rec)/.test(name)).map(({ subject }) => subject),
        ),
      ],
      ['Rosa Hazel · alice'],
    );
    assert.deepEqual(
      reports.map(({ name }) => name.replace(/^\w+: /, '')),
      received.slice(0, reports.length),
    );
    const names = reports.map(({ name }) => name);
    for (const name of ['reservation.created', 'reservation.accepted'])
      assert.ok(names.includes(name), names.join());
    assert.deepEqual(
      names.filter((name) => name.includes(':')),
      [
        'Conference: conference-start',
        'Call: completed',
        'Conference: conference-end',
        'Recording: completed',
      ],
    );
    assert.deepEqual([...workspaces], [bench.subject.sids[0]]);

    await say({ type: 'choose', index: rows.findIndex(({ name }) => name === 'reservation.created') });
    const { detail } = await state();
    assert.deepEqual(detail?.verdict.lines.slice(1), ['The application answered with status 204.']);
    const [attempt] = detail.attempts;
    assert.equal(attempt!.heading, `POST ${url}/events`);
    assert.match(attempt!.took, / of 15,000 ms$/);
    const parameters = attempt!.parameters.map(({ name }) => name);
    assert.deepEqual(parameters.slice(0, 3), ['EventType', 'AccountSid', 'WorkspaceSid']);
    await say({ type: 'choose', index: rows.findIndex(({ name }) => name === 'Recording: completed') });
    const { verdict, attempts } = (await state()).detail!;
    assert.equal(verdict.tone, 'unknown');
    assert.deepEqual(
      attempts[0]!.mistakes.map(({ text }) => text),
      ['The status is 404. Answer with 200 instead.'],
    );
  });

  it('still names the worker and the status when a form that showed them is closed', async () => {
    const { open, offer, sent, store, account } = await center(json({ instruction: 'accept' }));
    const { state, start } = open();
    await start();
    const accepted = sent((one) => one.kind === 'assignment');
    await offer();
    await accepted;
    const shown = async () => {
      const { rows, detail } = await state();
      return [rows[0]!.subject, detail!.verdict.lines.at(-1)];
    };
    assert.deepEqual(await shown(), ['alice', 'The reservation is now accepted.']);
    const { parameters } = (await state()).detail!.attempts[0]!;
    const sids = parameters
      .filter(({ name }) => /^(Worker|Reservation)Sid$/.test(name))
      .map(({ value }) => value);
    store.hold(account.id, sids).dispose();
    assert.deepEqual(await shown(), ['alice', 'The reservation is now accepted.']);
  });

  it('remembers its addresses after a reload, and says that earlier callbacks are gone', async () => {
    const { url, open, offer, sent, store, account } = await center(json({ instruction: 'accept' }));
    const before = open();
    await before.say({ type: 'setup', key: 'signedUrl', value: 'https://example.com/assignment' });
    await before.say({ type: 'setup', key: 'fallbackUrl', value: `${url}/fallback` });
    await before.say({ type: 'setup', key: 'eventUrl', value: `${url}/events` });
    await before.say({ type: 'setup', key: 'eventsFilter', value: 'task.created' });
    await before.say({ type: 'filter', filter: 'assignment' });
    await before.start();
    const accepted = sent((one) => one.kind === 'assignment');
    await offer();
    await accepted;
    assert.ok((await before.state()).total > 0);
    before.bench.dispose();

    const { state, say, start } = open(true, new BenchCalls('assignment', holdIn(store, account.id)));
    const { fields, total, texts, delivery, filter } = await state();
    assert.equal(filter?.chosen, 'assignment');
    assert.deepEqual(
      fields.map(({ value }) => value),
      [
        ...[`${url}/assignment`, `${url}/fallback`, 'https://example.com/assignment'],
        ...[`${url}/events`, 'task.created'],
      ],
    );
    assert.deepEqual([total, delivery.button], [0, 'start']);
    assert.equal(texts.empty, 'No callbacks since the window was reloaded. Earlier ones were not saved.');
    await start('/again');
    assert.equal((await state()).texts.empty, 'Waiting for the next assignment');
    // Others that the user removes were there.
    await say({ type: 'clear' });
    await say({ type: 'stop' });
    assert.equal((await state()).texts.empty, 'No callbacks yet');
  });
});
