/** What decides the order of waiting tasks. */
export interface WaitingTask {
  readonly priority: number;
  /** virtual_start_time, in milliseconds since 1970. */
  readonly virtualStart: number;
  /** Its index in the order of creation. */
  readonly place: number;
  /** task_order of its queue. */
  readonly taskOrder: TaskOrder;
}

export type TaskOrder = 'FIFO' | 'LIFO';

/**
 * Negative when the first task is offered before the second. For workers of several queues, tasks in the order that
 * the workspace prioritizes come first. In FIFO queues the highest priority comes first, then the oldest; in
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
