/**
 * Points that Twilio's documentation leaves open or contradicts itself on. Each is an option; its first choice is the
 * default. Only tests with a live account could show which choice is right.
 *
 * Pages are named by the last part of their address below https://www.twilio.com/docs/taskrouter.
 */
interface Doubt {
  readonly choices: readonly [boolean, boolean] | readonly [string, string, ...string[]];
  /** What the choice decides. */
  readonly about: string;
  /** What the pages say. */
  readonly pages: string;
}

const doubts = {
  andBeforeOr: {
    choices: [true, false],
    about: 'AND binds tighter than OR; otherwise both are read from left to right.',
    pages: 'expression-syntax only recommends parentheses.',
  },
  keywordCase: {
    choices: ['any', 'documented'],
    about:
      'Which letter case keywords may have; "documented" is upper case, and lower-case `in` and `contains`.',
    pages:
      'Examples are in upper case, but for `in` (activity-based-routing) and `contains` (a changelog entry).',
  },
  stringEscapes: {
    choices: [true, false],
    about: 'A backslash in a string escapes the next character; otherwise it stands for itself.',
    pages: 'No page mentions escapes.',
  },
  hyphensInStrings: {
    choices: [true, false],
    about: 'Strings may contain hyphens.',
    pages:
      'expression-syntax: "Hyphens are not supported in TaskRouter expressions". Production workflows use them.',
  },
  negativeNumbers: {
    choices: [true, false],
    about: 'A number may have a minus sign.',
    pages: 'No page shows one.',
  },
  emptyLists: {
    choices: [true, false],
    about: 'A list may be empty.',
    pages: 'No page shows one.',
  },
  bareKeys: {
    choices: [false, true],
    about: 'A key alone is a condition: it holds when its value is true.',
    pages: 'expression-syntax builds every expression of comparisons.',
  },
  unprefixedTargetKeys: {
    choices: ['refused', 'null'],
    about: 'What a key without task. or worker. does in the expression of a target.',
    pages: 'workflow-configuration requires the prefix and does not say what happens without.',
  },
  workerFieldsInQueues: {
    choices: [true, false],
    about:
      'TargetWorkers may use sid, friendly_name, activity_sid and activity_name where no attribute has that name.',
    pages:
      'expression-syntax names these fields for targets, the OpenAPI description for the list of workers.',
  },
  workerPrefixInQueues: {
    choices: [false, true],
    about: 'TargetWorkers may write worker.level for level.',
    pages: 'api/task-queue shows keys without a prefix only.',
  },
  nullEqualsNull: {
    choices: [true, false],
    about: 'Two missing keys are equal. (A comparison with `null` itself always tests for presence.)',
    pages: 'expression-syntax: missing keys resolve to NULL. It does not compare two.',
  },
  nullDiffersFromValues: {
    choices: [true, false],
    about: 'A missing key differs from every value: `vip != true` holds without vip.',
    pages: 'No page says; production workflows rely on it.',
  },
  nullIsLowest: {
    choices: [false, true],
    about: 'A missing key is less than every value; otherwise <, <=, > and >= are false for it.',
    pages: 'No page says.',
  },
  notInNull: {
    choices: [false, true],
    about: '`value NOT IN key` holds where the key is missing.',
    pages:
      'expression-syntax: array operators on two scalars are false; whether NULL is a scalar there is not said.',
  },
  arrayDiffersFromNull: {
    choices: [true, false],
    about: '`key != null` holds for an array.',
    pages:
      'lifecycle-task-workflows-and-assignment uses it for arrays; expression-syntax: scalar operators on arrays are false.',
  },
  numericStringsEqualNumbers: {
    choices: [true, false],
    about: '`"5" == 5` holds.',
    pages: 'expression-syntax advises against mixed types; api/task-queue has "6" pass `> 5`.',
  },
  caseSensitiveStrings: {
    choices: [true, false],
    about: 'Strings that differ in letter case only are different.',
    pages: 'No page says.',
  },
  afterLastTimeout: {
    choices: ['next filter', 'cancel'],
    about: "What a task does after the timeout of a filter's last target.",
    pages:
      'workflow-configuration and lifecycle-task-workflows-and-assignment: next matching filter; workflow-configuration also, and lifecycle-task-state: canceled.',
  },
  timeoutsAcrossFilters: {
    choices: ['continue', 'restart'],
    about: 'Whether the sum of timeouts runs on in the next filter or starts again when the task enters it.',
    pages: 'task-evaluation adds up the timeouts of one filter only.',
  },
  afterFailedReservation: {
    choices: ['same target', 'next target'],
    about: "Where a task goes after a failed reservation, within its target's timeout.",
    pages:
      'lifecycle-task-workflows-and-assignment: other matching workers; task-evaluation: the next target.',
  },
  reservationOutlivesTarget: {
    choices: [true, false],
    about: "A pending reservation continues past its target's timeout; otherwise it is canceled then.",
    pages:
      'lifecycle-task-workflows-and-assignment compares the times when the reservation ends, and says no more.',
  },
  withoutMatch: {
    choices: ['cancel', 'wait'],
    about: 'What happens to a task that matches no filter of a workflow without default_filter.',
    pages: 'No page says.',
  },
  afterLastSkip: {
    choices: ['next filter', 'default filter', 'cancel'],
    about: "What a task does after skipping a filter's last target.",
    pages:
      'lifecycle-task-workflows-and-assignment: next filter; worker-presence: as if the filter did not match; api/event/reference: removed.',
  },
  attributesReroute: {
    choices: [true, false],
    about: 'Updating the attributes of a pending task sends it through its workflow again.',
    pages: 'api/task: yes; lifecycle-task-workflows-and-assignment: only ReEvaluateTasks does.',
  },
  expiredTargets: {
    choices: ['pass', 'restart'],
    about:
      'Whether a task that is routed again passes targets whose time is over, or all timeouts start again.',
    pages: 'task-evaluation counts timeouts by the age of the task; whether also then is not said.',
  },
  capacityFallsAt: {
    choices: ['reservation', 'acceptance'],
    about: "When a task takes up its worker's capacity.",
    pages: 'multitasking: its formula counts pending reservations, its FAQ says acceptance.',
  },
  percentageOfNoCapacity: {
    choices: ['0', '100'],
    about: 'available_capacity_percentage of a channel with capacity 0.',
    pages: 'The formula of multitasking divides by the capacity.',
  },
  defaultCapacity: {
    choices: ['1', '0'],
    about: 'The capacity of a worker channel that nobody configured.',
    pages: 'Samples show 1.',
  },
  idleSince: {
    choices: ['reservation', 'assignment', 'completion'],
    about: 'What a worker’s idle time starts with: a reservation, an assignment or a completion.',
    pages:
      'order-workers: since the last assignment, and also: unoccupied; lifecycle-task-workflows-and-assignment: round robin.',
  },
  nonIntegerOrder: {
    choices: ['whole', 'clause'],
    about: 'What is ignored when one worker has a non-integer value: all of order_by, or that clause of it.',
    pages: 'order-workers: "the expression is ignored".',
  },
  excludedActivities: {
    choices: ['never', 'when named'],
    about:
      'Whether a target expression about worker.activity_sid or .activity_name reaches unavailable workers.',
    pages:
      'activity-based-routing suggests it; api/activity: workers in an unavailable activity get no tasks.',
  },
  fullRoutingTarget: {
    choices: ['wait', 'cancel'],
    about: 'What a task for one worker does while that worker has no capacity and IgnoreCapacity is false.',
    pages: 'api/task does not say.',
  },
} as const satisfies Record<string, Doubt>;

export type OptionName = keyof typeof doubts;
type Widened<T> = T extends boolean ? boolean : T;
export type RoutingOptions = {
  readonly [K in OptionName]: Widened<(typeof doubts)[K]['choices'][number]>;
};

/** For documentation, schemas and tests: every option with its choices, the default first. */
export const routingDoubts: Readonly<Record<OptionName, Doubt>> = doubts;

export const defaultOptions = Object.fromEntries(
  Object.entries(routingDoubts).map(([name, { choices }]) => [name, choices[0]]),
) as RoutingOptions;
