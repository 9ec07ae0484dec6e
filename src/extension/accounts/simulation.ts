import type { Fetch } from '../../taskrouter/fetch';

/** A TaskRouter that lives in this process. */
export interface InProcess {
  readonly accountSid: string;
  readonly authToken: string;
  readonly fetch: Fetch;
  stop(): void;
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
