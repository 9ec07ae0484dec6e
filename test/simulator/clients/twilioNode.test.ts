import assert from 'node:assert/strict';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import { callSid } from '../driver';
import { clientFor, helperFor } from './twilioNode';
import { openApi } from '../api/openapi';

/** An account in which nothing is yet, and the official helper that listens to nobody but the simulator. */
async function start() {
  const clock = manualClock();
  const simulator = createSimulator({ clock, scenario: { name: 'empty', workspaces: [] } });
  const { url } = await simulator.listen();
  const helper = helperFor(simulator, url);
  const { sid } = await helper.workspaces.create({ friendlyName: 'Helpdesk', template: 'NONE' });
  return { clock, simulator, helper, workspace: helper.workspaces(sid) };
}
type Stage = Awaited<ReturnType<typeof start>>;

/** A queue for English, a workflow that sends English tasks there, and two workers who are available. */
async function furnish({ workspace }: Stage) {
  const activities = await workspace.activities.list();
  const available = activities.find(({ available }) => available)!;
  const english = await workspace.taskQueues.create({
    friendlyName: 'English',
    targetWorkers: 'languages HAS "en"',
  });
  const everyone = await workspace.taskQueues.create({ friendlyName: 'Everyone' });
  const workflow = await workspace.workflows.create({
    friendlyName: 'Calls',
    taskReservationTimeout: 30,
    configuration: JSON.stringify({
      task_routing: {
        filters: [
          {
            filter_friendly_name: 'English',
            expression: 'language == "en"',
            targets: [{ queue: english.sid, priority: 5 }],
          },
        ],
        default_filter: { queue: everyone.sid },
      },
    }),
  });
  const hire = (friendlyName: string, attributes: object) =>
    workspace.workers.create({
      friendlyName,
      activitySid: available.sid,
      attributes: JSON.stringify({ contact_uri: `client:${friendlyName}`, ...attributes }),
    });
  return {
    activities,
    available,
    english,
    everyone,
    workflow,
    ann: await hire('ann', { languages: ['en'] }),
    ben: await hire('ben', { languages: ['de', 'en'] }),
  };
}

