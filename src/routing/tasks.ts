/** What decides which of two waiting tasks comes first. */
export interface WaitingTask {
  readonly priority: number;
  /** virtual_start_time, in milliseconds since 1970. */
  readonly virtualStart: number;
  /** Where it stands among all tasks by creation. */
  readonly place: number;
  /** task_order of its queue. */
  readonly taskOrder: TaskOrder;
}

export type TaskOrder = 'FIFO' | 'LIFO';

/**
 * Negative for a first task that is offered before the second. For workers of several queues, those of the order
 * that the workspace prefers come first. In FIFO queues the highest priority comes first, then the oldest; in
 * LIFO queues the newest, whatever its priority.
 * https://www.twilio.com/docs/taskrouter/queue-ordering-last-first-out-lifo
 */
export const taskComparison =
  (prioritizeQueueOrder: TaskOrder) =>
  (a: WaitingTask, b: WaitingTask): number => {
    if (a.taskOrder !== b.taskOrder) return a.taskOrder === prioritizeQueueOrder ? -1 : 1;
    const age = a.virtualStart - b.virtualStart || a.place - b.place;
    return a.taskOrder === 'LIFO' ? -age : b.priority - a.priority || age;
  };
