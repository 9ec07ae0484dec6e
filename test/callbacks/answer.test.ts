import { strict as assert } from 'node:assert';
import { assignmentParameters } from '../../src/callbacks/assignment';
import { readAnswer } from '../../src/callbacks/answer';
import type { Consequence } from '../../src/callbacks/answer';
import { answerInstructions, answerKey } from '../../src/callbacks/answerKeys';
import { eventParameters, eventsFilterProblem, eventTypes, passesFilter } from '../../src/callbacks/events';
import { instructionNamed } from '../../src/taskrouter/instructions';
import { inEnglish } from '../../src/taskrouter/message';
import { assignment } from './application';

const from = '"from":"+15550100123"';
const url = '"url":"https://app.example.com/answer"';

/** The body, what TaskRouter does, and each problem with the text at its place. */
const bodies: readonly (readonly [string, Consequence, ...(readonly [at: string, says: RegExp])[]])[] = [
  ['{}', 'stays pending'],
  ['', 'stays pending', ['', /empty/]],
  ['\uFEFF{"instruction":"accept"}', 'applies'],
  ['{"instruction":"dequeu"}', 'stays pending', ['"dequeu"', /dequeu is unknown. Did you mean dequeue\?/]],
  ['{"instruction":"fly"}', 'stays pending', ['"fly"', /TaskRouter knows accept, reject/]],
  ['{"instruction":"complete"}', 'stays pending', ['"complete"', /complete/]],
  ['{"instruction":7}', 'stays pending', ['7', /must be a string/]],
  [
    '{"instructon":"accept"}',
    'stays pending',
    ['{"instructon":"accept"}', /instructon is unknown. Did you mean/],
  ],
  ['{"a":1}', 'stays pending', ['{"a":1}', /instruction is missing/]],
  ['{"instruction":"accept",}', 'stays pending', ['}', /not JSON/]],
  ['{\\"instruction\\":\\"accept\\"}', 'stays pending', ['\\', /not JSON/]],
  ['["accept"]', 'stays pending', ['["accept"]', /JSON object/]],
  ['"accept"', 'stays pending', ['"accept"', /JSON object/]],
  [`{"instruction":"call",${from},${url}}`, 'applies'],
  [`{"instruction":"call",${url}}`, 'stays pending', [`{"instruction":"call",${url}}`, /from is missing/]],
  [
    `{"instruction":"call","from":15550100123,${url}}`,
    'stays pending',
    ['15550100123', /string, not number/],
  ],
  [`{"instruction":"call",${from},${url},"accept":"yes"}`, 'stays pending', ['"yes"', /true or false/]],
  [`{"instruction":"call",${from},${url},"timeout":1000}`, 'stays pending', ['1000', /from 1 to 999/]],
  [
    `{"instruction":"call",${from},${url},"acept":true}`,
    'applies',
    ['"acept"', /Unknown parameter. Did you mean accept/],
  ],
  [`{"instruction":"call",${from},${url},"to":"joey"}`, 'applies'],
  ['{"instruction":"dequeue"}', 'applies'],
  [
    '{"instruction":"dequeue","status_callback_events":["answered"]}',
    'stays pending',
    ['["answered"]', /commas/],
  ],
  ...(
    [
      ['start end join leave', /^Separate several with commas: start,end,join,leave\.$/],
      ['start,ende', /^ende: Must be one of start, .+\. Separate several with commas\.$/],
      ['', /^Must be one of/],
    ] as const
  ).map(
    ([events, says]) =>
      [
        `{"instruction":"conference","conference_status_callback_event":"${events}"}`,
        'stays pending',
        [`"${events}"`, says],
      ] as const,
  ),
  [
    '{"instruction":"reject"}',
    'applies',
    ['{"instruction":"reject"}', /offer the worker the same task again/],
  ],
  [
    '{"instruction":"redirect","url":"/queue","call_sid":"CA1"}',
    'stays pending',
    ['"/queue"', /URL/],
    ['"CA1"', /CA followed/],
  ],
  [
    '{"instruction":"conference","end_conference_on_exit":true}',
    'applies',
    ['"end_conference_on_exit"', /API only/],
  ],
];

