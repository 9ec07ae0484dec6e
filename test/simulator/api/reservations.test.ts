import assert from 'node:assert/strict';
import { callSid, still, waiting, worker } from '../driver';

describe('a reservation in the simulator', () => {
  it('is created for an eligible worker, and accessible through the task and through the worker', async () => {
    const { reservations, get, list, root, task } = await still();
    const [reservation] = await reservations();
    assert.equal(reservation?.['reservation_status'], 'pending');
    assert.equal(reservation?.['worker_name'], 'alice');
    const through = `${root}/Workers/${String(reservation?.['worker_sid'])}/Reservations`;
    assert.deepEqual(
      (await list(through, 'reservations')).map(({ sid }) => sid),
      [reservation.sid],
    );
    assert.match(String((await get(`${through}/${reservation.sid}`))['url']), /\/Workers\/WK/);
    assert.equal((await get(task))['assignment_status'], 'reserved');
  });

  it('can be accepted once', async () => {
    const { first, post, refusal, get, task } = await still();
    const url = await first();
    const { status, json } = await post(url, { ReservationStatus: 'accepted' });
    assert.deepEqual([status, json['reservation_status']], [200, 'accepted']);
    assert.equal((await get(task))['assignment_status'], 'assigned');
    assert.deepEqual(await refusal(url, { ReservationStatus: 'accepted' }), {
      status: 400,
      code: 20001,
      message: `Reservation ${url.slice(-34)} is already in state [accepted] and cannot be updated to [accepted]`,
    });
  });

  it('goes to the next worker when it is rejected, and moves the first to the requested activity', async () => {
    const { first, post, reservations, activity, workerNamed } = await still();
    const pause = await activity('Break');
    await post(await first(), { ReservationStatus: 'rejected', WorkerActivitySid: pause });
    const [rejected, next] = await reservations();
    assert.deepEqual(
      [rejected?.['reservation_status'], next?.['reservation_status']],
      ['rejected', 'pending'],
    );
    assert.equal(next?.['worker_name'], 'bob');
    assert.equal((await workerNamed('alice'))['activity_name'], 'Break');
  });

  it('goes to the second worker when it times out, and moves the first to the timeout activity', async () => {
    const { statuses, seconds, reservations, workerNamed } = await still();
    seconds(119.999);
    assert.deepEqual(await statuses(), ['pending']);
    seconds(0.001);
    assert.deepEqual(await statuses(), ['timeout', 'pending']);
    assert.equal((await reservations())[1]?.['worker_name'], 'bob');
    assert.equal((await workerNamed('alice'))['activity_name'], 'Offline');
    seconds(120);
    assert.deepEqual(await statuses(), ['timeout', 'timeout'], 'nobody is left');
  });

  it('is rescinded when another worker accepts first', async () => {
    const queues = [{ name: 'All', targetWorkers: '1 == 1', maxReservedWorkers: 5 }];
    const { first, post, statuses } = await still({ queues });
    assert.deepEqual(await statuses(), ['pending', 'pending']);
    await post(await first(), { ReservationStatus: 'accepted' });
    assert.deepEqual(await statuses(), ['accepted', 'rescinded']);
  });

  it('responds 410 to accepting a rescinded one, and 400 to everything else', async () => {
    const queues = [{ name: 'All', targetWorkers: '1 == 1', maxReservedWorkers: 5 }];
    const { first, post, reservations, task } = await still({ queues });
    await post(await first(), { ReservationStatus: 'accepted' });
    const [, rescinded] = await reservations();
    const url = `${task}/Reservations/${rescinded!.sid}`;
    const { status, json } = await post(url, { ReservationStatus: 'accepted' });
    assert.deepEqual([status, json['status'], json['code']], [410, 410, 20001]);
    assert.match(String(json['message']), /already in state \[rescinded\]/);
    assert.equal((await post(url, { ReservationStatus: 'rejected' })).status, 400);
    assert.equal((await post(url, { Instruction: 'conference' })).status, 400);
    assert.equal((await post(await first(), { ReservationStatus: 'accepted' })).status, 400);
  });

  it('is wrapped up and completed; the finished task is removed after five minutes', async () => {
    const { first, post, refusal, get, task, seconds, root } = await still();
    const url = await first();
    await post(url, { ReservationStatus: 'accepted' });
    await post(url, { ReservationStatus: 'wrapping' });
    assert.equal((await get(task))['assignment_status'], 'wrapping');
    await post(url, { ReservationStatus: 'completed' });
    assert.equal((await get(task))['assignment_status'], 'completed');
    seconds(299);
    assert.equal((await get(url))['reservation_status'], 'completed');
    seconds(1);
    const path = (full: string) => full.replace('/v1', '');
    assert.deepEqual(await refusal(url), {
      status: 404,
      code: 20404,
      message: `The requested resource ${path(url)} was not found`,
    });
    assert.equal((await refusal(task)).status, 404);
    assert.deepEqual((await get(`${root}/Tasks`))['tasks'], []);
  });

  it('is canceled with its task after the maximum number of rejections', async () => {
    const { statuses, post, reservations, task, get } = await still(
      { workers: [worker('alice')] },
      { rejectionsBeforeCancel: 2 },
    );
    for (let i = 0; i < 2; i++) {
      const { sid } = (await reservations()).at(-1)!;
      await post(`${task}/Reservations/${sid}`, { ReservationStatus: 'rejected' });
    }
    assert.deepEqual(await statuses(), ['rejected', 'rejected']);
    assert.equal((await get(task))['assignment_status'], 'canceled');
  });

  it('moves a single-tasking worker through the activities of the queue, and back when it fails', async () => {
    const queues = [
      {
        name: 'All',
        targetWorkers: '1 == 1',
        reservationActivity: 'Reserved',
        assignmentActivity: 'On a Task',
      },
    ];
    const begin = async () => {
      const stage = await still({ multitasking: false, queues, workers: [worker('alice')] });
      const activity = async () => (await stage.workerNamed('alice'))['activity_name'];
      assert.equal(await activity(), 'Reserved');
      return { ...stage, activity, sidOf: stage.activity, url: await stage.first() };
    };
    const { post, url, activity } = await begin();
    await post(url, { ReservationStatus: 'accepted' });
    assert.equal(await activity(), 'On a Task');
    // TaskRouter leaves the worker there: the application knows when they are ready for more.
    await post(url, { ReservationStatus: 'completed' });
    assert.equal(await activity(), 'On a Task');

    const other = await begin();
    await other.post(other.task, { AssignmentStatus: 'canceled', Reason: 'hangup' });
    assert.equal(await other.activity(), 'Available');

    const third = await begin();
    await third.post(third.url, {
      Instruction: 'conference',
      PostWorkActivitySid: await third.sidOf('Break'),
    });
    third.seconds(430);
    assert.equal(await third.activity(), 'Break');
  });

  it('cannot be given a status that only TaskRouter sets, an unknown one, or none', async () => {
    const { first, refusal } = await still();
    const url = await first();
    for (const ReservationStatus of ['pending', 'timeout', 'canceled', 'rescinded', 'nonsense']) {
      assert.deepEqual([(await refusal(url, { ReservationStatus })).code], [20001], ReservationStatus);
    }
    assert.equal((await refusal(url, { Other: 'x' })).status, 400);
    assert.equal((await refusal(url, { Instruction: 'dance' })).code, 55555);
  });
});

