/** The account on the bench's server that every way of reading it is given. */
export interface Account {
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly workspaceSid: string;
  /** How many tasks its workspace has. */
  readonly tasks: number;
  /** The value of the attribute `order` that few of them have. */
  readonly sought: string;
}

/** One way of reading TaskRouter: ours, the official helper's, or a bare fetch. */
export interface Way {
  /** The first page of 50 tasks, ready to be shown. */
  first(): Promise<readonly unknown[]>;
  /** Every task, in pages of 1,000, held in memory; the first 50 ready to be shown. */
  all(): Promise<readonly unknown[]>;
  /** Every task compared with a filter on an attribute, and those that match. */
  filter?(): Promise<readonly unknown[]>;
  /** Has `rows` rows before it, and reads again what it shows; gives what it holds then. */
  refresh?(rows: number): Promise<readonly unknown[]>;
}

/** What every file in ways/ exports. */
export interface WayModule {
  connect(account: Account): Partial<Way>;
}

export interface Job {
  /** The bundles to load, in this order; all but `pairs` use the first. */
  readonly files: readonly string[];
  readonly account: Account;
  readonly task: 'first' | 'all' | 'filter' | 'refresh' | 'pairs';
  /** Load Node's own modules before the clock starts, as VS Code's host has done. */
  readonly preload?: boolean;
  /** Times that the work is done before it is measured. */
  readonly warmUps?: number;
  /** Times that it is measured, once unless told: the median of each is what comes out. */
  readonly times?: number;
  /** For `refresh`: rows that are shown. */
  readonly rows?: number;
}

/** CPU is that of all threads of the process. Times in milliseconds, sizes in MB. */
export interface Measured {
  readonly wall: number;
  readonly cpu: number;
  /** The highest resident size above what it was before anything of the way was loaded. */
  readonly peak: number;
  /** Heap and buffers that are still held after a collection. */
  readonly retained: number;
  readonly rows: number;
}
