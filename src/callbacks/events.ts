import { nearest } from '../nearest';
import type { Message } from '../taskrouter/message';
import { message } from '../taskrouter/message';
import type { Parameters } from '../taskrouter/requests';
import { isoSeconds } from './assignment';

/** An event as its callback reports it. */
export interface CallbackEvent {
  readonly type: string;
  readonly accountSid: string;
  readonly workspaceSid: string;
  readonly workspaceName: string;
  readonly description: string;
  readonly resourceType: string;
  readonly resourceSid: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The event's data, by the API's names, such as `task_sid`. */
  readonly data: Readonly<Record<string, string>>;
}

/**
 * The documented parameters of an event callback: those of every event, then the fields of this type of event, whose names
 * are the API's in Pascal case. https://www.twilio.com/docs/taskrouter/api/event/reference
 */
export function eventParameters(event: CallbackEvent): Parameters {
  const common: Parameters = [
    ['EventType', event.type],
    ['AccountSid', event.accountSid],
    ['WorkspaceSid', event.workspaceSid],
    ['WorkspaceName', event.workspaceName],
    ['EventDescription', event.description],
    ['ResourceType', event.resourceType],
    ['ResourceSid', event.resourceSid],
    ['Timestamp', isoSeconds(event.at)],
  ];
  const names = new Set(common.map(([name]) => name));
  const fields = Object.entries(event.data).map(([name, value]) => [pascalCase(name), value] as const);
  return [...common, ...fields.filter(([name]) => !names.has(name))];
}

const pascalCase = (name: string) =>
  name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const verbs: Readonly<Record<string, string>> = {
  activity: 'created updated deleted',
  reservation: 'created accepted rejected timeout canceled rescinded completed failed wrapup',
  task:
    'created updated canceled wrapup completed deleted system-deleted transfer-initiated transfer-attempt-failed ' +
    'transfer-failed transfer-canceled transfer-completed',
  'task-channel': 'created updated deleted',
  // Event Streams document `updated`, too: https://www.twilio.com/docs/events/event-types/taskrouter/task-queue
  'task-queue': 'created updated deleted entered timeout moved expression.updated',
  worker: 'created activity.update attributes.update capacity.update channel.availability.update deleted',
  workflow: 'created updated deleted target-matched entered timeout skipped',
  workspace: 'created updated deleted',
};

/** https://www.twilio.com/docs/taskrouter/api/event/reference */
export const eventTypes: readonly string[] = Object.entries(verbs).flatMap(([resource, all]) =>
  all.split(' ').map((verb) => `${resource}.${verb}`),
);

/** What is wrong with a workspace's EventsFilter, which lets nothing through for a type that does not exist. */
export function eventsFilterProblem(text: string): Message | undefined {
  const type = text
    .split(',')
    .map((one) => one.trim())
    .find((one) => !eventTypes.includes(one));
  if (type === undefined) return undefined;
  if (!/^[\w-]+(\.[\w-]+)+$/.test(type))
    return message('Enter types of events with commas, such as task.created,reservation.accepted.');
  const suggestion = nearest(type, eventTypes);
  return suggestion === undefined
    ? message('{type} is not a type of event.', { type })
    : message('{type} is not a type of event. Did you mean {suggestion}?', { type, suggestion });
}

/** Whether a workspace's EventsFilter, event types with commas, lets this type through; an absent one lets all. */
export const passesFilter = (filter: string | null, type: string): boolean =>
  !filter?.trim() || filter.split(',').some((one) => one.trim() === type);
