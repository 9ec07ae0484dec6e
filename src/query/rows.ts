import { exactAttributes } from '../taskrouter/attributes';
import { valueAt } from './values';

/** What a query needs of any row. Dates are in milliseconds since 1970. */
export interface ListedRow {
  readonly sid: string;
  readonly workspace: string;
  readonly workspaceSid: string;
  /** JSON as it was written. */
  readonly attributes: string;
  readonly created: number | undefined;
  readonly updated: number | undefined;
}

/** A row while it is compared: its attributes are parsed once, and only when a condition needs them. */
export class Subject<R extends ListedRow> {
  private parsed: Readonly<Record<string, unknown>> | undefined | null = null;

  constructor(
    readonly row: R,
    /** Milliseconds since 1970 by TaskRouter's clock. */
    readonly now: number,
  ) {}

  attribute(path: readonly string[]): unknown {
    if (this.parsed === null) this.parsed = exactAttributes(this.row.attributes);
    return valueAt(this.parsed, path);
  }
}
