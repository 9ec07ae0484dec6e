import type { ExplanationFacts } from '../../src/explanation/facts';
import type { TaskExplanation, Timeline } from '../../src/explanation/explanation';

/** `sidOf('WK', 1)`: a SID for tests. */
export const sidOf = (prefix: string, index: number): string => prefix + index.toString(16).padStart(32, '0');

/** Monday morning in every sample. */
export const start = Date.UTC(2026, 0, 5, 9);
export const at = (seconds: number): Date => new Date(start + seconds * 1000);

const [ws, ww, wt] = [sidOf('WS', 1), sidOf('WW', 1), sidOf('WT', 1)];
const [billing, anyone] = [sidOf('WQ', 1), sidOf('WQ', 2)];
const [available, onBreak] = [sidOf('WA', 1), sidOf('WA', 2)];
const [ana, bo, chen, dev] = [sidOf('WK', 1), sidOf('WK', 2), sidOf('WK', 3), sidOf('WK', 4)];

const configuration = {
  task_routing: {
    filters: [
      {
        filter_friendly_name: 'Billing',
        expression: "topic == 'billing'",
        targets: [
          { queue: billing, expression: 'task.language IN worker.languages', timeout: 300 },
          { queue: anyone, timeout: 600 },
        ],
      },
    ],
    default_filter: { queue: anyone },
  },
};

const worker = (
  sid: string,
  name: string,
  activity: string,
  languages: readonly string[],
  since: number,
) => ({
  sid,
  workspace_sid: ws,
  friendly_name: name,
  activity_sid: activity,
  activity_name: activity === available ? 'Available' : 'Break',
  available: activity === available,
  attributes: JSON.stringify({ languages, team: 'billing' }),
  date_created: at(-86_400),
  date_status_changed: at(since),
});

const channel = (workerSid: string, capacity: number, percentage: number) => [
  {
    sid: sidOf('WC', Number.parseInt(workerSid.slice(2), 16)),
    worker_sid: workerSid,
    task_channel_sid: sidOf('TC', 1),
    task_channel_unique_name: 'voice',
    available: true,
    configured_capacity: capacity,
    available_capacity_percentage: percentage,
    assigned_tasks: percentage === 100 ? 0 : 1,
  },
];

const event = (index: number, type: string, seconds: number, data: Readonly<Record<string, string>>) => ({
  sid: sidOf('EV', index),
  event_type: type,
  event_date: at(seconds),
  event_date_ms: at(seconds).getTime(),
  event_data: { task_sid: wt, workflow_sid: ww, ...data },
  resource_type: type.split('.')[0]!,
});

/** A call in Billing that has waited four minutes: one agent is busy, one on a break, two do not speak French. */
export const sampleFacts: ExplanationFacts = {
  now: at(240).getTime(),
  readAt: at(240).getTime(),
  taskSid: wt,
  task: {
    sid: wt,
    workspace_sid: ws,
    age: 240,
    assignment_status: 'pending',
    attributes: JSON.stringify({
      topic: 'billing',
      language: 'fr',
      name: 'Rosa Hazel',
      from: '+12125550101',
    }),
    date_created: at(0),
    date_updated: at(0),
    task_queue_entered_date: at(0),
    virtual_start_time: at(0),
    priority: 0,
    task_queue_sid: billing,
    task_queue_friendly_name: 'Billing',
    task_channel_sid: sidOf('TC', 1),
    task_channel_unique_name: 'voice',
    timeout: 86_400,
    workflow_sid: ww,
    workflow_friendly_name: 'Calls',
  },
  workspace: {
    sid: ws,
    friendly_name: 'Support',
    multi_task_enabled: true,
    prioritize_queue_order: 'FIFO',
    default_activity_name: 'Offline',
    timeout_activity_name: 'Offline',
  },
  workflow: {
    sid: ww,
    friendly_name: 'Calls',
    configuration: JSON.stringify(configuration),
    task_reservation_timeout: 120,
    date_created: at(-90_000),
    date_updated: at(-80_000),
  },
  queues: [
    {
      sid: billing,
      friendly_name: 'Billing',
      target_workers: "team == 'billing'",
      max_reserved_workers: 1,
      task_order: 'FIFO',
    },
    {
      sid: anyone,
      friendly_name: 'Anyone',
      target_workers: '1==1',
      max_reserved_workers: 1,
      task_order: 'FIFO',
    },
  ],
  activities: [
    { sid: available, friendly_name: 'Available', available: true },
    { sid: onBreak, friendly_name: 'Break', available: false },
  ],
  taskChannels: [
    { sid: sidOf('TC', 1), unique_name: 'voice', friendly_name: 'Voice', channel_optimized_routing: false },
  ],
  workers: [
    worker(ana, 'Ana Reyes', available, ['fr', 'en'], -3600),
    worker(bo, 'Bo Lind', onBreak, ['fr'], -600),
    worker(chen, 'Chen Wu', available, ['en'], -1200),
    worker(dev, 'Dev Rao', available, ['en', 'hi'], -900),
  ],
  members: new Map([
    [billing, [ana, bo, chen, dev]],
    [anyone, [ana, bo, chen, dev]],
  ]),
  hasAllWorkers: true,
  workerChannels: new Map([[ana, channel(ana, 1, 0)]]),
  reservations: [],
  workerReservations: new Map([
    [
      ana,
      [
        {
          sid: sidOf('WR', 9),
          reservation_status: 'accepted',
          task_sid: sidOf('WT', 9),
          worker_sid: ana,
          worker_name: 'Ana Reyes',
          date_created: at(-300),
          date_updated: at(-290),
        },
      ],
    ],
  ]),
  waitingTasks: [],
  // As TaskRouter lists them: the newest first.
  events: [
    event(1, 'workflow.entered', 0, {}),
    event(2, 'task-queue.entered', 0, { task_queue_sid: billing, task_queue_name: 'Billing' }),
    event(3, 'task.created', 0, {}),
    event(4, 'workflow.target-matched', 0, {
      workflow_filter_name: 'Billing',
      workflow_filter_target_expression: 'task.language IN worker.languages',
    }),
  ].reverse(),
  unread: [],
};

