export type ParameterList = readonly (readonly [name: string, value: string])[];

export const valueOf = (query: ParameterList, name: string): string | undefined =>
  query.find(([one]) => one === name)?.[1];

/** A request as it came in. */
export interface ApiRequest {
  readonly method: string;
  /** Scheme and host it was sent to: the answer's URLs stand under them. */
  readonly origin: string;
  readonly path: string;
  readonly query: ParameterList;
  readonly body: ParameterList;
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}
