import { l10n } from 'vscode';
import { parseAttributes } from '../../../taskrouter/attributes';
import type { TaskModel } from './taskState';

/** Arguments of messages that name what the account's owner configured. */
const configured = new Set([
  'queue',
  'workflow',
  'filter',
  'target',
  'worker',
  'channel',
  'activity',
  'expression',
]);

/** The model without what the attributes of tasks say of their customers. */
export function withoutCustomerData(model: TaskModel): TaskModel {
  const { facts, explanation, timeline } = model;
  const tasks = [facts.task, ...(facts.waitingTasks ?? [])];
  const values = new Set(tasks.flatMap((task) => valuesIn(parseAttributes(task?.attributes))));
  // A long value was cut when it became part of a sentence.
  const isCustomers = (text: string) =>
    values.has(text) ||
    (text.endsWith('…') && [...values].some((value) => value.startsWith(text.slice(0, -1))));
  const masked = <T>(value: T): T => mask(value, isCustomers, l10n.t('[customer data]')) as T;
  return {
    ...model,
    facts: {
      ...facts,
      ...(facts.task ? { task: { ...facts.task, attributes: undefined, addons: undefined } } : {}),
    },
    ...(explanation ? { explanation: masked(explanation) } : {}),
    ...(timeline ? { timeline: masked(timeline) } : {}),
  };
}

/** Every value of the attributes as text, and as the JSON in which an explanation shows it. */
function valuesIn(value: unknown): string[] {
  if (value === null || typeof value === 'boolean' || value === undefined) return [];
  const nested = typeof value === 'object' ? Object.values(value).flatMap(valuesIn) : [];
  const text = typeof value === 'string' ? [value] : [];
  return [...nested, ...text, JSON.stringify(value)];
}

/** Masks arguments of messages and values of comparisons; all other text is ours, or a name. */
function mask(node: unknown, isCustomers: (text: string) => boolean, instead: string): unknown {
  if (Array.isArray(node)) return node.map((one) => mask(one, isCustomers, instead));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([name, value]: [string, unknown]): [string, unknown] => {
    if (name === 'args' && typeof value === 'object' && value !== null)
      return [name, maskArguments(value, isCustomers, instead)];
    const isValue = name === 'value' && typeof value === 'string';
    return [name, isValue && isCustomers(value) ? instead : mask(value, isCustomers, instead)];
  });
  return Object.fromEntries(entries);
}

const maskArguments = (args: object, isCustomers: (text: string) => boolean, instead: string): object =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === 'string' && !configured.has(name) && isCustomers(value)
        ? instead
        : mask(value, isCustomers, instead),
    ]),
  );
