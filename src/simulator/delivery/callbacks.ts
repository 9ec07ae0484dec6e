import { setMaxListeners } from 'node:events';
import type { Answer } from '../../callbacks/answer';
import { problemInEnglish } from '../../callbacks/answer';
import { assignmentParameters } from '../../callbacks/assignment';
import type { Attempt, CallbackTarget, Delivery, WorkspaceTarget } from '../../callbacks/deliver';
import {
  decisiveAnswer,
  deliver,
  deliverAssignment,
  eventTimeout,
  maxEndedOffers,
} from '../../callbacks/deliver';
import { eventParameters, passesFilter } from '../../callbacks/events';
import { mayBeLoopback } from '../../callbacks/loopback';
import { instructionNamed } from '../../taskrouter/instructions';
import { wireName } from '../../taskrouter/requests';
import type { Parameters } from '../../taskrouter/requests';
import { updateReservation } from '../api/update';
import { assignmentIn, unanswered } from '../environment/assignment';
import type { Callback, PhoneNetwork } from '../environment/phoneNetwork';
import { HttpError } from '../protocol/httpError';
import { route } from '../routing/routing';
import type { AccountState } from '../state/accountState';
import type { Clock } from '../state/clock';
import type { RecordedEvent } from '../state/events';
import { cancel, taskAndWorkerOf } from '../state/reservations';
import type { Reservation, Workspace } from '../state/rows';

/** A callback that was sent, and what came of it. */
export type SentCallback =
  | {
      readonly kind: 'assignment';
      readonly workspaceSid: string;
      readonly taskSid: string;
      readonly reservationSid: string;
      readonly delivery: Delivery;
      /** The reservation's status right after the answer. */
      readonly status: string;
      /** Why TaskRouter did not carry out a correct instruction: a dequeue of a task without a call, an answer too late. */
      readonly refusal?: string;
      /** Seconds until the next one is sent: too many in a row failed or rejected. */
      readonly pause?: number;
    }
  | {
      readonly kind: 'event' | 'status';
      readonly workspaceSid: string;
      /** Of a status: the reservation whose instruction asked for it. */
      readonly reservationSid?: string;
      readonly attempt: Attempt;
    };

/** The callback of an assignment that is under way. */
export interface SendingCallback {
  readonly workspaceSid: string;
  readonly parameters: Parameters;
}

type OnSent = (callback: SentCallback) => void;
type OnSending = (callback: SendingCallback) => void;
interface Listener {
  readonly onSent: OnSent;
  readonly onSending?: OnSending | undefined;
  readonly onStop?: (() => void) | undefined;
}

/** How many callbacks of events and of status wait; more are dropped, oldest first, while an application hangs. */
const maxWaiting = 1000;

/** How the application behind a target has answered of late. */
interface Health {
  endedOffers: number;
  pausesInRow: number;
  /** While nothing is sent. */
  pause?: { readonly over: Promise<void>; readonly end: () => void } | undefined;
}

/** Seconds. Each pause is twice as long as the one before. */
const maxPause = 8;

/**
 * Sends callbacks to an application on this machine, while there is a target: those of assignments to the target; those of
 * events and of status to their own URLs, one after the other for each, and only if these are on this machine. Time does not wait
 * for an application: an answer counts when it arrives, if the reservation is still pending.
 */
export class Callbacks {
  /** Of every workspace that has none of its own. Nothing leaves this process without a target. */
  target: WorkspaceTarget | undefined;
  /** By the SID of the workspace. */
  readonly targets = new Map<string, WorkspaceTarget>();
  /** The last 1,000, the newest last. */
  readonly sent: SentCallback[] = [];
  readonly #listeners = new Set<Listener>();
  /** By URL, so that an application that hangs does not hold up another one. */
  readonly #queues = new Map<string, (() => Promise<void>)[]>();
  readonly #stopped = new AbortController();
  readonly #healths = new WeakMap<WorkspaceTarget, Health>();
  readonly #pauses = new Set<() => void>();