describe('an instruction in the simulator', () => {
  it('conference: pending at once, accepted when the worker has answered, wrapping when they hang up', async () => {
    const { first, post, statuses, seconds, get, task, simulator } = await still();
    const { status, json } = await post(await first(), {
      Instruction: 'conference',
      From: '+18885550100',
      ConferenceStatusCallback: 'https://example.com/conference',
      ConferenceStatusCallbackEvent: ['start', 'end'],
    });
    assert.deepEqual([status, json['reservation_status']], [200, 'pending']);
    seconds(1);
    assert.deepEqual(await statuses(), ['pending']);
    seconds(5);
    assert.deepEqual(await statuses(), ['accepted']);
    const { conference } = JSON.parse(String((await get(task))['attributes'])) as {
      conference: { sid: string };
    };
    assert.equal(conference.sid, simulator.conferences[0]?.sid);
    assert.equal(simulator.calls[0]?.to, 'client:alice');
    seconds(420);
    assert.deepEqual(await statuses(), ['wrapping']);
    assert.deepEqual(
      simulator.callbacks.map(({ parameters }) => parameters['StatusCallbackEvent']),
      ['conference-start', 'conference-end'],
    );
  });

  it('conference: canceled when the worker cannot be reached, and offered again', async () => {
    const { first, post, statuses, seconds } = await still({ workers: [worker('alice', { phone: 'busy' })] });
    await post(await first(), { Instruction: 'conference' });
    seconds(6);
    assert.deepEqual(await statuses(), ['canceled', 'pending']);
  });

  it('conference: rings until its timeout', async () => {
    const { first, post, statuses, seconds } = await still({
      workers: [worker('alice', { phone: 'rings out' })],
    });
    await post(await first(), { Instruction: 'conference', Timeout: '20' });
    seconds(19);
    assert.deepEqual(await statuses(), ['pending']);
    seconds(1);
    assert.deepEqual(await statuses(), ['canceled', 'pending']);
  });

  for (const [instruction, body] of [
    ['conference', {}],
    ['dequeue', { DequeueFrom: '+18885550100' }],
  ] as const) {
    it(`${instruction}: pauses the reservation's timeout while the phone rings`, async () => {
      const workflows = [{ name: 'Calls', reservationTimeout: 30, filters: [], defaultQueue: 'All' }];
      const workers = [worker('alice', { phone: 'rings out' })];
      const { first, post, statuses, seconds, workerNamed } = await still({ workflows, workers });
      seconds(29);
      await post(await first(), { Instruction: instruction, ...body });
      seconds(59);
      assert.deepEqual(await statuses(), ['pending']);
      seconds(1);
      assert.deepEqual(await statuses(), ['canceled', 'pending']);
      assert.equal((await workerNamed('alice'))['activity_name'], 'Available');
    });
  }

  it('dequeue: accepted when the bridge succeeds, with the worker’s call in the task', async () => {
    const { first, post, statuses, seconds, get, task, simulator } = await still();
    await post(await first(), {
      Instruction: 'dequeue',
      DequeueFrom: '+18885550100',
      DequeueStatusCallbackUrl: 'https://example.com/call',
      DequeueStatusCallbackEvent: ['ringing', 'answered'],
    });
    assert.match(String((await get(task))['attributes']), /"worker_call_sid":"CA[0-9a-f]{32}"/);
    assert.deepEqual(await statuses(), ['pending']);
    seconds(6);
    assert.deepEqual(await statuses(), ['accepted']);
    assert.deepEqual(
      simulator.callbacks.map(({ parameters }) => parameters['CallStatus']),
      ['ringing', 'in-progress'],
    );
  });

  for (const [name, body] of [
    ['call', { Instruction: 'call', CallFrom: '+18885550100', CallUrl: 'https://example.com/twiml' }],
    [
      'redirect',
      { Instruction: 'redirect', RedirectCallSid: callSid, RedirectUrl: 'https://example.com/twiml' },
    ],
  ] as const) {
    it(`${name}: accepts only on request`, async () => {
      const plain = await still();
      await plain.post(await plain.first(), body);
      plain.seconds(10);
      assert.deepEqual(await plain.statuses(), ['pending']);
      assert.equal(plain.simulator.calls[0]?.url, 'https://example.com/twiml');
      const asked = await still();
      const accept: Record<string, string> = { [name === 'call' ? 'CallAccept' : 'RedirectAccept']: 'true' };
      const { json } = await asked.post(await asked.first(), { ...body, ...accept });
      assert.equal(json['reservation_status'], 'accepted');
    });
  }

  it('supervise: rings a supervisor into the conference of an accepted reservation', async () => {
    const { first, post, seconds, workerNamed, simulator } = await still();
    const url = await first();
    await post(url, { Instruction: 'conference' });
    seconds(6);
    const { sid } = await workerNamed('bob');
    const { status } = await post(url, {
      Instruction: 'supervise',
      Supervisor: sid,
      SupervisorMode: 'whisper',
    });
    assert.equal(status, 200);
    seconds(6);
    assert.deepEqual(
      simulator.conferences[0]?.participants.map(({ role }) => role),
      ['customer', 'worker', 'supervisor (whisper)'],
    );
  });

  const accepted = { ReservationStatus: 'accepted' };
  const call = { Instruction: 'call', CallFrom: '+18885550100', CallUrl: 'https://example.com/' };
  const dequeue = { Instruction: 'dequeue', DequeueFrom: '+18885550100' };
  const redirect = { Instruction: 'redirect', RedirectCallSid: callSid, RedirectUrl: 'https://example.com/' };
  const noUri = { workers: [worker('alice', { attributes: { skills: ['all'] } })] };
  const noCall = { tasks: [waiting({ attributes: { name: 'chat' } })] };

  for (const [title, code, body, { plan = {}, before = undefined } = {}] of [
    ['call on an accepted reservation', 40114, call, { before: accepted }],
    ['redirect on an accepted reservation', 40123, redirect, { before: accepted }],
    ['dequeue on an accepted reservation', 40135, dequeue, { before: accepted }],
    ['conference on an accepted reservation', 40136, { Instruction: 'conference' }, { before: accepted }],
    ['supervise on a pending reservation', 40146, { Instruction: 'supervise' }],
    ['call without a contact_uri and without CallTo', 40110, call, { plan: noUri }],
    ['call to nonsense', 40110, { ...call, CallTo: 'nonsense' }],
    ['call without CallFrom', 40111, { Instruction: 'call', CallUrl: 'https://example.com/' }],
    ['call without CallUrl', 40112, { Instruction: 'call', CallFrom: '+18885550100' }],
    ['call with a bad callback', 40158, { ...call, CallStatusCallbackUrl: 'ftp://example.com/' }],
    ['redirect without a URL', 40120, { Instruction: 'redirect', RedirectCallSid: callSid }],
    ['redirect of no call', 40121, { ...redirect, RedirectCallSid: 'CA1' }],
    ['dequeue without DequeueFrom', 40132, { Instruction: 'dequeue' }],
    ['dequeue to nonsense', 40131, { ...dequeue, DequeueTo: '?' }],
    ['dequeue with an unknown event', 40134, { ...dequeue, DequeueStatusCallbackEvent: 'burned' }],
    [
      'dequeue to an activity that is not there',
      40130,
      { ...dequeue, DequeuePostWorkActivitySid: `WA${'0'.repeat(32)}` },
    ],
    ['dequeue of a task without call_sid', 40140, dequeue, { plan: noCall }],
    ['conference of a task without call_sid', 40142, { Instruction: 'conference' }, { plan: noCall }],
    [
      'conference without a contact_uri and without To',
      40137,
      { Instruction: 'conference' },
      { plan: noUri },
    ],
    ['conference with a bad callback', 40159, { Instruction: 'conference', StatusCallback: 'x' }],
    [
      'conference with PostWorkActivitySid where workers multitask',
      40139,
      { Instruction: 'conference', PostWorkActivitySid: `WA${'0'.repeat(32)}` },
    ],
    ['conference with too many participants', 20001, { Instruction: 'conference', MaxParticipants: '251' }],
    [
      'reject to an activity that is not there',
      40100,
      { ReservationStatus: 'rejected', WorkerActivitySid: `WA${'0'.repeat(32)}` },
    ],
  ] as const satisfies readonly (readonly [
    string,
    number,
    Record<string, string>,
    { plan?: Parameters<typeof still>[0]; before?: Record<string, string> }?,
  ])[]) {
    it(`${title} is refused with ${code}, and changes nothing`, async () => {
      const { first, post, refusal, get, seconds } = await still(plan);
      const url = await first();
      if (before) await post(url, before);
      const { reservation_status } = await get(url);
      const refused = await refusal(url, body);
      assert.deepEqual([refused.status, refused.code], [400, code], String(refused.message));
      seconds(30);
      assert.equal((await get(url))['reservation_status'], reservation_status);
    });
  }

  it('says “not currently in a Pending state” as TaskRouter does', async () => {
    const { first, post, refusal } = await still();
    const url = await first();
    await post(url, accepted);
    assert.equal(
      (await refusal(url, { Instruction: 'Conference' })).message,
      `Unable to execute Conference instruction. Reservation ${url.slice(-34)} is not currently in a Pending state.`,
    );
  });

  it('supervise needs the task’s path, a supervisor who can be called, and a task with “from”', async () => {
    const workers = [worker('alice'), worker('mute', { activity: 'Break', attributes: {} })];
    const { first, post, refusal, workerNamed, reservations, root } = await still({ workers });
    const url = await first();
    await post(url, accepted);
    const body = {
      Instruction: 'supervise',
      SupervisorMode: 'monitor',
      Supervisor: (await workerNamed('mute')).sid,
    };
    assert.equal((await refusal(url, body)).code, 40147);
    const [reservation] = await reservations();
    const byWorker = `${root}/Workers/${String(reservation?.['worker_sid'])}/Reservations/${reservation!.sid}`;
    assert.equal((await refusal(byWorker, { ...body, Supervisor: 'client:boss' })).status, 400);
    const other = await still({ tasks: [waiting({ attributes: { call_sid: callSid } })] });
    const otherUrl = await other.first();
    await other.post(otherUrl, accepted);
    assert.equal((await other.refusal(otherUrl, { ...body, Supervisor: 'client:boss' })).code, 40148);
  });
});
