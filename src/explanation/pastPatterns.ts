import { message } from '../taskrouter/message';
import { failedCallback, hasNoFailedCallback, stuckVoice } from './callAndAlerts';
import { eventsOfTask } from './events';
import type { TaskEvent } from './events';
import type { Pattern } from './explanation';
import type { ExplanationFacts } from './facts';
import { reasonIn } from './finished';
import { certain, claim, exactly, span } from './texts';

const docs = 'https://www.twilio.com/docs/taskrouter';
const support = 'https://support.twilio.com/hc/en-us/articles';

interface Past {
  readonly facts: ExplanationFacts;
  /** Of the task, the oldest first. */
  readonly events: readonly TaskEvent[];
  readonly isOpen: boolean;
  readonly reason: string | undefined;
}

/** What the task's Events, reservations and status show. */
export function pastPatterns(facts: ExplanationFacts): Pattern[] {
  const events = eventsOfTask(facts);
  const status = facts.task?.assignment_status;
  const past = {
    facts,
    events,
    isOpen: status !== undefined && status !== null && status !== 'completed' && status !== 'canceled',
    reason: facts.task?.reason ?? reasonIn(events),
  };
  return finders.flatMap((find) => find(past) ?? []);
}

const hour = 3_600_000;
const longAssigned = 12 * hour;
const longWrapping = hour;

/** Since when the task has its status, from its reservations. */
function statusSince({ facts }: Past, status: 'accepted' | 'wrapping'): number | undefined {
  const dates = (facts.reservations ?? [])
    .filter((one) => one.reservation_status === status)
    .flatMap(({ date_updated: date }) => date?.getTime() ?? []);
  return dates.length > 0 ? Math.min(...dates) : undefined;
}

function stuckWrapping(past: Past): Pattern | undefined {
  const { now, task } = past.facts;
  const since = statusSince(past, 'wrapping');
  if (task?.assignment_status !== 'wrapping' || since === undefined || now - since < longWrapping)
    return undefined;
  const time = span(now - since);
  return {
    kind: 'stuck wrapping',
    claim: claim(
      message('The task has been wrapping for {time} and takes up its worker’s capacity.', { time }),
      [message('Some teams wrap up for as long.')],
    ),
    remedy: message('Complete the task or its reservation.'),
    page: `${docs}/lifecycle-task-state`,
  };
}

function leftAssigned(past: Past): Pattern | undefined {
  const { now, task } = past.facts;
  const since = statusSince(past, 'accepted');
  if (task?.assignment_status !== 'assigned' || since === undefined || now - since < longAssigned)
    return undefined;
  const time = span(now - since);
  return {
    kind: 'left assigned',
    claim: claim(
      message('The task has been assigned for {time}; TaskRouter removes it after 24 h.', { time }),
      [message('Some conversations last as long.')],
    ),
    remedy: message('Complete the task if nobody works on it.'),
    page: `${support}/360010788433-Avoiding-Abandoned-Tasks-with-Twilio-Flex`,
  };
}

/** Workers whose offers of this task ended in a way, each once. */
function workersWith({ facts, events }: Past, status: string): ReadonlySet<string> {
  const rows = (facts.reservations ?? []).filter((one) => one.reservation_status === status);
  const told = events.filter(({ type }) => type === `reservation.${status}`);
  return new Set([
    ...rows.map(({ worker_sid: sid }) => sid ?? ''),
    ...told.map(({ workerSid = '' }) => workerSid),
  ]);
}

function offersWith({ facts, events }: Past, status: string): number {
  const rows = (facts.reservations ?? []).filter((one) => one.reservation_status === status);
  return Math.max(rows.length, events.filter(({ type }) => type === `reservation.${status}`).length);
}

const cascade = 3;

export const cascadeRemedy = () =>
  message(
    'Move the workers back to an available activity, and choose another TimeoutActivity for the workspace or a longer reservation timeout.',
  );

