/** The messages between the extension and the page of a bulk action. Both sides import types only. */
import type { PageAccount, PageMessage, SharedTexts } from '../shared/protocol';

/** Everything the page shows. Texts are translated and safe to show; the page puts them in as text. */
export interface BulkState {
  readonly texts: BulkTexts;
  readonly account: PageAccount;
  readonly workspace: string;
  /** `Cancel 12 Tasks`. */
  readonly heading: string;
  /** Rows are being read, or requests are in flight. */
  readonly isBusy: boolean;
  /** What will change, how far the run is, or how it ended. */
  readonly summary: string;
  /** When its rows were read, or the run was started. */
  readonly time: string;
  /** Reports of the run that this one tries again, and of those that try this one again. */
  readonly reports: readonly { readonly run: string; readonly text: string }[];
  /** What each request sets, as `Reason = Storm`; empty while no row is known to fit. */
  readonly sets: readonly string[];
  /** Rows that have ended or were read, and all. */
  readonly progress: { readonly value: number; readonly max: number };
  /** Why the plan or the run ended early. */
  readonly failure?: string;
  /** What the button that starts the run says; absent while it cannot be started. */
  readonly start?: string;
  /** Which plan the button is about: a click on that of an earlier one starts nothing. */
  readonly plan: number;
  /** What the button that ends the reading or the run says; absent while there is nothing to end. */
  readonly stop?: string;
  readonly canReplan: boolean;
  readonly canRetry: boolean;
  readonly canLookUp: boolean;
  readonly canExport: boolean;
  readonly total: number;
  /** The index of the first of `rows` among all. */
  readonly from: number;
  readonly rows: readonly BulkRowView[];
}

export interface BulkRowView {
  readonly sid: string;
  readonly name: string;
  /** A codicon. */
  readonly icon: string;
  readonly tone: 'plain' | 'done' | 'not-done' | 'unknown';
  /** `pending → canceled`, or the outcome. */
  readonly status: string;
  readonly detail?: string;
  readonly requestId?: string;
}

export interface BulkTexts extends SharedTexts {
  readonly exportCsv: string;
  readonly exportJson: string;
  readonly loadingRow: string;
  readonly lookUp: string;
  readonly replan: string;
  readonly request: string;
  readonly retry: string;
  readonly rows: string;
  readonly sets: string;
}

export type BulkMessage =
  | (PageMessage & { readonly type: 'start'; readonly plan: number })
  | (PageMessage & { readonly type: 'rows'; readonly from: number; readonly to: number })
  | (PageMessage & { readonly type: 'export'; readonly format: 'csv' | 'json' })
  /** Shows the report of another run, one of `reports`. */
  | (PageMessage & { readonly type: 'report'; readonly run: string })
  | (PageMessage & { readonly type: 'cancel' })
  | (PageMessage & { readonly type: 'replan' })
  | (PageMessage & { readonly type: 'retry' })
  | (PageMessage & { readonly type: 'lookUp' })
  | (PageMessage & { readonly type: 'refresh' });

/** The page needs to save nothing but its binding. */
export type BulkMemory = Readonly<Record<string, never>>;
