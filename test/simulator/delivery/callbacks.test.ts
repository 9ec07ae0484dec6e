import { strict as assert } from 'node:assert';
import type { IncomingMessage, ServerResponse } from 'node:http';
import twilio from 'twilio';
import type { SentCallback } from '../../../src/simulator/simulator';
import { bodyOf, json, serveApplication } from '../../callbacks/application';
import { faults } from '../../callbacks/applicationFaults';
import { callSid, still, worker } from '../driver';

const ends: (() => unknown)[] = [];

/** A still center whose callbacks go to an application, until the end of the test. */
async function connected(application: (request: IncomingMessage, response: ServerResponse) => void) {
  const { url, close } = await serveApplication(application);
  const center = await still({ workers: [worker('alice')], tasks: [] });
  const { delivery } = center.simulator;
  delivery.target = { url: `${url}/assign` };
  const next = (kind: SentCallback['kind']) =>
    new Promise<SentCallback>((resolve) => {
      const end = delivery.observe((callback) => {
        if (callback.kind !== kind) return;
        end();
        resolve(callback);
      });
    });
  const addTask = async (attributes = { call_sid: callSid, from: '+12125550101', to: '+12125550100' }) => {
    const [workflow] = await center.list(`${center.root}/Workflows`, 'workflows');
    const sent = next('assignment');
    await center.post(`${center.root}/Tasks`, {
      WorkflowSid: workflow!.sid,
      Attributes: JSON.stringify(attributes),
      TaskChannel: 'voice',
    });
    const callback = await sent;
    assert.ok(callback.kind === 'assignment');
    return callback;
  };
  ends.push(close, () => center.simulator.stop());
  return { ...center, url, delivery, next, addTask };
}

