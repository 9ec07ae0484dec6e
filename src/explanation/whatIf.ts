import { channelOf } from '../routing/expressions/scope';
import type { Position } from '../routing/workflow/router';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { Worker, WorkerChannel } from '../taskrouter/resources';
import { attributeChanges } from './attributeChanges';
import type { AttributeChange } from './attributeChanges';
import { candidatesIn } from './candidates';
import type { Change, WorkerLine } from './explanation';
import type { Situation } from './headline';
import type { ExplanationFacts } from './facts';
import type { RoutingModel } from './model';
import { OtherTasks } from './otherTasks';
import type { TasksAhead } from './otherTasks';
import { firstEntry, wayToOffer } from './reentry';
import type { Stay } from './reentry';
import { undocumented } from './settle';
import type { Steps } from './steps';
import { certainty, clip } from './texts';

/** Trying a change costs a little for each worker: these are enough to find one that works. */
const maxTries = 20;

/**
 * Single changes that would get the task offered now, the smallest first: one of each kind at most. Each has been
 * tried through the router.
 */
export function* whatWouldChangeIt(situation: Situation): Steps<Change[]> {
  const { groups, next, model, place } = situation;
  if (next.when === 'now' || place.kind === 'no filter') return [];
  const trial = { ...situation, others: OtherTasks.of(model) };
  const lines = [...groups.wouldQualify];
  const of = (...reasons: readonly WorkerLine['reason'][]) =>
    lines.filter(({ reason }) => reasons.includes(reason)).slice(0, maxTries);
  const found = [
    yield* first(of('channel unavailable'), (line) => switchOn(trial, line)),
    yield* first(of('unavailable'), (line) => activate(trial, line)),
    yield* first(of('no capacity', 'channel full'), (line) => enlarge(trial, line)),
    yield* withoutExpression(trial),
    ...(yield* attributeTries(trial)),
  ];
  return found.filter((one) => one !== undefined).sort((a, b) => rank(a) - rank(b));
}

interface Trial extends Situation {
  readonly others: OtherTasks;
}

/** What a supervisor can do comes before a change of the configuration, and that before one of the data. */
const efforts: Readonly<Record<Change['kind'], number>> = {
  activity: 0,
  channel: 0,
  capacity: 0,
  expression: 1,
  'worker attribute': 2,
  'task attribute': 3,
};
const rank = ({ kind, certainty: sure }: Change) => 2 * efforts[kind] + (sure === 'certain' ? 0 : 1);

/** The first certain change, or else the first that works at all. */
function* first<T>(
  all: readonly T[],
  attempt: (one: T) => Steps<Change | undefined>,
): Steps<Change | undefined> {
  let probable: Change | undefined;
  for (const one of all) {
    const change = yield* attempt(one);
    if (change?.certainty === 'certain') return change;
    probable ??= change;
  }
  return probable;
}

function* activate(trial: Trial, { sid, name, activity }: WorkerLine): Steps<Change | undefined> {
  const { facts, multitasking } = trial.model;
  // Where workers have one task at a time, reserving and accepting it change their activity.
  if (!multitasking && !trial.model.worker(sid)?.tasks) return undefined;
  const to = facts.activities.find(({ available }) => available === true);
  // A worker whose row says that they are unavailable in an available activity: no move helps.
  if (!to || to.sid === trial.model.row(sid)?.activity_sid) return undefined;
  const activityName = to.friendly_name ?? to.sid;
  const found = yield* tried(trial, sid, (worker) => ({
    ...worker,
    activity_sid: to.sid,
    activity_name: activityName,
    available: true,
  }));
  if (!found) return undefined;
  return {
    kind: 'activity',
    message: message('Move {worker} from {from} to {to}', { worker: name, from: activity, to: activityName }),
    ...outcome(found),
    subjectSid: sid,
    workerSid: sid,
    activitySid: to.sid,
  };
}

function* switchOn(trial: Trial, { sid, name }: WorkerLine): Steps<Change | undefined> {
  const { channel } = trial.groups;
  const found = yield* tried(trial, sid, same, (row) => ({ ...row, available: true }));
  if (!found) return undefined;
  return {
    kind: 'channel',
    message: message('Switch {channel} on for {worker}', { channel, worker: name }),
    ...outcome(found),
    subjectSid: sid,
    workerSid: sid,
  };
}

