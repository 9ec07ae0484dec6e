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
export function pacedClock(
  options: { readonly start?: number; readonly speed?: number; readonly paused?: boolean } = {},
  machine: Clock = systemClock(),
): PacedClock {
  const own = manualClock(options.start ?? machine.now());
  let { speed = 1, paused = false } = options;
  /** Simulated time and machine time when the speed last changed. */
  let since = own.now();
  let anchor = machine.now();
  let running = false;
  let wakeUp: { readonly at: number; readonly timer: Timer } | undefined;

  const now = () => {
    if (running) return own.now();
    return paused ? since : Math.floor(since + (machine.now() - anchor) * speed);
  };
  const arm = () => {
    const at = paused ? undefined : own.next;
    if (wakeUp && at === wakeUp.at) return;
    wakeUp?.timer.cancel();
    wakeUp = undefined;
    if (at === undefined) return;
    const wait = Math.min(maxWait, Math.max(0, Math.ceil((at - now()) / speed)));
    wakeUp = {
      at,
      timer: machine.setTimeout(() => {
        wakeUp = undefined;
        runUntil(now());
      }, wait),
    };
  };
  const runUntil = (time: number) => {
    running = true;
    try {
      own.advance(time - own.now());
    } finally {
      running = false;
      arm();
    }
  };
  const change = (apply: () => void) => {
    since = now();
    anchor = machine.now();
    apply();
    wakeUp?.timer.cancel();
    wakeUp = undefined;
    arm();
  };

  return {
    now,
    setTimeout(run, ms) {
      const timer = own.setTimeout(run, ms + now() - own.now());
      if (!running) arm();
      return {
        cancel() {
          timer.cancel();
          if (!running) arm();
        },
      };
    },
    get paused() {
      return paused;
    },
    get speed() {
      return speed;
    },
    pause: () => change(() => (paused = true)),
    resume: () => change(() => (paused = false)),
    setSpeed: (factor) => change(() => (speed = factor)),
    step(ms) {
      const target = now() + ms;
      runUntil(target);
      since = target;
      anchor = machine.now();
      arm();
    },
  };
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
    // So that a later cancel has no effect.
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
