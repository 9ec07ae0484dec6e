import { strict as assert } from 'node:assert';
import { alertWindow } from '../../../../src/explanation/callAndAlerts';
import type { ExplanationFacts } from '../../../../src/explanation/facts';
import { networkFetch } from '../../../../src/extension/data/networkFetch';
import { CallAndAlertReads } from '../../../../src/extension/features/task/callAndAlertReads';
import { at, sampleFacts } from '../../../explanation/samples';
import type { TestWindow } from '../../window';
import { answer, assertClean, canary, entryOf, gate, openWindow, refusal, socketError } from '../../window';

const callSid = `CA${'a'.repeat(32)}`;
const outsidePaths = /^\/2010-04-01\/|^\/v1\/Alerts/;

const ended = { sid: callSid, status: 'completed', end_time: 'Mon, 05 Jan 2026 09:00:00 +0000' };
const alert = {
  sid: `NO${'1'.repeat(32)}`,
  error_code: '11200',
  date_generated: '2026-01-05T09:00:35Z',
  request_url: 'https://app.example.com/a',
};
const good = (path: string) => answer(200, path.startsWith('/v1/Alerts') ? { alerts: [alert] } : ended);

interface Stage {
  readonly window: TestWindow;
  readonly reads: CallAndAlertReads;
  readonly facts: ExplanationFacts;
  isVisible: boolean;
  /** Host and path of each request to the two hosts. */
  readonly sent: string[];
  read(facts?: ExplanationFacts, userInitiated?: boolean): Promise<boolean>;
  switch(isOn: boolean): Promise<void>;
}

/** A page about a task with a call and a canceled offer, in a window whose user has allowed these reads or not. */
async function stage(isOn = true): Promise<Stage> {
  const window = openWindow();
  const { account } = await window.accounts.signIn(entryOf(window.simulator), canary);
  const sent: string[] = [];
  window.wire = ({ url }, pass) => {
    if (!outsidePaths.test(url.pathname)) return pass();
    sent.push(url.host + url.pathname);
    return Promise.resolve(good(url.pathname));
  };
  const facts: ExplanationFacts = {
    ...sampleFacts,
    task: {
      ...sampleFacts.task!,
      account_sid: window.simulator.accountSid,
      attributes: JSON.stringify({ call_sid: callSid }),
    },
    reservations: [
      {
        sid: `WR${'1'.repeat(32)}`,
        reservation_status: 'canceled',
        date_created: at(30),
        date_updated: at(35),
      },
    ],
  };
  const on: Stage = {
    window,
    facts,
    sent,
    isVisible: true,
    reads: new CallAndAlertReads({
      clock: window.clock,
      connect: (id) => window.accounts.connect(id),
      account: () => window.accounts.get(account.id) ?? account,
      isVisible: () => on.isVisible,
    }),
    read: (given = facts, userInitiated = false) => on.reads.read(given, alertWindow(given), userInitiated),
    switch: (readsCallsAndAlerts) => window.accounts.change(account.id, { ...account, readsCallsAndAlerts }),
  };
  if (isOn) await on.switch(true);
  return on;
}

