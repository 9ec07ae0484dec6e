import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { readScenario } from '../../src/simulator/scenarios/scenarioFile';
import { sequences } from '../sequences';
import { NaiveWorld } from './naive';
import type { Happening } from './naiveWorkflow';
import { play } from './randomCentre';
import type { Centre } from './randomCentre';
import { playInSimulator, scenarioOf } from './randomCentreInSimulator';
import { randomCentre } from './randomCentres';

/** Of a hundred random centres, in how many this happens at least. */
const shares: Readonly<Record<Happening, number>> = {
  reserved: 60,
  'reserved at a later target': 20,
  'reserved in a later filter': 12,
  'reserved after a skip': 10,
  'reserved after a timeout': 20,
  'reserved a known worker': 10,
  'reserved by the default filter': 15,
  'reserved by order_by': 12,
  'reserved again': 12,
  'reserved several': 7,
  'reserved past the workflow': 10,
  'reserved in single-tasking': 7,
  're-driven': 30,
  'in a new configuration': 8,
  'in the previous configuration': 4,
  'workflow timeout': 20,
  'workflow skipped': 2,
  'no filter': 12,
  'task TTL': 10,
  'declined by the routing target': 5,
  accepted: 50,
  'accepted after the step': 5,
  rejected: 30,
  timeout: 40,
  rescinded: 6,
  canceled: 20,
};

/** Lines of a history that are not in another, the earliest first. */
function missingIn(other: readonly string[], history: readonly string[]): readonly string[] {
  const time = (line: string) => Number(/\d+/.exec(line.replace(/^task \d+( for w\d+:)? /, ''))![0]);
  return history.filter((line) => !other.includes(line)).sort((a, b) => time(a) - time(b));
}

const scenarioFile = path.resolve(__dirname, '../../out/random-centre.scenario.json');

/** Writes a centre that the two disagree on as a scenario, and beside it what happens in it. */
async function writeDisagreement(centre: Centre): Promise<string> {
  mkdirSync(path.dirname(scenarioFile), { recursive: true });
  const { scenario } = await scenarioOf(centre);
  writeFileSync(scenarioFile, JSON.stringify(scenario, null, 2));
  const { prioritizeQueueOrder, tasks, changes, updates, workers } = centre;
  const reactions = Object.fromEntries(workers.map((worker) => [worker.name, worker.reactions]));
  const script = { prioritizeQueueOrder, tasks, changes, updates, reactions };
  const scriptFile = scenarioFile.replace('.scenario.json', '.script.json');
  writeFileSync(scriptFile, JSON.stringify(script, null, 2));
  const naive = await play(centre, new NaiveWorld(centre));
  const simulated = await playInSimulator(centre);
  const show = (lines: readonly string[]) => lines.slice(0, 5).join('\n  ');
  return [
    `The centre is in ${scenarioFile}, and what happens in it in ${scriptFile}.`,
    `The naive procedure alone has\n  ${show(missingIn(simulated, naive))}`,
    `The simulator alone has\n  ${show(missingIn(naive, simulated))}`,
  ].join('\n');
}

describe('random contact centres', () => {
  const centres = new Map<Happening, number>();
  let played = 0;

  it('reach the same reservations in the simulator and in the naive procedure', async () => {
    const result = await fc.check(
      fc.asyncProperty(randomCentre, async (centre) => {
        const naive = new NaiveWorld(centre);
        const expected = await play(centre, naive);
        for (const happening of naive.happened.keys())
          centres.set(happening, (centres.get(happening) ?? 0) + 1);
        played++;
        assert.deepEqual([...(await playInSimulator(centre))].sort(), [...expected].sort());
      }),
      sequences(),
    );
    if (!result.failed) return;
    played = 0;
    assert.fail(await writeDisagreement(result.counterexample![0]));
  }).timeout(3_600_000);

  it('are scenario files', async () => {
    for (const centre of fc.sample(randomCentre, { ...sequences(10) })) {
      const { scenario } = await scenarioOf(centre);
      assert.deepEqual(readScenario(JSON.stringify(scenario), scenarioFile), scenario);
    }
  });

  it('are not trivial', function () {
    const { numRuns } = sequences();
    if (played < numRuns) this.skip();
    for (const [happening, least] of Object.entries(shares)) {
      const share = ((centres.get(happening as Happening) ?? 0) * 100) / numRuns;
      assert.ok(share >= least, `${happening} in ${share} of 100 centres, not in ${least}`);
    }
  });
});
