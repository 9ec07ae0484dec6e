/** A no, as TaskRouter says it. */
export class HttpError extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    /** Twilio's number: https://www.twilio.com/docs/api/errors */
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

/** 20001 is what TaskRouter answers to most parameters that it cannot use. */
export const badRequest = (message: string, code = 20001): HttpError => new HttpError(400, code, message);

export const notFound = (path: string): HttpError =>
  new HttpError(404, 20404, `The requested resource ${path} was not found`);
