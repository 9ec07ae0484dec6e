import { strict as assert } from 'node:assert';
import { warningFor } from '../../src/taskrouter/fields';
import { instructionNamed, instructions } from '../../src/taskrouter/instructions';
import { inEnglish } from '../../src/taskrouter/message';
import type { Instruction, InstructionName } from '../../src/taskrouter/instructions';
import { reservationStatuses } from '../../src/taskrouter/resources';
import type { Arguments, InstructionContext } from '../../src/taskrouter/update';
import {
  InvalidArgumentsError,
  maxValueLength,
  problemsOf,
  updateReservationRequest,
} from '../../src/taskrouter/update';
import { sidOf, wk, wr, ws, wt } from './loopback';

const table: readonly Instruction[] = instructions;
const WA = sidOf('WA', '1');
const CA = sidOf('CA', '2');
const number = '+15550100123';
const https = 'https://example.com/twiml';

/** Arguments that alone are fine, for each instruction that requires some. */
const fine: Partial<Record<InstructionName, Arguments>> = {
  dequeue: { dequeueFrom: number },
  call: { callFrom: number, callUrl: https },
  redirect: { redirectCallSid: CA, redirectUrl: https },
  supervise: { supervisorMode: 'monitor', supervisor: wk },
};

/** Every sentence that any row below has brought out. */
const sentences = new Map<string, EnglishProblem>();

interface EnglishProblem {
  readonly key?: string;
  readonly message: string;
}

function problems(name: InstructionName, args: Arguments, context?: InstructionContext): EnglishProblem[] {
  const found = problemsOf(instructionNamed(name), { ...fine[name], ...args }, context).map((problem) => ({
    ...problem,
    message: inEnglish(problem.message),
  }));
  for (const problem of found) sentences.set(problem.message, problem);
  return found;
}

const shown = (value: unknown) => (value === '' ? 'an empty string' : JSON.stringify(value));

/** One case: this value of this parameter is taken. */
const takes = (name: InstructionName, key: string, value: Arguments[string], context?: InstructionContext) =>
  it(`${name} takes ${key} ${shown(value)}`, () =>
    assert.deepEqual(problems(name, { [key]: value }, context), []));

/** One case: this value of this parameter is refused, under its key and with words that match. */
const refuses = (
  name: InstructionName,
  key: string,
  value: Arguments[string],
  words: RegExp,
  context?: InstructionContext,
) =>
  it(`${name} refuses ${key} ${shown(value)}${context ? ` when ${JSON.stringify(context)}` : ''}`, () => {
    const found = problems(name, { [key]: value }, context);
    assert.deepEqual(
      found.map((problem) => problem.key),
      [key],
    );
    assert.match(found[0]!.message, words);
  });

