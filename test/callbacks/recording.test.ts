import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readAnswer } from '../../src/callbacks/answer';
import { assignmentParameters } from '../../src/callbacks/assignment';
import {
  compareAnswer,
  isRecordable,
  mistakesIn,
  readRecording,
  Recording,
  recordingOf,
} from '../../src/callbacks/recording';
import { recordingSchema } from '../../src/callbacks/recordingSchema';
import { inEnglish } from '../../src/taskrouter/message';
import { assignment } from './application';

const answerOf = (body: object | string, of = assignment) =>
  readAnswer(
    {
      response: {
        ...{ status: 200, headers: { 'content-type': 'application/json' } },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      },
    },
    assignmentParameters(of),
    false,
  );

const recordedWith = (taskAttributes: string, body: object) => {
  const of = { ...assignment, taskAttributes };
  return recordingOf(of, answerOf(body, of), { replaceCustomerValues: true });
};
const attributesOf = (taskAttributes: string) =>
  recordedWith(taskAttributes, {}).parameters['TaskAttributes'];

const url = 'https://app.example.com/answer';
const call = { instruction: 'call', from: '+15550100123', url };

describe('a recording', () => {
  it('has the parameters, the URL and the answer as the application gives it, and fits its schema', () => {
    const options = { url: 'http://localhost:3000/assignment', replaceCustomerValues: false };
    const recording = recordingOf(assignment, answerOf({ ...call, timeout: 20, accept: true }), options);
    assert.deepEqual(recording, {
      url: options.url,
      parameters: Object.fromEntries(assignmentParameters(assignment)),
      answer: { ...call, timeout: 20, accept: true },
    });
    const written: unknown = JSON.parse(JSON.stringify({ $schema: './recording.schema.json', ...recording }));
    assert.ok(Recording.safeParse(written).success);
    assert.deepEqual(recordingOf(assignment, answerOf('{}'), options).answer, {});
  });

  it('leaves out a URL that may have a secret in it', () => {
    for (const secret of [
      'http://user:never-show-me@localhost:3000/',
      'http://never-show-me@localhost:3000/',
      'http://localhost:3000/?key=never-show-me',
      'http://localhost:3000/#never-show-me',
      'never-show-me',
    ]) {
      const recording = recordingOf(assignment, answerOf('{}'), {
        url: secret,
        replaceCustomerValues: false,
      });
      assert.equal(recording.url, undefined);
      assert.ok(!JSON.stringify(recording).includes('never-show-me'), secret);
    }
  });

  it('replaces what identifies customers by placeholders, and nothing else', () => {
    for (const [attributes, replaced] of [
      ['{"from": "+14155550123", "type": "support"}', '{"from": "+15550100001", "type": "support"}'],
      ['{"phone":"(415) 555-0123","note":"2026-01-05"}', '{"phone":"15550100001","note":"2026-01-05"}'],
      ['{"phone":14155550123,"id":14155550123456789012}', '{"phone":15550100001,"id":14155550123456789012}'],
      [
        '{"customerName":"Rosa Hazel","queue_name":"Returns"}',
        '{"customerName":"Customer 1","queue_name":"Returns"}',
      ],
      [
        '{"name":"Rosa","note":"Rosa asks for Rosalind"}',
        '{"name":"Customer 1","note":"Customer 1 asks for Rosalind"}',
      ],
      ['{"name":{"first":"Rosa","last":"Hazel"}}', '{"name":{"first":"Customer 1","last":"Customer 2"}}'],
      ['{"names":1,"name":["Rosa","Bo"]}', '{"names":1,"name":["Customer 1","Customer 2"]}'],
      [
        '{"note":"mail rosa@hazel.test or ring +14155550123!"}',
        '{"note":"mail customer1@example.com or ring +15550100001!"}',
      ],
      ['{"customerAddress":"whatsapp:+14155550123"}', '{"customerAddress":"whatsapp:+15550100001"}'],
      [
        '{"address":"1 Elm St","from_city":"Salem","zip":"94107-1234"}',
        '{"address":"1 Example Street","from_city":"2 Example Street","zip":"3 Example Street"}',
      ],
      ['{"zip":94107}', '{"zip":15550100001}'],
      [
        '{"from":"client:rosa","to":"sip:rosa@hazel.test"}',
        '{"from":"client:customer1","to":"sip:customer1@example.com"}',
      ],
      ['{"+14155550123":true}', '{"+15550100001":true}'],
      [
        '{"call_sid":"CA0123456789abcdef0123456789abcdef"}',
        '{"call_sid":"CA00000000000000000000000000000001"}',
      ],
      // Hostile ones.
      ['{"name":"type","type":"a"}', '{"name":"Customer 1","type":"a"}'],
      ['{"name":"true","vip":true,"n":5,"from":"5"}', '{"name":"true","vip":true,"n":5,"from":"5"}'],
      ['{"name":"Ro\\"sa\\\\","note":"x Ro\\"sa\\\\ y"}', '{"name":"Customer 1","note":"x Customer 1 y"}'],
      ['{"name":"$&.*(","note":"$&.*("}', '{"name":"Customer 1","note":"Customer 1"}'],
      ['{"name":"\\ud800x"}', '{"name":"Customer 1"}'],
      ['{"__proto__":{"name":"Rosa"}}', '{"__proto__":{"name":"Customer 1"}}'],
      ['{"a":1e400,"b":1.50}', '{"a":1e400,"b":1.50}'],
      ['not JSON', 'not JSON'],
      ['{"name":""}', '{"name":""}'],
    ] as const)
      assert.equal(attributesOf(attributes), replaced);
    const deep = `${'['.repeat(30_000)}"+14155550123"`;
    assert.equal(attributesOf(deep), deep.replace('+14155550123', '+15550100001'));
  });

  // Each value is all that is about a customer, and the placeholder all that is left of it.
  const [phone, name, address, mail] = [
    '15550100001',
    'Customer 1',
    '1 Example Street',
    'customer1@example.com',
  ];
  for (const [placeholder, value, ...keys] of [
    [phone, '5551234567', 'phone1', 'phone_2', 'phones', 'phoneNumbers', 'phone_home', 'home_phone_number'],
    [
      phone,
      '555-123-4567',
      'callerId',
      'caller_id',
      'CALLER_ID',
      'callerid',
      'ani',
      'msisdn',
      'mobilePhone',
      'faxes',
    ],
    [phone, '(0)20 7946 0958', 'phone', 'from', 'Called', 'fallback-number'],
    [phone, '555/123/4567;6500', 'phone'],
    [phone, '٠١٢٣٤٥٦٧٨٩', 'from'],
    [`tel:${phone}`, 'tel:5551234567', 'phone', 'link'],
    [
      name,
      'Ana Lopez',
      'names',
      'customerName2',
      'from_name',
      'last_caller',
      'nameOfCustomer',
      'caller-name',
    ],
    [
      name,
      'Ana +1555',
      'CustomerName',
      'CALLER_NAME',
      'fullname',
      'customers',
      'agent_name',
      'task_owner_name',
    ],
    [
      address,
      '12 Elm St',
      'address1',
      'addressLine1',
      'street1',
      'addresses',
      'cities',
      'PostCode',
      'postal_code',
    ],
    [mail, "ana.o'neil@example.com", 'email', 'note'],
    [mail, 'josé@exämple.com', 'eMail', 'note'],
    [mail, 'ana@localhost', 'email', 'note'],
    [mail, 'ana at example', 'email', 'e_mail', 'mailAddress'],
  ] as const)
    for (const key of keys)
      it(`replaces all of ${value} in ${key}, in lists and objects of it too`, () => {
        for (const wrap of [(of: string) => of, (of: string) => [of], (of: string) => ({ text: [of] })]) {
          const attributes = (of: string) => JSON.stringify({ [key]: wrap(of), tier: 'gold' });
          assert.equal(attributesOf(attributes(value)), attributes(placeholder));
        }
      });

  for (const [attributes, replaced] of [
    ['{"phone":"+1 (555) 123-4567 ext. 5"}', /^\{"phone":"\+1555010000\d"\}$/],
    [
      '{"note":"Call +1 (555) 123-4567 or (555) 123-4568!"}',
      /^\{"note":"Call \+15550100001 or 15550100002!"\}$/,
    ],
    [
      '{"shipping_address":{"line1":"12 Elm St","state":"X"}}',
      /^\{"\w+":\{"line1":"1 Ex[^"]+","state":"2 Ex[^"]+"\}\}$/,
    ],
    ['{"name":"Lopez,Ana@x.test, +15551234567"}', /^\{"name":"Customer 1"\}$/],
    ['{"phone":1.5551234567e10}', /^\{"phone":15550100001\}$/],
    ['{"name":"AC0123456789abcdef0123456789abcdef Ana"}', /^\{"name":"Customer 1"\}$/],
  ] as const)
    it(`replaces no half of ${attributes}`, () => assert.match(attributesOf(attributes)!, replaced));

  it('keeps what is about nobody', () => {
    const attributes = JSON.stringify({
      ...{ customer: { tier: 'gold', since: '2026-01-05' }, customer_type: 'vip', user_agent: 'curl' },
      ...{ queue_name: 'Returns', fileName: 'a.txt', channel: { type: 'voice' }, to_language: 'en' },
      ...{
        names: [],
        phone_type: 'mobile',
        voicemail: 'on',
        velocity: 12345,
        capacity: 'high',
        order: 'A-12345',
      },
    });
    assert.equal(attributesOf(attributes), attributes);
  });

  it('keeps a SID that only the application knows, as it answers the same whatever it is sent', () => {
    const [own, worker] = [`WA${'7'.repeat(32)}`, assignment.workerSid];
    const { answer } = recordedWith('{}', { instruction: 'reject', activity_sid: own });
    assert.deepEqual(answer, { instruction: 'reject', activity_sid: own });
    const echoed = recordedWith('{}', {
      instruction: 'dequeue',
      from: '+15550100100',
      to: `client:${worker}`,
    });
    assert.ok(!JSON.stringify(echoed).includes(worker));
  });

  it('names workers as such, also where the task names them', () => {
    const of = {
      ...assignment,
      taskAttributes: '{"customerName":"Rosa Hazel","agent_name":"Yuki Tanabe","email":"rosa@hazel.test"}',
      workerAttributes:
        '{"full_name":"Yuki Tanabe","contact_uri":"client:yuki","email":"yuki@desk.test","phone":"+14155550123"}',
    };
    const { parameters } = recordingOf(of, answerOf({}, of), { replaceCustomerValues: true });
    assert.equal(
      parameters['TaskAttributes'],
      '{"customerName":"Customer 1","agent_name":"Worker 1","email":"customer1@example.com"}',
    );
    assert.equal(
      parameters['WorkerAttributes'],
      '{"full_name":"Worker 1","contact_uri":"client:worker1","email":"worker1@example.com","phone":"+15550100001"}',
    );
  });

  it('replaces SIDs by others of their kind, and in the answer what the assignment has', () => {
    const attributes = '{"to":"+14155550123","name":"Rosa Hazel"}';
    const sid = assignment.taskSid;
    const { parameters, answer } = recordedWith(attributes, {
      ...call,
      to: '+14155550123',
      url: `${url}?task=${sid}&name=Rosa%20Hazel&to=%2B14155550123`,
    });
    const taskSid = `WT${'0'.repeat(31)}1`;
    assert.equal(parameters['TaskSid'], taskSid);
    assert.equal(parameters['ReservationSid'], `WR${'0'.repeat(31)}1`);
    assert.deepEqual(answer, {
      // The application's own number stays.
      ...{ instruction: 'call', from: '+15550100123', to: '+15550100001' },
      url: `${url}?task=${taskSid}&name=Customer%201&to=%2B15550100001`,
    });
  });
});