describe('the simulator with an application', () => {
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const from = '+15550100123';
  const answers: readonly (readonly [answer: unknown, status: string, calls: number])[] = [
    [{ instruction: 'accept' }, 'accepted', 0],
    [{ instruction: 'reject' }, 'rejected', 0],
    [{}, 'pending', 0],
    [{ instruction: 'dequeue' }, 'pending', 1],
    [{ instruction: 'conference' }, 'pending', 1],
    [{ instruction: 'call', from, url: 'https://example.com/', accept: true }, 'accepted', 1],
    [
      { instruction: 'redirect', call_sid: callSid, url: 'https://example.com/', accept: true },
      'accepted',
      1,
    ],
    [{ instruction: 'dequeu' }, 'pending', 0],
    ['<p>Error</p>', 'pending', 0],
  ];
  for (const [answer, status, calls] of answers) {
    it(`carries out ${JSON.stringify(answer)}`, async () => {
      const { addTask, simulator } = await connected(json(answer));
      assert.equal((await addTask()).status, status);
      assert.equal(simulator.calls.length, calls);
    });
  }

  it('says that a correct answer came when the reservation had ended', async () => {
    const center = await connected((request, response) => {
      void bodyOf(request).then(async (body) => {
        const task = new URLSearchParams(body).get('TaskSid')!;
        await center.post(`${center.root}/Tasks/${task}`, { AssignmentStatus: 'canceled', Reason: 'left' });
        json({ instruction: 'accept' })(request, response);
      });
    });
    const { status, refusal } = await center.addTask();
    assert.deepEqual([status, refusal], ['canceled', 'The reservation was canceled when the answer came.']);
  });

  it('cancels the reservation when the application fails, and says so in an alert', async () => {
    const { addTask, simulator, delivery, send } = await connected((_request, response) => {
      // One offer, or the task would be offered again and again.
      delivery.target = undefined;
      response.writeHead(500).end();
    });
    assert.equal((await addTask()).status, 'canceled');
    const { json: read } = await send('GET', 'https://monitor.twilio.com/v1/Alerts');
    assert.equal((read['alerts'] as { error_code: string }[])[0]!.error_code, '11200');
    assert.equal(simulator.calls.length, 0);
  });

  for (const [name, { application, failure }] of Object.entries(faults)) {
    it(`cancels the reservation, with an alert, when the application has a fault: ${name}`, async () => {
      const center = await connected((request, response) => {
        center.delivery.target = undefined;
        return application(request, response);
      });
      const { status, delivery } = await center.addTask();
      assert.deepEqual([status, delivery.attempts[0]!.failure], ['canceled', failure]);
      const { json: read } = await center.send('GET', 'https://monitor.twilio.com/v1/Alerts');
      const alerts = read['alerts'] as { error_code: string; alert_text: string }[];
      const codes = alerts.map(({ error_code: code }) => code);
      for (const { alert_text: text } of alerts) assert.doesNotMatch(text, /\{\w+\}/);
      assert.ok(
        codes.length > 0 && codes.every((code) => /^(11200|4\d{4}|1\d{4})$/.test(code)),
        codes.join(),
      );
    });
  }

  it('pauses ever longer while the application fails, and goes on when it answers', async () => {
    let answers = false;
    const center = await connected((request, response) => {
      if (answers) json({ instruction: 'accept' })(request, response);
      else response.writeHead(500).end();
    });
    const { delivery, clock, next } = center;
    const paused = () =>
      new Promise<number>((resolve) => {
        const end = delivery.observe((callback) => {
          if (callback.kind !== 'assignment' || callback.pause === undefined) return;
          end();
          resolve(callback.pause);
        });
      });
    const first = paused();
    await center.addTask();
    let pause = await first;
    assert.equal(pause, 1);
    for (const [i, longer] of [2, 4, 8, 8].entries()) {
      const again = paused();
      clock.advance(pause * 1000 - 1);
      assert.equal(delivery.sent.length, 10 + i);
      clock.advance(1);
      pause = await again;
      assert.equal(pause, longer);
    }
    answers = true;
    const good = next('assignment');
    clock.advance(pause * 1000);
    const sent = await good;
    assert.ok(sent.kind === 'assignment' && sent.status === 'accepted' && sent.pause === undefined);
  });

  it('pauses an application that rejects again and again, as its tasks are offered again at once', async () => {
    const { delivery, addTask } = await connected(json({ instruction: 'reject' }));
    const paused = new Promise<number>((resolve) =>
      delivery.observe((one) => one.kind === 'assignment' && one.pause !== undefined && resolve(one.pause)),
    );
    await addTask();
    assert.equal(await paused, 1);
    assert.equal(delivery.sent.length, 10);
    assert.ok(delivery.sent.every((one) => one.kind === 'assignment' && one.status === 'rejected'));
  });

  it('does not call the fallback when delivering was stopped while the first URL was called', async () => {
    const seen: string[] = [];
    const center = await connected((request, response) => {
      seen.push(request.url!);
      delivery.target = undefined;
      response.writeHead(500).end();
    });
    const { delivery, url, next } = center;
    delivery.target = { url: `${url}/first`, fallback: { url: `${url}/second` } };
    const sent = next('assignment');
    await center.addTask();
    const callback = await sent;
    assert.deepEqual(seen, ['/first']);
    assert.ok(callback.kind === 'assignment' && callback.status === 'pending');
  });

  it('sends what waits in a pause to the URL that was entered meanwhile', async () => {
    const center = await connected((request, response) => {
      if (request.url === '/works') json({ instruction: 'accept' })(request, response);
      else response.writeHead(500).end();
    });
    const { delivery, clock, url, next } = center;
    const paused = new Promise<void>((resolve) =>
      delivery.observe((callback) => callback.kind === 'assignment' && callback.pause && resolve()),
    );
    await center.addTask();
    await paused;
    delivery.target = { url: `${url}/works` };
    const good = next('assignment');
    clock.advance(1000);
    const sent = await good;
    assert.ok(sent.kind === 'assignment' && sent.status === 'accepted');
  });

  it('sends nothing after a pause when delivering was stopped, and leaves no timer', async () => {
    const center = await connected((_request, response) => void response.writeHead(500).end());
    const { delivery, clock, simulator } = center;
    const paused = new Promise<void>((resolve) =>
      delivery.observe((callback) => callback.kind === 'assignment' && callback.pause && resolve()),
    );
    await center.addTask();
    await paused;
    delivery.target = undefined;
    clock.advance(1000);
    await new Promise(setImmediate);
    assert.equal(delivery.sent.length, 10);
    simulator.stop();
    assert.equal(clock.waiting, 0);
  });

  it('sends events to an application while that of another workspace hangs', async () => {
    const seen: string[] = [];
    const center = await connected((request, response) => {
      seen.push(request.url!);
      if (request.url !== '/hangs') response.writeHead(204).end();
    });
    const { delivery, url, root, post, next } = center;
    await post(root, { EventCallbackUrl: `${url}/hangs`, EventsFilter: 'activity.created' });
    await post(`${root}/Activities`, { FriendlyName: 'Lunch' });
    const workspace = delivery.targetOf(root.split('/').at(-1)!)!;
    delivery.target = { ...workspace, events: { url: `${url}/works`, filter: 'activity.created' } };
    const sent = next('event');
    await post(`${root}/Activities`, { FriendlyName: 'Tea' });
    await sent;
    assert.ok(seen.includes('/works'));
  });

  it('sends those of a workspace to its own target, and its events to theirs', async () => {
    const seen: string[] = [];
    const center = await connected((request, response) => {
      seen.push(request.url!);
      json({ instruction: 'accept' })(request, response);
    });
    const { delivery, url, root, post } = center;
    delivery.target = undefined;
    delivery.targets.set(`WS${'f'.repeat(32)}`, { url: `${url}/other` });
    await post(root, { EventsFilter: 'task.created' });
    await post(`${root}/Activities`, { FriendlyName: 'Lunch' });
    assert.deepEqual(seen, []);
    const events = { url: `${url}/events`, filter: 'reservation.created, task.canceled' };
    delivery.targets.set(root.split('/').at(-1)!, { url: `${url}/own`, events });
    const sent = center.next('event');
    await center.addTask();
    await sent;
    assert.deepEqual(seen.sort(), ['/events', '/own']);
  });

  it('sends no event that waits when its target is gone', async () => {
    const seen: string[] = [];
    const center = await connected((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push(new URLSearchParams(body).get('ActivityName')!);
        delivery.targets.clear();
        response.end();
      });
    });
    const { delivery, url, root, post } = center;
    delivery.target = undefined;
    delivery.targets.set(root.split('/').at(-1)!, { url, events: { url } });
    const sent = center.next('event');
    for (const FriendlyName of ['Lunch', 'Training', 'Meeting'])
      await post(`${root}/Activities`, { FriendlyName });
    await sent;
    delivery.targets.set(root.split('/').at(-1)!, { url, events: { url } });
    const last = center.next('event');
    await post(`${root}/Activities`, { FriendlyName: 'Coaching' });
    await last;
    assert.deepEqual(seen, ['Lunch', 'Coaching']);
  });

  it('says why TaskRouter refuses a correct instruction', async () => {
    const activity = `WA${'0'.repeat(32)}`;
    const { addTask } = await connected(json({ instruction: 'reject', activity_sid: activity }));
    const { refusal, status } = await addTask();
    assert.match(refusal!, /There is no such Activity/);
    assert.equal(status, 'pending');
  });

  it('carries out no instruction that needs a call for a task without one', async () => {
    const { addTask, simulator } = await connected(json({ instruction: 'dequeue', from }));
    const { delivery, status } = await addTask({ call_sid: '', from, to: from });
    const [{ code, message: text } = { code: undefined, message: undefined }] = delivery.answers[0]!.problems;
    assert.equal(code, 40140);
    assert.match(text.text, /^TaskRouter refuses \{instruction\} for this task/);
    assert.deepEqual([status, simulator.calls.length], ['pending', 0]);
  });

  it('lets time pass while an application thinks, and drops an answer that comes too late', async () => {
    let answer = () => undefined as void;
    let asked = () => undefined as void;
    const arrived = new Promise<void>((resolve) => (asked = resolve));
    const { addTask, clock, delivery } = await connected((request, response) => {
      delivery.target = undefined;
      answer = () => json({ instruction: 'accept' })(request, response);
      asked();
    });
    const sent = addTask();
    await arrived;
    clock.advance(120_000);
    answer();
    assert.equal((await sent).status, 'timeout');
  });

  it('sends the events that a workspace asks for, in order, signed', async () => {
    const seen: { type: string; valid: boolean }[] = [];
    const center = await connected((request, response) => {
      void bodyOf(request).then((body) => {
        if (request.url === '/assign') return json({ instruction: 'accept' })(request, response);
        const parameters = Object.fromEntries(new URLSearchParams(body));
        const signature = String(request.headers['x-twilio-signature']);
        const at = `http://${request.headers.host}${request.url}`;
        const valid = twilio.validateRequest(center.simulator.authToken, signature, at, parameters);
        seen.push({ type: parameters['EventType']!, valid });
        response.writeHead(204).end();
      });
    });
    await center.post(center.root, {
      EventCallbackUrl: `${center.url}/events`,
      EventsFilter: 'task.created,reservation.created,reservation.accepted',
    });
    await center.addTask();
    while (seen.length < 3) await center.next('event');
    assert.deepEqual(
      seen,
      ['task.created', 'reservation.created', 'reservation.accepted'].map((type) => ({ type, valid: true })),
    );
  });

  it('sends the status of a conference in order, and nothing to another machine', async () => {
    const seen: string[] = [];
    const center = await connected((request, response) => {
      if (request.url === '/assign')
        return json({
          ...{ instruction: 'conference', conference_status_callback: `${center.url}/status` },
          conference_status_callback_event: 'start,join,leave,end',
          status_callback: 'https://192.0.2.1/elsewhere',
        })(request, response);
      void bodyOf(request).then((body) => {
        const parameters = new URLSearchParams(body);
        seen.push(`${parameters.get('SequenceNumber')} ${parameters.get('StatusCallbackEvent')}`);
        response.end();
      });
    });
    await center.addTask();
    center.seconds(6);
    center.seconds(420);
    while (seen.length < 6) await center.next('status');
    assert.deepEqual(seen, [
      '1 conference-start',
      '2 participant-join',
      '3 participant-join',
      '4 participant-leave',
      '5 participant-leave',
      '6 conference-end',
    ]);
    assert.ok(center.simulator.callbacks.some(({ url }) => url.includes('192.0.2.1')));
  });

  /** The callbacks of status to the paths of these keys, after a call that one instruction placed has ended. */
  async function statusOf(answer: object, keys: readonly string[], count: number) {
    const seen: Record<string, string>[] = [];
    const center = await connected((request, response) => {
      const urls = Object.fromEntries(keys.map((key) => [key, `${center.url}/${key}`]));
      if (request.url === '/assign') return json({ ...answer, ...urls })(request, response);
      void bodyOf(request).then((body) => {
        const { pathname, searchParams } = new URL(request.url!, center.url);
        const given = request.method === 'GET' ? searchParams : new URLSearchParams(body);
        seen.push({ path: pathname.slice(1), ...Object.fromEntries(given) });
        response.end();
      });
    });
    await center.addTask();
    center.seconds(6);
    center.seconds(420);
    while (seen.length < count) await center.next('status');
    return { seen, simulator: center.simulator };
  }

  it('sends the status of recordings after the conference has ended', async () => {
    const { seen, simulator } = await statusOf(
      {
        ...{ instruction: 'conference', record: 'true', recording_channels: 'dual' },
        ...{ conference_record: 'record-from-start', conference_status_callback_event: 'end' },
      },
      ['conference_status_callback', 'recording_status_callback', 'conference_recording_status_callback'],
      3,
    );
    const { accountSid: AccountSid, calls } = simulator;
    const recordings = seen.slice(1).map((given) => {
      const { RecordingSid: sid, RecordingUrl, RecordingStartTime, RecordingDuration, ...rest } = given;
      assert.match(sid!, /^RE[0-9a-f]{32}$/);
      assert.equal(
        RecordingUrl,
        `https://api.twilio.com/2010-04-01/Accounts/${AccountSid}/Recordings/${sid}`,
      );
      assert.match(RecordingStartTime!, /^\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000$/);
      assert.ok(Number(RecordingDuration) >= 180 && Number(RecordingDuration) <= 420);
      return rest;
    });
    const shared = { AccountSid, RecordingStatus: 'completed' };
    assert.equal(seen[0]!['StatusCallbackEvent'], 'conference-end');
    assert.deepEqual(recordings, [
      {
        ...{ ...shared, path: 'recording_status_callback', CallSid: calls[0]!.sid, RecordingChannels: '2' },
        ...{ RecordingSource: 'OutboundAPI', RecordingTrack: 'both' },
      },
      {
        ...{ ...shared, path: 'conference_recording_status_callback', RecordingChannels: '1' },
        ...{ RecordingSource: 'Conference', ConferenceSid: seen[0]!['ConferenceSid'] },
      },
    ]);
  });

  for (const record of ['record-from-answer', 'do-not-record'])
    it(`sends the recording of a dequeued call with its status: ${record}`, async () => {
      const { seen } = await statusOf({ instruction: 'dequeue', from, record }, ['status_callback_url'], 1);
      const { CallStatus, RecordingSid = '', RecordingUrl = '', RecordingDuration } = seen[0]!;
      assert.equal(CallStatus, 'completed');
      const isRecorded = record === 'record-from-answer';
      assert.equal(/^RE[0-9a-f]{32}$/.test(RecordingSid) && RecordingUrl.endsWith(RecordingSid), isRecorded);
      assert.equal(Number(RecordingDuration) >= 180, isRecorded);
    });

  it('sends nothing without a target, and nothing after it was stopped', async () => {
    let count = 0;
    const { delivery, simulator, url, post, root } = await connected((_request, response) => {
      count++;
      response.end();
    });
    delivery.target = undefined;
    await post(root, { EventCallbackUrl: `${url}/events` });
    await post(`${root}/Activities`, { FriendlyName: 'Lunch' });
    simulator.stop();
    assert.equal(count, 0);
    assert.deepEqual(delivery.sent, []);
  });
});
