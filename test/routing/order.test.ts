import assert from 'node:assert/strict';
import { ExpressionError } from '../../src/routing/expressions/errors';
import { compileOrder } from '../../src/routing/expressions/order';
import { defaultOptions } from '../../src/routing/options';
import type { RoutingOptions } from '../../src/routing/options';

const worker = (friendlyName: string, attributes: Record<string, unknown>) => ({
  sid: `WK-${friendlyName}`,
  friendlyName,
  activitySid: 'WA',
  activityName: 'Available',
  attributes,
});

function sorted(
  orderBy: string,
  workers: Record<string, Record<string, unknown>>,
  options?: Partial<RoutingOptions>,
) {
  const all = Object.entries(workers).map(([name, attributes]) => worker(name, attributes));
  const order = compileOrder(orderBy, { ...defaultOptions, ...options }).among(all);
  return all
    .map((_, i) => i)
    .sort(order)
    .map((i) => all[i]!.friendlyName)
    .join(' ');
}

describe('order_by', () => {
  const rows: [string, Record<string, Record<string, unknown>>, string][] = [
    ['worker.level DESC', { a: { level: 1 }, b: { level: 3 }, c: { level: 2 } }, 'b c a'],
    ['worker.level ASC', { a: { level: 2 }, b: { level: 1 } }, 'b a'],
    ['worker.level', { a: { level: 2 }, b: { level: 1 } }, 'b a'],
    ['worker.level desc', { a: { level: 1 }, b: { level: 2 } }, 'b a'],
    ['worker.level DESC', { a: {}, b: { level: 1 } }, 'b a'],
    ['worker.level ASC', { a: {}, b: { level: 1 }, c: { level: null } }, 'b a c'],
    ['worker.level DESC', { a: { level: 'high' }, b: { level: 5 } }, 'a b'],
    ['worker.level DESC', { a: { level: 1.5 }, b: { level: 5 } }, 'a b'],
    ['worker.level DESC, worker.age ASC', { a: { level: 'x', age: 2 }, b: { level: 5, age: 1 } }, 'a b'],
    [
      'worker.levels.fr DESC , worker.age',
      {
        a: { levels: { fr: 1 }, age: 9 },
        b: { levels: { fr: 2 }, age: 9 },
        c: { levels: { fr: 2 }, age: 8 },
      },
      'c b a',
    ],
  ];
  for (const [text, workers, expected] of rows) {
    it(`${text} of ${JSON.stringify(workers)} is ${expected}`, () =>
      assert.equal(sorted(text, workers), expected));
  }

  it('is ignored only in the clause with a value that is not an integer, with that option', () => {
    const workers = { a: { level: 'x', age: 2 }, b: { level: 5, age: 1 } };
    assert.equal(sorted('worker.level DESC, worker.age', workers, { nonIntegerOrder: 'clause' }), 'b a');
  });

  const refused: [marked: string, message: RegExp][] = [
    ['«»', /^a clause is empty; a clause is like worker.level DESC$/],
    ['worker.level,«»', /^a clause is empty/],
    ['«level DESC»', /^"level DESC" is not a clause/],
    ['worker.level «down»', /^unexpected down$/],
    ['worker.a, «worker.skill-level» DESC', /^`worker.skill-level`: hyphens are not supported; rename/],
    ['«worker.level DESC please»', /is not a clause/],
  ];
  for (const [marked, message] of refused) {
    it(`refuses ${marked}`, () => {
      const start = marked.indexOf('«');
      assert.throws(
        () => compileOrder(marked.replace(/[«»]/g, '')),
        (error) => {
          assert.ok(error instanceof ExpressionError);
          assert.match(error.message, message);
          assert.deepEqual(error.range, { start, end: marked.indexOf('»') - 1 });
          return true;
        },
      );
    });
  }
});
