import { isSid } from '../../taskrouter/sid';
import type { SidNoun } from '../../taskrouter/sid';
import type { ParameterList } from './messages';
import { valueOf } from './messages';
import { badRequest } from './httpError';

/** Characters of a task's or a worker's attributes. https://www.twilio.com/docs/taskrouter/limits */
const maxAttributesLength = 4096;

/** The parameters of a request body. Every method throws an HttpError for an invalid value. */
export class BodyParameters {
  constructor(private readonly body: ParameterList) {}

  /** Undefined when absent. */
  text(name: string): string | undefined {
    return valueOf(this.body, name);
  }

  /** A value that must be present and not empty. */
  required(name: string): string {
    const text = this.text(name);
    if (text === undefined || text === '') {
      throw badRequest(`Missing required parameter ${name} in the post body`);
    }
    return text;
  }

  /** A name. Twilio's limit is 64 characters for most. */
  name(name: string, max = 64): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (text.trim() === '') throw badRequest(`${name} must not be empty.`);
    if (text.length > max) throw badRequest(`${name} must not be longer than ${max} characters.`);
    return text;
  }

  integer(name: string, min: number, max: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < min || value > max) {
      throw badRequest(`Invalid ${name} "${text}": must be a whole number from ${min} to ${max}.`);
    }
    return value;
  }

  /** True for `true`, `1` and `yes`; false for every other value. */
  flag(name: string): boolean | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : ['true', '1', 'yes'].includes(text.toLowerCase());
  }

  /** One of these values, in any letter case. */
  oneOf<T extends string>(name: string, all: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = all.find((one) => one.toLowerCase() === text.toLowerCase());
    if (found === undefined) throw badRequest(`Invalid ${name} "${text}": must be one of ${all.join(', ')}.`);
    return found;
  }

  /** The text of a JSON object. */
  attributes(): string | undefined {
    const text = this.text('Attributes');
    if (text === undefined || text === '') return undefined;
    if (text.length > maxAttributesLength) {
      throw badRequest(`Attributes must not be longer than ${maxAttributesLength} characters.`);
    }
    parseObject('Attributes', text);
    return text;
  }

  /** Null when empty, which removes the current value. */
  url(name: string): string | null | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (text === '') return null;
    if (!/^https?:\/\/[^\s/]+/.test(text)) throw badRequest(`Invalid ${name} "${text}": must be a URL.`);
    return text;
  }

  date(name: string, latest: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const ms = Date.parse(text);
    if (Number.isNaN(ms) || ms > latest || ms < Date.UTC(1900)) {
      throw badRequest(
        `Invalid ${name} "${text}": must be a date and time since 1900 that is not in the future.`,
      );
    }
    return ms;
  }

  /** The row with this SID. */
  row<T>(name: string, noun: SidNoun, table: { get(sid: string | undefined): T | undefined }): T | undefined {
    const sid = this.text(name);
    if (sid === undefined || sid === '') return undefined;
    const row = isSid(noun, sid) ? table.get(sid) : undefined;
    if (!row) throw badRequest(`Invalid ${name} "${sid}": there is no such ${noun} in this Workspace.`);
    return row;
  }
}

/** @throws HttpError unless the text is JSON of an object */
export function parseObject(name: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest(`Invalid ${name}: must be a JSON object.`);
  return value as Record<string, unknown>;
}
