export type ParameterList = readonly (readonly [name: string, value: string])[];

export const valueOf = (query: ParameterList, name: string): string | undefined =>
  query.find(([one]) => one === name)?.[1];

/** A request, independent of its transport. */
export interface ApiRequest {
  readonly method: string;
  /** Scheme and host of the request, with which the response's URLs begin. */
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
