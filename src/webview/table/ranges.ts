type Send = (sid: string, fromSid: string) => void;

/**
 * Selects ranges one after the other: while one is unanswered the next ones wait, and only the last of them is sent. A held
 * key makes more of them than the extension can answer.
 */
export class Ranges {
  #isUnanswered = false;
  #waiting: Parameters<Send> | undefined;

  constructor(private readonly send: Send) {}

  select(...range: Parameters<Send>): void {
    this.#waiting = range;
    if (!this.#isUnanswered) this.flush();
  }

  /** A state has come. */
  answered(): void {
    this.#isUnanswered = false;
    this.flush();
  }

  /** Sends what waits, before something that depends on it. */
  flush(): void {
    const range = this.#waiting;
    if (!range) return;
    this.#waiting = undefined;
    this.#isUnanswered = true;
    this.send(...range);
  }
}
