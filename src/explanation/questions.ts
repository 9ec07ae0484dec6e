import type { Attributes } from '../routing/expressions/scope';
import { readerOf } from '../routing/expressions/scope';
import { print, printPath } from '../routing/expressions/syntax';
import type { Comparison, Expression, Key, Operand } from '../routing/expressions/syntax';
import type { Message } from '../taskrouter/message';
import { message } from '../taskrouter/message';
import type { QueueStatistics } from '../taskrouter/queueStatistics';
import type { ExplanationFacts } from './facts';
import { isWaiting, readable, RoutingModel } from './model';
import { placeOf } from './place';
import { RoutingRules } from './routingRules';
import { listed } from './texts';

/** Whom TaskRouter finds with Workers?TargetWorkersExpression. */
export interface WorkersQuestion {
  readonly kind: 'workers';
  readonly expression: string;
  /** Only available workers: the list of all would take too many requests. */
  readonly available: boolean;
  /** The SIDs of those who match by this page. */
  readonly expected: ReadonlySet<string>;
}

/** How many workers TaskRouter counts in a queue. */
export interface CountsQuestion {
  readonly kind: 'counts';
  readonly queueSid: string;
  readonly queueName: string;
  readonly expected: QueueStatistics;
}

export type Question = WorkersQuestion | CountsQuestion;

/** A comparison that the API cannot make, or this page. `expression` is the name of the queue for all of its workers. */
export interface Unasked {
  readonly expression: string;
  readonly why: Message;
}

export interface Questions {
  readonly questions: readonly Question[];
  readonly unasked: readonly Unasked[];
}

export interface Finding {
  /** `unknown` where TaskRouter's list has rows that could not be read. */
  readonly agrees: boolean | 'unknown';
  readonly message: Message;
}

/** More workers than these are listed in several pages, each of which takes a request. */
const maxListed = 1000;
/** Twilio does not document how long a URL may be; proxies refuse more than about 8 KB. */
const maxExpression = 4000;

/** Whether there is anything to ask about a task: one that waits in a queue whose workers were read. */
export const canBeAsked = ({ task, members }: ExplanationFacts): boolean =>
  isWaiting(task) &&
  members.has(task?.task_queue_sid ?? '') &&
  // A task for one worker does not depend on its queue.
  !task?.routing_target?.startsWith('WK');

/** What TaskRouter can be asked to check who qualifies for a task that waits or is offered. */
export function questionsOf(facts: ExplanationFacts, rules = new RoutingRules()): Questions {
  const { task } = facts;
  const queueSid = task?.task_queue_sid;
  const members = facts.members.get(queueSid ?? '');
  if (!task || !queueSid || !members || !canBeAsked(facts)) return { questions: [], unasked: [] };
  const model = new RoutingModel(facts, task, rules);
  if (facts.incomplete?.some(({ part }) => part === 'workers')) {
    const why = message('This page’s list of workers is incomplete.');
    return { questions: [], unasked: [{ expression: model.queueName(queueSid), why }] };
  }
  const place = placeOf(model);
  const workers = members.flatMap((sid) => model.worker(sid) ?? []);
  const available = workers.filter((worker) => worker.available);
  const counts: CountsQuestion = {
    kind: 'counts',
    queueSid,
    queueName: model.queueName(queueSid),
    expected: { eligible: members.length, available: available.length },
  };
  const isLong = members.length > maxListed;
  const questions: Question[] = [counts];
  const unasked: Unasked[] = [];
  const ask = (expression: string, matching: readonly { readonly sid: string }[]) =>
    void questions.push({
      kind: 'workers',
      expression,
      available: isLong,
      expected: new Set(matching.map(({ sid }) => sid)),
    });
  const listedWorkers = isLong ? available : workers;
  const inQueue = queueExpression(model, queueSid);
  if ('why' in inQueue) return { questions, unasked: inQueue.expression ? [inQueue] : [] };
  ask(inQueue.text, listedWorkers);
  for (const expression of new Set(place.positions.map((one) => model.router!.target(one).expression))) {
    const compiled = expression && readable(() => model.library.expression(expression, 'target'));
    if (!compiled) continue;
    const translated = asWorkerList(compiled.expression, model.attributes, model.library.options);
    const text = 'text' in translated ? `(${inQueue.text}) AND (${translated.text})` : '';
    if ('why' in translated) unasked.push({ expression: compiled.text, why: translated.why });
    else if (text.length > maxExpression) unasked.push({ expression: compiled.text, why: tooLong() });
    else
      ask(
        text,
        listedWorkers.filter((worker) => compiled.test({ task: model.attributes, worker })),
      );
  }
  return { questions, unasked };
}

const tooLong = () => message('It is too long for a request.');

function queueExpression(model: RoutingModel, queueSid: string): { readonly text: string } | Unasked {
  const expression = model.queue(queueSid)?.target_workers?.trim() ?? '';
  const compiled = expression && readable(() => model.library.expression(expression, 'queue'));
  const why = (reason: Message): Unasked => ({ expression, why: reason });
  if (!compiled) return why(message('This page cannot read it.'));
  if (expression.length > maxExpression) return why(tooLong());
  const hasPrefix = keysOf(compiled.expression).some(({ path }) => path[0] === 'worker' && path.length > 1);
  return hasPrefix
    ? why(message('Twilio does not document whether a list of workers can be filtered by keys with worker.'))
    : { text: expression };
}

const operandKeys = (operand: Operand): Key[] =>
  operand.type === 'key' ? [operand] : operand.type === 'list' ? operand.items.flatMap(operandKeys) : [];
