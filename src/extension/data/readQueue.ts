import { ApiError } from '../../taskrouter/errors';
import type { Job } from './jobs';

/** With what a read waits for the request limit. */
export type ReadPurpose = 'urgent' | 'poll';

export interface QueuedRead {
  readonly key: string;
  /** The reservation that this read is for, or its task. */
  readonly sid: string;
  /**
   * When the read is too late, in milliseconds since 1970; Infinity when nothing depends on the time, -Infinity when
   * deadlines depend on it.
   */
  readonly deadline: number;
  /** What it reads is not known, or not well enough to be likely. */
  readonly isNew?: boolean;
  readonly read: (purpose: ReadPurpose) => Promise<unknown>;
  /** Called when the resource does not exist any more. */
  readonly gone: () => void;
}

/** Reading it again does not help, but other reads may succeed. */
export const isRefused = (error: unknown): error is ApiError =>
  error instanceof ApiError && [400, 403, 404].includes(error.status);
const isGone = (error: unknown) => error instanceof ApiError && error.status === 404;

/** Single reads that wait for the request limit. A failed read is retried. */
export class ReadQueue {
  private readonly queued = new Map<string, QueuedRead>();
  /** A cycle makes each read once, and another one of the same resource only if that was added since. */
  private readonly numbers = new WeakMap<QueuedRead, number>();
  private lastNumber = 0;

  constructor(
    private readonly accountId: string,
    private readonly prefix: string,
    private readonly afterRead: () => void,
  ) {}

  get size(): number {
    return this.queued.size;
  }

  get all(): Iterable<QueuedRead> {
    return this.queued.values();
  }

  has(key: string): boolean {
    return this.queued.has(key);
  }

  get(key: string): QueuedRead | undefined {
    return this.queued.get(key);
  }

  delete(key: string): void {
    this.queued.delete(key);
  }

  clear(): void {
    this.queued.clear();
  }

  add(read: QueuedRead): void {
    this.queued.set(read.key, read);
    this.numbers.set(read, ++this.lastNumber);
  }

  /** Adds a read again that has failed, unless there is another one of the same resource. */
  restore(read: QueuedRead): void {
    if (!this.queued.has(read.key)) this.queued.set(read.key, read);
  }

  job(queued: QueuedRead, purpose: NonNullable<Job['purpose']>): Job {
    const { key, read, gone } = queued;
    return {
      accountId: this.accountId,
      key: `${this.prefix}/${this.numbers.get(queued)}/${key}`,
      purpose,
      isDue: () => this.queued.get(key) === queued,
      run: async () => {
        this.queued.delete(key);
        try {
          // The cycle has let it through when there was room for it: it must not delay the next poll.
          await read(purpose === 'urgent' ? 'urgent' : 'poll');
        } catch (error) {
          if (!isGone(error)) {
            this.restore(queued);
            return error;
          }
          gone();
        }
        this.afterRead();
        return undefined;
      },
    };
  }
}
