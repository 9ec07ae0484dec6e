import { parseAttributes } from '../../../taskrouter/attributes';
import type { Collection, Row } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import type { Filters } from '../../../taskrouter/requests';
import type { NamedResource } from './namedIn';
import { maxAddress, namedIn } from './namedIn';
import type { PhoneNumber } from '../../../query/phoneNumber';
import { hasPhoneNumber, readPhoneNumber } from '../../../query/phoneNumber';

export type NamedAddress = NamedResource & { readonly sid: string };

/** What the user entered in Go to…. */
export type Query =
  | { readonly kind: 'empty' }
  /** A resource by its SID, alone or in an address, and the others that the text names. */
  | { readonly kind: 'resource'; readonly named: NamedAddress; readonly others: readonly NamedAddress[] }
  /** An address at Twilio that names no resource. */
  | { readonly kind: 'nothing' }
  /** A text that names no resource and is longer than `maxText`. */
  | { readonly kind: 'too long' }
  | TextQuery;

/** What tasks and workers are searched for. */
export interface TextQuery {
  readonly kind: 'text';
  readonly text: string;
  readonly phone?: PhoneNumber;
}

/** Characters of a text to search for. */
export const maxText = 200;
const unseen = /[\p{Cf}\p{Cc}]/gu;
/** Of a copied list. */
const separators = /(?<![,;\s])[,;\s]+$/;
const quoted = /^(?:"([^"]+)"|'([^']+)'|`([^`]+)`|<([^<>]+)>|\(([^()]+)\)|\[([^[\]]+)\])$/;

/** Reads at most the beginning of a pasted text: the user can paste megabytes. */
export function readQuery(entered: string): Query {
  const text = entered.slice(0, maxAddress).replace(unseen, ' ').replace(/\s+/g, ' ').trim();
  const isTooLong = entered.length > maxAddress || text.length > maxText;
  if (text === '') return { kind: isTooLong ? 'too long' : 'empty' };
  const named = namedIn(text);
  const { sid } = named;
  if (sid !== undefined)
    return { kind: 'resource', named: { ...named, sid }, others: othersIn(text, sid, named.parentSid) };
  const [other] = named.others.slice(-1);
  if (other !== undefined) return { kind: 'text', text: other };
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? URL.parse(text) : null;
  if (url && /(^|\.)twilio\.com$/.test(url.hostname)) return { kind: 'nothing' };
  if (isTooLong) return { kind: 'too long' };
  const inner = unquoted(text);
  const phone = readPhoneNumber(inner);
  return { kind: 'text', text: inner, ...(phone ? { phone } : {}) };
}

/** Resources that a text can name: more than anybody chooses from. */
const maxNamed = 10;

/** The resources that the other words of a text name. An address is one word. */
function othersIn(text: string, ...known: readonly (string | undefined)[]): readonly NamedAddress[] {
  const found = new Map<string, NamedAddress>();
  for (const word of text.split(/[\s,;|]+/)) {
    const { sid, ...named } = namedIn(word);
    const isPlace = named.noun === 'Account' || named.noun === 'Workspace';
    if (sid !== undefined && !isPlace && !known.includes(sid)) found.set(sid, { ...named, sid });
  }
  return [...found.values()].slice(0, maxNamed - 1);
}

/** Without the quotation marks or brackets around a copied text; those within it are part of it. */
function unquoted(text: string): string {
  const inner = text.replace(separators, '') || text;
  const within = quoted
    .exec(inner)
    ?.slice(1)
    .find((one) => one !== undefined);
  return within === undefined ? inner : unquoted(within.trim()) || inner;
}

/** Where tasks have a phone number, an address, a name, or the SID of their call or conversation. */
const numberKeys = [
  ...['from', 'caller', 'to', 'called', 'customerAddress', 'customerPhone', 'customer_phone'],
  ...['phone', 'phoneNumber', 'phone_number', 'callerId', 'outbound_to', 'contact', 'name'],
];
const nameKeys = [
  ...['name', 'customerName', 'customer_name', 'caller_name', 'title', 'subject', 'email'],
  ...['customerAddress', 'from', 'caller'],
];
const sidKeys = [
  ...['call_sid', 'callSid', 'worker_call_sid', 'conversationSid', 'conversation_sid', 'channelSid'],
  ...['flexInteractionSid', 'flexInteractionChannelSid', 'flexChannelInviteSid'],
];
/** Where workers have the same. Their own names come first. */
const workerKeys = ['full_name', 'name', 'email', 'contact_uri'];

