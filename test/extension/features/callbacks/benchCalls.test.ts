import { strict as assert } from 'node:assert';
import type { AssignmentCall, ReportCall } from '../../../../src/extension/features/callbacks/benchCall';
import { BenchCalls } from '../../../../src/extension/features/callbacks/benchCalls';
import { assignment, deliveryOf } from '../../../webview/callbacks/standIn';

describe('the callbacks of a bench', () => {
  const held = new Set<string>();
  const hold = ({ reservationSid }: AssignmentCall['assignment']) => {
    held.add(reservationSid);
    return { dispose: () => held.delete(reservationSid) };
  };
  const sent = (i: number): AssignmentCall => {
    const one = assignment(i);
    return {
      ...{ id: `a${i}`, at: one.at, assignment: one, isReplay: false },
      delivery: deliveryOf(one, ['correct'], 12),
    };
  };
  const [attempt] = deliveryOf(assignment(1), ['correct'], 12).attempts;
  const event = (i: number): ReportCall => ({ id: `e${i}`, at: i, kind: 'event', attempt: attempt! });

  it('are the last 1,000 of each kind, and what is dropped is released', () => {
    const calls = new BenchCalls('all', hold);
    calls.add(sent(1));
    for (let i = 1; i <= 1200; i++) calls.add(event(i));
    assert.equal(calls.all.length, 1001);
    assert.equal(calls.all.at(-1)!.id, 'a1');
    for (let i = 2; i <= 1001; i++) calls.add(sent(i));
    // The one that somebody reads stays.
    assert.deepEqual([calls.all.length, calls.chosen?.id], [2001, 'a1']);
    calls.choose(0);
    calls.add(event(1201));
    calls.add(sent(1002));
    assert.deepEqual([calls.all.length, calls.chosen?.id], [2001, 'a1001']);
    assert.deepEqual([held.size, held.has(assignment(1).reservationSid)], [1001, false]);
    calls.dispose();
    assert.equal(held.size, 0);
  });

  it('are listed by their kind, and one of those in the list is chosen', () => {
    const calls = new BenchCalls('assignment', hold);
    calls.add(event(1));
    assert.equal(calls.chosen, undefined);
    calls.add(sent(1));
    calls.add(event(2));
    calls.add(sent(2));
    const ids = () => [calls.chosen?.id, ...calls.listed.map(({ id }) => id)];
    assert.deepEqual(ids(), ['a1', 'a2', 'a1']);
    calls.filter = 'event';
    assert.deepEqual(ids(), ['e2', 'e2', 'e1']);
    calls.addChosen({ ...sent(3), isReplay: true });
    assert.deepEqual([calls.filter, ...ids()], ['all', 'a3', 'a3', 'a2', 'e2', 'a1', 'e1']);
    calls.filter = 'event';
    calls.clear();
    calls.filter = 'all';
    assert.deepEqual(ids(), ['a3', 'a3', 'a2', 'a1']);
    calls.clear();
    calls.add(event(3));
    assert.deepEqual(ids(), ['e3', 'e3']);
  });

  it('are chosen by what the user saw, wherever it is in the list by now', () => {
    const calls = new BenchCalls('all', hold);
    for (const i of [1, 2, 3]) calls.add(sent(i));
    calls.choose(0, 'a2');
    assert.equal(calls.chosen?.id, 'a2');
    calls.choose(2, undefined);
    assert.equal(calls.chosen?.id, 'a1');
  });
});
