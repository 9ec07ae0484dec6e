import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compile } from '../../src/routing/expressions/compile';
import { sequences } from '../sequences';
import { readExpression, valueAt } from './naiveExpressions';
import { targetLookup } from './naiveWorkers';
import type { Held, Worker } from './naiveWorkers';
import { taskAttributes, workerAttributes } from './randomCentres';
import { filterExpression, queueExpression, targetExpression } from './randomExpressions';

/** How many tasks a worker's channel takes, and how many reservations of it are in which status. */
const load = fc.record({
  capacity: fc.nat(7),
  pending: fc.nat(3),
  accepted: fc.nat(3),
  wrapping: fc.nat(3),
});
const channels = fc.record({ voice: load, chat: load });

describe('random expressions have the same result in src/routing and in the naive evaluator', () => {
  it('in a filter', () =>
    fc.assert(
      fc.property(filterExpression, taskAttributes, (text, task) => {
        const naive = readExpression(text)((path) => valueAt(task, path));
        assert.equal(compile(text, 'filter').test({ task }), naive);
      }),
      sequences(),
    ));

  it('in a queue', () =>
    fc.assert(
      fc.property(queueExpression, workerAttributes, (text, attributes) => {
        const worker = {
          ...{ sid: 'WK_w1', friendlyName: 'w1', activitySid: 'WA_Special', activityName: 'Special' },
          ...{ attributes, channels: {} },
        };
        const naive = readExpression(text)((path) => valueAt(attributes, path));
        assert.equal(compile(text, 'queue').test({ worker }), naive);
      }),
      sequences(),
    ));

  it('in a target', () =>
    fc.assert(
      fc.property(
        targetExpression,
        taskAttributes,
        workerAttributes,
        channels,
        (text, task, attributes, loads) => {
          const worker = {
            ...{ sid: 'WK_w1', friendlyName: 'w1', activitySid: 'WA_Special', activityName: 'Special' },
            attributes,
            channels: Object.fromEntries(
              Object.entries(loads).map(([name, one]) => [name, { available: true, ...one }]),
            ),
          };
          const same: Worker = {
            ...{ name: 'w1', index: 1, activity: 'Special', attributes, lastReserved: undefined },
            channels: new Map(Object.entries(worker.channels)),
          };
          const held: Held[] = Object.entries(loads).flatMap(([channel, one]) =>
            (['pending', 'accepted', 'wrapping'] as const).flatMap((status) =>
              Array.from({ length: one[status] }, () => ({ worker: same, channel, status })),
            ),
          );
          assert.equal(
            compile(text, 'target').test({ task, worker }),
            readExpression(text)(targetLookup(task, same, held)),
          );
        },
      ),
      sequences(),
    ));
});
