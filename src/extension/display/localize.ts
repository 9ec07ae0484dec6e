import { l10n } from 'vscode';
import type { Message } from '../../taskrouter/message';

/** A message of a room that does not know VS Code, in the user's language. `shorten` is applied to each text of its data. */
export function localize({ text, args }: Message, shorten = (data: string) => data): string {
  if (!args) return l10n.t(text);
  const shown = (value: string | number | Message) =>
    typeof value === 'object' ? localize(value, shorten) : typeof value === 'string' ? shorten(value) : value;
  const localized = Object.entries(args).map(([name, value]) => [name, shown(value)]);
  return l10n.t(text, Object.fromEntries(localized) as Record<string, string | number>);
}

/** A text of a table (`contributions.ts`, the instructions): its texts are known to `npm run l10n`. */
export const localizeText = (text: string): string => l10n.t(text);
