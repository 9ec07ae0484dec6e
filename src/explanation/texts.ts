import type { Claim, Confidence } from './explanation';
import type { Message } from '../taskrouter/message';
import { message } from '../taskrouter/message';
import { unseenCharacter } from '../taskrouter/characters';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `43 s`, `14 min`, `2 h 5 min`, `3 d` */
export function span(milliseconds: number): Message {
  const time = Math.max(0, milliseconds);
  if (time < minute) return message('{seconds} s', { seconds: Math.floor(time / second) });
  if (time < hour) return message('{minutes} min', { minutes: Math.floor(time / minute) });
  if (time >= day) return message('{days} d', { days: Math.floor(time / day) });
  const [hours, minutes] = [Math.floor(time / hour), Math.floor((time % hour) / minute)];
  return minutes === 0
    ? message('{hours} h', { hours })
    : message('{hours} h {minutes} min', { hours, minutes });
}

/** A limit in seconds, with all that it has: `150 s` is `2 min 30 s`, one day and an hour are `25 h`. */
export function exactly(limit: number): Message {
  const [hours, minutes, seconds] = [Math.floor(limit / 3600), Math.floor((limit % 3600) / 60), limit % 60];
  const parts = [
    ...(hours > 0 ? [message('{hours} h', { hours })] : []),
    ...(minutes > 0 ? [message('{minutes} min', { minutes })] : []),
    ...(seconds > 0 || limit < 60 ? [message('{seconds} s', { seconds })] : []),
  ];
  return parts.reduce((first, second) => message('{first} {second}', { first, second }));
}

const maxCharacters = 200;

/** A text that somebody else wrote, not too long for a sentence. */
export const clip = (text: string): string =>
  text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1).replace(/\p{Cs}$/u, '')}…` : text;

/** A value as JSON. */
export const jsonOf = (value: unknown): string => {
  try {
    return clip(JSON.stringify(value) ?? 'null');
  } catch {
    return '…';
  }
};

/** A resource's name, or its SID where it has none or nothing of it can be seen. */
export function nameOf(
  row: { readonly friendly_name?: string | null | undefined } | undefined,
  sid: string | null | undefined,
): string {
  const name = row?.friendly_name ?? '';
  return clip(isVisible(name) ? name : sid || '?');
}

function isVisible(text: string): boolean {
  for (const character of text) if (character !== ' ' && !unseenCharacter.test(character)) return true;
  return false;
}

/** Names one after the other: at most three, and how many more. */
export function listed(names: readonly string[]): Message {
  const [first = '', second = '', third = ''] = names;
  switch (names.length) {
    case 0:
      return message('nobody');
    case 1:
      return message('{first}', { first });
    case 2:
      return message('{first} and {second}', { first, second });
    case 3:
      return message('{first}, {second} and {third}', { first, second, third });
    default:
      return message('{first}, {second} and {count} others', { first, second, count: names.length - 2 });
  }
}

/** Alternatives, as many as `listed` names. */
export function either(names: readonly string[]): Message {
  const [first = '', second = '', third = ''] = names;
  switch (names.length) {
    case 0:
    case 1:
      return listed(names);
    case 2:
      return message('{first} or {second}', { first, second });
    case 3:
      return message('{first}, {second} or {third}', { first, second, third });
    default:
      return message('{first}, {second} or {count} others', { first, second, count: names.length - 2 });
  }
}

export const certain = (claimed: Message): Claim => ({ message: claimed, certainty: 'certain', because: [] });

/** A claim that holds unless one of these is otherwise. */
export const claim = (claimed: Message, because: readonly Message[]): Claim => ({
  message: claimed,
  ...certainty(because),
});

export function certainty(because: readonly Message[]): Confidence {
  const texts = new Map(because.map((one) => [JSON.stringify(one), one]));
  return { certainty: texts.size === 0 ? 'certain' : 'probable', because: [...texts.values()] };
}