function* enlarge(trial: Trial, { sid, name }: WorkerLine): Steps<Change | undefined> {
  const { channel } = trial.groups;
  const load = channelOf(trial.model.worker(sid), channel);
  if (!load) return undefined;
  const occupied = Math.max(load.capacity, load.pending + load.accepted);
  const capacity = occupied + 1;
  const found = yield* tried(trial, sid, same, (row) => ({
    ...row,
    configured_capacity: capacity,
    available_capacity_percentage: Math.floor(100 / capacity),
  }));
  if (!found) return undefined;
  return {
    kind: 'capacity',
    message: message('Raise the capacity of {channel} for {worker} to {capacity}', {
      channel,
      worker: name,
      capacity,
    }),
    ...outcome(found),
    subjectSid: sid,
    workerSid: sid,
  };
}

const outcome = ({ taskSids, because }: TasksAhead, ...doubts: readonly Message[]) => ({
  ...certainty([...doubts, ...because]),
  ...(taskSids.length > 0 ? { tasksAhead: taskSids } : {}),
});

const same = (worker: Worker) => worker;
const sameChannel = (row: WorkerChannel) => row;

/** What could make it wrong that the worker is offered the task with other rows of theirs; undefined if they are not. */
function* tried(
  trial: Trial,
  sid: string,
  changeWorker: (row: Worker) => Worker,
  changeChannel: (row: WorkerChannel) => WorkerChannel = sameChannel,
): Steps<TasksAhead | undefined> {
  const { model, groups } = trial;
  const { facts } = model;
  const row = model.row(sid);
  if (!row) return undefined;
  const channels = facts.workerChannels
    .get(sid)
    ?.map((one) => (one.task_channel_unique_name === groups.channel ? changeChannel(one) : one));
  const alone = {
    ...only(facts, changeWorker(row)),
    workerChannels: new Map(channels ? [[sid, channels]] : []),
  };
  return yield* offeredIn(trial, model.with(alone), sid, [whereItIs(trial)]);
}

const whereItIs = ({ model, openings: [opening] }: Situation) => ({
  target: opening!.target,
  task: model.task,
});

/**
 * The same in a changed model, in the last of the targets that the task comes to. Only this worker's rows are needed to
 * see it.
 */
function* offeredIn(
  { model, place, others }: Trial,
  changed: RoutingModel,
  sid: string,
  way: readonly Stay[],
): Steps<TasksAhead | undefined> {
  const last = way.at(-1);
  if (!last) return undefined;
  const { target, task } = last;
  const { verdicts, doubtful, because } = yield* candidatesIn(changed, task.task_queue_sid ?? '', target);
  const verdict = verdicts.get(sid);
  if (!verdict || verdict.eligible === false) return undefined;
  const unread = verdict.eligible === 'unknown' ? unreadOf(model, sid) : [];
  const doubts = (doubtful.get(sid) ?? []).map(undocumented);
  const ahead = yield* others.aheadOf(changed, sid, way);
  if (!ahead) return undefined;
  return {
    ...ahead,
    because: [...place.because, ...place.ambiguity, ...because, ...unread, ...doubts, ...ahead.because],
  };
}

/** The facts without all other workers. */
export const only = <Facts extends Pick<ExplanationFacts, 'members'>>(facts: Facts, row: Worker) => ({
  ...facts,
  workers: [row],
  members: new Map(
    [...facts.members].map(([queue, sids]) => [queue, sids.includes(row.sid) ? [row.sid] : []] as const),
  ),
});

function unreadOf(model: RoutingModel, sid: string): Message[] {
  const worker = model.workerName(sid);
  return [
    ...(model.facts.workerChannels.has(sid)
      ? []
      : [message('The capacity of {worker} was not read.', { worker })]),
    ...(model.worker(sid)?.tasks ? [] : [message('The tasks of {worker} were not read.', { worker })]),
  ];
}

/** A worker who is offered the task if every worker of the queue matches the target. */
function* withoutExpression(trial: Trial): Steps<Change | undefined> {
  const { model, openings, groups, place } = trial;
  const { queueSid, target } = openings[0]!;
  const { expression, ...open } = target;
  const { workflow } = model.facts;
  const [position] = place.positions;
  const isCause = groups.wouldQualify.length + groups.unknown.length + groups.next.length === 0;
  if (expression === undefined || !position || !workflow?.configuration || !isCause) return undefined;
  const [first] = (yield* candidatesIn(model, queueSid, open)).eligible;
  if (!first) return undefined;
  const facts = {
    ...model.facts,
    workflow: { ...workflow, configuration: without(workflow.configuration, position) },
  };
  // The task follows the new configuration once all tasks are routed again: it may not come to this target then.
  const everybody = model.with(facts);
  const way = yield* wayToOffer(everybody, first.sid);
  const changed = model.with(only(facts, model.row(first.sid)!));
  const found = yield* offeredIn(
    { ...trial, others: OtherTasks.reEvaluated(changed, everybody) },
    changed,
    first.sid,
    way,
  );
  if (!found) return undefined;
  return {
    kind: 'expression',
    message: message('Change the target’s expression {expression} so that {worker} matches', {
      expression: clip(expression),
      worker: model.workerName(first.sid),
    }),
    ...outcome(found, followsEarlier()),
    subjectSid: workflow.sid,
    workerSid: first.sid,
  };
}

