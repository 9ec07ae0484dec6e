/** Time as the simulator sees it: milliseconds since 1970, and something that runs later. */
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
  /** Moves time on by so many milliseconds and runs, in order, whatever falls due on the way. */
  advance(ms: number): void;
  /** How many timers wait. */
  readonly waiting: number;
}

/** Time that stands still until it is moved. */
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
  };
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  canceled: boolean;
}

const before = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap: a virtual week has too many timers to search a list for the next one. */
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

  takeUntil(end: number): Entry | undefined {
    for (let first = this.#heap[0]; first && (first.canceled || first.at <= end); first = this.#heap[0]) {
      this.#dropFirst();
      if (first.canceled) continue;
      // Taken: canceling it from now on changes nothing.
      first.canceled = true;
      this.size--;
      return first;
    }
    return undefined;
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
