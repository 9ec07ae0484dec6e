import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import {
  badgeOf,
  deadlineOf,
  roughTimeLeft,
  timeLeft,
  urgencyAmong,
  urgencyOf,
} from '../../../src/extension/data/deadlines';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

describe('a deadline', () => {
  const pending = { sid: 'WR', reservation_status: 'pending', date_created: '2026-01-05T09:00:00Z' };
  const created = Date.UTC(2026, 0, 5, 9);

  it('is the workflow’s timeout after the creation, by this machine’s clock', () => {
    const workflow = { sid: 'WW', task_reservation_timeout: 120 };
    assert.deepEqual(deadlineOf(pending, workflow, 3000), {
      at: created + 117 * second,
      lasts: 120 * second,
    });
  });

  for (const [reservation, workflow] of [
    [{ ...pending, reservation_status: 'accepted' }, { task_reservation_timeout: 120 }],
    [{ ...pending, reservation_status: ['pending'] }, { task_reservation_timeout: 120 }],
    [{ ...pending, date_created: 'soon' }, { task_reservation_timeout: 120 }],
    [{ ...pending, date_created: undefined }, { task_reservation_timeout: 120 }],
    [{ ...pending, date_created: '+275760-09-13T00:00:00Z' }, { task_reservation_timeout: 120 }],
    [pending, {}],
    [pending, { task_reservation_timeout: null }],
    [pending, { task_reservation_timeout: 1e15 }],
    [pending, undefined],
  ] as const) {
    it(`does not follow from ${JSON.stringify(reservation)} and ${JSON.stringify(workflow)}`, () =>
      assert.equal(deadlineOf(reservation, workflow && { sid: 'WW', ...workflow }, 0), undefined));
  }

  for (const [left, text, rough, badge] of [
    [26 * hour, '26:00:00', '26 h', undefined],
    [3_725_000, '1:02:05', '1 h', undefined],
    [10 * minute, '10:00', '10 min', undefined],
    [599_000, '9:59', '9 min', undefined],
    [100_000, '1:40', '1 min', undefined],
    [42_000, '0:42', '<1 min', '42'],
    [1, '0:01', '<1 min', '1'],
    [0, 'probably expired', 'expired?', undefined],
    [-90_000, 'probably expired', 'expired?', undefined],
  ] as const) {
    it(`${left} ms ahead reads ${text}`, () => {
      const deadline = { at: created + left, lasts: 2 * minute };
      assert.equal(timeLeft(deadline, created), text);
      assert.equal(roughTimeLeft(deadline, created), rough);
      assert.equal(badgeOf(deadline, created), badge);
    });
  }

  for (const [lasts, urgent, soon] of [
    [20 * second, 10 * second, 20 * second],
    [2 * minute, 12 * second, 30 * second],
    [10 * minute, minute, 2.5 * minute],
    [24 * hour, minute, 5 * minute],
  ] as const) {
    it(`of a timeout of ${lasts / second} s is urgent ${urgent / second} s ahead, and soon ${soon / second} s ahead`, () => {
      const urgencyAt = (left: number) => urgencyOf({ at: created + left, lasts }, created);
      assert.deepEqual(
        [urgencyAt(0), urgencyAt(1), urgencyAt(urgent), urgencyAt(urgent + 1), urgencyAt(soon)],
        ['over', 'urgent', 'urgent', 'soon', 'soon'],
      );
      assert.equal(urgencyAt(5 * minute + 1), 'calm');
    });
  }

  const calmness = ['over', 'urgent', 'soon', 'calm'];
  const durations = fc.integer({ min: 1, max: 24 * 3600 }).map((seconds) => seconds * second);
  const deadlines = fc.record({
    at: fc.integer({ min: -60, max: 600 }).map((seconds) => created + seconds * second),
    lasts: durations,
  });

  it('among others is never calmer than one with more time left, nor than it is alone', () => {
    fc.assert(
      fc.property(fc.array(deadlines, { maxLength: 12 }), (all) => {
        const urgency = urgencyAmong(all, created);
        const ranks = [...all]
          .sort((one, other) => one.at - other.at)
          .map((one) => calmness.indexOf(urgency(one)));
        assert.deepEqual(
          ranks,
          [...ranks].sort((one, other) => one - other),
        );
        for (const one of all) {
          const alone = calmness.indexOf(urgencyOf(one, created));
          assert.ok(calmness.indexOf(urgency(one)) <= alone);
          assert.equal(urgency(one) === 'over', alone === 0);
        }
      }),
    );
  });

  it('alone is as urgent as its share of the timeout says', () => {
    fc.assert(
      fc.property(deadlines, (one) => {
        assert.equal(urgencyAmong([one], created)(one), urgencyOf(one, created));
      }),
    );
  });
});
