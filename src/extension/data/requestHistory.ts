import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Requests and pauses of other sessions: other windows, and this window before it was reloaded. */
export interface OtherSessions {
  /** When their background requests of the last minute were admitted, oldest first, in milliseconds since 1970. */
  readonly times: readonly number[];
  /** When pauses of accounts end, in milliseconds since 1970. */
  readonly pauses: readonly (readonly [accountId: string, until: number])[];
}

const minute = 60_000;
/** No pause lasts longer. */
const maxMinutes = 5;
const prefix = 'requests-';

const minuteOf = (at: number) => Math.floor(at / minute);

/**
 * Background requests and pauses of every window, in one file per minute. A line is appended as a request is admitted, so
 * that neither a reload nor a kill of the extension host loses it. Nothing is rewritten: two windows cannot overwrite
 * each other's lines, as they would in vscode.Memento, which stores all of its values together. Times are in
 * milliseconds since 1970.
 */
export class RequestHistory {
  private readonly session = randomUUID();
  /** The last minute that was written to. */
  private written: number | undefined;
  private hasFailed = false;

  constructor(
    private readonly directory: { readonly fsPath: string },
    private readonly log: { warn(message: string): void },
  ) {}

  addRequest(at: number): void {
    this.append(at, []);
  }

  addPause(accountId: string, at: number, until: number): void {
    this.append(at, [until, accountId]);
  }

  /** The first call reads all pauses that can still last; later calls read this minute and the previous one. */
  readOthers(now: number): OtherSessions {
    const times: number[] = [];
    const pauses: (readonly [string, number])[] = [];
    for (const [session, time, end, accountId] of this.lines(now)) {
      const [at, until] = [Number(time), Number(end)];
      // The clock may have been set back, and a line may be incomplete.
      if (session === this.session || !(at <= now)) continue;
      if (!accountId) {
        if (at > now - minute) times.push(at);
      } else if (until - at <= maxMinutes * minute) pauses.push([accountId, until]);
    }
    return { times: times.sort((one, other) => one - other), pauses };
  }

  private lines(now: number): string[][] {
    const last = minuteOf(now);
    const count = this.written === undefined ? maxMinutes + 1 : 2;
    const files = Array.from({ length: count }, (_, i) => last - i);
    return files.flatMap((one) => this.textOf(one).split('\n')).map((line) => line.split(' '));
  }

  private textOf(ofMinute: number): string {
    return this.attempt(() => readFileSync(this.file(ofMinute), 'utf8')) ?? '';
  }

  private append(at: number, rest: readonly (string | number)[]): void {
    const current = minuteOf(at);
    this.attempt(() => {
      if (this.written !== current) this.clear(current);
      appendFileSync(this.file(current), `${[this.session, at, ...rest].join(' ')}\n`);
    });
  }

  /** Deletes files that no limit or pause depends on any more, and those with times in the future. */
  private clear(current: number): void {
    mkdirSync(this.directory.fsPath, { recursive: true });
    for (const name of readdirSync(this.directory.fsPath)) {
      const age = current - Number(name.slice(prefix.length));
      if (name.startsWith(prefix) && !(age >= 0 && age <= maxMinutes))
        rmSync(this.pathOf(name), { force: true });
    }
    this.written = current;
  }

  private file(ofMinute: number): string {
    return this.pathOf(`${prefix}${ofMinute}`);
  }

  private pathOf(name: string): string {
    return join(this.directory.fsPath, name);
  }

  private attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!isMissing && !this.hasFailed) {
        this.hasFailed = true;
        this.log.warn(`The request limit holds for this window only: ${String(error)}`);
      }
      return undefined;
    }
  }
}
