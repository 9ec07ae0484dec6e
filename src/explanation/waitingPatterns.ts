import { message } from '../taskrouter/message';
import type { Pattern, WorkerGroups, WorkerLine } from './explanation';
import type { Situation } from './headline';
import { readable } from './model';
import { cascadeRemedy } from './pastPatterns';
import { changedSince } from './place';
import { presenceIn } from './skips';
import { certain, claim, listed } from './texts';

const docs = 'https://www.twilio.com/docs/taskrouter';

/** What the workflow, the queue and the workers of a waiting task show. */
export const waitingPatterns = (situation: Situation): Pattern[] =>
  finders.flatMap((find) => find(situation) ?? []);

const nobodyQualifies = ({ next, wouldQualify, unknown }: WorkerGroups): boolean =>
  next.length + wouldQualify.length + unknown.length === 0;

/** A wrong type that keeps everybody from a task shows in the first workers. */
const maxSampled = 50;

function arrayOnScalar({ groups }: Situation): Pattern | undefined {
  if (!nobodyQualifies(groups)) return undefined;
  const failing = groups.notQualified.slice(0, maxSampled).flatMap(({ comparisons }) => comparisons);
  const wrong = failing.find(
    ({ mismatch, operator }) => mismatch !== undefined && ['HAS', 'IN', 'NOT IN'].includes(operator),
  );
  if (!wrong) return undefined;
  return {
    kind: 'array operator on a scalar',
    claim: certain(
      message('{expression} is false for values that are not arrays, without an error.', {
        expression: wrong.text,
      }),
    ),
    remedy: message('Store the attribute as an array, or compare it with ==.'),
    page: `${docs}/expression-syntax`,
  };
}

function emptyQueue({ model, groups, openings }: Situation): Pattern | undefined {
  if (!model.hasMembers(groups.queueSid) || openings[0]!.verdicts.size > 0) return undefined;
  const queue = model.queue(groups.queueSid);
  if (!queue || openings[0]!.opening.task.worker) return undefined;
  const args = { queue: groups.queueName };
  return (queue.target_workers ?? '').trim() === ''
    ? {
        kind: 'empty target workers',
        claim: certain(message('{queue} has no TargetWorkers expression: its tasks wait.', args)),
        remedy: message('Set TargetWorkers, to 1==1 for all workers.'),
        page: `${docs}/api/task-queue`,
      }
    : {
        kind: 'queue without workers',
        claim: certain(message('The TargetWorkers expression of {queue} matches no worker.', args)),
        remedy: message(
          'Try the expression with TargetWorkersExpression on the list of workers, then correct it or the workers’ attributes.',
        ),
        page: `${docs}/api/task-queue`,
      };
}

function unreachable({ trace }: Situation): Pattern | undefined {
  const found = trace?.filters.flatMap(({ name, targets }) =>
    targets.flatMap(({ state, queueName }, i) =>
      state === 'unreachable' ? [{ filter: name, target: i + 1, queue: queueName }] : [],
    ),
  );
  const [first] = found ?? [];
  if (!first) return undefined;
  return {
    kind: 'unreachable target',
    claim: certain(
      message(
        'The task never reaches target {target} of filter {filter}: the target before has no timeout or skip_if.',
        {
          target: first.target,
          filter: first.filter,
        },
      ),
    ),
    remedy: message('Give each target but the last a timeout or a skip_if.'),
    page: `${docs}/workflow-configuration`,
  };
}

function withoutTimeout({ model, place, groups, trace }: Situation): Pattern | undefined {
  const [position] = place.positions;
  if (!position || !nobodyQualifies(groups)) return undefined;
  const { timeout } = model.router!.target(position);
  if (timeout !== undefined || trace === undefined) return undefined;
  return {
    kind: 'target without timeout',
    claim: claim(
      message('The target has no timeout: the task waits there until the task’s own timeout cancels it.'),
      [...place.because, ...place.ambiguity],
    ),
    remedy: message('Give the target a timeout, and add a target or a filter that others can serve.'),
    page: `${docs}/workflow-configuration`,
  };
}

function shadowed({ trace }: Situation): Pattern | undefined {
  const matching =
    trace?.filters.filter(({ matches, expression }) => matches && expression !== undefined) ?? [];
  const [first, ...later] = matching;
  if (!first || later.length === 0) return undefined;
  return {
    kind: 'shadowed filter',
    claim: certain(
      message('Filter {filter} comes before {others}, which the task matches too.', {
        filter: first.name,
        others: listed(later.map(({ name }) => name)),
      }),
    ),
    remedy: message('If another filter was meant, put the more specific filter first.'),
    page: `${docs}/workflow-configuration`,
  };
}

function hyphen({ model, groups, place }: Situation): Pattern | undefined {
  if (!nobodyQualifies(groups) && place.kind !== 'no filter') return undefined;
  const key = Object.keys(model.attributes).find((name) => name.includes('-'));
  if (key === undefined) return undefined;
  return {
    kind: 'hyphen in a key',
    claim: claim(message('The task’s attribute {key} has a hyphen, which no expression can read.', { key }), [
      message('It is not known whether an expression was meant to read it.'),
    ]),
    remedy: message('Rename the attribute, for example with an underscore.'),
    page: `${docs}/expression-syntax`,
  };
}

const linesWith = ({ groups }: Situation, reason: WorkerLine['reason']) =>
  groups.wouldQualify.filter((line) => line.reason === reason);

