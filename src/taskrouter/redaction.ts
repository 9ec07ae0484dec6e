import type { Encoded } from './encodings';
import { decodings, encodingsOf, readings, unique } from './encodings';
import { hasEscapes, jsonWithoutUndrawn, withoutUndrawn } from './hiddenText';
import { isSecretParameter } from './instructions';
import type { TaskRouterRequest } from './requests';
import { reservationStatuses, taskStatuses } from './resources';
import { escapeRegExp, mask, secretsIn, standing } from './secrets';
import { isAnySid } from './sid';

/** The secrets that a request's body holds: values of password parameters, and what is secret in URLs and SIP addresses. */
export const secretsOf = ({ body = [] }: Pick<TaskRouterRequest, 'body'>): string[] =>
  body.flatMap(([name, value]) => (isSecretParameter(name) ? [value] : secretsIn(value)));

/** How many secrets are remembered: those of the latest requests. */
const maxRemembered = 128;
/** Shorter secrets are replaced only where they stand alone, so that they do not destroy other text. */
const minAnywhere = 8;
/** Shorter ones are replaced in error messages only. */
const minInRows = 4;
/** Shorter ones are replaced nowhere. */
const minInMessages = 3;
/**
 * A word or a number that attributes, expressions and names of rows hold, too. To replace it there would change what is true of
 * a task, and its presence reveals nothing; so rows lose it inside of an address only.
 */
const ordinary = /^(\d{1,7}|\p{L}{1,15})$/u;
/** How much of a secret's start is replaced in error messages, which may shorten what they repeat. */
const minStart = 6;
/** The words of TaskRouter itself. A row whose status is `pending` reveals nothing, even if the password is `pending`. */
const ownWords: ReadonlySet<string> = new Set([
  ...[...taskStatuses, ...reservationStatuses],
  ...['https', 'taskrouter', 'twilio', 'PageSize', 'Page', 'PageToken'],
  ...['Workspaces', 'Tasks', 'Reservations', 'Workers', 'TaskQueues', 'Workflows', 'Activities', 'Events'],
  ...['workspace', 'task', 'reservation', 'worker', 'queue', 'workflow', 'activity', 'created', 'updated'],
]);

/** The secrets of requests that were sent, shared by the clients of one window: later responses may repeat them too. */
export class RequestSecrets {
  private encoded: readonly Encoded[] = [];

  get all(): readonly Encoded[] {
    return this.encoded;
  }

  add(request: Pick<TaskRouterRequest, 'body'>): void {
    const added = secretsOf(request).filter(
      (secret) => isSecret(secret) && !this.encoded.some((one) => one.secret === secret),
    );
    if (added.length) {
      const encoded = added.slice(-maxRemembered).map(encodingsOf);
      this.encoded = [...this.encoded, ...encoded].slice(-maxRemembered);
    }
  }
}

/**
 * Removes secrets by value from what a server sends back: a mock, a gateway or TaskRouter itself may repeat any part
 * of a request, in any of the encodings that `encodingsOf` lists.
 */
export class Redactor {
  private readonly credentials: readonly Encoded[];
  private built: { readonly from: readonly Encoded[]; readonly rows: Patterns; readonly messages: Patterns };

  /** `credentials` are the account's. */
  constructor(
    credentials: readonly string[],
    private readonly requests: RequestSecrets,
  ) {
    this.credentials = credentials.filter(isSecret).map(encodingsOf);
    this.built = this.build();
  }

  /** Redacts a header, what an error says, or another text that nothing depends on. Cuts one of more than 16 kB. */
  message(text: string): string {
    return this.patterns('messages').redactMessage(text);
  }

  /** The parsed JSON of a body, or undefined when it is not JSON. */
  parse(text: string): unknown {
    const patterns = this.patterns('rows');
    const body = parseJson(text);
    return patterns.mayOccurIn(text) ? patterns.redactAll(body) : body;
  }

  private patterns(kind: 'rows' | 'messages'): Patterns {
    if (this.built.from !== this.requests.all) this.built = this.build();
    return this.built[kind];
  }

  private build() {
    const from = this.requests.all;
    const all = [...this.credentials, ...from];
    const inRows = all.filter(({ secret }) => secret.length >= minInRows && !ownWords.has(secret));
    const isUnusual = ({ secret }: Encoded) => !ordinary.test(secret);
    const messages = new Patterns(all);
    if (inRows.length === all.length && inRows.every(isUnusual)) return { from, messages, rows: messages };
    const words = inRows.filter((one) => !isUnusual(one)).flatMap(({ text }) => text);
    return { from, messages, rows: new Patterns(inRows.filter(isUnusual), words) };
  }
}

