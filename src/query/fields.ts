import type { Message } from '../taskrouter/message';
import { message } from '../taskrouter/message';
import { taskStatuses } from '../taskrouter/resources';
import type { Comparator } from './syntax';

export type TaskStatus = (typeof taskStatuses)[number];

/** What each kind of field is compared with, and how. */
type Kind = 'choice' | 'text' | 'duration' | 'number' | 'attribute';

export interface Field {
  readonly kind: Kind;
  /** What it is, for completion. */
  readonly help: Message;
  /** The only values that it can have. */
  readonly choices?: readonly string[];
}

const ofTasks = {
  status: { kind: 'choice', choices: taskStatuses, help: message('the task’s status') },
  is: {
    kind: 'choice',
    choices: ['open', 'finished', 'overdue', 'unstaffed', 'unserved'],
    help: message(
      'open, finished, overdue, unstaffed (no available worker) or unserved (no eligible worker)',
    ),
  },
  age: { kind: 'duration', help: message('time since the task was created: age>2h') },
  queued: { kind: 'duration', help: message('time in its queue: queued>10m') },
  updated: { kind: 'duration', help: message('time since its last update: updated>1h') },
  workspace: { kind: 'text', help: message('the workspace’s name') },
  queue: { kind: 'text', help: message('the queue’s name') },
  workflow: { kind: 'text', help: message('the workflow’s name') },
  channel: { kind: 'text', help: message('the task channel, such as voice') },
  priority: { kind: 'number', help: message('the priority: priority>=10') },
  worker: { kind: 'text', help: message('the worker who has it or is offered it') },
  from: { kind: 'text', help: message('the caller or sender') },
  reason: { kind: 'text', help: message('why it was canceled or completed') },
  sid: { kind: 'text', help: message('the task’s SID') },
  attributes: { kind: 'attribute', help: message('an attribute: attributes.vip=true') },
} as const satisfies Readonly<Record<string, Field>>;

const ofWorkers = {
  name: { kind: 'text', help: message('the worker’s name') },
  activity: { kind: 'text', help: message('the name of the activity') },
  available: {
    kind: 'choice',
    choices: ['true', 'false'],
    help: message('whether the activity lets the worker take tasks: true or false'),
  },
  since: { kind: 'duration', help: message('time in the activity: since>1h') },
  age: { kind: 'duration', help: message('time since the worker was created: age>7d') },
  sid: { kind: 'text', help: message('the worker’s SID') },
  attributes: { kind: 'attribute', help: message('an attribute: attributes.languages=es') },
} as const satisfies Readonly<Record<string, Field>>;

export type FieldName = keyof typeof ofTasks | keyof typeof ofWorkers;

/** The fields that a query about one kind of row can name. */
export class Fields {
  readonly names: readonly FieldName[];

  /** @param otherNames what TaskRouter and other tools call the same */
  constructor(
    private readonly fields: Readonly<Partial<Record<FieldName, Field>>>,
    private readonly otherNames: Readonly<Record<string, FieldName>>,
  ) {
    this.names = Object.keys(fields) as FieldName[];
  }

  has(name: string): name is FieldName {
    return Object.hasOwn(this.fields, name);
  }

  get(name: string): Field | undefined {
    return this.has(name) ? this.fields[name] : undefined;
  }

  /** The field that somebody meant who knows it by another name. */
  meantBy(name: string): FieldName | undefined {
    const known = name.toLowerCase();
    return Object.hasOwn(this.otherNames, known) ? this.otherNames[known] : undefined;
  }
}

export const taskFields = new Fields(ofTasks, {
  created: 'age',
  date_created: 'age',
  date_updated: 'updated',
  since: 'updated',
  assignment_status: 'status',
  state: 'status',
  task_queue: 'queue',
  taskqueue: 'queue',
  task_channel: 'channel',
  assignee: 'worker',
  caller: 'from',
  phone: 'from',
  id: 'sid',
});

export const workerFields = new Fields(ofWorkers, {
  created: 'age',
  date_created: 'age',
  date_status_changed: 'since',
  activity_name: 'activity',
  status: 'activity',
  state: 'activity',
  friendly_name: 'name',
  friendlyname: 'name',
  worker: 'name',
  is: 'available',
  id: 'sid',
});

/** The statuses for which each flag of `is` can hold. */
export const statusesOf: Readonly<Record<string, readonly TaskStatus[]>> = {
  open: ['pending', 'reserved', 'assigned', 'wrapping'],
  finished: ['canceled', 'completed'],
  /** Reserved for longer than its workflow's reservations may be pending. */
  overdue: ['reserved'],
  /** Waiting in a queue without available workers: nobody is eligible, or the activity of all who are takes no tasks. */
  unstaffed: ['pending'],
  /** Waiting in a queue without eligible workers, whatever their activity. */
  unserved: ['pending'],
};

export const comparatorsOf: Readonly<Record<Kind, readonly Comparator[]>> = {
  choice: [':', '='],
  text: [':', '='],
  duration: ['<', '<=', '>', '>='],
  number: [':', '=', '<', '<=', '>', '>='],
  attribute: [':', '=', '<', '<=', '>', '>='],
};

/** Where Flex, Studio and hand-written flows have a caller's or sender's address. */
export const fromKeys = ['from', 'caller', 'customerAddress', 'customer_address', 'phone', 'email'] as const;

const unitMilliseconds: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `90s`, `2h`, `1h30m`, `3d` in milliseconds; undefined for anything else. */
export function durationOf(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(min|[smhdw]))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(min|[smhdw])/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * unitMilliseconds[unit!]!, 0);
}

/** A number as JSON has them; undefined for anything else. */
export const numberOf = (text: string): number | undefined =>
  /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
