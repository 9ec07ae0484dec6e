/**
 * Spreadsheets run what begins with one of these as a formula, in the East Asian full width too. An apostrophe makes it text.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function field(value: string): string {
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One record after RFC 4180, with its end. */
export const csvRecord = (values: readonly string[]): string => `${values.map(field).join(',')}\r\n`;
