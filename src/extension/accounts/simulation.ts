import type { Attempt, Delivery, WorkspaceTarget } from '../../callbacks/deliver';
import type { Fetch } from '../../taskrouter/fetch';
import type { Parameters } from '../../taskrouter/requests';

/** A TaskRouter that lives in this process. */
export interface InProcess {
  readonly accountSid: string;
  readonly authToken: string;
  readonly fetch: Fetch;
  /** Sends the callbacks of assignments to this machine. */
  readonly delivery?: CallbackDelivery;
  stop(): void;
}

export interface CallbackDelivery {
  /** By the SID of the workspace; nothing is sent without one. */
  readonly targets: Map<string, WorkspaceTarget>;
  /**
   * Calls `onSent` for each callback that has been answered, `onSending` when the request of an assignment begins, and
   * `onStop` when nothing is sent or answered any more. Returns a function that stops all.
   */
  observe(
    onSent: (callback: SentCallback) => void,
    onSending?: (callback: SendingCallback) => void,
    onStop?: () => void,
  ): () => void;
}

/** The callback of an assignment that is under way. */
export interface SendingCallback {
  readonly workspaceSid: string;
  readonly parameters: Parameters;
}

/** A callback that a simulator has sent. */
export interface SentCallback {
  readonly kind: 'assignment' | 'event' | 'status';
  readonly workspaceSid: string;
  /** Of an assignment, or of the instruction whose status it is. */
  readonly reservationSid?: string;
  /** Of an event or of a status. */
  readonly attempt?: Attempt;
  /** Of an assignment. */
  readonly delivery?: Delivery;
  /** Why TaskRouter did not carry out a correct instruction. */
  readonly refusal?: string;
  /** Seconds until the next one is sent: too many in a row failed or rejected. */
  readonly pause?: number;
}

interface Run {
  readonly started: Promise<InProcess>;
  readonly stop: () => void;
}

/** One simulator for as long as the simulated account is there: a change of the account does not restart it. */
export class Simulation {
  private run: Run | undefined;

  constructor(private readonly start: () => Promise<InProcess>) {}

  /** Starts it when it is first used. A failure is not cached: the next call tries again. */
  get(): Promise<InProcess> {
    const run = this.run ?? this.begin();
    this.run = run;
    run.started.catch(() => {
      if (this.run === run) this.run = undefined;
    });
    return run.started;
  }

  stop(): void {
    this.run?.stop();
    this.run = undefined;
  }

  private begin(): Run {
    let running: InProcess | undefined;
    let isStopped = false;
    const started = this.start().then((one) => {
      running = one;
      if (isStopped) one.stop();
      return one;
    });
    const stop = () => {
      isStopped = true;
      running?.stop();
    };
    return { started, stop };
  }
}
