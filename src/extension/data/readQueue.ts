import { ApiError } from '../../taskrouter/errors';
import type { Job } from './jobs';

interface QueuedRead {
  readonly job: Job;
  /** The reservation that this read is for, or its task. */
  readonly sid: string;
  /** When the read is too late, in milliseconds since 1970. */
  readonly deadline: number;
}

export interface ReadToQueue {
  readonly key: string;
  readonly sid: string;
  /** Milliseconds since 1970; Infinity when nothing depends on the time. */
  readonly deadline: number;
  readonly read: () => Promise<unknown>;
  /** Called when the resource does not exist any more. */
  readonly gone: () => void;
}

const isGone = (error: unknown) => error instanceof ApiError && error.status === 404;

/** Single reads that wait for the request limit. A failed read is retried. */
export class ReadQueue {
  private readonly queued = new Map<string, QueuedRead>();

  constructor(
    private readonly accountId: string,
    private readonly prefix: string,
    private readonly afterRead: () => void,
  ) {}

  get size(): number {
    return this.queued.size;
  }

  has(key: string): boolean {
    return this.queued.has(key);
  }

  delete(key: string): void {
    this.queued.delete(key);
  }

  clear(): void {
    this.queued.clear();
  }

  add({ key, sid, deadline, read, gone }: ReadToQueue): void {
    const job: Job = {
      accountId: this.accountId,
      key: `${this.prefix}/${key}`,
      canWait: true,
      run: async () => {
        if (this.queued.get(key) !== entry) return undefined;
        this.queued.delete(key);
        try {
          await read();
        } catch (error) {
          if (!isGone(error)) {
            if (!this.queued.has(key)) this.queued.set(key, entry);
            return error;
          }
          gone();
        }
        this.afterRead();
        return undefined;
      },
    };
    const entry: QueuedRead = { job, sid, deadline };
    this.queued.set(key, entry);
  }

  entries(isVisible: (sid: string) => boolean): readonly (QueuedRead & { readonly rank: number })[] {
    return [...this.queued.values()].map((one) => ({ ...one, rank: isVisible(one.sid) ? 0 : 1 }));
  }
}

/** Infinity minus itself is not a number. */
export const compare = (one: number, other: number): number => (one === other ? 0 : one < other ? -1 : 1);
