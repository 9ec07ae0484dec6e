import type { Row } from '../../taskrouter/client';
import { isSid } from '../../taskrouter/sid';
import { parseAttributes } from '../attributes';

/** What an Event says has changed. */
export interface Told {
  /** Milliseconds since 1970, by TaskRouter's clock. */
  readonly at: number;
  readonly about: 'reservation' | 'task' | 'worker' | 'workflow' | 'something else';
  /** Of the reservation, task, worker or workflow. */
  readonly sid: string;
  /** The reservation is open by it. */
  readonly opens: boolean;
  /** A task has other attributes, another priority or another queue by it. */
  readonly updates: boolean;
  /** Of a reservation; undefined when the Event does not name them. */
  readonly taskSid?: string;
  readonly workerSid?: string;
}

const opening = new Set(['reservation.created', 'reservation.accepted', 'reservation.wrapup']);
const kinds = ['reservation', 'task', 'worker', 'workflow'] as const;

/** https://www.twilio.com/docs/taskrouter/api/event/reference */
export function toldBy(event: Row): Told {
  const type = String(event['event_type']);
  const data = dataOf(event);
  const { task_sid: taskSid, worker_sid: workerSid } = data;
  return {
    at: timeOf(event),
    about: kinds.find((kind) => type.startsWith(`${kind}.`)) ?? 'something else',
    sid: String(event['resource_sid']),
    opens: opening.has(type),
    updates: type === 'task.updated',
    ...(isSid('Task', String(taskSid)) ? { taskSid: String(taskSid) } : {}),
    ...(isSid('Worker', String(workerSid)) ? { workerSid: String(workerSid) } : {}),
  };
}

function timeOf(event: Row): number {
  const exact = event['event_date_ms'];
  const at = typeof exact === 'number' ? exact : Date.parse(String(event['event_date']));
  return Number.isNaN(at) ? 0 : at;
}

/** The specification leaves its type open: an object, or one written as JSON. */
function dataOf(event: Row): Readonly<Record<string, unknown>> {
  const data = event['event_data'];
  if (typeof data === 'string') return parseAttributes(data) ?? {};
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
}
