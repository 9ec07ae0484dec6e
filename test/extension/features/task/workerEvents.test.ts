import { strict as assert } from 'node:assert';
import { explainWorker } from '../../../../src/explanation/worker';
import { Emitter } from '../../../../src/extension/emitter';
import { PageEvents } from '../../../../src/extension/features/task/pageEvents';
import { WorkerReads } from '../../../../src/extension/features/task/workerReads';
import { refusal, settle } from '../../window';
import { changeable, changeableIn, changes, make } from './changes';
import { stage } from './taskStage';

const ofWorker: typeof changes = {
  ...changes,
  'the other worker goes on a break': ({ other, onBreak }) => [`Workers/${other}`, { ActivitySid: onBreak }],
  'another task comes': ({ workflow }) => [
    'Tasks',
    { WorkflowSid: workflow, TaskChannel: 'voice', Attributes: '{"name":"Nia Oak"}' },
  ],
  'the task is canceled': ({ taskSid }) => [
    `Tasks/${taskSid}`,
    { AssignmentStatus: 'canceled', Reason: 'test' },
  ],
  'there is another queue with the worker': ({ available }) => [
    'TaskQueues',
    {
      FriendlyName: 'Also',
      TargetWorkers: 'team != "sales"',
      ReservationActivitySid: available,
      AssignmentActivitySid: available,
    },
  ],
};

describe('following the Events of a worker', () => {
  /** A worker in the queue of a task that waits, all of which has been read, and is followed from now on. */
  async function follow() {
    const on = await stage(changeable());
    const found = await changeableIn(on, await on.taskNamed('Rosa Hazel'));
    const { accountId, workspaceSid, clock } = on;
    const address = { accountId, workspaceSid, workerSid: found.member };
    const page = new WorkerReads(on.store, address, clock, () => 0);
    let polled: Promise<void> | undefined;
    const events = new PageEvents(
      {
        clock,
        skew: () => 0,
        interval: () => 10_000,
        polled: { onDidReadEvents: new Emitter<never>().event },
        connect: (account) => on.accounts.connect(account),
        isVisible: () => true,
        onPoll: (changed, covered) => (polled = page.readChanges(changed, covered)),
        onFail: () => page.missChanges(),
      },
      address,
      () => ({ workflowSid: 'any' }),
    );
    await page.read();
    events.schedule();
    const poll = async () => {
      polled = undefined;
      clock.advance(10_000);
      for (let turn = 0; turn < 50 && !polled; turn++) await settle();
      await (polled as Promise<void> | undefined);
      await settle();
    };
    const fresh = async () => {
      on.store.forget(accountId);
      const others = new WorkerReads(on.store, address, clock, () => 0);
      await others.read();
      return others;
    };
    return Object.assign(on, { page, events, poll, found, fresh });
  }
  /** What is explained, and whether all of it is certain. */
  const explained = (page: WorkerReads) => {
    const { headline, tasks, queues } = explainWorker(page.facts());
    return { headline, tasks, queues };
  };

  it('reads nothing but Events, the worker and their reservations while nothing changes, and stays certain', async () => {
    const on = await follow();
    assert.equal(explained(on.page).headline.certainty, 'certain');
    on.paths();
    for (let i = 0; i < 30; i++) await on.poll();
    assert.equal(explained(on.page).headline.certainty, 'certain');
    const others = on.paths().filter((path) => !path.startsWith('/Events?'));
    const own = [`/Workers/${on.found.member}`, `/Workers/${on.found.member}/Reservations?PageSize=50`];
    assert.deepEqual(new Set(others), new Set(own));
    on.events.dispose();
  });

  it('reads everything again where Events are not allowed', async () => {
    const on = await follow();
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Events') ? Promise.resolve(refusal(403, 20003, 'No')) : pass();
    await make(ofWorker['the task is canceled']!, on);
    for (let i = 0; i < 8; i++) await on.poll();
    assert.deepEqual(explained(on.page).tasks, []);
    on.events.dispose();
  });

  for (const [name, change] of Object.entries(ofWorker)) {
    it(`is not certain after ${name}, until that was read`, async () => {
      const on = await follow();
      on.clock.advance(1000);
      await make(change, on);
      on.wire = ({ url }, pass) =>
        url.pathname.endsWith('/Events') ? pass() : Promise.resolve(refusal(400, 20001, 'Not now'));
      await on.poll();
      const { headline } = explained(on.page);
      const isRelevant = name !== 'the task has other attributes';
      if (isRelevant) assert.equal(headline.certainty, 'probable');
      on.wire = (_, pass) => pass();
      for (let i = 0; i < 8; i++) await on.poll();
      assert.deepEqual(on.page.facts().outdated, []);
      assert.equal(on.page.failure, undefined);
      const after = explained(on.page);
      assert.deepEqual(after, explained(await on.fresh()));
      on.events.dispose();
    });
  }
});
