import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sequences } from '../sequences';
import { NaiveWorld } from './naive';
import type { Happening } from './naiveWorkflow';
import { play } from './randomCentre';
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
  're-driven': 30,
  'in a new configuration': 8,
  'in the previous configuration': 4,
  'workflow timeout': 20,
  'workflow skipped': 2,
  'no filter': 12,
  'task TTL': 10,
  accepted: 50,
  'accepted after the step': 5,
  rejected: 30,
  timeout: 40,
  rescinded: 6,
  canceled: 20,
};

describe('random contact centres', () => {
  const centres = new Map<Happening, number>();

  it('are played to the end', async () => {
    await fc.assert(
      fc.asyncProperty(randomCentre, async (centre) => {
        const naive = new NaiveWorld(centre);
        await play(centre, naive);
        for (const happening of naive.happened.keys())
          centres.set(happening, (centres.get(happening) ?? 0) + 1);
      }),
      sequences(),
    );
  });

  it('are no trivial ones', () => {
    const { numRuns } = sequences();
    for (const [happening, least] of Object.entries(shares)) {
      const share = ((centres.get(happening as Happening) ?? 0) * 100) / numRuns;
      assert.ok(share >= least, `${happening} in ${share} of 100 centres, not in ${least}`);
    }
  });
});
