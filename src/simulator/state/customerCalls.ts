import type { AccountState } from './accountState';
import type { AccountEvent, Task, TaskStatus, Workspace } from './rows';

/** The call of a customer, whose SID a task's attributes name as `call_sid`. Times are in milliseconds since 1970. */
export interface CustomerCall {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly created: number;
  readonly ended?: number;
}

const maxRemembered = 1000;
/** Both parties have hung up. */
const isOver: readonly TaskStatus[] = ['wrapping', 'completed'];

/**
 * The calls of the tasks. A call is in progress until its caller hangs up, or until its task is wrapped up or
 * completed; it goes on when its task is canceled for another reason. https://www.twilio.com/docs/taskrouter/task-evaluation
 */
export class CustomerCalls {
  readonly #ended = new Map<string, CustomerCall>();

  constructor(private readonly account: AccountState) {
    account.observe((event) => this.#onEvent(event));
  }

  find(sid: string): CustomerCall | undefined {
    const ended = this.#ended.get(sid);
    if (ended) return ended;
    for (const workspace of this.account.workspaces.rows()) {
      const task = this.#taskOf(workspace, sid);
      const call = task && this.#callOf(task);
      if (call) return hasEnded(task) ? { ...call, ended: task.updated } : call;
    }
    return undefined;
  }

  /** The caller hung up at this time, in milliseconds since 1970. */
  end(task: Task, at: number): void {
    const call = this.#callOf(task);
    if (!call || this.#ended.has(call.sid)) return;
    this.#ended.set(call.sid, { ...call, ended: at });
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > maxRemembered) this.#ended.delete(oldest!);
  }

  #onEvent({ type, task }: AccountEvent): void {
    const mayEnd = type === 'task.wrapup' || type === 'task.completed' || type === 'task.canceled';
    if (mayEnd && task && hasEnded(task)) this.end(task, this.account.now());
  }

  #taskOf({ tasks }: Workspace, callSid: string): Task | undefined {
    for (const task of tasks.rows()) {
      if (task.attributes.includes(callSid) && this.#callOf(task)?.sid === callSid) return task;
    }
    return undefined;
  }

  #callOf(task: Task): CustomerCall | undefined {
    const { call_sid: sid, from, to, called } = this.account.attributesOf(task);
    if (typeof sid !== 'string') return undefined;
    return { sid, from: textOf(from), to: textOf(to ?? called), created: task.created };
  }
}

const hasEnded = ({ status, reason }: Task) =>
  isOver.includes(status) || (status === 'canceled' && reason === 'hangup');

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
