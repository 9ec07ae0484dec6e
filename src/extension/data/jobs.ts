import { ApiError } from '../../taskrouter/errors';
import { isAboutCredentials } from '../accounts/connections';
import type { ListRef } from './listRef';

/** Something to read in the background. */
export interface Job {
  readonly accountId: string;
  /** A cycle runs one job with this key. */
  readonly key: string;
  /** What it is for, if it does not find out what has changed. A detail that is soon too late has a share of its own. */
  readonly purpose?: 'urgent' | 'soon' | 'detail';
  /** Nothing can be shown before it: it waits for the request limit itself, not until the next cycle. */
  readonly isFirst?: boolean;
  /** It results from a user action, and does not wait for the request limit. */
  readonly userInitiated?: true;
  /** False when another job has made it unnecessary. */
  isDue?(): boolean;
  /** Resolves to the error, if any. */
  run(): Promise<unknown>;
}

/** Why a cycle runs. Either reason also reads what failed permanently and what is not due yet. */
export interface CycleCause {
  readonly userInitiated: boolean;
  /** Whether its requests neither wait for the request limit nor count: those of the first Refreshes in a minute. */
  readonly isFree: boolean;
  /** The account's secret was replaced, so reads that were refused before may succeed now, and the reverse. */
  readonly hasNewSecret: boolean;
}

/** With what the requests of a cycle wait for the limit; undefined where they do not. `otherwise`: of a background cycle. */
export const purposeFor = (
  { userInitiated, isFree }: CycleCause,
  otherwise: 'poll' | 'urgent' = 'poll',
): 'poll' | 'urgent' | undefined => (isFree ? undefined : userInitiated ? 'urgent' : otherwise);

/** What to read for an account besides the lists on screen. */
export interface JobSource {
  /** Finds out what has changed. */
  polls(accountId: string, cause: CycleCause): readonly Job[];
  /** Reads what is known to have changed, most urgent first. */
  reads(accountId: string): readonly Job[];
  /** Whether this list, last read so many milliseconds ago, may have changed since. */
  needs(list: ListRef, age: number): boolean;
}

/** Retrying does not help: the credentials are refused, or the resource does not exist. */
export const isFinal = (error: unknown): boolean =>
  isAboutCredentials(error) || (error instanceof ApiError && error.status === 404);
