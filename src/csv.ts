/**
 * Spreadsheets run a cell that begins like a formula, also after white space, quotes and what is invisible, or in
 * full-width characters; an apostrophe makes it text. Some split cells at other separators than this file has, so each
 * part of a value counts. https://owasp.org/www-community/attacks/CSV_Injection
 */
const formula = /(^|[,;|])(?=[\s'"\p{Default_Ignorable_Code_Point}]*[=+\-@|%＝＋－＠])/gu;

/** Without line breaks and tabs, which end a cell where quotes are not understood. */
const oneLine = (value: string): string => value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');

const field = (value: string): string => `"${oneLine(value).replace(formula, "$1'").replaceAll('"', '""')}"`;

/** One record after RFC 4180, with its end. */
export const csvRecord = (values: readonly string[]): string => `${values.map(field).join(',')}\r\n`;