/** SIDs are no secrets, and a text that is too short cannot be distinguished from ordinary words. */
const isSecret = (text: string) => text.length >= minInMessages && !isAnySid(text);

class Patterns {
  private readonly standing: readonly RegExp[];
  private readonly anywhere: readonly RegExp[];
  /** Finds everything in unparsed JSON that the two others find in its values, and more. */
  private readonly raw: readonly RegExp[];
  /** How the long secrets are written as text, and how that starts. */
  private readonly longTexts: readonly string[];
  private readonly starts: readonly RegExp[];
  /** For each way to compare texts, secrets that are found in whatever way they are written. */
  private readonly compared: readonly (readonly string[])[];

  /** `words` are replaced in addresses. */
  constructor(secrets: readonly Encoded[], words: readonly string[] = []) {
    const isLong = ({ secret }: Encoded) => secret.length >= minAnywhere;
    const short = longestFirst(secrets.flatMap((one) => (isLong(one) ? [] : one.text)));
    const long = longestFirst(
      secrets.flatMap((one) => (isLong(one) ? [...one.text, ...one.binary] : one.binary)),
    );
    this.compared = readings.map((read) =>
      secrets
        .filter(isLong)
        .map(({ secret }) => read(secret))
        .filter(({ length }) => length >= minStart),
    );
    this.longTexts = unique(secrets.filter(isLong).flatMap((one) => one.text));
    this.starts = matchers(unique(this.longTexts.map((one) => escapeRegExp(one.slice(0, minStart)))), 'gi');
    this.standing = matchers([...short.map(standing), ...longestFirst(words).map(inAddress)]);
    this.anywhere = matchers(long.map(escapeRegExp));
    const everything = [...short, ...long, ...words];
    // An escape could hide one: \u00xx any ASCII character, \/ a slash, any \u one beyond ASCII.
    const isAscii = everything.every((form) => /^[\x20-\x7e]*$/.test(form));
    const hidden = isAscii ? '\\\\u00[2-7]|\\\\/' : '\\\\u|\\\\/';
    this.raw = everything.length ? matchers([...everything.map(escapeRegExp), hidden]) : [];
  }

  mayOccurIn(json: string): boolean {
    if (occursIn(json, this.raw)) return true;
    const drawn = jsonWithoutUndrawn(json);
    return drawn !== json && occursIn(drawn, this.raw);
  }

  redact(text: string): string {
    const rest = this.withoutForms(text);
    const drawn = withoutUndrawn(rest);
    if (drawn === rest) return rest;
    const redacted = this.withoutForms(drawn);
    return redacted === drawn ? rest : redacted;
  }

  private withoutForms(text: string): string {
    const rest = masked(text, this.anywhere);
    return isDate(rest) ? rest : masked(rest, this.standing);
  }

  /**
   * Also removes a message whole in which a secret is written in a way that `encodingsOf` does not list, or in which the
   * start of one is encoded; and the start of one where the text ends or goes on differently.
   */
  redactMessage(text: string): string {
    const rest = this.redact(text.slice(0, maxDecoded));
    if (this.compared.every(({ length }) => length === 0)) return rest;
    const said = saidIn(rest);
    if (occurIn(said, this.compared)) return mask;
    const shown = this.withoutStarts(rest);
    const hidden = this.compared.map((secrets, i) => {
      const asWritten = readings[i]!(shown);
      const starts = secrets.map((secret) => secret.slice(0, minStart));
      return starts.filter((one) => !asWritten.includes(one) && !/^https?/.test(one));
    });
    return occurIn(shown === rest ? said : saidIn(shown), hidden) ? mask : shown;
  }

  /** Without the first characters of secrets, where they are no words. */
  private withoutStarts(text: string): string {
    return this.starts.reduce((rest, pattern) => {
      let written = '';
      let end = 0;
      for (const { 0: start, index } of rest.matchAll(pattern)) {
        const forms = this.longTexts.filter((form) => commonLength(form, start) === start.length);
        const lengths = forms.map((form) => commonLength(form, rest.slice(index, index + form.length)));
        const after = index + Math.max(...lengths);
        if (isWord(rest.slice(index, after), forms)) continue;
        written += rest.slice(end, index) + mask;
        end = after;
      }
      return written + rest.slice(end);
    }, text);
  }

