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
  tryAdmit(): Admission | undefined;
  /** Waits until the limit allows another request, or until `hurry`. Rejects when `signal` aborts. */
  admit(signal?: AbortSignal, hurry?: AbortSignal): Promise<Admission>;
}

/** Marks a read as one that waits for the request limit; aborting `hurry` ends the wait. */
export interface Background {
  readonly hurry?: AbortSignal;
}
