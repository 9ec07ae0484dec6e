/**
 * A character that leaves no mark of its own: controls, format characters and fillers, white space other than the plain
 * space, halves of surrogate pairs, and code points without a glyph. What is confirmed and copied must not contain one
 * unseen.
 */
export const unseenCharacter =
  /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|[\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]/u;

/** `U+200B`: how Unicode names a character. */
export const codePoint = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
