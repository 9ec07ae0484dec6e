/** The messages between the extension and the callback bench. Both sides import types only. */
import type { PageAccount, PageMessage, SharedTexts } from '../shared/protocol';

/** Everything the page shows. Texts are translated and safe to show; the page puts them in as text. */
export interface CallbacksState {
  readonly texts: CallbacksTexts;
  readonly account: PageAccount;
  readonly workspace: string;
  readonly fields: readonly SetupField[];
  /** Of the workspace folders. */
  readonly suggestions: readonly SuggestionView[];
  readonly delivery: DeliveryView;
  /** With which Auth Token callbacks are signed, where it can be copied. */
  readonly signing?: string;
  /** What holds for all callbacks of this account, such as that they have no signature. */
  readonly note?: string;
  /** The kinds of callbacks to choose from, where there are several. */
  readonly filter?: FilterView;
  /** How many callbacks the list has. */
  readonly total: number;
  /** That older ones were dropped. */
  readonly dropped?: string;
  /** The index of the first of `rows` among all. */
  readonly from: number;
  readonly rows: readonly CallbackRow[];
  /** The index of the one whose details are shown; -1 while there is none. */
  readonly chosen: number;
  readonly detail?: CallbackDetail;
  readonly replay?: ReplayView;
}

export type SetupKey = 'url' | 'fallbackUrl' | 'signedUrl' | 'eventUrl' | 'eventsFilter';

export interface SetupField {
  readonly key: SetupKey;
  readonly label: string;
  readonly help: string;
  readonly placeholder: string;
  readonly value: string;
  readonly problem?: string;
}

/** Setup that a repository suggests. */
export interface SuggestionView {
  /** Where it comes from, or why it is not used. */
  readonly text: string;
  /** Absent where it cannot be used, or is. */
  readonly button?: string;
  readonly isWrong: boolean;
}

/** Whether the assignments of the simulated account are delivered. */
export interface DeliveryView {
  /** Absent where this window does not run the simulator. */
  readonly button?: 'start' | 'stop';
  readonly text: string;
  readonly tone: Tone;
}

export type CallKind = 'assignment' | 'event' | 'status';
/** Which callbacks the list shows. */
export type CallFilter = 'all' | CallKind;

export interface FilterView {
  readonly chosen: CallFilter;
  readonly choices: readonly {
    readonly value: CallFilter;
    readonly label: string;
    /** How many there are. */
    readonly count: string;
  }[];
}

export type Tone = 'plain' | 'done' | 'not-done' | 'unknown';

export interface CallbackRow {
  readonly id: string;
  /** What the task is about, or the event or status that is reported. */
  readonly name: string;
  /** The name of the worker; of an event or a status the task and worker that it is about. */
  readonly subject: string;
  /** What it is if it is not an assignment that TaskRouter made: an event, a status or a replay. */
  readonly kind?: string;
  readonly time: string;
  /** A codicon. */
  readonly icon: string;
  readonly tone: Tone;
  /** The instruction, or what went wrong. */
  readonly result: string;
  /** `204 ms`. */
  readonly took: string;
  /** The time it took as a part of the time that Twilio waits, from 0 to 1. */
  readonly part: number;
}

export interface CallbackDetail {
  readonly id: string;
  readonly name: string;
  /** `1:47:03 PM · Yuki Tanabe`. */
  readonly about: string;
  readonly isReplay: boolean;
  readonly isRunning: boolean;
  /** What TaskRouter does with the answer. */
  readonly verdict: { readonly tone: Tone; readonly icon: string; readonly lines: readonly string[] };
  /** The label of the button that opens the reservation, where there is one. */
  readonly reservation?: string;
  readonly canReplay: boolean;
  readonly canOpenForm: boolean;
  readonly canCopyOutput: boolean;
  readonly canRecord: boolean;
  readonly attempts: readonly AttemptView[];
}

