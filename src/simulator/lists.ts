import type { Row } from './centre';
import type { Order, Query } from './pages';
import { page, valueOf } from './pages';
import { badRequest } from './refusal';
import type { Place, Resource } from './resources';

/** The answer to a list request: filtered, ordered, one page of it. */
export function list(resource: Resource, at: Place, query: Query, url: string): Record<string, unknown> {
  const tests = Object.entries(resource.filters).flatMap(([name, filter]) => {
    const values = query.filter(([one]) => one === name).map(([, value]) => value);
    return values.length && name !== 'Ordering' ? [filter(values, at)] : [];
  });
  const matching = (from: number) => passing(resource.rows(at, from), tests);
  const { rows, meta } = page(
    at.centre.sids,
    {
      noun: resource.noun,
      matching,
      get: (sid) => resource.get(at, sid),
      order: ordering(resource, valueOf(query, 'Ordering')),
    },
    query,
    url,
    resource.key,
  );
  return { meta, [resource.key]: rows.map((row) => resource.show(at, row)) };
}

function* passing(rows: Iterable<Row>, tests: readonly ((row: Row) => boolean)[]): Iterable<Row> {
  for (const row of rows) if (tests.every((test) => test(row))) yield row;
}

/** `Priority:desc,DateCreated:asc`: the first that differs decides. */
function ordering({ orders }: Resource, text: string | undefined): Order<Row> | undefined {
  if (text === undefined || Object.keys(orders).length === 0) return undefined;
  const parts = text.split(',').map((part) => {
    const [name = '', direction = 'asc'] = part.trim().split(':');
    const order = orders[name];
    if (!order || !['asc', 'desc'].includes(direction)) {
      throw badRequest(
        `Invalid Ordering "${part}": must be one of ${Object.keys(orders).join(', ')}, and asc or desc.`,
      );
    }
    return direction === 'desc' ? (a: Row, b: Row) => order(b, a) : order;
  });
  return (a, b) => parts.reduce((decided, order) => decided || order(a, b), 0);
}
