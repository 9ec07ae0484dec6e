/** The messages between the extension and the page that tries a workflow. Both sides import types only. */
import type { PageAccount, PageMessage, SharedTexts } from '../shared/protocol';

/** Everything the page shows. Texts are translated and safe to show; the page puts them in as text. */
export interface TryState {
  readonly texts: TryTexts;
  readonly account: PageAccount;
  readonly workflow: string;
  readonly isReading: boolean;
  /** Why something could not be read. */
  readonly failure?: string;
  /** Why TaskRouter refuses what is in the editor: nothing is tried. */
  readonly refusal?: string;
  readonly channels: readonly { readonly name: string; readonly label: string }[];
  /** The name of one of these. */
  readonly channel: string;
  readonly attributes: {
    readonly text: string;
    /** Another one after the extension has filled it in. */
    readonly of: string;
    readonly problem?: string;
  };
  readonly result?: TryResult;
  readonly impact?: ImpactView;
}

export interface TryResult {
  /** Which filter and target it takes, and why. */
  readonly headline: string;
  readonly why: string;
  readonly steps: readonly TryStep[];
  /** Who would get it. */
  readonly workers: { readonly text: string; readonly names: readonly string[]; readonly more?: string };
}

export interface TryStep {
  /** The age at which it begins. */
  readonly at: string;
  readonly where: string;
  readonly detail?: string;
  readonly isEnd: boolean;
}

/** What the configuration would mean for the tasks that wait now. */
export interface ImpactView {
  readonly text: string;
  readonly moves: readonly { readonly name: string; readonly text: string }[];
  readonly more?: string;
}

export interface TryTexts extends SharedTexts {
  readonly attributes: string;
  readonly channel: string;
  readonly fillIn: string;
  readonly heading: string;
  readonly impact: string;
  readonly impactHelp: string;
  readonly reading: string;
  readonly result: string;
  readonly way: string;
  readonly workers: string;
  readonly workersHelp: string;
}

export interface RefreshMessage extends PageMessage {
  readonly type: 'refresh';
}

/** What was typed. */
export interface AttributesMessage extends PageMessage {
  readonly type: 'attributes';
  readonly text: string;
}

export interface ChannelMessage extends PageMessage {
  readonly type: 'channel';
  readonly channel: string;
}

/** Lets the user choose a waiting task to fill in. */
export interface PickTaskMessage extends PageMessage {
  readonly type: 'pickTask';
}

export type TryMessage = RefreshMessage | AttributesMessage | ChannelMessage | PickTaskMessage;

export type TryMemory = Readonly<Record<string, never>>;
