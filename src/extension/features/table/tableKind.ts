import type { Fields } from '../../../query/fields';
import type { ListedRow } from '../../../query/rows';
import type { GroupBy, SortView, TableAction, TableTexts } from '../../../webview/table/protocol';
import type { Vocabulary } from '../../../query/complete';
import type { Collection } from '../../../taskrouter/resources';
import type { SidNoun } from '../../../taskrouter/sid';
import type { NamesOf } from './vocabulary';
import type { Column, RowFacts } from './columns';
import type { RowDetail, RowDetailsOptions } from './rowDetails';
import type { WorkspaceRun, WorkspaceRunOptions } from './workspaceRun';
import type { Disposable } from '../../emitter';

/** What a table lists, and all that depends on it. */
export interface TableKind<R extends ListedRow> {
  readonly noun: SidNoun;
  readonly collection: Collection;
  /** The words that menus match on, without those of the account. */
  readonly contextOf: (row: R) => string;
  /** The same for rows that are selected together. */
  readonly contextOfSeveral: string;
  readonly fields: Fields;
  /** In the order in which they are offered. `isOfSeveral`: with the rows of several workspaces. */
  readonly columns: (isOfSeveral: boolean) => readonly Column<R>[];
  readonly defaultColumns: (isOfSeveral: boolean) => readonly string[];
  readonly sort: SortView;
  readonly groupings: readonly Grouping<R>[];
  /** What the query line completes. */
  readonly vocabulary: (namesOf: NamesOf, rows: readonly R[]) => Vocabulary;
  /** The lists whose names it completes, by the fields. */
  readonly named: Readonly<Record<string, Collection>>;
  readonly actions: readonly TableAction[];
  /** Which action ends these rows; asks when there are two. Absent where rows do not end. */
  readonly endOf?: (rows: readonly R[]) => Promise<TableAction | undefined>;
  /** The query that it shows first. */
  readonly firstQuery: string;
  /** Queries to choose from, besides those that users save; the last has all rows. */
  readonly queries: readonly { readonly name: string; readonly text: string }[];
  readonly savesQueries: boolean;
  readonly newRun: (options: WorkspaceRunOptions<R>) => WorkspaceRun<R>;
  /** Reads what rows do not have; absent where they have all that the columns show. */
  readonly newDetails?: (options: RowDetailsOptions) => Details<R>;
  /** As it is exported, without its attributes. */
  readonly exported: (facts: RowFacts<R>) => object;
  /** The keys of the columns whose values have not been read. */
  readonly unread: (facts: RowFacts<R>) => readonly string[];
  readonly texts: KindTexts;
}

export interface Grouping<R extends ListedRow> {
  readonly by: GroupBy;
  readonly name: string;
  /** The name of the group whose rows have nothing in common. */
  readonly none: string;
  /** Whether what rows do not have decides their group. */
  readonly needsDetails?: boolean;
  readonly keyOf: (row: R, detailOf: (row: R) => RowDetail) => string;
}

/** Reads what the rows that the user sees do not have. */
export interface Details<R extends ListedRow> extends Disposable {
  /** Changes with what is known. */
  readonly version: number;
  of(row: R): RowDetail;
  /** Only these are read from now on. */
  show(rows: readonly R[]): void;
  /** Ends what is being read, until rows are shown again. */
  stop(): void;
  /** Everything is read again. */
  forget(): void;
}

/** Whole sentences, each for what the table lists. */
export interface KindTexts {
  readonly page: Pick<
    TableTexts,
    'heading' | 'placeholder' | 'query' | 'selectionActions' | 'selectionCleared' | 'table'
  >;
  readonly title: (workspace: string | undefined) => string;
  readonly sid: string;
  readonly counted: (count: number) => string;
  readonly selected: (count: number) => string;
  readonly copied: (count: number) => string;
  readonly exported: (count: number) => string;
  readonly exporting: string;
  readonly exportFailed: (reason: string) => string;
  readonly exportIncomplete: string;
  readonly fileName: string;
  readonly reading: string;
  readonly noneSoFar: string;
  readonly noMatch: string;
  readonly none: (isOfSeveral: boolean) => string;
  readonly ofOtherFilter: (filter: string) => string;
  readonly ofLastFilter: (filter: string) => string;
  readonly unreadable: (count: number) => string;
}
