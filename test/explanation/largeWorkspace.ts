import type { ExplanationFacts } from '../../src/explanation/facts';
import { at, sampleFacts, sidOf } from './samples';

export interface Size {
  readonly workers: number;
  /** Comparisons in the expression of the task's target, joined by OR. */
  readonly comparisons: number;
  readonly waitingTasks: number;
}

/** A target's expression that names so many skills, and no worker of `largeFacts` has one of them. */
export const longExpression = (comparisons: number): string =>
  Array.from(
    { length: comparisons },
    (_, i) => `(worker.skills HAS 'skill${i}' AND worker.level >= ${(i % 5) + 1})`,
  ).join(' OR ');

/** A task that waits in a large queue whose target has a long expression. */
export function largeFacts({ workers, comparisons, waitingTasks }: Size): ExplanationFacts {
  const { queueSid } = sampleQueue;
  const [available, onBreak] = sampleFacts.activities;
  const rows = Array.from({ length: workers }, (_, i) => {
    const activity = i % 3 === 0 ? onBreak! : available!;
    return {
      sid: sidOf('WK', 100 + i),
      friendly_name: `Agent ${i}`,
      activity_sid: activity.sid,
      activity_name: activity.friendly_name!,
      available: activity.available!,
      attributes: JSON.stringify({
        skills: [`skill${1000 + (i % 40)}`, 'sales'],
        level: i % 5,
        team: 'billing',
        contact_uri: `client:agent${i}`,
        site: ['Berlin', 'Lagos', 'Lima'][i % 3],
      }),
      date_created: at(-900_000),
      date_status_changed: at(-600 - i),
    };
  });
  const configuration = {
    task_routing: {
      filters: [
        {
          filter_friendly_name: 'Billing',
          expression: "topic == 'billing'",
          targets: [{ queue: queueSid, expression: longExpression(comparisons) }],
        },
      ],
    },
  };
  return {
    ...sampleFacts,
    workflow: { ...sampleFacts.workflow!, configuration: JSON.stringify(configuration) },
    workers: rows,
    members: new Map([[queueSid, rows.map(({ sid }) => sid)]]),
    workerChannels: new Map(),
    workerReservations: new Map(),
    waitingTasks: Array.from({ length: waitingTasks }, (_, i) => ({
      ...sampleFacts.task!,
      sid: sidOf('WT', 1000 + i),
      date_created: at(-1 - (i % 3600)),
    })),
  };
}

const sampleQueue = { queueSid: sampleFacts.task!.task_queue_sid! };
