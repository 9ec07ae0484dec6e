import { strict as assert } from 'node:assert';
import type * as vscode from 'vscode';
import type { Account } from '../../src/extension/accounts/account';
import { MissingSecretError } from '../../src/extension/accounts/connections';
import type { FormCase } from '../extension/features/reservation/formCase';
import { formStateOf } from '../extension/features/reservation/formCase';
import { machineClock } from '../../src/extension/data/clock';
import { RequestLog } from '../../src/extension/features/log/requestLog';
import { accountAppearance, appearanceOf } from '../../src/extension/display/rows';
import { configurationAppearance } from '../../src/extension/display/configurationRows';
import { forMessage, forQuickPick } from '../../src/extension/display/safeText';
import type { ErrorMessage } from '../../src/extension/display/errorMessage';
import { sentence, describeError } from '../../src/extension/display/errorMessage';
import { readRow } from '../../src/taskrouter/client';
import type { Row } from '../../src/taskrouter/client';
import type { FormState } from '../../src/webview/reservation/protocol';
import { ApiError } from '../../src/taskrouter/errors';
import * as resources from '../../src/taskrouter/resources';
import { hostile, invisible, link, liveIcons } from './hostile';

const sid = (prefix: string) => prefix + '1'.repeat(32);
const now = Date.UTC(2026, 0, 5, 9, 30);
const request = { method: 'GET', path: '/v1/Workspaces', query: [] } as const;

const account: Account = {
  id: 'one',
  kind: 'twilio',
  name: 'Acme',
  origin: 'https://taskrouter.twilio.com',
  username: sid('AC'),
  environment: 'production',
  readOnly: false,
};

/** Every text that TaskRouter lets somebody choose, in every row. */
const rowsWith = (text: string) => {
  const attributes = JSON.stringify({ name: text, from: text, contact_uri: text, call_sid: text });
  const reservation: Row = {
    sid: sid('WR'),
    reservation_status: text,
    worker_name: text,
    worker_sid: text,
    task_sid: text,
  };
  const task: Row = {
    sid: sid('WT'),
    attributes,
    assignment_status: text,
    task_channel_unique_name: text,
    task_queue_friendly_name: text,
    workflow_friendly_name: text,
    reason: text,
  };
  const worker: Row = { sid: sid('WK'), attributes, friendly_name: text, activity_name: text };
  const named: Row = { sid: sid('WS'), friendly_name: text, available: true };
  return { reservation, task, worker, named };
};

const modelWith = (text: string): FormCase => {
  const { reservation, task, worker, named } = rowsWith(text);
  return {
    account: { ...account, name: text },
    address: { workspaceSid: sid('WS'), parentSid: sid('WT'), sid: sid('WR') },
    reservation: { ...reservation, reservation_status: 'accepted', task_sid: sid('WT') },
    wasPending: true,
    task,
    worker,
    workspace: { ...named, multi_task_enabled: false },
    workflow: named,
    activities: [{ ...named, sid: sid('WA') }],
    workers: [worker],
    ofTask: [{ ...reservation, sid: sid('WR').replace('1', '2'), reservation_status: 'pending' }],
    chosen: 'accept',
    values: {},
    outcome: {
      kind: 'not done',
      headline: { text: 'Accept: not done.' },
      details: allOf(quoted(text)),
      receipt: { milliseconds: 5, status: 400, requestId: text },
    },
    before: { reservation: text, task: text, worker: text },
  };
};

/** What the page is given, without what a person typed and what is made of that: those stay what they are. */
const drawnOf = (text: string): FormState => ({
  ...formStateOf(modelWith(text)),
  values: {},
  previews: [],
});

const logged = (text: string): string[] => {
  const lines: string[] = [];
  const channel = { info: (line: string) => lines.push(line), warn: () => undefined };
  const log = new RequestLog(channel as unknown as vscode.LogOutputChannel, machineClock);
  log.logBodies();
  const exchange = { method: 'GET', path: '/v1/Workspaces', milliseconds: 1, attempt: 1 };
  const asked = { ...request, query: [['FriendlyName', text]] as const };
  log.add({ ...account, name: text }, { ...exchange, requestId: text, failure: text }, asked);
  return [...lines, ...log.recent.flatMap(({ line, short }) => [line, short])];
};

const none = () => undefined;
const appearancesOf = (text: string) => {
  const { reservation, task, worker, named } = rowsWith(text);
  return [
    appearanceOf(resources.taskReservations, reservation, now, none),
    appearanceOf(resources.workerReservations, reservation, now, () => task),
    appearanceOf(resources.tasks, task, now, none),
    appearanceOf(resources.workers, worker, now, none),
    appearanceOf(resources.workspaces, named, now, none),
    accountAppearance({ ...account, name: text, username: text }),
    ...[resources.taskQueues, resources.workflows, resources.activities].flatMap(
      (collection) => configurationAppearance(collection, { ...named, target_workers: text }) ?? [],
    ),
  ];
};
const quoted = (text: string) =>
  describeError(new ApiError(request, { status: 400, code: 20001, detail: text }));

