import assert from 'node:assert/strict';
import { explain } from '../../src/explanation/explain';
import { builtIn } from '../../src/simulator/scenarios/builtIn/all';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import { inEnglish } from '../../src/taskrouter/message';
import { driverOf } from '../simulator/driver';
import { factsOf } from './simulatedFacts';

describe('who an explanation says is next, in a lively contact center', () => {
  it('is nearly always who is offered the task next, and never who was offered one last', async () => {
    const clock = manualClock();
    const lively = builtIn.find(({ name }) => name === 'lively')!;
    const scenario = { ...lively, faults: [], concurrency: 100, latency: [0, 0] as const };
    const driver = driverOf(createSimulator({ clock, seed: 1, scenario }));
    const roots = (await driver.list('/v1/Workspaces', 'workspaces')).map(
      ({ sid }) => `/v1/Workspaces/${sid}`,
    );
    /** By the offer that was open then. */
    const said = new Map<string, { readonly workers: readonly string[]; readonly headline: string }>();
    let right = 0;
    const wrong: string[] = [];
    for (let cycle = 0; cycle < 40; cycle++) {
      clock.advance(20_000);
      for (const root of roots) {
        for (const { sid } of await driver.list(
          `${root}/Tasks?AssignmentStatus=reserved&PageSize=200`,
          'tasks',
        )) {
          const reservations = await driver.list(
            `${root}/Tasks/${sid}/Reservations?PageSize=100`,
            'reservations',
          );
          const offers = [...reservations].sort((a, b) =>
            String(a['date_created']).localeCompare(String(b['date_created'])),
          );
          const before = said.get(offers.at(-2)?.sid ?? '');
          said.delete(offers.at(-2)?.sid ?? '');
          if (before?.workers.includes(offers.at(-1)!['worker_sid'] as string)) right++;
          else if (before) wrong.push(`${before.headline}, got ${String(offers.at(-1)!['worker_name'])}`);
          const facts = await factsOf(driver, root, sid, clock.now());
          const { next, headline } = explain(facts);
          if (next.when !== 'after this offer') continue;
          const isDecided = next.count === next.workers.length;
          if (isDecided)
            said.set(offers.at(-1)!.sid, { workers: next.workers, headline: inEnglish(headline.message) });
          const [latest] = [...facts.offeredAt!].sort(([, a], [, b]) => b - a)[0]!;
          if (next.certainty === 'probable') assert.ok(!isDecided || !next.workers.includes(latest));
        }
      }
    }
    assert.ok(right >= 5 && right >= 4 * wrong.length, `${right} are right. Wrong: ${wrong.join('; ')}`);
  }).timeout(120_000);
});
