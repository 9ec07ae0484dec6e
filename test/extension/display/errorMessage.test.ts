import { strict as assert } from 'node:assert';
import {
  isAboutCredentials,
  ConnectionEndedError,
  MissingSecretError,
  SignedOutError,
} from '../../../src/extension/accounts/connections';
import { SecretStorageError } from '../../../src/extension/accounts/secretStore';
import { sentence, describeError } from '../../../src/extension/display/errorMessage';
import type { ShapeFault } from '../../../src/taskrouter/errors';
import {
  ApiError,
  ConnectionError,
  outcomeOfFailure,
  ResponseShapeError,
} from '../../../src/taskrouter/errors';
import { instructionNamed } from '../../../src/taskrouter/instructions';
import { InvalidArgumentsError } from '../../../src/taskrouter/update';

const request = { method: 'GET', path: '/v1/Workspaces' } as const;
const refused = (status: number, rest: { code?: number; detail?: string } = {}) =>
  new ApiError(request, { status, ...rest });
const missing = (path: string) =>
  new ApiError({ method: 'GET', path: `/v1/Workspaces/WS1/${path}` }, { status: 404, code: 20404 });
const silent = (code: string) => new ConnectionError(request, code);
const strange = (fault: ShapeFault) =>
  new ResponseShapeError(request, fault, 200, { text: 'the problem in our words' });
const account = {
  id: 'x',
  kind: 'twilio',
  name: 'Twilio AC…1234',
  origin: 'https://taskrouter.twilio.com',
  username: 'AC',
  environment: 'production',
  readOnly: false,
} as const;

/** Each failure, what its first sentence must name, and what its second must tell to do. */
const cases: readonly (readonly [name: string, error: unknown, what: RegExp, next: RegExp])[] = [
  ['400', refused(400, { code: 20001 }), /rejected.*400.*20001/, /Try again/],
  ['401', refused(401, { code: 20003 }), /not accept these credentials/, /SID and secret match/],
  ['403', refused(403), /do not have permission/, /permission to list Workspaces/],
  ['404', refused(404, { code: 20404 }), /^Not found \(20404\)/, /may have been deleted\.$/],
  ['404 of a worker', missing('Workers/WK1'), /^Not found \(20404\)/, /may have been deleted\.$/],
  ['404 of a task', missing('Tasks/WT1'), /^Not found \(20404\)/, /finished tasks are .* five minutes/],
  ['404 of a reservation', missing('Workers/WK1/Reservations/WR1'), /^Not found/, /five minutes/],
  ['409', refused(409), /Somebody else changed/, /check it/],
  ['412', refused(412, { code: 20412 }), /Somebody else changed/, /check it/],
  [
    '429',
    new ApiError({ ...request, method: 'POST' }, { status: 429, code: 20429 }),
    /Too many requests/,
    /^Nothing was done\. Wait/,
  ],
  [
    '429 of a read',
    refused(429, { code: 20429 }),
    /Too many requests/,
    /^This was not loaded, .* may be out of date\. Wait/,
  ],
  ['418', refused(418), /gateway.*418/, /try again/],
  ['408', refused(408, { code: 20001 }), /gateway.*408/, /try again/],
  ['500', refused(500), /having problems.*500/, /Try again in a minute/],
  ['500 with a code', refused(500, { code: 20500 }), /having problems \(20500\)\.$/, /Try again in a minute/],
  ['503', refused(503), /having problems.*503/, /Try again in a minute/],
  ['ENOTFOUND', silent('ENOTFOUND'), /could not be resolved/, /network connection/],
  ['EAI_AGAIN', silent('EAI_AGAIN'), /could not be resolved/, /network connection/],
  ['ECONNREFUSED', silent('ECONNREFUSED'), /connection was refused/, /network connection/],
  ['TIMEOUT', silent('TIMEOUT'), /not respond in time/, /try again/],
  ['CANCELED', silent('CANCELED'), /canceled/, /Try again/],
  ['NOT_SENT', silent('NOT_SENT'), /canceled/, /Try again/],
  ['ECONNRESET', silent('ECONNRESET'), /connection failed.*ECONNRESET/, /network connection/],
  ['EHOSTUNREACH', silent('EHOSTUNREACH'), /EHOSTUNREACH/, /network connection/],
  ...[
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ].map((code) => [code, silent(code), new RegExp(`certificate.*${code}`), /proxy.*certificate/i] as const),
  ['redirect', strange('redirect'), /another address/, /proxy|sign-in page/],
  ['not-json', strange('not-json'), /did not come from TaskRouter/, /proxy|sign-in page/],
  ['too-large', strange('too-large'), /^Not read: the problem in our words/, /fewer rows/],
  ['shape', strange('shape'), /not as documented: the problem in our words/, /Try again/],
  ['foreign-page', strange('foreign-page'), /Not all rows.*the problem in our words/, /rows above/],
  ['page-loop', strange('page-loop'), /Not all rows.*the problem in our words/, /rows above/],
  ['an account that was signed out', new SignedOutError(), /has been signed out/, /Sign in again/],
  [
    'an account that was signed out during the request',
    new ConnectionEndedError('signed out'),
    /has been signed out/,
    /Sign in again/,
  ],
  [
    'an account that was changed',
    new ConnectionEndedError('changed'),
    /account has been changed/,
    /Try again/,
  ],
  ['a canceled read', AbortSignal.abort().reason, /request was canceled/, /Try again/],
  ['a missing secret', new MissingSecretError(account), /AC…1234 is not stored/, /Enter it again/],
  [
    'arguments that do not fit',
    new InvalidArgumentsError(instructionNamed('call'), [{ key: 'callTo', message: { text: 'Required.' } }]),
    /CallTo: Required/,
    /Nothing was sent/,
  ],
  ...(['read', 'save', 'delete'] as const).map(
    (operation) =>
      [
        `secret storage that cannot ${operation}`,
        new SecretStorageError(operation, account, 'The keyring is locked.'),
        new RegExp(
          `VS Code’s secret storage could not ${operation} the secret.*AC…1234.*keyring is locked\\.$`,
        ),
        /this machine’s keychain or keyring.*log/,
      ] as const,
  ),
  ['something else', new TypeError('x is not a function'), /in the extension: x is not a function/, /Try/],
  ['a text', 'broken', /in the extension: broken/, /Try/],
  ['nothing', undefined, /in the extension: no reason given/, /Try/],
];

