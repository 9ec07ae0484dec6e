import { strict as assert } from 'node:assert';
import { explain } from '../../../../src/explanation/explain';
import type { ExplanationFacts } from '../../../../src/explanation/facts';
import type { PolledEvents } from '../../../../src/extension/data/polledWorkspaces';
import type { WorkspaceEvent } from '../../../../src/extension/data/workspaceEvents';
import { Emitter } from '../../../../src/extension/emitter';
import { PageEvents } from '../../../../src/extension/features/task/pageEvents';
import type { TaskReads } from '../../../../src/extension/features/task/taskReads';
import { inEnglish } from '../../../../src/taskrouter/message';
import * as resources from '../../../../src/taskrouter/resources';
import { still } from '../../centre';
import { answer, clientOf, findReservation, gate, refusal, settle } from '../../window';
import type { Changing } from './changes';
import { changeable, changeableIn, changes, make } from './changes';
import { stage } from './taskStage';

const queueOf = ({ stored }: TaskReads) => stored.task!.task_queue_sid!;

describe('following the Events of a task', () => {
  /** A task that waits for two of three workers, all of which has been read, and is followed from now on. */
  async function follow(before?: (on: Changing) => Promise<void>) {
    const on = await stage(changeable());
    const taskSid = await on.taskNamed('Rosa Hazel');
    const reads = on.reads(taskSid);
    const readAll = async (one: TaskReads, workers?: Iterable<string>) => {
      await one.readForHeadline();
      await one.readDetails();
      await one.candidates.readCapacities([...(workers ?? one.facts().members.get(queueOf(one))!)]);
    };
    let polled: Promise<void> | undefined;
    const windowEvents = new Emitter<PolledEvents>();
    const events = new PageEvents(
      {
        clock: on.clock,
        skew: () => 0,
        interval: () => 10_000,
        polled: { onDidReadEvents: windowEvents.event },
        connect: (accountId) => on.accounts.connect(accountId),
        isVisible: () => true,
        onPoll: (found, covered) => (polled = reads.readChanges(found, covered)),
        onFail: () => {
          polled = Promise.resolve();
          reads.missChanges();
        },
      },
      reads.stored.address,
      () => ({ taskSid, workflowSid: reads.stored.task?.workflow_sid }),
    );
    const found = await changeableIn(on, taskSid);
    await before?.(Object.assign(on, { found }));
    await readAll(reads);
    events.schedule();
    const poll = async (milliseconds = 10_000) => {
      polled = undefined;
      on.clock.advance(milliseconds);
      while (!polled) await settle();
      await (polled as Promise<void>);
      await settle();
    };
    const fresh = async () => {
      on.store.forget(on.accountId);
      const others = on.reads(taskSid);
      await readAll(others, reads.stored.capacities);
      return others.facts();
    };
    /** As a poll of the window does. */
    const tell = async (from: number, events: readonly WorkspaceEvent[] = []) => {
      polled = undefined;
      const { accountId, workspaceSid } = on;
      windowEvents.fire({ accountId, workspaceSid, events, from, to: on.clock.now() });
      await (polled as Promise<void> | undefined);
      await settle();
      return polled !== undefined;
    };
    return Object.assign(on, { page: reads, events, poll, tell, found, fresh });
  }
  const known = ({ task, workflow, queues, workers, members, workerChannels }: ExplanationFacts) => ({
    task: { ...task, age: 0 },
    workflow,
    queues,
    workers: workers.map(({ sid }) => sid).sort(),
    activities: workers.map(({ activity_sid: sid }) => sid).sort(),
    members,
    workerChannels,
  });

  it('keeps certain what did not change', async () => {
    const on = await follow();
    assert.equal(explain(on.page.facts()).headline.certainty, 'certain');
    for (let i = 0; i < 30; i++) await on.poll();
    assert.equal(explain(on.page.facts()).headline.certainty, 'certain');
    on.events.dispose();
  });

  it('is certain of nothing while Events cannot be read', async () => {
    const on = await follow();
    let isOffline = true;
    on.wire = (_request, pass) => (isOffline ? Promise.reject(new TypeError('offline')) : pass());
    await on.poll();
    const { certainty, because } = explain(on.page.facts()).headline;
    assert.equal(certainty, 'probable');
    assert.deepEqual(because.map(inEnglish), ['The task may have changed since it was read.']);
    isOffline = false;
    await on.poll();
    assert.equal(explain(on.page.facts()).headline.certainty, 'certain');
    on.events.dispose();
  });

  it('says that the task may have changed while the request limit holds its reads back', async () => {
    const on = await follow();
    const { open, opened } = gate();
    on.wire = (_request, pass) => opened.then(pass);
    const polled = on.poll();
    await settle();
    assert.equal(explain(on.page.facts()).headline.certainty, 'certain');
    on.clock.advance(10_000);
    assert.equal(explain(on.page.facts()).headline.certainty, 'probable');
    assert.equal(on.page.failure, undefined);
    open();
    await polled;
    await on.poll();
    assert.equal(explain(on.page.facts()).headline.certainty, 'certain');
    on.events.dispose();
  });

  const listed = (events: readonly object[]) =>
    answer(200, { meta: { key: 'events', next_page_url: null }, events });
  for (const [what, respond] of [
    ['late', listed],
    ['empty', () => listed([])],
    ['denied', () => refusal(403, 20003, 'No')],
  ] as const)
    it(`knows at the next poll that an offer was answered, although Events are ${what}`, async () => {
      const on = await stage(still);
      const { sid, taskSid, workspaceSid } = await findReservation(on.simulator, 'pending');
      const { accountId, clock } = on;
      const { client } = await on.accounts.connect(accountId);
      const { rows } = await client.list(resources.events, [workspaceSid]);
      on.wire = ({ url }, pass) =>
        url.pathname.endsWith('/Events') ? Promise.resolve(respond(rows)) : pass();
      const reads = on.reads(taskSid);
      await reads.readForHeadline();
      await reads.readDetails();
      let polls = 0;
      const events = new PageEvents(
        {
          ...{ clock, skew: () => 0, interval: () => 10_000, isVisible: () => true },
          polled: { onDidReadEvents: new Emitter<PolledEvents>().event },
          connect: (account) => on.accounts.connect(account),
          onPoll: (found, covered) => reads.readChanges(found, covered).then(() => void polls++),
          onFail: (error) => assert.fail(String(error)),
        },
        reads.stored.address,
        () => ({ taskSid, workflowSid: reads.stored.task?.workflow_sid }),
      );
      events.schedule();
      assert.equal(explain(reads.facts()).headline.kind, 'offered');
      const path = `/v1/Workspaces/${workspaceSid}/Tasks/${taskSid}/Reservations/${sid}`;
      const body = [['ReservationStatus', 'accepted']] as const;
      clock.advance(1000);
      await clientOf(on.simulator).update({ method: 'POST', path, query: [], body });
      clock.advance(9000);
      while (polls === 0) await settle();
      assert.equal(explain(reads.facts()).headline.kind, 'assigned');
      assert.ok(reads.stored.reservations!.some((one) => one.reservation_status === 'accepted'));
      events.dispose();
    });

  it('does not take it from Events that are empty that nothing has changed', async () => {
    const on = await follow();
    on.clock.advance(1000);
    await make(changes['a worker goes on a break']!, on);
    on.wire = ({ url }, pass) => (url.pathname.endsWith('/Events') ? Promise.resolve(listed([])) : pass());
    for (let i = 0; i < 4; i++) await on.poll();
    assert.deepEqual(known(on.page.facts()), known(await on.fresh()));
    on.events.dispose();
  });

  it('takes Events from the polls of the window, and polls only when there are none', async () => {
    const on = await follow();
    const own = () =>
      on.paths().filter((path) => /^\/Events\?.*PageSize=1000/.test(path) && !path.includes('TaskSid'));
    const capacity = { type: 'worker.capacity.update', about: 'worker', sid: on.found.member } as const;
    let before = on.clock.now() - 8000;
    own();
    for (const wait of [5000, 20_000, 20_000]) {
      on.clock.advance(wait);
      on.paths();
      assert.equal(await on.tell(before, [{ at: on.clock.now(), ...capacity }]), true);
      assert.deepEqual(on.paths(), ['/Tasks/WT', `/Workers/${on.found.member}/Channels?PageSize=50`]);
      assert.equal(on.page.facts().readAt, on.clock.now());
      before = on.clock.now();
    }
    // What happened between two polls is not known: the page finds out itself.
    on.clock.advance(5000);
    assert.equal(await on.tell(before + 1), false);
    on.paths();
    await on.poll(20_000);
    assert.equal(own().length, 1);
    on.events.dispose();
  });

  it('decides again who is next once Events show that a worker was offered another task', async () => {
    // The task is offered to one worker, and the other is next.
    const on = await follow(async (before) => {
      for (const worker of ['member', 'other'] as const)
        await make((found) => [`Workers/${found[worker]}/Channels/voice`, { Capacity: '2' }], before);
      before.clock.advance(1000);
    });
    const next = () => {
      const { next: offer, workers } = explain(on.page.facts());
      const inGroup = (sid: string) => workers!.unknown.some((one) => one.sid === sid);
      return { ...offer, isUnknown: inGroup };
    };
    const before = next();
    assert.equal(before.when, 'after this offer');
    const [second] = before.workers;
    await make(
      ({ workflow }) => [
        'Tasks',
        { WorkflowSid: workflow, TaskChannel: 'voice', Attributes: '{"name":"Nia Oak"}', Priority: '9' },
      ],
      on,
    );
    on.clock.advance(1000);
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Channels') ? Promise.resolve(refusal(400, 20001, 'Not now')) : pass();
    await on.poll();
    assert.ok(on.page.facts().offeredAt!.has(second!));
    assert.deepEqual(next().workers, []);
    assert.equal(next().certainty, 'probable');
    assert.ok(next().isUnknown(second!));
    on.wire = (_, pass) => pass();
    for (let i = 0; i < 4; i++) await on.poll();
    assert.ok(!next().isUnknown(second!));
    on.events.dispose();
  });

  for (const [name, change] of Object.entries(changes)) {
    it(`is not certain after ${name}, until that was read`, async () => {
      const on = await follow();
      on.clock.advance(1000);
      await make(change, on);
      on.wire = ({ url }, pass) =>
        url.pathname.endsWith('/Events') && !url.search.includes('TaskSid')
          ? pass()
          : Promise.resolve(refusal(400, 20001, 'Not now'));
      for (let i = 0; i < 3; i++) {
        await on.poll();
        const { headline } = explain(on.page.facts());
        assert.equal(headline.certainty, 'probable');
        assert.ok(headline.because.length > 0);
      }
      on.wire = (_, pass) => pass();
      for (let i = 0; i < 8; i++) await on.poll();
      assert.deepEqual(on.page.facts().outdated, []);
      const after = known(on.page.facts());
      assert.deepEqual(after, known(await on.fresh()));
      on.events.dispose();
    });
  }
});
