import type { Attributes } from '../routing/expressions/scope';
import type { TextRange } from '../routing/expressions/syntax';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import type { ExpressionPart, WorkflowDocument } from './document';
import type { KnownWorkspace } from './known';
import { placeAt } from './places';

export interface Completion {
  readonly text: string;
  /** What a SID is called. */
  readonly name?: string;
  readonly help?: Message;
  readonly kind: 'key' | 'operator' | 'value' | 'resource';
}

export interface Completions {
  /** What they replace, in the document. */
  readonly range: TextRange;
  readonly items: readonly Completion[];
}

/** Deeper keys are rare. */
const maxDepth = 3;
const maxValues = 50;

/** The keys of attributes, as expressions write them, with the values that were seen. */
export function keysIn(all: readonly (Attributes | undefined)[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const add = (path: string, value: unknown, depth: number) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < maxDepth) {
      for (const [name, inner] of Object.entries(value)) {
        if (/^[A-Za-z_$][\w$]*$/.test(name)) add(path ? `${path}.${name}` : name, inner, depth + 1);
      }
      return;
    }
    const values = found.get(path) ?? new Set();
    found.set(path, values);
    for (const one of (Array.isArray(value) ? value : [value]) as unknown[]) {
      if (typeof one === 'object' || values.size >= maxValues) continue;
      values.add(typeof one === 'string' ? `'${one}'` : JSON.stringify(one));
    }
  };
  for (const attributes of all) if (attributes) add('', attributes, 0);
  found.delete('');
  return found;
}

const workerFields = ['sid', 'friendly_name', 'activity_sid', 'activity_name'];
const channelFields = ['assigned_tasks', 'available_capacity_percentage', 'configured_capacity'];

/** Keys that an expression can use, with their values. */
function keysFor(
  context: ExpressionPart['context'],
  known: KnownWorkspace,
): ReadonlyMap<string, Set<string>> {
  const prefixed = (prefix: string, keys: ReadonlyMap<string, Set<string>>) =>
    [...keys].map(([key, values]) => [prefix + key, values] as const);
  const workers = keysIn((known.workers ?? []).map(({ attributes }) => attributes));
  const tasks = keysIn(known.tasks ?? []);
  const none = new Set<string>();
  switch (context) {
    case 'queue':
    case 'workerList':
      return workers;
    case 'skip_if':
      return new Map([
        ['workers.available', none],
        ['workers.unavailable', none],
        ...(known.activities ?? []).map(({ sid }) => [`workers.${sid}`, none] as const),
      ]);
    case 'target':
      return new Map([
        ...prefixed('worker.', workers),
        ...prefixed('task.', tasks),
        ...workerFields.map((field) => [`worker.${field}`, valuesOfField(field, known)] as const),
        ...(known.channels ?? []).flatMap((channel) =>
          channelFields.map((field) => [`worker.channel.${channel}.${field}`, none] as const),
        ),
      ]);
    default:
      return tasks;
  }
}

function valuesOfField(field: string, { activities = [], workers = [] }: KnownWorkspace): Set<string> {
  const quoted = (values: readonly string[]) =>
    new Set(values.slice(0, maxValues).map((value) => `'${value}'`));
  switch (field) {
    case 'activity_sid':
      return quoted(activities.map(({ sid }) => sid));
    case 'activity_name':
      return quoted(activities.map(({ name }) => name));
    case 'friendly_name':
      return quoted(workers.map(({ friendlyName }) => friendlyName));
    default:
      return quoted(workers.map(({ sid }) => sid));
  }
}

export const operatorHelp: Readonly<Record<string, Message>> = {
  '==': message('Equal. Always false for an array.'),
  '!=': message('Not equal. Always false for an array.'),
  '>': message('Greater than'),
  '>=': message('Greater than or equal'),
  '<': message('Less than'),
  '<=': message('Less than or equal'),
  CONTAINS: message('The string on the left contains the one on the right.'),
  HAS: message(
    'The array on the left has the value on the right. Always false if the left side is not an array.',
  ),
  IN: message(
    'The array on the right has the value on the left. Always false if the right side is not an array.',
  ),
  'NOT IN': message(
    'The array on the right does not have the value on the left. Always false if the right side is not an array.',
  ),
  AND: message('Both conditions are true.'),
  OR: message('At least one of the conditions is true.'),
};

