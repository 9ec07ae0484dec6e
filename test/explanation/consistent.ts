import assert from 'node:assert/strict';
import type {
  Change,
  TaskExplanation,
  Timeline,
  TimelineEntry,
  TimelineKind,
  WorkerReason,
} from '../../src/explanation/explanation';
import type { ExplanationFacts } from '../../src/explanation/facts';
import { listed, span } from '../../src/explanation/texts';
import type { Message } from '../../src/taskrouter/message';
import { inEnglish } from '../../src/taskrouter/message';

/** The headline, the next offer and the list of workers say the same of who is next. */
export function assertConsistent({ headline, next, workers }: TaskExplanation): void {
  if (!workers) return;
  const said = inEnglish(headline.message);
  const order = inEnglish(workers.order.message);
  const first = workers.next.slice(0, next.workers.length).map(({ sid }) => sid);
  assert.deepEqual(first.sort(), [...next.workers].sort(), `${said}\n${order}`);
  if (next.workers.length === 0) assert.equal(workers.next.length, 0, `${said}\n${order}`);
  const isNobody = /^(Nobody|No other worker) can be offered/.test(order);
  assert.equal(isNobody, workers.next.length + workers.unknown.length === 0, `${said}\n${order}`);
  if (/no other worker can get it/.test(said)) assert.ok(isNobody, `${said}\n${order}`);
  if (/ (is|are) next$|about to be offered/.test(said)) assert.ok(workers.next.length > 0, order);
  // Those say nothing of who is next.
  if (['call ended', 'callback failed', 'offers canceled'].includes(headline.kind)) return;
  assert.equal(workers.order.certainty === 'probable' && headline.certainty === 'certain', false, order);
}

/** Every argument of a message in English, also of the messages in it: of two with one name that of the outer one. */
function argsOf({ args = {} }: Message): Readonly<Record<string, string | number>> {
  const values = Object.entries(args);
  const inner = values.map(([, value]) => (typeof value === 'object' ? argsOf(value) : {}));
  const own = values.map(([name, value]) => [name, typeof value === 'object' ? inEnglish(value) : value]);
  return Object.assign({}, ...inner, Object.fromEntries(own)) as Record<string, string | number>;
}

type Groups = NonNullable<TaskExplanation['workers']>;
const groupNames = ['next', 'wouldQualify', 'unknown', 'notQualified'] as const;
const reasonsIn: Readonly<Record<(typeof groupNames)[number], readonly WorkerReason[]>> = {
  next: ['eligible'],
  wouldQualify: [
    'offered',
    'unavailable',
    'channel unavailable',
    'no capacity',
    'channel full',
    'has a task',
    // Of a target whose time is over: nobody can be offered the task.
    'eligible',
    'capacity unknown',
    'unknown',
  ],
  unknown: ['capacity unknown', 'unknown'],
  notQualified: ['not in queue', 'target expression', 'known worker', 'routing target'],
};

/** No two parts of one page contradict each other: counts, times, names. */
export function assertNoContradiction(
  facts: ExplanationFacts,
  explanation: TaskExplanation,
  { entries }: Timeline,
): void {
  const { headline, workers, changes, next, workflow } = explanation;
  const said = inEnglish(headline.message);
  assertOneTime(facts, explanation, entries, said);
  assertTimeline(facts, explanation, entries, said);
  if (!workers) return assert.deepEqual([changes, next.workers], [[], []], said);
  assertGroups(facts, workers, said);
  if (explanation.status === 'pending') {
    assertCounts(explanation, workers, said);
    const current = workflow?.filters
      .flatMap(({ targets }) => targets)
      .filter((one) => one.state === 'current');
    for (const { queueName } of current ?? []) assert.equal(queueName, workers.queueName, said);
  }
  assertNames(facts, explanation, workers, said);
  for (const change of changes) assertChange(change, workers);
}

