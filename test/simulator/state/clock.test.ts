import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sequences } from '../../sequences';
import { manualClock, pacedClock } from '../../../src/simulator/simulator';

/** A clock with a pace on a machine whose time stands still, and what its timers have written. */
function paced(options: Parameters<typeof pacedClock>[0] = {}) {
  const machine = manualClock(0);
  const clock = pacedClock({ start: 0, ...options }, machine);
  const seen: [string, number][] = [];
  const later = (name: string, ms: number) => clock.setTimeout(() => seen.push([name, clock.now()]), ms);
  return { machine, clock, seen, later };
}

describe('the paced clock', () => {
  it('runs at its speed, and each timer runs at its time', () => {
    const { machine, clock, seen, later } = paced({ speed: 10 });
    later('b', 5001);
    later('a', 1000);
    machine.advance(100);
    assert.deepEqual(seen, [['a', 1000]]);
    clock.setSpeed(1);
    machine.advance(4000);
    assert.equal(clock.now(), 5000);
    assert.equal(seen.length, 1);
    machine.advance(1);
    assert.deepEqual(seen[1], ['b', 5001]);
  });

  it('pauses without a timer on the machine, and resumes where it was', () => {
    const { machine, clock, seen, later } = paced();
    later('a', 1000);
    machine.advance(400);
    clock.pause();
    assert.equal(machine.waiting, 0);
    machine.advance(3_600_000);
    assert.deepEqual([clock.now(), seen], [400, []]);
    clock.resume();
    machine.advance(599);
    assert.deepEqual(seen, []);
    machine.advance(1);
    assert.deepEqual(seen, [['a', 1000]]);
    assert.equal(machine.waiting, 0);
  });

  it('advances by steps, paused or not', () => {
    for (const pausedAtFirst of [true, false]) {
      const { machine, clock, seen, later } = paced({ paused: pausedAtFirst });
      clock.setTimeout(() => later('set on the way', 500), 1000);
      clock.step(1499);
      assert.deepEqual(seen, []);
      clock.step(1);
      assert.deepEqual(seen, [['set on the way', 1500]]);
      machine.advance(100);
      assert.equal(clock.now(), pausedAtFirst ? 1500 : 1600);
    }
  });

  it('drops canceled timers, and wakes up for the others', () => {
    const { machine, seen, later } = paced();
    const first = later('a', 1000);
    later('b', 2000);
    first.cancel();
    machine.advance(1999);
    assert.deepEqual(seen, []);
    machine.advance(1);
    assert.deepEqual(seen, [['b', 2000]]);
  });

  it('waits longer than the machine’s timers can', () => {
    const { machine, seen, later } = paced({ speed: 0.5 });
    const month = 30 * 86_400_000;
    later('a', month);
    machine.advance(2 * month);
    assert.deepEqual(seen, [['a', month]]);
  });

  it('continues after a timer that throws', () => {
    const { machine, clock, seen, later } = paced();
    clock.setTimeout(() => {
      throw new Error('on purpose');
    }, 10);
    later('a', 20);
    assert.throws(() => machine.advance(10), /on purpose/);
    machine.advance(10);
    assert.deepEqual(seen, [['a', 20]]);
  });

  it('runs the same timers at the same times for any sequence of steps and speeds', () => {
    const moves = fc.array(
      fc.oneof(
        fc.record({ pass: fc.nat(5000) }),
        fc.record({ step: fc.nat(5000) }),
        fc.record({ speed: fc.constantFrom(0.5, 1, 10) }),
        fc.record({ pause: fc.boolean() }),
      ),
    );
    fc.assert(
      fc.property(moves, fc.array(fc.nat(60_000), { minLength: 1 }), (all, times) => {
        const { machine, clock, seen, later } = paced();
        times.forEach((ms, i) => later(String(i), ms));
        for (const move of all) {
          if ('pass' in move) machine.advance(move.pass);
          else if ('step' in move) clock.step(move.step);
          else if ('speed' in move) clock.setSpeed(move.speed);
          else if (move.pause) clock.pause();
          else clock.resume();
        }
        clock.step(60_000);
        const expected = times.map((ms, i) => [String(i), ms] as const).sort((a, b) => a[1] - b[1]);
        assert.deepEqual(seen, expected);
      }),
      sequences(),
    );
  });
});