/** What can stand where the cursor is. */
export function complete(
  document: WorkflowDocument,
  offset: number,
  known: KnownWorkspace,
): Completions | undefined {
  const place = placeAt(document, offset);
  if (!place) return undefined;
  if (place.type === 'expression') return inExpression(place.part, offset, known);
  const { range, type } = place;
  if (type === 'queue') return { range, items: (known.queues ?? []).map(resource) };
  if (type === 'knownWorker') {
    const keys = [...keysIn(known.tasks ?? []).keys()];
    return { range, items: keys.map((key) => ({ text: `task.${key}`, kind: 'key' })) };
  }
  const typed = /[\w$.]*$/.exec(document.text.slice(range.start, offset))![0];
  const keys = [...keysIn((known.workers ?? []).map(({ attributes }) => attributes)).keys()];
  return {
    range: { start: offset - typed.length, end: offset },
    items: keys.map((key) => ({ text: `worker.${key}`, kind: 'key' })),
  };
}

const resource = ({ sid, name }: { readonly sid: string; readonly name: string }): Completion => ({
  ...{ text: sid, name, kind: 'resource' },
});

const token = /'[^']*'?|"[^"]*"?|[\w$][\w$.[\]]*|[=!<>]=?-?|[()[\],]/g;
const comparison = /^([=!<>]=?-?|CONTAINS|HAS|IN)$/i;

function inExpression(part: ExpressionPart, offset: number, known: KnownWorkspace): Completions {
  const cursor = part.from(offset);
  const before = part.text.slice(0, cursor);
  const tokens = [...before.matchAll(token)].map(([text]) => text);
  const last = tokens.at(-1) ?? '';
  const isTyping = last !== '' && before.endsWith(last) && /^['"\w$]/.test(last);
  const typed = isTyping ? last : '';
  const done = isTyping ? tokens.slice(0, -1) : tokens;
  // The rest of the word that the cursor is in is replaced too.
  const [rest = ''] = /^[\w$.]*/.exec(part.text.slice(cursor)) ?? [];
  const quote = /^['"]/.exec(typed)?.[0];
  const end = quote && part.text[cursor] === quote ? cursor + 1 : quote ? cursor : cursor + rest.length;
  const range = part.at({ start: cursor - typed.length, end });
  return { range, items: itemsAfter(done, keysFor(part.context, known), known, part.context) };
}

function itemsAfter(
  done: readonly string[],
  keys: ReadonlyMap<string, Set<string>>,
  known: KnownWorkspace,
  context: ExpressionPart['context'],
): Completion[] {
  const names = new Map((known.activities ?? []).map(({ sid, name }) => [sid, name]));
  const keyItems = [...keys.keys()].map((key): Completion => {
    const name = names.get(key.replace(/^workers\./, ''));
    return { text: key, kind: 'key', ...(name === undefined ? {} : { name }) };
  });
  const operators = (...all: string[]) =>
    all.map((text): Completion => ({ text, kind: 'operator', help: operatorHelp[text]! }));
  const last = done.at(-1);
  if (last !== undefined && comparison.test(last)) {
    const values = [...(keys.get(done.at(-2) ?? '') ?? [])].map((text): Completion => {
      const name = names.get(text.slice(1, -1));
      return { text, kind: 'value', ...(name === undefined ? {} : { name }) };
    });
    return context === 'filter' || context === 'skip_if' ? values : [...values, ...keyItems];
  }
  if (last === undefined || last === '(' || /^(AND|OR)$/i.test(last)) return keyItems;
  if (last === ',' || last === '[')
    return [...(keys.get(done.findLast((one) => keys.has(one)) ?? '') ?? [])].map((text) => ({
      text,
      kind: 'value',
    }));
  const isCompared = done.length > 1 && (last === ')' || last === ']' || comparison.test(done.at(-2)!));
  return isCompared
    ? operators('AND', 'OR')
    : operators('==', '!=', '>', '>=', '<', '<=', 'CONTAINS', 'HAS', 'IN', 'NOT IN');
}
