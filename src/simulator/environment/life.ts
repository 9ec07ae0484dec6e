import { attributesFor } from './arrivals';
import type { AccountState } from '../state/accountState';
import type { AccountEvent, Reservation, Worker, Workspace } from '../state/rows';
import { isOpen, newTask, reservationsOf } from '../state/rows';
import { accept, cancelTask, complete, reject, wrapUp } from '../state/reservations';
import { enter, route } from '../routing/routing';
import type { ArrivalPlan, LifePlan, Scenario, Span } from '../scenarios/scenario';

/** Simulates customers and workers according to the workspaces' plans: arrivals, answers, calls, breaks. */
export function simulateLife(account: AccountState, scenario: Scenario): void {
  const workspaces = [...account.workspaces.rows()];
  const lives = new Map<string, Life>();
  scenario.workspaces.forEach((plan, i) => {
    const workspace = workspaces[i]!;
    if (plan.life) lives.set(workspace.sid, new Life(account, workspace, plan.life));
  });
  account.observe((event) => lives.get(event.workspace.sid)?.onEvent(event));
  for (const life of lives.values()) life.begin();
}

class Life {
  #ended = false;
  constructor(
    private readonly account: AccountState,
    private readonly workspace: Workspace,
    private readonly plan: LifePlan,
  ) {}

  /** Continues with the reservations and workers that the scenario starts with. */
  begin(): void {
    for (const reservation of this.workspace.reservations.rows()) {
      if (reservation.status === 'accepted') this.#talk(reservation, this.plan.forgottenAfter);
      if (reservation.status === 'wrapping') this.#tidy(reservation);
    }
    for (const worker of this.workspace.workers.rows()) {
      // Workers on a break or in training stay there, as examples.
      if (worker.activitySid === this.workspace.timeoutActivitySid) this.#comeBack(worker);
    }
    this.#awaitArrival();
  }

  onEvent({ type, reservation, worker }: AccountEvent): void {
    if (type === 'reservation.created') this.#decide(reservation!);
    else if (type === 'reservation.accepted') this.#talk(reservation!, this.plan.forgottenAfter);
    else if (type === 'reservation.wrapup') this.#tidy(reservation!);
    else if (type === 'worker.activity.update') this.#comeBack(worker!);
    else if (type === 'reservation.completed' && !this.workspace.multitasking) this.#comeBack(worker!, 1);
    else if (type === 'reservation.instructed') this.#leaveToPerson(reservation!);
    else if (type === 'workspace.deleted') this.#ended = true;
  }

  #seconds(span: Span): number {
    return this.account.random.integer(...span);
  }

  /** Runs a function later, unless the reservation's status has changed by then. */
  #while(reservation: Reservation, seconds: number, then: () => void): void {
    const { status } = reservation;
    this.account.schedule(`life:${reservation.sid}`, seconds * 1000, () => {
      if (this.#ended || reservation.status !== status) return;
      if (!this.workspace.reservations.get(reservation.sid)) return;
      then();
      route(this.account, this.workspace);
    });
  }

  #decide(reservation: Reservation): void {
    const { account, workspace, plan } = this;
    const percent = account.random.next() * 100;
    if (percent < plan.leftToPerson) return;
    const rejects = account.random.next() * 100 < plan.rejected;
    this.#while(reservation, this.#seconds(plan.answerAfter), () => {
      if (rejects) return reject(account, workspace, reservation);
      accept(account, workspace, reservation);
      this.#talk(reservation, this.#seconds(plan.talk));
    });
  }

  /** The simulated worker no longer acts on a pending reservation once a client has sent an instruction. */
  #leaveToPerson(reservation: Reservation): void {
    if (reservation.status === 'pending') this.account.unschedule(`life:${reservation.sid}`);
  }

  #talk(reservation: Reservation, seconds: number): void {
    this.#while(reservation, seconds, () => wrapUp(this.account, this.workspace, reservation));
  }

  #tidy(reservation: Reservation): void {
    this.#while(reservation, this.#seconds(this.plan.wrapUp), () =>
      complete(this.account, this.workspace, reservation),
    );
  }

  /** Every worker comes back eventually, or there would soon be none. */
  #comeBack(worker: Worker, seconds?: number): void {
    const { account, workspace } = this;
    const { activitySid } = worker;
    if (workspace.activities.get(activitySid)!.available) return;
    account.schedule(`life:${worker.sid}`, (seconds ?? this.#seconds(this.plan.backAfter)) * 1000, () => {
      if (this.#ended || worker.activitySid !== activitySid) return;
      // In a single-tasking workspace a busy worker is unavailable too, until the task is completed.
      if (!workspace.multitasking && reservationsOf(workspace, worker).some(isOpen)) return;
      const available = [...workspace.activities.rows()].find((activity) => activity.available);
      if (!available || !workspace.workers.get(worker.sid)) return;
      account.moveWorker(workspace, worker, available.sid);
      route(account, workspace);
    });
  }

  #awaitArrival(): void {
    const { account, plan } = this;
    // Intervals between independent arrivals are distributed exponentially; capped here.
    const interval = -Math.log(1 - account.random.next()) * plan.arrivalEvery;
    const scarce = this.#pending() < plan.pendingAtLeast;
    const seconds = Math.min(Math.max(1, scarce ? interval / 10 : interval), 3 * plan.arrivalEvery);
    account.schedule(`life:${this.workspace.sid}`, seconds * 1000, () => {
      if (this.#ended) return;
      if (this.workspace.waiting.size <= plan.waitingAtMost) this.#arrive();
      else this.#giveUp();
      this.#awaitArrival();
    });
  }

  #pending(): number {
    let count = 0;
    for (const { status } of this.workspace.reservations.rows()) if (status === 'pending') count++;
    return count;
  }

  #arrive(): void {
    const { account, workspace } = this;
    const plan = this.#randomArrival();
    const find = <T>(rows: Iterable<T>, matches: (row: T) => boolean) => [...rows].find(matches);
    const workflow = find(workspace.workflows.rows(), (row) => row.friendlyName === plan.workflow);
    const channel = find(workspace.taskChannels.rows(), (row) => row.uniqueName === plan.channel);
    // A client may have deleted or renamed them.
    if (!workflow || !channel) return;
    const task = newTask(account.sids.next('Task'), account.now(), {
      attributes: attributesFor(account, plan),
      priority: plan.priority ?? 0,
      channelSid: channel.sid,
      workflowSid: workflow.sid,
    });
    enter(account, workspace, task);
  }

  #randomArrival(): ArrivalPlan {
    const { arrivals } = this.plan;
    let left = this.account.random.next() * arrivals.reduce((sum, { weight }) => sum + weight, 0);
    return arrivals.find(({ weight }) => (left -= weight) < 0) ?? arrivals.at(-1)!;
  }

  /** The customer who has waited longest hangs up. */
  #giveUp(): void {
    const [sid] = this.workspace.waiting;
    const task = this.workspace.tasks.get(sid);
    if (task) cancelTask(this.account, this.workspace, task, 'hangup');
  }
}