describe('an answer to the callback of an assignment', () => {
  const read = (body: string, parameters = assignmentParameters(assignment)) =>
    readAnswer(
      { response: { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body } },
      parameters,
      true,
    );

  for (const [body, consequence, ...problems] of bodies) {
    it(`${JSON.stringify(body)}: ${consequence}`, () => {
      const answer = read(body);
      assert.equal(answer.consequence, consequence);
      const found = answer.problems.map(({ offset, length }) => body.slice(offset, offset + length));
      assert.deepEqual(
        found,
        problems.map(([place]) => place),
      );
      problems.forEach(([, says], i) => assert.match(inEnglish(answer.problems[i]!.message), says));
    });
  }

  it('is not read while it is compressed, and says so', () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = { status: 200, headers, body: '\u001f\ufffd' };
    const { consequence, problems } = readAnswer({ response }, assignmentParameters(assignment), true);
    assert.equal(consequence, 'stays pending');
    assert.match(inEnglish(problems[0]!.message), /compressed \(gzip\).+ Answer without Content-Encoding\.$/);
    const plain = { ...response, headers: { ...headers, 'content-encoding': 'identity' }, body: '{}' };
    assert.deepEqual(readAnswer({ response: plain }, assignmentParameters(assignment), true).problems, []);
  });

  it('may be nested as deeply as a body can be', () => {
    for (const body of ['['.repeat(65_000), `{"instruction":${'[{"a":'.repeat(9000)}`, '"['.repeat(20_000)]) {
      const answer = read(body);
      assert.equal(answer.consequence, 'stays pending');
      assert.match(inEnglish(answer.problems[0]!.message), /nested more than 100 levels|not JSON/);
    }
  });

  it('names each parameter of an instruction once', () => {
    for (const name of answerInstructions) {
      const instruction = instructionNamed(name);
      const keys = instruction.fields.map((field) => answerKey(instruction, field));
      assert.deepEqual([...new Set(keys)], keys, name);
    }
  });

  it('takes what it leaves out from the assignment', () => {
    assert.equal(read('{"instruction":"dequeue"}').args['dequeueFrom'], '+15550100100');
    const unknown = { ...assignment, workerAttributes: '{}', taskAttributes: 'none' };
    const { consequence, problems } = read('{"instruction":"dequeue"}', assignmentParameters(unknown));
    assert.equal(consequence, 'stays pending');
    assert.deepEqual(
      problems.map(({ code }) => code),
      [40132, 40131, 40140],
    );
  });

  it('refuses what needs a call for a task without one, as TaskRouter does', () => {
    const chat = assignmentParameters({ ...assignment, taskAttributes: '{"to":"+15550100100"}' });
    for (const [instruction, code] of [
      ['dequeue', 40140],
      ['conference', 40142],
      ['accept', undefined],
    ] as const) {
      const { problems } = read(JSON.stringify({ instruction }), chat);
      assert.equal(problems.find(({ severity }) => severity === 'error')?.code, code);
    }
    const outbound = { ...assignment, taskAttributes: '{"outbound_to":"+15550100100"}' };
    const { consequence } = read('{"instruction":"conference"}', assignmentParameters(outbound));
    assert.equal(consequence, 'applies');
  });

  it('keeps wrong values, which the form shows with their problem', () => {
    const body = '{"instruction":"call","from":"555","url":"/twiml","timeout":"abc","to":5,"record":[]}';
    const { args, consequence } = read(body);
    assert.deepEqual(args, { callFrom: '555', callUrl: '/twiml', callTimeout: 'abc', callTo: '5' });
    assert.equal(consequence, 'stays pending');
  });

  it('says that a key is repeated, and takes the last one', () => {
    const { instruction, problems } = read('{"instruction":"reject","instruction":"accept"}');
    assert.equal(instruction, 'accept');
    assert.deepEqual(
      problems.map(({ path, offset, length }) => [path, offset, length]),
      [['$.instruction', 1, 13]],
    );
  });

  it('stops at a hundred mistakes', () => {
    const keys = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
    assert.equal(read(JSON.stringify({ instruction: 'accept', ...keys })).problems.length, 100);
  });

  it('says of an empty answer without a type that both are missing', () => {
    const response = { status: 200, headers: {}, body: '' };
    const { problems } = readAnswer({ response }, assignmentParameters(assignment), false);
    assert.match(problems[0]!.message.text, /^Content-Type is missing and the body is empty\./);
  });
});

// https://www.twilio.com/docs/taskrouter/api/event/reference
describe('the callback of an event', () => {
  it('has the documented parameters first, and the fields of its type', () => {
    const parameters = eventParameters({
      ...{ type: 'task.created', accountSid: 'AC1', workspaceSid: 'WS1', workspaceName: 'Acme' },
      ...{ description: 'Task created', resourceType: 'task', resourceSid: 'WT1', at: 0 },
      data: {
        workspace_sid: 'WS1',
        task_sid: 'WT1',
        task_age: '5',
        worker_time_in_previous_activity_ms: '7',
      },
    });
    assert.equal(
      parameters.map(([name]) => name).join(' '),
      'EventType AccountSid WorkspaceSid WorkspaceName EventDescription ResourceType ResourceSid Timestamp ' +
        'TaskSid TaskAge WorkerTimeInPreviousActivityMs',
    );
  });

  it('has an EventsFilter of types, with commas', () => {
    for (const filter of [
      'task.created',
      'task.created, worker.activity.update,task-queue.entered',
      ...eventTypes,
    ])
      assert.equal(eventsFilterProblem(filter), undefined, filter);
    for (const filter of ['', 'all', 'task.created,', 'task created'])
      assert.match(inEnglish(eventsFilterProblem(filter)!), /^Enter types of events/, filter);
    for (const [filter, says] of [
      ['task.create, reservation.accepted', 'task.create is not a type of event. Did you mean task.created?'],
      ['Task.Created', 'Task.Created is not a type of event. Did you mean task.created?'],
      ['task.created,order.shipped', 'order.shipped is not a type of event.'],
    ] as const)
      assert.equal(inEnglish(eventsFilterProblem(filter)!), says);
  });

  it('is sent for the types in EventsFilter, or for all', () => {
    assert.ok(passesFilter(null, 'task.created') && passesFilter('', 'task.created'));
    assert.ok(passesFilter('task.created, task.canceled', 'task.canceled'));
    assert.ok(!passesFilter('task.created', 'task.created.x'));
  });
});
