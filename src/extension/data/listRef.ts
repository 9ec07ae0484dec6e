import type { Filters } from '../../taskrouter/requests';
import type { Collection } from '../../taskrouter/resources';

/** One list of TaskRouter: a collection of one account under its parents. */
export interface ListRef {
  readonly accountId: string;
  readonly collection: Collection;
  readonly parents: readonly string[];
  readonly filters?: Filters<Collection>;
}

/** The open reservations of a workspace, with the tasks and workflows that they refer to. */
export interface OpenRef {
  readonly accountId: string;
  readonly openIn: string;
}

declare const isListKey: unique symbol;
/** Identifies a list within its account. Only `listKey` makes one. */
export type ListKey = string & { readonly [isListKey]: true };

/** Refs with the same key name the same list; the order of its rows is not part of what a list is. */
export function listKey(ref: ListRef | OpenRef): ListKey {
  if ('openIn' in ref) return `open ${ref.openIn}` as ListKey;
  const { collection, parents, filters = {} } = ref;
  const narrowing = Object.entries(filters).filter(([name]) => name !== 'ordering');
  const path = collection.path.flatMap((segment, i) => [segment, parents[i] ?? '']);
  return [...path, ...(narrowing.length ? [JSON.stringify(narrowing)] : [])].join('/') as ListKey;
}
