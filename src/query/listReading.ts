import type * as resources from '../taskrouter/resources';
import type { Page, Reads, Row } from '../taskrouter/client';
import type { WithReads } from './workspaceFacts';

export interface ListReadingOptions {
  readonly withReads: WithReads;
  readonly workspaceSid: string;
  readonly collection: resources.Collection;
  /** Those of each list that is read. */
  readonly filters: readonly object[];
  /** TaskRouter can order the lists by the dates of creation: long ones are read from both ends. */
  readonly fromBothEnds?: boolean;
  /** Rows that one run reads before it ends. */
  readonly maxRows: number;
  /** Those of a page that was read. */
  readonly onPage: (rows: readonly Row[]) => void;
}

/** A list that is read page by page. */
interface List {
  readonly filters: object;
  /** The oldest rows first; of a long list that is read from both ends, also the newest first. */
  readonly ends: readonly End[];
  isDone: boolean;
}

/** Small, so that the first rows come soon. */
const firstPage = 100;
const pageSize = 1000;
/** A list with more pages is long. */
const shortPages = 2;

/** Reads the rows of a workspace by some lists, all at the same time. What was read stays when it is canceled or fails. */
export class ListReading {
  private readonly lists: readonly List[];
  private readonly seen = new Set<string>();
  requests = 0;
  /** Rows without a SID. */
  unreadable = 0;
  /** Why a list could not be read to its end. */
  failure: unknown;

  constructor(private readonly options: ListReadingOptions) {
    this.lists = options.filters.map((filters) => ({
      filters,
      ends: options.fromBothEnds ? [new End('asc'), new End('desc')] : [new End()],
      isDone: false,
    }));
  }

  /** How many distinct rows have been read, matching or not. */
  get read(): number {
    return this.seen.size;
  }

  isRead(sid: string): boolean {
    return this.seen.has(sid);
  }

  get isDone(): boolean {
    return this.lists.every(({ isDone }) => isDone);
  }

  /** Reads on, to the end or the limit; see `failure`. @throws what connecting throws */
  async run(): Promise<void> {
    this.failure = undefined;
    const limit = this.read + this.options.maxRows;
    const open = this.lists.filter(({ isDone }) => !isDone);
    await Promise.all(
      open.map((list) =>
        this.options.withReads((reads, signal) => this.readList(list, reads, signal, limit)),
      ),
    );
  }

  private async readList(list: List, reads: Reads, signal: AbortSignal, limit: number): Promise<void> {
    let hasFailed = false;
    const goesOn = () => !list.isDone && !hasFailed && this.read < limit && !signal.aborted;
    const read = async (end: End, isWanted: () => boolean) => {
      try {
        await this.readEnd(list, end, reads, signal, isWanted);
      } catch (error) {
        hasFailed = true;
        if (!signal.aborted) this.failure ??= error;
      }
    };
    const [oldest, newest] = list.ends;
    if (newest) await read(oldest!, () => goesOn() && oldest!.pages < shortPages);
    await Promise.all(list.ends.map((end) => read(end, goesOn)));
  }

  private async readEnd(
    list: List,
    end: End,
    reads: Reads,
    signal: AbortSignal,
    goesOn: () => boolean,
  ): Promise<void> {
    const { collection, workspaceSid } = this.options;
    while (goesOn()) {
      const { ordering, nextPageToken } = end;
      const isFirst = list.ends.every(({ pages }) => pages === 0);
      const options = {
        pageSize: isFirst ? firstPage : pageSize,
        // The first page only, which has another size.
        ...(isFirst ? { wanted: firstPage } : {}),
        ...(nextPageToken === undefined ? {} : { pageToken: nextPageToken }),
      };
      const filters = { ...list.filters, ...(ordering === undefined ? {} : { ordering }) };
      const pages = reads.pages(collection, [workspaceSid], filters, options, signal);
      for (let next: ReturnType<typeof pages.next> | undefined = pages.next(); next;) {
        const { value: page, done } = await next;
        if (done) break;
        this.take(page, list, end);
        next = goesOn() ? pages.next() : undefined;
        // It fails where it is awaited.
        next?.catch(() => undefined);
        // The rows are compared while the next page is on its way; the first ones at once, since somebody waits for them.
        if (!isFirst) await sent();
        this.options.onPage(page.rows);
      }
    }
  }

  private take(page: Page, list: List, end: End): void {
    this.requests++;
    this.unreadable += page.unreadable;
    if (page.cutShort) this.failure ??= page.cutShort;
    end.follow(page);
    list.isDone ||= end.isDone || haveMet(list.ends);
    for (const { sid } of page.rows) this.seen.add(sid);
  }
}

/** The request has been sent. */
const sent = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The pages of a list from one of its ends. */
class End {
  pages = 0;
  nextPageToken: string | undefined;
  isDone = false;
  /** When the row was created that was read last: milliseconds since 1970; NaN when its date cannot be read. */
  reached: number | undefined;
  /** Whether the rows came in the order that was asked for. */
  isOrdered = true;

  /** @param direction by the dates of creation; absent for the default order of a list that has no other */
  constructor(private readonly direction?: 'asc' | 'desc') {}

  get ordering(): string | undefined {
    return this.direction && `DateCreated:${this.direction}`;
  }

  follow({ rows, nextPageToken }: Page): void {
    this.pages++;
    this.nextPageToken = nextPageToken;
    this.isDone = nextPageToken === undefined;
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last) return;
    const sign = this.direction === 'desc' ? -1 : 1;
    const [from, to] = [createdAt(first), createdAt(last)];
    this.isOrdered &&= sign * (from - (this.reached ?? from)) >= 0 && sign * (to - from) >= 0;
    this.reached = to;
  }
}

const createdAt = (row: Row): number => Date.parse(String(row['date_created']));

/** Whether every row of a list was read from one end or the other: of rows created in the same second, some may not be. */
function haveMet([oldest, newest]: readonly End[]): boolean {
  if (oldest?.reached === undefined || newest?.reached === undefined) return false;
  return oldest.isOrdered && newest.isOrdered && oldest.reached > newest.reached;
}
