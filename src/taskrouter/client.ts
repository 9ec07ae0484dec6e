import type { Alert, Call } from './callsAndAlerts';
import { alertsRequest, callRequest, readAlerts, readCall } from './callsAndAlerts';
import type { Page, PagesOptions } from './pages';
import { readPage, readPages } from './pages';
import type { QueueStatistics } from './queueStatistics';
import { queueStatisticsRequest, readQueueStatistics } from './queueStatistics';
import type { Background } from './requestLimit';
import type { Filters, PageOptions, TaskRouterRequest } from './requests';
import { fetchRequest, listRequest } from './requests';
import type { Collection, Row } from './resources';
import type { ApiResponse, Exchange, Fetched } from './response';
import { readFetched } from './response';
import type { RequestSenderOptions } from './requestSender';
import { RequestSender } from './requestSender';
import {
  readTaskCount,
  readTaskCounts,
  readWorkerCount,
  workspaceStatisticsRequest,
} from './workspaceStatistics';

export type { Exchange, Fetched, Page, Row };

export type ClientOptions = RequestSenderOptions;

export type Client = ReturnType<typeof createClient>;

/**
 * Talks to one TaskRouter with one account's credentials, and to nothing else.
 * Every method rejects with ConnectionError, ApiError or ResponseShapeError.
 */
export function createClient(options: ClientOptions) {
  const { origin } = options;
  const sender = new RequestSender(options);
  const reads = (wait?: Background) =>
    createReads(origin, (request, signal) => sender.send(request, signal, wait));
  return {
    origin,

    /** The raw response to any request value. */
    send: (request: TaskRouterRequest, signal?: AbortSignal) => sender.send(request, signal),

    ...reads(),

    /** The same reads in the background: they wait for the request limit. */
    background: (wait: Background = {}) => reads(wait),

    /** Sends an update once. The row is TaskRouter's response, which may not show the effect yet. */
    async update(
      request: TaskRouterRequest,
      signal?: AbortSignal,
    ): Promise<Fetched & { status: number; requestId?: string }> {
      const response = await sender.send(request, signal);
      return {
        ...readFetched(request, response),
        status: response.status,
        ...(response.requestId ? { requestId: response.requestId } : {}),
      };
    },

    /** Sends a request that deletes a resource, once. */
    async remove(
      request: TaskRouterRequest,
      signal?: AbortSignal,
    ): Promise<Pick<ApiResponse, 'status' | 'requestId'>> {
      const { status, requestId } = await sender.send(request, signal);
      return { status, ...(requestId ? { requestId } : {}) };
    },
  };
}

/** The client's reads, in the background or not. */
export type Reads = ReturnType<typeof createReads>;

type Send = (request: TaskRouterRequest, signal?: AbortSignal) => Promise<ApiResponse>;

type ReadResponse<T> = (request: TaskRouterRequest, response: ApiResponse) => T;

const createReads = (origin: string, send: Send) => ({
  /** One page of a collection; `parents` are the SIDs of its path from the workspace down. */
  async list<C extends Collection>(
    collection: C,
    parents: readonly string[],
    filters: Filters<C> = {},
    page: PageOptions = {},
    signal?: AbortSignal,
  ): Promise<Page> {
    const request = listRequest(collection, parents, filters, page);
    return readPage(collection, request, await send(request, signal), origin);
  },

  /**
   * The pages of a list, one request each, until `wanted` rows are read or the list ends. A list that does not end,
   * repeats itself or exceeds `maxPages` ends with a page that has `cutShort`.
   */
  pages<C extends Collection>(
    collection: C,
    parents: readonly string[],
    filters: Filters<C> = {},
    options: PagesOptions = {},
    signal?: AbortSignal,
  ): AsyncGenerator<Page, void, undefined> {
    const requestOf = (page: PageOptions) => listRequest(collection, parents, filters, page);
    const read = async (request: TaskRouterRequest) =>
      readPage(collection, request, await send(request, signal), origin);
    return readPages(requestOf, read, options);
  },

  /** One resource; `sids` are those of its path from the workspace down, its own last. */
  async fetch(collection: Collection, sids: readonly string[], signal?: AbortSignal): Promise<Fetched> {
    const request = fetchRequest(collection, sids);
    return readFetched(request, await send(request, signal));
  },

  /** Any other request that reads, and what `read` makes of its response. */
  async read<T>(request: TaskRouterRequest, read: ReadResponse<T>, signal?: AbortSignal): Promise<T> {
    return read(request, await send(request, signal));
  },

  /** The call of a task, from the host of calls. */
  async call(accountSid: string, callSid: string, signal?: AbortSignal): Promise<Call> {
    const request = callRequest(accountSid, callSid);
    return readCall(request, await send(request, signal));
  },

  /** How many workers a queue has now. */
  async queueStatistics(
    workspaceSid: string,
    queueSid: string,
    signal?: AbortSignal,
  ): Promise<QueueStatistics> {
    const request = queueStatisticsRequest(workspaceSid, queueSid);
    return readQueueStatistics(request, await send(request, signal));
  },

  /** How many tasks a workspace has now. */
  async taskCount(workspaceSid: string, signal?: AbortSignal): Promise<number> {
    const request = workspaceStatisticsRequest(workspaceSid);
    return readTaskCount(request, await send(request, signal));
  },

  /** How many tasks have each status; undefined when TaskRouter does not say. */
  async taskCounts(
    workspaceSid: string,
    signal?: AbortSignal,
  ): Promise<Readonly<Record<string, number>> | undefined> {
    return readTaskCounts(await send(workspaceStatisticsRequest(workspaceSid), signal));
  },

  /** How many workers a workspace has; undefined when TaskRouter does not say. */
  async workerCount(workspaceSid: string, signal?: AbortSignal): Promise<number | undefined> {
    return readWorkerCount(await send(workspaceStatisticsRequest(workspaceSid), signal));
  },

  /** The first page of errors between two times, in milliseconds since 1970, from the host of Monitor. */
  async alerts(from: number, to: number, signal?: AbortSignal): Promise<Alert[]> {
    const request = alertsRequest(from, to);
    return readAlerts(request, await send(request, signal));
  },
});

/** A row as its type. A field that does not have its documented type is undefined. */
export const readRow = <T>(collection: Collection<T>, row: Row): T => collection.read(row);