const comparison = (value: string) => ({
  text: 'task.language IN worker.languages',
  operator: 'IN',
  left: { text: 'task.language', value: '"fr"', state: 'known' as const },
  right: { text: 'worker.languages', value, state: 'known' as const },
  result: false as const,
});

const notQualified = (sid: string, name: string, since: number, languages: string) => ({
  sid,
  name,
  activity: 'Available',
  reason: 'target expression' as const,
  message: {
    text: 'Does not match {expression}: {left} is {leftValue}, {right} is {rightValue}',
    args: {
      expression: 'task.language IN worker.languages',
      left: 'task.language',
      leftValue: '"fr"',
      right: 'worker.languages',
      rightValue: languages,
    },
  },
  since: at(since).getTime(),
  comparisons: [comparison(languages)],
  holders: [],
});

/** What an explanation of `sampleFacts` looks like. */
export const sampleExplanation: TaskExplanation = {
  taskSid: wt,
  at: at(240).getTime(),
  status: 'pending',
  headline: {
    kind: 'none free',
    message: {
      text: 'Waiting {age} in {queue}: {count} workers qualify, none is free',
      args: { age: '4 min', queue: 'Billing', count: 2 },
    },
    certainty: 'certain',
    because: [],
    until: at(300).getTime(),
  },
  next: { when: 'waiting', workers: [], count: 0, certainty: 'certain', because: [] },
  workflow: {
    workflowSid: ww,
    workflowName: 'Calls',
    filters: [
      {
        name: 'Billing',
        expression: "topic == 'billing'",
        matches: true,
        comparisons: [
          {
            text: "topic == 'billing'",
            operator: '==',
            left: { text: 'topic', value: '"billing"', state: 'known' },
            right: { text: "'billing'", value: '"billing"', state: 'known' },
            result: true,
          },
        ],
        targets: [
          {
            queueSid: billing,
            queueName: 'Billing',
            timeout: 300,
            expression: 'task.language IN worker.languages',
            state: 'current',
            deadline: at(300).getTime(),
          },
          {
            queueSid: anyone,
            queueName: 'Anyone',
            timeout: 600,
            state: 'ahead',
            deadline: at(900).getTime(),
          },
        ],
      },
      {
        name: 'default_filter',
        matches: false,
        comparisons: [],
        targets: [{ queueSid: anyone, queueName: 'Anyone', state: 'other filter' }],
      },
    ],
    place: {
      message: { text: 'In target {target} of filter {filter}', args: { target: 1, filter: 'Billing' } },
      certainty: 'certain',
      because: [],
    },
    next: {
      at: at(300).getTime(),
      claim: {
        message: {
          text: 'Moves to target {target} of filter {filter}, queue {queue}',
          args: { target: 2, filter: 'Billing', queue: 'Anyone' },
        },
        certainty: 'certain',
        because: [],
      },
    },
    ttl: at(86_400).getTime(),
  },
  workers: {
    queueSid: billing,
    queueName: 'Billing',
    channel: 'voice',
    ranked: 0,
    next: [],
    order: {
      message: { text: 'Nobody can be offered the task now', args: {} },
      certainty: 'certain',
      because: [],
    },
    wouldQualify: [
      {
        sid: ana,
        name: 'Ana Reyes',
        activity: 'Available',
        reason: 'channel full',
        message: {
          text: 'Channel {channel} is full ({occupied} of {capacity})',
          args: { channel: 'voice', occupied: 1, capacity: 1 },
        },
        since: at(-3600).getTime(),
        comparisons: [],
        holders: [{ taskSid: sidOf('WT', 9), reservationSid: sidOf('WR', 9), status: 'accepted' }],
      },
      {
        sid: bo,
        name: 'Bo Lind',
        activity: 'Break',
        reason: 'unavailable',
        message: { text: 'In activity {activity} for {time}', args: { activity: 'Break', time: '14 min' } },
        since: at(-600).getTime(),
        comparisons: [],
        holders: [],
      },
    ],
    unknown: [],
    notQualified: [
      notQualified(chen, 'Chen Wu', -1200, '["en"]'),
      notQualified(dev, 'Dev Rao', -900, '["en","hi"]'),
    ],
  },
  patterns: [],
  changes: [
    {
      kind: 'activity',
      message: {
        text: 'Move {worker} from {from} to {to}',
        args: { worker: 'Bo Lind', from: 'Break', to: 'Available' },
      },
      certainty: 'probable',
      because: [{ text: 'The capacity of {worker} was not read', args: { worker: 'Bo Lind' } }],
      subjectSid: bo,
      workerSid: bo,
      activitySid: available,
    },
  ],
  notes: [],
};

/** What a timeline of `sampleFacts` looks like. */
export const sampleTimeline: Timeline = {
  entries: [
    {
      kind: 'created',
      at: at(0).getTime(),
      message: { text: 'Task created', args: {} },
      eventSid: sidOf('EV', 3),
    },
    {
      kind: 'entered queue',
      at: at(0).getTime(),
      message: { text: 'Entered queue {queue}', args: { queue: 'Billing' } },
      duration: 240_000,
      eventSid: sidOf('EV', 2),
    },
    {
      kind: 'target matched',
      at: at(0).getTime(),
      message: { text: 'Matched filter {filter}', args: { filter: 'Billing' } },
      eventSid: sidOf('EV', 4),
    },
  ],
  notes: [],
};
