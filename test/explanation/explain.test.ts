import assert from 'node:assert/strict';
import fc from 'fast-check';
import { explain } from '../../src/explanation/explain';
import type { ExplanationFacts } from '../../src/explanation/facts';
import { parts, permissionFor } from '../../src/explanation/facts';
import { asMarkdown, workerAsMarkdown } from '../../src/explanation/markdown';
import { exactly, span } from '../../src/explanation/texts';
import { timeline } from '../../src/explanation/timeline';
import type { WorkerChannel } from '../../src/taskrouter/resources';
import { explainWorker } from '../../src/explanation/worker';
import type { WorkerFacts } from '../../src/explanation/worker';
import { inEnglish } from '../../src/taskrouter/message';
import { sequences } from '../sequences';
import { hostile, spoiled } from './hostile';
import { at, sampleExplanation, sampleFacts, sidOf } from './samples';

const headline = (facts: ExplanationFacts) => {
  const { headline: said } = explain(facts);
  return [inEnglish(said.message), said.certainty, ...said.because.map(inEnglish)];
};
const without = <T extends object, K extends keyof T>(all: T, ...keys: readonly K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
const withTask = (
  more: Partial<NonNullable<ExplanationFacts['task']>>,
  rest: Partial<ExplanationFacts> = {},
) => ({
  ...sampleFacts,
  ...rest,
  task: { ...sampleFacts.task!, ...more },
});
const reservation = (index: number, worker: number, status: string, seconds: number) => ({
  sid: sidOf('WR', index),
  task_sid: sampleFacts.taskSid,
  worker_sid: sidOf('WK', worker),
  worker_name: sampleFacts.workers[worker - 1]!.friendly_name,
  reservation_status: status,
  date_created: at(seconds),
  date_updated: at(seconds + 20),
});

describe('the explanation of a waiting task', () => {
  it('has the shape of the sample', () => {
    const explanation = explain(sampleFacts);
    const shape = (value: unknown): unknown =>
      typeof value === 'object' && value !== null ? Object.keys(value).sort() : typeof value;
    assert.deepEqual(shape(explanation), shape(sampleExplanation));
    const { headline: said, next, workers } = explanation;
    assert.equal(said.kind, sampleExplanation.headline.kind);
    assert.equal(said.until, sampleExplanation.headline.until);
    assert.deepEqual(next, sampleExplanation.next);
    for (const group of ['next', 'wouldQualify', 'unknown', 'notQualified'] as const) {
      const lines = (all: NonNullable<typeof workers>) =>
        all[group].map(({ name, reason, holders, since }) => ({ name, reason, holders, since }));
      assert.deepEqual(lines(workers!), lines(sampleExplanation.workers!), group);
    }
    const states = (filters: NonNullable<typeof explanation.workflow>['filters']) =>
      filters.map(({ name, matches, targets }) => [
        name,
        matches,
        ...targets.map(({ state, deadline }) => [state, deadline]),
      ]);
    assert.deepEqual(states(explanation.workflow!.filters), states(sampleExplanation.workflow!.filters));
  });

  it('names the change that the router accepts, and not one that it does not', () => {
    const changes = explain(sampleFacts).changes.map(({ message, certainty }) => [
      inEnglish(message),
      certainty,
    ]);
    assert.deepEqual(changes, [
      ['Raise the capacity of voice for Ana Reyes to 2', 'certain'],
      ['Move Bo Lind from Break to Available', 'probable'],
      ['If it is true of Chen Wu, set their attribute languages to ["en","fr"]', 'probable'],
    ]);
  });

  it('takes the worker whom Events showed an offer last as the last of equal ones', () => {
    const [ana] = sampleFacts.workers;
    const channels = sampleFacts.workerChannels
      .get(ana!.sid)!
      .map((one) => ({ ...one, available_capacity_percentage: 100, assigned_tasks: 0 }));
    const workers = [1, 2, 3, 4].map((i) => ({ ...ana!, sid: sidOf('WK', i), friendly_name: `Worker ${i}` }));
    const sids = workers.map(({ sid }) => sid);
    const orderAfter = (...offers: readonly number[]) => {
      const { next, workers: groups } = explain({
        ...sampleFacts,
        workers,
        members: new Map([[sampleFacts.task!.task_queue_sid!, sids]]),
        workerChannels: new Map(sids.map((sid) => [sid, channels])),
        offeredAt: new Map(offers.map((worker, i) => [sidOf('WK', worker), at(i).getTime()])),
      });
      assert.equal(next.workers[0], groups!.next[0]!.sid);
      assert.equal(next.certainty, 'probable');
      return groups!.next.map(({ name }) => Number(name.slice(-1)));
    };
    assert.deepEqual(orderAfter(), [1, 2, 3, 4]);
    assert.deepEqual(orderAfter(1), [2, 3, 4, 1]);
    assert.deepEqual(orderAfter(3, 1, 2), [4, 3, 1, 2]);
  });

  it('asks for a change of the configuration before one of the data, and for what an operator can do before both', () => {
    const only = { ...sampleFacts.workers[2]!, available: true };
    const ofAna = sampleFacts.workerChannels.get(sampleFacts.workers[0]!.sid)!;
    const free = ofAna.map((one) => ({ ...one, available_capacity_percentage: 100, assigned_tasks: 0 }));
    const { changes } = explain({
      ...sampleFacts,
      workers: [only],
      members: new Map([[sampleFacts.task!.task_queue_sid!, [only.sid]]]),
      workerChannels: new Map([[only.sid, free]]),
    });
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ['expression', 'worker attribute', 'task attribute'].filter((kind) =>
        changes.some((change) => change.kind === kind),
      ),
    );
    assert.equal(
      inEnglish(changes[0]!.message),
      `Change the target’s expression task.language IN worker.languages so that ${only.friendly_name!} matches`,
    );
    for (const { kind, message } of changes)
      if (kind.endsWith('attribute'))
        assert.match(inEnglish(message), /^If it is true of |changes its data$/);
  });

  it('has one time at which the task is canceled', () => {
    const { workflow } = explain({ ...sampleFacts, task: { ...sampleFacts.task!, timeout: 100_000 } });
    assert.notEqual(workflow!.ttl, undefined, 'while it moves on before');
    const last = JSON.stringify({
      task_routing: {
        filters: [
          {
            expression: '1==1',
            targets: [{ queue: sampleFacts.task!.task_queue_sid, timeout: 900 }],
          },
        ],
      },
    });
    const canceled = explain({
      ...sampleFacts,
      task: { ...sampleFacts.task!, timeout: 100_000 },
      workflow: { ...sampleFacts.workflow!, configuration: last },
    }).workflow!;
    assert.match(inEnglish(canceled.next!.claim.message), /^TaskRouter cancels the task/);
    assert.equal(canceled.ttl, undefined);
  });

  it('suggests no change that surely gets another task offered instead', () => {
    const other = { ...sampleFacts.task!, sid: sidOf('WT', 2), priority: 9 };
    const suggests = (...waitingTasks: readonly (typeof other)[]) =>
      explain({ ...sampleFacts, waitingTasks }).changes.some(({ kind }) => kind === 'capacity');
    assert.equal(suggests(), true);
    assert.equal(suggests(other), false);
    assert.equal(suggests({ ...other, task_channel_sid: sidOf('TC', 9) }), true);
  });

  it('doubts a change while another task waits that may be offered first', () => {
    const other = { ...sampleFacts.task!, sid: sidOf('WT', 2) };
    // Of two that are created in the same second, either can be the first.
    const sameSecond = explain({ ...sampleFacts, waitingTasks: [other] });
    const {
      certainty,
      because: [either],
      tasksAhead,
    } = sameSecond.changes.find(({ kind }) => kind === 'capacity')!;
    assert.equal(certainty, 'probable');
    assert.match(inEnglish(either!), /^Other waiting tasks may be offered first \(1\)/);
    assert.deepEqual(tasksAhead, [other.sid]);
    const incomplete = [{ part: 'waitingTasks', unreadable: 0, isCutShort: true }] as const;
    const more = explain({ ...sampleFacts, waitingTasks: [other], incomplete }).changes;
    const [because] = more.find(({ kind }) => kind === 'capacity')!.because;
    assert.match(inEnglish(because!), /^Other waiting tasks may be offered first \(at least 1\)/);
  });

  it('doubts a change while a task waits for that very worker, whatever its queue', () => {
    const direct = (routing_target: string) => ({
      ...sampleFacts.task!,
      sid: sidOf('WT', 2),
      priority: 9,
      task_queue_sid: sidOf('WQ', 9),
      routing_target,
      ignore_capacity: false,
    });
    const certainty = (routing_target: string) =>
      explain({
        ...sampleFacts,
        members: new Map([...sampleFacts.members, [sidOf('WQ', 9), []]]),
        waitingTasks: [direct(routing_target)],
      }).changes.find(({ kind }) => kind === 'capacity')?.certainty;
    assert.equal(certainty(sampleFacts.workers[0]!.sid), 'probable');
    assert.equal(certainty(sampleFacts.workers[1]!.sid), 'certain');
  });

  it('is not sure while the task and its reservations contradict each other', () => {
    const [worker] = sampleFacts.workers;
    const open = (reservation_status: string) => ({
      sid: sidOf('WR', 1),
      reservation_status,
      task_sid: sampleFacts.task!.sid,
      worker_sid: worker!.sid,
      date_created: at(230),
    });
    for (const status of ['pending', 'accepted']) {
      const [, certainty, because] = headline({ ...sampleFacts, reservations: [open(status)] });
      assert.equal(certainty, 'probable');
      assert.match(String(because), /one of them has changed in between/);
    }
  });

  it('suggests no move of a worker to the activity that they are in', () => {
    const workers = sampleFacts.workers.map((one) => ({ ...one, available: false }));
    const { changes } = explain({ ...sampleFacts, workers });
    for (const { message: said } of changes)
      assert.doesNotMatch(inEnglish(said), /from Available to Available/);
  });

  it('is sure of a change after which the worker has room for the tasks that come first, too', () => {
    const busy = sampleFacts.workers.find(({ available }) => available === false)!;
    const channel = sampleFacts.task!.task_channel_unique_name!;
    const channelWith = (capacity: number) => ({
      sid: sidOf('WC', 77),
      task_channel_unique_name: channel,
      configured_capacity: capacity,
      available_capacity_percentage: 100,
      assigned_tasks: 0,
      available: true,
    });
    const other = { ...sampleFacts.task!, sid: sidOf('WT', 2), priority: 9 };
    const changeWith = (capacity: number, targetWorkers = '1==1') => {
      const { changes } = explain({
        ...sampleFacts,
        queues: [...sampleFacts.queues, { sid: sidOf('WQ', 9), target_workers: targetWorkers }],
        waitingTasks: [other],
        workerChannels: new Map([...sampleFacts.workerChannels, [busy.sid, [channelWith(capacity)]]]),
      });
      const change = changes.find(({ kind }) => kind === 'activity');
      return change && [change.certainty, change.because.map(inEnglish).join(' '), change.tasksAhead];
    };
    assert.deepEqual(changeWith(2), ['certain', '', undefined]);
    assert.equal(changeWith(1), undefined);
    // What the worker can take may depend on what they have.
    const first = 'Other waiting tasks come first (1).';
    assert.deepEqual(changeWith(2, "activity_name == 'Idle'"), ['probable', first, [other.sid]]);
  });

  it('doubts an attribute of a worker that also adds them to the queue of a task that comes first', () => {
    const eve = { ...sampleFacts.workers[0]!, sid: sidOf('WK', 5), attributes: '{"languages":["fr"]}' };
    const vip = { sid: sidOf('WQ', 3), friendly_name: 'VIP', target_workers: "team == 'billing'" };
    const { task_routing: routing } = JSON.parse(sampleFacts.workflow!.configuration!) as {
      task_routing: object;
    };
    const configuration = { task_routing: { ...routing, default_filter: { queue: vip.sid } } };
    const first = { priority: 9, attributes: '{}', task_queue_sid: vip.sid, sid: sidOf('WT', 2) };
    const { changes } = explain({
      ...sampleFacts,
      workflow: { ...sampleFacts.workflow!, configuration: JSON.stringify(configuration) },
      queues: [...sampleFacts.queues, vip],
      workers: [eve],
      members: new Map([...sampleFacts.queues, vip].map(({ sid }) => [sid, []])),
      workerReservations: new Map([[eve.sid, []]]),
      waitingTasks: [{ ...sampleFacts.task!, ...first }],
    });
    const change = changes.find(({ kind }) => kind === 'worker attribute')!;
    assert.equal(change.workerSid, eve.sid);
    assert.match(change.because.map(inEnglish).join(' '), /Other waiting tasks may be offered first \(1\)/);
  });

  it('is only probable for a workflow that was updated since', () => {
    const workflow = { ...sampleFacts.workflow!, date_updated: at(10) };
    const [said, certainty, because] = headline({ ...sampleFacts, workflow });
    assert.match(said!, /^Waiting 4 min in Billing/);
    assert.equal(certainty, 'probable');
    assert.match(because!, /which configuration the task follows/);
    assert.equal(explain({ ...sampleFacts, workflow }).workflow!.changedSince, at(10).getTime());
  });

  it('is only probable for what was read a while ago', () => {
    const readAt = sampleFacts.now - 60_000;
    assert.equal(headline({ ...sampleFacts, readAt })[1], 'certain');
    assert.deepEqual(headline({ ...sampleFacts, readAt: readAt - 1 }).slice(1), [
      'probable',
      'The data behind this explanation was read 1 min ago.',
    ]);
  });

  for (const part of parts.filter((one) => !['taskChannels', 'offers', 'call', 'alerts'].includes(one))) {
    it(`is only probable for ${part} that may have changed since`, () => {
      const explanation = explain({ ...sampleFacts, outdated: [part] });
      const { headline: said, next, changes, workers, workflow } = explanation;
      const claims = [said, next, workers!.order, workflow!.place, workflow!.next!.claim, ...changes];
      // Which other tasks wait decides only who is offered this task after a change.
      const doubted = part === 'waitingTasks' ? changes : claims;
      for (const { certainty, because } of doubted) {
        assert.equal(certainty, 'probable');
        assert.ok(because.some((one) => /since (it was|they were) read|not read yet/.test(inEnglish(one))));
      }
    });
  }

  it('does not claim to know of an offer whose time is over, and of a task whose timeout is', () => {
    const task = { ...sampleFacts.task!, assignment_status: 'reserved' };
    const created = new Date(sampleFacts.now - 49_500);
    const reservations = [
      { sid: sidOf('WR', 1), reservation_status: 'pending', worker_name: 'Ana', date_created: created },
    ];
    const workflow = { ...sampleFacts.workflow!, task_reservation_timeout: 49 };
    const offered = { ...sampleFacts, task, workflow, reservations } as ExplanationFacts;
    // Dates are whole seconds: it may have been created almost a second later.
    assert.doesNotMatch(explain(offered).next.because.map(inEnglish).join(' '), /reported its end/);
    const over = explain({ ...offered, now: offered.now + 3000, readAt: offered.now + 3000 });
    assert.match(inEnglish(over.headline.message), /^Offered to Ana; the offer expired 3 s ago/);
    for (const { certainty, because } of [over.headline, over.next]) {
      assert.equal(certainty, 'probable');
      assert.match(because.map(inEnglish).join(' '), /has not reported that/);
    }
    const [, certainty, because] = headline(withTask({ timeout: 60 }));
    assert.equal(certainty, 'probable');
    assert.match(because!, /task’s timeout has passed, but TaskRouter has not reported/);
    // TaskRouter may have reported both by now.
    const { timeout } = withTask({ timeout: 250 }).task;
    const unread = { ...offered, task: { ...task, timeout }, now: offered.now + 30_000 } as ExplanationFacts;
    const why = explain(unread).headline.because.map(inEnglish).join(' ');
    assert.match(why, /offer should have timed out by now, and has not been read again since/);
    assert.match(why, /task’s timeout has passed, and the task has not been read again since/);
    assert.doesNotMatch(why, /has not reported/);
  });

  it('is only probable where a capacity was not read', () => {
    const [said, certainty, because] = headline({ ...sampleFacts, workerChannels: new Map() });
    assert.equal(said, 'Waiting 4 min in Billing: 2 workers qualify; the capacity of 1 of them was not read');
    assert.equal(certainty, 'probable');
    assert.equal(because, 'Capacity not read for some workers (1).');
  });

  it('is only probable where a comparison is one that Twilio does not document', () => {
    const attributes = JSON.stringify({ topic: 'Billing', language: 'fr' });
    const because = headline(withTask({ attributes })).join(' ');
    assert.match(
      because,
      /does not document this clearly: Strings that differ in letter case only are different/,
    );
  });

  it('names who has the offer, for how long still, and who is next', () => {
    const workers = sampleFacts.workers.map((one) => ({
      ...one,
      available: true,
      attributes: '{"languages":["fr"]}',
    }));
    const channels = new Map(
      workers.map(({ sid }) => [
        sid,
        sampleFacts.workerChannels.get(sidOf('WK', 1))!.map((one) => ({
          ...one,
          available_capacity_percentage: 100,
          assigned_tasks: 0,
        })),
      ]),
    );
    const facts = withTask(
      { assignment_status: 'reserved' },
      {
        workers,
        workerChannels: channels,
        workerReservations: new Map(),
        reservations: [reservation(1, 1, 'pending', 163)],
      },
    );
    const { headline: said, next } = explain(facts);
    assert.equal(
      inEnglish(said.message),
      'Offered to Ana Reyes, 43 s left; one of Bo Lind, Chen Wu or Dev Rao is next',
    );
    assert.deepEqual(said.because.map(inEnglish), [
      'The API does not show when a worker last had a task, which decides between equal workers.',
    ]);
    assert.equal(next.when, 'after this offer');
    const only = { ...facts, members: new Map([[sidOf('WQ', 1), [sidOf('WK', 1), sidOf('WK', 2)]]]) };
    assert.deepEqual(headline(only), ['Offered to Ana Reyes, 43 s left; Bo Lind is next', 'certain']);

    const [bo, chen, dev] = [sidOf('WK', 2), sidOf('WK', 3), sidOf('WK', 4)] as const;
    const byChannel = sampleFacts.taskChannels!.map((one) => ({ ...one, channel_optimized_routing: true }));
    const pair = facts.queues.map((one) => ({ ...one, max_reserved_workers: 2 }));
    type Row = readonly [
      offeredAt: readonly (readonly [string, number])[],
      said: string,
      ranked: number,
      more?: Partial<ExplanationFacts>,
    ];
    const rows: readonly Row[] = [
      [
        [
          [bo, 30],
          [chen, 10],
          [dev, 20],
        ],
        'Chen Wu is next',
        3,
      ],
      [
        [
          [bo, 30],
          [chen, 20],
        ],
        'Dev Rao is next',
        3,
      ],
      [[[bo, 30]], 'one of Chen Wu or Dev Rao is next', 0],
      [[], 'one of Bo Lind, Chen Wu or Dev Rao is next', 0],
      [
        [
          [bo, 30],
          [chen, 10],
          [dev, 20],
        ],
        'one of Bo Lind, Chen Wu or Dev Rao is next',
        0,
        { taskChannels: byChannel },
      ],
      [
        [
          [bo, 30],
          [chen, 10],
          [dev, 20],
        ],
        'Chen Wu and Dev Rao are next',
        3,
        { queues: pair },
      ],
      [[[bo, 30]], 'Chen Wu and Dev Rao are next', 0, { queues: pair }],
      [[], '2 of Bo Lind, Chen Wu and Dev Rao are next', 0, { queues: pair }],
    ];
    for (const [offeredAt, text, ranked, more] of rows) {
      const { headline: found, workers: groups } = explain({
        ...facts,
        ...more,
        offeredAt: new Map(offeredAt),
      });
      assert.equal(inEnglish(found.message), `Offered to Ana Reyes, 43 s left; ${text}`);
      assert.equal(found.certainty, 'probable');
      assert.equal(groups!.ranked, ranked, text);
    }
  });

  it('does not promise a task to a worker with whom those who have it now compete for the last place', () => {
    const free = sampleFacts.workerChannels.get(sidOf('WK', 1))!.map((one) => ({
      ...one,
      available_capacity_percentage: 100,
      assigned_tasks: 0,
    }));
    const workers = sampleFacts.workers.map((one) => ({
      ...one,
      available: true,
      attributes: '{"languages":["fr"]}',
    }));
    const facts = withTask(
      { assignment_status: 'reserved' },
      {
        workers,
        queues: sampleFacts.queues.map((one) => ({ ...one, max_reserved_workers: 2 })),
        members: new Map([[sidOf('WQ', 1), [1, 2, 3].map((i) => sidOf('WK', i))]]),
        workerChannels: new Map(workers.map(({ sid }) => [sid, free])),
        reservations: [
          reservation(1, 3, 'timeout', 100),
          reservation(2, 1, 'pending', 200),
          reservation(3, 2, 'pending', 200),
        ],
      },
    );
    const { next } = explain(facts);
    assert.deepEqual(next.workers, [sidOf('WK', 3)]);
    assert.match(next.because.map(inEnglish).join(), /the worker who has the offer now may get it again/);
  });

  it('doubts an order that a value of whoever has the offer may make void', () => {
    const configuration = {
      task_routing: { filters: [], default_filter: { queue: sidOf('WQ', 1), order_by: 'worker.level DESC' } },
    };
    const facts = (level: unknown) => {
      const workers = sampleFacts.workers.map((one, i) => ({
        ...one,
        available: true,
        attributes: JSON.stringify({ level: i === 0 ? level : i }),
      }));
      const free = sampleFacts.workerChannels.get(sidOf('WK', 1))!.map((one) => ({
        ...one,
        available_capacity_percentage: 100,
        assigned_tasks: 0,
      }));
      return withTask(
        { assignment_status: 'reserved' },
        {
          workers,
          workerChannels: new Map(workers.map(({ sid }) => [sid, free])),
          workerReservations: new Map(),
          workflow: { ...sampleFacts.workflow!, configuration: JSON.stringify(configuration) },
          reservations: [reservation(1, 1, 'pending', 163)],
          events: sampleFacts.events!.filter(({ event_type: type }) => type !== 'workflow.target-matched'),
        },
      );
    };
    assert.deepEqual(headline(facts(9)), ['Offered to Ana Reyes, 43 s left; Dev Rao is next', 'certain']);
    assert.equal(headline(facts('high'))[1], 'probable');
  });

  it('is only probable where a worker of the queue was not read', () => {
    const [said, certainty, because] = headline({ ...sampleFacts, workers: sampleFacts.workers.slice(1) });
    assert.match(said!, /only Bo Lind qualifies/);
    assert.equal(certainty, 'probable');
    assert.equal(because, 'Some workers of Billing were not read.');
  });

  it('doubts the end of a task that can be in several targets', () => {
    const queue = sidOf('WQ', 1);
    const targets = [{ queue, skip_if: '1==1' }, { timeout: 300 }];
    const filters = [{ filter_friendly_name: 'Billing', expression: '1==1', targets }];
    const workflow = {
      ...sampleFacts.workflow!,
      configuration: JSON.stringify({ task_routing: { filters } }),
    };
    const { next, place } = explain({ ...sampleFacts, workflow, events: [] }).workflow!;
    assert.equal(place.certainty, 'probable');
    assert.equal(next!.claim.certainty, 'probable');
  });

  it('says of a task that is over which target was its last, and which it did not reach', () => {
    const { workflow } = explain(withTask({ assignment_status: 'canceled', reason: 'hangup' }));
    assert.equal(inEnglish(workflow!.place.message), 'Was in Billing, target 1 of 2 in filter Billing');
    assert.deepEqual(
      workflow!.filters.flatMap(({ targets }) => targets.map(({ state, deadline }) => [state, deadline])),
      [
        ['last', undefined],
        ['not reached', undefined],
        ['other filter', undefined],
      ],
    );
  });

  it('leaves out what was not read, and names the permission that would fill it', () => {
    for (const part of parts) {
      const facts: ExplanationFacts = { ...sampleFacts, unread: [{ part, reason: 'permission' }] };
      const [note, ...more] = [...explain(facts).notes, ...timeline(facts).notes];
      assert.ok(inEnglish(note!.message).includes(permissionFor[part]));
      assert.deepEqual(more, []);
    }
  });

  it('explains a task that is left of which only Events are', () => {
    const rest = without(sampleFacts, 'task', 'workflow');
    assert.match(headline(rest)[0]!, /^The task is gone; its last Event was workflow\.target-matched/);
    assert.deepEqual(
      timeline(rest).entries.map(({ kind }) => kind),
      ['created', 'entered queue', 'target matched'],
    );
  });
});