  constructor(
    private readonly account: AccountState,
    private readonly phones: PhoneNetwork,
    private readonly authToken: string,
    /** Of the machine, on which the application runs. */
    private readonly clock: Clock,
  ) {
    // Each callback that is under way listens to it.
    setMaxListeners(0, this.#stopped.signal);
    account.observe(({ type, workspace, reservation }, recorded) => {
      const target = this.targetOf(workspace.sid);
      if (!target) return;
      if (recorded) this.#queueEvent(target, workspace, recorded);
      if (type === 'reservation.created') void this.#assign(workspace, reservation!);
    });
    phones.onCallback = (callback) => this.targetOf(callback.workspaceSid) && this.#queueStatus(callback);
  }

  targetOf(workspaceSid: string): WorkspaceTarget | undefined {
    return this.targets.get(workspaceSid) ?? this.target;
  }

  /**
   * Calls `onSent` for each callback that has been answered, `onSending` when the request of an assignment begins, and
   * `onStop` when nothing is sent or answered any more. Returns a function that stops all.
   */
  observe(onSent: OnSent, onSending?: OnSending, onStop?: () => void): () => void {
    const listener = { onSent, onSending, onStop };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.target = undefined;
    this.targets.clear();
    for (const queue of this.#queues.values()) queue.length = 0;
    this.#stopped.abort();
    for (const end of this.#pauses) end();
    for (const { onStop } of this.#listeners) onStop?.();
    this.#listeners.clear();
  }

  #options() {
    return { authToken: this.authToken, signal: this.#stopped.signal };
  }

  #note(callback: SentCallback): void {
    if (this.#stopped.signal.aborted) return;
    this.sent.push(callback);
    if (this.sent.length > maxWaiting) this.sent.shift();
    for (const { onSent } of this.#listeners) onSent(callback);
  }

  async #assign(workspace: Workspace, reservation: Reservation): Promise<void> {
    const { account } = this;
    const { sid, taskSid } = reservation;
    const isOpen = () => reservation.status === 'pending' && workspace.reservations.get(sid) === reservation;
    let target = this.targetOf(workspace.sid);
    for (let pause = this.#pauseOf(target); pause; pause = this.#pauseOf(target)) {
      await pause.over;
      // It may be another one by now.
      target = this.targetOf(workspace.sid);
    }
    if (!target || !isOpen()) return;
    const isWanted = () => this.targetOf(workspace.sid) === target;
    const parameters = assignmentParameters(assignmentIn(account, workspace, reservation));
    for (const { onSending } of this.#listeners) onSending?.({ workspaceSid: workspace.sid, parameters });
    const delivery = await deliverAssignment(target, parameters, this.#options(), isWanted);
    if (this.#stopped.signal.aborted) return;
    this.#alert(reservation, delivery);
    const answer = decisiveAnswer(delivery);
    const pause = this.#pauseAfter(answer, this.#healthOf(target));
    const refusal = isOpen() ? this.#apply(workspace, reservation, answer) : tooLate(reservation, answer);
    this.#note({
      ...{ kind: 'assignment', workspaceSid: workspace.sid, taskSid, reservationSid: sid, delivery },
      ...{ status: reservation.status, ...(refusal !== undefined && { refusal }) },
      ...(pause !== undefined && { pause }),
    });
  }

  #pauseOf(target: WorkspaceTarget | undefined) {
    return target && this.#healthOf(target).pause;
  }

  #healthOf(target: WorkspaceTarget): Health {
    const known = this.#healths.get(target) ?? { endedOffers: 0, pausesInRow: 0 };
    this.#healths.set(target, known);
    return known;
  }

  /**
   * A task whose application fails or rejects is offered to the next worker at once, and again, without end: pauses slow
   * that down until the application answers otherwise. Returns the seconds of a pause that begins.
   */
  #pauseAfter({ consequence, instruction }: Answer, health: Health): number | undefined {
    if (consequence !== 'cancels the reservation' && instruction !== 'reject') {
      health.endedOffers = health.pausesInRow = 0;
      health.pause?.end();
      return undefined;
    }
    if (++health.endedOffers < maxEndedOffers || health.pause) return undefined;
    const seconds = Math.min(2 ** health.pausesInRow++, maxPause);
    let resolve: () => void;
    const over = new Promise<void>((resolved) => (resolve = resolved));
    const end = () => {
      timer.cancel();
      this.#pauses.delete(end);
      health.pause = undefined;
      resolve();
    };
    const timer = this.clock.setTimeout(end, seconds * 1000);
    this.#pauses.add(end);
    health.pause = { over, end };
    return seconds;
  }

  /** Does what an update of the reservation would do; returns why that was refused. */
  #apply(workspace: Workspace, reservation: Reservation, answer: Answer): string | undefined {
    const { account, phones } = this;
    const { consequence, instruction: name, args } = answer;
    if (consequence === 'cancels the reservation') {
      cancel(account, workspace, reservation);
      route(account, workspace);
    }
    if (consequence !== 'applies' || name === undefined) return undefined;
    const values = Object.entries(args).flatMap(([key, value]) =>
      [value].flat().map((one) => [wireName(key), one] as const),
    );
    const context = { workspace, reservation, ...taskAndWorkerOf(workspace, reservation) };
    try {
      updateReservation(account, phones, context, [...instructionNamed(name).fixed, ...values], false);
      return undefined;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const { code, message: text } = error;
      account.alerts.add({ code: String(code), resourceSid: reservation.sid, url: '', text });
      return text;
    }
  }

  /** What Monitor shows about the callback. */
  #alert({ sid: resourceSid }: Reservation, { attempts, answers }: Delivery): void {
    attempts.forEach(({ url, failure, response }, i) => {
      if (failure || response?.status !== 200) {
        const text = `No usable response to POST ${url}: ${failure ?? `status ${response?.status}`}`;
        this.account.alerts.add({ code: unanswered, resourceSid, url, text });
      }
      for (const problem of answers[i]!.problems) {
        if (problem.code === undefined) continue;
        const text = problemInEnglish(problem);
        this.account.alerts.add({ code: String(problem.code), resourceSid, url, text });
      }
    });
  }

