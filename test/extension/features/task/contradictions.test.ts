import { strict as assert } from 'node:assert';
import { Contradictions } from '../../../../src/extension/features/task/contradictions';
import { sampleFacts, sidOf } from '../../../explanation/samples';

describe('a task and reservations that contradict each other', () => {
  const rows = (assignment_status: string, ...statuses: readonly string[]) => ({
    now: sampleFacts.now,
    task: { ...sampleFacts.task!, assignment_status },
    reservations: statuses.map((reservation_status, i) => ({ sid: sidOf('WR', i), reservation_status })),
  });

  it('are read again once, and once at each poll while they still do', async () => {
    let reads = 0;
    const contradictions = new Contradictions((resolved) => {
      reads++;
      resolved();
      return Promise.resolve();
    });
    const torn = rows('reserved', 'rejected');
    for (let poll = 1; poll <= 3; poll++) {
      assert.equal(contradictions.isBeingRead(torn), true);
      assert.equal(contradictions.isBeingRead(torn), false);
      await Promise.resolve();
      assert.equal(reads, poll);
      contradictions.retry();
    }
  });

  it('are those of an offer that lasts longer than its workflow allows', () => {
    const offer = (seconds: number) => {
      const { reservations, ...rest } = rows('reserved', 'pending');
      const date_created = new Date(sampleFacts.now - seconds * 1000);
      const workflow = { ...sampleFacts.workflow!, task_reservation_timeout: 60 };
      return { ...rest, workflow, reservations: reservations.map((one) => ({ ...one, date_created })) };
    };
    const contradictions = new Contradictions(() => new Promise(() => undefined));
    assert.equal(contradictions.isBeingRead(offer(59)), false);
    assert.equal(contradictions.isBeingRead(offer(62)), true);
  });

  for (const [task, reservations, isTorn] of [
    ['reserved', ['pending'], false],
    ['reserved', ['rejected'], true],
    ['reserved', [], true],
    ['pending', ['rejected'], false],
    ['pending', ['pending'], true],
    ['assigned', ['accepted'], false],
    ['assigned', ['pending'], true],
    ['canceled', ['pending'], true],
    ['completed', ['completed'], false],
  ] as const)
    it(`${isTorn ? 'are' : 'are not'} those of a ${task} task with ${reservations.join() || 'none'}`, () => {
      const contradictions = new Contradictions(() => new Promise(() => undefined));
      assert.equal(contradictions.isBeingRead(rows(task, ...reservations)), isTorn);
    });
});