/** Each worker is in one group, for a reason that belongs there, with the name and activity of their row. */
function assertGroups(facts: ExplanationFacts, workers: Groups, said: string): void {
  const all = groupNames.flatMap((group) => workers[group]);
  assert.equal(new Set(all.map(({ sid }) => sid)).size, all.length, `in two groups: ${said}`);
  if (!facts.task?.routing_target?.startsWith('WK')) assert.equal(all.length, facts.workers.length, said);
  for (const group of groupNames)
    for (const line of workers[group]) {
      const row = facts.workers.find(({ sid }) => sid === line.sid)!;
      const text = inEnglish(line.message);
      assert.ok(reasonsIn[group].includes(line.reason), `${group}: ${line.reason}`);
      assert.equal(line.name, row.friendly_name);
      assert.equal(line.activity, row.activity_name);
      const { activity = line.activity, time } = argsOf(line.message);
      assert.equal(activity, line.activity, text);
      if (time !== undefined) assert.equal(time, inEnglish(span(facts.now - line.since!)), text);
      if (line.reason === 'unavailable') assert.equal(row.available, false, text);
    }
}

/** The counts of the headline are the sizes of the groups. */
function assertCounts({ headline }: TaskExplanation, workers: Groups, said: string): void {
  const { count, away, busy, unread, worker, queue } = argsOf(headline.message);
  const { wouldQualify, unknown, notQualified } = workers;
  const unavailable = wouldQualify.filter(({ reason }) => reason === 'unavailable').length;
  if (queue !== undefined) assert.equal(queue, workers.queueName, said);
  if (unread !== undefined) assert.equal(unread, unknown.length, said);
  switch (headline.kind) {
    case 'none available':
    case 'all busy':
    case 'none free':
    case 'capacity unknown': {
      const qualified = wouldQualify.length + unknown.length;
      assert.equal(count ?? 1, qualified, said);
      assert.equal(workers.next.length, 0, said);
      if (headline.kind === 'none available') assert.equal(unavailable, qualified, said);
      if (headline.kind === 'all busy') assert.equal(unavailable, 0, said);
      if (away !== undefined) assert.deepEqual([away, busy], [unavailable, qualified - unavailable], said);
      if (worker !== undefined) assert.equal(worker, wouldQualify[0]!.name, said);
      return;
    }
    case 'nobody qualifies':
    case 'known worker':
    case 'queue without workers': {
      const members = notQualified.filter(({ reason }) => reason !== 'not in queue').length;
      assert.deepEqual([workers.next, wouldQualify, unknown], [[], [], []], said);
      if (headline.kind === 'queue without workers') assert.equal(members, 0, said);
      if (count !== undefined)
        assert.equal(count, headline.kind === 'nobody qualifies' ? members : notQualified.length, said);
      return;
    }
    default:
  }
}

/** Of several names, those that a sentence has. */
const shown = (names: readonly string[]) => (names.length > 3 ? names.slice(0, 2) : names);

/** Whom the headline names as next, or as having the offer, the groups and reservations show so. */
function assertNames(
  { reservations }: ExplanationFacts,
  { headline, status, next }: TaskExplanation,
  workers: Groups,
  said: string,
): void {
  const nameOf = (sid: string) => workers.next.find((line) => line.sid === sid)!.name;
  const isNamed =
    headline.kind === 'about to be offered' || (next.when === 'after this offer' && reservations);
  if (isNamed) for (const name of shown(next.workers.map(nameOf))) assert.ok(said.includes(name), said);
  if (headline.kind !== 'offered' || !reservations) return;
  assert.equal(status, 'reserved', said);
  const pending = reservations.filter((one) => one.reservation_status === 'pending');
  const names = inEnglish(listed(pending.map(({ worker_name: name }) => name!)));
  assert.ok(said.startsWith(`Offered to ${names}`), said);
  const offered = groupNames.flatMap((group) => workers[group].filter(({ reason }) => reason === 'offered'));
  for (const { sid } of offered)
    assert.ok(
      pending.some((one) => one.worker_sid === sid),
      said,
    );
}

