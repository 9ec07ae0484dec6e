/** The simulator's time, in milliseconds since 1970, and its timers. */
export interface Clock {
  now(): number;
  setTimeout(run: () => void, ms: number): Timer;
}

export interface Timer {
  cancel(): void;
}

/** The machine's own time. Its timers do not keep a process alive. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    setTimeout(run, ms) {
      const timer = setTimeout(run, ms).unref();
      return { cancel: () => clearTimeout(timer) };
    },
  };
}

export interface ManualClock extends Clock {
  /** Advances time by this many milliseconds, and runs the timers that become due, in order. */
  advance(ms: number): void;
  /** How many timers are pending. */
  readonly waiting: number;
  /** When the next one is due. */
  readonly next: number | undefined;
}

/** Time that only moves when `advance` is called. */
export function manualClock(start = Date.UTC(2026, 0, 5, 9)): ManualClock {
  let now = start;
  let count = 0;
  const due = new DueTimes();
  return {
    now: () => now,
    setTimeout(run, ms) {
      const entry = { at: now + Math.max(0, ms), order: count++, run, canceled: false };
      due.push(entry);
      return { cancel: () => due.cancel(entry) };
    },
    advance(ms) {
      const end = now + ms;
      for (let entry = due.takeUntil(end); entry; entry = due.takeUntil(end)) {
        now = Math.max(now, entry.at);
        entry.run();
      }
      now = end;
    },
    get waiting() {
      return due.size;
    },
    get next() {
      return due.first?.at;
    },
  };
}

/** Time that runs at a given speed, can be paused, and can be advanced at once. */
export interface PacedClock extends Clock {
  readonly paused: boolean;
  /** Simulated seconds per second of the machine's clock. */
  readonly speed: number;
  pause(): void;
  resume(): void;
  setSpeed(factor: number): void;
  /** Advances time by this many milliseconds at once, and runs the timers that become due. */
  step(ms: number): void;
}

// Node.js runs a timer immediately when its delay exceeds 2^31 milliseconds.
const maxWait = 3_600_000;

/** `machine` is the clock that drives it. */
export const pacedClock = (
  options: { readonly start?: number; readonly speed?: number; readonly paused?: boolean } = {},
  machine: Clock = systemClock(),
): PacedClock => new DrivenClock(machine, options.start ?? machine.now(), options);

class DrivenClock implements PacedClock {
  speed: number;
  paused: boolean;
  readonly #machine: Clock;
  readonly #timers: ManualClock;
  /** Simulated time and machine time when the speed last changed. */
  #since: number;
  #anchor: number;
  /** While due timers run, `now` is the time of the timer. */
  #running = false;
  #wakeUp: { readonly at: number; readonly timer: Timer } | undefined;

  constructor(
    machine: Clock,
    start: number,
    { speed = 1, paused = false }: { readonly speed?: number; readonly paused?: boolean },
  ) {
    this.speed = speed;
    this.paused = paused;
    this.#machine = machine;
    this.#timers = manualClock(start);
    this.#since = start;
    this.#anchor = machine.now();
  }

  now(): number {
    if (this.#running) return this.#timers.now();
    if (this.paused) return this.#since;
    return Math.floor(this.#since + (this.#machine.now() - this.#anchor) * this.speed);
  }

  setTimeout(run: () => void, ms: number): Timer {
    const timer = this.#timers.setTimeout(run, ms + this.now() - this.#timers.now());
    const schedule = () => {
      if (!this.#running) this.#scheduleWakeUp();
    };
    schedule();
    return {
      cancel() {
        timer.cancel();
        schedule();
      },
    };
  }

  pause(): void {
    this.#change(() => (this.paused = true));
  }

  resume(): void {
    this.#change(() => (this.paused = false));
  }

  setSpeed(factor: number): void {
    this.#change(() => (this.speed = factor));
  }

  step(ms: number): void {
    const target = this.now() + ms;
    this.#runUntil(target);
    this.#since = target;
    this.#anchor = this.#machine.now();
    this.#scheduleWakeUp();
  }

  #change(apply: () => void): void {
    this.#since = this.now();
    this.#anchor = this.#machine.now();
    apply();
    this.#wakeUp?.timer.cancel();
    this.#wakeUp = undefined;
    this.#scheduleWakeUp();
  }

  /** Has the machine's clock wake this one when the next timer is due. */
  #scheduleWakeUp(): void {
    const at = this.paused ? undefined : this.#timers.next;
    if (this.#wakeUp && at === this.#wakeUp.at) return;
    this.#wakeUp?.timer.cancel();
    this.#wakeUp = undefined;
    if (at === undefined) return;
    const wait = Math.min(maxWait, Math.max(0, Math.ceil((at - this.now()) / this.speed)));
    const timer = this.#machine.setTimeout(() => {
      this.#wakeUp = undefined;
      this.#runUntil(this.now());
    }, wait);
    this.#wakeUp = { at, timer };
  }

  #runUntil(time: number): void {
    this.#running = true;
    try {
      this.#timers.advance(time - this.#timers.now());
    } finally {
      this.#running = false;
      this.#scheduleWakeUp();
    }
  }
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  canceled: boolean;
}

const before = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap: a simulated week has too many timers to search a list for the next one. */
class DueTimes {
  readonly #heap: Entry[] = [];
  size = 0;

  push(entry: Entry): void {
    this.size++;
    const heap = this.#heap;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  cancel(entry: Entry): void {
    if (entry.canceled) return;
    entry.canceled = true;
    this.size--;
  }

  get first(): Entry | undefined {
    while (this.#heap[0]?.canceled) this.#dropFirst();
    return this.#heap[0];
  }

  takeUntil(end: number): Entry | undefined {
    const { first } = this;
    if (!first || first.at > end) return undefined;
    this.#dropFirst();
    // Makes a later cancel have no effect.
    first.canceled = true;
    this.size--;
    return first;
  }

  #dropFirst(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}
