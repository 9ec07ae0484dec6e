import { complete } from '../../../query/complete';
import { parse } from '../../../query/parse';
import type { Named } from '../../../query/plan';
import type { ListedRow } from '../../../query/rows';
import type * as resources from '../../../taskrouter/resources';
import type { Disposable } from '../../emitter';
import type { CompletedNames } from './completedNames';
import type { Line } from './tableState';
import type { TableKind } from './tableKind';

export interface FilterLineOptions<R extends ListedRow> {
  readonly kind: Pick<TableKind<R>, 'fields' | 'vocabulary'>;
  /** The names that the query line completes; absent where it does not read any. */
  readonly names: CompletedNames | undefined;
  /** Those that the query that runs has read. */
  readonly namesOf: (collection: resources.Collection) => readonly Named[] | undefined;
  /** Rows whose attributes are completed. */
  readonly rows: () => readonly R[];
  readonly onChange: () => void;
}

/** The query line: the text that the user types, what is wrong with it once it is applied, and what completes it. */
export class FilterLine<R extends ListedRow> implements Disposable {
  line: Line;

  constructor(
    text: string,
    private readonly options: FilterLineOptions<R>,
  ) {
    this.line = { text, cursor: text.length, problem: undefined, completions: undefined };
  }

  /** @returns whether the text is a query */
  apply(text: string): boolean {
    const parsed = parse(text, this.options.kind.fields);
    const problem = 'problem' in parsed ? parsed.problem : undefined;
    this.line = { text, cursor: text.length, problem, completions: undefined };
    return problem === undefined;
  }

  /** What is wrong with the text is said when it runs; while it is typed it is seldom whole. */
  edit(text: string, cursor: number): void {
    const { kind, names, namesOf, rows, onChange } = this.options;
    const at = Math.min(cursor, text.length);
    const named = (collection: resources.Collection) =>
      (names?.of(collection) ?? namesOf(collection))?.map(({ name }) => name);
    const completions = complete(text, at, kind.vocabulary(named, rows()), kind.fields);
    this.line = { text, cursor: at, problem: undefined, completions };
    onChange();
    names?.readFor(text, () => this.line.completions && this.edit(this.line.text, this.line.cursor));
  }

  /** Names are read again when they are needed. */
  forget(): void {
    this.options.names?.forget();
  }

  dispose(): void {
    this.options.names?.dispose();
  }
}