/** All that a failure can say, Twilio's own words too. */
const allOf = (words: ErrorMessage): string[] => [sentence(words), words.said ?? ''];

const stringsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(stringsIn)
      : [];

/** Where text is shown, and what of it. Texts of a `message` may become links and icons, of a `pick` icons. */
const sinks: Readonly<
  Record<string, readonly [kind: 'text' | 'pick' | 'message', (text: string) => string[]]>
> = {
  'tree label': ['text', (text) => appearancesOf(text).map(({ label }) => label)],
  'tree description': ['text', (text) => appearancesOf(text).map(({ description }) => description)],
  'tree tooltip': ['text', (text) => appearancesOf(text).flatMap(({ tooltip }) => tooltip.split('\n'))],
  'what a screen reader says': ['text', (text) => appearancesOf(text).map(({ spoken }) => spoken)],
  'a failure in the tree': ['text', (text) => allOf(quoted(text))],
  'quick pick': [
    'pick',
    (text) =>
      appearancesOf(text).flatMap((appearance) => [
        forQuickPick(appearance.label),
        forQuickPick(appearance.description),
      ]),
  ],
  'a failure in a quick pick': [
    'pick',
    (text) => allOf(quoted(text)).map((shown) => forQuickPick(shown, 300)),
  ],
  'an account in a message': [
    'message',
    (text) =>
      [sentence(describeError(new MissingSecretError({ ...account, name: text })))].map((shown) =>
        forMessage(shown, 300),
      ),
  ],
  notification: [
    'message',
    (text) => [...allOf(quoted(text)).map((shown) => forMessage(shown, 400)), forMessage(text)],
  ],
  'the form': ['text', (text) => stringsIn(drawnOf(text))],
  log: ['text', logged],
};

describe('hostile text', () => {
  it('has 300 variants', () => assert.ok(hostile.length >= 300));

  it('is actually read from the rows: no test is skipped because they do not parse', () => {
    const { reservation, task, worker, named } = rowsWith('x');
    assert.ok(readRow(resources.taskReservations, reservation));
    assert.ok(readRow(resources.tasks, task));
    assert.ok(readRow(resources.workers, worker));
    assert.ok(readRow(resources.workspaces, named));
  });

  for (const [name, [kind, shownOf]] of Object.entries(sinks)) {
    it(`is shown as text: ${name}`, () => {
      assert.ok(
        shownOf('canary').some((shown) => shown.includes('canary')),
        'the sink shows what it is given',
      );
      for (const { name: which, text } of hostile) {
        for (const shown of shownOf(text)) {
          const told = `${which}: ${JSON.stringify(shown).slice(0, 200)}`;
          assert.ok(![...shown].some((character) => invisible.has(character)), told);
          assert.ok(!/[\p{Cc}\p{Cs}]/u.test(shown), told);
          assert.ok(shown.length < 6000, told);
          if (kind !== 'text') assert.deepEqual(liveIcons(shown), [], told);
          if (kind === 'message') assert.ok(!link.test(shown), told);
        }
      }
    });
  }

  it('is not shown in the notification of a failure', () => {
    for (const { text } of hostile) assert.equal(sentence(quoted(text)), sentence(quoted('')));
  });

  it('stays one line of the log', () => {
    for (const { text } of hostile) assert.equal(logged(text).length, 4);
  });

  it('is never suggested for a URL, and marked elsewhere', () => {
    for (const { text } of hostile)
      for (const { groups } of drawnOf(text).instructions)
        for (const { control, suggestions } of groups.flatMap(({ fields }) => fields))
          for (const { value, callerData } of suggestions ?? []) {
            assert.notEqual(control, 'url');
            if (text && value.includes(text)) assert.ok(callerData, value);
          }
  });

  it('instead of a SID makes no row', async () => {
    const { createClient } = await import('../../src/taskrouter/client');
    const answer = JSON.stringify({ tasks: hostile.map(({ text }) => ({ sid: text })), meta: {} });
    const client = createClient({
      fetch: () =>
        Promise.resolve({
          status: 200,
          headers: { get: () => null },
          body: (async function* () {
            yield await Promise.resolve(answer);
          })(),
        }),
      origin: account.origin,
      username: account.username,
      password: 'x',
    });
    const page = await client.list(resources.tasks, [sid('WS')]);
    for (const row of page.rows) assert.match(row.sid, /^\w{1,64}$/);
    assert.ok(page.unreadable > 290);
  });
});
