import * as resources from '../../taskrouter/resources';
import type { Row } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Connection } from '../accounts/connections';
import type { OpenWorkspace, OpenWorkspaceOptions } from './openWorkspace';
import type { ReadPurpose } from './readQueue';
import { ReadQueue } from './readQueue';

export interface SingleReadsOptions extends OpenWorkspaceOptions {
  readonly connect: (accountId: string) => Promise<Connection>;
  /** Called for a task that does not exist any more. */
  readonly onGone: (taskSid: string) => void;
}

const second = 1000;
const maxReservations = 100;

/** Reads the reservations, tasks and workflows of one workspace that Events or the open tasks lead to, one by one. */
export class SingleReads {
  /** What is to be read. */
  readonly queue: ReadQueue;

  constructor(
    private readonly open: OpenWorkspace,
    private readonly options: SingleReadsOptions,
  ) {
    this.queue = new ReadQueue(options.accountId, options.workspaceSid, () => open.publish());
  }

  reservation(sid: string, taskSid: string): void {
    const { store, accountId, workspaceSid, connect } = this.options;
    this.queue.add({
      key: sid,
      sid,
      deadline: this.open.deadline(taskSid, this.open.reservation(sid)),
      read: async (purpose) => {
        const { client, signal } = await connect(accountId);
        const request = store.begin(accountId);
        const sids = [workspaceSid, taskSid, sid];
        const { row } = await client.background({ purpose }).fetch(resources.taskReservations, sids, signal);
        signal.throwIfAborted();
        this.open.take([row], taskSid, request);
        this.readRelated(taskSid);
      },
      gone: () => this.open.close(sid),
    });
  }

  /** `fromEvents`: the reservation that Events describe, if they do. */
  reservationsOf(taskSid: string, fromEvents?: Row): void {
    const { store, accountId } = this.options;
    const deadline = this.open.deadline(taskSid, fromEvents);
    this.open.expect(taskSid, deadline);
    this.queue.add({
      key: taskSid,
      sid: fromEvents?.sid ?? taskSid,
      deadline,
      isNew: fromEvents === undefined,
      read: async (purpose) => {
        const request = store.begin(accountId);
        const rows = await this.readReservationsOf(taskSid, purpose);
        const found = new Set(rows.map(({ sid }) => sid));
        for (const sid of this.open.index.of(taskSid)) if (!found.has(sid)) this.open.close(sid);
        this.open.take(rows, taskSid, request);
        this.open.settle(taskSid);
        this.readRelated(taskSid);
      },
      gone: () => this.options.onGone(taskSid),
    });
  }

  /** A task, or a workflow, without which no deadline is known. */
  one(sid: string, collection: resources.Collection): void {
    const { store, accountId, workspaceSid, onGone } = this.options;
    this.queue.add({
      key: `one ${sid}`,
      sid,
      deadline: collection === resources.workflows ? -Infinity : Infinity,
      read: (purpose) => store.fetch(accountId, collection, [workspaceSid, sid], purpose),
      gone: () => onGone(sid),
    });
  }

  /** Pending reservations that should have timed out by now, and workflows that tasks have led to. */
  overdue(): void {
    for (const [, taskSid] of this.open.index.entries()) {
      const task = this.open.row(taskSid);
      if (task) this.workflowOf(task);
    }
    for (const [sid, taskSid] of this.open.expired(this.options.clock.now() - 2 * second))
      this.reservation(sid, taskSid);
  }

  private async readReservationsOf(taskSid: string, purpose: ReadPurpose): Promise<readonly Row[]> {
    const { accountId, workspaceSid, connect } = this.options;
    const { client, signal } = await connect(accountId);
    const parents = [workspaceSid, taskSid];
    const read = (filters: { reservationStatus?: string }) =>
      client
        .background({ purpose })
        .list(resources.taskReservations, parents, filters, { pageSize: maxReservations }, signal);
    const page = await read({});
    // A task can be offered a thousand times; the open one need not be in the first page.
    const more = page.nextPageToken === undefined ? [] : (await read({ reservationStatus: 'pending' })).rows;
    signal.throwIfAborted();
    return [...page.rows, ...more];
  }

  private readRelated(taskSid: string): void {
    if (this.open.index.of(taskSid).length === 0) return;
    const task = this.open.row(taskSid);
    if (task) this.workflowOf(task);
    else this.one(taskSid, resources.tasks);
  }

  private workflowOf(task: Row): void {
    const sid = resources.tasks.read(task).workflow_sid;
    if (!sid || this.open.workflows.has(sid) || !isSid('Workflow', sid)) return;
    this.open.workflows.add(sid);
    this.one(sid, resources.workflows);
  }
}
