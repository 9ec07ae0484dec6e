import type { Row } from '../state/rows';
import { badRequest } from '../protocol/httpError';
import type { ParameterList } from '../protocol/messages';
import { valueOf } from '../protocol/messages';
import type { SimulatedNoun, Sids } from '../state/sids';

/** Compares two rows. Equal rows stay in the order of creation. */
export type Order<T> = (a: T, b: T) => number;

export interface Listing<T> {
  readonly noun: SimulatedNoun;
  /** The matching rows, from an index in the order of creation on. */
  readonly matching: (from: number) => Iterable<T>;
  /** Those before an index, the last one first: set when that is the order of the list. */
  readonly backward?: ((before: number) => Iterable<T>) | undefined;
  /** The row, if it still exists, whether it matches or not. */
  readonly get: (sid: string) => T | undefined;
  readonly order: Order<T> | undefined;
}

interface Page<T> {
  readonly rows: readonly T[];
  readonly meta: Record<string, unknown>;
}

/**
 * One page of a list. A page token names the row before which (`PB`) or after which (`PA`) the page begins. A page
 * number without a token is refused, except page 0, which Twilio's own first_page_url contains.
 */
export function page<T extends Row>(
  sids: Sids,
  listing: Listing<T>,
  query: ParameterList,
  url: string,
  key: string,
): Page<T> {
  const size = pageSize(valueOf(query, 'PageSize'));
  const number = pageNumber(valueOf(query, 'Page'));
  const token = valueOf(query, 'PageToken');
  if (number > 0 && token === undefined) {
    throw badRequest(
      'Page numbers without a PageToken are not supported. Use PageToken=PA<sid of the last item>.',
      40153,
    );
  }
  const { rows, before, after } =
    token === undefined ? first(listing, size) : goOn(listing, size, sids, token);
  const others = query.filter(([name]) => name !== 'Page' && name !== 'PageToken' && name !== 'PageSize');
  const urlOf = (page: number, pageToken?: string) => {
    const parameters = new URLSearchParams(others.map(([name, value]): [string, string] => [name, value]));
    parameters.set('PageSize', String(size));
    parameters.set('Page', String(page));
    if (pageToken !== undefined) parameters.set('PageToken', pageToken);
    return `${url}?${parameters.toString()}`;
  };
  return {
    rows,
    meta: {
      page: number,
      page_size: size,
      first_page_url: urlOf(0),
      previous_page_url: before && rows[0] ? urlOf(Math.max(0, number - 1), `PB${rows[0].sid}`) : null,
      url: urlOf(number, token),
      next_page_url: after && rows.length ? urlOf(number + 1, `PA${rows.at(-1)!.sid}`) : null,
      key,
    },
  };
}

function pageSize(text: string | undefined): number {
  if (text === undefined) return 50;
  if (!/^\d+$/.test(text) || Number(text) < 1) throw badRequest(`Invalid PageSize "${text}".`);
  if (Number(text) > 1000) throw badRequest(`Page size ${text} is greater than the maximum of 1000.`, 20007);
  return Number(text);
}

function pageNumber(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d+$/.test(text)) throw badRequest(`Invalid Page "${text}".`);
  return Number(text);
}

interface Cut<T> {
  readonly rows: readonly T[];
  readonly before: boolean;
  readonly after: boolean;
}

/** Sorting is stable: equal rows stay in the order of creation. */
const ordered = <T>({ matching, backward, order }: Listing<T>): Iterable<T> =>
  order ? [...matching(0)].sort(order) : backward ? backward(Infinity) : matching(0);

function take<T>(rows: Iterable<T>, size: number): { rows: T[]; after: boolean } {
  const taken: T[] = [];
  for (const row of rows) {
    if (taken.length === size) return { rows: taken, after: true };
    taken.push(row);
  }
  return { rows: taken, after: false };
}

const first = <T>(listing: Listing<T>, size: number): Cut<T> => ({
  ...take(ordered(listing), size),
  before: false,
});

function goOn<T extends Row>(listing: Listing<T>, size: number, sids: Sids, token: string): Cut<T> {
  const invalid = badRequest(`Invalid PageToken "${token.slice(0, 60)}".`);
  const sid = token.slice(2);
  const index = sids.indexOf(sid);
  const forward = token.startsWith('PA');
  const { noun, order, backward } = listing;
  if ((!forward && !token.startsWith('PB')) || sids.at(noun, index) !== sid) throw invalid;
  if (forward && !order)
    return { ...take(backward ? backward(index) : listing.matching(index + 1), size), before: true };
  const mark = listing.get(sid);
  // A deleted row only has an index in the order of creation.
  if (order && !mark) throw invalid;
  const side = (row: T) =>
    (order ? order(row, mark!) : 0) || (sids.indexOf(row.sid) - index) * (backward ? -1 : 1);
  const rows = [...ordered(listing)];
  if (forward)
    return {
      ...take(
        rows.filter((row) => side(row) > 0),
        size,
      ),
      before: true,
    };
  const earlier = rows.filter((row) => side(row) < 0);
  return { rows: earlier.slice(-size), before: earlier.length > size, after: rows.length > earlier.length };
}
