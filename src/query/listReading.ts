import type * as resources from '../taskrouter/resources';
import type { Reads, Row } from '../taskrouter/client';
import type { WithReads } from './workspaceFacts';

export interface ListReadingOptions {
  readonly withReads: WithReads;
  readonly workspaceSid: string;
  readonly collection: resources.Collection;
  /** Those of each list that is read. */
  readonly filters: readonly object[];
  /** Rows that one run reads before it ends. */
  readonly maxRows: number;
  /** Those of a page that was read. */
  readonly onPage: (rows: readonly Row[]) => void;
}

/** A list that is read page by page. */
interface Chain {
  readonly filters: object;
  nextPageToken: string | undefined;
  isBegun: boolean;
  isDone: boolean;
}

/** Small, so that the first rows come soon. */
const firstPage = 100;
const pageSize = 1000;

/** Reads the rows of a workspace by some lists, all at the same time. What was read stays when it is canceled or fails. */
export class ListReading {
  private readonly chains: readonly Chain[];
  private readonly seen = new Set<string>();
  requests = 0;
  /** Rows without a SID. */
  unreadable = 0;
  /** Why a list could not be read to its end. */
  failure: unknown;

  constructor(private readonly options: ListReadingOptions) {
    this.chains = options.filters.map((filters) => ({
      filters,
      nextPageToken: undefined,
      isBegun: false,
      isDone: false,
    }));
  }

  /** The number of different rows that were read, whether they match or not. */
  get read(): number {
    return this.seen.size;
  }

  isRead(sid: string): boolean {
    return this.seen.has(sid);
  }

  get isDone(): boolean {
    return this.chains.every(({ isDone }) => isDone);
  }

  /** Reads on, to the end or the limit; see `failure`. @throws what connecting throws */
  async run(): Promise<void> {
    this.failure = undefined;
    const limit = this.read + this.options.maxRows;
    const open = this.chains.filter(({ isDone }) => !isDone);
    await Promise.all(
      open.map((chain) =>
        this.options.withReads((reads, signal) => this.readChain(chain, reads, signal, limit)),
      ),
    );
  }

  private async readChain(chain: Chain, reads: Reads, signal: AbortSignal, limit: number): Promise<void> {
    const { collection, workspaceSid, onPage } = this.options;
    try {
      while (!chain.isDone && this.read < limit && !signal.aborted) {
        const size = chain.isBegun ? pageSize : firstPage;
        const options = {
          pageSize: size,
          // The first page only, which has another size.
          ...(chain.isBegun ? {} : { wanted: firstPage }),
          ...(chain.nextPageToken === undefined ? {} : { pageToken: chain.nextPageToken }),
        };
        for await (const page of reads.pages(collection, [workspaceSid], chain.filters, options, signal)) {
          this.requests++;
          chain.isBegun = true;
          chain.nextPageToken = page.nextPageToken;
          chain.isDone = page.nextPageToken === undefined;
          this.unreadable += page.unreadable;
          if (page.cutShort) this.failure ??= page.cutShort;
          for (const { sid } of page.rows) this.seen.add(sid);
          onPage(page.rows);
          if (this.read >= limit || signal.aborted) break;
        }
      }
    } catch (error) {
      if (!signal.aborted) this.failure ??= error;
    }
  }
}
