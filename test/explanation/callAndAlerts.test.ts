import assert from 'node:assert/strict';
import { alertWindow, cancellationsOf } from '../../src/explanation/callAndAlerts';
import { explain } from '../../src/explanation/explain';
import type { ExplanationFacts, Unread } from '../../src/explanation/facts';
import { asMarkdown } from '../../src/explanation/markdown';
import { timeline } from '../../src/explanation/timeline';
import type { Alert, CallStatus } from '../../src/taskrouter/callsAndAlerts';
import { maxAlerts } from '../../src/taskrouter/callsAndAlerts';
import { inEnglish } from '../../src/taskrouter/message';
import { at, sampleFacts, sidOf } from './samples';

const url = 'https://app.example.com/assignment';
const offer = (index: number, seconds: number) => ({
  sid: sidOf('WR', index),
  task_sid: sampleFacts.taskSid,
  worker_sid: sidOf('WK', 1),
  reservation_status: 'canceled',
  date_created: at(seconds),
  date_updated: at(seconds + 5),
});
const when = (seconds: number) => at(seconds).getTime();

const alert = (more: Partial<Alert> = {}): Alert => ({
  sid: `NO${'1'.repeat(32)}`,
  code: '11200',
  at: when(35),
  requestUrl: url,
  ...more,
});

/** The sample's task after an offer that was canceled, 30 to 35 seconds after it was created. */
const facts = (
  outside: ExplanationFacts['outside'],
  more: Partial<ExplanationFacts> = {},
): ExplanationFacts => ({
  ...sampleFacts,
  workflow: { ...sampleFacts.workflow!, assignment_callback_url: url },
  reservations: [offer(1, 30)],
  ...(outside ? { outside } : {}),
  ...more,
});

const patternOf = (given: ExplanationFacts, kind: string) =>
  explain(given).patterns.find((one) => one.kind === kind);

describe('the call of a task', () => {
  const { now } = sampleFacts;
  const callFacts = (status: CallStatus, ended?: number, assignment = 'pending') => ({
    ...sampleFacts,
    task: { ...sampleFacts.task!, assignment_status: assignment },
    outside: { call: { sid: sidOf('CA', 1), status, ...(ended === undefined ? {} : { ended }) } },
  });

  const cases: readonly (readonly [string, ExplanationFacts, boolean])[] = [
    ...(['completed', 'busy', 'failed', 'no-answer', 'canceled'] as const).map(
      (status) => [`that is over: ${status}`, callFacts(status), true] as const,
    ),
    ...(['queued', 'ringing', 'in-progress'] as const).map(
      (status) => [`that is ${status}`, callFacts(status), false] as const,
    ),
    ['that ended a minute ago', callFacts('completed', now - 60_000), true],
    ['that ended a moment ago', callFacts('completed', now - 59_000), false],
    ['of a task that is assigned', callFacts('completed', now - 90_000, 'assigned'), true],
    ['of a task that is wrapping', callFacts('completed', now - 90_000, 'wrapping'), false],
    ['of a completed task', callFacts('completed', now - 90_000, 'completed'), false],
    ['of a canceled task', callFacts('completed', now - 90_000, 'canceled'), false],
  ];
  for (const [name, given, isStuck] of cases) {
    it(`${name} ${isStuck ? 'is the cause' : 'is none'}`, () => {
      const { headline } = explain(given);
      assert.equal(patternOf(given, 'stuck voice task') !== undefined, isStuck);
      assert.equal(headline.kind === 'call ended', isStuck);
    });
  }

  it('is said with its age, certainly, and with the remedy', () => {
    const { headline } = explain(callFacts('completed', now - 300_000));
    assert.equal(inEnglish(headline.message), 'The task is still pending, but its call ended 5 min ago');
    assert.equal(headline.certainty, 'certain');
    assert.match(inEnglish(headline.remedy!), /^Cancel the task/);
  });

  it('is said as probable when the task was read long ago', () => {
    const old = { ...callFacts('completed', now - 300_000), readAt: now - 120_000 };
    const { headline } = explain(old);
    assert.equal(headline.certainty, 'probable');
    assert.match(inEnglish(headline.because[0]!), /was read 2 min ago/);
  });
});

