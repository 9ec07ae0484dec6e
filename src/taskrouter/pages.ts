import type { ShapeFault } from './errors';
import { ResponseShapeError } from './errors';
import type { Message } from './message';
import { message } from './message';
import { belongsTo } from './origin';
import { mask } from './secrets';
import type { PageOptions, TaskRouterRequest } from './requests';
import type { Collection, Row } from './resources';
import type { ApiResponse } from './response';
import { readRows } from './response';

export interface Page {
  readonly rows: readonly Row[];
  /** Rows without even a SID. */
  readonly unreadable: number;
  readonly nextPageToken?: string;
  /** There are more rows, but the URL of the next page must not be followed. */
  readonly cutShort?: ResponseShapeError;
}

export interface PagesOptions {
  /** How many rows to read at least; all when absent. */
  readonly wanted?: number;
  /** Rows in one page, at most 1000; 1000 when absent. */
  readonly pageSize?: number;
  /** Where to continue. */
  readonly pageToken?: string;
  readonly maxPages?: number;
}

/** 200,000 rows at the largest page size: more than any caller needs. */
const defaultMaxPages = 200;
/** Pages in a row without a new row. A filtered or shifting list can have one; an endless one has nothing else. */
const maxBarrenPages = 3;

export function readPage(
  collection: Collection,
  request: TaskRouterRequest,
  answer: ApiResponse,
  origin: string,
): Page {
  const body = (answer.body ?? {}) as Record<string, unknown>;
  const rows = body[collection.key];
  const meta = body['meta'] ?? {};
  const next = (meta as { next_page_url?: unknown }).next_page_url ?? '';
  if (!Array.isArray(rows) || typeof meta !== 'object' || typeof next !== 'string') {
    throw new ResponseShapeError(
      request,
      'shape',
      answer.status,
      message('the response has no list of {key}', { key: collection.key }),
    );
  }
  const readable = readRows(rows, collection.noun);
  return {
    rows: readable,
    unreadable: rows.length - readable.length,
    ...(next ? nextPage(request, next, origin, answer.status) : {}),
  };
}

/** Takes only the token from the URL in a response; the request is built from scratch. */
function nextPage(
  request: TaskRouterRequest,
  next: string,
  origin: string,
  status: number,
): Pick<Page, 'nextPageToken' | 'cutShort'> {
  const cut = (fault: 'foreign-page' | 'page-loop', problem: Message) => ({
    cutShort: new ResponseShapeError(request, fault, status, problem),
  });
  const url = URL.parse(next);
  if (url === null || !belongsTo(origin, url.origin) || url.pathname !== request.path) {
    return cut('foreign-page', message('the next page is at another address'));
  }
  const token = url.searchParams.get('PageToken');
  if (!token) return cut('foreign-page', message('the next page has no token'));
  if (token.includes(mask))
    return cut('foreign-page', message('the address of the next page contains a secret'));
  if (request.query.some(([name, value]) => name === 'PageToken' && value === token)) {
    return cut('page-loop', message('the next page is the same page'));
  }
  return { nextPageToken: token };
}

/** The pages of a list, one request each, as `Client.pages` documents them. */
export async function* readPages(
  requestOf: (page: PageOptions) => TaskRouterRequest,
  read: (request: TaskRouterRequest) => Promise<Page>,
  { wanted = Infinity, pageSize = 1000, pageToken, maxPages }: PagesOptions,
): AsyncGenerator<Page, void, undefined> {
  const guard = new PageGuard(maxPages);
  let token = pageToken;
  do {
    const request = requestOf({
      pageSize: Math.min(pageSize, wanted - guard.rows),
      ...(token === undefined ? {} : { pageToken: token }),
    });
    const page = guard.checked(await read(request), request, wanted);
    yield page;
    token = page.nextPageToken;
  } while (token !== undefined && guard.rows < wanted);
}

/** Detects pages that cannot be those of a list: a token repeats, nothing is new, or there is no end. */
export class PageGuard {
  private readonly sids = new Set<string>();
  private readonly tokens = new Set<string>();
  private pages = 0;
  private barren = 0;

  constructor(private readonly maxPages = defaultMaxPages) {}

  /** The number of different rows so far. */
  get rows(): number {
    return this.sids.size;
  }

  /** The next page of the list; with `cutShort` if no page after it must be read. */
  checked(page: Page, request: TaskRouterRequest, wanted = Infinity): Page {
    const problem = this.problemOf(page, wanted);
    return problem ? withoutNext(page, new ResponseShapeError(request, ...problem)) : page;
  }

  private problemOf(
    { rows, nextPageToken }: Page,
    wanted: number,
  ): [ShapeFault, number, Message] | undefined {
    const before = this.rows;
    for (const { sid } of rows) this.sids.add(sid);
    this.pages++;
    this.barren = this.rows > before ? 0 : this.barren + 1;
    if (nextPageToken === undefined) return undefined;
    if (this.tokens.has(nextPageToken)) return ['page-loop', 200, message('the pages repeat')];
    this.tokens.add(nextPageToken);
    if (this.barren >= maxBarrenPages)
      return ['page-loop', 200, message('{count} pages had no new rows', { count: this.barren })];
    if (this.pages >= this.maxPages && this.rows < wanted)
      return ['too-many-pages', 200, message('the limit is {count} pages', { count: this.maxPages })];
    return undefined;
  }
}

/** The rows of all pages; those that were read, when the list is cut short. @throws what reading a page throws */
export async function rowsOf(pages: AsyncIterable<Page>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) for (const row of page.rows) rows.push(row);
  return rows;
}

const withoutNext = ({ rows, unreadable }: Page, cutShort: ResponseShapeError): Page => ({
  rows,
  unreadable,
  cutShort,
});