export interface AttemptView {
  /** `POST http://localhost:3000/assignment`. */
  readonly heading: string;
  /** `200 OK`, or why there is no response. */
  readonly status: string;
  readonly statusTone: Tone;
  readonly tone: Tone;
  /** `1,204 of 5,000 ms`. */
  readonly took: string;
  readonly part: number;
  readonly mistakes: readonly MistakeView[];
  /** The body in pieces; a piece with `mistake` is where that mistake is, by its index. */
  readonly body: readonly BodyPiece[];
  /** How much of the body is left out. */
  readonly cut?: string;
  readonly headers: readonly NameValue[];
  readonly parameters: readonly NameValue[];
  /** The signed URL and the signature, or why there is none. */
  readonly signature: readonly NameValue[];
}

export interface MistakeView {
  readonly severity: 'error' | 'warning' | 'info';
  readonly text: string;
  /** `from`, or the part of the response. */
  readonly where: string;
  /** `Alert 40001`. */
  readonly alert?: string;
}

export interface BodyPiece {
  readonly text: string;
  readonly mistake?: number;
}

export interface NameValue {
  readonly name: string;
  readonly value: string;
}

/** The attributes with which the chosen assignment is sent again. */
export interface ReplayView {
  /** Which assignment: another one has other attributes. */
  readonly of: string;
  /** `Rosa Hazel · Yuki Tanabe`. */
  readonly about: string;
  readonly attributes: string;
  readonly problem?: string;
  /** That the application may act on a live reservation. */
  readonly warning?: string;
  /** What keeps it from being sent besides the attributes. */
  readonly obstacle?: string;
}

export interface CallbacksTexts extends SharedTexts {
  readonly alsoFallback: string;
  readonly attributes: string;
  readonly body: string;
  readonly callback: string;
  readonly callbacks: string;
  readonly cancel: string;
  readonly clear: string;
  readonly copyCurl: string;
  readonly copyOutput: string;
  readonly copyToken: string;
  readonly empty: string;
  readonly emptyHelp: string;
  readonly heading: string;
  readonly headers: string;
  readonly loadingRow: string;
  readonly mistakes: string;
  readonly noBody: string;
  readonly openForm: string;
  readonly parameters: string;
  readonly replay: string;
  readonly replayBadge: string;
  readonly replayHeading: string;
  readonly saveRecording: string;
  readonly send: string;
  readonly show: string;
  readonly signature: string;
  readonly start: string;
  readonly stop: string;
  readonly tookLabel: string;
}

export type CallbacksMessage =
  | (PageMessage & { readonly type: 'setup'; readonly key: SetupKey; readonly value: string })
  | (PageMessage & { readonly type: 'applySetup' })
  | (PageMessage & { readonly type: 'useSuggestion'; readonly index: number })
  | (PageMessage & { readonly type: 'start' })
  | (PageMessage & { readonly type: 'stop' })
  | (PageMessage & { readonly type: 'rows'; readonly from: number; readonly to: number })
  | (PageMessage & { readonly type: 'choose'; readonly index: number; readonly id?: string | undefined })
  | (PageMessage & { readonly type: 'filter'; readonly filter: CallFilter })
  | (PageMessage & { readonly type: 'edit'; readonly attributes: string })
  | (PageMessage & { readonly type: 'replay' })
  | (PageMessage & { readonly type: 'cancelReplay' })
  | (PageMessage & { readonly type: 'send' })
  | (PageMessage & { readonly type: 'openForm' })
  | (PageMessage & { readonly type: 'openReservation' })
  | (PageMessage & { readonly type: 'copyOutput' })
  | (PageMessage & { readonly type: 'saveRecording' })
  | (PageMessage & { readonly type: 'copyCurl'; readonly attempt: number })
  | (PageMessage & { readonly type: 'copyToken' })
  | (PageMessage & { readonly type: 'clear' })
  | (PageMessage & { readonly type: 'refresh' });

export interface CallbacksMemory {
  /** What was typed and the extension may not have received. */
  readonly typed: Readonly<Partial<Record<SetupKey, string>>>;
  /** The sections that the user opened or closed. */
  readonly folds: Readonly<Record<string, boolean>>;
}
