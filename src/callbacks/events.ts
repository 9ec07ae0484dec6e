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

/** Whether a text can be a workspace's EventsFilter. */
export const isEventsFilter = (text: string): boolean =>
  text.split(',').every((one) => /^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)+$/.test(one.trim()));

/** Whether a workspace's EventsFilter, event types with commas, lets this type through; an absent one lets all. */
export const passesFilter = (filter: string | null, type: string): boolean =>
  !filter?.trim() || filter.split(',').some((one) => one.trim() === type);
