import { codePoint, unseenCharacter } from '../../taskrouter/characters';

// Right-to-left letters move the text around them, so that a URL can appear to name another host.
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const marked = new RegExp(`${unseenCharacter.source}|${rightToLeft.source}|⟨|^ | (?= )| $`, 'gu');

/**
 * A value exactly as it is sent, for places that show text as text. Characters that cannot be seen, and those that
 * change how others are seen, are written as `⟨U+200B⟩`. Nothing is cut, and two different values never look the same.
 */
export function visibleText(value: string): string {
  // Half a surrogate pair is sent as U+FFFD.
  return value.replace(/\p{Cs}/gu, '\ufffd').replace(marked, (character) => `⟨${codePoint(character)}⟩`);
}