const keysOf = (expression: Expression): Key[] =>
  expression.type === 'comparison'
    ? [expression.left, expression.right].flatMap(operandKeys)
    : expression.operands.flatMap(keysOf);

/** Thrown inside `asWorkerList` only. */
class CannotAsk extends Error {
  constructor(readonly why: Message) {
    super(why.text);
  }
}

/**
 * A target's expression as the list of workers takes it: without the prefix `worker.`, with the values of the task for
 * its keys.
 */
export function asWorkerList(
  expression: Expression,
  task: Attributes,
  options: Parameters<typeof readerOf>[2],
): { readonly text: string } | { readonly why: Message } {
  const operand = (one: Operand, inList: boolean): Operand => {
    if (one.type === 'literal') return one;
    if (one.type === 'list') return { ...one, items: one.items.map((item) => operand(item, false)) };
    const [first, ...rest] = one.path;
    if (first === 'worker') return { ...one, path: worker(rest) };
    return valueOperand(one, readerOf(one, 'target', options)({ task }), inList);
  };
  const comparison = (one: Comparison): Comparison => ({
    ...one,
    left: operand(one.left, false),
    right: operand(one.right, one.operator === 'IN' || one.operator === 'NOT IN'),
  });
  const translate = (one: Expression): Expression =>
    one.type === 'comparison' ? comparison(one) : { ...one, operands: one.operands.map(translate) };
  try {
    return { text: print(translate(expression)) };
  } catch (error) {
    if (error instanceof CannotAsk) return { why: error.why };
    throw error;
  }
}

function worker(path: Key['path']): Key['path'] {
  const key = `worker.${printPath(path)}`;
  if (path[0] === 'channel')
    throw new CannotAsk(
      message('A list of workers cannot be filtered by {key}: it has no channels.', { key }),
    );
  return path;
}

function valueOperand(key: Key, value: unknown, inList: boolean): Operand {
  const name = printPath(key.path);
  const cannot = (text: Message) => new CannotAsk(text);
  if (Array.isArray(value)) {
    if (!inList)
      throw cannot(message('{key} is a list, which an expression can have after IN only.', { key: name }));
    return { type: 'list', items: value.map((item) => valueOperand(key, item, false)), range: key.range };
  }
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return { type: 'literal', value, range: key.range };
    case 'string':
      if (/[\\\n\r]/.test(value) || (value.includes('"') && value.includes("'")))
        throw cannot(
          message('{key} has characters for which Twilio documents no way to write them.', { key: name }),
        );
      return { type: 'literal', value, range: key.range };
    default:
      throw cannot(
        value === null || value === undefined
          ? message('The task has no {key}, and a missing value cannot be written in an expression.', {
              key: name,
            })
          : message('{key} is an object, which an expression cannot have.', { key: name }),
      );
  }
}

/**
 * Compares the workers whom TaskRouter found with those whom this page found. `unreadable`: how many more TaskRouter
 * found, whose SIDs could not be read.
 */
export function compareWorkers(
  { expression, expected, available }: WorkersQuestion,
  found: readonly { readonly sid: string; readonly name: string }[],
  nameOf: (workerSid: string) => string,
  unreadable = 0,
): readonly Finding[] {
  const sids = new Set(found.map(({ sid }) => sid));
  const added = found.filter(({ sid }) => !expected.has(sid)).map(({ name }) => name);
  const missing = [...expected].filter((sid) => !sids.has(sid)).map(nameOf);
  if (added.length + missing.length + unreadable === 0)
    return [{ agrees: true, message: agreement(expression, sids.size, available) }];
  const args = (names: readonly string[]) => ({ count: names.length, workers: listed(names), expression });
  const findings: Finding[] = [];
  if (added.length > 0)
    findings.push({
      agrees: false,
      message: message(
        'According to TaskRouter, {workers} ({count}) also match {expression}. This page counts them as not matching.',
        args(added),
      ),
    });
  if (unreadable > 0)
    findings.push({
      agrees: 'unknown',
      message: message(
        'Whether TaskRouter agrees on the workers who match {expression} is not known: rows of its list have no valid SID ({count}).',
        { expression, count: unreadable },
      ),
    });
  // An unreadable row may be any of these.
  else if (missing.length > 0)
    findings.push({
      agrees: false,
      message: message(
        'According to TaskRouter, {workers} ({count}) do not match {expression}. This page counts them as matching.',
        args(missing),
      ),
    });
  return findings;
}

function agreement(expression: string, count: number, available: boolean): Message {
  const args = { expression, count };
  if (available)
    return message('TaskRouter agrees on the available workers who match {expression}: {count}.', args);
  return message('TaskRouter agrees on the workers who match {expression}: {count}.', args);
}

/** Compares what TaskRouter counts in a queue with what this page has. */
export function compareCounts(
  { queueName: queue, expected }: CountsQuestion,
  { eligible, available }: QueueStatistics,
): Finding {
  const agrees = eligible === expected.eligible && available === expected.available;
  const args = { queue, eligible, available };
  return agrees
    ? {
        agrees,
        message: message(
          'TaskRouter agrees on the workers of {queue}: {eligible}, of whom {available} are available.',
          args,
        ),
      }
    : {
        agrees,
        message: message(
          'TaskRouter counts {eligible} workers in {queue}, of whom {available} are available. This page has {ownEligible} and {ownAvailable}.',
          { ...args, ownEligible: expected.eligible, ownAvailable: expected.available },
        ),
      };
}

/** What it means that TaskRouter and the page differ. */
export const meaningOfDifference = (): Message =>
  message(
    'Where they differ, this page is wrong or out of date: workers may have changed since they were read, or TaskRouter reads the expression in another way than Twilio documents. Refresh the page and ask again. If they still differ, TaskRouter is right.',
  );
