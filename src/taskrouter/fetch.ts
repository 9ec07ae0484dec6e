/**
 * The part of `fetch` that this project uses: requestSender.ts calls it. node-fetch (in data/networkFetch.ts), the global
 * fetch and the simulator all implement it.
 * Rejects with NotSentError when it knows that nothing was sent.
 */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

export interface FetchInit {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly redirect: 'manual';
  readonly signal?: AbortSignal;
}

export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array | string> | null;
}

export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}