  #queueEvent(target: WorkspaceTarget, workspace: Workspace, event: RecordedEvent): void {
    const { events } = target;
    const { eventCallbackUrl, eventsFilter, sid, friendlyName } = workspace;
    const own = eventCallbackUrl === null ? undefined : { url: eventCallbackUrl, filter: eventsFilter };
    const to = events ?? own;
    if (!to || !passesFilter(to.filter ?? null, event.type)) return;
    const { accountSid } = this.account;
    const { type, description, resource, created: at, data } = event;
    const resourceParts = { resourceType: resource.type, resourceSid: resource.sid };
    const workspaceParts = { workspaceSid: sid, workspaceName: friendlyName };
    const parameters = eventParameters({
      ...{ type, accountSid, description, at, data, ...resourceParts, ...workspaceParts },
    });
    const isWanted = () => this.targetOf(sid) === target;
    this.#queue({ kind: 'event', workspaceSid: sid }, to, parameters, 'POST', isWanted);
  }

  #queueStatus({ workspaceSid, reservationSid, url, method, parameters }: Callback): void {
    const given = Object.entries(parameters);
    const by = method === 'GET' ? 'GET' : 'POST';
    const isWanted = () => this.targetOf(workspaceSid) !== undefined;
    this.#queue({ kind: 'status', workspaceSid, reservationSid }, { url }, given, by, isWanted);
  }

  #queue(
    of: Omit<Exclude<SentCallback, { readonly kind: 'assignment' }>, 'attempt'>,
    to: CallbackTarget,
    parameters: Parameters,
    method: 'GET' | 'POST',
    /** Whether it is still to be sent when it is its turn. */
    isWanted: () => boolean,
  ): void {
    if (!mayBeLoopback(to.url)) return;
    const queue = this.#queues.get(to.url) ?? [];
    queue.push(async () => {
      if (!isWanted()) return;
      const attempt = await deliver(to, parameters, {
        ...{ ...this.#options(), method, timeout: eventTimeout },
      });
      this.#note({ ...of, attempt });
    });
    if (queue.length > maxWaiting) queue.shift();
    if (this.#queues.has(to.url)) return;
    this.#queues.set(to.url, queue);
    void this.#send(to.url, queue);
  }

  async #send(url: string, queue: (() => Promise<void>)[]): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) await next();
    this.#queues.delete(url);
  }
}

/** A worker may have answered meanwhile, or the task may have been canceled. */
const tooLate = ({ status }: Reservation, { consequence, instruction }: Answer): string | undefined =>
  consequence === 'applies' && instruction !== undefined
    ? `The reservation was ${status} when the answer came.`
    : undefined;
