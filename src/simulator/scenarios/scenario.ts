import * as z from 'zod';
import { routingDoubts } from '../../routing/options';
import type { OptionName, RoutingOptions } from '../../routing/options';
import { FaultPlan } from '../faults/faultPlan';
import type { Plain } from '../faults/faultPlan';

/** An account's initial state, as plain data: names instead of SIDs, ages instead of dates. */

const name = z.string().min(1);
const seconds = z.number().min(0);
const count = z.int().min(1);
const milliseconds = z.number().min(0);
const span = z
  .tuple([seconds, seconds])
  .refine(([min, max]) => min <= max, 'the least must not be more than the most');

const Attributes = z
  .union([z.string(), z.record(z.string(), z.unknown())], { error: 'must be an object or a text' })
  .describe('An object is sent as its JSON, a string as it stands: also one that is no JSON.');

const Phone = z
  .enum(['answers', 'busy', 'rings out', 'unregistered'])
  .describe(
    'What happens when the worker’s phone is called; a call to an unregistered one fails at once. It answers when absent.',
  );

const Queue = z.strictObject({
  name,
  targetWorkers: z.string().describe('In TaskRouter’s expression language.'),
  maxReservedWorkers: z
    .int()
    .min(1)
    .max(50)
    .optional()
    .describe('How many workers may be reserved for one task at the same time. 1 when absent.'),
  order: z.enum(['FIFO', 'LIFO']).optional(),
  reservationActivity: name
    .optional()
    .describe('The activity of a reserved worker; TaskRouter applies it in single-tasking workspaces only.'),
  assignmentActivity: name.optional().describe('The same for a worker who has accepted.'),
});

const expression = z.string().describe('In TaskRouter’s expression language.');
const orderBy = z
  .string()
  .describe(
    'Which worker comes first, such as "worker.level DESC". Default: the one who has been idle longest.',
  );
const timeout = z.number().min(1).describe('Seconds that the task waits here.');

const DefaultFilter = z.strictObject({
  queue: name,
  priority: z.int().optional(),
  expression: expression.optional(),
  orderBy: orderBy.optional(),
  skipIf: expression.optional(),
  knownWorkerSid: expression.optional(),
  knownWorkerFriendlyName: expression.optional(),
});

const Target = DefaultFilter.extend({
  queue: name.optional().describe('Default: the queue of the target before it.'),
  timeout: timeout.optional(),
});

const Filter = z
  .strictObject({
    name,
    expression: expression.describe('In TaskRouter’s expression language, about the task’s attributes.'),
    queue: name.optional().describe('For a filter with one target, in place of targets.'),
    priority: z.int().optional(),
    timeout: timeout.optional(),
    orderBy: orderBy.optional(),
    targets: z.array(Target).min(1).optional(),
  })
  .refine(
    ({ queue, targets }) => (queue === undefined) !== (targets === undefined),
    'needs queue or targets',
  );

const Workflow = z.strictObject({
  name,
  reservationTimeout: z.number().min(1).max(86_400).describe('Seconds that a worker has to answer.'),
  filters: z.array(Filter).optional(),
  defaultQueue: name.optional(),
  defaultFilter: DefaultFilter.optional().describe('For a default filter with more than a queue.'),
  configuration: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('In place of filters: a configuration in Twilio’s format, with queues by their names.'),
  configurationFile: name
    .optional()
    .describe('A JSON file with such a configuration, relative to the scenario file.'),
  assignmentCallbackUrl: z
    .string()
    .regex(/^https?:\/\/[^\s/]+/, 'must be a URL')
    .optional()
    .describe('Where TaskRouter would send assignment callbacks. Nothing is sent; see assignmentCallbacks.'),
  assignment: z
    .enum(['conference'])
    .optional()
    .describe(
      'The instruction with which the application behind the assignment callback answers. It leaves the reservation alone when absent.',
    ),
});

const Worker = z.strictObject({
  name,
  activity: name,
  attributes: Attributes,
  capacity: z
    .record(z.string(), z.int().min(0))
    .optional()
    .describe('Tasks at one time for each channel; a channel that is not named takes one.'),
  phone: Phone.optional(),
});

const Reservation = z.strictObject({
  worker: name,
  status: z.enum([
    'pending',
    'accepted',
    'rejected',
    'timeout',
    'canceled',
    'rescinded',
    'wrapping',
    'completed',
  ]),
  age: seconds.describe('Seconds since it was created.'),
  alert: z
    .string()
    .regex(/^\d{5}$/, 'must be an error code of five digits')
    .optional()
    .describe(
      'Of a canceled one: the code of the alert that Monitor shows about its assignment callback, such as "11200".',
    ),
});

const Task = z.strictObject({
  workflow: name,
  queue: name,
  channel: name.describe('A channel’s uniqueName.'),
  attributes: Attributes,
  priority: z.int().optional(),
  age: seconds.describe('Seconds since it was created.'),
  status: z
    .enum(['pending', 'reserved', 'assigned', 'wrapping', 'completed', 'canceled'])
    .describe('A pending task is routed at once.'),
  reason: z.string().optional(),
  callEnded: seconds
    .optional()
    .describe(
      'How many seconds ago the call of its call_sid ended, although it is open. Otherwise the call ends when the caller hangs up, or when the task is wrapped up or completed.',
    ),
  reservations: z.array(Reservation).optional(),
});