/** A configuration without the expression of one target. */
function without(configuration: string, { filter, target }: Position): string {
  const all = JSON.parse(configuration) as {
    readonly task_routing: {
      readonly filters?: readonly { readonly targets: { expression?: string }[] }[];
      readonly default_filter?: { expression?: string };
    };
  };
  const { filters, default_filter: otherwise } = all.task_routing;
  delete (filter === 'default' ? otherwise : filters?.[filter]?.targets[target])?.expression;
  return JSON.stringify(all);
}

const followsEarlier = () =>
  message('Tasks that wait already follow the new configuration only if it is sent with ReEvaluateTasks.');

/** Attributes of the task or of one worker that would let the worker get it. */
function* attributeTries(trial: Trial): Steps<(Change | undefined)[]> {
  const { groups, model, openings } = trial;
  const lines = groups.notQualified
    .filter(({ reason }) => reason === 'not in queue' || reason === 'target expression')
    .slice(0, maxTries);
  const changes: AttributeChange[] = [];
  for (const line of lines) {
    for (const change of attributeChanges(model, line, openings[0]!)) changes.push(change);
    yield;
  }
  const ofKind = (subject: AttributeChange['subject']) => changes.filter((one) => one.subject === subject);
  return [
    yield* first(ofKind('task'), (change) => changeTask(trial, change)),
    yield* first(ofKind('worker'), (change) => changeWorker(trial, change)),
  ];
}

function* changeWorker(
  trial: Trial,
  { line, path, value, attributes }: AttributeChange,
): Steps<Change | undefined> {
  const { model, openings } = trial;
  const [opening] = openings;
  const { queueSid } = opening!;
  const row = { ...model.row(line.sid)!, attributes: JSON.stringify(attributes) };
  const alone = { ...model.facts, workers: [row] };
  // Who is in a queue depends on attributes too: evaluated here, since TaskRouter has not seen the change.
  const evaluated = model.with({ ...alone, members: new Map() });
  const queues = [...new Set([...model.facts.members.keys(), queueSid])];
  const members = queues.map(
    (queue) => [queue, [...evaluated.pool(queue).all()].map(({ sid }) => sid)] as const,
  );
  const changed = model.with({ ...alone, members: new Map(members) });
  const found = yield* offeredIn(trial, changed, line.sid, [whereItIs(trial)]);
  if (!found) return undefined;
  return {
    kind: 'worker attribute',
    message:
      line.reason === 'not in queue'
        ? message('Add {worker} to {queue}: set their attribute {path} to {value}', {
            worker: line.name,
            queue: model.queueName(queueSid),
            path,
            value,
          })
        : message('If it is true of {worker}, set their attribute {path} to {value}', {
            worker: line.name,
            path,
            value,
          }),
    ...outcome(found, evaluatedHere()),
    subjectSid: line.sid,
    workerSid: line.sid,
    attribute: { path, value },
  };
}

const evaluatedHere = () => message('Expressions were evaluated here, not by TaskRouter.');

function* changeTask(
  trial: Trial,
  { line, path, value, attributes }: AttributeChange,
): Steps<Change | undefined> {
  const { model } = trial;
  // Other data for a task is the last resort: not suggested where it may be of no use.
  if (unreadOf(model, line.sid).length > 0) return undefined;
  const task = { ...model.task, attributes: JSON.stringify(attributes) };
  const changed = model.with(only(model.facts, model.row(line.sid)!), task);
  const entry = firstEntry(changed);
  const found = yield* offeredIn(trial, changed, line.sid, entry ? [entry] : []);
  if (!found) return undefined;
  const rerouted = message(
    'Twilio’s pages disagree on whether new attributes send a task through its workflow again.',
  );
  return {
    kind: 'task attribute',
    message: message(
      'If it is true of the task, set its attribute {path} to {value}: this changes its data',
      {
        path,
        value,
      },
    ),
    ...outcome(found, rerouted),
    subjectSid: task.sid,
    workerSid: line.sid,
    attribute: { path, value },
  };
}
