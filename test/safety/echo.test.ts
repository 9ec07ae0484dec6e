import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import fc from 'fast-check';
import type * as vscode from 'vscode';
import { createSend } from '../../src/extension/actions/send';
import { SendOnce } from '../../src/extension/actions/sendOnce';
import { PlacedCalls } from '../../src/extension/actions/placedCalls';
import { SendJournal } from '../../src/extension/actions/sendJournal';
import { describeError, sentence } from '../../src/extension/display/errorMessage';
import { machineClock } from '../../src/extension/data/clock';
import { RequestLog } from '../../src/extension/features/log/requestLog';
import type { FetchInit, FetchResponse } from '../../src/taskrouter/fetch';
import { isEndpoint } from '../../src/taskrouter/fields';
import { instructionNamed } from '../../src/taskrouter/instructions';
import { prepareInstruction } from '../../src/taskrouter/reservationUpdate';
import * as resources from '../../src/taskrouter/resources';
import { answer, canary, findReservation, openWindow, withoutJitter } from '../extension/window';
import { sequences } from '../sequences';
import { secretAddress } from '../taskrouter/secretAddress';
import { foundIn } from './canary';

const sipPassword = 'S1p "Secret"/77+ä';
const urlPassword = 'url-passw0rd-42';
/** Written in an address as it has to be there. */
const urlToken = 'url-t0ken /73+&x';
const userToken = 'user-t0ken-88';
const sipParameter = 'sip-p@rameter-19';
const basicPassword = 'basic-passw0rd:55';
const [token, parameter] = [urlToken, sipParameter].map(encodeURIComponent);

const base64 = (text: string) => Buffer.from(text).toString('base64');
const formValue = (text: string) => new URLSearchParams({ a: text }).toString().slice(2);
/** How a server may write down what it was sent. */
const encoders: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  base64,
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'percent-encoded': encodeURIComponent,
  'form-encoded': formValue,
  hex: (text) => Buffer.from(text).toString('hex'),
  'JSON-escaped': (text) => JSON.stringify(text),
  'HTML-escaped': (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
  'base64 of a form': (text) => Buffer.from(formValue(text)).toString('base64'),
  'with soft hyphens': (text) => [...text].join('\xad'),
};

/** Every value of a request, alone and together, as its receiver has it. */
function echoOf(init: FetchInit & { readonly url: URL }, encode: (text: string) => string): string {
  const authorization = init.headers['Authorization']!;
  const parts = [
    ...Object.values(init.headers),
    Buffer.from(authorization.slice(6), 'base64').toString(),
    init.url.href,
    init.body ?? '',
    ...new URLSearchParams(init.body).values(),
    JSON.stringify({ headers: init.headers, body: Object.fromEntries(new URLSearchParams(init.body)) }),
  ];
  return parts.map(encode).join(' | ');
}

type Echo = (text: string, pass: () => Promise<FetchResponse>) => Promise<FetchResponse>;

const bodyOf = async (response: FetchResponse): Promise<Record<string, unknown>> => {
  let text = '';
  for await (const part of response.body!) text += Buffer.from(part).toString();
  return JSON.parse(text) as Record<string, unknown>;
};
/** A good response, of which this is made. */
const edited =
  (edit: (row: Record<string, unknown>, text: string) => Record<string, unknown>, list = edit): Echo =>
  async (text, pass) => {
    const body = await bodyOf(await pass());
    const key = Object.keys(body).find((name) => Array.isArray(body[name]));
    if (!key) return answer(200, edit(body, text));
    const rows = (body[key] as Record<string, unknown>[]).map((row) => edit(row, text));
    return answer(200, { ...list(body, text), [key]: rows });
  };

const places: Readonly<Record<string, Echo>> = {
  'the message of a refusal': (text) =>
    Promise.resolve(answer(400, { code: 20001, message: text, status: 400 })),
  'every field of a refusal': (text) =>
    Promise.resolve(answer(400, { code: text, message: text, more_info: text, status: text, [text]: text })),
  'a problem of RFC 9457': (text) => Promise.resolve(answer(422, { title: text, detail: text, type: text })),
  'the message of a failure': (text) => Promise.resolve(answer(500, { code: 20500, message: text })),
  'a body that is not JSON': (text) => Promise.resolve(answer(502, text)),
  'a good body that is not JSON': (text) => Promise.resolve(answer(200, text)),
  'headers of a refusal': (text) =>
    Promise.resolve(
      answer(
        400,
        { code: 20001, message: 'no' },
        { 'twilio-request-id': text, etag: text, 'retry-after': text, date: text },
      ),
    ),
  'headers of a good response': async (text, pass) =>
    answer(200, await bodyOf(await pass()), {
      'twilio-request-id': text,
      etag: text,
      'x-rate-limit-remaining': text,
    }),
  'every text field': edited((row, text) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'string' && !/sid$|status$|date/.test(name) ? text : value,
      ]),
    ),
  ),
  'a field and a name of its own': edited((row, text) => ({ ...row, echo: { deep: [text] }, [text]: 1 })),
  'attributes, as JSON in JSON': edited((row, text) => ({
    ...row,
    attributes: JSON.stringify({ echo: text }),
  })),
  SIDs: edited((row, text) => ({ ...row, sid: text, task_sid: text, worker_sid: text, account_sid: text })),
  'the next page’s address': edited(
    (row) => row,
    (body, text) => ({
      ...body,
      meta: {
        next_page_url: `https://taskrouter.twilio.com/v1/Workspaces?PageToken=${encodeURIComponent(text)}`,
        key: text,
      },
    }),
  ),
  'an error of the socket': (text) =>
    Promise.reject(Object.assign(new Error(text), { code: 'HPE_INVALID', rawPacket: Buffer.from(text) })),
};

