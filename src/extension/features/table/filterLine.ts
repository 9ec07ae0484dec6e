import { complete } from '../../../query/complete';
import type { ListedTask } from '../../../query/matches';
import { parse } from '../../../query/parse';
import type { Named } from '../../../query/plan';
import type * as resources from '../../../taskrouter/resources';
import type { Disposable } from '../../emitter';
import type { CompletedNames } from './completedNames';
import type { Line } from './tableState';
import { vocabularyOf } from './vocabulary';

export interface FilterLineOptions {
  /** The names that the query line completes; absent where it does not read any. */
  readonly names: CompletedNames | undefined;
  /** Those that the query that runs has read. */
  readonly namesOf: (collection: resources.Collection) => readonly Named[] | undefined;
  /** Tasks whose attributes are completed. */
  readonly tasks: () => readonly ListedTask[];
  readonly onChange: () => void;
}

/** The query line: the text that the user types, what is wrong with it once it is applied, and what completes it. */
export class FilterLine implements Disposable {
  line: Line;

  constructor(
    text: string,
    private readonly options: FilterLineOptions,
  ) {
    this.line = { text, cursor: text.length, problem: undefined, completions: undefined };
  }

  /** @returns whether the text is a query */
  apply(text: string): boolean {
    const parsed = parse(text);
    const problem = 'problem' in parsed ? parsed.problem : undefined;
    this.line = { text, cursor: text.length, problem, completions: undefined };
    return problem === undefined;
  }

  /** What is wrong with the text is said when it runs; while it is typed it is seldom whole. */
  edit(text: string, cursor: number): void {
    const { names, namesOf, tasks, onChange } = this.options;
    const at = Math.min(cursor, text.length);
    const vocabulary = vocabularyOf((collection) => names?.of(collection) ?? namesOf(collection), tasks());
    this.line = { text, cursor: at, problem: undefined, completions: complete(text, at, vocabulary) };
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