function timeoutCascade(past: Past): Pattern | undefined {
  const workers = workersWith(past, 'timeout');
  if (workers.size < cascade) return undefined;
  const { workspace } = past.facts;
  const activity = workspace?.timeout_activity_name ?? 'Offline';
  return {
    kind: 'timeout cascade',
    claim: certain(
      message('{count} workers let the offer time out, each of whom TaskRouter moved to {activity}.', {
        count: workers.size,
        activity,
      }),
    ),
    remedy: cascadeRemedy(),
    page: `${docs}/api/workspace`,
  };
}

function canceledLoop(past: Past): Pattern | undefined {
  const failed = failedCallback(past.facts);
  if (failed) return failed;
  const canceled = offersWith(past, 'canceled');
  if (canceled < cascade || !past.isOpen) return undefined;
  const { workflow } = past.facts;
  const text = message('{count} offers were created and canceled without a worker’s response.', {
    count: canceled,
  });
  if (workflow?.assignment_callback_url && !hasNoFailedCallback(past.facts)) {
    return {
      kind: 'callback failed',
      claim: claim(text, [
        message('The API does not show whether the assignment callback failed: Monitor’s alerts do.'),
      ]),
      remedy: message(
        'Answer the assignment callback with status 200 within 5 seconds, and see Monitor’s alerts for what it answered.',
      ),
      page: `${docs}/handle-assignment-callbacks`,
    };
  }
  return {
    kind: 'created and canceled loop',
    claim: certain(text),
    remedy: message(
      'Check that the worker’s device is registered and reachable, and what the application does with the reservation: see Monitor’s alerts.',
    ),
    page: `${support}/42786996187419`,
  };
}

function rejectedTooOften({ reason }: Past): Pattern | undefined {
  if (!reason || !/max assignment count/i.test(reason)) return undefined;
  return {
    kind: 'rejected too often',
    claim: certain(
      message('The task was offered too often without being accepted, so TaskRouter canceled it.'),
    ),
    remedy: message('Give the workflow’s targets a timeout, so that other workers get the task.'),
    page: `${docs}/limits`,
  };
}

function ttlExceeded({ facts, reason }: Past): Pattern | undefined {
  if (!reason || !/TTL exceeded/i.test(reason)) return undefined;
  const ttl = facts.task?.timeout;
  return {
    kind: 'TTL exceeded',
    claim: certain(
      typeof ttl === 'number'
        ? message('Nobody accepted the task within its timeout of {time}.', { time: exactly(ttl) })
        : message('Nobody accepted the task within its timeout.'),
    ),
    remedy: message(
      'The task’s call goes on: end it on the event task.canceled, and give the task a longer timeout.',
    ),
    page: `${docs}/task-evaluation`,
  };
}

function workflowTimeout({ events }: Past): Pattern | undefined {
  if (!events.some(({ type }) => type === 'workflow.timeout')) return undefined;
  return {
    kind: 'workflow timeout',
    claim: certain(
      message('The last target that the task could be in timed out, so TaskRouter canceled it.'),
    ),
    remedy: message(
      'Add a last target without timeout, or a later filter that matches: the default filter never follows a timeout.',
    ),
    page: `${docs}/workflow-configuration`,
  };
}

/** Two targets entered at the same time, without a timeout between. */
function skippedTarget({ events }: Past): Pattern | undefined {
  const moves = events.filter(
    ({ type }) => type === 'workflow.target-matched' || type === 'task-queue.timeout',
  );
  const skips = moves.filter((one, i) => {
    const before = moves[i - 1];
    return one.type === before?.type && one.type === 'workflow.target-matched' && one.at - before.at < 1000;
  });
  if (skips.length === 0 || events.some(({ type }) => type === 'task.updated')) return undefined;
  return {
    kind: 'skipped target',
    claim: claim(
      message('The task skipped targets of its workflow at once ({count}).', { count: skips.length }),
      [message('No Event says that a target was skipped.')],
    ),
    remedy: message('If it should have waited there, make the skip_if of those targets narrower.'),
    page: `${docs}/worker-presence`,
  };
}

const finders: readonly ((past: Past) => Pattern | undefined)[] = [
  ({ facts }) => stuckVoice(facts),
  stuckWrapping,
  leftAssigned,
  timeoutCascade,
  canceledLoop,
  rejectedTooOften,
  ttlExceeded,
  workflowTimeout,
  skippedTarget,
];
