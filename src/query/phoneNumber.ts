/** A phone number as a user typed or pasted it. */
export interface PhoneNumber {
  /** Without `+`, a prefix for calls abroad, or a trunk prefix. */
  readonly digits: string;
}

/** Shorter numbers are extensions or parts of other numbers; E.164 allows 15 digits. */
const minDigits = 7;
const maxDigits = 15;
/** Of what can be a number in any notation, with an extension. */
const maxLength = 200;

/** What stands between digits in the usual notations, and what a copied contact has around them. */
const between = /[\s().\-/\u00b7\u2010-\u2015\u2212]/g;
const unseen = /[\p{Cf}\p{Cc}]/gu;
const scheme = /^(?:tel|sms|mms|whatsapp|messenger|client|sip):/i;
/** Begins only where a run of separators does: else it would read the run again from each of them. */
const extension = /(?<![;,\s])[;,\s]*(?:ext\.?|x|extension|#)\s*\d{1,6}$/i;

/**
 * Reads a number in any usual notation: `+1 (555) 010-2345`, `(555) 010-2345`, `0044 20 7946 0958`,
 * `+44 (0)20 7946 0958`, `tel:+15550102345`, `whatsapp:+15550102345`, `555 010 2345 ext. 12`.
 * @returns undefined for what is no phone number
 */
export function readPhoneNumber(text: string): PhoneNumber | undefined {
  if (text.length > maxLength) return undefined;
  const trimmed = text
    .normalize('NFKC')
    .replace(unseen, '')
    .trim()
    .replace(scheme, '')
    .replace(extension, '');
  // A trunk prefix that is not dialed from abroad.
  const isAbroad = /^\s*(?:\+|00|011)/.test(trimmed);
  const compact = (isAbroad ? trimmed.replace(/\(0\)/, '') : trimmed).replace(between, '');
  if (!/^\+?\d+$/.test(compact)) return undefined;
  const digits = compact.startsWith('+')
    ? compact.slice(1)
    : compact.startsWith('011') && compact.length > 12
      ? compact.slice(3)
      : compact.replace(/^00?/, '');
  return digits.length >= minDigits && digits.length <= maxDigits ? { digits } : undefined;
}

/** Digits with what may stand between them. */
const numberInText = /\+?\(?\d[\d\s().\-/\u2010-\u2015]{5,30}\d/g;

/**
 * Whether a text has this number, in any notation, with or without the code of its country. Numbers that are only
 * partly the same digits do not match.
 */
export function hasPhoneNumber(text: string, { digits }: PhoneNumber): boolean {
  for (const [found] of text.matchAll(numberInText)) {
    const other = readPhoneNumber(found)?.digits ?? found.replace(/\D/g, '');
    if (other.length < minDigits) continue;
    if (other.endsWith(digits) || digits.endsWith(other)) return true;
  }
  return false;
}
