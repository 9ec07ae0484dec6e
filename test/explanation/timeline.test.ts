import assert from 'node:assert/strict';
import type { ExplanationFacts } from '../../src/explanation/facts';
import { timeline } from '../../src/explanation/timeline';
import type { Event } from '../../src/taskrouter/resources';
import { inEnglish } from '../../src/taskrouter/message';
import { callsWhile } from './calls';
import { at, sampleFacts, sidOf } from './samples';

const event = (
  index: number,
  type: string,
  seconds: number,
  data: Readonly<Record<string, string>>,
): Event => ({
  sid: sidOf('EV', index),
  event_type: type,
  event_date: at(seconds),
  event_date_ms: at(seconds).getTime(),
  event_data: data,
});

const match = event(4, 'workflow.target-matched', 0, {
  task_sid: sampleFacts.taskSid,
  task_queue_sid: sidOf('WQ', 1),
  workflow_filter_name: 'Billing',
  workflow_filter_target_expression: 'task.language IN worker.languages',
});

/** A task that so many workers were offered one after the other, each of whom let it time out and was moved. */
function offered(count: number): ExplanationFacts {
  const events = Array.from({ length: count }, (_, i) => {
    const start = 1 + i * 21;
    const data = {
      task_sid: sampleFacts.taskSid,
      task_queue_sid: sidOf('WQ', 1),
      reservation_sid: sidOf('WR', i),
      worker_sid: sidOf('WK', i % 700),
      worker_name: `Agent ${i % 700}`,
    };
    const { worker_sid, worker_name } = data;
    return [
      event(10 + 3 * i, 'reservation.created', start, data),
      event(11 + 3 * i, 'reservation.timeout', start + 20, data),
      event(12 + 3 * i, 'worker.activity.update', start + 20, { worker_sid, worker_name }),
    ];
  });
  return { ...sampleFacts, events: [match, ...events.flat()].reverse(), now: at(count * 21 + 2).getTime() };
}

describe('the timeline of a task', () => {
  it('has each step with its duration, and the gap in which nothing happened', () => {
    const { entries } = timeline(sampleFacts);
    assert.deepEqual(
      entries.map(({ kind, duration }) => [kind, duration]),
      [
        ['created', undefined],
        ['entered queue', 240_000],
        ['target matched', undefined],
        ['gap', 240_000],
      ],
    );
  });

  it('has the offers with how long they were open, whom they were made to, and who had it before', () => {
    const { entries, notes } = timeline(offered(3));
    assert.deepEqual(
      entries.map(({ kind, duration, message }) => [kind, duration, inEnglish(message)]),
      [
        ['target matched', undefined, 'Matched filter Billing'],
        ...[0, 1, 2].flatMap((i) => [
          ['offered', 20_000, `Offered to Agent ${i}`],
          ['timed out', undefined, `Agent ${i} let the offer time out`],
          ['worker activity', undefined, `Agent ${i} is now in ?`],
        ]),
      ],
    );
    assert.match(inEnglish(entries.at(-3)!.why!.message), /Agent 0 and Agent 1 had it before/);
    assert.deepEqual(notes, []);
  });

  it('has activity changes of a worker around their offers only', () => {
    const facts = offered(2);
    const changes = (seconds: number) => {
      const data = { worker_sid: sidOf('WK', 0), worker_name: 'Agent 0' };
      const more = event(9000, 'worker.activity.update', seconds, data);
      const { entries } = timeline({ ...facts, events: [more, ...facts.events!] });
      return entries.filter(({ eventSid }) => eventSid === more.sid).length;
    };
    assert.deepEqual([-30, -29, 10, 51, 52].map(changes), [0, 1, 1, 1, 0]);
  });

  it('has Events of unknown types, whatever these are', () => {
    const types = ['', 'task.levitated', 'constructor', 'toString', '__proto__'];
    const events = types.map((type, i) => event(i, type, i, { task_sid: sampleFacts.taskSid }));
    const kinds = timeline({ ...sampleFacts, events }).entries.map(({ kind }) => kind);
    assert.ok(
      kinds.every((kind) => ['other', 'gap'].includes(kind)),
      String(kinds),
    );
  });

  it('shows the latest 300 entries, and says how many it does not show', () => {
    const { entries, notes } = timeline(offered(200));
    assert.equal(entries.length, 300);
    assert.equal(inEnglish(entries.at(-2)!.message), 'Agent 199 let the offer time out');
    assert.deepEqual(
      notes.map(({ message }) => inEnglish(message)),
      ['301 earlier entries are not shown.'],
    );
  });

  it('takes no more work for each Event of a long story than of a short one', () => {
    const work = (count: number) => {
      const facts = offered(count);
      return Math.max(...callsWhile(() => timeline(facts)).values());
    };
    const few = work(400);
    assert.ok(work(1600) < 5 * few, 'grows faster than the number of Events');
  });
});
