/** Replaces what identifies customers by placeholders, the same text by the same placeholder everywhere. */

import type { CustomerValue, Kind } from './customerValues';
import { literals, unquoted } from './customerValues';

export interface Placeholders {
  /** Also in a URL. */
  readonly inText: (text: string) => string;
  readonly inJson: (json: string) => string;
}

const sid = '(?<![A-Za-z0-9])[A-Z]{2}[0-9a-f]{32}(?![A-Za-z0-9])';

/** Whose value it is, as placeholders name them. */
type Party = 'customer' | 'worker';

/** Replaces these values of a task and of its worker, and every SID. What both have is the worker's. */
export function placeholdersFor(
  ofTask: readonly CustomerValue[],
  ofWorker: readonly CustomerValue[],
): Placeholders {
  const workers = new Set(ofWorker.map(({ text }) => text));
  const placeholders = new Map<string, string>();
  const counts = new Map<string, number>();
  const next = (kind: string) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count;
  };
  for (const { text, kind } of [...ofTask, ...ofWorker]) {
    if (placeholders.has(text)) continue;
    const party = workers.has(text) ? 'worker' : 'customer';
    // One count for both where the placeholder does not say whose it is.
    const count = next(kind === 'number' || kind === 'address' ? kind : `${party} ${kind}`);
    const placeholder = placeholderOf(kind, text, party, count);
    placeholders.set(inUrl(text), inUrl(placeholder)).set(text, placeholder);
  }
  const known = [...placeholders.keys()].sort((one, other) => other.length - one.length).map(wholeWord);
  const all = new RegExp([...known, sid].join('|'), 'gu');
  const inText = (text: string) =>
    text.replace(all, (match) => {
      const [kind] = /^[A-Z]{2}/.exec(match) ?? [''];
      const placeholder = placeholders.get(match) ?? kind + String(next(kind)).padStart(32, '0');
      placeholders.set(match, placeholder);
      return placeholder;
    });
  const inLiteral = (literal: string) => {
    const text = unquoted(literal);
    if (literal.startsWith('"')) {
      const replaced = inText(text);
      return replaced === text ? literal : JSON.stringify(replaced);
    }
    const placeholder = placeholders.get(text);
    return placeholder !== undefined && /^\d+$/.test(placeholder) ? placeholder : literal;
  };
  return {
    inText,
    inJson: (json) =>
      json.replace(literals, (whole, literal: string, colon: string | undefined) =>
        // An attribute keeps its name, unless it has a number or an address in it.
        colon !== undefined && /^"\w{1,33}"$/.test(literal) ? whole : inLiteral(literal) + (colon ?? ''),
      ),
  };
}

/** Half of a surrogate pair has no place in a URL. */
const inUrl = (text: string) => encodeURIComponent(text.replace(/\p{Cs}/gu, '\u{fffd}'));

function placeholderOf(kind: Kind, text: string, party: Party, count: number): string {
  switch (kind) {
    case 'number':
      // Numbers for fiction begin with these.
      return `${text.includes('+') ? '+' : ''}1555010${String(count).padStart(4, '0')}`;
    case 'email':
      return `${party}${count}@example.com`;
    case 'client':
      return `client:${party}${count}`;
    case 'sip':
      return `sip:${party}${count}@example.com`;
    case 'address':
      return `${count} Example Street`;
    case 'name':
      return `${party === 'worker' ? 'Worker' : 'Customer'} ${count}`;
  }
}

/** A short name is no part of a longer word. */
function wholeWord(text: string): string {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const before = /^[\p{L}\p{N}]/u.test(text) ? '(?<![\\p{L}\\p{N}])' : '';
  const after = /[\p{L}\p{N}]$/u.test(text) ? '(?![\\p{L}\\p{N}])' : '';
  return before + escaped + after;
}
