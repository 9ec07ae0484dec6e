import type { Clock } from '../../data/clock';

/** Three times the deadline of one request, in milliseconds. */
const maxDuration = 45_000;

/** Whether a page is being read for its user. After a while it is not any more, whether everything has been read or not. */
export class Reading {
  private latest = 0;
  private timer: { cancel(): void } | undefined;
  /** True from the start: a page is read when it opens. */
  isRunning = true;
  /** It took too long. What is read later is shown nevertheless. */
  isSlow = false;
  /** What the latest read threw, although every failure of a request has a place of its own. */
  fault: unknown;

  constructor(
    private readonly clock: Pick<Clock, 'setTimeout'>,
    private readonly changed: () => void,
  ) {}

  /** @returns whether no other read has begun meanwhile */
  async run(read: () => Promise<void>): Promise<boolean> {
    const number = ++this.latest;
    this.begin();
    try {
      await read();
    } catch (error) {
      if (number === this.latest) this.fault = error;
    } finally {
      if (number === this.latest) this.end(false);
    }
    return number === this.latest;
  }

  dispose(): void {
    this.latest++;
    this.timer?.cancel();
  }

  private begin(): void {
    this.timer?.cancel();
    this.timer = this.clock.setTimeout(() => {
      this.end(true);
      this.changed();
    }, maxDuration);
    this.isRunning = true;
    this.isSlow = false;
    this.fault = undefined;
    this.changed();
  }

  private end(isSlow: boolean): void {
    this.timer?.cancel();
    this.isRunning = false;
    this.isSlow = isSlow;
  }
}
