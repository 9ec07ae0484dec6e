/**
 * Text from TaskRouter is partly written by callers and chat customers. Each kind of place it is shown in
 * has its own way to turn text into something live; each function here closes those of one kind.
 */

// C0 and C1 controls, soft hyphen, bidi marks and overrides, zero-width and other invisible characters, tags.
const invisible =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|\udb40[\udc00-\udfff]/g;

/** For places that show text as text: tree labels and descriptions, tooltips, text in the form. One line. */
export function plain(text: string, most = 120): string {
  const line = text
    .slice(0, most * 8)
    .replace(/\s+/g, ' ')
    .replace(invisible, '')
    .trim();
  const characters = [...line];
  return characters.length > most ? characters.slice(0, most - 1).join('') + '…' : line;
}

/** For quick picks, whose labels draw `$(name)` as an icon. */
export function forQuickPick(text: string, most?: number): string {
  return plain(text, most).replaceAll('$(', '\\$(');
}

/** For notifications, progress and prompts, which make links of `[text](target)` and icons of `$(name)`. */
export function forMessage(text: string, most?: number): string {
  return plain(text, most)
    .replace(/\]\s*\(/g, '] (')
    .replaceAll('$(', '$ (')
    .replace(/\b(https?|command|file|vscode):/gi, '$1: ');
}