describe('an alert about an assignment callback', () => {
  it('that names the offer is certain', () => {
    const given = facts({ alerts: [alert({ resourceSid: sidOf('WR', 1) })] });
    const pattern = patternOf(given, 'callback failed')!;
    assert.equal(pattern.claim.certainty, 'certain');
    assert.match(
      inEnglish(pattern.claim.message),
      /^The assignment callback failed .+ ago with error 11200\.$/,
    );
    assert.equal(pattern.page, 'https://www.twilio.com/docs/api/errors/11200');
    const { headline } = explain(given);
    assert.equal(headline.kind, 'callback failed');
    assert.equal(headline.certainty, 'certain');
    assert.match(inEnglish(headline.remedy!), /status 200 within 5 seconds/);
  });

  it('that names only the URL is probable', () => {
    const given = facts({ alerts: [alert({ requestUrl: `${url}?retry=1#rc=2` })] });
    const { claim } = patternOf(given, 'callback failed')!;
    assert.equal(claim.certainty, 'probable');
    assert.match(inEnglish(claim.because[0]!), /may be about another task/);
    assert.equal(explain(given).headline.certainty, 'probable');
  });

  const others: Readonly<Record<string, Partial<Alert>>> = {
    'about another URL': { requestUrl: 'https://app.example.com/other' },
    'without a URL': { requestUrl: '' },
    'of before the offer': { at: when(28) },
    'of long after the offer': { at: when(60) },
    'about another offer, at another time': { at: when(300), resourceSid: sidOf('WR', 7) },
    'about a request to TaskRouter': {
      requestUrl: 'https://taskrouter.twilio.com/v1/Workspaces',
      resourceSid: sidOf('WR', 1),
    },
  };
  for (const [name, more] of Object.entries(others)) {
    it(`${name} says nothing`, () => {
      const given = facts({ alerts: [alert(more)] });
      assert.equal(patternOf(given, 'callback failed'), undefined);
      assert.notEqual(explain(given).headline.kind, 'callback failed');
    });
  }

  const later = (status: string, seconds: number) => ({ ...offer(2, seconds), reservation_status: status });
  const times: readonly (readonly [
    name: string,
    seconds: number,
    status: string,
    reservations: readonly ReturnType<typeof offer>[],
    said: RegExp | undefined,
  ])[] = [
    ['of the last offer', 240, 'pending', [offer(1, 30)], /^The offer was/],
    ['of an offer of long ago', 3000, 'pending', [offer(1, 30)], undefined],
    [
      'of an offer that was made again at once',
      45,
      'reserved',
      [offer(1, 30), later('pending', 35)],
      /^The offer was/,
    ],
    [
      'of an offer that was made again and not canceled',
      60,
      'reserved',
      [offer(1, 30), later('pending', 35)],
      undefined,
    ],
    [
      'of an offer before one that is open',
      160,
      'reserved',
      [offer(1, 30), later('pending', 150)],
      undefined,
    ],
    [
      'of an offer before one that timed out',
      200,
      'pending',
      [offer(1, 30), later('timeout', 60)],
      undefined,
    ],
    [
      'of an offer before one that was rejected',
      45,
      'pending',
      [offer(1, 30), later('rejected', 36)],
      undefined,
    ],
    ['of the second of two offers', 70, 'pending', [offer(3, 10), offer(1, 30)], /^2 offers were/],
    [
      'of an offer after one that was rejected',
      70,
      'pending',
      [offer(3, 10), later('rejected', 20), offer(1, 30)],
      /^The offer was/,
    ],
  ];
  for (const [name, seconds, status, reservations, said] of times) {
    it(`${name} is ${said ? 'the cause of the wait' : 'a known problem of that time'}`, () => {
      const given = facts(
        { alerts: [alert({ resourceSid: sidOf('WR', 1) })] },
        { now: when(seconds), readAt: when(seconds), reservations },
      );
      const explanation = explain({ ...given, task: { ...given.task!, assignment_status: status } });
      assert.equal(explanation.headline.kind === 'callback failed', said !== undefined);
      if (said) assert.match(inEnglish(explanation.headline.message), said);
      const { claim } = explanation.patterns.find(({ kind }) => kind === 'callback failed')!;
      assert.match(inEnglish(claim.message), /failed .+ ago with error 11200/);
    });
  }

  it('says nothing of a task that is being worked on', () => {
    const given = facts({ alerts: [alert()] });
    const assigned = { ...given, task: { ...given.task!, assignment_status: 'assigned' } };
    assert.equal(patternOf(assigned, 'callback failed'), undefined);
  });

  it('is missed only where all alerts were read', () => {
    const loop = { reservations: [30, 40, 50].map((seconds, i) => offer(i, seconds)) };
    const kinds = (outside: ExplanationFacts['outside']) =>
      explain(facts(outside, loop)).patterns.map(({ kind }) => kind);
    assert.ok(kinds(undefined).includes('callback failed'), 'as before');
    assert.ok(kinds({ alerts: [] }).includes('created and canceled loop'));
    const full = Array.from({ length: maxAlerts }, () =>
      alert({ requestUrl: 'https://app.example.com/other' }),
    );
    assert.ok(kinds({ alerts: full }).includes('callback failed'), 'there may be more');
  });

  it('keeps its text out of a copy without customer data, and is text elsewhere', () => {
    const text = 'From=%2B15005550006 [x](command:y) <b>Ana</b> | `code`';
    const given = facts({ alerts: [alert({ text: text + 'x'.repeat(5000) })] });
    const explanation = explain(given);
    const copy = (customerData: boolean) =>
      asMarkdown(given, explanation, timeline(given), { account: 'Support', customerData });
    assert.ok(!copy(false).includes('15005550006'), copy(false));
    assert.match(copy(false), /with error 11200: …/);
    const whole = copy(true);
    assert.match(whole, /15005550006/);
    // Inside backticks nothing is read but a backtick.
    assert.match(whole, /error 11200: `From=%2B15005550006 \[x\]\(command:y\) <b>Ana<\/b> \| ˋcodeˋx+…`/);
    assert.ok(whole.split('\n').every((line) => line.length < 1500));
  });
});

