/**
 * A text for a person, in English, with `{name}` where an argument goes. Who shows it translates it: the English text is
 * the key. Arguments that are messages are translated too; all others are data, such as a name or a status.
 */
export interface Message {
  readonly text: string;
  readonly args?: Readonly<Record<string, string | number | Message>>;
}

/** The text must be a literal: `npm run l10n` finds it here. */
export const message = (text: string, args?: Message['args']): Message =>
  args === undefined ? { text } : { text, args };

/** For logs, errors and command lines, which are not translated. */
export function inEnglish({ text, args = {} }: Message): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    return value === undefined ? placeholder : typeof value === 'object' ? inEnglish(value) : String(value);
  });
}
