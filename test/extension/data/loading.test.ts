import { strict as assert } from 'node:assert';
import type { OpenReservation } from '../../../src/extension/display/openReservation';
import { lively } from '../../../src/simulator/simulator';
import * as resources from '../../../src/taskrouter/resources';
import { statusOf } from '../../../src/taskrouter/reservation';
import { instructionNamed } from '../../../src/taskrouter/instructions';
import { updateReservationRequest } from '../../../src/taskrouter/update';
import type { TestWindow, Wire } from '../window';
import { onCall } from '../onCall';
import { answer, clientOf, entryOf, refusal, settle } from '../window';
import { minute, second, stage, truth } from './loadingStage';

const withoutEvents: Wire = ({ url }, pass) =>
  url.pathname.endsWith('/Events') ? Promise.resolve(refusal(403, 20003, 'No.')) : pass();

async function updateAttributes({ simulator }: TestWindow, path: string): Promise<void> {
  const { accountSid, authToken } = simulator;
  const { status } = await simulator.fetch(`https://taskrouter.twilio.com/v1/${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      Authorization: 'Basic ' + Buffer.from(`${accountSid}:${authToken}`).toString('base64'),
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: 'Attributes={"updated":true}',
  });
  assert.equal(status, 200);
}

async function untilComplete(on: Awaited<ReturnType<typeof stage>>): Promise<void> {
  for (let turn = 0; turn < 100 && !(on.open.all.length && on.open.isComplete); turn++) await settle();
  assert.ok(on.open.isComplete);
}

describe('hundreds of open reservations', () => {
  it('are known after 12 requests where Events can be read, and marked until confirmed', async () => {
    const on = await stage();
    let requests = -1;
    on.open.onDidChange(() => {
      if (requests < 0 && on.open.all.length && on.open.isComplete) requests = on.sent.length;
    });
    on.poller.catchUp();
    await untilComplete(on);
    assert.ok(requests >= 0 && requests <= 12, `${requests} requests`);
    assert.equal(on.open.all.length, 120);
    assert.equal(on.open.all.filter(({ status }) => status === 'accepted').length, 12);
    await on.pass(5 * minute);
    assert.ok(on.open.all.every(({ isConfirmed }) => isConfirmed));
    assert.equal(on.open.all.length, 120);
  });

  it('are known at once although polls and details have used what they may', async () => {
    const on = await stage();
    for (let i = 0; i < 60; i++) if (on.budget.used < 46) on.budget.limitOf('before').tryAdmit({})!.leave();
    on.poller.catchUp();
    await untilComplete(on);
    assert.equal(on.open.all.length, 120);
  });

  it('are confirmed in order: visible ones first, then by deadline', async () => {
    const on = await stage();
    on.poller.catchUp();
    for (let sent = -1; sent < on.sent.length; await settle()) sent = on.sent.length;
    const visible = on.open.pending.at(-1)!;
    on.polled.prioritize((sid) => sid === visible.sids[2]);
    const [first, second] = on.polled.reads(on.account.id);
    const soonest = on.open.pending.find(({ isConfirmed }) => !isConfirmed)!;
    const of = (job: typeof first) => on.open.pending.find(({ sids }) => job!.key.endsWith(sids[1]))!;
    assert.equal(of(first), visible);
    // Two workspaces have some with the same deadline.
    assert.deepEqual(of(second).deadline, soonest.deadline);
    assert.deepEqual(
      [first, second].map((job) => job!.purpose),
      ['detail', 'detail'],
    );
  });

  it('have room to be confirmed when they are soon too late, which the others leave', async () => {
    const scenario = onCall(120, 120);
    const workspaces = scenario.workspaces.map((one) => ({
      ...one,
      workflows: one.workflows.map((workflow) => ({ ...workflow, reservationTimeout: 40_240 })),
    }));
    const on = await stage(0, 0, { ...scenario, workspaces });
    on.setLimit(20);
    on.poller.catchUp();
    for (let sent = -1; sent < on.sent.length; await settle()) sent = on.sent.length;
    const left = on.open.pending.filter(({ isConfirmed }) => !isConfirmed);
    const purposeOf = ({ sids }: OpenReservation) =>
      on.polled.reads(on.account.id).find(({ key }) => key.endsWith(sids[1]))?.purpose;
    assert.deepEqual([left[1]!, left.at(-1)!].map(purposeOf), ['soon', 'detail']);
  });

  for (const [name, wire, most] of [
    ['with Events', undefined, 14],
    ['without Events', withoutEvents, 16],
  ] as const)
    it(`are led to the one that times out next first, ${name}, although the user sees others`, async () => {
      const on = await stage();
      on.polled.prioritize(() => true);
      if (wire) on.wire = wire;
      let requests = 0;
      on.open.onDidChange(() => {
        const confirmed = on.open.pending.find(({ isConfirmed }) => isConfirmed);
        const age = on.clock.now() - (confirmed?.deadline?.at ?? Infinity) + 86_400 * second;
        if (!requests && age === 40_000 * second) requests = on.sent.length;
      });
      on.poller.catchUp();
      await settle();
      assert.equal(typeof on.open.next, wire ? 'string' : 'object');
      assert.ok(requests > 0 && requests <= most, `${requests} requests`);
    });

  it('are confirmed, or removed, as soon as anything has read them', async () => {
    const on = await stage();
    on.poller.catchUp();
    await untilComplete(on);
    const [accepted, rescinded] = on.open.pending.filter(({ isConfirmed }) => !isConfirmed).slice(-2);
    const { store, account } = on;
    const read = ({ sids }: OpenReservation, change: object) => {
      const reported = store.open({ accountId: account.id, openIn: sids[0] })!.fromEvents.get(sids[2])!;
      store.put(store.begin(account.id), { ...reported, ...change });
    };
    const date_updated = new Date(on.clock.now()).toISOString();
    read(accepted!, { reservation_status: 'accepted', date_updated });
    read(rescinded!, { reservation_status: 'rescinded', date_updated });
    const now = on.open.get(accepted!.id);
    assert.deepEqual([now?.status, now?.isConfirmed], ['accepted', true]);
    assert.equal(on.open.get(rescinded!.id), undefined);
  });

  it('that end before they are confirmed are dropped by Events, and not read', async () => {
    const on = await stage();
    on.setLimit(20);
    on.poller.catchUp();
    for (let sent = -1; sent < on.sent.length; await settle()) sent = on.sent.length;
    const { sids, id } = on.open.pending.filter(({ isConfirmed }) => !isConfirmed).at(-1)!;
    const address = { workspaceSid: sids[0], parentSid: sids[1], sid: sids[2] };
    const rejected = updateReservationRequest(address, instructionNamed('reject'), {});
    await clientOf(on.simulator).update(rejected);
    await on.pass(2 * minute);
    assert.equal(on.open.get(id), undefined);
    assert.ok(on.polled.reads(on.account.id).every(({ key }) => !key.includes(sids[1])));
    assert.ok(on.open.workspaces.every(({ nextUnread }) => nextUnread === Infinity));
  });

  it('are loaded by deadline, within the limit, if Events are denied', async () => {
    const on = await stage();
    on.wire = withoutEvents;
    on.poller.catchUp();
    await on.pass(20 * second);
    const { loaded, total } = on.open.progress;
    assert.ok(loaded > 20 && loaded <= 60, `${loaded} are loaded`);
    assert.equal(total, 120);
    const { next, soonest } = on.open;
    assert.equal(next, 'loading');
    assert.equal(soonest!.deadline!.at, on.clock.now() - 20 * second + (86_400 - 40_000) * second);
    await on.pass(5 * minute);
    assert.deepEqual(on.open.progress, { loaded: 120, total: 120 });
    assert.equal(on.open.next, soonest);
  });

  it('are read with two thirds of the limit, and no known one again before all are, if Events are denied', async () => {
    const on = await stage(150, 150);
    on.wire = withoutEvents;
    on.poller.catchUp();
    await on.pass(minute);
    on.sent.length = 0;
    for (let seconds = 0; seconds < 10 * 60 && !on.open.isComplete; seconds++) await on.pass(second);
    const reads = on.sent.flatMap(({ path }) => /Tasks\/(WT\w+)\/Reservations\?/.exec(path)?.[1] ?? []);
    const known = new Set<string>();
    const again = reads.findIndex((sid) => known.size === known.add(sid).size);
    const last = reads.findLastIndex((sid, i) => reads.indexOf(sid) === i);
    assert.ok(again < 0 || again > last, `${again} of ${last}`);
    assert.ok(
      reads.length > 60 && reads.length >= on.sent.length * 0.67,
      `${reads.length} of ${on.sent.length}`,
    );
  });

  it('are not led to one while another can time out sooner, if Events are denied and tasks are updated', async () => {
    const on = await stage(40, 40);
    const client = clientOf(on.simulator);
    const reserved = new Map<string, number>();
    for (const { sid: workspaceSid } of (await client.list(resources.workspaces, [])).rows)
      for (const { sid } of (await client.list(resources.tasks, [workspaceSid])).rows) {
        const { rows } = await client.list(resources.taskReservations, [workspaceSid, sid]);
        for (const row of rows.filter((one) => statusOf(one) === 'pending'))
          reserved.set(
            `Workspaces/${workspaceSid}/Tasks/${sid}`,
            Date.parse(String(row['date_created'])) + 86_400 * second,
          );
      }
    const first = Math.min(...reserved.values());
    for (const [path, deadline] of reserved)
      if (deadline < first + 5 * second) await updateAttributes(on, path);
    on.setLimit(20);
    on.wire = withoutEvents;
    on.poller.catchUp();
    const claimed = new Set<number>();
    on.open.onDidChange(() => {
      const { next } = on.open;
      if (typeof next === 'object') claimed.add(next.deadline!.at);
    });
    await on.pass(10 * minute);
    assert.equal(on.open.all.length, 40);
    assert.deepEqual([...claimed], [first]);
  });

  it('are not shown as pending after they were accepted or offered again, if Events are denied', async () => {
    const on = await stage(60, 60);
    on.wire = withoutEvents;
    on.poller.catchUp();
    await on.pass(4 * minute);
    assert.ok(on.open.isComplete && on.open.all.every(({ isConfirmed }) => isConfirmed));
    // From here on the lists of tasks alone can say it.
    on.wire = (request, pass) =>
      request.url.pathname.endsWith('/Reservations')
        ? new Promise(() => undefined)
        : withoutEvents(request, pass);
    // The first ones are read by themselves.
    const [accepted, rejected] = on.open.pending.slice(4);
    for (const [{ sids }, name] of [
      [accepted!, 'accept'],
      [rejected!, 'reject'],
    ] as const) {
      const address = { workspaceSid: sids[0], parentSid: sids[1], sid: sids[2] };
      await clientOf(on.simulator).update(updateReservationRequest(address, instructionNamed(name), {}));
    }
    await updateAttributes(on, `Workspaces/${rejected!.sids[0]}/Tasks/${rejected!.sids[1]}`);
    await on.pass(25 * second);
    const now = on.open.get(accepted!.id);
    assert.deepEqual([now?.status, now?.isConfirmed], ['accepted', false]);
    assert.notEqual(on.open.get(rejected!.id)?.isConfirmed, true);
    assert.equal(on.open.soonest, on.open.unexpired[0]);
    assert.ok(typeof on.open.next !== 'object' || on.open.next.isConfirmed);
  });

  it('stay within the limit and known although an Event has an impossible date', async () => {
    const on = await stage(12, 12);
    on.poller.catchUp();
    await untilComplete(on);
    for (const date of [1.7e18, -1, 8.64e15, NaN, 'x', null]) {
      on.wire = async ({ url }, pass) => {
        if (!url.pathname.endsWith('/Events')) return pass();
        const event = {
          sid: `EV${'9'.repeat(32)}`,
          event_type: 'worker.activity.update',
          event_date_ms: date,
        };
        return Promise.resolve(answer(200, { events: [event], meta: {} }));
      };
      await on.pass(20 * second);
      on.wire = (_request, pass) => pass();
      on.sent.length = 0;
      await on.pass(20 * second);
      assert.ok(
        on.sent.some(({ path }) => path.includes('/Events')),
        'Events are still read',
      );
      assert.ok(on.open.workspaces.every(({ error }) => error === undefined));
    }
  });

  it('of one account do not wait for a slow account', async () => {
    const on = await stage(12, 12);
    const { apiKeySid, apiKeySecret } = on.simulator;
    await on.accounts.signIn({ ...entryOf(on.simulator), username: apiKeySid }, apiKeySecret);
    const slow = 'Basic ' + Buffer.from(`${apiKeySid}:${apiKeySecret}`).toString('base64');
    on.wire = ({ headers }, pass) =>
      headers['Authorization'] === slow ? new Promise(() => undefined) : pass();
    on.poller.catchUp();
    await on.pass(10 * second);
    on.sent.length = 0;
    await on.pass(minute);
    const polls = on.sent.filter(({ path }) => path.includes('/Events'));
    assert.ok(polls.length >= 10, `${polls.length} polls of the other account`);
  });

  it('of a new account are shown at once, although another one has read all that details may, if Events are denied', async () => {
    const on = await stage(200, 200);
    on.wire = withoutEvents;
    on.poller.catchUp();
    await on.pass(100 * second);
    for (let i = 0; i < 60; i++) if (on.budget.used < 48) on.budget.limitOf('before').tryAdmit({})!.leave();
    const { apiKeySid, apiKeySecret } = on.simulator;
    await on.accounts.signIn({ ...entryOf(on.simulator), username: apiKeySid }, apiKeySecret);
    const added = on.accounts.all.at(-1)!;
    on.poller.catchUp();
    await on.pass(3 * second);
    const known = on.polled.workspaces
      .filter(({ accountId }) => accountId === added.id)
      .flatMap(({ workspaceSid: openIn }) => on.store.open({ accountId: added.id, openIn })?.sids ?? [])
      .filter((sid) => sid.startsWith('WR'));
    assert.ok(known.length >= 1, `${known.length} known`);
    assert.ok(on.budget.used <= 60, `${on.budget.used} requests`);
  });

  it('of a slow account are confirmed too, although each of its polls takes longer than the interval', async () => {
    const on = await stage(12, 12);
    on.wire = async (_request, pass) => {
      await new Promise<void>((resolve) => void on.clock.setTimeout(resolve, 14.9 * second));
      return pass();
    };
    on.poller.catchUp();
    await on.pass(4 * minute);
    assert.deepEqual(on.open.progress, { loaded: 12, total: 12 });
    assert.ok(on.open.all.every(({ isConfirmed }) => isConfirmed));
  });

  for (const [where, wire] of [
    ['where Events can be read', (_request, pass) => pass()],
    ['where Events are denied', withoutEvents],
  ] as const satisfies [string, Wire][]) {
    it(`stay loaded while reservations come and go, ${where}`, async () => {
      const on = await stage(0, 0, lively);
      on.wire = wire;
      on.poller.catchUp();
      await on.pass(minute);
      await untilComplete(on);
      on.setLimit(15);
      const loading: unknown[] = [];
      on.open.onDidChange(() => on.open.isComplete || loading.push(on.open.progress));
      await on.pass(20 * minute);
      assert.deepEqual(loading, []);
    });
  }

  for (const [wire, seconds] of [
    [undefined, 2],
    [undefined, 60],
    [undefined, 300],
    [withoutEvents, 2],
    [withoutEvents, 60],
    [withoutEvents, 300],
  ] as const)
    it(`take what the limit allows at repeated refreshes ${seconds} s after a reload, ${wire ? 'without' : 'with'} Events`, async () => {
      const on = await stage(200, 400);
      const times: number[] = [];
      let counted = 0;
      on.wire = (request, pass) => {
        times.push(on.clock.elapsed());
        counted = Math.max(counted, on.budget.used);
        return (wire ?? ((_request, direct) => direct()))(request, pass);
      };
      on.poller.catchUp();
      await on.pass(seconds * second);
      const before = times.length;
      const refreshes = [on.poller.now()];
      await on.pass(second);
      const ofRefresh = Math.min(times.length - before, 8);
      for (let count = 1; count < 20; count++) {
        refreshes.push(on.poller.now());
        await on.pass(second);
      }
      await on.pass(minute);
      await Promise.all(refreshes);
      const inMinute = times.map((from) => times.filter((at) => at >= from && at < from + minute).length);
      assert.ok(counted <= 60, `${counted} requests count`);
      const max = Math.max(...inMinute);
      assert.ok(max <= 60 + 3 * ofRefresh, `${max} requests in a minute, of them 3 times ${ofRefresh} free`);
      assert.equal(on.open.failures.length, 0);
    });

  it('are found in the open tasks while Events are broken, which are tried with each poll', async () => {
    const on = await stage(0, 0, lively);
    on.poller.catchUp();
    await on.pass(2 * minute);
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Events') ? Promise.resolve(answer(200, '{"events": [{"sid": ')) : pass();
    on.sent.length = 0;
    await on.pass(5 * minute);
    const tries = on.sent.filter(({ path }) => path.includes('/Events')).length;
    const { workspaces } = on.open;
    assert.ok(tries >= workspaces.length * 12, `${tries} tries`);
    assert.ok(
      workspaces.every(({ areEventsUnreadable, error }) => areEventsUnreadable && error === undefined),
    );
    const known = await truth(on);
    await on.pass(25 * second);
    const shown = on.open.all.map(({ sids }) => sids[2]);
    const ended = (one: string) => !still.some((other) => other.startsWith(one.slice(0, 34)));
    const still = await truth(on);
    const missing = known.filter((one) => !ended(one) && !shown.includes(one.slice(0, 34)));
    assert.deepEqual(missing, []);
    on.wire = (_request, pass) => pass();
    await on.pass(20 * second);
    assert.ok(on.open.workspaces.every(({ areEventsUnreadable }) => !areEventsUnreadable));
  });

  for (const minutes of [0.1, 1, 5, 25]) {
    it(`are right soon after Events were refused for ${minutes} minutes, without a refresh`, async () => {
      const on = await stage(0, 0, lively);
      on.poller.catchUp();
      await on.pass(2 * minute);
      on.wire = withoutEvents;
      on.sent.length = 0;
      await on.pass(Math.max(minutes * minute, 20 * second));
      const tries = on.sent.filter(({ path }) => path.includes('/Events')).length;
      const { length } = on.open.workspaces;
      assert.ok(tries >= length && tries <= (6 + minutes / 10) * length, `${tries} tries`);
      assert.ok(on.open.workspaces.every(({ areEventsUnreadable }) => areEventsUnreadable));
      on.wire = (_request, pass) => pass();
      const shown = () => on.open.all.map(({ sids, status }) => `${sids[2]} ${status}`).sort();
      await on.pass(Math.min(10 * minute, 2 * minutes * minute) + minute);
      assert.ok(on.open.workspaces.every(({ areEventsUnreadable }) => !areEventsUnreadable));
      // What has just changed is known after the next poll.
      for (let wait = 0; wait < 120 && shown().join() !== (await truth(on)).join(); wait++)
        await on.pass(second);
      assert.deepEqual(shown(), await truth(on));
    });
  }

  for (const limit of [60, 20])
    it(`are never said to be accepted by another worker after a time in the background, limit ${limit}`, async () => {
      const on = await stage(0, 0, lively);
      on.setLimit(limit);
      on.poller.catchUp();
      await on.pass(2 * minute);
      let announced = 0;
      for (let times = 0; times < 6; times++) {
        on.wire = (_request, pass) => pass();
        on.show(false);
        await on.pass(14 * minute);
        // The lists of tasks and Events alone can say what is open now.
        on.wire = ({ url }, pass) =>
          url.pathname.endsWith('/Reservations') ? Promise.resolve(refusal(403, 20003, 'No.')) : pass();
        const open = await truth(on);
        on.show(true);
        await on.pass(second);
        const inProgress = on.open.all.filter(({ status }) => status !== 'pending');
        const wrong = inProgress.filter(({ sids }) => !open.some((one) => one.startsWith(sids[2])));
        assert.deepEqual(
          wrong.map(({ worker, status }) => `${worker} ${status}`),
          [],
        );
        const missing = open.filter((one) => !on.open.all.some(({ sids }) => one.startsWith(sids[2])));
        assert.ok(missing.length === 0 || !on.open.isComplete, missing.join());
        announced += missing.length;
      }
      assert.ok(announced > 0, 'some are not known without their own list');
    });

  it('do not make the window grow over six hours', async () => {
    const on = await stage(30, 30);
    on.poller.catchUp();
    await untilComplete(on);
    const sizes = () => {
      const { caches } = on.store as unknown as { caches: Map<string, { size: Record<string, number> }> };
      return Object.values(caches.get(on.account.id)!.size).reduce((sum, size) => sum + size, 0);
    };
    await on.pass(10 * minute);
    const before = sizes();
    const timers = on.clock.waiting;
    for (let passed = 0; passed < 6 * 60; passed++) {
      on.clock.advance(minute);
      await settle();
    }
    assert.ok(sizes() <= before, `${sizes()} entries after ${before}`);
    assert.ok(on.clock.waiting <= timers, `${on.clock.waiting} timers after ${timers}`);
  });
});
