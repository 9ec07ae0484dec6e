import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Worker, WorkerChannel } from '../taskrouter/resources';
import { attributeChanges } from './attributeChanges';
import type { AttributeChange } from './attributeChanges';
import { candidatesIn } from './candidates';
import { undocumented } from './comparisons';
import type { Change, WorkerLine } from './explanation';
import type { Situation } from './headline';
import type { ExplanationFacts } from './facts';
import { RoutingModel } from './model';
import { aheadOf } from './otherTasks';
import { certainty } from './texts';

/** Trying a change costs a little for each worker: these are enough to find one that works. */
const maxTries = 20;

/**
 * Single changes that would get the task offered now, the smallest first: one of each kind at most. Each has been
 * tried through the router.
 */
export function whatWouldChangeIt(situation: Situation): Change[] {
  const { groups, next } = situation;
  if (next.when === 'now') return [];
  const lines = [...groups.wouldQualify];
  const of = (...reasons: readonly WorkerLine['reason'][]) =>
    lines.filter(({ reason }) => reasons.includes(reason)).slice(0, maxTries);
  const found = [
    first(of('channel unavailable'), (line) => switchOn(situation, line)),
    first(of('unavailable'), (line) => activate(situation, line)),
    first(of('no capacity', 'channel full'), (line) => enlarge(situation, line)),
    ...attributeTries(situation),
  ];
  return found.filter((one) => one !== undefined).sort((a, b) => rank(a) - rank(b));
}

const rank = (change: Change) => (change.certainty === 'certain' ? 0 : 1);

/** The first certain change, or else the first that works at all. */
function first<T>(all: readonly T[], attempt: (one: T) => Change | undefined): Change | undefined {
  let probable: Change | undefined;
  for (const one of all) {
    const change = attempt(one);
    if (change?.certainty === 'certain') return change;
    probable ??= change;
  }
  return probable;
}

function activate(situation: Situation, { sid, name, activity }: WorkerLine): Change | undefined {
  const { facts } = situation.model;
  const to = facts.activities.find(({ available }) => available === true);
  if (!to) return undefined;
  const activityName = to.friendly_name ?? to.sid;
  const because = tried(situation, sid, (worker) => ({
    ...worker,
    activity_sid: to.sid,
    activity_name: activityName,
    available: true,
  }));
  if (!because) return undefined;
  return {
    kind: 'activity',
    message: message('Move {worker} from {from} to {to}', { worker: name, from: activity, to: activityName }),
    ...certainty(because),
    subjectSid: sid,
    workerSid: sid,
    activitySid: to.sid,
  };
}

function switchOn(situation: Situation, { sid, name }: WorkerLine): Change | undefined {
  const { channel } = situation.groups;
  const because = tried(situation, sid, same, (row) => ({ ...row, available: true }));
  if (!because) return undefined;
  return {
    kind: 'channel',
    message: message('Switch {channel} on for {worker}', { channel, worker: name }),
    ...certainty(because),
    subjectSid: sid,
    workerSid: sid,
  };
}

function enlarge(situation: Situation, { sid, name }: WorkerLine): Change | undefined {
  const { channel } = situation.groups;
  const load = situation.model.worker(sid)?.channels?.[channel];
  if (!load) return undefined;
  const occupied = Math.max(load.capacity, load.pending + load.accepted);
  const capacity = occupied + 1;
  const because = tried(situation, sid, same, (row) => ({
    ...row,
    configured_capacity: capacity,
    available_capacity_percentage: Math.floor(100 / capacity),
  }));
  if (!because) return undefined;
  return {
    kind: 'capacity',
    message: message('Raise the capacity of {channel} for {worker} to {capacity}', {
      channel,
      worker: name,
      capacity,
    }),
    ...certainty(because),
    subjectSid: sid,
    workerSid: sid,
  };
}

const same = (worker: Worker) => worker;
const sameChannel = (row: WorkerChannel) => row;

/**
 * Undefined if the worker would not be offered the task then; otherwise what could make that wrong. Only this
 * worker's rows are needed to see it.
 */