describe('a file with a recording', () => {
  const parameters = Object.fromEntries(assignmentParameters(assignment));
  const { TaskAttributes: attributes, ...others } = parameters;
  const twice = JSON.stringify({ parameters, answer: {} }, null, 1).replace('}\n}', '},\n "answer": {}\n}');
  for (const [what, content, ...mistakes] of [
    ['an unknown key', { recrod: 1, parameters, answer: {} }, '2:12 recrod: this key is unknown'],
    [
      'a misspelled parameter',
      { parameters: { ...others, TaskAtributes: attributes }, answer: {} },
      '2:16 parameters.TaskAttributes: this key is missing',
      '14:20 parameters.TaskAtributes: this key is unknown',
    ],
    [
      'a misspelled key of the answer',
      { parameters, answer: { instruction: 'dequeue', recrod: 'record-from-answer' } },
      '18:13 answer.recrod: Unknown parameter. Did you mean record?',
    ],
    ['no answer', { parameters }, '1:1 answer: this key is missing'],
    ['a key twice', twice.replace('"answer": {}\n}', '"answer": {}\n}'), '17:2 answer: this key is repeated'],
    [
      'a parameter twice',
      twice
        .replace('"parameters": {', '"parameters": { "TaskAge": "1",')
        .replace(/,\n "answer": \{\}\n/, '\n'),
      '12:3 parameters.TaskAge: this key is repeated',
    ],
  ] as const)
    it(`says where it has ${what}`, () => {
      const text = typeof content === 'string' ? content : JSON.stringify(content, null, 1);
      assert.throws(() => readRecording(text, 'a.json'), {
        message: mistakes.map((one) => `a.json:${one}`).join('\n'),
      });
    });

  it('has the schema that VS Code reads', () => {
    const file = path.resolve(__dirname, '../../media/taskrouter-recording.schema.json');
    if (process.env.UPDATE_SCHEMA) writeFileSync(file, `${JSON.stringify(recordingSchema(), null, 2)}\n`);
    assert.deepEqual(
      JSON.parse(readFileSync(file, 'utf8')),
      recordingSchema(),
      'run it with UPDATE_SCHEMA=1',
    );
  });
});

