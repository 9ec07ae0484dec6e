/** What a centre is made of at the start, as plain data: names instead of SIDs, ages instead of dates. */
export interface Scenario {
  readonly name: string;
  readonly workspaces: readonly WorkspacePlan[];
  /** How often a task may be rejected before it is canceled. Twilio's newer page says 1,000, older ones say 10. */
  readonly rejectionsBeforeCancel?: number;
  /** Milliseconds by which Events come after the state they tell of. Twilio says nothing about it: 0 when absent. */
  readonly eventLag?: number;
}

export interface WorkspacePlan {
  readonly name: string;
  readonly multitasking: boolean;
  readonly activities: readonly { readonly name: string; readonly available: boolean }[];
  readonly defaultActivity: string;
  readonly timeoutActivity: string;
  readonly channels: readonly { readonly uniqueName: string; readonly friendlyName: string }[];
  readonly queues: readonly QueuePlan[];
  readonly workflows: readonly WorkflowPlan[];
  readonly workers: readonly WorkerPlan[];
  readonly tasks: readonly TaskPlan[];
  readonly life?: LifePlan;
  /** Rows by the thousand, made when they are asked for; nobody routes them. */
  readonly bulk?: { readonly tasks: number; readonly workers: number };
}

export interface QueuePlan {
  readonly name: string;
  /** In TaskRouter's expression language. */
  readonly targetWorkers: string;
  /** How many workers may be reserved for one task at the same time, 1 to 50. */
  readonly maxReservedWorkers?: number;
  readonly order?: 'FIFO' | 'LIFO';
  /** Activities of reserved and assigned workers; TaskRouter applies them in single-tasking workspaces only. */
  readonly reservationActivity?: string;
  readonly assignmentActivity?: string;
}

export interface WorkflowPlan {
  readonly name: string;
  /** Seconds. */
  readonly reservationTimeout: number;
  readonly filters: readonly {
    readonly name: string;
    readonly expression: string;
    readonly queue: string;
    readonly priority?: number;
    /** Seconds. */
    readonly timeout?: number;
  }[];
  readonly defaultQueue: string;
}

/** An object is sent as its JSON, a string as it stands: also one that is no JSON. */
export type AttributesPlan = string | Readonly<Record<string, unknown>>;

/** What happens when a worker's phone is called. */
export type Phone = 'answers' | 'busy' | 'rings out';

export interface WorkerPlan {
  readonly name: string;
  readonly activity: string;
  readonly attributes: AttributesPlan;
  /** Tasks at one time for each channel; a channel that is not named takes one. */
  readonly capacity?: Readonly<Record<string, number>>;
  readonly phone?: Phone;
}

export interface TaskPlan {
  readonly workflow: string;
  readonly queue: string;
  readonly channel: string;
  readonly attributes: AttributesPlan;
  readonly priority?: number;
  /** Seconds since it was created. */
  readonly age: number;
  readonly status: 'pending' | 'reserved' | 'assigned' | 'wrapping' | 'completed' | 'canceled';
  readonly reason?: string;
  readonly reservations?: readonly ReservationPlan[];
}

export interface ReservationPlan {
  readonly worker: string;
  readonly status:
    'pending' | 'accepted' | 'rejected' | 'timeout' | 'canceled' | 'rescinded' | 'wrapping' | 'completed';
  /** Seconds since it was created. */
  readonly age: number;
}

/** How a workspace lives when nobody touches it. Times are in seconds; a pair is the least and the most. */
export interface LifePlan {
  /** The mean time from one new task to the next. */
  readonly arrivalEvery: number;
  readonly arrivals: readonly ArrivalPlan[];
  /** New tasks come sooner while fewer reservations than this are pending. */
  readonly pendingAtLeast: number;
  /** When more tasks than this wait for a worker, customers hang up instead of coming. */
  readonly waitingAtMost: number;
  /** How many reservations in a hundred are left to the person who explores. */
  readonly leftToPerson: number;
  /** How many in a hundred of the others are rejected. */
  readonly rejected: number;
  readonly answerAfter: Span;
  readonly talk: Span;
  readonly wrapUp: Span;
  /** How long a worker who missed a reservation stays away. */
  readonly backAfter: Span;
  /** After how long a reservation that a person accepted is wrapped up for them. */
  readonly forgottenAfter: number;
}
export type Span = readonly [least: number, most: number];

export interface ArrivalPlan {
  readonly weight: number;
  readonly workflow: string;
  readonly channel: string;
  readonly priority?: number;
  /**
   * Texts of the form `{word}` are filled in for each task: {call}, {conference}, {phone}, {line}, {customer},
   * {email}, {conversation}, {order}, or one of the words listed here.
   */
  readonly attributes: AttributesPlan;
  readonly words?: Readonly<Record<string, readonly string[]>>;
}
