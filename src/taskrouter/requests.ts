import type { OtherHost } from './origin';
import type { Collection, FilterValue } from './resources';
import { segments } from './resources';
import { checkedSid, sidPrefixes } from './sid';
import type { SidNoun } from './sid';

/** Names and values in the order in which they are sent; a name may occur more than once. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/**
 * One request to TaskRouter as a plain value. It holds no credentials and no origin, so it can be shown,
 * copied, logged and compared; the client signs it while it sends it.
 */
export interface TaskRouterRequest {
  /** Absent for TaskRouter. The others are for GET only, and for accounts whose user switched them on. */
  readonly host?: OtherHost;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query: Parameters;
  readonly body?: Parameters;
  readonly ifMatch?: string;
}

/** `callTo` is sent as `CallTo`; this holds for every parameter and filter of TaskRouter. */
export const wireName = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

/**
 * application/x-www-form-urlencoded as the official helper writes it: RFC 3986, a space as %20. Half a surrogate
 * pair has no encoding and is sent as U+FFFD.
 */
export function encodeParameters(parameters: Parameters): string {
  const encode = (text: string) =>
    encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd')).replace(
      /[!'()*]/g,
      (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase(),
    );
  return parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

/** Path and query, as in the request line. */
export function requestTarget(request: TaskRouterRequest): string {
  return request.query.length ? `${request.path}?${encodeParameters(request.query)}` : request.path;
}

function pathOf(collection: Collection, sids: readonly string[], count: number): string {
  if (sids.length !== count) {
    throw new TypeError(`${collection.path.join('/')} takes ${count} SIDs here, not ${sids.length}.`);
  }
  const parts = collection.path.map((segment, i) => {
    const sid = sids[i];
    return sid === undefined ? `/${segment}` : `/${segment}/${checkedSid(segments[segment], sid)}`;
  });
  return '/v1' + parts.join('');
}

/**
 * Fetch one resource. `sids` are those of its path from the workspace down, its own last.
 * @throws TypeError for a SID of the wrong kind or shape
 */
export function fetchRequest(collection: Collection, sids: readonly string[]): TaskRouterRequest {
  return { method: 'GET', path: pathOf(collection, sids, collection.path.length), query: [] };
}

/**
 * Update one resource, addressed as for `fetchRequest`.
 * @throws TypeError for a SID of the wrong kind or shape
 */
export const updateRequest = (
  collection: Collection,
  sids: readonly string[],
  body: Parameters,
  ifMatch?: string,
): TaskRouterRequest => ({
  ...fetchRequest(collection, sids),
  method: 'POST',
  body,
  ...(ifMatch === undefined ? {} : { ifMatch }),
});

/**
 * Create a resource. `parents` are the SIDs of its path from the workspace down.
 * @throws TypeError for a SID of the wrong kind or shape
 */
export const createRequest = (
  collection: Collection,
  parents: readonly string[],
  body: Parameters,
): TaskRouterRequest => ({ ...listRequest(collection, parents), method: 'POST', body });

/**
 * Delete one resource, addressed as for `fetchRequest`.
 * @throws TypeError for a SID of the wrong kind or shape
 */
export const deleteRequest = (collection: Collection, sids: readonly string[]): TaskRouterRequest => ({
  ...fetchRequest(collection, sids),
  method: 'DELETE',
});

/** Dates in whole seconds, as TaskRouter writes its own. */
export const dateText = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

const textOf = (value: unknown) => (value instanceof Date ? dateText(value) : String(value));

export type Filters<C extends Collection> = {
  readonly [K in keyof C['filters']]?: FilterValue<C['filters'][K]>;
};

export interface PageOptions {
  /** Rows in the page, 1 to 1000. Twilio's default is 50. */
  readonly pageSize?: number;
  /** From the page before. Twilio refuses page numbers (40153). */
  readonly pageToken?: string;
}

/**
 * List one page of a collection. `parents` are the SIDs of its path from the workspace down.
 * @throws TypeError for a SID of the wrong kind or shape, RangeError for a page size out of range
 */
export function listRequest<C extends Collection>(
  collection: C,
  parents: readonly string[],
  filters: Filters<C> = {},
  { pageSize, pageToken }: PageOptions = {},
): TaskRouterRequest {
  const query: [string, string][] = [];
  for (const [key, value] of Object.entries(filters)) {
    if (value === undefined) continue;
    const type = collection.filters[key];
    if (type === undefined) throw new TypeError(`A list of ${collection.key} cannot be filtered by ${key}.`);
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [textOf(value)]) {
      query.push([wireName(key), type in sidPrefixes ? checkedSid(type as SidNoun, one) : one]);
    }
  }
  if (pageSize !== undefined) {
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1000) {
      throw new RangeError(`A page holds 1 to 1000 rows, not ${pageSize}.`);
    }
    query.push(['PageSize', String(pageSize)]);
  }
  if (pageToken !== undefined) query.push(['PageToken', pageToken]);
  return { method: 'GET', path: pathOf(collection, parents, collection.path.length - 1), query };
}