  /** A copy of a JSON value whose texts, names and numbers hold no secret. */
  redactAll(value: unknown): unknown {
    if (typeof value === 'string') return this.redactText(value);
    if (typeof value === 'number') {
      return occursIn(String(value), this.anywhere) ? mask : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    // Without recursion: a response can be nested more deeply than the stack allows.
    const root: unknown[] = [value];
    const rest: (unknown[] | Record<string, unknown>)[] = [root];
    for (let one = rest.pop(); one; one = rest.pop()) {
      for (const [name, child] of Object.entries(one)) {
        const copy = Array.isArray(child)
          ? [...(child as unknown[])]
          : typeof child === 'object' && child !== null
            ? this.withoutSecretNames(child as Record<string, unknown>)
            : this.redactAll(child);
        if (typeof copy === 'object' && copy !== null) rest.push(copy as unknown[]);
        if (copy !== child) define(one as Record<string, unknown>, name, copy);
      }
    }
    return root[0];
  }

  /** JSON in a text, such as a task's attributes, stays JSON. */
  private redactText(text: string): string {
    const rest = this.redact(text);
    if (!/^\s*["[{]/.test(text)) return rest;
    const isDone = rest === text || parseJson(rest) !== undefined;
    if (isDone && !hasEscapes(rest)) return rest;
    const json = parseJson(isDone ? rest : text);
    if (json === undefined) return rest;
    const redacted = toJson(this.redactAll(json));
    return isDone && redacted === toJson(json) ? rest : redacted;
  }

  /** Does not replace a lower-case name that equals a secret: it could be a field of TaskRouter. */
  private withoutSecretNames(object: Record<string, unknown>): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(object)) {
      const redacted = this.redact(name);
      define(copy, redacted === mask && /^[a-z_]+$/.test(name) ? name : redacted, value);
    }
    return copy;
  }
}

/** What a text says in each of the readings. */
function saidIn(text: string): string[][] {
  const all = decodings(text);
  return readings.map((read) => all.map(read));
}

/** Whether one of the parts of a reading occurs in what is said in it. */
const occurIn = (said: readonly string[][], parts: readonly (readonly string[])[]) =>
  said.some((texts, i) => texts.some((text) => parts[i]!.some((part) => text.includes(part))));

/** Not an assignment, because `__proto__` is a name like any other. */
function define(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Whether the start of a secret is a word that ends there in the secret, too, or that of any address: it reveals nothing. */
const isWord = (start: string, secrets: readonly string[]): boolean =>
  isScheme(start) ||
  (/^[a-z]+$/i.test(start) &&
    (ownWords.has(start) ||
      secrets.every(
        (one) => commonLength(one, start) < start.length || !/[a-z]/i.test(one[start.length] ?? 'a'),
      )));

/** How every address begins. */
const isScheme = (text: string) => /^https?(%\w\w|\W)*(www)?\W*$/i.test(text);

/** How many characters both begin with, in upper or lower case. */
function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length]!.toLowerCase() === other[length]?.toLowerCase()) length++;
  return length;
}

/** Matches a text as the password of an address, or as the value of a parameter that another one follows. */
const inAddress = (text: string) => `(?<=[^=!<>\\s"'][:=])${escapeRegExp(text)}(?=[@&;])`;

const isDate = (text: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text);

/** Longest first: replacing a text inside another would leave the ends of the other. */
const longestFirst = (forms: readonly string[]) => unique(forms).sort((a, b) => b.length - a.length);

/** In characters: V8 refuses regular expressions of a few megabytes. */
const maxPattern = 256 * 1024;

/** Expressions that together match the alternatives, in their order. */
function matchers(alternatives: readonly string[], flags = 'g'): RegExp[] {
  const parts: string[][] = [];
  let length = Infinity;
  for (const one of alternatives) {
    if (length + one.length > maxPattern) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)!.push(one);
    length += one.length + 1;
  }
  return parts.map((part) => new RegExp(part.join('|'), flags));
}

const occursIn = (text: string, patterns: readonly RegExp[]) =>
  patterns.some((pattern) => text.search(pattern) >= 0);

const masked = (text: string, patterns: readonly RegExp[]) =>
  patterns.reduce((rest, pattern) => rest.replace(pattern, mask), text);

/** Longer messages are nobody's error messages, and to decode one takes time. */
const maxDecoded = 16 * 1024;

/** The mask for a value that is nested more deeply than the stack allows. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return mask;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
