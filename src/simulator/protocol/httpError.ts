/** An error response, in TaskRouter's format. */
export class HttpError extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    /** Twilio's error code. https://www.twilio.com/docs/api/errors */
    readonly code: number,
    message: string,
  ) {
    super(message);
  }

  get body() {
    return {
      code: this.code,
      message: this.message,
      more_info: `https://www.twilio.com/docs/errors/${this.code}`,
      status: this.status,
    };
  }
}

/** 20001 is TaskRouter's code for most invalid parameters. */
export const badRequest = (message: string, code = 20001): HttpError => new HttpError(400, code, message);

export const notFound = (path: string): HttpError =>
  new HttpError(404, 20404, `The requested resource ${path} was not found`);
