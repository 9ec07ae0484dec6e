/** The messages between the extension and the page with the tasks or workers of a workspace. Both sides import types only. */
import type { PageAccount, PageMessage, SharedTexts } from '../shared/protocol';

/** Everything the page shows. Texts are translated and safe to show; the page puts them in as text. */
export interface TableState {
  readonly texts: TableTexts;
  readonly account: PageAccount;
  /** The name of the workspace, or that it is all. */
  readonly workspace: string;
  /** The query whose rows are shown, and that is saved for a reload. */
  readonly query: string;
  readonly line: LineView;
  /** Queries to choose from. */
  readonly queries: readonly QueryView[];
  /** The user can save others. */
  readonly savesQueries: boolean;
  readonly progress: ProgressView;
  /** Up to when the rows are known; '' before some were read. */
  readonly asOf: string;
  /** Which fields TaskRouter filters by, and which are compared here. */
  readonly plan: string;
  /** How far each workspace is read, on a table with several. */
  readonly extent?: ExtentView;
  /** Why rows may be missing although nothing failed. */
  readonly notices: readonly string[];
  /** Why rows are missing. */
  readonly failure?: string;
  /** In the order in which they are shown. */
  readonly columns: readonly ColumnView[];
  readonly choices: readonly ColumnChoice[];
  readonly sort: SortView;
  readonly groupings: readonly GroupingView[];
  /** How many rows the table has: those that match, and groups. */
  readonly total: number;
  /** The index of the first of `rows` among all that match. */
  readonly from: number;
  readonly rows: readonly (RowView | GroupView)[];
  readonly selection: SelectionView;
  /** Why there are no rows; absent while there are some, or may be. */
  readonly empty?: string;
}

/** What is known about the text in the query line. The page ignores it when the text is another one by now. */
export interface LineView {
  readonly text: string;
  readonly cursor: number;
  readonly problem?: LineProblem;
  /** What an item replaces: offsets in UTF-16 units. */
  readonly range: { readonly start: number; readonly end: number };
  readonly items: readonly CompletionView[];
}

export interface LineProblem {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What to put there instead. */
  readonly suggestion?: string;
}

export interface CompletionView {
  readonly text: string;
  readonly help: string;
}

export interface QueryView {
  readonly name: string;
  readonly text: string;
}

export interface ProgressView {
  readonly text: string;
  readonly isReading: boolean;
  /** There are rows that have not been read. */
  readonly canContinue: boolean;
}

export interface ExtentView {
  /** How many workspaces are read, and what that costs. */
  readonly text: string;
  readonly workspaces: readonly {
    readonly name: string;
    readonly icon: string;
    readonly text: string;
  }[];
}

export interface ColumnView {
  readonly key: string;
  readonly title: string;
  /** In pixels. */
  readonly width: number;
  readonly isNumber: boolean;
  readonly isSortable: boolean;
}

export interface ColumnChoice {
  readonly key: string;
  readonly title: string;
  readonly isShown: boolean;
}

export interface SortView {
  /** The key of a column. */
  readonly column: string;
  readonly isDescending: boolean;
}

export interface RowView {
  readonly sid: string;
  /** The words by which VS Code chooses the commands of its menu. */
  readonly menu: string;
  readonly isSelected: boolean;
  /** One for each column. */
  readonly cells: readonly CellView[];
}

export type GroupBy = 'workspace' | 'queue' | 'status' | 'worker' | 'activity';

export interface GroupingView {
  /** Absent for none. */
  readonly by?: GroupBy;
  readonly name: string;
  readonly isChosen: boolean;
}

/** A row above those of a group. */
export interface GroupView {
  /** Its key. */
  readonly group: string;
  readonly text: string;
  /** How many rows it has. */
  readonly count: string;
  readonly isExpanded: boolean;
}

export interface SelectionView {
  /** How many rows are selected. */
  readonly count: number;
  /** How many match. */
  readonly of: number;
  /** `3 tasks selected`; '' while none is. */
  readonly text: string;
  /** The label of the button that selects all that match, when others are not selected. */
  readonly selectAll?: string;
  /** Rows that have not been read may match: that button reads them first. */
  readonly readsRest: boolean;
  /** What can be done with them. */
  readonly actions: readonly TableAction[];
}

export type TableAction = 'cancel' | 'complete' | 'priority' | 'activity';

export interface CellView {
  readonly text: string;
  /** What the text leaves out, such as the exact time. */
  readonly title?: string;
  readonly icon?: string;
  /** Its value has not been read, as `title` says. */
  readonly isUnread?: boolean;
}