describe('the explanation of a worker', () => {
  const { task, workflow } = sampleFacts;
  const rest = without(sampleFacts, 'taskSid', 'task', 'workflow', 'reservations');
  const facts = (worker: number): WorkerFacts => ({
    ...rest,
    workerSid: sidOf('WK', worker),
    workflows: [workflow!],
    waitingTasks: [task!],
  });
  const rows: readonly (readonly [number, RegExp, RegExp])[] = [
    [
      1,
      /^Waiting tasks that Ana Reyes qualifies for: 1\. The first: Channel voice is full \(1 of 1\)/,
      /Channel voice is full/,
    ],
    [2, /^Bo Lind has been in Break for 14 min\. Waiting tasks they qualify for: 1/, /Unavailable, in Break/],
    [
      3,
      /^Chen Wu qualifies for none of the waiting tasks in their queues \(1\)/,
      /worker\.languages is \["en"\]/,
    ],
  ];
  for (const [worker, said, why] of rows) {
    it(`says why worker ${worker} is not offered a task`, () => {
      const explanation = explainWorker(facts(worker));
      assert.match(inEnglish(explanation.headline.message), said);
      assert.match(inEnglish(explanation.tasks[0]!.claim.message), why);
    });
  }

  const empty = { workerReservations: new Map([[sidOf('WK', 1), []]]) };
  const idle = { waitingTasks: [], workerQueues: [sidOf('WQ', 1), sidOf('WQ', 2)], ...empty };
  const [voice] = sampleFacts.workerChannels.get(sidOf('WK', 1))!;
  const channels = (...rows: readonly WorkerChannel[]) => ({
    workerChannels: new Map([[sidOf('WK', 1), rows]]),
  });
  const free = { ...voice!, available_capacity_percentage: 100, assigned_tasks: 0 };
  const chat = { ...free, task_channel_unique_name: 'chat' };
  for (const [about, worker, more, said, isCertain] of [
    [
      'free for the next',
      1,
      { ...idle, ...channels(free) },
      /^No task waits in the queues of Ana Reyes \(2\): the next one/,
      true,
    ],
    [
      'unavailable',
      2,
      idle,
      /^Bo Lind is unavailable \(Break\), and no task waits in their queues \(2\)/,
      true,
    ],
    [
      'of unknown channels and tasks',
      1,
      { ...idle, workerChannels: new Map(), workerReservations: new Map() },
      /^No task waits in the queues of Ana Reyes \(2\): the next one there may/,
      false,
    ],
    [
      'without a free channel',
      1,
      idle,
      /Ana Reyes \(2\), and no channel of theirs has room: voice \(1\/1\)$/,
      true,
    ],
    [
      'full on one of their channels',
      1,
      { ...idle, ...channels(voice!, chat) },
      /: the next one there may be offered to them, but not on a full channel: voice \(1\/1\)$/,
      true,
    ],
    ['in no queue', 1, { ...idle, workerQueues: [] }, /^Ana Reyes is in no queue/, true],
    [
      'in queues that were not read',
      1,
      { waitingTasks: [], ...empty },
      /^No task waits for Ana Reyes/,
      false,
    ],
    [
      'in a queue whose workers were read before they joined',
      1,
      { ...idle, waitingTasks: [task!], members: new Map([[sidOf('WQ', 1), []]]) },
      /^No waiting task is for Ana Reyes/,
      false,
    ],
  ] as const)
    it(`says what it means when no task waits for a worker who is ${about}`, () => {
      const { headline: found } = explainWorker({ ...facts(worker), ...more });
      assert.match(inEnglish(found.message), said);
      assert.equal(found.certainty, isCertain ? 'certain' : 'probable');
    });

  const reservation = (status: string, created: number, index: number) => ({
    sid: sidOf('WR', index),
    reservation_status: status,
    task_sid: sidOf('WT', index),
    worker_sid: sidOf('WK', 1),
    date_created: new Date(sampleFacts.now - created * 1000),
    date_updated: new Date(sampleFacts.now - created * 1000),
  });
  const heldTask = (index: number, channelName = 'voice') => ({
    ...task!,
    sid: sidOf('WT', index),
    task_channel_unique_name: channelName,
  });
  const timeout = workflow!.task_reservation_timeout!;
  const holding = (...rows: readonly ReturnType<typeof reservation>[]) => ({
    workerReservations: new Map([[sidOf('WK', 1), rows]]),
    heldTasks: [heldTask(8), heldTask(9), heldTask(10, 'chat')],
  });
  const offer = reservation('pending', timeout - 20, 9);
  for (const [about, more, said, held] of [
    [
      'an offer',
      { ...idle, ...holding(offer) },
      /^Ana Reyes is being offered a task, 20 s left\. No task waits in the queues of Ana Reyes \(2\), and no channel/,
      [/^Offered, 20 s left$/],
    ],
    [
      'an offer that expired',
      { ...idle, ...holding(reservation('pending', timeout + 20, 9)) },
      /^Ana Reyes is being offered a task\. /,
      [/^Offered; the offer expired 20 s ago$/],
    ],
    [
      'offers and a task',
      { ...idle, ...holding(reservation('accepted', 300, 8), offer, reservation('pending', 1, 10)) },
      /^Ana Reyes is being offered tasks \(2\), and has others \(1\)\. /,
      [/^Offered, 20 s/, /^Offered, /, /^Accepted 5 min ago$/],
    ],
    [
      'a task that is wrapping up',
      { ...idle, ...holding(reservation('wrapping', 60, 8)) },
      /^Ana Reyes has tasks \(1\)\. No task waits/,
      [/^Wrapping up for 1 min$/],
    ],
    [
      'an offer while others wait',
      holding(offer),
      /^Ana Reyes is being offered a task, 20 s left\. Waiting tasks that Ana Reyes qualifies for: 1/,
      [/^Offered/],
    ],
    [
      'a task, in a workspace without multitasking',
      {
        ...idle,
        ...channels(free),
        ...holding(reservation('accepted', 300, 8)),
        workspace: { ...sampleFacts.workspace!, multi_task_enabled: false },
      },
      /\(2\), and the workspace does not allow multitasking$/,
      [/^Accepted/],
    ],
  ] as const)
    it(`says what a worker has who has ${about}`, () => {
      const found = explainWorker({ ...facts(1), ...more });
      assert.match(inEnglish(found.headline.message), said);
      assert.equal(found.held.length, held.length);
      for (const [i, one] of found.held.entries()) assert.match(inEnglish(one.message), held[i]!);
      const { until, besideCountdown } = found.headline;
      assert.equal(until === undefined, besideCountdown === undefined);
      if (besideCountdown) assert.doesNotMatch(inEnglish(besideCountdown), /left/);
    });

  it('names the tasks that fill the channel of the first waiting task, and no others', () => {
    const rows = [reservation('accepted', 300, 8), reservation('accepted', 300, 10)];
    const [line] = explainWorker({ ...facts(1), ...holding(...rows) }).tasks;
    assert.deepEqual(
      line!.holders.map(({ taskSid }) => taskSid),
      [sidOf('WT', 8)],
    );
  });

  it('lists the queues of the worker, those with waiting tasks first, also in Markdown', () => {
    const of = { ...facts(1), workerQueues: [sidOf('WQ', 2), sidOf('WQ', 1)] };
    const explanation = explainWorker(of);
    assert.deepEqual(
      explanation.queues!.map(({ queueName, waiting }) => [queueName, waiting]),
      [
        ['Billing', 1],
        ['Anyone', 0],
      ],
    );
    const text = workerAsMarkdown(of, explanation, { account: 'Support', customerData: false });
    assert.match(text, /^# Waiting tasks that Ana Reyes qualifies for: 1/);
    assert.match(
      text,
      /## Waiting tasks of their queues\n\n- `WT0+1` in Billing, priority \d+: Channel voice is full/,
    );
    assert.match(text, /## Queues\n\n- Billing: 1 waiting\n- Anyone: 0 waiting/);
    const named = workerAsMarkdown(of, explanation, { account: 'Support', customerData: true });
    assert.match(named, /## Waiting tasks of their queues\n\n- Rosa Hazel \(`WT0+1`\) in Billing/);
  });
});

describe('hostile names and values', () => {
  it('never throw, whatever is missing', () => {
    const keys = Object.keys(sampleFacts.task!);
    const anyKey = (row: object) => fc.constantFrom(...Object.keys(row));
    fc.assert(
      fc.property(
        fc.array(hostile, { minLength: 3, maxLength: 12 }),
        fc.subarray(keys),
        anyKey(sampleFacts.workers[0]!),
        fc.constantFrom(
          'workflow',
          'workspace',
          'task',
          'reservations',
          'events',
          'waitingTasks',
          'taskChannels',
        ),
        (texts, gone, field, part) => {
          const facts = spoiled(sampleFacts, texts);
          const task = Object.fromEntries(
            Object.entries(facts.task!).filter(
              ([key]) => key === 'sid' || key === 'assignment_status' || !gone.includes(key),
            ),
          );
          const all = {
            ...facts,
            task,
            workers: facts.workers.map((worker) => ({
              ...worker,
              ...(field === 'sid' ? {} : { [field]: null }),
            })),
          };
          const less = Object.fromEntries(
            Object.entries(all).filter(([key]) => key !== part),
          ) as unknown as ExplanationFacts;
          for (const status of ['pending', 'reserved', 'assigned', 'canceled', 'odd']) {
            const one = less.task ? { ...less, task: { ...less.task, assignment_status: status } } : less;
            assert.ok(
              asMarkdown(one, explain(one), timeline(one), { account: 'Support', customerData: true })
                .length > 0,
            );
          }
        },
      ),
      sequences(),
    );
  });
});

describe('SIDs and names that every object has as properties', () => {
  const inherited = Object.getOwnPropertyNames(Object.prototype);
  const sids = [1, 2, 3, 4].map((i) => sidOf('WK', i)).concat([1, 2].map((i) => sidOf('WQ', i)));
  const known = [...sids, sidOf('WA', 1), sidOf('WA', 2), sidOf('WT', 9), 'voice'];
  /** The same with other names, also inside of texts and as keys. */
  const renamed = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
    const again = (one: unknown) => renamed(one, names);
    if (typeof value === 'string')
      return [...names].reduce((text, [from, to]) => text.replaceAll(from, to), value);
    if (value instanceof Map)
      return new Map([...(value as Map<unknown, unknown>)].map(([a, b]) => [again(a), again(b)]));
    if (Array.isArray(value)) return value.map(again);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [again(key), again(one)]));
  };

  it('explain the same as any other', () => {
    const rest = without(sampleFacts, 'taskSid', 'task', 'workflow', 'reservations');
    const worker: WorkerFacts = {
      ...rest,
      workerSid: sidOf('WK', 1),
      workflows: [sampleFacts.workflow!],
      waitingTasks: [sampleFacts.task!],
      workerQueues: [sidOf('WQ', 1), sidOf('WQ', 2)],
    };
    const ana = sidOf('WK', 1);
    const channels = sampleFacts.workerChannels.get(ana)!;
    const otherChannels = channels.map((one) => ({ ...one, task_channel_unique_name: 'chat' }));
    const samples = [
      sampleFacts,
      { ...sampleFacts, workerChannels: new Map(), workerReservations: new Map() },
      { ...sampleFacts, workerChannels: new Map([[ana, otherChannels]]) },
    ];
    const order = fc.shuffledSubarray(inherited, { minLength: known.length, maxLength: known.length });
    fc.assert(
      fc.property(order, (found) => {
        const names = new Map(known.map((name, i) => [name, found[i]!]));
        const of = <T>(value: T) => renamed(value, names) as T;
        const plain = (value: object) => JSON.parse(JSON.stringify(value)) as unknown;
        const same = (found: object, expected: object) => assert.deepEqual(plain(found), of(plain(expected)));
        for (const facts of samples) {
          same(explain(of(facts)), explain(facts));
          same(timeline(of(facts)), timeline(facts));
          const less = { ...worker, workerChannels: facts.workerChannels };
          same(explainWorker(of(less)), explainWorker(less));
        }
      }),
      sequences(),
    );
  });
});

describe('a span of time', () => {
  const rows: readonly (readonly [seconds: number, text: string])[] = [
    [-5, '0 s'],
    [43, '43 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [7500, '2 h 5 min'],
    [3 * 86_400, '3 d'],
  ];
  for (const [seconds, text] of rows) it(text, () => assert.equal(inEnglish(span(seconds * 1000)), text));
});

describe('a limit', () => {
  const rows: readonly (readonly [seconds: number, text: string])[] = [
    [0, '0 s'],
    [43, '43 s'],
    [60, '1 min'],
    [150, '2 min 30 s'],
    [3661, '1 h 1 min 1 s'],
    [86_400, '24 h'],
    [90_060, '25 h 1 min'],
  ];
  for (const [seconds, text] of rows)
    it(`of ${seconds} s is ${text}`, () => assert.equal(inEnglish(exactly(seconds)), text));
});
