/** Permission to send one request. Exactly one of the two is called. */
export interface Admission {
  /** The request is sent now. */
  leave(): void;
  /** The request is not sent. */
  cancel(): void;
}

export interface RequestLimit {
  /** For a request that does not wait. */
  admitNow(): Admission;
  /** For a background request that can be dropped: undefined when the limit is reached. */
  tryAdmit(of: Background): Admission | undefined;
  /** Waits until the limit allows another request, or until its `hurry`. Rejects when `signal` aborts. */
  admit(of: Background, signal?: AbortSignal): Promise<Admission>;
}

/**
 * What a background request is for: `urgent` what the user must know next, `poll` what has changed, `soon` what is
 * soon too late, `detail` what can wait, `page` what an open page shows more of while the user scrolls,
 * `tool` what a language model asks for.
 */
export type Purpose = 'urgent' | 'poll' | 'soon' | 'detail' | 'page' | 'tool';

/** Marks a read as one that waits for the request limit; aborting `hurry` ends the wait. */
export interface Background {
  /** `poll` when absent. */
  readonly purpose?: Purpose;
  readonly hurry?: AbortSignal;
}
