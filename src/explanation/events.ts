import type { Event } from '../taskrouter/resources';
import type { ExplanationFacts } from './facts';

/**
 * An Event with what explanations read of its data. Fields that only some accounts send are optional.
 * https://www.twilio.com/docs/taskrouter/api/event/reference
 */
export interface TaskEvent {
  readonly sid: string;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly taskSid?: string;
  readonly workerSid?: string;
  readonly reservationSid?: string;
  readonly queueSid?: string;
  readonly data: Readonly<Record<string, string>>;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Some transports send the data as JSON. */
function dataOf({ event_data: data }: Event): Readonly<Record<string, string>> {
  let value: unknown = data;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch {
      return {};
    }
  }
  if (!isObject(value)) return {};
  const texts = Object.entries(value).flatMap(([key, one]): [string, string][] =>
    typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean'
      ? [[key, String(one)]]
      : [],
  );
  return Object.fromEntries(texts);
}

function readEvent(event: Event): TaskEvent | undefined {
  const at = event.event_date_ms ?? event.event_date?.getTime();
  if (!event.event_type || typeof at !== 'number') return undefined;
  const data = dataOf(event);
  const sid = (name: string, prefix: string) =>
    data[name] ?? (event.resource_sid?.startsWith(prefix) ? event.resource_sid : undefined);
  const taskSid = sid('task_sid', 'WT');
  const workerSid = sid('worker_sid', 'WK');
  const reservationSid = sid('reservation_sid', 'WR');
  return {
    sid: event.sid,
    type: event.event_type,
    at,
    ...(taskSid ? { taskSid } : {}),
    ...(workerSid ? { workerSid } : {}),
    ...(reservationSid ? { reservationSid } : {}),
    ...(data['task_queue_sid'] ? { queueSid: data['task_queue_sid'] } : {}),
    data,
  };
}

/**
 * When each worker was last offered a task, from Events of reservations created and what is known `later`, by SID, in
 * milliseconds since 1970. Undefined where an Event does not say who was offered a task.
 */
export function lastOffersIn(
  events: readonly Event[],
  later: ReadonlyMap<string, number> = new Map(),
): ReadonlyMap<string, number> | undefined {
  const last = new Map(later);
  for (const event of events) {
    const { workerSid, at = 0 } = readEvent(event) ?? {};
    if (workerSid === undefined) return undefined;
    last.set(workerSid, Math.max(at, last.get(workerSid) ?? 0));
  }
  return last;
}

/** The Events of the task itself, the oldest first. */
export const eventsOfTask = (facts: ExplanationFacts): TaskEvent[] =>
  eventsOf(facts).filter(({ taskSid }) => taskSid === facts.taskSid);

/** The events that were read, each once, the oldest first. */
export function eventsOf({ events = [] }: ExplanationFacts): TaskEvent[] {
  const read = new Map<string, TaskEvent>();
  // TaskRouter lists the newest first: reversed, those of one millisecond are in their order.
  for (const event of [...events].reverse()) {
    const one = readEvent(event);
    if (one) read.set(one.sid, one);
  }
  return [...read.values()].sort((a, b) => a.at - b.at);
}
