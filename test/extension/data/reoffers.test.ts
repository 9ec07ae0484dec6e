import { strict as assert } from 'node:assert';
import type { Scenario } from '../../../src/simulator/simulator';
import type { Wire } from '../window';
import { answer, refusal, withoutJitter } from '../window';
import { onCall } from '../onCall';
import { followTruth } from './liveTruth';
import { minute, second, stage } from './loadingStage';

/** Adds a workspace in which so many reservations time out after two minutes, and are offered to another worker. */
function reoffered(open: number, tasks: number, short: number): Scenario {
  const scenario = onCall(open, tasks);
  const [, us] = scenario.workspaces;
  const workers = Array.from({ length: 2 * short }, (_, i) => ({
    name: `Desk ${i}`,
    activity: 'Available',
    attributes: {},
  }));
  const timeout = 120;
  return {
    ...scenario,
    workspaces: [
      ...scenario.workspaces.slice(0, 2),
      {
        ...us!,
        name: 'Short',
        multitasking: false,
        timeoutActivity: 'Available',
        workflows: us!.workflows.map((one) => ({ ...one, reservationTimeout: timeout })),
        workers,
        tasks: workers.slice(0, short).map((worker, i) => ({
          workflow: 'Inbound',
          queue: 'Everyone',
          channel: 'voice',
          attributes: { name: `Short ${i}` },
          age: 1000 + i,
          status: 'reserved' as const,
          reservations: [
            { worker: worker.name, status: 'pending' as const, age: Math.floor((i * timeout) / short) },
          ],
        })),
      },
    ],
  };
}

const isEvents = ({ url }: { url: URL }) => url.pathname.endsWith('/Events');
const failing = '3 requests of 10 fail';
/** By what goes wrong. */
const wires: Readonly<Record<string, Wire>> = {
  'Events are denied': (request, pass) =>
    isEvents(request) ? Promise.resolve(refusal(403, 20003, 'No.')) : pass(),
  'Events are malformed': (request, pass) =>
    isEvents(request) ? Promise.resolve(answer(200, '{"events": [{"sid": ')) : pass(),
  [failing]: (() => {
    const counts = new Map<string, number>();
    // By address, so that it does not matter in which order requests that run at the same time arrive.
    return ({ url: { pathname } }, pass) => {
      const count =
        (counts.get(pathname) ?? [...pathname].reduce((sum, char) => sum + char.charCodeAt(0), 0)) + 1;
      counts.set(pathname, count);
      return (count * 7919) % 10 < 3 ? Promise.resolve(refusal(503, 20001, 'Busy.')) : pass();
    };
  })(),
};

describe('reservations that are offered again', () => {
  for (const [name, wire] of Object.entries(wires))
    it(`are shown in time, and no other one as the next, if ${name}`, () =>
      withoutJitter(async () => {
        const on = await stage(0, 0, reoffered(113, 120, 7));
        on.setLimit(20);
        on.poller.catchUp();
        await on.pass(minute);
        on.wire = wire;
        const truth = await followTruth(on);
        // Of a timeout of 120 s. Where every request may fail there is room in the limit for polls, not for each offer.
        const most = { next: 20, missing: name === failing ? 120 : 95 };
        const worst = { next: 0, missing: 0 };
        const seconds = { known: 0, loading: 0 };
        for (let passed = 0; passed < 5 * 60; passed += 2) {
          await on.pass(2 * second);
          await truth.update();
          const { next, missing } = truth.faults();
          worst.next = Math.max(worst.next, next);
          worst.missing = Math.max(worst.missing, missing);
          if (typeof on.open.next === 'object') seconds.known += 2;
          if (!on.open.isComplete) seconds.loading += 2;
        }
        const text = JSON.stringify({ ...worst, ...seconds });
        assert.ok(worst.next <= most.next && worst.missing <= most.missing, text);
        assert.ok(seconds.known >= minute / second && seconds.loading === 0, text);
      })).timeout(60_000);

  it('are shown in time while hundreds of others are read task by task', async () => {
    const on = await stage(0, 0, reoffered(243, 250, 7));
    on.wire = wires['Events are denied']!;
    on.poller.catchUp();
    const truth = await followTruth(on);
    const since = on.clock.now();
    let missing = 0;
    for (let passed = 0; passed < 5 * 60; passed += 2) {
      await on.pass(2 * second);
      await truth.update();
      missing = Math.max(missing, truth.faults(since).missing);
    }
    const { loaded } = on.open.progress;
    assert.ok(missing <= 50 && loaded >= 165, `${missing} s, ${loaded} are loaded`);
  }).timeout(60_000);
});
