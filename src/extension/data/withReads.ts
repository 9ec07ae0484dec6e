import type { Client, Reads } from '../../taskrouter/client';
import type { Background } from '../../taskrouter/requestLimit';
import { either } from './either';

export interface ReadsFor {
  readonly connect: () => Promise<{ readonly client: Client; readonly signal: AbortSignal }>;
  /** Ends the reads. */
  readonly stop: AbortSignal;
  /** As which they wait for the request limit; absent where they do not. */
  readonly wait?: Background | undefined;
}

export async function withReads<T>(
  { connect, stop, wait }: ReadsFor,
  use: (reads: Reads, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  stop.throwIfAborted();
  const { client, signal } = await connect();
  const both = either(signal, stop);
  try {
    both.signal.throwIfAborted();
    return await use(wait ? client.background(wait) : client, both.signal);
  } finally {
    both.end();
  }
}