function noCapacity(situation: Situation): Pattern | undefined {
  const { groups } = situation;
  const [none, off] = [linesWith(situation, 'no capacity'), linesWith(situation, 'channel unavailable')];
  if (groups.next.length > 0 || none.length + off.length === 0) return undefined;
  const lines = none.length > 0 ? none : off;
  const args = { workers: listed(lines.map(({ name }) => name)), channel: groups.channel };
  return none.length > 0
    ? {
        kind: 'no capacity',
        claim: certain(message('The capacity of {channel} is 0 for {workers}.', args)),
        remedy: message('Set the capacity of the worker’s channel to 1 or more.'),
        page: `${docs}/api/worker-channel`,
      }
    : {
        kind: 'channel unavailable',
        claim: certain(message('Channel {channel} is switched off for {workers}.', args)),
        remedy: message('Make the worker’s channel available.'),
        page: `${docs}/api/worker-channel`,
      };
}

/** Offers of other tasks count too: one look at the workers shows them all in the activity that a timeout leads to. */
function timeoutCascade(situation: Situation): Pattern | undefined {
  const { model, groups } = situation;
  const { workspace, reservations } = model.facts;
  const activity = workspace?.timeout_activity_name;
  const moved = linesWith(situation, 'unavailable').filter((line) => line.activity === activity);
  const timeouts = new Set(
    reservations?.filter((one) => one.reservation_status === 'timeout').map((one) => one.worker_sid),
  );
  // With three of this task, they are named as such.
  if (!activity || groups.next.length > 0 || moved.length < 3 || timeouts.size === 0 || timeouts.size > 2)
    return undefined;
  return {
    kind: 'timeout cascade',
    claim: claim(
      message(
        '{count} workers who qualify are in {activity}, where TaskRouter moves workers whose offers time out.',
        {
          count: moved.length,
          activity,
        },
      ),
      [message('Some of them may have gone there themselves.')],
    ),
    remedy: cascadeRemedy(),
    page: `${docs}/api/workspace`,
  };
}

function defaultActivity(situation: Situation): Pattern | undefined {
  const { model, groups } = situation;
  const name = model.facts.workspace?.default_activity_name;
  const stayed = linesWith(situation, 'unavailable').filter(({ sid, activity, since }) => {
    const created = model.row(sid)?.date_created?.getTime();
    return (
      activity === name && created !== undefined && since !== undefined && Math.abs(since - created) < 1000
    );
  });
  if (!name || groups.next.length > 0 || stayed.length === 0) return undefined;
  return {
    kind: 'default activity',
    claim: certain(
      message('{workers} never left {activity}, the workspace’s default activity, which is not available.', {
        workers: listed(stayed.map((line) => line.name)),
        activity: name,
      }),
    ),
    remedy: message('Create workers with an ActivitySid, or move them to an available activity.'),
    page: `${docs}/api/worker`,
  };
}

function skipNeverFires({ model, place, groups }: Situation): Pattern | undefined {
  const [position] = place.positions;
  if (!position || groups.next.length > 0) return undefined;
  const { skipIf, queue } = model.router!.target(position);
  if (skipIf === undefined || !model.hasMembers(queue)) return undefined;
  const presence = presenceIn(model, queue)!;
  const { available } = presence;
  const fires = readable(() => model.router!.skips(position, presence));
  if (fires !== false || available === 0) return undefined;
  return {
    kind: 'skip_if never fires',
    claim: certain(
      message(
        '{skipIf} is false: {count} workers of the queue are available, though none can be offered the task.',
        {
          skipIf,
          count: available,
        },
      ),
    ),
    remedy: message('To skip a target whose workers cannot take the task, set skip_if to 1==1.'),
    page: `${docs}/worker-presence`,
  };
}

function knownWorkerMissing({ openings, groups }: Situation): Pattern | undefined {
  const [opening] = openings;
  if (!opening?.target.knownWorker || !nobodyQualifies(groups)) return undefined;
  const wanted = [...opening.verdicts.values()].find(
    (one) => one.eligible === false && one.why.reason === 'known worker' && !one.why.exists,
  );
  if (!wanted) return undefined;
  return {
    kind: 'known worker missing',
    claim: certain(
      message(
        'The target wants a known worker whom the queue does not have (Twilio’s alerts 40152 to 40155).',
      ),
    ),
    remedy: message('Give the target a timeout or a skip_if, and check what writes the task’s attribute.'),
    page: `${docs}/workflow-configuration/known-agent-routing`,
  };
}

function noFilter({ place }: Situation): Pattern | undefined {
  if (place.kind !== 'no filter') return undefined;
  return {
    kind: 'no filter matches',
    claim: claim(
      message('No filter matches the task, and the workflow has no default filter.'),
      place.because,
    ),
    remedy: message('Add a default_filter to the workflow.'),
    page: `${docs}/workflow-configuration`,
  };
}

function workflowChanged({ model }: Situation): Pattern | undefined {
  if (changedSince(model) === undefined) return undefined;
  return {
    kind: 'workflow changed',
    claim: certain(
      message('The workflow was updated after the task was created: the task may follow the earlier one.'),
    ),
    remedy: message(
      'Update the workflow with ReEvaluateTasks=true to route its pending tasks by the new one.',
    ),
    page: `${docs}/api/workflow`,
  };
}

const finders: readonly ((situation: Situation) => Pattern | undefined)[] = [
  arrayOnScalar,
  emptyQueue,
  unreachable,
  withoutTimeout,
  shadowed,
  hyphen,
  noCapacity,
  timeoutCascade,
  defaultActivity,
  skipNeverFires,
  knownWorkerMissing,
  noFilter,
  workflowChanged,
];