describe('the reads of a task’s call and of alerts', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  it('happen at the two hosts, and tell what they found', async () => {
    const on = await stage();
    assert.equal(await on.read(), true);
    const { accountSid } = on.window.simulator;
    assert.deepEqual(on.sent.sort(), [
      `api.twilio.com/2010-04-01/Accounts/${accountSid}/Calls/${callSid}.json`,
      'monitor.twilio.com/v1/Alerts',
    ]);
    const { outside, unread } = on.reads.addTo(on.facts);
    assert.equal(outside!.call!.status, 'completed');
    assert.equal(outside!.alerts!.length, 1);
    assert.deepEqual(unread, on.facts.unread);
    assert.equal(on.reads.requests.length, 2);
    assert.match(
      on.reads.requests[0]!,
      /^GET api\.twilio\.com\/2010-04-01\/Accounts\/AC\w+\/Calls\/CAa+\.json$/,
    );
    assert.match(
      on.reads.requests[1]!,
      /^GET monitor\.twilio\.com\/v1\/Alerts\?LogLevel=error&StartDate=2026-01-05T09%3A00%3A15Z&.*PageSize=50$/,
    );
    assertClean([outside, on.reads.requests]);
  });

  it('send nothing while they are off, whatever the stored record says', async () => {
    const on = await stage(false);
    for (const record of [undefined, false, 'true', 1, null, {}] as (boolean | undefined)[]) {
      if (record !== undefined) await on.switch(record);
      assert.equal(await on.read(on.facts, true), false);
    }
    assert.deepEqual(on.sent, []);
    assert.equal(on.reads.addTo(on.facts), on.facts);
    assert.deepEqual(on.reads.requests, []);
  });

  it('send nothing over sockets while they are off, and only these two once they are on', async () => {
    const window = openWindow();
    const { simulator } = window;
    const server = await simulator.listen();
    const { url } = server;
    closing.push(() => server.close());
    window.wire = ({ url: to, ...init }) => networkFetch(url + to.pathname + to.search, init);
    const { account } = await window.accounts.signIn(
      { ...entryOf(simulator), kind: 'local', origin: url, environment: 'development' },
      canary,
    );
    const { facts } = await stage(false);
    const reads = new CallAndAlertReads({
      clock: window.clock,
      connect: (id) => window.accounts.connect(id),
      account: () => window.accounts.get(account.id)!,
      isVisible: () => true,
    });
    const outside = () =>
      simulator.requests.map(({ path }) => path).filter((path) => outsidePaths.test(path));
    const task = { ...facts.task!, account_sid: simulator.accountSid };
    await reads.read({ ...facts, task }, alertWindow(facts), true);
    assert.deepEqual(outside(), []);
    await window.accounts.change(account.id, { ...account, readsCallsAndAlerts: true });
    await reads.read({ ...facts, task }, alertWindow(facts));
    assert.equal(outside().length, 2);
    // The simulator has no such call.
    const { unread, outside: found } = reads.addTo(facts);
    assert.deepEqual(unread.at(-1), { part: 'call', reason: 'not found' });
    assert.deepEqual(found, { alerts: [] });
  });

  it('forget everything when they are switched off, also what is still on its way', async () => {
    const on = await stage();
    await on.read();
    await on.switch(false);
    assert.equal(on.reads.addTo(on.facts), on.facts);
    assert.deepEqual(on.reads.requests, []);
    on.reads.accountChanged();
    await on.switch(true);
    assert.deepEqual(on.reads.addTo(on.facts).outside, {});
    const { open, opened } = gate();
    on.window.wire = ({ url }) => opened.then(() => good(url.pathname));
    const reading = on.read();
    await on.switch(false);
    on.reads.accountChanged();
    await on.switch(true);
    open();
    await reading;
    assert.deepEqual(on.reads.addTo(on.facts).outside, {});
  });

  it('wait until the page is visible, and a minute between two of a kind', async () => {
    const on = await stage();
    on.isVisible = false;
    await on.read();
    assert.deepEqual(on.sent, []);
    on.isVisible = true;
    on.window.wire = ({ url }) => {
      on.sent.push(url.pathname);
      return Promise.resolve(
        answer(
          200,
          url.pathname.startsWith('/v1') ? { alerts: [] } : { sid: callSid, status: 'in-progress' },
        ),
      );
    };
    // Alerts about the offer may still come.
    const facts = { ...on.facts, now: at(60).getTime() };
    for (const more of [0, 0, 59_000]) {
      on.window.clock.advance(more);
      await Promise.all([on.read(facts), on.read(facts, true)]);
    }
    assert.equal(on.sent.length, 2);
    on.window.clock.advance(1000);
    await on.read(facts);
    assert.equal(on.sent.length, 4);
  });

  it('end with the call, and with the alerts once none can be late', async () => {
    const on = await stage();
    await on.read({ ...on.facts, now: at(60).getTime() });
    assert.equal(on.sent.length, 2);
    on.window.clock.advance(60_000);
    const later = { ...on.facts, now: at(600).getTime() };
    await on.read(later);
    assert.deepEqual(on.sent.slice(2), ['monitor.twilio.com/v1/Alerts']);
    on.window.clock.advance(600_000);
    assert.equal(await on.read(later), false);
    assert.equal(on.sent.length, 3);
  });

  const without: Readonly<Record<string, (facts: ExplanationFacts) => ExplanationFacts>> = {
    'a call in its attributes': ({ task, ...facts }) => ({ ...facts, task: { ...task!, attributes: '{}' } }),
    'a SID there': ({ task, ...facts }) => ({
      ...facts,
      task: { ...task!, attributes: JSON.stringify({ call_sid: `${callSid}/../../x` }) },
    }),
    'the SID of its account': ({ task, ...facts }) => ({
      ...facts,
      task: { ...task!, account_sid: 'AC1/../../2010' },
    }),
    'an end still to come': ({ task, ...facts }) => ({
      ...facts,
      task: { ...task!, assignment_status: 'completed' },
    }),
  };
  for (const [name, edit] of Object.entries(without)) {
    it(`do not ask for the call of a task without ${name}`, async () => {
      const on = await stage();
      await on.read(edit(on.facts));
      assert.deepEqual(on.sent, ['monitor.twilio.com/v1/Alerts']);
    });
  }

  it('do not ask for alerts when no offer was canceled', async () => {
    const on = await stage();
    await on.read({ ...on.facts, reservations: [] });
    assert.equal(on.sent.length, 1);
    assert.match(on.sent[0]!, /^api\./);
  });

  for (const [status, reason] of [
    [401, 'permission'],
    [403, 'permission'],
    [404, 'not found'],
    [500, 'failed'],
  ] as const) {
    it(`are tried once, and left out as ${reason} after a ${status}`, async () => {
      const on = await stage();
      on.window.wire = ({ url }) => {
        on.sent.push(url.pathname);
        return Promise.resolve(refusal(status, 20000 + status, `no, ${canary}`));
      };
      assert.equal(await on.read(), true);
      assert.equal(on.sent.length, 2);
      const { outside, unread } = on.reads.addTo(on.facts);
      assert.deepEqual(outside, {});
      assert.deepEqual(unread, [
        { part: 'call', reason },
        { part: 'alerts', reason },
      ]);
      on.window.clock.advance(60_000);
      await on.read();
      assert.equal(
        on.sent.length,
        reason === 'failed' ? 4 : 2,
        'a refusal is final until the user refreshes',
      );
      on.window.clock.advance(60_000);
      on.window.wire = ({ url }) => Promise.resolve(good(url.pathname));
      await on.read(on.facts, true);
      assert.deepEqual(on.reads.addTo(on.facts).unread, []);
    });
  }

  it('survive connections that break and responses that are something else', async () => {
    for (const wire of [
      () => Promise.reject(socketError('ECONNRESET')),
      () => Promise.resolve(answer(200, '<html>')),
      () => Promise.resolve(answer(200, { sid: '../x', alerts: {} })),
      () => Promise.resolve(answer(302, '', { location: 'https://evil.example' })),
    ]) {
      const on = await stage();
      on.window.wire = wire;
      await on.read();
      const { outside, unread } = on.reads.addTo(on.facts);
      assert.deepEqual(outside, {});
      assert.deepEqual(
        unread.map(({ reason }) => reason),
        ['failed', 'failed'],
      );
    }
  });
});
