import { parseAttributes } from '../../../taskrouter/attributes';
import type { Collection, Row } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import type { Filters } from '../../../taskrouter/requests';
import type { NamedResource } from './namedIn';
import { maxAddress, namedIn } from './namedIn';
import type { PhoneNumber } from '../../../query/phoneNumber';
import { hasPhoneNumber, readPhoneNumber } from '../../../query/phoneNumber';

/** What the user entered in Go to…. */
export type Query =
  | { readonly kind: 'empty' }
  /** A resource by its SID, alone or in an address. */
  | { readonly kind: 'resource'; readonly named: NamedResource & { readonly sid: string } }
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
  if (sid !== undefined) return { kind: 'resource', named: { ...named, sid } };
  const [other] = named.others.slice(-1);
  if (other !== undefined) return { kind: 'text', text: other };
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? URL.parse(text) : null;
  if (url && /(^|\.)twilio\.com$/.test(url.hostname)) return { kind: 'nothing' };
  if (isTooLong) return { kind: 'too long' };
  const inner = unquoted(text);
  const phone = readPhoneNumber(inner);
  return { kind: 'text', text: inner, ...(phone ? { phone } : {}) };
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

/** Whether what a row shows, or a value in its attributes, has what the user entered. */
export function matches(query: TextQuery, collection: Collection, row: Row): boolean {
  const { text, phone } = query;
  const shown =
    collection !== resources.tasks
      ? ['sid', 'friendly_name', 'activity_name']
      : ['sid', 'task_queue_friendly_name', 'workflow_friendly_name', 'task_channel_unique_name', 'reason'];
  const texts = shown.flatMap((field) => (typeof row[field] === 'string' ? [row[field]] : []));
  const raw = row['attributes'];
  const attributes = typeof raw === 'string' ? raw : '';
  const parsed = parseAttributes(attributes);
  const values = parsed ? valuesIn(parsed) : [attributes];
  if (phone && values.some((value) => hasPhoneNumber(value, phone))) return true;
  const wanted = folded(text);
  return [...texts, ...values].some((one) => folded(one).includes(wanted));
}

const folded = (text: string) => text.normalize('NFKC').toLowerCase();

/** The values in attributes, without their keys: half of all tasks have a key `name`. Their depth is limited. */
function valuesIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(valuesIn);
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}
