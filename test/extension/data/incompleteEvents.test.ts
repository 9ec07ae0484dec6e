import { strict as assert } from 'node:assert';
import { lively } from '../../../src/simulator/simulator';
import type { Row } from '../../../src/taskrouter/resources';
import type { Wire } from '../window';
import { answer } from '../window';
import { followTruth } from './liveTruth';
import { minute, second, stage } from './loadingStage';

/** Answers 200 with what becomes of each Event; undefined leaves it out. */
const changedEvents =
  (change: (event: Row) => object | undefined): Wire =>
  async ({ url }, pass) => {
    const response = await pass();
    if (!url.pathname.endsWith('/Events')) return response;
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk));
    const { events, ...rest } = JSON.parse(Buffer.concat(chunks).toString()) as { events: Row[] };
    return answer(200, { events: events.flatMap((event) => change(event) ?? []), ...rest });
  };

/** The same tenth in every read. */
const isOfTenth = (seed: number, { sid }: Row): boolean =>
  parseInt(sid.slice(-6), 16) % 10 === seed || parseInt(sid.slice(2, 8), 16) % 97 === seed;
const typeIn = (types: RegExp, event: Row) => types.test(String(event['event_type']));
const ends = /^reservation\.(accepted|wrapup|completed|rejected|timeout|canceled|rescinded)$/;

/** Per case: what becomes of an Event. */
const cases: Readonly<Record<string, (seed: number, event: Row) => object | undefined>> = {
  'lack a tenth': (seed, event) => (isOfTenth(seed, event) ? undefined : event),
  'lack every creation': (_, event) => (typeIn(/^reservation\.created$/, event) ? undefined : event),
  'lack every ending': (_, event) => (typeIn(ends, event) ? undefined : event),
  'have malformed entries': (seed, event) => (isOfTenth(seed, event) ? { ...event, sid: seed } : event),
  'have entries without a type': (seed, event) =>
    isOfTenth(seed, event) ? { ...event, event_type: null } : event,
};

/** In seconds: the open tasks are read each minute, and what they show is confirmed in the next cycle. */
const most = { ended: 90, missing: 90, next: 80 };
/** The same once they are not relied on: a check takes half a minute, and a cycle 10 seconds. */
const mostWithout = { ended: 45, missing: 30, next: 20 };

describe('Events that TaskRouter lists incompletely', () => {
  for (const [what, change] of Object.entries(cases))
    for (const seed of [1, 2])
      it(`show no reservation that has ended for long, and no wrong next one, if they ${what} (${seed})`, async () => {
        const on = await stage(0, 0, lively);
        on.poller.catchUp();
        await on.pass(3 * minute);
        on.wire = changedEvents((event) => change(seed, event));
        const truth = await followTruth(on);
        let doubted = 0;
        for (let passed = 0; passed < 10 * 60; passed++) {
          await on.pass(second);
          await truth.update();
          const isDoubted = on.open.workspaces.every(({ areEventsUnreadable }) => areEventsUnreadable);
          doubted = isDoubted ? doubted + 1 : 0;
          for (const [fault, seconds] of Object.entries(truth.faults())) {
            const bounds = doubted > 60 ? mostWithout : most;
            const allowed = bounds[fault as keyof typeof bounds];
            assert.ok(
              seconds <= allowed,
              `${fault} for ${seconds} s, after ${passed} s, doubted ${doubted} s`,
            );
          }
        }
      });
});
