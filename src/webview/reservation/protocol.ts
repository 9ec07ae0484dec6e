/** The messages between the extension and the page of the reservation form. Both sides import types only. */
import type { InstructionName } from '../../taskrouter/instructions';
import type {
  FormField,
  FormValues,
  NumberedMessage,
  PageAccount,
  PageMessage,
  SharedTexts,
  StateMessage,
} from '../shared/protocol';

/** Every text of the page itself, in the user's language. `{name}` stands for an argument. */
export interface FormTexts extends SharedTexts {
  readonly aboutError: string;
  readonly action: string;
  readonly before: string;
  readonly chooseAnother: string;
  readonly continueWith: string;
  readonly copy: string;
  readonly copyAs: string;
  readonly correctFirst: string;
  readonly created: string;
  readonly fields: string;
  readonly fieldsSet: string;
  readonly correctToPreview: string;
  readonly fillInToPreview: string;
  readonly inputKept: string;
  readonly noAction: string;
  readonly noParameters: string;
  readonly now: string;
  readonly offeredToOther: string;
  readonly oneField: string;
  readonly openAs: string;
  readonly openInEditor: string;
  readonly presets: string;
  readonly queue: string;
  readonly request: string;
  readonly requestAs: string;
  readonly requestSent: string;
  readonly reservation: string;
  readonly send: string;
  readonly preparing: string;
  readonly simulatedSids: string;
  readonly status: string;
  readonly toCorrect: string;
  readonly unavailable: string;
  readonly valueNotAccepted: string;
  readonly worker: string;
  readonly workspace: string;
}

/** Everything the page shows. Texts are already safe to show; the page puts them in as text. */
export interface FormState {
  readonly texts: FormTexts;
  /** Shown in the header, so that accounts are not confused. */
  readonly account: PageAccount;
  readonly reservation: {
    readonly sid: string;
    readonly status: string;
    readonly worker: string;
    /** What the task is about: its most descriptive attribute, or its SID. */
    readonly task: string;
    /** Its name; empty until it has been read. */
    readonly workspace: string;
    /** Its queue and channel; empty until the task has been read. */
    readonly queue: string;
    /** Milliseconds since 1970; absent when unknown. */
    readonly createdAt?: number;
    /** When the workflow's reservation timeout ends a pending reservation; milliseconds since 1970. */
    readonly expiresAt?: number;
  };
  readonly instructions: readonly FormInstruction[];
  readonly chosen: InstructionName;
  /** The values of the chosen instruction. */
  readonly values: FormValues;
  /** Field keys of values that are or hold a password: the page does not save them. */
  readonly secret: readonly string[];
  /** By field key; those of the instruction itself under ''. */
  readonly problems: Readonly<Record<string, string>>;
  /** What is allowed but unwise, by field key. */
  readonly warnings: Readonly<Record<string, string>>;
  /** The request that will be sent, in each of its notations; plain HTTP first. Empty while there are problems. */
  readonly previews: readonly FormPreview[];
  /** The previews show the request that was sent last, not the next one. */
  readonly wasSent?: true;
  /** The reservation is being read for the first time: Send waits for it. */
  readonly reading?: boolean;
  readonly sending: boolean;
  /** What happens to the update that is being sent. */
  readonly progress?: string;
  readonly outcome?: FormOutcome | undefined;
  /** How a reservation ended that was pending when the form opened. */
  readonly news?: string;
  /** The worker and status of the task's next reservation, which can be opened instead. */
  readonly next?: string;
  /** What the user should know before sending. */
  readonly notice?: string;
  /** The reservation has ended, or no longer exists: another can be chosen. */
  readonly offersAnother?: true;
}

export interface FormPreview {
  readonly name: string;
  /** The name in the user's language. */
  readonly title: string;
  /** Absent when this notation cannot express the request. */
  readonly text?: string;
  /** What the text leaves out, and why. */
  readonly note?: string;
}

export interface FormInstruction {
  readonly name: InstructionName;
  readonly title: string;
  readonly help: string;
  /** Why it cannot be sent now; absent when it can. */
  readonly unavailable?: string;
  readonly groups: readonly { readonly title: string; readonly fields: readonly FormField[] }[];
}

export interface FormOutcome {
  readonly kind: 'done' | 'not done' | 'unknown';
  readonly headline: string;
  /** More sentences, each on its own line: Twilio's message, what to do next. */
  readonly details: readonly string[];
  /** For a colleague or Twilio's support: status, duration, the request's id. */
  readonly facts?: readonly string[];
  /** Twilio documents this error on a page that the extension can open. */
  readonly errorCode?: number;
  readonly changes?: readonly { readonly what: string; readonly before: string; readonly now: string }[];
}

export type FormStateMessage = StateMessage<FormState>;

/** Chooses the action. */
export interface ChooseMessage extends NumberedMessage {
  readonly type: 'choose';
  readonly instruction: InstructionName;
}

/** Sets one field, or unsets it when the value is absent. */
export interface SetMessage extends NumberedMessage {
  readonly type: 'set';
  /** The extension may have chosen another instruction meanwhile. */
  readonly instruction: InstructionName;
  readonly key: string;
  readonly value?: string | readonly string[];
}

export interface SendMessage extends NumberedMessage {
  readonly type: 'send';
  readonly instruction: InstructionName;
}

/** Copies a preview, by its name. */
export interface CopyMessage extends PageMessage {
  readonly type: 'copy';
  readonly preview: string;
}

/** Opens a preview in an editor. */
export interface EditMessage extends PageMessage {
  readonly type: 'edit';
  readonly preview: string;
}

/** Opens the presets of the chosen instruction: to apply, save, rename, delete. */
export interface PresetsMessage extends PageMessage {
  readonly type: 'presets';
}

/** Asks for a field's value in a quick pick, and sets it. */
export interface PickMessage extends PageMessage {
  readonly type: 'pick';
  readonly instruction: InstructionName;
  readonly key: string;
}

/** Opens Twilio's page about the outcome's error. */
export interface ExplainMessage extends PageMessage {
  readonly type: 'explain';
}

/** Opens the task's next reservation. */
export interface NextMessage extends PageMessage {
  readonly type: 'next';
}

/** Asks for another reservation in a quick pick, and opens it. */
export interface AnotherMessage extends PageMessage {
  readonly type: 'another';
}

export interface RefreshMessage extends PageMessage {
  readonly type: 'refresh';
}

export type FormMessage =
  | ChooseMessage
  | SetMessage
  | SendMessage
  | CopyMessage
  | EditMessage
  | PresetsMessage
  | PickMessage
  | ExplainMessage
  | NextMessage
  | AnotherMessage
  | RefreshMessage;

export interface FormMemory {
  /** Absent until the first state has come. */
  readonly chosen?: InstructionName;
  /** Without passwords, and without values that hold one. */
  readonly values: Readonly<Partial<Record<InstructionName, FormValues>>>;
  /** Whether a group was opened or closed by the user, by its title. */
  readonly opened: Readonly<Record<string, boolean>>;
  /** The name of the preview that was last chosen. */
  readonly preview?: string;
}
