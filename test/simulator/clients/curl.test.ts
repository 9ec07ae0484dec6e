import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import { callSid } from '../driver';
import type { Json } from '../driver';
import { openApi, problems } from '../api/openapi';

const run = promisify(execFile);

/**
 * What Twilio's reference pages show, page by page, typed into a shell: an account in which nothing is yet is
 * furnished, works, is looked at and is taken down again. https://www.twilio.com/docs/taskrouter/api
 */
describe('the reference pages’ examples, with curl', function () {
  this.timeout(60_000);
  const clock = manualClock();
  const simulator = createSimulator({ clock, scenario: { name: 'empty', workspaces: [] } });
  const home = mkdtempSync(path.join(tmpdir(), 'curl-'));
  const asked = new Set<string>();
  let origin: string;
  before(async () => {
    ({ url: origin } = await simulator.listen());
  });
  after(() => {
    simulator.stop();
    rmSync(home, { recursive: true });
  });

  const operationOf = (method: string, target: string) =>
    openApi()
      .operations.filter((one) => one.method === method)
      // What has fewer variables is meant first: Workers/Statistics is no worker.
      .sort((a, b) => a.path.split('{').length - b.path.split('{').length)
      .find((one) => new RegExp(`^${one.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(target.split('?')[0]!))!;

  /** An answer that fits Twilio's description of the operation; `fields` are as the pages write them. */
  async function curl(method: 'GET' | 'POST' | 'DELETE', target: string, ...fields: string[]): Promise<Json> {
    const { accountSid, authToken } = simulator;
    const data = fields.flatMap((field) => ['--data-urlencode', field]);
    return ask(method, target, [...data, '-u', `${accountSid}:${authToken}`]);
  }

  async function ask(method: string, target: string, more: readonly string[]): Promise<Json> {
    const { stdout } = await run(
      'curl',
      ['-q', '-sS', '-w', '\n%{http_code}', '-X', method, `${origin}${target}`, ...more],
      { env: { PATH: process.env['PATH'], HOME: home } },
    );
    const [, text = '', status = ''] = /^([^]*)\n(\d+)$/.exec(stdout) ?? [];
    const { operationId, responses } = operationOf(method, target);
    const described = responses[status];
    assert.ok(described, `${operationId} answered ${status}: ${text}`);
    asked.add(operationId);
    const schema = described.content?.['application/json']?.schema;
    if (!schema) return { sid: text };
    const json = JSON.parse(text) as Json;
    assert.deepEqual(problems(schema, json), [], operationId);
    return json;
  }
  const sids = async (target: string, key: string) =>
    ((await curl('GET', target))[key] as Json[]).map(({ sid }) => sid);

  let root: string;
  let available: string;
  let queue: string;
  let workflow: string;
  let worker: string;

  it('Workspace', async () => {
    const { sid } = await curl('POST', '/v1/Workspaces', 'FriendlyName=NewWorkspace', 'Template=FIFO');
    root = `/v1/Workspaces/${sid}`;
    assert.equal((await curl('GET', root))['friendly_name'], 'NewWorkspace');
    assert.deepEqual(await sids('/v1/Workspaces?PageSize=20', 'workspaces'), [sid]);
    const updated = await curl('POST', root, 'EventCallbackUrl=http://requestb.in/vh9reovh');
    assert.equal(updated['event_callback_url'], 'http://requestb.in/vh9reovh');
  });

  it('Activity', async () => {
    const { sid } = await curl(
      'POST',
      `${root}/Activities`,
      'FriendlyName=NewAvailableActivity',
      'Available=true',
    );
    available = `${root}/Activities/${sid}`;
    assert.equal((await curl('GET', available))['available'], true);
    assert.ok((await sids(`${root}/Activities?PageSize=20`, 'activities')).includes(sid));
    assert.equal((await curl('POST', available, 'FriendlyName=NewName'))['friendly_name'], 'NewName');
  });

  it('TaskQueue', async () => {
    const fields = ['FriendlyName=English', 'TargetWorkers=languages HAS "english"'];
    const { sid } = await curl('POST', `${root}/TaskQueues`, ...fields);
    queue = `${root}/TaskQueues/${sid}`;
    assert.equal((await curl('GET', queue))['target_workers'], 'languages HAS "english"');
    assert.deepEqual(await sids(`${root}/TaskQueues?FriendlyName=English`, 'task_queues'), [sid]);
    const updated = await curl('POST', queue, 'TargetWorkers=languages HAS "english" AND type == "support"');
    assert.match(String(updated['target_workers']), /AND type/);
  });

  it('TaskChannel', async () => {
    // An older example has outbound-voice, which the page itself rules out: letters, digits, _ and $ only.
    const fields = ['FriendlyName=Outbound Voice', 'UniqueName=outbound_voice'];
    const { sid } = await curl('POST', `${root}/TaskChannels`, ...fields);
    const channel = `${root}/TaskChannels/outbound_voice`;
    assert.equal((await curl('GET', channel)).sid, sid);
    assert.ok((await sids(`${root}/TaskChannels`, 'channels')).includes(sid));
    assert.equal((await curl('POST', channel, 'FriendlyName=Out'))['friendly_name'], 'Out');
    await curl('DELETE', `${root}/TaskChannels/${sid}`);
    assert.ok(!(await sids(`${root}/TaskChannels`, 'channels')).includes(sid));
  });

  it('Workflow', async () => {
    const Configuration = JSON.stringify({
      task_routing: {
        filters: [{ expression: "type=='sales'", targets: [{ queue: queue.slice(-34) }] }],
        default_filter: { queue: queue.slice(-34) },
      },
    });
    const { sid } = await curl(
      'POST',
      `${root}/Workflows`,
      ...['FriendlyName=Sales, Marketing, Support Workflow', `Configuration=${Configuration}`],
      ...['AssignmentCallbackUrl=https://example.com/', 'TaskReservationTimeout=30'],
    );
    workflow = `${root}/Workflows/${sid}`;
    assert.equal((await curl('GET', workflow))['task_reservation_timeout'], 30);
    assert.ok((await sids(`${root}/Workflows?PageSize=20`, 'workflows')).includes(sid));
    const updated = await curl('POST', workflow, 'TaskReservationTimeout=20');
    assert.equal(updated['task_reservation_timeout'], 20);
  });

  it('Worker and its channels', async () => {
    const attributes = '{"type":"support", "languages":["english"], "contact_uri":"client:alice"}';
    const { sid } = await curl(
      'POST',
      `${root}/Workers`,
      'FriendlyName=NewWorker',
      `Attributes=${attributes}`,
    );
    worker = `${root}/Workers/${sid}`;
    assert.equal((await curl('GET', worker))['available'], false);
    const expression = encodeURIComponent('type == "support"');
    assert.deepEqual(await sids(`${root}/Workers?TargetWorkersExpression=${expression}`, 'workers'), [sid]);
    const [first] = await sids(`${worker}/Channels`, 'channels');
    assert.equal((await curl('GET', `${worker}/Channels/${first}`)).sid, first);
    const channel = await curl('POST', `${worker}/Channels/voice`, 'Capacity=2', 'Available=true');
    assert.equal(channel['configured_capacity'], 2);
    assert.equal((await curl('POST', worker, `ActivitySid=${available.slice(-34)}`))['available'], true);
  });

  let tasks = 0;
  /** A new task with a reservation for the worker. */
  async function reserved(): Promise<{ task: string; reservation: string }> {
    const attributes = JSON.stringify({
      type: 'support',
      call_sid: callSid,
      from: '+12125550101',
      n: ++tasks,
    });
    const fields = ['TaskChannel=voice', `WorkflowSid=${workflow.slice(-34)}`, `Attributes=${attributes}`];
    const { sid } = await curl('POST', `${root}/Tasks`, ...fields);
    const task = `${root}/Tasks/${sid}`;
    const [reservation] = await sids(`${task}/Reservations?ReservationStatus=pending`, 'reservations');
    return { task, reservation: `${task}/Reservations/${reservation}` };
  }

  it('Task', async () => {
    const { task } = await reserved();
    assert.equal((await curl('GET', task))['assignment_status'], 'reserved');
    const filters = `EvaluateTaskAttributes=${encodeURIComponent('type == "support"')}`;
    assert.deepEqual(await sids(`${root}/Tasks?${filters}`, 'tasks'), [task.slice(-34)]);
    assert.deepEqual(await sids(`${root}/Tasks?AssignmentStatus=pending,reserved`, 'tasks'), [
      task.slice(-34),
    ]);
    await curl('POST', task, 'Priority=20', 'Attributes={"type": "support", "body": "hello"}');
    const canceled = await curl('POST', task, 'AssignmentStatus=canceled', 'Reason=waiting too long');
    assert.equal(canceled['assignment_status'], 'canceled');
    await curl('DELETE', task);
  });

  for (const [name, fields, status] of [
    ['accept', ['ReservationStatus=accepted'], 'accepted'],
    ['reject', ['ReservationStatus=rejected'], 'rejected'],
    [
      'conference',
      [
        ...['Instruction=conference', 'From=+18001231234'],
        'ConferenceStatusCallback=https://www.example.com/ConferenceEvents',
        ...['start', 'end', 'join', 'leave', 'mute', 'hold'].map(
          (one) => `ConferenceStatusCallbackEvent=${one}`,
        ),
      ],
      'pending',
    ],
    ['dequeue', ['Instruction=dequeue', 'DequeueFrom=+18001231234'], 'pending'],
    [
      'call',
      [
        ...['Instruction=call', 'CallFrom=+15558675310', 'CallUrl=http://example.com/agent_answer'],
        ...['CallStatusCallbackUrl=http://example.com/agent_answer_status_callback', 'CallAccept=true'],
      ],
      'accepted',
    ],
    [
      'redirect',
      [
        ...['Instruction=Redirect', `RedirectCallSid=${callSid}`],
        'RedirectUrl=http://example.com/assignment_redirect',
      ],
      'pending',
    ],
  ] as const) {
    it(`Reservation: ${name}, also as the older pages write it, and through the worker`, async () => {
      const { accountSid, authToken } = simulator;
      const { task, reservation } = await reserved();
      assert.equal((await curl('GET', reservation))['reservation_status'], 'pending');
      const plain = [...fields.flatMap((field) => ['-d', field]), '-u', `${accountSid}:${authToken}`];
      assert.equal((await ask('POST', reservation, plain))['reservation_status'], status);
      await curl('DELETE', task);

      const other = await reserved();
      const own = `${worker}/Reservations/${other.reservation.slice(-34)}`;
      assert.equal((await curl('GET', own))['reservation_status'], 'pending');
      assert.equal((await curl('POST', own, ...fields))['reservation_status'], status);
      const all = await sids(`${worker}/Reservations`, 'reservations');
      assert.ok(all.includes(other.reservation.slice(-34)));
      await curl('DELETE', other.task);
    });
  }

  it('Events and statistics', async () => {
    const [newest] = await sids(`${root}/Events?Minutes=5&EventType=reservation.created`, 'events');
    const event = await curl('GET', `${root}/Events/${newest}`);
    assert.equal(event['event_type'], 'reservation.created');
    for (const of of [root, queue, workflow])
      for (const part of ['Statistics', 'CumulativeStatistics', 'RealTimeStatistics'])
        await curl('GET', `${of}/${part}`);
    for (const part of ['Statistics', 'CumulativeStatistics', 'RealTimeStatistics'])
      await curl('GET', `${root}/Workers/${part}`);
    await curl('GET', `${worker}/Statistics?Minutes=60`);
    await curl('GET', `${root}/TaskQueues/Statistics?Minutes=60`);
    await curl('POST', `${root}/TaskQueues/RealTimeStatistics`);
  });

  it('everything is deleted, in the order of dependency', async () => {
    for (const row of [worker, workflow, queue, available, root]) await curl('DELETE', row);
    assert.deepEqual(await sids('/v1/Workspaces', 'workspaces'), []);
  });

  it('nothing in Twilio’s description is missing', () => {
    const left = openApi().operations.filter(({ operationId }) => !asked.has(operationId));
    assert.deepEqual(
      left.map(({ operationId }) => operationId),
      [],
    );
  });
});
