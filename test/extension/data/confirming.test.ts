import { strict as assert } from 'node:assert';
import type { Scenario } from '../../../src/simulator/simulator';
import { seededRandom } from '../../../src/simulator/state/random';
import type { Row } from '../../../src/taskrouter/client';
import type { Wire } from '../window';
import { answer, refusal, settle, withoutJitter } from '../window';
import { minute, second, stage, truth } from './loadingStage';

type WorkspacePlan = Scenario['workspaces'][number];
type TaskPlan = WorkspacePlan['tasks'][number];
type ReservationPlan = NonNullable<TaskPlan['reservations']>[number];

/** Tasks that were offered again and again, to one worker or to several at a time, and what became of them. */
function randomCentre(seed: number): Scenario {
  const random = seededRandom(seed);
  const workers = Array.from({ length: random.integer(2, 9) }, (_, i) => `Worker ${i}`);
  const task = (i: number): TaskPlan => {
    const age = random.integer(200, 5000);
    const status = random.pick([
      'reserved',
      'reserved',
      'assigned',
      'wrapping',
      'completed',
      'pending',
    ] as const);
    const others = workers.filter(() => random.chance(0.2));
    const ended = (worker: string): ReservationPlan => ({
      worker,
      status: random.pick(['rejected', 'timeout', 'rescinded'] as const),
      age: random.integer(120, age - 1),
    });
    const last = random.pick(workers);
    const offers = workers.filter((worker) => worker !== last && random.chance(0.15));
    const statusOfLast = {
      reserved: 'pending',
      assigned: 'accepted',
      wrapping: 'wrapping',
      completed: 'completed',
    } as const;
    const lastAge = random.integer(5, 100);
    const reservations: ReservationPlan[] =
      status === 'pending'
        ? []
        : [
            ...others.map(ended),
            { worker: last, status: statusOfLast[status], age: lastAge },
            ...(status === 'reserved'
              ? offers.map((worker) => ({
                  worker,
                  status: random.pick(['pending', 'rejected'] as const),
                  age: lastAge,
                }))
              : []),
          ];
    return {
      workflow: 'Inbound',
      queue: 'Everyone',
      channel: 'voice',
      attributes: { name: `Caller ${i}` },
      age,
      status,
      reservations,
    };
  };
  return {
    name: 'random',
    workspaces: [
      {
        name: 'Desk',
        multitasking: true,
        activities: [{ name: 'Offline', available: false }],
        defaultActivity: 'Offline',
        timeoutActivity: 'Offline',
        channels: [{ uniqueName: 'voice', friendlyName: 'Voice' }],
        queues: [{ name: 'Everyone', targetWorkers: '1==1' }],
        workflows: [{ name: 'Inbound', reservationTimeout: 86_400, filters: [], defaultQueue: 'Everyone' }],
        workers: workers.map((name) => ({ name, activity: 'Offline', attributes: {} })),
        tasks: Array.from({ length: random.integer(3, 60) }, (_, i) => task(i)),
      },
    ],
  };
}

const ofReservations = ({ path }: { readonly path: string }) => path.includes('/Reservations');
const ofWorker = /\/Workers\/WK[^/]*\/Reservations/;

/** Confirms all that is open in a random centre; resolves to how many that are, and to the reads that it took. */
async function confirm(seed: number, wire?: Wire) {
  const on = await stage(0, 0, randomCentre(seed));
  if (wire) on.wire = wire;
  const open = await truth(on);
  let reported = 0;
  const shown = new Set<string>();
  const lost = new Set<string>();
  on.open.onDidChange(() => {
    reported = Math.max(reported, on.open.all.filter(({ isConfirmed }) => !isConfirmed).length);
    const now = new Set(on.open.all.map(({ sids, status }) => `${sids[2]} ${status}`));
    for (const one of open) if (now.has(one)) shown.add(one);
    for (const one of shown) if (!now.has(one)) lost.add(one);
  });
  on.poller.catchUp();
  await settle();
  const areAll = () => on.open.isComplete && on.open.all.every(({ isConfirmed }) => isConfirmed);
  for (let passed = 0; passed < 5 * 60 && !areAll(); passed++) await on.pass(second);
  // What follows checks again what is confirmed.
  const reads = on.sent.filter(ofReservations).length;
  await on.pass(2 * minute);
  assert.ok(on.open.all.every(({ isConfirmed }) => isConfirmed));
  const confirmed = on.open.all.map(({ sids, status }) => `${sids[2]} ${status}`).sort();
  assert.deepEqual(confirmed, open);
  return { rows: Math.max(reported, open.length), reads, lost };
}

/** Changes the lists of workers. */
const withLists =
  (change: (list: { reservations: Row[]; meta: object }) => object): Wire =>
  async ({ url }, pass) => {
    const response = await pass();
    if (!ofWorker.test(url.pathname)) return response;
    let text = '';
    for await (const piece of response.body!) text += String(piece);
    return answer(200, change(JSON.parse(text) as { reservations: Row[]; meta: object }));
  };

const refusing =
  (status: number, times = Infinity): Wire =>
  ({ url }, pass) =>
    ofWorker.test(url.pathname) && times-- > 0 ? Promise.resolve(refusal(status, 20003, 'No.')) : pass();

describe('open reservations are confirmed', () => {
  it('with at most one request for each, and fewer where workers have several', async () => {
    let requests = 0;
    let all = 0;
    for (let seed = 1; seed <= 24; seed++) {
      const { rows, reads, lost } = await confirm(seed);
      assert.ok(reads <= rows, `seed ${seed}: ${reads} requests for ${rows} reservations`);
      assert.deepEqual([...lost], [], `seed ${seed}`);
      requests += reads;
      all += rows;
    }
    assert.ok(requests < all / 2, `${requests} requests for ${all} reservations`);
  });

  const elsewhere = { next_page_url: 'https://example.com/?PageToken=1' };
  for (const [what, wire] of [
    ['are refused to a restricted key', refusing(403)],
    ['do not exist', refusing(404)],
    ['fail at first', refusing(503, 3)],
    [
      'are cut short',
      withLists(({ reservations: [first], meta }) => ({
        reservations: [first],
        meta: { ...meta, ...elsewhere },
      })),
    ],
    [
      'have rows without a SID',
      withLists(({ reservations, meta }) => ({
        reservations: reservations.map((row, i) => (i ? {} : row)),
        meta,
      })),
    ],
  ] as const satisfies readonly (readonly [string, Wire])[])
    it(`although lists of workers ${what}`, async () => {
      for (let seed = 1; seed <= 4; seed++) {
        const { lost } = await withoutJitter(() => confirm(seed, wire));
        assert.deepEqual([...lost], []);
      }
    });
});