const Arrival = z.strictObject({
  weight: z.number().positive().describe('How often it comes, compared with the others.'),
  workflow: name,
  channel: name,
  priority: z.int().optional(),
  attributes: Attributes.describe(
    'Texts of the form {word} are filled in for each task: {call}, {conference}, {phone}, {line}, {customer}, {email}, {conversation}, {order}, or one of the words listed here.',
  ),
  words: z.record(z.string(), z.array(z.string()).min(1)).optional(),
});

const percent = z.number().min(0).max(100);
const Life = z
  .strictObject({
    arrivalEvery: z.number().positive().describe('The mean time from one new task to the next.'),
    arrivals: z.array(Arrival).min(1),
    pendingAtLeast: z
      .number()
      .min(0)
      .describe('New tasks come sooner while fewer reservations than this are pending.'),
    waitingAtMost: z
      .number()
      .min(0)
      .describe('When more tasks than this wait for a worker, customers hang up instead of coming.'),
    leftToPerson: percent.describe(
      'How many reservations in a hundred nobody answers but the one who explores.',
    ),
    rejected: percent.describe('How many in a hundred of the others are rejected.'),
    answerAfter: span,
    talk: span,
    wrapUp: span,
    backAfter: span.describe('How long a worker who missed a reservation stays away.'),
    forgottenAfter: seconds.describe(
      'After how long a reservation that a person accepted is wrapped up for them.',
    ),
  })
  .describe(
    'How a workspace lives when nobody touches it. Times are in seconds; a pair is the least and the most.',
  );

const Workspace = z.strictObject({
  name,
  multitasking: z.boolean(),
  activities: z.array(z.strictObject({ name, available: z.boolean() })).min(1),
  defaultActivity: name,
  timeoutActivity: name.describe('Where a worker goes who let a reservation time out.'),
  channels: z.array(z.strictObject({ uniqueName: name, friendlyName: name })).min(1),
  queues: z.array(Queue).min(1),
  workflows: z.array(Workflow).min(1),
  workers: z.array(Worker),
  tasks: z.array(Task),
  life: Life.optional(),
  bulk: z
    .strictObject({ tasks: z.int().min(0), workers: count })
    .optional()
    .describe('Rows by the thousand, made when they are asked for; nobody routes them.'),
});

const sid = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`), `must be ${prefix} and 32 hexadecimal digits`);
const secret = z.string().regex(/^[!-9;-~]+$/, 'must be printable ASCII without spaces and colons');

const Account = z
  .strictObject({
    sid: sid('AC').optional(),
    authToken: secret.optional(),
    apiKeys: z.array(z.strictObject({ sid: sid('SK'), secret })).optional(),
  })
  .describe('Fixed credentials, for clients whose configuration is written once. Random when absent.');

/** Every option of src/routing/ with its choices. */
function routingChoices() {
  const choices = Object.entries(routingDoubts).map(([name, { choices, about, pages }]) => {
    const description = `${about} ${JSON.stringify(choices[0])} when absent. ${pages}`;
    return [
      name,
      z
        .literal([...choices])
        .optional()
        .describe(description),
    ];
  });
  return Object.fromEntries(choices) as { [K in OptionName]: z.ZodOptional<z.ZodType<RoutingOptions[K]>> };
}

export const Scenario = z.strictObject({
  $schema: z.string().optional(),
  name,
  description: z.string().optional().describe('One sentence.'),
  account: Account.optional(),
  workspaces: z.array(Workspace).min(1),
  rejectionsBeforeCancel: count
    .optional()
    .describe(
      'How often a task may become reserved before it is canceled, whatever becomes of the reservations. Twilio’s newer pages say 1,000, which is the default; older ones say 10 rejections.',
    ),
  assignmentCallbacks: z
    .enum(['unreachable', 'answered'])
    .optional()
    .describe(
      'The simulator sends no callbacks. A reservation of a workflow with an assignment callback URL is canceled as if neither that nor the fallback URL could be reached, or stays pending as if the application had answered without an instruction. Default: unreachable.',
    ),
  eventLag: milliseconds
    .optional()
    .describe(
      'Milliseconds by which Events come after the state they tell of. Twilio says nothing about it; 0 when absent.',
    ),
  latency: z
    .union([milliseconds, z.tuple([milliseconds, milliseconds])], {
      error: 'must be milliseconds, or the least and the most',
    })
    .optional()
    .describe('Milliseconds that every answer takes, or the least and the most. 0 when absent.'),
  concurrency: count
    .optional()
    .describe(
      'How many requests may be in flight before others are refused with 429. Twilio names no number; 100 when absent.',
    ),
  retryAfter: seconds
    .optional()
    .describe('The Retry-After of such a refusal. Twilio documents none, and none is sent when absent.'),
  faults: z.array(FaultPlan).optional(),
  routing: z
    .strictObject(routingChoices())
    .optional()
    .describe('How TaskRouter routes where its documentation is silent or contradicts itself.'),
});

export type Scenario = Plain<z.output<typeof Scenario>>;
export type WorkspacePlan = Plain<z.output<typeof Workspace>>;
export type QueuePlan = Plain<z.output<typeof Queue>>;
export type WorkflowPlan = Plain<z.output<typeof Workflow>>;
export type AttributesPlan = Plain<z.output<typeof Attributes>>;
export type WorkerPlan = Plain<z.output<typeof Worker>>;
export type TaskPlan = Plain<z.output<typeof Task>>;
export type ReservationPlan = Plain<z.output<typeof Reservation>>;
export type LifePlan = Plain<z.output<typeof Life>>;
export type ArrivalPlan = Plain<z.output<typeof Arrival>>;
export type Span = Plain<z.output<typeof span>>;
