/** The messages between the extension and the page that explains a task. Both sides import types only. */
import type { PageAccount, PageMessage, SharedTexts } from '../shared/protocol';

/** Everything the page shows. Texts are translated and safe to show; the page puts them in as text. */
export interface TaskState {
  readonly texts: TaskTexts;
  /** Shown at the head, so that nobody takes one account for another. */
  readonly account: PageAccount;
  readonly subject: {
    readonly sid: string;
    /** What the task is about, or the worker's name. */
    readonly title: string;
    /** The task's status, queue, channel and priority, as far as they are known. */
    readonly facts: readonly SubjectFact[];
  };
  /** The tab is not reused for the next task. */
  readonly pinned: boolean;
  /** Something is still being read. */
  readonly reading: boolean;
  /** Why there is nothing to show. */
  readonly problem?: string;
  readonly headline?: HeadlineView;
  /** Of the task's open reservations. */
  readonly actions: readonly ActionView[];
  /** The explanation was copied a moment ago, with or without the customer's data. */
  readonly copied?: boolean;
  /** Up to when what the page says is known. */
  readonly asOf?: string;
  readonly changes: readonly ChangeView[];
  readonly patterns: readonly PatternView[];
  readonly workflow?: WorkflowView;
  readonly workers?: WorkersView;
  /** What a worker is offered and works on. */
  readonly held?: readonly WaitingView[];
  /** The waiting tasks that a worker could take. */
  readonly waiting?: readonly WaitingView[];
  /** The queues that a worker is in. */
  readonly queues?: readonly string[];
  readonly timeline?: TimelineView;
  readonly attributes?: string;
  /** The task can be opened as JSON: TaskRouter still has it. */
  readonly hasJson: boolean;
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** What was not read, and the permission that would fill it; what is inferred. */
  readonly notes: readonly string[];
  /** The requests that it was computed from, as their request lines. */
  readonly requests: readonly string[];
  /** Absent where TaskRouter cannot be asked. */
  readonly ask?: AskView;
}

/** What TaskRouter answered when it was asked who qualifies. */
export interface AskView {
  /** While it is being asked. */
  readonly progress?: string;
  readonly findings: readonly { readonly agrees: boolean; readonly text: string }[];
  /** What a difference means, and what could not be compared. */
  readonly notes: readonly string[];
}

export interface SubjectFact {
  readonly icon: string;
  /** For screen readers, where the text alone does not say what it is. */
  readonly label?: string;
  readonly text: string;
}

/** Every text of the page itself, in the user's language. `{name}` stands for an argument. */
export interface TaskTexts extends SharedTexts {
  readonly actions: string;
  readonly ask: string;
  readonly askAbout: string;
  readonly asking: string;
  readonly attributes: string;
  readonly cancel: string;
  readonly certain: string;
  readonly changeAccount: string;
  readonly changes: string;
  readonly copied: string;
  readonly copy: string;
  readonly copyWithData: string;
  readonly current: string;
  readonly defaultFilter: string;
  readonly deadline: string;
  readonly details: string;
  readonly documentation: string;
  readonly filterMatches: string;
  readonly filterDoesNotMatch: string;
  readonly filterWorkers: string;
  readonly held: string;
  readonly last: string;
  readonly later: string;
  readonly loading: string;
  readonly next: string;
  readonly noMatch: string;
  readonly noTimeline: string;
  readonly notInQueue: string;
  readonly notQualified: string;
  readonly notReached: string;
  readonly notes: string;
  readonly openJson: string;
  readonly othersUnread: string;
  readonly passed: string;
  readonly patterns: string;
  readonly pin: string;
  readonly possible: string;
  readonly pinned: string;
  readonly probable: string;
  readonly reading: string;
  readonly tryAgain: string;
  readonly requests: string;
  readonly sameReason: string;
  readonly readCapacities: string;
  readonly requestedCapacities: string;
  readonly saveTest: string;
  readonly timeline: string;
  readonly ttl: string;
  readonly unknownCapacity: string;
  readonly unreachable: string;
  readonly waitingTasks: string;
  readonly workerQueues: string;
  readonly why: string;
  readonly workers: string;
  readonly workersShown: string;
  readonly workflow: string;
  readonly wouldQualify: string;
}

/** A sentence, and how sure it is. */
export interface ClaimView {
  readonly text: string;
  readonly probable: boolean;
  /** Why it is not certain. */
  readonly because: readonly string[];
}

export interface ChangeView extends ClaimView {
  /** Waiting tasks that come first. */
  readonly ahead: readonly HolderView[];
}

export interface HeadlineView extends ClaimView {
  readonly tone: 'waiting' | 'problem' | 'offered' | 'active' | 'done' | 'neutral';
  /** When the sentence is over by itself, in milliseconds since 1970. */
  readonly until?: number;
}

/** A command that the task or one of its reservations allows now. */
export interface ActionView {
  readonly command: string;
  /** Absent for a command on the task itself. */
  readonly reservationSid?: string | undefined;
  readonly icon?: string;
  readonly title: string;
  /** Whose reservation it is. */
  readonly worker?: string;
}

export interface PatternView {
  readonly claim: ClaimView;
  readonly remedy: string;
  /** That the page would read Monitor's alerts itself, if the account allowed it. */
  readonly alertsAreOff?: string;
}

export interface ComparisonView {
  readonly text: string;
  readonly result: 'true' | 'false' | 'unknown';
  /** The values of both sides. */
  readonly values: string;
}

