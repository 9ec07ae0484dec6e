import { ApiError } from '../../taskrouter/errors';
import { isAboutCredentials } from '../accounts/connections';
import type { ListRef } from './listRef';

/** Something to read in the background. */
export interface Job {
  readonly accountId: string;
  /** The same for the same resource: a cycle tries it once. */
  readonly key: string;
  /** It can wait for the next minute when most requests of this one are used. */
  readonly canWait?: true;
  /** It follows from what the user did, and does not wait for the request limit. */
  readonly userInitiated?: true;
  /** Resolves to what went wrong, if anything did. */
  run(): Promise<unknown>;
}

/** Why a cycle reads: either reads also what failed for good, and what is not due yet. */
export interface CycleCause {
  readonly userInitiated: boolean;
  /** The account's secret was replaced, so what the earlier one was refused may succeed now, or the reverse. */
  readonly hasNewSecret: boolean;
}

/** What there is to read for an account, besides the lists on screen. */
export interface JobSource {
  /** Finds out what has changed. */
  polls(accountId: string, cause: CycleCause): readonly Job[];
  /** Reads what is known to have changed, the most urgent first. */
  reads(accountId: string): readonly Job[];
  /** Whether this list, last read so many milliseconds ago, may have changed since. */
  needs(list: ListRef, age: number): boolean;
}

/** Trying again does not help: the credentials are refused, or the resource is gone. */
export const isFinal = (error: unknown): boolean =>
  isAboutCredentials(error) || (error instanceof ApiError && error.status === 404);
