import { ExpressionError } from '../routing/expressions/errors';
import { parse } from '../routing/expressions/parse';
import type { Context } from '../routing/expressions/scope';
import type { Comparison, Expression, Operand, TextRange } from '../routing/expressions/syntax';
import { defaultOptions } from '../routing/options';
import { placesIn } from '../routing/workflow/jsonString';
import { propertyOf, readJson } from './json';
import type { JsonObject, JsonString, JsonValue } from './json';
import { maskTemplates, templatesIn } from './templates';
import { readTerraform } from './terraform';

/** An expression in a string of the document. Its ranges are of `text`; `at` finds them in the document. */
export interface ExpressionPart {
  readonly context: Context;
  readonly text: string;
  /** Where it stands in the document, with its quotation marks. */
  readonly range: TextRange;
  readonly hasTemplate: boolean;
  readonly at: (range: TextRange) => TextRange;
  /** The place in `text` of an offset in the document. */
  readonly from: (offset: number) => number;
  readonly parsed: ParsedExpression;
}

export interface ParsedExpression {
  /** As TaskRouter reads it. Where Twilio does not document that, everything is accepted that it may accept. */
  readonly expression?: Expression;
  /** Present when AND and OR are mixed without parentheses: the same read from left to right. */
  readonly leftToRight?: Expression;
  /** Why TaskRouter refuses it. */
  readonly error?: ExpressionError;
}

export interface TargetPart {
  readonly object: JsonObject;
  readonly index: number;
  /** The queue's SID, or whatever stands for it; that of the previous target when omitted. */
  readonly queue?: string;
  readonly expression?: ExpressionPart;
  readonly skipIf?: ExpressionPart;
}

export interface FilterPart {
  readonly object: JsonObject;
  readonly index: number;
  readonly name?: string;
  readonly expression?: ExpressionPart;
  readonly targets: readonly TargetPart[];
}

export interface ConfigurationPart {
  /** The value of `task_routing`. */
  readonly object: JsonObject;
  readonly nameRange: TextRange;
  readonly filters: readonly FilterPart[];
  readonly defaultTarget?: TargetPart;
}

export interface WorkflowDocument {
  readonly text: string;
  readonly configurations: readonly ConfigurationPart[];
  /** TargetWorkers of queues, in a document that has them beside its workflows. */
  readonly targetWorkers: readonly ExpressionPart[];
  /** Whether a range has a template in it. */
  readonly isTemplate: (range: TextRange) => boolean;
}

/** Documents that can have workflows in them. */
export type Format = 'json' | 'terraform';

/** Expressions that were parsed, for the next version of a document. */
export type ParsedExpressions = Map<string, ParsedExpression>;
const maxParsed = 20_000;

function* readTemplateOfJson(text: string) {
  const templates = templatesIn(text);
  return { value: yield* readJson(maskTemplates(text, templates)), templates };
}

/** Finds the workflow configurations in a document: JSON, with comments or without, or Terraform. */
export function* readDocument(
  text: string,
  known: ParsedExpressions,
  format: Format = 'json',
): Generator<undefined, WorkflowDocument, undefined> {
  const { value: root, templates } = yield* format === 'json'
    ? readTemplateOfJson(text)
    : readTerraform(text);
  if (known.size > maxParsed) known.clear();
  const reader = new Reader(text, templates, known);
  if (root) yield* reader.read(root);
  const { configurations, targetWorkers, isTemplate } = reader;
  return { text, configurations, targetWorkers, isTemplate };
}

/** A value that stands for nothing, such as a key that is left out. */
export const isAbsent = (value: JsonValue | undefined): boolean =>
  !value || value.type === 'null' || (value.type === 'string' && value.value === '');

const queueKeys = new Set(['target_workers', 'targetWorkers', 'TargetWorkers']);

class Reader {
  readonly configurations: ConfigurationPart[] = [];
  readonly targetWorkers: ExpressionPart[] = [];
  #read = 0;

  constructor(
    private readonly text: string,
    private readonly templates: readonly TextRange[],
    private readonly known: ParsedExpressions,
  ) {}

  readonly isTemplate = (range: TextRange): boolean => this.#templatesIn(range).length > 0;

