import { l10n } from 'vscode';
import type { Message } from '../../taskrouter/message';

/** A message of a room that does not know VS Code, in the user's language. */
export function localize({ text, args }: Message): string {
  if (!args) return l10n.t(text);
  const localized = Object.entries(args).map(([name, value]) => [
    name,
    typeof value === 'object' ? localize(value) : value,
  ]);
  return l10n.t(text, Object.fromEntries(localized) as Record<string, string | number>);
}

/** A text of a table (`contributions.ts`, the instructions): its texts are known to `npm run l10n`. */
export const localizeText = (text: string): string => l10n.t(text);
