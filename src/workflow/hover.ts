import { comparisonsOf, printPath } from '../routing/expressions/syntax';
import type { Comparison, Key, TextRange } from '../routing/expressions/syntax';
import { message } from '../taskrouter/message';
import type { Message } from '../taskrouter/message';
import { operatorHelp } from './completion';
import { nameOf, workerCount } from './diagnostics/workspace';
import { workerValues } from './diagnostics/comparisons';
import { keysOf } from './document';
import type { ExpressionPart, WorkflowDocument } from './document';
import { layOut } from './format';
import type { KnownWorkspace } from './known';
import { placeAt, sidAt } from './places';
import type { Place } from './places';

export interface Hover {
  readonly range: TextRange;
  readonly lines: readonly Message[];
  /** A long expression, one comparison on each line. */
  readonly code?: string;
}

/** Shorter ones are read easily as they are. */
const longExpression = 60;

/** What stands at a place means: a name, a key, an operator, or an expression. */
export function hover(document: WorkflowDocument, offset: number, known: KnownWorkspace): Hover | undefined {
  const place = placeAt(document, offset);
  if (!place) return undefined;
  const sid = sidAt(document, offset);
  const name = sid === undefined ? undefined : nameOf(sid, known);
  if (place.type !== 'expression') {
    return name === undefined
      ? undefined
      : { range: place.range, lines: [message('{sid} is {name}', { sid: sid!, name })] };
  }
  const { part } = place;
  const at = part.from(offset);
  const isHere = ({ start, end }: TextRange) => at >= start && at <= end;
  const { expression } = part.parsed;
  const comparison = expression && comparisonsOf(expression).find(({ range }) => isHere(range));
  const code = part.text.length > longExpression ? layOut(part.text) : undefined;
  const lines = [
    ...(name === undefined ? [] : [message('{sid} is {name}', { sid: sid!, name })]),
    ...(comparison ? linesOf(comparison, isHere, part, known) : []),
    ...matchingWorkers(place, known),
  ];
  if (lines.length === 0 && code === undefined) return undefined;
  return {
    range: part.at(comparison?.range ?? { start: 0, end: part.text.length }),
    lines,
    ...(code ? { code } : {}),
  };
}

function linesOf(
  { left, right, operator, operatorRange }: Comparison,
  isHere: (range: TextRange) => boolean,
  { context }: ExpressionPart,
  known: KnownWorkspace,
): Message[] {
  const key = [left, right].flatMap(keysOf).find(({ range }) => isHere(range));
  if (key) return [...meaningOf(key, context), ...seenValues(key, context, known)];
  if (!isHere(operatorRange)) return [];
  return [message('{operator}: {meaning}', { operator, meaning: operatorHelp[operator]! })];
}

const fieldMeanings: Readonly<Record<string, Message>> = {
  'worker.sid': message('The SID of the worker'),
  'worker.friendly_name': message('The name of the worker'),
  'worker.activity_sid': message('The SID of the worker’s activity'),
  'worker.activity_name': message('The name of the worker’s activity'),
  'workers.available': message('How many of the queue’s workers are in an available activity'),
  'workers.unavailable': message('How many of the queue’s workers are in an unavailable activity'),
};
const channelMeanings: Readonly<Record<string, Message>> = {
  configured_capacity: message('How many tasks of this channel the worker can have'),
  assigned_tasks: message('How many tasks of this channel the worker has accepted'),
  available_capacity_percentage: message('How much of the capacity is free, from 0 to 100'),
};

function meaningOf({ path }: Key, context: ExpressionPart['context']): Message[] {
  const key = printPath(path);
  const channel =
    path[0] === 'worker' && path[1] === 'channel' ? channelMeanings[String(path[3])] : undefined;
  const field = context === 'target' || context === 'skip_if' ? (fieldMeanings[key] ?? channel) : undefined;
  if (field) return [message('{key}: {meaning}', { key, meaning: field })];
  const isOfWorker = context === 'queue' || (context === 'target' && path[0] === 'worker');
  const isOfTask = context === 'filter' || (context === 'target' && path[0] === 'task');
  if (isOfWorker) return [message('{key}: an attribute of the worker', { key })];
  return isOfTask ? [message('{key}: an attribute of the task', { key })] : [];
}

/** Values of one key in a hover. */
const maxValues = 8;

function seenValues(key: Key, context: ExpressionPart['context'], known: KnownWorkspace): Message[] {
  const values = workerValues(key, context, known);
  if (!values?.length) return [];
  const distinct = [...new Set(values.map((value) => JSON.stringify(value)))];
  return [
    message('{count} of {total} workers have it: {values}', {
      count: values.length,
      total: known.workers!.length,
      values: distinct.slice(0, maxValues).join(', ') + (distinct.length > maxValues ? ', …' : ''),
    }),
  ];
}

function matchingWorkers(place: Extract<Place, { type: 'expression' }>, known: KnownWorkspace): Message[] {
  const counted = workerCount(place.part, place.target?.queue, known);
  if (!counted) return [];
  const { matching, possible, total } = counted;
  return possible > 0
    ? [
        message('{matching} of {total} workers match; {possible} more depending on the task.', {
          ...{ matching, total, possible },
        }),
      ]
    : [message('{matching} of {total} workers match.', { matching, total })];
}
