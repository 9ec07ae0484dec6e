import type { Client } from '../../taskrouter/client';
import { statusOf } from '../../taskrouter/reservation';
import * as resources from '../../taskrouter/resources';
import type { Row } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Connection } from '../accounts/connections';
import type { ReportedReservations } from './openIndex';
import { expectedStatus } from './openIndex';
import type { OpenWorkspace, OpenWorkspaceOptions } from './openWorkspace';
import type { QueuedRead, ReadPurpose } from './readQueue';
import { isRefused, ReadQueue } from './readQueue';
import { isWhole } from './store';

export interface SingleReadsOptions extends OpenWorkspaceOptions {
  readonly connect: (accountId: string) => Promise<Connection>;
  /** Called for a task that does not exist any more. */
  readonly onGone: (taskSid: string) => void;
}

const maxReservations = 100;
/** 2,000 reservations with one status. */
const maxPages = 2;

/** Reads the reservations, tasks and workflows of one workspace that Events or the open tasks lead to, one by one. */
export class SingleReads {
  /** What is to be read. */
  readonly queue: ReadQueue;
  private hasWorkflows = false;
  private hasWorkerLists = true;
  /** No worker has been found with more reservations than one response has. */
  private areHistoriesShort = true;

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
      deadline: this.deadline(taskSid, this.open.reservation(sid)),
      read: async (purpose) => {
        const { client, signal } = await connect(accountId);
        const request = store.begin(accountId, workspaceSid);
        const sids = [workspaceSid, taskSid, sid];
        const { row } = await client.background({ purpose }).fetch(resources.taskReservations, sids, signal);
        signal.throwIfAborted();
        this.open.take([row], () => taskSid, request);
        this.readRelated(taskSid);
      },
      gone: () => this.open.close(sid),
    });
  }

  /**
   * The reservations of a task; `fromEvents`: the one that Events describe, if they do. `isNew`: it is read before what
   * needs confirmation only.
   */
  reservationsOf(taskSid: string, fromEvents?: Row, isNew = fromEvents === undefined): void {
    this.addTask(taskSid, fromEvents, (purpose) => this.readOfTask(taskSid, purpose), isNew);
  }

  /** A reservation that Events describe, together with others of its worker or its task: whichever confirms more. */
  confirm(taskSid: string, fromEvents: Row): void {
    const read = async (purpose: ReadPurpose) => {
      const list = this.hasWorkerLists ? this.largestList(taskSid) : undefined;
      if (list) await this.readOfWorker(list, purpose);
      else await this.readOfTask(taskSid, purpose);
    };
    this.addTask(taskSid, fromEvents, read, false);
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

  /** At first all workflows, in one request; later only one that a task names and that is not known yet. */
  async allWorkflows(reads: Pick<Client, 'list'>, signal: AbortSignal): Promise<void> {
    if (this.hasWorkflows) return;
    const { store, accountId, workspaceSid } = this.options;
    const request = store.begin(accountId, workspaceSid);
    try {
      const { rows } = await reads.list(resources.workflows, [workspaceSid], {}, { pageSize: 1000 }, signal);
      for (const { sid } of rows) this.open.workflows.add(sid);
      this.open.put(request, rows);
      this.hasWorkflows = true;
    } catch {
      // Without a workflow there is no deadline; each task leads to its own.
    }
  }

  /**
   * Pending reservations that should have timed out so many milliseconds ago, and workflows that tasks have led to.
   * `byTask`: together with those that their tasks may have been offered since.
   */
  overdue(since: number, byTask: boolean): void {
    for (const [, taskSid] of this.open.index.entries()) {
      const task = this.open.row(taskSid);
      if (task) this.workflowOf(task);
    }
    for (const [sid, taskSid] of [...this.open.expired(this.options.clock.now() - since)])
      if (!byTask) this.reservation(sid, taskSid);
      else if (!this.queue.has(taskSid)) this.reservationsOf(taskSid, this.open.reservation(sid), true);
  }

  /** Orders the reads. The latest deadline of what is not known is the likely one: few tasks change while reserved. */
  private deadline(taskSid: string, reservation: Row | undefined): number {
    const known = reservation ? this.open.deadline(taskSid, reservation) : Infinity;
    if (reservation && !this.open.isLost(taskSid)) return known;
    const { latest } = this.open.unreadDeadline(taskSid);
    return known > this.options.clock.now() ? Math.min(known, latest) : latest;
  }

  private addTask(
    taskSid: string,
    fromEvents: Row | undefined,
    read: QueuedRead['read'],
    isNew: boolean,
  ): void {
    const deadline = this.deadline(taskSid, fromEvents);
    this.open.expect(taskSid);
    this.queue.add({
      key: taskSid,
      sid: fromEvents?.sid ?? taskSid,
      deadline,
      isNew,
      read,
      gone: () => this.options.onGone(taskSid),
    });
  }

  private async readOfTask(taskSid: string, purpose: ReadPurpose): Promise<void> {
    const { store, accountId, workspaceSid, connect } = this.options;
    const { open } = this;
    const { client, signal } = await connect(accountId);
    const request = store.begin(accountId, workspaceSid);
    const known = open.index.of(taskSid);
    const read = (reservationStatus?: string) => {
      const filters = reservationStatus === undefined ? {} : { reservationStatus };
      const reads = client.background({ purpose });
      const parents = [workspaceSid, taskSid];
      return reads.list(resources.taskReservations, parents, filters, { pageSize: maxReservations }, signal);
    };
    const { rows, ...rest } = await read();
    signal.throwIfAborted();
    open.partial.delete(taskSid);
    open.take(rows, () => taskSid, request);
    if (isWhole(rest)) open.takeAbsent(known, rows, request);
    else {
      // A task can be offered a thousand times; the open one need not be in the first page.
      const status = expectedStatus(open.row(taskSid) ?? { sid: taskSid }) ?? 'pending';
      const page = await read(status);
      signal.throwIfAborted();
      open.take(page.rows, () => taskSid, request);
      const expected = known.filter((sid) => statusOf(open.reservation(sid)) === status);
      if (isWhole(page)) open.takeAbsent(expected, [...rows, ...page.rows], request);
      else open.partial.add(taskSid);
    }
    open.settle(taskSid);
    this.readRelated(taskSid);
  }

  /** The list of a worker that confirms the only reservation of this task, and the most others. */
  private largestList(taskSid: string): ReportedReservations | undefined {
    const { index } = this.open;
    const [sid, ...others] = index.of(taskSid).filter((one) => index.fromEvents(one));
    if (sid === undefined || others.length > 0) return undefined;
    const isUsable = ({ status, sids }: ReportedReservations) =>
      sids.length > 1 &&
      (status !== undefined || (this.areHistoriesShort && sids.length <= maxReservations / 2));
    const [all, alike] = index.reportedWith(sid).filter(isUsable);
    return all && alike && all.sids.length === alike.sids.length ? alike : all;
  }

  /**
   * Confirms reservations of one worker. With a status the list is short, although the worker may have had thousands.
   * One that it does not have is in another status by now, which Events or the list of its task tell.
   */
  private async readOfWorker(
    { workerSid, status, sids }: ReportedReservations,
    purpose: ReadPurpose,
  ): Promise<void> {
    const { store, accountId, workspaceSid, connect } = this.options;
    const { index } = this.open;
    const taskOf = new Map(sids.map((sid) => [sid, index.taskOf(sid)!]));
    const waiting = [...taskOf.values()].flatMap((taskSid) => this.queue.get(taskSid) ?? []);
    for (const { key } of waiting) this.queue.delete(key);
    let mayReadWorker = false;
    try {
      const { client, signal } = await connect(accountId);
      const request = store.begin(accountId, workspaceSid);
      const reads = client.background({ purpose });
      const parents = [workspaceSid, workerSid];
      const filters = status === undefined ? {} : { reservationStatus: status };
      const options = status === undefined ? { pageSize: maxReservations, maxPages: 1 } : { maxPages };
      const rows: Row[] = [];
      let isComplete = false;
      let unreadable = 0;
      const pages = reads.pages(resources.workerReservations, parents, filters, options, signal);
      for await (const page of pages) {
        signal.throwIfAborted();
        for (const row of page.rows) if (sids.includes(row.sid)) rows.push(row);
        unreadable += page.unreadable;
        isComplete = isWhole({ ...page, unreadable });
      }
      if (status === undefined) this.areHistoriesShort &&= isComplete;
      mayReadWorker = isComplete || status === undefined;
      this.open.take(rows, (sid) => taskOf.get(sid)!, request);
      if (isComplete) this.open.takeAbsent(sids, rows, request);
    } catch (error) {
      if (!isRefused(error)) {
        for (const one of waiting) this.queue.restore(one);
        throw error;
      }
      // A restricted key may allow the lists of tasks only.
      this.hasWorkerLists = error.status !== 403;
    }
    for (const taskSid of new Set(taskOf.values())) this.readRest(taskSid, mayReadWorker);
  }

  /** What the list of a worker has left open about a task. */
  private readRest(taskSid: string, mayReadWorker: boolean): void {
    const { index } = this.open;
    const task = this.open.row(taskSid);
    const reported = index.of(taskSid).flatMap((sid) => index.fromEvents(sid) ?? [])[0];
    if (reported || (task && !this.open.agrees(task))) {
      if (reported && mayReadWorker) this.confirm(taskSid, reported);
      else this.reservationsOf(taskSid, reported);
    } else {
      this.open.settle(taskSid);
      this.readRelated(taskSid);
    }
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
