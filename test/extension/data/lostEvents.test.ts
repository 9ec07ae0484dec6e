import { strict as assert } from 'node:assert';
import { lively } from '../../../src/simulator/simulator';
import type { Row } from '../../../src/taskrouter/resources';
import type { Wire } from '../window';
import { answer } from '../window';
import { minute, second, stage, truth } from './loadingStage';

type Stage = Awaited<ReturnType<typeof stage>>;
type Choice = (event: Row) => boolean;

/** Answers 200 with the Events that are chosen. */
const onlyEvents =
  (isIn: Choice): Wire =>
  async ({ url }, pass) => {
    const response = await pass();
    if (!url.pathname.endsWith('/Events')) return response;
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk));
    const { events, ...rest } = JSON.parse(Buffer.concat(chunks).toString()) as { events: Row[] };
    return answer(200, { events: events.filter(isIn), ...rest });
  };

const typeOf = (event: Row) => String(event['event_type']);
const dateOf = (event: Row) => Number(event['event_date_ms']);

/** Per case: the Events that there are, and within how many seconds it is noticed that others are missing. */
const cases: Readonly<Record<string, { within: number; isIn: (from: number) => Choice }>> = {
  'are none any more': { within: 20, isIn: () => () => false },
  'end at some time': { within: 150, isIn: (from) => (event) => dateOf(event) < from },
  'begin again at some time': { within: 20, isIn: (from) => (event) => dateOf(event) > from },
  'have nothing of reservations and tasks': {
    within: 300,
    isIn: (from) => (event) =>
      dateOf(event) < from || !/^(reservation|task|task-queue|workflow)\./.test(typeOf(event)),
  },
};

const areDoubted = ({ open }: Stage) =>
  open.workspaces.some(({ areEventsUnreadable }) => areEventsUnreadable);
const areBelieved = (on: Stage) => !areDoubted(on);

/** The rows of reservations that have changed more than so many seconds ago and show nothing of it. */
async function outdated(on: Stage, seconds: number): Promise<string[]> {
  const before = await truth(on);
  await on.pass(seconds * second);
  const after = new Set(await truth(on));
  const lasting = before.filter((one) => after.has(one));
  const shown = on.open.all.map((one) => ({ one, key: `${one.sids[2]} ${one.status}` }));
  const missing = lasting.filter((key) => !shown.some((row) => row.key === key));
  const sids = new Set([...before, ...after].map((one) => one.slice(0, 34)));
  const ended = shown.filter(({ one }) => one.isConfirmed && !sids.has(one.sids[2])).map(({ key }) => key);
  return [...missing, ...ended];
}

describe('Events that TaskRouter lists without an error', () => {
  for (const [what, { within, isIn }] of Object.entries(cases))
    it(`are not relied on if they ${what}`, async () => {
      const on = await stage(0, 0, lively);
      on.poller.catchUp();
      await on.pass(3 * minute);
      assert.ok(areBelieved(on));
      on.wire = onlyEvents(isIn(on.clock.now()));
      let waited = 0;
      while (!areDoubted(on) && waited < 10 * 60) {
        await on.pass(second);
        waited++;
      }
      assert.ok(waited <= within, `noticed after ${waited} s`);
      await on.pass(20 * second);
      for (let times = 0; times < 4; times++) assert.deepEqual(await outdated(on, 30), []);
    });

  it('are not relied on if there have been none from the beginning, although tasks are open', async () => {
    const on = await stage(0, 0, lively);
    on.wire = onlyEvents(() => false);
    on.poller.catchUp();
    await on.pass(30 * second);
    assert.ok(areDoubted(on));
  });

  it('are relied on again once they tell what happens', async () => {
    const on = await stage(0, 0, lively);
    on.poller.catchUp();
    await on.pass(3 * minute);
    on.wire = onlyEvents(() => false);
    await on.pass(minute);
    assert.ok(areDoubted(on));
    // Those until now are lost for good.
    const from = on.clock.now();
    on.wire = onlyEvents((event) => dateOf(event) > from);
    await on.pass(6 * minute);
    // In the others nothing has happened since.
    const [busy] = on.open.workspaces;
    assert.equal(busy!.areEventsUnreadable, false);
    assert.deepEqual(await outdated(on, 20), []);
  });

  for (const seconds of [5, 20, 40])
    it(`are relied on if they come ${seconds} s late`, async () => {
      const on = await stage(0, 0, lively);
      on.wire = onlyEvents((event) => dateOf(event) < on.clock.now() - seconds * second);
      on.poller.catchUp();
      for (let passed = 0; passed < 20; passed++) {
        await on.pass(minute);
        assert.ok(areBelieved(on), `after ${passed + 1} min`);
      }
    });

  it('are relied on where nothing happens', async () => {
    const on = await stage(3, 3);
    on.poller.catchUp();
    await on.pass(20 * minute);
    assert.ok(areBelieved(on));
  });
});
