import { undrawn } from '../../taskrouter/characters';

/**
 * Text from TaskRouter is partly written by callers and chat customers. Each kind of place it is shown in
 * has its own way to turn text into something live; each function here closes those of one kind.
 */

/** Persian needs zero-width non-joiners between letters, and Indic scripts need both joiners after a virama. */
const arabic = String.raw`\p{Script=Arabic}`;
const indic = [
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
]
  .concat('Sinhala')
  .map((script) => String.raw`\p{Script=${script}}`)
  .join('');
/** Where a joiner changes what is drawn: https://www.unicode.org/reports/tr31/#Layout_and_Format_Control_Characters */
const joiner = [
  String.raw`(?<=\p{Extended_Pictographic}\p{Emoji_Modifier}?\ufe0f?)\u200d(?=\p{Extended_Pictographic})`,
  String.raw`(?<=[${arabic}]\p{Mn}*)\u200c(?=[${arabic}])`,
  String.raw`(?<=[${indic}])[\u200c\u200d](?=[${indic}])`,
].join('|');
const invisible = new RegExp(`(?!${joiner})${undrawn}`, 'gu');

/** For places that show text as text: tree labels and descriptions, tooltips, text in the form. One line. */
export function plain(text: string, most = 120): string {
  const line = text
    .slice(0, most * 8)
    .replace(/\s+/g, ' ')
    .replace(invisible, '')
    .replace(/ +/g, ' ')
    .trim();
  const characters = [...line];
  return characters.length > most ? characters.slice(0, most - 1).join('') + '…' : line;
}

/** The first of these texts with a visible character; empty when none has one. */
export function firstVisible(texts: readonly (string | null | undefined)[], most?: number): string {
  for (const text of texts) {
    const shown = plain(text ?? '', most);
    if (shown) return shown;
  }
  return '';
}

/**
 * For quick picks, whose items draw `$(name)` as an icon. A backslash before it does not help: where VS Code highlights what
 * the user has typed, it draws what is before and after the highlight each on its own.
 */
export function forQuickPick(text: string, most?: number): string {
  return plain(text, most).replaceAll('$(', '$ (');
}

/** For prompts and validation messages, which make links of `[text](target)` and icons of `$(name)`. */
export function forPrompt(text: string, most?: number): string {
  return plain(text, most)
    .replace(/\]\s*\(/g, '] (')
    .replaceAll('$(', '$ (');
}

/** For notifications and progress, which make links of addresses too. */
export function forMessage(text: string, most?: number): string {
  return forPrompt(text, most).replace(/\b(https?|command|file|vscode):/gi, '$1: ');
}