describe('what an instruction takes', () => {
  it('does not change with the number of checks', () => {
    const callUrl = 'https://bücher.example/ü?q=é';
    for (let i = 0; i < 30_000; i++) assert.deepEqual(problems('call', { callUrl })[0], undefined);
  });

  describe('a value of any field', () => {
    const long = 'https://example.com/'.padEnd(maxValueLength + 924, 'x');
    for (const { name, fields } of table) {
      for (const { key, control } of fields) {
        it(`${name}: ${key} may have 4,096 characters and no more`, () => {
          const message = 'Must be at most 4,096 characters. Remove 924.';
          const value = control === 'choices' ? [long] : long;
          const found = problems(name as InstructionName, { [key]: value });
          assert.deepEqual(found, [{ key, message }]);
          const shorter = problems(name as InstructionName, { [key]: long.slice(0, maxValueLength) });
          assert.ok(shorter.every((problem) => problem.message !== message));
        });
      }
    }
    takes('conference', 'statusCallback', long.slice(0, maxValueLength));
  });

  describe('an endpoint', () => {
    const words =
      /number such as \+15550100123, client:name, or sip:user@host|^Contains the invisible character/;
    takes('conference', 'to', '+12');
    takes('conference', 'to', '+442071838750');
    takes('conference', 'to', '+123456789012345');
    takes('conference', 'to', 'client:ann');
    takes('conference', 'to', 'client:ann.lee@example.com');
    takes('conference', 'to', 'client:zoë_2E');
    takes('conference', 'to', 'sip:ann@example.com');
    takes('conference', 'to', 'sip:ann@203.0.113.5:5061;transport=tls?x-a=1');
    takes('conference', 'to', 'sips:ann@example.com');
    refuses('conference', 'to', '+', words);
    refuses('conference', 'to', '+1', words);
    refuses('conference', 'to', '+1234567890123456', words);
    refuses('conference', 'to', '+05550100123', words);
    refuses('conference', 'to', '15550100123', words);
    refuses('conference', 'to', '0015550100123', words);
    refuses('conference', 'to', '+1 555 010 0123', words);
    refuses('conference', 'to', '+1-555-010-0123', words);
    refuses('conference', 'to', '+1(555)0100123', words);
    refuses('conference', 'to', '+15550100123\n', words);
    refuses('conference', 'to', ' +15550100123', words);
    refuses('conference', 'to', '+١٥٥٥٠١٠٠١٢٣', words);
    refuses('conference', 'to', 'ann', words);
    refuses('conference', 'to', 'client:', words);
    refuses('conference', 'to', 'client:ann lee', words);
    refuses('conference', 'to', 'client:ann\n', words);
    refuses('conference', 'to', 'client:ann\u202e', words);
    refuses('conference', 'to', 'client:an\u200bn', words);
    refuses('conference', 'to', 'client:ann\u0000', words);
    refuses('conference', 'to', 'sip:ann\u200b@example.com', words);
    refuses('conference', 'to', 'client:' + 'a'.repeat(257), words);
    refuses('conference', 'to', 'Client ann', words);
    refuses('conference', 'to', 'sip:example.com', words);
    refuses('conference', 'to', 'sip:@example.com', words);
    refuses('conference', 'to', 'sip:ann@', words);
    refuses('conference', 'to', 'sip:ann lee@example.com', words);
    refuses('conference', 'to', 'sip:ann@a@b', words);
    refuses('conference', 'to', 'tel:+15550100123', words);
    refuses('conference', 'to', 'https://example.com', words);
    refuses('conference', 'to', 'javascript:alert(1)', words);
    refuses('conference', 'to', '', /^Enter a value/);
    refuses('conference', 'from', 'Support', words);
    takes('conference', 'from', '+15550100123');
    refuses('dequeue', 'dequeueFrom', '5550100123', words);
    takes('dequeue', 'dequeueTo', 'client:ann');
    refuses('dequeue', 'dequeueTo', 'WK123', words);
    takes('call', 'callTo', 'sip:ann@example.com');
    refuses('call', 'callTo', '+1555x', words);
    refuses('call', 'callFrom', '', /^Enter a value/);
    takes('supervise', 'supervisor', 'sip:boss@example.com');
    refuses('supervise', 'supervisor', sidOf('WT'), /Worker SID \(WK followed by 32 hexadecimal digits\)/);
    refuses('supervise', 'supervisor', 'WK' + 'g'.repeat(32), /Worker SID/);
  });

  describe('a URL', () => {
    const words = /begins with https:\/\/ or http:\/\/|^Contains the invisible character/;
    takes('call', 'callUrl', 'https://example.com');
    takes('call', 'callUrl', 'http://example.com/a?b=c#d');
    takes('call', 'callUrl', 'https://user:pass@example.com:8443/a');
    takes('call', 'callUrl', 'http://127.0.0.1:3000/');
    takes('call', 'callUrl', 'http://[::1]/');
    takes('call', 'callUrl', 'https://bücher.example/ü?q=é');
    takes('call', 'callUrl', 'HTTPS://EXAMPLE.COM');
    refuses('call', 'callUrl', 'example.com', words);
    refuses('call', 'callUrl', '//example.com', words);
    refuses('call', 'callUrl', '/twiml', words);
    refuses('call', 'callUrl', 'https:', words);
    refuses('call', 'callUrl', 'https://', words);
    refuses('call', 'callUrl', 'https:example.com', words);
    refuses('call', 'callUrl', 'https:/example.com', words);
    refuses('call', 'callUrl', 'https:\\\\example.com', words);
    refuses('call', 'callUrl', 'https://exa mple.com', words);
    refuses('call', 'callUrl', 'https://example.com/a b', words);
    refuses('call', 'callUrl', 'https://example.com/\n', words);
    refuses('call', 'callUrl', ' https://example.com', words);
    refuses('call', 'callUrl', '\u0000https://example.com', words);
    refuses('call', 'callUrl', 'https://example.com/\u0000', words);
    refuses('call', 'callUrl', 'https://example.com/\u202e', words);
    refuses('call', 'callUrl', 'https://exam\u200bple.com/', words);
    refuses('call', 'callUrl', 'https://example.com:99999', words);
    refuses('call', 'callUrl', 'ftp://example.com', words);
    refuses('call', 'callUrl', 'file:///etc/passwd', words);
    refuses('call', 'callUrl', 'javascript:alert(1)', words);
    refuses('call', 'callUrl', 'data:text/xml,<Response/>', words);
    refuses('call', 'callUrl', '', /^Enter a value/);
    for (const [name, key] of urls()) {
      takes(name, key, https);
      refuses(name, key, 'ftp://example.com', words);
    }
  });

  describe('a SID', () => {
    takes('reject', 'workerActivitySid', 'WA' + 'aBcDeF01'.repeat(4));
    refuses('reject', 'workerActivitySid', 'WA' + 'a'.repeat(31), /WA followed by 32 hex/);
    refuses('reject', 'workerActivitySid', 'WA' + 'a'.repeat(33), /^Must be WA followed/);
    refuses('reject', 'workerActivitySid', 'wa' + 'a'.repeat(32), /^Must be WA followed/);
    refuses('reject', 'workerActivitySid', 'WA' + 'g'.repeat(32), /^Must be WA followed/);
    refuses('reject', 'workerActivitySid', WA + '\n', /^Contains the invisible character U\+000A\.$/);
    refuses('reject', 'workerActivitySid', wk, /^Must be WA followed/);
    refuses('reject', 'workerActivitySid', 'Offline', /^Must be WA followed/);
    refuses('reject', 'workerActivitySid', '', /^Enter a value/);
    takes('conference', 'postWorkActivitySid', WA);
    refuses('conference', 'postWorkActivitySid', WA, /multitasking workspace/, { multitasking: true });
    takes('conference', 'postWorkActivitySid', WA, { multitasking: false });
    takes('conference', 'postWorkActivitySid', undefined, { multitasking: true });
    takes('dequeue', 'dequeuePostWorkActivitySid', WA);
    takes('dequeue', 'dequeuePostWorkActivitySid', WA, { multitasking: true });
    refuses('dequeue', 'dequeuePostWorkActivitySid', CA, /^Must be WA followed/);
    takes('redirect', 'redirectCallSid', CA);
    refuses('redirect', 'redirectCallSid', 'CA123456789', /^Must be CA followed by 32 hexadecimal digits/);
    refuses('redirect', 'redirectCallSid', wt, /^Must be CA followed/);
  });

  describe('a whole number', () => {
    for (const [name, key, min, max] of [
      ['conference', 'timeout', 1, 999],
      ['dequeue', 'dequeueTimeout', 1, 999],
      ['call', 'callTimeout', 1, 999],
      ['conference', 'maxParticipants', 2, 250],
    ] as const) {
      const words = new RegExp(`whole number from ${min} to ${max}\\.$`);
      takes(name, key, min);
      takes(name, key, max);
      takes(name, key, String(max));
      for (const value of [min - 1, max + 1, -5, 1.5, 1e21, NaN, Infinity]) refuses(name, key, value, words);
      for (const value of ['1e2', '0x10', '6O', ' 60', '60 ', '+60', '６０', 'ten', '60.0']) {
        refuses(name, key, value, words);
      }
      refuses(name, key, '', /^Enter a value/);
    }
  });

  describe('a dequeue that rings a sip: address', () => {
    const at = (dequeueTimeout: number, dequeueTo?: string) => ({ dequeueTimeout, dequeueTo });
    const found = (args: Arguments, context?: InstructionContext) =>
      problems('dequeue', args, context).map(({ key, message }) => `${key}: ${message}`);
    const tooLong = ['dequeueTimeout: Must be at most 600 for a sip: address.'];
    it('takes 600 seconds', () => assert.deepEqual(found(at(600, 'sip:ann@example.com')), []));
    it('refuses 601', () => assert.deepEqual(found(at(601, 'sip:ann@example.com')), tooLong));
    it('refuses 601 with sips:', () => assert.deepEqual(found(at(601, 'sips:ann@example.com')), tooLong));
    it('takes 601 for a number', () => assert.deepEqual(found(at(601, number)), []));
    it('refuses 601 when the worker’s contact_uri is one', () =>
      assert.deepEqual(found(at(601), { contactUri: 'sip:ann@example.com' }), tooLong));
    it('takes 601 when a number overrides it', () =>
      assert.deepEqual(found(at(601, number), { contactUri: 'sip:ann@example.com' }), []));
    it('takes 601 when nothing is known', () => assert.deepEqual(found(at(601)), []));
  });

  describe('a choice', () => {
    for (const instruction of table) {
      for (const field of instruction.fields) {
        if (!field.choices) continue;
        const name = instruction.name as InstructionName;
        const words = new RegExp(
          field.control === 'boolean' ? '^Must be true or false\\.$' : '^Must be one of ',
        );
        for (const value of field.choices) takes(name, field.key, value);
        for (const value of ['yes', field.choices[0]!.toUpperCase() + ' ']) {
          refuses(name, field.key, value, words);
        }
        refuses(name, field.key, '', words);
      }
    }
    takes('call', 'callAccept', true);
    takes('call', 'callAccept', false);
    refuses('call', 'callAccept', 1, /true or false/);
    refuses('conference', 'beep', 'onenter', /Must be one of true, false, onEnter, onExit\./);
    refuses('conference', 'statusCallbackMethod', 'PUT', /Must be one of POST, GET\./);
    refuses('supervise', 'supervisorMode', 'coach', /Must be one of monitor, whisper, barge\./);
  });

  describe('several values', () => {
    const one = /^Takes one value only\.$/;
    takes('conference', 'statusCallbackEvent', ['initiated', 'ringing', 'answered', 'completed']);
    takes('conference', 'statusCallbackEvent', []);
    takes('conference', 'conferenceStatusCallbackEvent', ['start']);
    takes('dequeue', 'dequeueStatusCallbackEvent', ['answered', 'completed']);
    refuses('conference', 'statusCallbackEvent', ['ringing', 'start'], /Must be one of initiated/);
    // Twilio's Node sample sends these as one string, and gets no events.
    refuses('conference', 'conferenceStatusCallbackEvent', 'start end join', /Must be one of start/);
    refuses('conference', 'conferenceStatusCallbackEvent', 'start,end', /Must be one of start/);
    refuses('conference', 'to', [number, number], one);
    refuses('conference', 'beep', ['true', 'false'], one);
    refuses('call', 'callUrl', [https, https], one);
    takes('conference', 'to', [number]);
  });

  describe('what is required', () => {
    for (const instruction of table) {
      for (const { key, required } of instruction.fields) {
        const name = instruction.name as InstructionName;
        if (required) {
          refuses(name, key, undefined, /^Required\.$/);
          refuses(name, key, [], /^Required\.$/);
        } else takes(name, key, undefined);
      }
    }
    for (const [name, key] of [
      ['conference', 'to'],
      ['dequeue', 'dequeueTo'],
      ['call', 'callTo'],
    ] as const) {
      refuses(name, key, undefined, /^Required: .* no contact_uri\.$/, { contactUri: '' });
      takes(name, key, undefined, { contactUri: 'client:ann' });
      takes(name, key, undefined, {});
      takes(name, key, number, { contactUri: '' });
    }
  });

  describe('unknown keys', () => {
    refuses('accept', 'to', number, /^To is not a parameter of Accept\.$/);
    refuses('reject', 'callTo', number, /^CallTo is not a parameter of Reject\.$/);
    refuses('conference', 'transcribe', true, /^Transcribe is not a parameter of Conference\.$/);
    refuses('conference', 'To', number, /not a parameter/);
    refuses('call', 'instruction', 'conference', /^Instruction is not a parameter of Call\.$/);
    refuses('accept', 'reservationStatus', 'completed', /not a parameter/);
    refuses('accept', 'constructor', 'x', /not a parameter/);
    takes('accept', 'to', undefined);
  });

  describe('the reservation’s status', () => {
    const from: Record<InstructionName, readonly string[]> = {
      accept: ['pending'],
      reject: ['pending'],
      conference: ['pending'],
      dequeue: ['pending'],
      call: ['pending'],
      redirect: ['pending'],
      supervise: ['accepted', 'wrapping'],
      wrapUp: ['accepted'],
      complete: ['accepted', 'wrapping'],
    };
    for (const name of Object.keys(from) as InstructionName[]) {
      for (const status of [...reservationStatuses, 'brand-new']) {
        const allowed = from[name].includes(status);
        it(`${name} ${allowed ? 'works' : 'does not work'} on one that is ${status}`, () => {
          const found = problems(name, {}, { status });
          assert.equal(found.length, allowed ? 0 : 1);
          if (!allowed) {
            assert.equal(found[0]!.key, undefined);
            assert.ok(found[0]!.message.startsWith(`Only ${from[name].join(' or ')} reservations can `));
            assert.ok(found[0]!.message.includes(`This one is ${status}.`));
          }
        });
      }
      it(`${name} is possible when the status is not known`, () =>
        assert.deepEqual(problems(name, {}, {}), []));
      it(`${name} does not work on one whose status is missing or not a string`, () =>
        assert.match(
          problems(name, {}, { status: null })[0]!.message,
          /The status of this one is unknown\.$/,
        ));
    }
  });

  describe('supervise', () => {
    it('goes through the task only', () => {
      const found = problems('supervise', {}, { throughWorker: true, status: 'accepted' });
      assert.deepEqual(
        found.map(({ message }) => message),
        ['Supervise is available only through the task’s reservation.'],
      );
    });
    for (const instruction of table.filter(({ name }) => name !== 'supervise')) {
      it(`and ${instruction.name} through the worker as well`, () =>
        assert.deepEqual(problems(instruction.name as InstructionName, {}, { throughWorker: true }), []));
    }
  });

  it('names all problems at once', () => {
    const args = { callFrom: '', callTo: 'x', callUrl: 'x', callTimeout: 0, to: number };
    const found = problems('call', args, { status: 'timeout' });
    assert.deepEqual(
      found.map(({ key }) => key),
      [undefined, 'to', 'callFrom', 'callTimeout', 'callTo', 'callUrl'],
    );
    const call = instructionNamed('call');
    assert.throws(
      () => updateReservationRequest({ workspaceSid: ws, parentSid: wt, sid: wr }, call, args),
      (error: unknown) => {
        assert.ok(error instanceof InvalidArgumentsError);
        assert.equal(error.problems.length, 5);
        assert.match(error.message, /^To: To is not a parameter of Call\. CallFrom: Enter a value, or unset/);
        return true;
      },
    );
  });

  it('omits unset values, and never sends an empty one', () => {
    const args = { to: number, from: undefined, statusCallbackEvent: [], record: false };
    const address = { workspaceSid: ws, parentSid: wt, sid: wr };
    const { body } = updateReservationRequest(address, instructionNamed('conference'), args);
    assert.deepEqual(body, [
      ['Instruction', 'conference'],
      ['To', number],
      ['Record', 'false'],
    ]);
  });

  describe('an invisible character', () => {
    const unseen = [
      0, 7, 9, 10, 13, 0x1b, 0x7f, 0x9b, 0xa0, 0xad, 0x34f, 0x115f, 0x180e, 0x2003, 0x200b, 0x200d,
    ];
    unseen.push(
      0x2028,
      0x202e,
      0x2060,
      0x2066,
      0x2800,
      0x3000,
      0x3164,
      0xfe0f,
      0xfeff,
      0xffa0,
      0xfff9,
      0xd800,
    );
    unseen.push(0xe000, 0x1d159, 0x1d173, 0xe0001, 0xe0041, 0xe0100, 0x10ffff);
    for (const instruction of table) {
      for (const { key, control, problemOf } of instruction.fields) {
        it(`is refused in ${instruction.name}’s ${key}`, () => {
          for (const code of unseen) {
            const character = String.fromCodePoint(code);
            const isControl = /[\p{Cc}\p{Cs}\u2028]/u.test(character);
            for (const value of [
              `client:a${character}b`,
              `https://a.example/${character}b`,
              `a${character}b`,
            ]) {
              if (control === 'password' && !isControl) continue;
              assert.ok(problemOf(value) !== undefined, `${key} takes U+${code.toString(16)}`);
            }
          }
        });
      }
    }
  });

  it('refuses a value that is too long for any field', () => {
    const long = 'https://a.example/' + 'x'.repeat(4096);
    refusesAll(table, long, /^Too long: 4,114 characters \(maximum: 4,096\)\.$/);
    const field = instructionNamed('call').fields.find(({ key }) => key === 'callUrl')!;
    assert.equal(field.problemOf(long.slice(0, 4096)), undefined);
  });

  describe('a warning', () => {
    const field = instructionNamed('call').fields.find(({ key }) => key === 'callUrl')!;
    const from = instructionNamed('call').fields.find(({ key }) => key === 'callFrom')!;
    for (const value of [
      'http://example.com',
      'http://10.0.0.1/',
      'HTTP://example.com',
      'http://localhost.example.com',
    ])
      it(`is shown for ${value}`, () =>
        assert.match(inEnglish(warningFor(field, value)!), /^Plain http: .*\.$/));
    for (const value of [
      'https://example.com',
      'http://localhost:3000',
      'http://127.0.0.1/',
      'http://[::1]:8080/',
      'x',
      '',
    ])
      it(`is not shown for ${value || 'nothing'}`, () => assert.equal(warningFor(field, value), undefined));
    it('is not shown for fields other than URLs', () =>
      assert.equal(warningFor(from, 'http://example.com'), undefined));
  });

  // Mocha runs a block's own tests before its inner blocks; this one must come after all of them.
  describe('its sentences', () =>
    it('are readable', () => {
      assert.ok(sentences.size > 40, `${sentences.size} sentences`);
      for (const message of sentences.keys()) {
        assert.match(message, /^[A-Z][^\n]*\.$/, message);
        assert.ok(message.length <= 150, message);
        assert.doesNotMatch(
          message,
          /invalid input|undefined|null|NaN|\[object|expected|zod|regex/i,
          message,
        );
        assert.doesNotMatch(message, / {2}|\.\.|\ba [AEIOU]/, message);
      }
    }));
});

function refusesAll(all: readonly Instruction[], value: string, words: RegExp): void {
  for (const { fields } of all)
    for (const { control, problemOf } of fields)
      if (!['boolean', 'choice', 'choices'].includes(control))
        assert.match(inEnglish(problemOf(value)!), words);
}

function* urls(): Generator<[InstructionName, string]> {
  for (const instruction of table) {
    for (const field of instruction.fields) {
      if (field.control === 'url') yield [instruction.name as InstructionName, field.key];
    }
  }
}
