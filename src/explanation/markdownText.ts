import { unseenCharacter } from '../taskrouter/characters';
import type { Message } from '../taskrouter/message';

/** Texts that others wrote, as Markdown that shows them as they are: in CommonMark, on GitHub, GitLab and in Jira. */

const unseen = new RegExp(unseenCharacter.source, 'gu');

/** One line, without what nobody sees. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(unseen, '').trim();

/** Inside backticks nothing is read but a backtick. Nothing where nothing is to be seen. */
export function code(text: string): string {
  const line = plain(text).replaceAll('`', 'ˋ');
  return line === '' ? '' : `\`${line}\``;
}

/**
 * What is made a link after escapes and entities are resolved, so that only code stays text: addresses, mentions, and
 * references to issues, merge requests and the like.
 */
const linked = /:\/\/|www\.|@|mailto:|xmpp:|#|[!$%&~^]\d/i;

/** Text as text. What needs no escape has none: people read the source too. */
export const escaped = (text: string): string =>
  plain(text)
    .split(' ')
    .map((word) => (linked.test(word) ? code(word) : escapedWord(word)))
    .join(' ');

const escapedWord = (word: string): string =>
  word
    .replace(/[\\`*[<~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    // Only what could be an entity.
    .replace(/&(?=#?\w+;)/g, '\\&');

/** The start of a line, where more is read as Markdown. */
export const line = (markdown: string): string =>
  markdown.replace(/^([-+>=|:]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));

/** Arguments that are expressions, keys or values: code in a sentence. */
const codeArguments: readonly string[] = [
  'expression',
  'skipIf',
  'orderBy',
  'key',
  'path',
  'value',
  'permission',
];
/** Not shown, and so no code. */
export const hidden = '…';

/** A message in English, with its arguments as text. */
export function written({ text, args = {} }: Message): string {
  return text
    .split(/\{(\w+)\}/)
    .map((part, i) => {
      if (i % 2 === 0) return escapedWord(part);
      const value = Object.hasOwn(args, part) ? args[part] : undefined;
      if (value === undefined) return `{${part}}`;
      if (typeof value === 'object') return written(value);
      const isCode = codeArguments.includes(part) && value !== hidden;
      return isCode ? code(String(value)) : escaped(String(value));
    })
    .join('');
}

/** A block that its content cannot end: its fence is longer than any in it. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const lines = text.split('\n').map((one) => one.replace(unseen, ''));
  return `${fence}${language}\n${lines.join('\n')}\n${fence}`;
}
