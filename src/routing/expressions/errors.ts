import type { TextRange } from './syntax';

/** An expression that TaskRouter refuses. The message is a sentence without its end, to go on with or to show. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** What Twilio's API answers with, beside HTTP status 400. */
  readonly code = 20001;

  constructor(
    message: string,
    /** The text that is wrong; empty at the end of an expression that breaks off. */
    readonly range: TextRange,
    readonly details: {
      /** What could have stood there. */
      readonly expected?: string;
      readonly suggestion?: string;
    } = {},
  ) {
    super(details.suggestion === undefined ? message : `${message}; ${details.suggestion}`);
  }
}
