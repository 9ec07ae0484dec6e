import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import * as z from 'zod';
import type { Row } from '../../src/taskrouter/client';
import { events, tasks, workers } from '../../src/taskrouter/resources';
import type { Collection } from '../../src/taskrouter/resources';
import { sidPrefixes } from '../../src/taskrouter/sid';
import { sequences } from '../sequences';
import { wt } from './loopback';

const text = z.string().nullish();
const whole = z.number().int().nullish();
const date = z
  .string()
  .refine((value) => !Number.isNaN(Date.parse(value)))
  .transform((value) => new Date(value))
  .nullish();
const links = z.record(z.string(), z.string()).nullish();

/** One field of each kind as zod understands it; the other fields of a row are not known. */
const oracles: readonly (readonly [Collection, z.ZodObject<Record<string, z.ZodType>>])[] = [
  [
    tasks,
    z.looseObject({
      attributes: text,
      age: whole,
      date_created: date,
      links,
      ignore_capacity: z.boolean().nullish(),
    }),
  ],
  [
    workers,
    z.looseObject({ attributes: text, date_status_changed: date, links, available: z.boolean().nullish() }),
  ],
  [
    events,
    z.looseObject({
      description: text,
      event_date: date,
      event_date_ms: whole,
      event_data: z.unknown().optional(),
    }),
  ],
];

const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom([], ['x']),
  fc.constantFrom('2026-01-05T09:00:00Z', '2026-13-45', '', '5', 0, 1e300, 2 ** 53, 1.5, null),
  fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.jsonValue())),
);

describe('a row is read as its type', () => {
  for (const [collection, oracle] of oracles) {
    const known = Object.keys(oracle.shape);
    const fields = Object.fromEntries([...known, 'unknown_field', 'toString'].map((name) => [name, value]));

    it(`as zod reads it: ${collection.noun}`, () =>
      fc.assert(
        fc.property(fc.record(fields, { requiredKeys: [] }), (made) => {
          const sid = sidPrefixes[collection.noun] + '1'.repeat(32);
          const row = JSON.parse(JSON.stringify({ sid, ...made })) as Row;
          const parsed = known.map((name) => [name, oracle.shape[name]!.safeParse(row[name])] as const);
          const malformed = parsed.filter(([, { success }]) => !success).map(([name]) => name);
          const typed = parsed.filter(([name]) => name in row).map(([name, { data }]) => [name, data]);
          assert.deepEqual(collection.read(row), { ...row, ...Object.fromEntries(typed) });
          assert.deepEqual([...collection.malformed(row)].sort(), malformed.sort());
        }),
        sequences(),
      ));
  }

  it('with its SID marked when nothing can be addressed by it', () => {
    for (const sid of ['failure', 'WT1', `WK${'1'.repeat(32)}`])
      assert.deepEqual(tasks.malformed({ sid }), ['sid']);
  });

  it('and is not modified', () => {
    const row = Object.freeze({ sid: wt, date_created: '2026-01-05T09:00:00Z' });
    assert.deepEqual(tasks.read(row).date_created, new Date('2026-01-05T09:00:00Z'));
    assert.equal(row.date_created, '2026-01-05T09:00:00Z');
  });
});