  #templatesIn({ start, end }: TextRange): readonly TextRange[] {
    let [from, to] = [0, this.templates.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.templates[middle]!.end > start) to = middle;
      else from = middle + 1;
    }
    const found: TextRange[] = [];
    for (let i = from; i < this.templates.length && this.templates[i]!.start < end; i++) {
      found.push(this.templates[i]!);
    }
    return found;
  }

  *read(value: JsonValue): Generator<undefined, void, undefined> {
    if (value.type === 'array') for (const item of value.items) yield* this.read(item);
    if (value.type !== 'object') return;
    for (const { name, nameRange, value: inner } of value.properties) {
      if (!inner) continue;
      if (name === 'task_routing' && inner.type === 'object' && isConfiguration(inner)) {
        this.configurations.push(yield* this.#configuration(inner, nameRange));
      } else if (queueKeys.has(name) && inner.type === 'string') {
        this.targetWorkers.push(this.#expression(inner, 'queue'));
      } else yield* this.read(inner);
    }
  }

  *#configuration(
    object: JsonObject,
    nameRange: TextRange,
  ): Generator<undefined, ConfigurationPart, undefined> {
    const filters: FilterPart[] = [];
    for (const [index, filter] of objectsIn(propertyOf(object, 'filters'))) {
      filters.push(this.#filter(filter, index));
      if (++this.#read % 30 === 0) yield;
    }
    const otherwise = propertyOf(object, 'default_filter');
    const defaultTarget = otherwise?.type === 'object' ? this.#target(otherwise, 0) : undefined;
    return { object, nameRange, filters, ...(defaultTarget ? { defaultTarget } : {}) };
  }

  #filter(object: JsonObject, index: number): FilterPart {
    const targets: TargetPart[] = [];
    for (const [at, target] of objectsIn(propertyOf(object, 'targets'))) {
      targets.push(this.#target(target, at, targets.at(-1)?.queue));
    }
    const name = textIn(object, 'filter_friendly_name') ?? textIn(object, 'friendly_name');
    const expression = this.#expressionIn(object, 'expression', 'filter');
    return {
      ...{ object, index, targets },
      ...(name === undefined ? {} : { name }),
      ...(expression ? { expression } : {}),
    };
  }

  #target(object: JsonObject, index: number, inherited?: string): TargetPart {
    const queue = textIn(object, 'queue') ?? inherited;
    const expression = this.#expressionIn(object, 'expression', 'target');
    const skipIf = this.#expressionIn(object, 'skip_if', 'skip_if');
    return {
      ...{ object, index },
      ...(queue === undefined ? {} : { queue }),
      ...(expression ? { expression } : {}),
      ...(skipIf ? { skipIf } : {}),
    };
  }

  #expressionIn(object: JsonObject, name: string, context: Context): ExpressionPart | undefined {
    const value = propertyOf(object, name);
    if (value?.type !== 'string' || value.value === '') return undefined;
    return this.#expression(value, context);
  }

  #expression({ value: masked, range }: JsonString, context: Context): ExpressionPart {
    const { start, end } = range;
    const escaped = this.text.slice(start + 1, end - 1);
    const isPlain = !escaped.includes('\\');
    let places: readonly number[] | undefined;
    const place = (at: number) => (isPlain ? at : ((places ??= placesIn(escaped))[at] ?? escaped.length));
    const inside = ({ start: from, end: to }: TextRange) => ({
      start: start + 1 + place(from),
      end: start + 1 + place(to),
    });
    const templates = this.#templatesIn(range);
    const text = templates.length === 0 ? masked : withoutQuotesAroundTemplates(masked);
    const parsed = () => this.#parse(text);
    return {
      ...{ context, text, range, hasTemplate: templates.length > 0, at: inside },
      from: (offset) => {
        const wanted = offset - start - 1;
        if (isPlain) return Math.max(0, Math.min(wanted, text.length));
        const at = (places ??= placesIn(escaped)).findIndex((one) => one >= wanted);
        return at < 0 ? text.length : at;
      },
      get parsed() {
        return parsed();
      },
    };
  }

  #parse(text: string): ParsedExpression {
    let parsed = this.known.get(text);
    if (!parsed) this.known.set(text, (parsed = parsedOf(text)));
    return parsed;
  }
}

/** Other programs name something else `task_routing`. */
const isConfiguration = (object: JsonObject): boolean =>
  propertyOf(object, 'filters')?.type === 'array' || propertyOf(object, 'default_filter')?.type === 'object';

function* objectsIn(value: JsonValue | undefined): Generator<readonly [number, JsonObject]> {
  if (value?.type !== 'array') return;
  for (const [i, item] of value.items.entries()) if (item.type === 'object') yield [i, item];
}

function textIn(object: JsonObject, name: string): string | undefined {
  const value = propertyOf(object, name);
  return value?.type === 'string' && value.value !== '' ? value.value : undefined;
}

/** Whether a comparison is known only when its template is filled in. */
export const isOpaque = ({ left, right }: Comparison): boolean =>
  [...keysOf(left), ...keysOf(right)].some(({ path }) => path.some((name) => String(name).includes('$__')));

/** A string with a template in it becomes a key of the same length: neither has a known value. */
const withoutQuotesAroundTemplates = (masked: string): string =>
  masked.replace(/'[^']*'|"[^"]*"/g, (string) =>
    string.includes('$__') ? `$${'_'.repeat(string.length - 1)}` : string,
  );

/** Whatever the undocumented choices are, TaskRouter refuses what these refuse. */
const lenient = { ...defaultOptions, bareKeys: true, keywordCase: 'any', emptyLists: true } as const;

function parsedOf(text: string): ParsedExpression {
  try {
    const expression = parse(text, lenient);
    if (!/\bAND\b/i.test(text) || !/\bOR\b/i.test(text)) return { expression };
    const leftToRight = parse(text, { ...lenient, andBeforeOr: false });
    return shapeOf(leftToRight) === shapeOf(expression) ? { expression } : { expression, leftToRight };
  } catch (error) {
    if (error instanceof ExpressionError) return { error };
    throw error;
  }
}

/** How AND and OR group the comparisons. */
const shapeOf = (expression: Expression): string =>
  expression.type === 'comparison'
    ? String(expression.range.start)
    : `${expression.type}(${expression.operands.map(shapeOf).join()})`;

/** The readings of an expression: what is said of it must hold for each. */
export const readingsOf = ({ expression, leftToRight }: ParsedExpression): readonly Expression[] =>
  [expression, leftToRight].filter((one) => one !== undefined);

/** The keys among operands, also those in lists. */
export const keysOf = (operand: Operand): Extract<Operand, { type: 'key' }>[] =>
  operand.type === 'key' ? [operand] : operand.type === 'list' ? operand.items.flatMap(keysOf) : [];
