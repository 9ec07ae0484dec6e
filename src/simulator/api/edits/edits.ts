import type { Row } from '../../state/rows';
import type { BodyParameters } from '../../protocol/bodyParameters';
import { badRequest } from '../../protocol/httpError';
import type { Scope } from '../represent';
import type { Table } from '../../state/table';

/** How rows of a collection are created, updated and deleted, where the API allows it. */
export interface ResourceEdits<T> {
  readonly create?: (scope: Scope, parameters: BodyParameters) => T;
  readonly update?: (scope: Scope, row: T, parameters: BodyParameters) => void;
  readonly remove?: (scope: Scope, row: T) => void;
}

/** Refuses a name that another row of the collection has. Names with the same normalized form count as equal. */
export function requireUnique<T extends Row, K extends keyof T & string>(
  table: Table<T>,
  key: K,
  value: T[K] & string,
  own?: T,
  normalize = (name: string) => name,
): void {
  const wanted = normalize(value);
  for (const row of table.rows()) {
    if (normalize(row[key] as string) !== wanted || row.sid === own?.sid) continue;
    const parameter = key.charAt(0).toUpperCase() + key.slice(1);
    throw badRequest(`${parameter} "${value}" is already taken by ${row.sid} in this Workspace.`);
  }
}

/** Refuses to delete a row that is in use. */
export function rejectIf(inUse: boolean, sid: string, reason: string): void {
  if (inUse) throw badRequest(`Cannot delete ${sid} because ${reason}.`);
}

export const some = <T>(table: Table<T>, holds: (row: T) => boolean): boolean => {
  for (const row of table.rows()) if (holds(row)) return true;
  return false;
};

/** Neither completed nor canceled. */
export const isUnfinished = ({ status }: { readonly status: string }): boolean =>
  status !== 'completed' && status !== 'canceled';

/** https://www.twilio.com/docs/taskrouter/limits */
export function requireRoom(table: { readonly size: number }, max: number, nouns: string): void {
  if (table.size >= max) throw badRequest(`A Workspace can have at most ${max} ${nouns}.`);
}