/**
 * Filters that find most of what matches by one request each. They are no more than a shortcut: TaskRouter's expressions
 * compare letter case, and know no other notation of a number. All of them are documented:
 * https://www.twilio.com/docs/taskrouter/api/task#read-multiple-task-resources
 * https://www.twilio.com/docs/taskrouter/api/worker#read-multiple-worker-resources
 */
export function filtersOf(query: TextQuery): {
  readonly tasks: readonly Filters<typeof resources.tasks>[];
  readonly workers: readonly Filters<typeof resources.workers>[];
} {
  const text = query.phone?.digits ?? query.text;
  const quote = ['"', "'"].find((one) => !text.includes(one));
  // No page says how to escape a quotation mark.
  if (!quote || text.includes('\\')) return { tasks: [], workers: [] };
  const anyOf = (keys: readonly string[]) =>
    keys.map((key) => `${key} CONTAINS ${quote}${text}${quote}`).join(' OR ');
  const isSid = isOtherSid(text);
  return {
    tasks: [{ evaluateTaskAttributes: anyOf(isSid ? sidKeys : query.phone ? numberKeys : nameKeys) }],
    workers: isSid
      ? []
      : [
          ...(query.phone ? [] : [{ friendlyName: text }]),
          { targetWorkersExpression: anyOf(query.phone ? ['contact_uri', 'phone'] : workerKeys) },
        ],
  };
}

/** Of a call, conversation or chat. */
const isOtherSid = (text: string) => /^[A-Z]{2}[0-9a-f]{32}$/i.test(text);

/** Whether it can be the name of a queue, workflow or activity. */
export const isName = ({ text, phone }: TextQuery): boolean => !phone && !isOtherSid(text);

/** A text of a row that has what the user entered: of a field that is shown, or with its path in the attributes. */
export interface Found {
  readonly path: string;
  readonly text: string;
}

/** Where a row has what the user entered; undefined where it does not. */
export function foundIn(query: TextQuery, collection: Collection, row: Row): Found | undefined {
  const { text, phone } = query;
  const fields =
    collection !== resources.tasks
      ? ['sid', 'friendly_name', 'activity_name']
      : ['sid', 'task_queue_friendly_name', 'workflow_friendly_name', 'task_channel_unique_name', 'reason'];
  const shown = fields.flatMap((field): Found[] =>
    typeof row[field] === 'string' ? [{ path: '', text: row[field] }] : [],
  );
  const raw = row['attributes'];
  const attributes = typeof raw === 'string' ? raw : '';
  const parsed = parseAttributes(attributes);
  const values = parsed ? valuesIn(parsed) : [{ path: '', text: attributes }];
  const wanted = folded(text);
  return (
    (phone && values.find((value) => hasPhoneNumber(value.text, phone))) ??
    [...shown, ...values].find((one) => folded(one.text).includes(wanted))
  );
}

const folded = (text: string) => text.normalize('NFKC').toLowerCase();

/** Characters before what was found, and of all that is shown. */
const lead = 16;
const maxShown = 60;

/** The part of a long text that has what was found. */
export function excerpt({ path, text }: Found, query: TextQuery): string {
  const line = text.replace(/\s+/g, ' ');
  const at = folded(line).indexOf(folded(query.text));
  const start = line.length > maxShown && at > lead ? at - lead : 0;
  const end = start + maxShown;
  const part = `${start > 0 ? '…' : ''}${line.slice(start, end).trim()}${end < line.length ? '…' : ''}`;
  return path ? `${path}: ${part}` : part;
}

/** The values in attributes, without their keys: half of all tasks have a key `name`. Their depth is limited. */
function valuesIn(value: unknown, path: readonly string[] = []): Found[] {
  if (typeof value === 'string') return [{ path: path.join('.'), text: value }];
  if (Array.isArray(value)) return value.flatMap((one) => valuesIn(one, path));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, one]) => valuesIn(one, [...path, key]));
  return typeof value === 'number' || typeof value === 'boolean'
    ? [{ path: path.join('.'), text: String(value) }]
    : [];
}
