/**
 * A character that is invisible by itself: controls, format characters and fillers, white space other than the plain
 * space, halves of surrogate pairs, and code points without a glyph. Text to confirm or copy must show each of them.
 */
export const unseenCharacter =
  /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|[\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]/u;

/** The character's Unicode name, such as `U+200B`. */
export const codePoint = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * Of a regular expression with the flag u, what is not drawn: controls, halves of surrogate pairs, and what Unicode says is
 * not drawn, such as bidi marks and overrides, zero-width characters, fillers, variation selectors, tags. Some separators
 * and annotation marks are not among the latter.
 */
export const undrawn = String.raw`[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]`;