/** The changes that each reason for not being offered the task allows. */
const changesFor: Readonly<Partial<Record<Change['kind'], readonly WorkerReason[]>>> = {
  activity: ['unavailable'],
  channel: ['channel unavailable'],
  capacity: ['no capacity', 'channel full'],
  expression: ['target expression'],
  'worker attribute': ['target expression', 'not in queue'],
  'task attribute': ['target expression', 'known worker'],
};

function assertChange({ kind, workerSid, message }: Change, workers: Groups): void {
  const line = groupNames.flatMap((group) => workers[group]).find(({ sid }) => sid === workerSid)!;
  const text = inEnglish(message);
  const { worker = line.name, from = line.activity, channel = workers.channel } = argsOf(message);
  assert.ok(changesFor[kind]?.includes(line.reason) ?? true, `${text}: ${line.reason}`);
  assert.deepEqual([worker, from, channel], [line.name, line.activity, workers.channel], text);
}

/** The times of the headline are those of the timeline and of the workflow. */
function assertOneTime(
  { now }: ExplanationFacts,
  { headline, workflow, status }: TaskExplanation,
  entries: readonly TimelineEntry[],
  said: string,
): void {
  const { time } = argsOf(headline.message);
  const at = (kind: TimelineKind) => entries.findLast((one) => one.kind === kind)?.at;
  const agrees = (since: number | undefined) => {
    if (since !== undefined) assert.equal(time, inEnglish(span(now - since)), said);
  };
  if (said.startsWith('Waiting ')) {
    agrees(at('created'));
    if (headline.until !== undefined) assert.equal(headline.until, workflow?.next?.at, said);
  }
  if (said.startsWith('Canceled ')) agrees(at('canceled'));
  if (said.startsWith('Completed ')) agrees(at('completed'));
  if (said.startsWith('Offered ') && headline.until !== undefined && time !== undefined)
    assert.equal(time, inEnglish(span(Math.abs(headline.until - now))), said);
  const moves = workflow?.next;
  const targets = workflow?.filters.flatMap((filter) => filter.targets) ?? [];
  const current = targets.filter(({ state }) => state === 'current');
  if (moves && status === 'pending' && current.length === 1) {
    const [{ deadline }] = current as [(typeof current)[0]];
    if (deadline !== undefined) assert.ok(moves.at <= deadline, said);
    if (workflow.ttl !== undefined) assert.ok(workflow.ttl >= moves.at, said);
  }
}

const outcomes: Readonly<Record<string, TimelineKind>> = {
  accepted: 'accepted',
  rejected: 'rejected',
  timeout: 'timed out',
  canceled: 'offer canceled',
  rescinded: 'rescinded',
};

/** The timeline is in order, ends no later than now, and has each reservation as the workers' rows have it. */
function assertTimeline(
  { now, reservations = [] }: ExplanationFacts,
  { workers }: TaskExplanation,
  entries: readonly TimelineEntry[],
  said: string,
): void {
  for (const [i, { at, duration, message }] of entries.entries()) {
    const text = `${inEnglish(message)}: ${said}`;
    assert.ok(at <= now && at >= (entries[i - 1]?.at ?? 0), text);
    if (duration !== undefined) assert.ok(duration >= 0 && at + duration <= now, text);
  }
  for (const { sid, reservation_status: status, worker_name: name, worker_sid: worker } of reservations) {
    const of = entries.filter((one) => one.reservationSid === sid);
    if (of.length === 0) continue;
    const kinds = of.map(({ kind }) => kind);
    if (status === 'pending') assert.deepEqual(kinds, ['offered'], said);
    const outcome = outcomes[status ?? ''];
    if (outcome) assert.ok(kinds.includes(outcome), `${status}: ${kinds.join()}`);
    for (const one of of) assert.equal(argsOf(one.message)['worker'] ?? name, name, said);
    const line = workers && groupNames.flatMap((group) => workers[group]).find((one) => one.sid === worker);
    if (line && status !== 'pending') assert.notEqual(line.declined, undefined, said);
  }
}
