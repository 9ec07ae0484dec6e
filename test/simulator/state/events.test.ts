import assert from 'node:assert/strict';
import { still, waiting, worker } from '../driver';
import type { Json } from '../driver';

const types = (events: readonly Json[]) => events.map((one) => one['event_type']);
const data = (event: Json | undefined) => event?.['event_data'] as Record<string, unknown>;

/** Of a scenario's task that no filter matched, the newest first. */
const arrival = ['task.created', 'task-queue.entered', 'workflow.entered'];

describe('the simulator’s events', () => {
  it('report what happened, newest first, with the resources involved', async () => {
    const { root, list, get, first, post, reservations, seconds, clock } = await still();
    seconds(1.234);
    const [reservation] = await reservations();
    await post(await first(), { ReservationStatus: 'accepted' });
    const events = await list(`${root}/Events`, 'events');
    assert.deepEqual(types(events), ['reservation.accepted', 'reservation.created', ...arrival]);
    const [accepted] = events;
    assert.equal(accepted!['event_date_ms'], clock.now());
    assert.equal(accepted!['event_date'], `${new Date(clock.now()).toISOString().slice(0, 19)}Z`);
    assert.deepEqual(
      [accepted!['resource_type'], accepted!['resource_sid']],
      ['reservation', reservation!.sid],
    );
    const told = data(accepted);
    assert.deepEqual(
      [told['reservation_sid'], told['task_sid'], told['worker_sid'], told['task_assignment_status']],
      [reservation!.sid, reservation!['task_sid'], reservation!['worker_sid'], 'assigned'],
    );
    assert.deepEqual([told['worker_name'], told['task_age']], ['alice', '6']);
    assert.deepEqual(await get(String(accepted!['url'])), accepted);
    assert.equal((await get(String(accepted!['resource_url'])))['reservation_status'], 'accepted');
    assert.equal(
      (await get(root))['links'] && ((await get(root))['links'] as Json)['events'],
      `https://taskrouter.twilio.com${root}/Events`,
    );
  });

  it('report a reservation that timed out, and its worker’s new activity', async () => {
    const { root, list, seconds } = await still({ workers: [worker('alice')] });
    seconds(120);
    const events = await list(`${root}/Events`, 'events');
    assert.deepEqual(types(events), [
      'worker.activity.update',
      'reservation.timeout',
      'reservation.created',
      ...arrival,
    ]);
    assert.equal(events[0]!['description'], 'Worker alice updated to Offline Activity');
    assert.deepEqual(
      [data(events[0])['worker_activity_name'], data(events[0])['worker_previous_activity_name']],
      ['Offline', 'Available'],
    );
  });

  it('include the creation of the scenario’s reservations', async () => {
    const past = [{ worker: 'alice', status: 'accepted', age: 390 }] as const;
    const { root, list, clock } = await still({
      workers: [worker('alice', { activity: 'Offline' }), worker('bob')],
      tasks: [waiting({ age: 400, status: 'assigned', reservations: past }), waiting()],
    });
    const events = await list(`${root}/Events?EventType=reservation.created&Minutes=10`, 'events');
    assert.deepEqual(
      events.map((event) => [data(event)['worker_name'], clock.now() - Number(event['event_date_ms'])]),
      [
        ['bob', 0],
        ['alice', 390_000],
      ],
    );
    assert.deepEqual(
      [data(events[1])['task_age'], data(events[1])['task_assignment_status']],
      ['10', 'reserved'],
    );
  });

  it('have strings as data, and the fields of the reference', async () => {
    const { root, list, post, workerNamed, task } = await still({ workers: [worker('alice')] });
    const channel = `${root}/Workers/${(await workerNamed('alice')).sid}/Channels/voice`;
    await post(channel, { Capacity: '3' });
    await post(channel, { Available: 'false' });
    await post(task, { AssignmentStatus: 'canceled', Reason: 'enough' });
    const events = await list(`${root}/Events`, 'events');
    for (const event of events) {
      for (const [name, value] of Object.entries(data(event))) assert.equal(typeof value, 'string', name);
    }
    const only = (type: string) => data(events.find((event) => event['event_type'] === type));
    assert.deepEqual(
      Object.entries(only('worker.capacity.update')).filter(([name]) => name.startsWith('worker_channel')),
      [
        ['worker_channel_available', 'true'],
        ['worker_channel_available_capacity', '3'],
        ['worker_channel_task_count', '1'],
        ['worker_channel_previous_capacity', '1'],
      ],
    );
    const availability = only('worker.channel.availability.update');
    assert.equal(availability['worker_channel_available'], 'false');
    assert.equal(availability['task_channel_unique_name'], 'voice');
    assert.match(String(availability['worker_version']), /^\d+$/);
    const canceled = only('task.canceled');
    assert.deepEqual(
      [canceled['task_canceled_reason'], canceled['task_priority'], canceled['task_assignment_status']],
      ['enough', '0', 'canceled'],
    );
  });

  it('have the reason as their description when TaskRouter cancels a task', async () => {
    const { root, list, post, seconds, task } = await still({ workers: [] });
    await post(`${root}/Tasks`, { Attributes: '{}', Timeout: '30', TaskChannel: 'chat' });
    seconds(31);
    await post(task, { AssignmentStatus: 'canceled', Reason: 'enough' });
    const events = await list(`${root}/Events?EventType=task.canceled`, 'events');
    assert.deepEqual(
      events.map((event) => [event['description'], data(event)['task_canceled_reason']]),
      [
        ['Task canceled', 'enough'],
        ['Task TTL Exceeded', 'Task TTL Exceeded'],
      ],
    );
  });

  it('report a task that a client deletes, not one that TaskRouter removes', async () => {
    const { root, list, post, send, seconds, task } = await still({
      workers: [],
      tasks: [waiting(), waiting()],
    });
    const [, other] = await list(`${root}/Tasks`, 'tasks');
    await post(task, { AssignmentStatus: 'canceled', Reason: 'enough' });
    await send('DELETE', `${root}/Tasks/${other!.sid}`);
    seconds(301);
    assert.equal((await send('GET', task)).status, 404);
    const deleted = await list(`${root}/Events?EventType=task.deleted`, 'events');
    assert.deepEqual(
      deleted.map((event) => event['resource_sid']),
      [other!.sid],
    );
  });

  it('are found by every filter', async () => {
    const { root, list, task, workerNamed } = await still({
      queues: [{ name: 'All', targetWorkers: '1 == 1', maxReservedWorkers: 2 }],
    });
    const all = await list(`${root}/Events`, 'events');
    assert.deepEqual(types(all), ['reservation.created', 'reservation.created', ...arrival]);
    const bob = (await workerNamed('bob')).sid;
    const one = all.find((event) => data(event)['worker_sid'] === bob)!;
    const found = async (query: string) =>
      (await list(`${root}/Events?${query}`, 'events')).map(({ sid }) => sid);
    assert.deepEqual(await found(`WorkerSid=${bob}`), [one.sid]);
    assert.deepEqual(await found(`ReservationSid=${String(data(one)['reservation_sid'])}`), [one.sid]);
    assert.deepEqual(await found(`Sid=${one.sid}`), [one.sid]);
    const sids = all.map(({ sid }) => sid);
    for (const query of [
      `TaskSid=${task.slice(-34)}`,
      `TaskQueueSid=${String(data(one)['task_queue_sid'])}`,
      `WorkflowSid=${String(data(one)['workflow_sid'])}`,
      'TaskChannel=voice',
      `TaskChannel=${String(data(one)['task_channel_sid'])}`,
    ]) {
      assert.deepEqual(await found(query), sids, query);
    }
    assert.deepEqual(await found('EventType=reservation.created'), sids.slice(0, 2));
    for (const query of ['TaskChannel=chat', 'EventType=task.deleted', `TaskSid=WT${'0'.repeat(32)}`]) {
      assert.deepEqual(await found(query), [], query);
    }
  });

  it('cover 15 minutes, another number of minutes, or the requested time', async () => {
    const { root, list, seconds, clock, refusal } = await still({ tasks: [waiting({ age: 7200 })] });
    const start = clock.now();
    const count = async (query = '') => (await list(`${root}/Events${query}`, 'events')).length;
    seconds(15 * 60);
    const recent = await count();
    seconds(0.001);
    assert.equal(await count(), recent - 1, 'the first one is too old now');
    assert.equal(await count('?Minutes=16'), recent);
    const iso = (ms: number) => new Date(ms).toISOString();
    assert.equal(await count(`?StartDate=${iso(start)}`), recent);
    assert.equal(await count(`?StartDate=${iso(start)}&EndDate=${iso(start)}`), 1);
    assert.equal(await count(`?EndDate=${iso(start + 1000)}`), 1);
    for (const query of ['Minutes=x', 'StartDate=yesterday', 'TaskSid=WT1', 'Page=1'])
      assert.equal((await refusal(`${root}/Events?${query}`)).status, 400, query);
    seconds(31 * 86_400);
    assert.equal(await count('?Minutes=60000'), 0, 'kept for 30 days');
  });

  it('are paged by token while new ones are added', async () => {
    const { root, get, list, seconds } = await still();
    seconds(240);
    const all = await list(`${root}/Events`, 'events');
    const seen: string[] = [];
    for (let url: string | null = `${root}/Events?PageSize=2`; url !== null;) {
      const page: Record<string, unknown> = await get(url);
      seen.push(...(page['events'] as Json[]).map(({ sid }) => sid));
      url = (page['meta'] as Record<string, string | null>)['next_page_url'] ?? null;
      if (seen.length === 2) seconds(60);
    }
    assert.deepEqual(
      seen,
      all.map(({ sid }) => sid),
    );
  });

  it('appear later than the state if the scenario says so', async () => {
    const { root, list, seconds } = await still({}, { eventLag: 2000 });
    const events = () => list(`${root}/Events`, 'events');
    assert.deepEqual(types(await events()), arrival);
    seconds(2);
    assert.deepEqual(types(await events()), ['reservation.created', ...arrival]);
  });
});
