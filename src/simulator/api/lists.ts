import type { Row } from '../state/rows';
import type { Order } from './pages';
import type { ParameterList } from '../protocol/messages';
import { page } from './pages';
import { valueOf } from '../protocol/messages';
import { hex32, mix } from '../state/random';
import { badRequest } from '../protocol/httpError';
import type { Scope } from './represent';
import type { Resource } from './resources';
import type { Sids } from '../state/sids';

/** The response to a list request: filtered, ordered and paged. */
export function list(
  resource: Resource,
  scope: Scope,
  query: ParameterList,
  url: string,
): { body: unknown; etag: string } {
  const tests = Object.entries(resource.filters).flatMap(([name, filter]) => {
    const values = query.filter(([one]) => one === name).map(([, value]) => value);
    return values.length && name !== 'Ordering' ? [filter(values, scope)] : [];
  });
  const matching = (from: number) => passing(resource.rows(scope, from, query), tests);
  const asked = ordering(resource, valueOf(query, 'Ordering'));
  const { rows, meta } = page(
    scope.account.sids,
    {
      noun: resource.noun,
      matching,
      get: (sid) => resource.get(scope, sid),
      ...(asked === 'newest first'
        ? { order: undefined, backward: (before) => passing(resource.backward!(scope, before), tests) }
        : { order: asked ?? resource.order }),
    },
    query,
    url,
    resource.key,
  );
  return {
    body: { meta, [resource.key]: rows.map((row) => resource.show(scope, row)) },
    etag: etagOf(rows, scope.account.sids),
  };
}

/** Changes whenever a row is added, removed or changed. */
const etagOf = (rows: readonly Row[], sids: Sids): string =>
  `W/"${hex32(rows.reduce((sum, { sid, version }) => mix(sum + sids.indexOf(sid) * 31 + version), rows.length))}"`;

function* passing(rows: Iterable<Row>, tests: readonly ((row: Row) => boolean)[]): Iterable<Row> {
  for (const row of rows) if (tests.every((test) => test(row))) yield row;
}

/** Parses `Priority:desc,DateCreated:asc`: later parts decide ties. */
function ordering(
  { orders, backward }: Resource,
  text: string | undefined,
): Order<Row> | 'newest first' | undefined {
  if (text === undefined || Object.keys(orders).length === 0) return undefined;
  // The order of creation, which needs no sorting of a long list.
  if (backward && text === 'DateCreated:desc') return 'newest first';
  if (backward && text === 'DateCreated:asc') return undefined;
  const parts = text.split(',').map((part) => {
    const [name = '', direction = 'asc'] = part.trim().split(':');
    const order = Object.hasOwn(orders, name) ? orders[name] : undefined;
    if (!order || !['asc', 'desc'].includes(direction)) {
      throw badRequest(
        `Invalid Ordering "${part}": must be one of ${Object.keys(orders).join(', ')}, and asc or desc.`,
      );
    }
    return direction === 'desc' ? (a: Row, b: Row) => order(b, a) : order;
  });
  return (a, b) => parts.reduce((decided, order) => decided || order(a, b), 0);
}
