/**
 * What the extension and the page of the instruction form say to each other. The extension posts its whole
 * state after every change; the page draws it and posts what the person did. Both sides import types only.
 */

/** Everything the page shows. Texts are already safe to show; the page puts them in as text. */
export interface FormState {
  /** Where this form acts: shown at its head, so that nobody takes one account for another. */
  readonly account: {
    readonly name: string;
    readonly simulated: boolean;
    readonly environment?: string;
    readonly readOnly?: boolean;
  };
  readonly reservation: {
    readonly sid: string;
    readonly status: string;
    readonly worker: string;
    /** What the task is about: its most telling attribute, its channel, its queue. */
    readonly task: string;
    /** Milliseconds since 1970; absent when it is not known. */
    readonly createdAt?: number;
    /** When the workflow's reservation timeout ends a pending reservation; milliseconds since 1970. */
    readonly expiresAt?: number;
  };
  readonly instructions: readonly FormInstruction[];
  /** The chosen instruction's name. */
  readonly chosen: string;
  /** What has been set, for the chosen instruction only. A key that is absent is not sent. */
  readonly values: FormValues;
  /** Problems by field key; those of the instruction itself under ''. */
  readonly problems: Readonly<Record<string, string>>;
  /** What is allowed but unwise, by field key. */
  readonly warnings: Readonly<Record<string, string>>;
  /** The request as it will be sent, by the form it is shown in; the first is plain HTTP. */
  readonly previews: readonly FormPreview[];
  readonly sending: boolean;
  readonly outcome?: FormOutcome;
  /** What became of a reservation that was pending when this form came to it. */
  readonly news?: string;
  /** The task's next reservation, to be opened instead: who has it, and in which status. */
  readonly next?: string;
  /** What the extension needs to open this form again; the page keeps it and does not look into it. */
  readonly binding?: Readonly<Record<string, string>>;
}

export interface FormPreview {
  readonly name: string;
  /** Absent when the request cannot be said that way. */
  readonly text?: string;
  /** What is not said in it, and why. */
  readonly note?: string;
}

/** A password that is set stands here as an empty text: what it is never comes back to the page. */
export type FormValues = Readonly<Record<string, string | readonly string[]>>;

export interface FormInstruction {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  /** Why it cannot be sent now, in words; absent when it can. */
  readonly unavailable?: string;
  readonly groups: readonly { readonly title: string; readonly fields: readonly FormField[] }[];
}

export interface FormField {
  readonly key: string;
  /** The parameter's name on the wire, as Twilio's pages call it. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly control: 'text' | 'url' | 'integer' | 'boolean' | 'choice' | 'choices' | 'password';
  readonly choices?: readonly string[];
  readonly unit?: string;
  readonly twilioDefault?: string;
  readonly required: boolean;
  /** What the button says that lets the extension ask for a value: there are too many to be listed here. */
  readonly pick?: string;
  /** Values looked up in the account, to pick from; beside `pick`, those whose names are known. */
  readonly suggestions?: readonly FormSuggestion[];
}

export interface FormSuggestion {
  readonly value: string;
  readonly label: string;
  /** A caller or chat customer may have written it. */
  readonly callerData?: true;
}

export interface FormOutcome {
  readonly kind: 'done' | 'not done' | 'unknown';
  readonly headline: string;
  /** More sentences, each its own line: Twilio's message, what to do next. */
  readonly details: readonly string[];
  /** For a colleague, or Twilio's support: status, duration, the request's id. */
  readonly facts?: readonly string[];
  /** Twilio has a page about it, which the extension can open. */
  readonly errorCode?: number;
  /** What was, and what is now. */
  readonly changes?: readonly { readonly what: string; readonly before: string; readonly now: string }[];
}

/** What the extension posts: after `ready`, after each message of the page, and when something else changed. */
export interface ExtensionMessage {
  readonly type: 'state';
  readonly state: FormState;
  /** The highest number among the page's messages that this state takes into account; 0 when there was none. */
  readonly upTo: number;
  /** The clock that `createdAt` and `expiresAt` are told by (a simulated one can be elsewhere); milliseconds since 1970. */
  readonly now: number;
}

/**
 * What the page posts. The extension parses it before it believes it.
 *
 * Messages that change something are numbered, and numbers only grow, even when the page is loaded again. A state
 * that is not yet up to a message does not undo on the page what the person did there meanwhile. They name their
 * instruction, because the extension may just have chosen another one.
 */
export type FormMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'choose'; readonly number: number; readonly instruction: string }
  /** One field was set, or unset when the value is absent. */
  | {
      readonly type: 'set';
      readonly number: number;
      readonly instruction: string;
      readonly key: string;
      readonly value?: string | readonly string[];
    }
  | { readonly type: 'send'; readonly number: number; readonly instruction: string }
  | { readonly type: 'copy'; readonly preview: string }
  /** Opens a preview in an editor. */
  | { readonly type: 'edit'; readonly preview: string }
  /** Opens the presets for the chosen instruction: to apply, save, rename, delete. */
  | { readonly type: 'presets' }
  /** Lets the extension ask for this field's value, and set it. */
  | { readonly type: 'pick'; readonly instruction: string; readonly key: string }
  /** Opens Twilio's page about the outcome's error. */
  | { readonly type: 'explain' }
  /** Opens the task's next reservation. */
  | { readonly type: 'next' }
  | { readonly type: 'refresh' };

/** What the page keeps with `setState`; VS Code hands it to the panel's serializer after a reload of the window. */
export interface FormMemory {
  readonly binding?: Readonly<Record<string, string>>;
  readonly chosen: string;
  /** By instruction; without passwords. */
  readonly values: Readonly<Record<string, FormValues>>;
  /** Whether a group was opened or folded by hand, by its title. */
  readonly opened: Readonly<Record<string, boolean>>;
  readonly preview?: string;
  readonly scroll: number;
}