describe('what is read of alerts', () => {
  it('is around the last three canceled offers, for an hour at most', () => {
    const none = { ...sampleFacts, reservations: [], events: [] };
    assert.equal(alertWindow(none), undefined);
    const many = { ...none, reservations: [1, 2, 3, 4].map((i) => offer(i, 100 * i)) };
    assert.equal(cancellationsOf(many).length, 4);
    assert.deepEqual(alertWindow(many), { from: when(200 - 15), to: when(405 + 15) + 999 });
    const far = { ...none, reservations: [offer(1, 0), offer(2, 20_000)] };
    const window = alertWindow(far)!;
    assert.equal(window.to - window.from, 3_600_000);
  });
});

describe('a call or alerts that could not be read', () => {
  const cases: readonly (readonly [Unread, RegExp])[] = [
    [
      { part: 'call', reason: 'permission' },
      /do not allow reading the task’s call: .* \/twilio\/voice\/calls\/read/,
    ],
    [{ part: 'call', reason: 'not found' }, /did not find the task’s call .* \/twilio\/voice\/calls\/read/],
    [
      { part: 'alerts', reason: 'permission' },
      /do not allow reading Monitor’s alerts: .* \/twilio\/monitor\/alerts\/list/,
    ],
    [{ part: 'alerts', reason: 'failed' }, /^Reading Monitor’s alerts failed\.$/],
  ];
  for (const [unread, text] of cases) {
    it(`${unread.part}, ${unread.reason}: is a note, and changes nothing else`, () => {
      const explanation = explain({ ...sampleFacts, unread: [unread] });
      const [note] = explanation.notes;
      assert.match(inEnglish(note!.message), text);
      const rest = (whole: object) => JSON.stringify({ ...whole, notes: [] });
      assert.equal(rest(explanation), rest(explain({ ...sampleFacts, unread: [] })));
    });
  }
});
