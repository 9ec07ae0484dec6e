import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { isOpenStatus } from '../taskrouter/reservation';
import type { Reservation, Task } from '../taskrouter/resources';
import type { HeldTask } from './explanation';
import { channelsOf } from './model';
import { listed, nameOf, span } from './texts';
import type { WorkerFacts } from './worker';

/** What a worker is offered and works on, and which of their channels that fills. */
export interface Held {
  /** Offers first, the one that expires first at the beginning. */
  readonly tasks: readonly HeldTask[];
  /** Such as `voice (1/1)`: one task, with a capacity of one. */
  readonly full: readonly string[];
  /** Whether another task can be offered, as far as the worker's channels and tasks decide it. */
  readonly hasRoom: boolean;
  readonly because: readonly Message[];
}

export function heldBy(facts: WorkerFacts, worker: string): Held {
  const { workerSid, workspace, workerReservations, workerChannels } = facts;
  const reservations = workerReservations.get(workerSid);
  const tasks = (reservations ?? [])
    .filter(({ reservation_status: status, task_sid: sid }) => sid && isOpenStatus(status))
    .map((one) => heldTask(facts, one))
    .sort((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity) || rank(a) - rank(b));
  const channels = channelsOf(workerChannels.get(workerSid));
  const loads = Object.entries(channels ?? {}).map(([name, { available, capacity, accepted, pending }]) => ({
    name,
    capacity,
    occupied: accepted + pending,
    isOpen: available && capacity > 0,
  }));
  const isSingle = workspace?.multi_task_enabled === false && tasks.length > 0;
  return {
    tasks,
    full: loads
      .filter(({ isOpen, occupied, capacity }) => isOpen && occupied >= capacity)
      .map(({ name, occupied, capacity }) => `${name} (${occupied}/${capacity})`),
    hasRoom:
      !isSingle &&
      (!channels || loads.some(({ isOpen, occupied, capacity }) => isOpen && occupied < capacity)),
    because: [
      ...(reservations ? [] : [message('The reservations of {worker} were not read.', { worker })]),
      ...(channels ? [] : [message('The channels of {worker} were not read.', { worker })]),
    ],
  };
}

const rank = ({ status }: HeldTask) => ['pending', 'accepted', 'wrapping'].indexOf(status);

function heldTask({ heldTasks, queues, workflows, now }: WorkerFacts, reservation: Reservation): HeldTask {
  const { sid: reservationSid, task_sid: taskSid, reservation_status: status } = reservation;
  const task = heldTasks?.find(({ sid }) => sid === taskSid);
  const until = status === 'pending' ? offerEnd(reservation, task, workflows) : undefined;
  const since = reservation.date_updated?.getTime();
  return {
    taskSid: taskSid!,
    reservationSid,
    status: status!,
    message: heldMessage(status!, now, until, since),
    ...(until === undefined ? {} : { until }),
    ...(task?.task_channel_unique_name ? { channel: task.task_channel_unique_name } : {}),
    ...(task?.task_queue_sid
      ? {
          queueName: nameOf(
            queues.find(({ sid }) => sid === task.task_queue_sid),
            task.task_queue_friendly_name ?? task.task_queue_sid,
          ),
        }
      : {}),
  };
}

/** When an offer expires, in milliseconds since 1970. */
function offerEnd(
  { date_created: created }: Reservation,
  task: Task | undefined,
  workflows: WorkerFacts['workflows'],
): number | undefined {
  const timeout = workflows.find(({ sid }) => sid === task?.workflow_sid)?.task_reservation_timeout;
  return created && typeof timeout === 'number' ? created.getTime() + timeout * 1000 : undefined;
}

function heldMessage(
  status: string,
  now: number,
  until: number | undefined,
  since: number | undefined,
): Message {
  if (status === 'pending') {
    if (until === undefined) return message('Offered');
    return until > now
      ? message('Offered, {time} left', { time: span(until - now) })
      : message('Offered; the offer expired {time} ago', { time: span(now - until) });
  }
  if (status === 'wrapping')
    return since === undefined
      ? message('Wrapping up')
      : message('Wrapping up for {time}', { time: span(now - since) });
  return since === undefined
    ? message('Accepted')
    : message('Accepted {time} ago', { time: span(now - since) });
}

/** What the worker is offered and works on, as a sentence without a period; undefined if nothing. `left` in milliseconds. */
export function heldSentence({ tasks }: Held, worker: string, left: number | undefined): Message | undefined {
  const offers = tasks.filter(({ status }) => status === 'pending').length;
  const others = tasks.length - offers;
  if (offers === 0)
    return others === 0 ? undefined : message('{worker} has tasks ({count})', { worker, count: others });
  const args = { worker, count: offers, others };
  const offer =
    offers > 1
      ? message('{worker} is being offered tasks ({count})', args)
      : left !== undefined && left > 0
        ? message('{worker} is being offered a task, {time} left', { worker, time: span(left) })
        : message('{worker} is being offered a task', args);
  return others === 0 ? offer : message('{offer}, and has others ({count})', { offer, count: others });
}

/** Whether the next task can be offered to a worker for whom none waits. */
export function nextSentence({ full, hasRoom, tasks }: Held): Message {
  const channels = listed(full);
  if (hasRoom && full.length > 0)
    return message('the next one there may be offered to them, but not on a full channel: {channels}', {
      channels,
    });
  if (hasRoom) return message('the next one there may be offered to them');
  if (full.length > 0) return message('and no channel of theirs has room: {channels}', { channels });
  return tasks.length > 0
    ? message('and the workspace does not allow multitasking')
    : message('and no channel of theirs takes tasks');
}
