/**
 * A sentence in English with named arguments, `{worker}` in its text. A page translates the text and then puts the
 * arguments in. Arguments hold names and values that other people wrote: every sink escapes them.
 */
export interface Message {
  readonly text: string;
  readonly args: Readonly<Record<string, string | number>>;
}

export const message = (text: string, args: Message['args'] = {}): Message => ({ text, args });

/** The first text for 1, else the second; `count` is an argument of both. */
export const counted = (count: number, one: string, other: string, args: Message['args'] = {}): Message =>
  message(count === 1 ? one : other, { count, ...args });

/** The sentence in English. An argument is put in once: braces in it stay as they are. */
export const inEnglish = ({ text, args }: Message): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(args, name) ? String(args[name]) : whole,
  );