describe('the official helper', function () {
  this.timeout(20_000);
  let stage: Stage;
  beforeEach(async () => void (stage = await start()));
  afterEach(() => stage.simulator.stop());

  const call = (workflowSid: string, language = 'en') =>
    stage.workspace.tasks.create({
      workflowSid,
      taskChannel: 'voice',
      attributes: JSON.stringify({ call_sid: callSid, from: '+12125550100', language }),
    });
  const offer = async (taskSid: string) => {
    const { reservations } = stage.workspace.tasks(taskSid);
    const pending = await reservations.list({ reservationStatus: 'pending' });
    return pending.length ? reservations(pending[0]!.sid).fetch() : undefined;
  };

  it('builds a workspace; tasks are routed by its workflow, accepted, rejected and finished', async () => {
    const { workspace, clock } = stage;
    const { workflow, english, everyone, ann, ben, activities } = await furnish(stage);
    const first = await call(workflow.sid);
    assert.deepEqual(
      [first.assignmentStatus, first.taskQueueSid, first.priority],
      ['reserved', english.sid, 5],
    );
    const reservation = await offer(first.sid);
    assert.equal(reservation!.workerSid, ann.sid);
    await reservation!.update({ reservationStatus: 'rejected' });
    // Who has waited longest is asked next.
    const second = await offer(first.sid);
    assert.equal(second!.workerSid, ben.sid);
    await second!.update({ reservationStatus: 'accepted' });
    assert.equal((await workspace.tasks(first.sid).fetch()).assignmentStatus, 'assigned');

    const german = await call(workflow.sid, 'de');
    assert.equal(german.taskQueueSid, everyone.sid);
    clock.advance(30_000);
    assert.equal(await offer(german.sid), undefined, 'nobody is left: ann is away, ben has a call');
    const away = await workspace.workers(ann.sid).fetch();
    assert.equal(away.activityName, 'Offline');
    const { sid: availableSid } = activities.find(({ available }) => available)!;
    await away.update({ activitySid: availableSid });
    assert.equal((await offer(german.sid))!.workerSid, ann.sid, 'a worker who comes back is reserved');

    const done = await workspace.tasks(first.sid).update({ assignmentStatus: 'completed', reason: 'solved' });
    assert.deepEqual([done.assignmentStatus, done.reason], ['completed', 'solved']);
    await assert.rejects(workspace.tasks(first.sid).update({ assignmentStatus: 'canceled', reason: 'x' }), {
      code: 20001,
      message: `Cannot cancel task ${first.sid} because it is not pending or reserved.`,
    });
    assert.equal(
      await workspace
        .tasks(german.sid)
        .remove({ ifMatch: '"0"' })
        .catch((error: { status: number }) => error.status),
      412,
    );
    assert.ok(await workspace.tasks(german.sid).remove());
    await assert.rejects(workspace.tasks(german.sid).fetch(), { status: 404 });
  });

  it('gives each instruction', async () => {
    const { workspace, clock, simulator } = stage;
    const { workflow, ann, ben } = await furnish(stage);
    const from = '+18885550100';
    const url = 'https://example.com/twiml';
    for (const [params, status] of [
      [{ instruction: 'conference', from }, 'accepted'],
      [{ instruction: 'dequeue', dequeueFrom: from }, 'accepted'],
      [{ instruction: 'call', callFrom: from, callUrl: url, callAccept: true }, 'accepted'],
      [
        { instruction: 'redirect', redirectCallSid: callSid, redirectUrl: url, redirectAccept: true },
        'accepted',
      ],
    ] as const) {
      const { sid } = await call(workflow.sid);
      const reservation = (await offer(sid))!;
      await reservation.update(params);
      clock.advance(10_000);
      assert.equal((await reservation.fetch()).reservationStatus, status, params.instruction);
      if (params.instruction === 'conference') {
        const supervisor = reservation.workerSid === ann.sid ? ben.sid : ann.sid;
        await reservation.update({ instruction: 'supervise', supervisor, supervisorMode: 'monitor' });
        clock.advance(10_000);
        assert.equal(simulator.conferences[0]?.participants.length, 3);
      }
      await reservation.update({ reservationStatus: 'wrapping' });
      await workspace.workers(reservation.workerSid).reservations(reservation.sid).update({
        reservationStatus: 'completed',
      });
      assert.equal((await workspace.tasks(sid).fetch()).assignmentStatus, 'completed');
    }
  });

  it('edits with If-Match what has not changed', async () => {
    const { workspace } = stage;
    const { workflow, ann } = await furnish(stage);
    const { sid } = await call(workflow.sid);
    const { headers } = await workspace.tasks(sid).fetchWithHttpInfo();
    const ifMatch = headers['etag']!;
    const attributes = '{"vip":true}';
    const changed = await workspace.tasks(sid).update({ ifMatch, attributes });
    assert.equal(changed.attributes, attributes);
    await assert.rejects(workspace.tasks(sid).update({ ifMatch, attributes: '{}' }), {
      status: 412,
      code: 20412,
    });
    await assert.rejects(workspace.workers(ann.sid).update({ ifMatch: '"99"', friendlyName: 'anna' }), {
      status: 412,
    });
    assert.equal((await workspace.workers(ann.sid).update({ friendlyName: 'anna' })).friendlyName, 'anna');
  });

  it('reads events and statistics of what happened', async () => {
    const { workspace, clock } = stage;
    const { workflow, english, ann } = await furnish(stage);
    const { sid } = await call(workflow.sid);
    clock.advance(5000);
    await (await offer(sid))!.update({ reservationStatus: 'accepted' });
    await call(workflow.sid);
    const events = await workspace.events.list({ taskSid: sid });
    assert.deepEqual(
      events.map(({ eventType }) => eventType),
      [
        'reservation.accepted',
        'reservation.created',
        'workflow.target-matched',
        'task.created',
        'task-queue.entered',
        'workflow.entered',
      ],
    );
    assert.equal((await workspace.events(events[0]!.sid).fetch()).resourceType, 'reservation');

    const now = await workspace.realTimeStatistics().fetch();
    assert.deepEqual([now.totalTasks, now.totalWorkers], [2, 2]);
    assert.deepEqual(now.tasksByStatus, { reserved: 1, pending: 0, assigned: 1, wrapping: 0 });
    assert.deepEqual(now.tasksByPriority, { 5: 2 });
    const so = await workspace.cumulativeStatistics().fetch({ splitByWaitTime: '3,10' });
    assert.deepEqual(
      [so.tasksCreated, so.reservationsCreated, so.reservationsAccepted, so.avgTaskAcceptanceTime],
      [2, 2, 1, 5],
    );
    assert.deepEqual(so.splitByWaitTime, {
      3: {
        above: { tasks_canceled: 0, reservations_accepted: 1 },
        below: { tasks_canceled: 0, reservations_accepted: 0 },
      },
      10: {
        above: { tasks_canceled: 0, reservations_accepted: 0 },
        below: { tasks_canceled: 0, reservations_accepted: 1 },
      },
    });
    const queue = workspace.taskQueues(english.sid);
    const inQueue = await queue.realTimeStatistics().fetch();
    assert.deepEqual([inQueue.totalEligibleWorkers, inQueue.totalAvailableWorkers], [2, 2]);
    assert.equal((await queue.cumulativeStatistics().fetch()).tasksEntered, 2);
    assert.equal((await workspace.workflows(workflow.sid).cumulativeStatistics().fetch()).tasksEntered, 2);
    const both = (await workspace.workers(ann.sid).statistics().fetch()).cumulative as {
      reservations_accepted: number;
      activity_durations: { friendly_name: string; total: number }[];
    };
    assert.equal(both.reservations_accepted, 1);
    assert.deepEqual(
      both.activity_durations.map(({ friendly_name, total }) => [friendly_name, total]),
      [
        ['Offline', 0],
        ['Unavailable', 0],
        ['Available', 5],
      ],
    );
    const chat = await workspace.realTimeStatistics().fetch({ taskChannel: 'chat' });
    assert.equal(chat.totalTasks, 0);
    const old = { startDate: new Date(clock.now() - 31 * 86_400_000) };
    await assert.rejects(workspace.statistics().fetch(old), { status: 400, code: 14241 });
  });

  it('reads the call of a task and the alerts about its callbacks', async () => {
    const { clock, simulator, workspace } = stage;
    const { workflow } = await furnish(stage);
    const client = clientFor(simulator, (await simulator.listen()).url);
    const { sid: taskSid } = await call(workflow.sid);
    assert.equal((await client.calls(callSid).fetch()).status, 'in-progress');
    await workspace
      .workflows(workflow.sid)
      .update({ assignmentCallbackUrl: 'https://app.example.com/offer' });
    const [offer] = await workspace.tasks(taskSid).reservations.list();
    await workspace.tasks(taskSid).reservations(offer!.sid).update({ reservationStatus: 'rejected' });
    clock.advance(20_000);
    await workspace.tasks(taskSid).update({ assignmentStatus: 'canceled', reason: 'hangup' });
    const ended = await client.calls(callSid).fetch();
    assert.equal(ended.status, 'completed');
    assert.equal(ended.endTime.getTime(), clock.now());
    const alerts = await client.monitor.v1.alerts.list({
      logLevel: 'error',
      startDate: new Date(clock.now() - 60_000),
      endDate: new Date(clock.now()),
      pageSize: 1,
      limit: 3,
    });
    assert.equal(alerts.length, 3);
    for (const { errorCode, requestUrl } of alerts) {
      assert.deepEqual([errorCode, requestUrl], ['11200', 'https://app.example.com/offer']);
    }
    await assert.rejects(client.calls(`CA${'b'.repeat(32)}`).fetch(), { status: 404, code: 20404 });
  });

  it('reaches every operation', async () => {
    const { helper, workspace, simulator, clock } = stage;
    const { activities, workflow, english, everyone, ann } = await furnish(stage);
    const [activity] = activities;
    await helper.workspaces.list();
    await workspace.fetch();
    await workspace.update({ friendlyName: 'Support', timeoutActivitySid: activity!.sid });
    const lunch = await workspace.activities.create({ friendlyName: 'Lunch', available: false });
    await (await workspace.activities(lunch.sid).fetch()).update({ friendlyName: 'Dinner' });
    await workspace.activities(lunch.sid).remove();
    const fax = await workspace.taskChannels.create({ friendlyName: 'Fax', uniqueName: 'fax' });
    await workspace.taskChannels.list();
    await (await workspace.taskChannels('fax').fetch()).update({ friendlyName: 'Telefax' });
    await workspace.taskQueues.list({ workerSid: ann.sid });
    await (await workspace.taskQueues(english.sid).fetch()).update({ maxReservedWorkers: 2 });
    await workspace.workflows.list();
    await (await workspace.workflows(workflow.sid).fetch()).update({ reEvaluateTasks: 'true' });
    await workspace.workers.list({ available: 'true' });
    await (await workspace.workers(ann.sid).fetch()).update({ friendlyName: 'anna' });
    const { workerChannels } = workspace.workers(ann.sid);
    const [channel] = await workerChannels.list();
    await workerChannels(channel!.sid).fetch();
    await workerChannels('fax').update({ capacity: 3, available: false });
    const { sid } = await call(workflow.sid);
    await workspace.tasks.list({ assignmentStatus: ['reserved', 'pending'] });
    await (await workspace.tasks(sid).fetch()).update({ priority: 1 });
    const [given] = await workspace.tasks(sid).reservations.list();
    await (
      await workspace.tasks(sid).reservations(given!.sid).fetch()
    ).update({ reservationStatus: 'accepted' });
    const holder = workspace.workers((await workspace.tasks(sid).reservations(given!.sid).fetch()).workerSid);
    await holder.reservations.list();
    await (await holder.reservations(given!.sid).fetch()).update({ reservationStatus: 'completed' });
    const [event] = await workspace.events.list();
    await workspace.events(event!.sid).fetch();
    const queue = workspace.taskQueues(english.sid);
    const flow = workspace.workflows(workflow.sid);
    const parts: { fetch(): Promise<unknown> }[] = [
      ...[workspace.statistics(), workspace.realTimeStatistics(), workspace.cumulativeStatistics()],
      ...[queue.statistics(), queue.realTimeStatistics(), queue.cumulativeStatistics()],
      ...[flow.statistics(), flow.realTimeStatistics(), flow.cumulativeStatistics()],
      ...[workspace.workers.statistics(), workspace.workers(ann.sid).statistics()],
      ...[workspace.workers.realTimeStatistics(), workspace.workers.cumulativeStatistics()],
    ];
    for (const part of parts) await part.fetch();
    await workspace.taskQueues.statistics.list({ friendlyName: 'English' });
    const bulk = await workspace.taskQueues.bulkRealTimeStatistics.create({
      body: { QueueSids: [english.sid] },
    });
    assert.equal(bulk.taskQueueResponseCount, 1);
    await workspace.tasks(sid).remove();
    clock.advance(400_000);
    await workspace.workflows(workflow.sid).remove();
    await workspace.taskQueues(everyone.sid).remove();
    await workspace.taskChannels(fax.sid).remove();
    await workspace.workers(ann.sid).remove();
    await workspace.remove();
    assert.deepEqual(await helper.workspaces.list(), []);

    const failed = simulator.requests.filter(({ status }) => status >= 400);
    assert.deepEqual(failed, []);
    const reached = openApi().operations.filter(({ method, path }) => {
      const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
      return simulator.requests.some((one) => one.method === method && pattern.test(one.path));
    });
    const all = openApi().operations.map(({ operationId }) => operationId);
    assert.deepEqual(
      all.filter((id) => !reached.some(({ operationId }) => operationId === id)),
      [],
    );
  });
});