describe('error messages', () => {
  for (const [name, error, what, next] of cases) {
    it(`${name}: what happened, and what to do next`, () => {
      const words = describeError(error);
      assert.match(words.what, what);
      assert.match(words.next, next);
      for (const text of [words.what, words.next]) {
        assert.match(text, /^[A-Z].*[.”]$/s);
        assert.ok(!/undefined|null|\[object|Error\b/.test(text), text);
      }
      assert.equal(sentence(words), `${words.what} ${words.next}`);
    });
  }

  for (const [server, name, next] of [
    [
      'https://taskrouter.twilio.com',
      'Twilio',
      'Check that the SID and secret match and are for this region',
    ],
    ['https://taskrouter.dublin.ie1.twilio.com', 'Twilio', 'Check that the SID and secret match'],
    [
      'http://127.0.0.1:4010',
      'The local TaskRouter at 127.0.0.1:4010',
      'Check the SID and secret that it was started with',
    ],
    ['simulator', 'The simulator', 'Check that the SID and secret match'],
    [undefined, 'TaskRouter', 'Check that the SID and secret match'],
  ] as const) {
    it(`name ${name} where ${server ?? 'nobody known'} responded`, () => {
      const of = (...args: Parameters<typeof refused>) =>
        describeError(Object.assign(refused(...args), server === undefined ? {} : { server }));
      const credentials = of(401, { code: 20003, detail: 'Authenticate' });
      assert.equal(credentials.what, `${name} does not accept these credentials (20003).`);
      assert.ok(credentials.next.startsWith(next), credentials.next);
      assert.equal(credentials.said, `${name} says: “Authenticate”`);
      assert.equal(of(503).what, `${name} is having problems (HTTP 503).`);
      assert.equal(of(400, { code: 20001 }).what, `${name} rejected the request with HTTP 400 (20001).`);
    });
  }

  it('name the address of a local TaskRouter that is not there', () => {
    const error = Object.assign(silent('ECONNREFUSED'), { server: 'http://127.0.0.1:4010' });
    assert.equal(
      sentence(describeError(error)),
      'The connection to 127.0.0.1:4010 was refused. Start the local TaskRouter, then try again.',
    );
  });

  it('never say that an update with an unknown outcome was refused', () => {
    for (const status of [400, 401, 403, 404, 408, 409, 412, 421, 422, 425, 429, 460, 499, 500, 503]) {
      for (const code of [undefined, 20001, 20005, 20008, 70051]) {
        const error = new ApiError({ ...request, method: 'POST' }, { status, ...(code && { code }) });
        if (outcomeOfFailure(error) === 'not done') continue;
        const text = sentence(describeError(error));
        const what = `${status} ${code}: ${text}`;
        assert.ok(
          !/refused|not accept|may not|not authorize|not carried out|no more|does not/.test(text),
          what,
        );
      }
    }
  });

  it('offer signing in when the credentials are the problem, and only then', () => {
    const sent = cases.filter(([, error]) => isAboutCredentials(error)).map(([name]) => name);
    assert.deepEqual(sent, ['401', '403', 'a missing secret']);
  });

  it('name Twilio’s page about a code', () => {
    const error = new ApiError(request, { status: 400, code: 40140 });
    assert.equal(describeError(error).moreInfo, 'https://www.twilio.com/docs/api/errors/40140');
    assert.equal(describeError(refused(400)).moreInfo, undefined);
  });

  it('quote Twilio as plain text on one line of limited length', () => {
    const detail = `No.\nSee [here](command:x)\u202e ${'a'.repeat(1000)}`;
    const { what, next, said = '' } = describeError(refused(400, { code: 20001, detail }));
    assert.match(said, /^TaskRouter says: “No\. See /);
    assert.ok(!/[\n\u202e]/.test(said));
    assert.ok(said.length < 500);
    assert.ok(!`${what} ${next}`.includes('See [here]'));
  });

  it('decide by class and code, never by text', () => {
    const misleading = new ApiError(request, { status: 400, detail: '401 ECONNREFUSED Authenticate' });
    assert.equal(isAboutCredentials(misleading), false);
    assert.match(describeError(new Error('401')).what, /in the extension/);
  });
});
