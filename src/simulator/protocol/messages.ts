export type Query = readonly (readonly [name: string, value: string])[];

export const valueOf = (query: Query, name: string): string | undefined =>
  query.find(([one]) => one === name)?.[1];

/** A request as it came in. */
export interface Incoming {
  readonly method: string;
  /** Scheme and host it was sent to: the answer's URLs stand under them. */
  readonly origin: string;
  readonly path: string;
  readonly query: Query;
  readonly body: Query;
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}
