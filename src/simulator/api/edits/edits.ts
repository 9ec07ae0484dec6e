import type { Row } from '../../state/rows';
import type { BodyParameters } from '../../protocol/bodyParameters';
import { badRequest } from '../../protocol/httpError';
import type { Scope } from '../represent';
import type { Table } from '../../state/table';

/** How the rows of a collection are made, changed and taken away, as far as Twilio lets them be. */
export interface ResourceEdits<T> {
  readonly create?: (scope: Scope, parameters: BodyParameters) => T;
  readonly update?: (scope: Scope, row: T, parameters: BodyParameters) => void;
  readonly remove?: (scope: Scope, row: T) => void;
}

/** Refuses a name that another row of the same collection has; `normalize` for names that are not told apart. */
export function requireUnique<T extends Row, K extends keyof T & string>(
  table: Table<T>,
  key: K,
  value: T[K] & string,
  own?: T,
  normalize = (name: string) => name,
): void {
  for (const row of table.rows()) {
    if (normalize(row[key] as string) !== normalize(value) || row.sid === own?.sid) continue;
    const parameter = key.charAt(0).toUpperCase() + key.slice(1);
    throw badRequest(`${parameter} "${value}" is already taken by ${row.sid} in this Workspace.`);
  }
}

/** Refuses to take away what something else needs. */
export function rejectIf(inUse: boolean, sid: string, reason: string): void {
  if (inUse) throw badRequest(`Cannot delete ${sid} because ${reason}.`);
}

export const some = <T>(table: Table<T>, holds: (row: T) => boolean): boolean => {
  for (const row of table.rows()) if (holds(row)) return true;
  return false;
};

/** Still to be done: neither completed nor canceled. */
export const isUnfinished = ({ status }: { readonly status: string }): boolean =>
  status !== 'completed' && status !== 'canceled';