export interface TargetView {
  readonly queue: string;
  /** Its expression, priority, timeout, order: one each. */
  readonly details: readonly string[];
  readonly state:
    'passed' | 'current' | 'possible' | 'ahead' | 'unreachable' | 'other filter' | 'last' | 'not reached';
  /** Milliseconds since 1970. */
  readonly deadline?: number;
}

export interface FilterView {
  readonly name: string;
  readonly expression?: string;
  readonly matches: boolean;
  readonly isDefault: boolean;
  readonly comparisons: readonly ComparisonView[];
  readonly targets: readonly TargetView[];
}

export interface WorkflowView {
  readonly name: string;
  readonly place: ClaimView;
  /** What happens when the target's time is over. */
  readonly next?: ClaimView & { readonly at: number };
  /** When the task's own timeout cancels it, in milliseconds since 1970. */
  readonly ttl?: number;
  /** The workflow was changed after the task was created. */
  readonly changed?: string;
  /** Whether it alone routes the task, and is known. */
  readonly canBeTested: boolean;
  readonly filters: readonly FilterView[];
}

export interface WorkerRow {
  readonly sid: string;
  readonly name: string;
  readonly icon: string;
  readonly activity: string;
  /** Only of the first workers and of those who were scrolled into view: a queue may have thousands. */
  readonly detail?: WorkerDetail;
}

export interface WorkerDetail {
  /** Why they are in this group. */
  readonly text: string;
  readonly comparisons: readonly ComparisonView[];
  /** Tasks that take up the channel. */
  readonly holders: readonly HolderView[];
}

export interface HolderView {
  readonly taskSid: string;
  readonly text: string;
}

export interface WorkersView {
  readonly queue: string;
  readonly channel: string;
  readonly order: ClaimView;
  /** How many of the first workers in line have a number. */
  readonly ranked: number;
  readonly groups: readonly {
    readonly kind: 'next' | 'wouldQualify' | 'unknownCapacity' | 'notQualified' | 'notInQueue';
    readonly rows: readonly WorkerRow[];
  }[];
  /** Of how many workers in `unknownCapacity` nobody has asked for the capacity yet. */
  readonly unreadCapacities: number;
  /** Whether workers who are not in the queue may exist that were not read. */
  readonly othersUnread: boolean;
}

export interface WaitingView {
  readonly icon: string;
  readonly taskSid: string;
  readonly title: string;
  readonly facts: string;
  readonly claim: ClaimView;
  readonly comparisons: readonly ComparisonView[];
  /** Tasks that take up the channel. */
  readonly holders: readonly HolderView[];
}

export interface TimelineRow {
  readonly icon: string;
  readonly tone: 'good' | 'bad' | 'plain' | 'quiet';
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
  readonly duration?: string;
  /** Why this worker was offered the task. */
  readonly why?: ClaimView;
}

export interface TimelineView {
  readonly rows: readonly TimelineRow[];
  readonly notes: readonly string[];
}

/** Keeps the tab for this task, or leaves it to the next one. */
export interface PinMessage extends PageMessage {
  readonly type: 'pin';
  readonly pinned: boolean;
}

export interface RefreshMessage extends PageMessage {
  readonly type: 'refresh';
}

/** Copies the explanation as Markdown. */
export interface CopyMessage extends PageMessage {
  readonly type: 'copy';
  /** With attributes, names and numbers of the customer. */
  readonly customerData: boolean;
}

/** Explains another task that the page names. */
export interface OpenTaskMessage extends PageMessage {
  readonly type: 'openTask';
  readonly taskSid: string;
}

/** Explains why a worker is not offered tasks. */
export interface OpenWorkerMessage extends PageMessage {
  readonly type: 'openWorker';
  readonly workerSid: string;
}

/** Runs a command that the state offers. */
export interface ActMessage extends PageMessage {
  readonly type: 'act';
  readonly command: string;
  readonly reservationSid?: string | undefined;
}

/** Opens Twilio's page about a pattern, by its index. */
export interface DocumentationMessage extends PageMessage {
  readonly type: 'documentation';
  readonly pattern: number;
}

/** Changes the account: whether its calls and alerts are read. */
export interface ChangeAccountMessage extends PageMessage {
  readonly type: 'changeAccount';
}

/** Saves the task, the workflow and the workers as a routing test. */
export interface SaveTestMessage extends PageMessage {
  readonly type: 'saveTest';
}

export interface OpenJsonMessage extends PageMessage {
  readonly type: 'openJson';
}

/** Asks TaskRouter who qualifies, to check the explanation. */
export interface AskMessage extends PageMessage {
  readonly type: 'ask';
}

export interface CancelAskMessage extends PageMessage {
  readonly type: 'cancelAsk';
}

/** These workers were scrolled into view: their details are worth making, and their capacity worth reading. */
export interface VisibleMessage extends PageMessage {
  readonly type: 'visible';
  readonly workerSids: readonly string[];
}

/** Reads the capacity of every worker in `unknownCapacity`. */
export interface ReadCapacitiesMessage extends PageMessage {
  readonly type: 'readCapacities';
}

export type TaskMessage =
  | PinMessage
  | RefreshMessage
  | CopyMessage
  | OpenTaskMessage
  | OpenWorkerMessage
  | ActMessage
  | DocumentationMessage
  | OpenJsonMessage
  | SaveTestMessage
  | ChangeAccountMessage
  | AskMessage
  | CancelAskMessage
  | VisibleMessage
  | ReadCapacitiesMessage;

export interface TaskMemory {
  /** Whether a section was opened or closed by the user, by its name. */
  readonly opened: Readonly<Record<string, boolean>>;
  /** The text that workers are filtered by. */
  readonly filter: string;
  readonly pinned: boolean;
  /** What the tab is called until its subject has been read again. */
  readonly title?: string;
}
