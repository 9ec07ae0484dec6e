/**
 * The messages that every page shares. The extension posts its whole state after every change; the page renders it
 * and posts what the user did. Both sides import types only, and the limit below.
 */

/** The longest text that a page posts; of what is longer it posts and shows this many characters. */
export const maxPostedLength = 16_384;

/** Names what a page shows, so that the extension can open it again after a reload. */
export type Binding = Readonly<Record<string, string>>;

/** Posted after `ready`, after each message of the page, and when the state changed for another reason. */
export interface StateMessage<State> {
  readonly type: 'state';
  readonly state: State;
  /** Changes when the panel is reused for something else; each message of the page carries it back. */
  readonly instance: string;
  /** The highest number among the page's messages that this state includes; 0 when there was none. */
  readonly upTo: number;
  /** The number of a message that the extension could not accept. */
  readonly refused?: number;
  /** The clock of the state's times, which can differ from the page's: milliseconds since 1970. */
  readonly now: number;
  readonly binding?: Binding;
}

/** The page's script has run and needs a state. */
export interface ReadyMessage {
  readonly type: 'ready';
}

/** What a page posts once it has a state. The extension parses it, and drops it when its instance is not current. */
export interface PageMessage {
  readonly type: string;
  readonly instance: string;
}

/**
 * A message that changes something. Numbers only increase, also when the page is loaded again. Until a state is up
 * to that number, the page shows the change on top of the state.
 */
export interface NumberedMessage extends PageMessage {
  readonly number: number;
}

/** What every page saves, besides its own memory. */
export interface SavedByPage {
  readonly binding?: Binding;
  readonly scroll: number;
}

/** What a page saves with `setState`; VS Code passes it to the panel's serializer after a reload of the window. */
export type Saved<Memory> = Memory & SavedByPage;

/** The account that a page acts on. */
export interface PageAccount {
  readonly name: string;
  readonly simulated: boolean;
  readonly environment?: { readonly name: string; readonly text: string };
  readonly readOnly?: boolean;
}

/**
 * Texts of the controls that pages share, in the user's language: part of every state. `{name}` stands for an argument,
 * which the page puts in.
 */
export interface SharedTexts {
  readonly readOnly: string;
  readonly refresh: string;
  readonly simulator: string;
  readonly callerData: string;
  /** Of the value that Twilio takes when none is sent. */
  readonly defaultValue: string;
  readonly notSent: string;
  readonly notSentWithDefault: string;
  readonly parameterName: string;
  readonly probablyExpired: string;
  /** Of a password. */
  readonly setAndHidden: string;
  readonly selected: string;
  readonly suggestions: string;
  readonly timeLeft: string;
  readonly unset: string;
  readonly unsetField: string;
}

/** One input of a form. */
export interface FormField {
  readonly key: string;
  /** The parameter's name on the wire, as Twilio documents it. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly control: 'text' | 'url' | 'integer' | 'boolean' | 'choice' | 'choices' | 'password';
  readonly choices?: readonly string[];
  readonly unit?: string;
  readonly twilioDefault?: string;
  readonly required: boolean;
  /** The label of a button with which the extension asks for a value: for lists too long to suggest. */
  readonly pick?: string;
  /** Known values; beside `pick`, those whose names are known. */
  readonly suggestions?: readonly FormSuggestion[];
}

export interface FormSuggestion {
  readonly value: string;
  readonly label: string;
  /** A caller or chat customer may have written it. */
  readonly callerData?: true;
}

/** By field key; a key that is absent is not sent. A password that is set is '' here: the page never receives it. */
export type FormValues = Readonly<Record<string, string | readonly string[]>>;
