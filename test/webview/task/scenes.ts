import { at, sampleExplanation, sampleFacts, sidOf } from '../../explanation/samples';
import type { TaskExplanation, Timeline, WorkerLine } from '../../../src/explanation/explanation';
import { message } from '../../../src/taskrouter/message';
import type { TaskModel } from '../../../src/extension/features/task/taskState';
import type { AskView } from '../../../src/webview/task/protocol';
import type { OpenTask } from './taskPage';

const change = (task: OpenTask, model: Partial<TaskModel>): Promise<void> =>
  task.extension.change({ model: { ...task.extension.model, ...model } });

const eligible = (index: number): WorkerLine => ({
  sid: sidOf('WK', 100 + index),
  name: ['Ana Reyes', 'Bo Lind', 'Chen Wu', 'Dev Rao'][index] ?? `Worker ${index}`,
  activity: 'Available',
  reason: index === 0 ? 'offered' : 'eligible',
  message: message('Available for {time}, {free} of {capacity} free', {
    time: `${60 - (index % 60)} min`,
    free: 1,
    capacity: 1,
  }),
  comparisons: [],
  holders: [],
});

export const offered: TaskExplanation = {
  ...sampleExplanation,
  status: 'reserved',
  headline: {
    kind: 'offered',
    message: message('Offered to {worker}. {others} are next', {
      worker: 'Ana Reyes',
      others: 'Bo Lind and Chen Wu',
    }),
    certainty: 'probable',
    because: [
      message('The API does not show when a worker last had a task'),
      message('Events may lag behind'),
    ],
    until: at(283).getTime(),
  },
  workers: {
    ...sampleExplanation.workers!,
    next: [0, 1, 2, 3].map(eligible),
    order: {
      message: message('The one who has been available longest comes first'),
      certainty: 'probable',
      because: [message('The API does not show when a worker last had a task')],
    },
    wouldQualify: sampleExplanation.workers!.wouldQualify,
  },
  changes: [],
};

/** A queue of 5,000 workers of whom most do not qualify. */
export const crowded: TaskExplanation = {
  ...sampleExplanation,
  headline: {
    ...sampleExplanation.headline,
    kind: 'nobody qualifies',
    message: message('No worker qualifies: {expression} matches none of {count}', {
      expression: "languages HAS 'fr'",
      count: '5,000',
    }),
  },
  workers: {
    ...sampleExplanation.workers!,
    unknown: Array.from({ length: 150 }, (_, i) => ({
      ...eligible(i + 10),
      reason: 'capacity unknown' as const,
      message: message('Available; the capacity of their channel has not been read'),
    })),
    notQualified: Array.from({ length: 4850 }, (_, i) => ({
      ...sampleExplanation.workers!.notQualified[0]!,
      sid: sidOf('WK', 1000 + i),
      name: `Agent ${i + 1}`,
    })),
  },
};

const pattern = {
  kind: 'timeout cascade',
  claim: {
    message: message('{count} offers in a row timed out', { count: 4 }),
    certainty: 'certain',
    because: [],
  },
  remedy: message(
    'Set a timeout activity that is not available, so that workers who do not answer get no further offers.',
  ),
  page: 'https://www.twilio.com/docs/taskrouter',
} as const;

export const canceled: { readonly explanation: TaskExplanation; readonly timeline: Timeline } = {
  explanation: {
    taskSid: sampleExplanation.taskSid,
    at: sampleExplanation.at,
    status: 'canceled',
    headline: {
      kind: 'canceled',
      message: message('Canceled {time} ago: the workflow’s last step timed out after {seconds} s', {
        time: '2 h',
        seconds: 300,
      }),
      certainty: 'certain',
      because: [],
    },
    next: { when: 'none', workers: [], count: 0, certainty: 'certain', because: [] },
    patterns: [pattern],
    changes: [],
    notes: [
      {
        kind: 'not read',
        message: message('The workers were not read.'),
        part: 'workers',
      },
    ],
  },
  timeline: {
    entries: [
      { kind: 'created', at: at(-7500).getTime(), message: message('Task created') },
      {
        kind: 'entered queue',
        at: at(-7500).getTime(),
        message: message('Entered queue {queue}', { queue: 'Billing' }),
        duration: 300_000,
      },
      {
        kind: 'offered',
        at: at(-7490).getTime(),
        message: message('Offered to {worker}', { worker: 'Ana Reyes' }),
        duration: 120_000,
        why: {
          message: message('{worker} had been available longest', { worker: 'Ana Reyes' }),
          certainty: 'probable',
          because: [message('As far as today’s rows tell')],
        },
      },
      {
        kind: 'timed out',
        at: at(-7370).getTime(),
        message: message('{worker} did not answer', { worker: 'Ana Reyes' }),
      },
      {
        kind: 'worker activity',
        at: at(-7369).getTime(),
        message: message('{worker} is now {activity}', { worker: 'Ana Reyes', activity: 'Offline' }),
      },
      {
        kind: 'gap',
        at: at(-7369).getTime(),
        message: message('Nothing happened for {time}', { time: '2 min 49 s' }),
        duration: 169_000,
      },
      {
        kind: 'workflow timed out',
        at: at(-7200).getTime(),
        message: message('The workflow’s last step timed out'),
      },
      {
        kind: 'canceled',
        at: at(-7200).getTime(),
        message: message('Task canceled: {reason}', { reason: 'Task canceled on Workflow timeout' }),
      },
    ],
    notes: [],
  },
};

/** Opens what Ask TaskRouter stands in, with this state of it. */
async function showAsk(task: OpenTask, ask: AskView): Promise<void> {
  await change(task, { ask });
  const shown = task.page.locator('.ask');
  // An earlier scene on the same page has opened it.
  if (!(await shown.isVisible()))
    await task.page.locator('summary', { hasText: 'Requests behind this explanation' }).click();
  await shown.waitFor();
}

/** States of the page that are worth seeing. */
export const scenes: Record<string, (task: OpenTask) => Promise<void>> = {
  waiting: async () => {},
  offered: (task) =>
    change(task, {
      explanation: offered,
      actions: [
        ['taskrouter.reservation.open', 'edit', 'Open Reservation'],
        ['taskrouter.reservation.accept', 'check', 'Accept Reservation'],
        ['taskrouter.reservation.reject', 'close', 'Reject Reservation'],
      ].map(([command, icon, title]) => ({
        command: command!,
        icon: icon!,
        title: title!,
        worker: 'Ana Reyes',
        reservationSid: sidOf('WR', 1),
      })),
      reading: true,
    }),
  crowded: (task) => change(task, { explanation: crowded }),
  canceled: async (task) => {
    await change(task, { ...canceled, facts: { ...sampleFacts, workers: [] } });
  },
  asking: (task) => showAsk(task, { progress: '1 of 3', findings: [], notes: [] }),
  asked: async (task) => {
    await showAsk(task, {
      findings: [
        { agrees: true, text: 'TaskRouter agrees on the workers of Billing: 3, of whom 1 is available.' },
        {
          agrees: false,
          text: 'According to TaskRouter, Chen Wu (1) also match languages HAS "fr". This page counts them as not matching.',
        },
      ],
      notes: [
        'Where they differ, this page is wrong or out of date.',
        'The credentials do not allow some of these requests (1).',
      ],
    });
    await task.page.locator('.findings .differs').waitFor();
  },
  loading: (task) => change(task, { explanation: undefined, timeline: undefined, reading: true }),
  failed: (task) =>
    change(task, {
      explanation: undefined,
      timeline: undefined,
      problem: 'TaskRouter could not be reached. Check your network, then try again.',
    }),
};