function tried(
  { model, place, openings, groups }: Situation,
  sid: string,
  changeWorker: (row: Worker) => Worker,
  changeChannel: (row: WorkerChannel) => WorkerChannel = sameChannel,
): Message[] | undefined {
  const { facts, task } = model;
  const row = model.row(sid);
  if (!row) return undefined;
  const channels = facts.workerChannels[sid]?.map((one) =>
    one.task_channel_unique_name === groups.channel ? changeChannel(one) : one,
  );
  const alone = { ...only(facts, changeWorker(row)), workerChannels: channels ? { [sid]: channels } : {} };
  const changed = new RoutingModel(alone, task);
  const [opening] = openings;
  const candidates = candidatesIn(changed, opening!.queueSid, opening!.target);
  const verdict = candidates.verdicts.get(sid);
  if (!verdict || verdict.eligible === false) return undefined;
  const unread = verdict.eligible === 'unknown' ? [capacityUnread(model, sid)] : [];
  const doubts = (candidates.doubtful.get(sid) ?? []).map(undocumented);
  const others = aheadOf(changed, sid);
  return [...place.because, ...place.ambiguity, ...candidates.because, ...unread, ...doubts, ...others];
}

/** The facts without all other workers. */
const only = (facts: ExplanationFacts, row: Worker): ExplanationFacts => ({
  ...facts,
  workers: [row],
  members: Object.fromEntries(
    Object.entries(facts.members).map(([queue, sids]) => [queue, sids.includes(row.sid) ? [row.sid] : []]),
  ),
});

const capacityUnread = (model: RoutingModel, sid: string) =>
  message('The capacity of {worker} was not read.', { worker: model.workerName(sid) });

/** Attributes of the task or of one worker that would let the worker get it. */
function attributeTries(situation: Situation): (Change | undefined)[] {
  const { groups } = situation;
  const lines = groups.notQualified
    .filter(({ reason, comparisons }) => comparisons.length > 0 && reason !== 'known worker')
    .slice(0, maxTries);
  const changes = lines.flatMap((line) => attributeChanges(situation.model, line, situation.openings[0]!));
  const ofKind = (subject: AttributeChange['subject']) => changes.filter((one) => one.subject === subject);
  return [
    first(ofKind('task'), (change) => changeTask(situation, change)),
    first(ofKind('worker'), (change) => changeWorker(situation, change)),
  ];
}

function changeWorker(
  situation: Situation,
  { line, path, value, attributes }: AttributeChange,
): Change | undefined {
  const { model, openings } = situation;
  const { queueSid } = openings[0]!;
  const row = { ...model.row(line.sid)!, attributes: JSON.stringify(attributes) };
  // Who is in the queue depends on attributes too: evaluated here, since TaskRouter has not seen the change.
  const members = Object.fromEntries(
    Object.entries(model.facts.members).filter(([queue]) => queue !== queueSid),
  );
  const changed = new RoutingModel({ ...model.facts, members, workers: [row] }, model.task);
  const target = openings[0]!.target;
  const verdict = candidatesIn(changed, queueSid, target).verdicts.get(line.sid);
  if (!verdict || verdict.eligible === false) return undefined;
  return {
    kind: 'worker attribute',
    message: message('Set {path} of {worker} to {value}', { path, worker: line.name, value }),
    ...certainty([evaluatedHere()]),
    subjectSid: line.sid,
    workerSid: line.sid,
    attribute: { path, value },
  };
}

const evaluatedHere = () => message('Expressions were evaluated here, not by TaskRouter.');

function changeTask(
  situation: Situation,
  { line, path, value, attributes }: AttributeChange,
): Change | undefined {
  const { model } = situation;
  const task = { ...model.task, attributes: JSON.stringify(attributes) };
  const changed = new RoutingModel(only(model.facts, model.row(line.sid)!), task);
  const { router } = changed;
  const age = (model.now - model.created.earliest) / 1000;
  const position = router?.enter(changed.attributes, age);
  if (!router || position === undefined || typeof position === 'string') return undefined;
  const target = router.target(position);
  const { eligible } = candidatesIn(changed, target.queue, target);
  if (eligible.length === 0) return undefined;
  const rerouted = message(
    'Twilio’s pages disagree on whether new attributes send a task through its workflow again.',
  );
  return {
    kind: 'task attribute',
    message: message('Set {path} of the task to {value}', { path, value }),
    ...certainty([rerouted]),
    subjectSid: task.sid,
    workerSid: line.sid,
    attribute: { path, value },
  };
}