/** All that is shown and stored after an update with these values, of whose request the server repeats everything. */
async function printedAfter(
  echo: Echo,
  encode: (text: string) => string,
  args: Readonly<Record<string, string>>,
) {
  const window = openWindow();
  const lines: string[] = [];
  const line = (text: unknown) => void lines.push(String(text));
  const channel = { info: line, warn: line, error: line };
  const log = new RequestLog(channel as unknown as vscode.LogOutputChannel, machineClock);
  log.logBodies();
  window.onExchange = (account, exchange, request) => log.add(account, exchange, request);
  const account = await window.signIn();
  const found = await findReservation(window.simulator, 'pending');
  const { workspaceSid, taskSid, sid } = found;
  const connection = await window.accounts.connect(account.id);
  let echoes = 0;
  const update = prepareInstruction({
    address: { workspaceSid, parentSid: taskSid, sid },
    shown: found.row,
    instruction: instructionNamed('conference'),
    args,
  });
  const told: unknown[] = [];
  await withoutJitter(async () => {
    const send = createSend({
      store: window.store,
      once: new SendOnce({ store: window.store, wait: () => Promise.resolve() }),
      journal: new SendJournal(window.memory, window.clock),
      calls: new PlacedCalls(window.memory, window.clock),
      confirmation: { isDue: () => true, ask: () => Promise.resolve(true) },
    });
    window.wire = (init, pass) => {
      if (init.method === 'GET' && echoes === 0) return pass();
      echoes++;
      return echo(echoOf(init, encode), pass);
    };
    told.push(await send(connection, update));
    // The same server, later: it may have stored what it was sent.
    const sent = window.sent.find(({ method }) => method === 'POST')!;
    const init = {
      ...sent,
      redirect: 'manual',
      method: 'POST',
      url: new URL('https://taskrouter.twilio.com'),
    } as const;
    window.wire = (_init, pass) => echo(echoOf(init, encode), pass);
    for (const collection of [resources.workspaces, resources.tasks]) {
      const list = {
        accountId: account.id,
        collection,
        parents: collection.path.length > 1 ? [workspaceSid] : [],
      };
      await window.store.refresh(list);
      const state = window.store.list(list);
      told.push(
        state,
        state?.sids.map((one) => window.store.row(account.id, one)),
      );
      for (const error of [state?.error, state?.cutShort])
        if (error) told.push(error, describeError(error), sentence(describeError(error)));
    }
    told.push(
      await window.accounts.signIn({ ...account, name: 'Again' }, canary).catch((error: unknown) => error),
    );
  });
  assert.ok(echoes > 0, 'something was repeated');
  return {
    log: lines.join('\n'),
    state: window.memory.dump(),
    exchanges: inspect(window.exchanges, {
      depth: Infinity,
      maxArrayLength: null,
      maxStringLength: null,
    }),
    rows: inspect(told, {
      depth: Infinity,
      maxArrayLength: null,
      maxStringLength: null,
      showHidden: true,
    }),
    json: JSON.stringify(told),
  };
}

const args = {
  to: `sip:a@b.example;password=${parameter}`,
  sipAuthUsername: 'user',
  sipAuthPassword: sipPassword,
  conferenceStatusCallback: `https://user:${urlPassword}@example.com/`,
  statusCallback: `https://example.com/?a=1&token=${token}`,
  waitUrl: `https://${userToken}@example.com/`,
  recordingStatusCallback: `https://proxy.example/?next=${encodeURIComponent(`https://b.example/?key=${token}`)}`,
  conferenceRecordingStatusCallback: `https://example.com/?auth=${encodeURIComponent(`Basic ${base64('svc:' + basicPassword)}`)}`,
};
const secrets = [
  [canary, 'user'],
  [sipPassword, 'user'],
  ...[urlPassword, urlToken, token!, userToken, sipParameter, parameter!, basicPassword].map(
    (secret) => [secret, 'user'] as const,
  ),
] as const;

function assertNoSecret(
  printed: Readonly<Record<string, string>>,
  wanted: readonly (readonly [string, string])[],
) {
  for (const [where, text] of Object.entries(printed))
    for (const [secret, username] of wanted)
      assert.deepEqual(
        foundIn(text.replaceAll('\xad', ''), secret, username).filter((form) => form !== 'reversed'),
        [],
        `${where}: ${text.slice(0, 3000)}`,
      );
}

describe('a server that repeats what it was sent', () => {
  for (const [place, echo] of Object.entries(places))
    for (const [encoding, encode] of Object.entries(encoders))
      it(`in ${place}, ${encoding}, causes no secret to be shown or stored`, async () =>
        assertNoSecret(await printedAfter(echo, encode, args), secrets));

  it('causes no secret of any address to be shown or stored', async () => {
    const urls = [
      'statusCallback',
      'waitUrl',
      'conferenceStatusCallback',
      'recordingStatusCallback',
    ] as const;
    const property = fc.asyncProperty(
      fc.constantFrom(...Object.entries(places)),
      fc.constantFrom(...Object.entries(encoders)),
      fc.array(secretAddress, { minLength: 1, maxLength: 5 }),
      async ([, echo], [, encode], addresses) => {
        const endpoint = addresses.find(({ value }) => isEndpoint(value));
        const others = addresses.filter(({ value }) => value.startsWith('https:')).slice(0, urls.length);
        const used = endpoint ? [endpoint, ...others] : others;
        const values = Object.fromEntries(others.map(({ value }, i) => [urls[i]!, value]));
        const to = endpoint?.value ?? 'client:ada';
        const printed = await printedAfter(echo, encode, { ...values, to });
        assertNoSecret(
          printed,
          used.map(({ secret }) => [secret, 'user']),
        );
      },
    );
    await fc.assert(property, sequences(5));
  }).timeout(60_000);
});