describe('a comparison with a recording', () => {
  const recorded = (answer: object): Recording => ({
    parameters: Object.fromEntries(assignmentParameters(assignment)),
    answer: answer as Recording['answer'],
  });

  for (const [name, expected, actual, ...differences] of [
    ['keys in another order', call, { url, from: '+15550100123', instruction: 'call' }],
    ['a number as its text', { ...call, timeout: 20 }, { ...call, timeout: '20' }],
    ['true as its text', { ...call, accept: true }, { ...call, accept: 'true' }],
    [
      'what TaskRouter fills in',
      { instruction: 'dequeue' },
      { instruction: 'dequeue', from: '+15550100100' },
    ],
    ['a client without its prefix', { ...call, to: 'joey' }, { ...call, to: 'client:joey' }],
    [
      'spaces in a list',
      { instruction: 'dequeue', status_callback_events: 'initiated,answered' },
      { instruction: 'dequeue', status_callback_events: 'initiated, answered' },
    ],
    ['no instruction', {}, {}],
    ['an empty body', {}, ''],
    [
      'another instruction',
      { instruction: 'accept' },
      { instruction: 'reject' },
      '$.instruction: Expected "accept", not "reject".',
    ],
    ['an instruction too many', {}, { instruction: 'accept' }, '$.instruction: "accept" was not expected.'],
    [
      'no instruction where one is expected',
      { instruction: 'accept' },
      {},
      '$.instruction: Expected "accept", but it is missing.',
    ],
    [
      'another value',
      { ...call, timeout: 20 },
      { ...call, timeout: 30 },
      '$.timeout: Expected "20", not "30".',
    ],
    [
      'a value that is missing',
      { ...call, timeout: 20 },
      call,
      '$.timeout: Expected "20", but it is missing.',
    ],
    ['a value too many', call, { ...call, timeout: 30 }, '$.timeout: "30" was not expected.'],
    [
      'a misspelled instruction',
      { instruction: 'dequeue' },
      { instruction: 'dequeu' },
      '$.instruction: dequeu is unknown. Did you mean dequeue?',
    ],
    ['a wrong type, once', call, { ...call, from: 15550100123 }, '$.from: Must be a string, not number.'],
    [
      'a misspelled key',
      { instruction: 'dequeue' },
      { instruction: 'dequeue', recrod: 'record-from-answer' },
      '$.recrod: Unknown parameter. Did you mean record?',
    ],
    ["a key of the application's own", { instruction: 'accept' }, { instruction: 'accept', requestId: '7' }],
    ['no JSON', { instruction: 'accept' }, '<p>', /^\$: The body is not JSON/],
    [
      'a value with what a terminal acts on',
      call,
      { ...call, url: 'https://app.example.com/\u001b[31m' },
      /^\$\.url: [^\u001b]*$/,
    ],
  ] as const) {
    it(`takes ${name} as ${differences.length ? 'a difference' : 'equal'}`, () => {
      const found = compareAnswer(recorded(expected), answerOf(actual)).map(
        ({ path, message }) => `${path}: ${inEnglish(message)}`,
      );
      assert.equal(found.length, differences.length, found.join('\n'));
      for (const [i, difference] of differences.entries())
        if (typeof difference === 'string') assert.equal(found[i], difference);
        else assert.match(found[i]!, difference);
    });
  }

  it('is not made with an answer that has a mistake', () => {
    assert.ok(isRecordable(answerOf({ instruction: 'accept', requestId: '7' })));
    assert.ok(!isRecordable(answerOf({ instruction: 'dequeue', recrod: 'record-from-answer' })));
    assert.ok(!isRecordable(answerOf({ instruction: 'dequeue', timeout: 5000 })));
  });

  it('has mistakes in the expected answer', () => {
    const paths = (answer: object) => mistakesIn(recorded(answer)).map(({ path }) => path);
    assert.deepEqual(paths({ instruction: 'reject' }), []);
    assert.deepEqual(paths({ instruction: 'acept' }), ['$.instruction']);
    assert.deepEqual(paths({ ...call, timeout: 5000, acept: true }), ['$.timeout', '$.acept']);
  });
});