/** Every text of the page itself, in the user's language. `{name}` stands for an argument. */
export interface TableTexts extends SharedTexts {
  /** What is shown at once although it happened later. */
  readonly asOfHelp: string;
  readonly addColumn: string;
  readonly attributePath: string;
  readonly cancel: string;
  readonly cancelTasks: string;
  readonly clearSelection: string;
  readonly columns: string;
  readonly copyAndExport: string;
  readonly copyCsv: string;
  readonly copyJson: string;
  readonly exportAll: string;
  readonly completeTasks: string;
  readonly completions: string;
  readonly continueReading: string;
  readonly loadingRow: string;
  readonly groupBy: string;
  readonly heading: string;
  readonly placeholder: string;
  readonly query: string;
  readonly resize: string;
  /** With `{column}`. */
  readonly notSortable: string;
  readonly run: string;
  readonly savedQueries: string;
  readonly saveOrManage: string;
  readonly select: string;
  readonly selectAll: string;
  readonly selectionActions: string;
  readonly selectionCleared: string;
  readonly setActivity: string;
  readonly setPriority: string;
  readonly table: string;
  readonly insertSpace: string;
  readonly useSuggestion: string;
}

/** The text of the query line is another one, or its cursor has moved: what can stand there? */
export interface EditMessage extends PageMessage {
  readonly type: 'edit';
  readonly text: string;
  readonly cursor: number;
}

/** Shows the rows that match this query. */
export interface RunMessage extends PageMessage {
  readonly type: 'run';
  readonly text: string;
}

/** Lets the user save the query that is shown, and rename and delete those that were saved. */
export interface QueriesMessage extends PageMessage {
  readonly type: 'queries';
}

/** The page shows these rows, by their index; `to` is excluded. */
export interface RowsMessage extends PageMessage {
  readonly type: 'rows';
  readonly from: number;
  readonly to: number;
}

/** This row stays where it is on the page while others come and go; without one, rows stay at their index. */
export interface HoldMessage extends PageMessage {
  readonly type: 'hold';
  readonly held?: { readonly key: string; readonly index: number } | undefined;
}

export interface SortMessage extends PageMessage {
  readonly type: 'sort';
  readonly column: string;
}

/** Shows or hides a column, or adds one for an attribute. */
export interface ColumnMessage extends PageMessage {
  readonly type: 'column';
  readonly key: string;
  readonly isShown: boolean;
}

export interface ResizeMessage extends PageMessage {
  readonly type: 'resize';
  readonly key: string;
  /** In pixels. */
  readonly width: number;
}

/** Groups rows by this, or not at all. */
export interface GroupMessage extends PageMessage {
  readonly type: 'group';
  readonly by?: GroupBy | undefined;
}

/** Expands or collapses a group. */
export interface ToggleGroupMessage extends PageMessage {
  readonly type: 'toggleGroup';
  readonly key: string;
}

/** Opens the row's own page. */
export interface OpenMessage extends PageMessage {
  readonly type: 'open';
  readonly sid: string;
}

/**
 * Selects a row, or no longer. With `fromSid`: selects all rows from that one to this one, instead of those that such a
 * message before has selected from there.
 */
export interface SelectMessage extends PageMessage {
  readonly type: 'select';
  readonly sid: string;
  readonly fromSid?: string | undefined;
}

/** Selects every row that matches, of those that were read or of all. */
export interface SelectAllMessage extends PageMessage {
  readonly type: 'selectAll';
  readonly readsRest: boolean;
}

export interface SelectNoneMessage extends PageMessage {
  readonly type: 'selectNone';
}

/** Copies the selected rows, or all that were read when none is. */
export interface CopyMessage extends PageMessage {
  readonly type: 'copy';
  readonly format: 'csv' | 'json';
}

/** Writes all rows that match to a file. */
export interface ExportMessage extends PageMessage {
  readonly type: 'export';
}

/** Asks the user about an update of the selected rows. */
export interface ActMessage extends PageMessage {
  readonly type: 'act';
  readonly action: TableAction;
}

/** Asks how the selected rows end, or this one while none is selected. */
export interface EndMessage extends PageMessage {
  readonly type: 'end';
  readonly sid?: string | undefined;
}

/** Reads everything again. */
export interface RefreshMessage extends PageMessage {
  readonly type: 'refresh';
}

/** Reads no more. */
export interface CancelMessage extends PageMessage {
  readonly type: 'cancel';
}

/** Reads what has not been read. */
export interface ContinueMessage extends PageMessage {
  readonly type: 'continue';
}

export type TableMessage =
  | EditMessage
  | RunMessage
  | QueriesMessage
  | RowsMessage
  | HoldMessage
  | SortMessage
  | ColumnMessage
  | ResizeMessage
  | GroupMessage
  | ToggleGroupMessage
  | OpenMessage
  | SelectMessage
  | SelectAllMessage
  | SelectNoneMessage
  | ActMessage
  | EndMessage
  | CopyMessage
  | ExportMessage
  | RefreshMessage
  | CancelMessage
  | ContinueMessage;

/** What the page saves, so that it is as before after a reload. */
export interface TableMemory {
  /** The query whose rows were shown. */
  readonly query: string;
}
