import { codePoint, unseenCharacter } from './characters';
import type { Message } from './message';
import { message } from './message';
import { isSid, sidPrefixes } from './sid';
import type { SidNoun } from './sid';

export const groups = ['Basics', 'Callbacks', 'Recording', 'Conference', 'Advanced'] as const;
export type Group = (typeof groups)[number];

/** How a field is filled in. */
export type Control = 'text' | 'url' | 'integer' | 'boolean' | 'choice' | 'choices' | 'password';

/** Where the values of a field can be looked up. */
export type Source = 'activities' | 'workers' | 'task-call' | 'worker-contact' | 'caller-ids';

/** One parameter of an instruction. Everything that shows, checks or sends it reads this. */
export interface Field {
  /** twilio-node's key; the wire name is the key with its first letter in upper case. */
  readonly key: string;
  readonly label: string;
  readonly help: string;
  readonly group: Group;
  readonly control: Control;
  /** What is wrong with one value as it goes over the wire, as text; undefined when nothing is. */
  readonly problemOf: (value: string) => Message | undefined;
  readonly choices?: readonly string[];
  readonly unit?: string;
  /** What Twilio does when the parameter is not sent. */
  readonly twilioDefault?: string;
  readonly required?: true;
  /** Required unless the worker's attributes have a `contact_uri`. */
  readonly requiredWithoutContactUri?: true;
  readonly refusedInMultitasking?: true;
  readonly source?: Source;
}

type Rest = Partial<Omit<Field, 'key' | 'label' | 'help' | 'control' | 'problemOf'>>;

type Check = Field['problemOf'];

/** The longest value that is sent. Twilio documents no limit; every URL and address in use is far shorter. */
export const maxValueLength = 4096;

/** A value that was set and left empty would be sent as `Name=`, which is never intended. */
const filled: Check = (value) => {
  if (value === '') return message('Enter a value, or unset the field so that it is not sent.');
  if (value.length <= maxValueLength) return undefined;
  const [length, max] = [value.length, maxValueLength].map((count) => count.toLocaleString('en'));
  return message('Too long: {length} characters (maximum: {max}).', { length: length!, max: max! });
};

/** Refuses invisible characters. */
const seen: Check = (value) => {
  const character = unseenCharacter.exec(value)?.[0];
  return character === undefined
    ? undefined
    : message('Contains the invisible character {character}.', { character: codePoint(character) });
};
const matching =
  (matches: (value: string) => boolean, problem: Message): Check =>
  (value) =>
    filled(value) ?? seen(value) ?? (matches(value) ? undefined : problem);

const build =
  (control: Control, problemOf: Check, fixed: Partial<Field> = {}) =>
  (key: string, label: string, help: string, rest: Rest = {}): Field => ({
    key,
    label,
    help,
    group: 'Basics',
    control,
    problemOf,
    ...fixed,
    ...rest,
  });

export const text = build('text', (value) => filled(value) ?? seen(value));
export const password = build(
  'password',
  // It is never shown, so it can hold any character that a keyboard types.
  (value) =>
    filled(value) ??
    (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value) ? message('Contains a control character.') : undefined),
);

const oneOf =
  (all: readonly string[], problem: Message): Check =>
  (value) =>
    all.includes(value) ? undefined : problem;

export const boolean = build('boolean', oneOf(['true', 'false'], message('Must be true or false.')), {
  choices: ['true', 'false'],
});

const listed = (all: readonly string[]) =>
  oneOf(all, message('Must be one of {values}.', { values: all.join(', ') }));

export const choice = (all: readonly string[]) => build('choice', listed(all), { choices: all });

/** Several of them; each goes out under the same name again. */
export const choices = (all: readonly string[]) => build('choices', listed(all), { choices: all });

export const integer = (min: number, max: number, unit?: string) =>
  build(
    'integer',
    matching(
      (value) => /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max,
      message('Must be a whole number from {min} to {max}.', { min, max }),
    ),
    unit === undefined ? {} : { unit },
  );

export const sid = (noun: SidNoun, source?: Source) =>
  build(
    'text',
    matching(
      (value) => isSid(noun, value),
      message('Must be {prefix} followed by 32 hexadecimal digits.', { prefix: sidPrefixes[noun] }),
    ),
    source === undefined ? {} : { source },
  );

export const url = build(
  'url',
  matching(
    // URL.parse alone mends `https:host` and drops control characters; the value goes out unmended. URL.canParse, once it
    // has been called often, refuses characters such as ü in Node 20.
    (value) => /^https?:\/\//i.test(value) && !value.includes(' ') && URL.parse(value) !== null,
    message('Must be a complete URL that begins with https:// or http://.'),
  ),
);

const e164 = /^\+[1-9]\d{1,14}$/;
const clientName = /^client:.{1,256}$/;
const sipAddress = /^sips?:[^@]+@[^@]+$/;

/** True for what Twilio can ring: a number in E.164, a Voice SDK client, a SIP address. */
export const isEndpoint = (value: string): boolean =>
  !/ /.test(value) &&
  !unseenCharacter.test(value) &&
  (e164.test(value) || clientName.test(value) || sipAddress.test(value));

export const endpoint = build(
  'text',
  matching(isEndpoint, message('Must be a number such as +15550100123, client:name, or sip:user@host.')),
);

/** A worker, or where to ring one. */
export const workerOrEndpoint = build(
  'text',
  matching(
    (value) => isSid('Worker', value) || isEndpoint(value),
    message(
      'Must be a Worker SID (WK followed by 32 hexadecimal digits), a number such as +15550100123, client:name, or sip:user@host.',
    ),
  ),
);

/** Why a valid value is unwise: plain http to anywhere but this machine. */
export function warningFor(field: Field, value: string): Message | undefined {
  if (field.control !== 'url') return undefined;
  const parsed = URL.parse(value);
  if (parsed?.protocol !== 'http:') return undefined;
  const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(parsed.hostname);
  return local
    ? undefined
    : message('Plain http: requests from Twilio are not encrypted. Use https instead.');
}
