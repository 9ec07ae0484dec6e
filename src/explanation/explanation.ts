import type { Part } from './facts';
import type { Message } from '../taskrouter/message';

/**
 * `certain`: the rows decide it, under what Twilio documents. `probable`: something that the API does not show could
 * make it otherwise; `because` then names each such thing.
 */
export type Certainty = 'certain' | 'probable';

export interface Confidence {
  readonly certainty: Certainty;
  /** Empty for what is certain. */
  readonly because: readonly Message[];
}

export interface Claim extends Confidence {
  readonly message: Message;
}

/** What the headline is about: the cause of the wait, or how the task ended. */
export type HeadlineKind =
  | 'no such task'
  | 'gone'
  | 'completed'
  | 'canceled'
  | 'assigned'
  | 'wrapping'
  | 'offered'
  | 'about to be offered'
  | 'behind other tasks'
  | 'queue without workers'
  | 'nobody qualifies'
  | 'known worker'
  | 'routing target'
  | 'none available'
  | 'all busy'
  | 'none free'
  | 'no filter matches'
  | 'capacity unknown'
  | 'call ended'
  | 'callback failed'
  | 'offers canceled'
  | 'unknown status'
  | 'unreadable';

export interface Headline extends Claim {
  readonly kind: HeadlineKind;
  /** When the sentence is over by itself, in milliseconds since 1970: a reservation's timeout or a target's deadline. */
  readonly until?: number;
  /** The sentence without the time left, for beside a countdown to `until`. */
  readonly besideCountdown?: Message;
  /** What Twilio documents against the cause: the remedy of the first pattern. */
  readonly remedy?: Message;
}

/** One side of a comparison. `value` is JSON; absent where there is none. */
export interface ComparedValue {
  /** As it stands in the expression. */
  readonly text: string;
  readonly value?: string;
  readonly state: 'known' | 'missing' | 'unknown';
}

/** A comparison that decided, with the values of both sides. */
export interface ComparisonLine {
  /** As it stands in the expression. */
  readonly text: string;
  readonly operator: string;
  readonly left: ComparedValue;
  readonly right: ComparedValue;
  readonly result: boolean | 'unknown';
  /** Why it is false whatever the values are, such as HAS on a value that is no array. */
  readonly mismatch?: Message;
}

export interface TargetLine {
  readonly queueSid: string;
  readonly queueName: string;
  readonly priority?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly expression?: string;
  readonly orderBy?: string;
  readonly skipIf?: string;
  /** `task.agent_sid`, of a target that wants one known worker. */
  readonly knownWorker?: string;
  /** `last` and `not reached` are of a task that no longer waits. */
  readonly state:
    'passed' | 'current' | 'possible' | 'ahead' | 'unreachable' | 'other filter' | 'last' | 'not reached';
  /** When its time is over, in milliseconds since 1970. */
  readonly deadline?: number;
}

export interface FilterLine {
  readonly name: string;
  /** Absent for the default filter. */
  readonly expression?: string;
  readonly matches: boolean;
  /** Empty for the default filter. */
  readonly comparisons: readonly ComparisonLine[];
  readonly targets: readonly TargetLine[];
}

export interface WorkflowTrace {
  readonly workflowSid: string;
  readonly workflowName: string;
  readonly filters: readonly FilterLine[];
  /** Where the task is: certain where only one target fits what the API shows. */
  readonly place: Claim;
  /** What happens when the target's time, or the task's, is over. */
  readonly next?: { readonly at: number; readonly claim: Claim };
  /** When the task's own timeout cancels it unless somebody accepts it, if that is not `next`. Milliseconds since 1970. */
  readonly ttl?: number;
  /** When the workflow was updated, if that was after the task was created. Milliseconds since 1970. */
  readonly changedSince?: number;
}

/** A task that takes up a worker's channel. */
export interface Holder {
  readonly taskSid: string;
  readonly reservationSid: string;
  readonly status: string;
}

export type WorkerReason =
  | 'eligible'
  | 'offered'
  | 'unavailable'
  | 'channel unavailable'
  | 'no capacity'
  | 'channel full'
  | 'has a task'
  | 'capacity unknown'
  | 'not in queue'
  | 'target expression'
  | 'known worker'
  | 'routing target'
  | 'unknown';

export interface WorkerLine {
  readonly sid: string;
  readonly name: string;
  readonly activity: string;
  readonly reason: WorkerReason;
  readonly message: Message;
  /** Since when they are in their activity, in milliseconds since 1970. */
  readonly since?: number;
  /** How they answered earlier offers of this task: rejected, timeout, canceled, rescinded. */
  readonly declined?: string;
  /** Those that decided against the worker. */
  readonly comparisons: readonly ComparisonLine[];
  /** The tasks that take up the channel, where they are known. */
  readonly holders: readonly Holder[];
}

export interface WorkerGroups {
  readonly queueSid: string;
  readonly queueName: string;
  readonly channel: string;
  /** Whom TaskRouter would reserve now or after the present offer, in its order. */
  readonly next: readonly WorkerLine[];
  /** How many of the first of `next` are known to be in this order. */
  readonly ranked: number;
  /** How certain the order of `next` is. */
  readonly order: Claim;
  /** They have the skills, and something else keeps them from the task. */
  readonly wouldQualify: readonly WorkerLine[];
  /** They would be next if their channel has room, which was not read. */
  readonly unknown: readonly WorkerLine[];
  readonly notQualified: readonly WorkerLine[];
}

