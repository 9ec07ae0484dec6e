import type { TextRange } from './syntax';

/** An expression that TaskRouter refuses. The message has no final period, so that more can follow. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** Twilio's error code; the HTTP status is 400. */
  readonly code = 20001;

  constructor(
    message: string,
    /** The range of the error; empty at the end of an incomplete expression. */
    readonly range: TextRange,
    readonly details: {
      /** What was expected in its place. */
      readonly expected?: string;
      readonly suggestion?: string;
    } = {},
  ) {
    super(details.suggestion === undefined ? message : `${message}; ${details.suggestion}`);
  }
}