export type PatternKind =
  | 'stuck voice task'
  | 'left assigned'
  | 'stuck wrapping'
  | 'timeout cascade'
  | 'queue without workers'
  | 'array operator on a scalar'
  | 'empty target workers'
  | 'unreachable target'
  | 'skipped target'
  | 'target without timeout'
  | 'shadowed filter'
  | 'hyphen in a key'
  | 'created and canceled loop'
  | 'callback failed'
  | 'default activity'
  | 'no capacity'
  | 'channel unavailable'
  | 'skip_if never fires'
  | 'TTL exceeded'
  | 'workflow timeout'
  | 'no filter matches'
  | 'rejected too often'
  | 'known worker missing'
  | 'workflow changed';

/** Something that goes wrong in many contact centers, with what Twilio documents against it. */
export interface Pattern {
  readonly kind: PatternKind;
  readonly claim: Claim;
  readonly remedy: Message;
  /** Twilio's page. */
  readonly page: string;
}

/** The smallest change that gets the task offered now, tried through the router. */
export interface Change extends Claim {
  readonly kind: 'activity' | 'channel' | 'capacity' | 'expression' | 'worker attribute' | 'task attribute';
  /** The worker, task or workflow to change. */
  readonly subjectSid: string;
  /** Who could be offered the task then; of an expression or a task's attribute, perhaps others too. */
  readonly workerSid: string;
  /** For an attribute: its path and its new value as JSON. */
  readonly attribute?: { readonly path: string; readonly value: string };
  /** For an activity. */
  readonly activitySid?: string;
  /** The SIDs of the waiting tasks that come first, which leaves it doubtful whether the worker then has room for this one. */
  readonly tasksAhead?: readonly string[];
}

export interface Note {
  readonly kind: 'inferred' | 'not read' | 'limit';
  readonly message: Message;
  /** What it is about. */
  readonly part?: Part;
}

/**
 * The next reservation of the task.
 * `now`: TaskRouter is about to reserve these workers. `after this offer`: it reserves them as soon as the present
 * offer fails. `waiting`: nobody until something changes. `none`: the task is assigned or over.
 */
export interface NextOffer extends Confidence {
  readonly when: 'now' | 'after this offer' | 'waiting' | 'none';
  /** The SIDs of all who are reserved together, in no order, or from whom `count` are chosen. */
  readonly workers: readonly string[];
  /** Less than `workers` where it is not known who of them have been idle longest. */
  readonly count: number;
}

export interface TaskExplanation {
  readonly taskSid: string;
  /** The time it is about, in milliseconds since 1970. */
  readonly at: number;
  /** As TaskRouter shows it, or as its Events show it last; absent where neither does. */
  readonly status?: string;
  readonly headline: Headline;
  readonly next: NextOffer;
  /** Absent where the workflow was not read, or the task is gone. */
  readonly workflow?: WorkflowTrace;
  /** Absent for a task that is assigned, over or gone, or where the queue was not read. */
  readonly workers?: WorkerGroups;
  readonly patterns: readonly Pattern[];
  readonly changes: readonly Change[];
  /** Without those of the timeline. */
  readonly notes: readonly Note[];
}

export type TimelineKind =
  | 'created'
  | 'entered queue'
  | 'target matched'
  | 'offered'
  | 'accepted'
  | 'rejected'
  | 'timed out'
  | 'offer canceled'
  | 'rescinded'
  | 'failed'
  | 'moved'
  | 'target timed out'
  | 'workflow timed out'
  | 'workflow skipped'
  | 'updated'
  | 'wrapping'
  | 'completed'
  | 'canceled'
  | 'deleted'
  | 'worker activity'
  | 'workflow updated'
  | 'gap'
  | 'other';

export interface TimelineEntry {
  readonly kind: TimelineKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: Message;
  /** Milliseconds until the next step of the same subject: how long the offer was open, the task in the queue. */
  readonly duration?: number;
  readonly eventSid?: string;
  readonly workerSid?: string;
  readonly reservationSid?: string;
  /** For an offer: why TaskRouter chose this worker, as far as today's rows tell. */
  readonly why?: Claim;
}

export interface Timeline {
  /** The oldest first. */
  readonly entries: readonly TimelineEntry[];
  readonly notes: readonly Note[];
}

/** Why a worker is not offered a waiting task. */
export interface WaitingTaskLine {
  readonly taskSid: string;
  readonly queueSid: string;
  readonly queueName: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly priority: number;
  readonly reason: WorkerReason | 'behind other tasks' | 'behind other workers';
  readonly claim: Claim;
  readonly comparisons: readonly ComparisonLine[];
  /** The tasks that take up the channel, where they are known. */
  readonly holders: readonly Holder[];
}

/** A task that a worker is offered or works on. */
export interface HeldTask extends Holder {
  readonly message: Message;
  /** When an offer expires, in milliseconds since 1970. */
  readonly until?: number;
  /** Absent, as `queueName`, where the task was not read. */
  readonly channel?: string;
  readonly queueName?: string;
}

/** `until` is when the offer expires that expires first. */
export type WorkerHeadline = Claim & Pick<Headline, 'until' | 'besideCountdown'>;

export interface WorkerExplanation {
  readonly workerSid: string;
  readonly name: string;
  readonly headline: WorkerHeadline;
  /** What the worker is offered and works on, offers first. */
  readonly held: readonly HeldTask[];
  /** Those they could take first, in the order in which they would be offered. */
  readonly tasks: readonly WaitingTaskLine[];
  /** The queues that the worker is in, the one with the most waiting tasks first. Absent where they were not read. */
  readonly queues?: readonly WorkerQueueLine[];
  readonly notes: readonly Note[];
}

/** A queue that a worker is in. */
export interface WorkerQueueLine {
  readonly queueSid: string;
  readonly queueName: string;
  /** How many tasks wait in it; absent where the waiting tasks were not read. */
  readonly waiting?: number;
}
