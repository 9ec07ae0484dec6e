import { defaultOptions, routingDoubts } from '../options';
import type { OptionName, RoutingOptions } from '../options';
import { comparator } from './compare';
import type { Holds, Literals } from './compare';
import type { Truth } from './compile';
import type { Context } from './scope';
import { printNumber } from './syntax';
import type { Comparison, Key, Literal, Operand, Operator } from './syntax';

/** A comparison of one key with constants. */
export interface KeyedComparison {
  readonly path: Key['path'];
  readonly operator: Operator;
  readonly constant: Literal['value'] | readonly Literal['value'][];
  readonly keyIsLeft: boolean;
}

/** A comparison, and whether it must be true or false. */
export interface Fact {
  readonly comparison: KeyedComparison;
  readonly wanted: boolean;
}

/** One choice for each point on which Twilio's pages are silent: what is concluded must hold in all of them. */
type World = RoutingOptions;

/** Every combination of the choices that these options have. */
const worldsOf = (...names: readonly OptionName[]): readonly World[] =>
  names.reduce<readonly World[]>(
    (worlds, name) =>
      worlds.flatMap((world) => routingDoubts[name].choices.map((choice) => ({ ...world, [name]: choice }))),
    [defaultOptions],
  );
const aboutNull = ['nullEqualsNull', 'nullDiffersFromValues', 'nullIsLowest', 'notInNull'] as const;
const aboutValues = ['numericStringsEqualNumbers', 'caseSensitiveStrings'] as const;
const worldsOfValues = worldsOf(...aboutValues);
const worldsWithNull = worldsOf(...aboutNull, ...aboutValues);

const comparators = new Map<World, Map<string, Holds>>();

function holdsIn(world: World, operator: Operator, left: unknown, right: unknown, literals: Literals) {
  const key = `${operator} ${literals.leftIsNull} ${literals.rightIsNull}`;
  let known = comparators.get(world);
  if (!known) comparators.set(world, (known = new Map<string, Holds>()));
  let holds = known.get(key);
  if (!holds) known.set(key, (holds = comparator(operator, world, literals)));
  return holds(left, right);
}

const constantOf = (operand: Operand): KeyedComparison['constant'] | undefined => {
  if (operand.type === 'literal') return operand.value;
  if (operand.type === 'key') return undefined;
  const values = operand.items.map((item) => (item.type === 'literal' ? item.value : undefined));
  return values.includes(undefined) ? undefined : (values as Literal['value'][]);
};

/** Longer lists and texts take too long to reason about. */
const maxConstants = 60;
const maxLength = 1000;

/** From 2^53 on, different numbers can be one here, and need not be one for TaskRouter. */
const isExactNumber = (value: number): boolean => Math.abs(value) < 2 ** 53;

/** Whether all numbers of a comparison are those that TaskRouter reads: nothing is known of others. */
export const isExact = ({ left, right }: Comparison): boolean =>
  [left, right].every((operand) =>
    [constantOf(operand)].flat().every((value) => typeof value !== 'number' || isExactNumber(value)),
  );

const canBeReasonedAbout = (value: unknown): boolean =>
  typeof value !== 'string' ||
  (value.length <= maxLength && (!isNumberText(value) || isExactNumber(Number(value))));

/** The comparison of a key with constants; undefined for any other. */
export function keyed({ left, right, operator }: Comparison): KeyedComparison | undefined {
  const [key, other] = left.type === 'key' ? [left, right] : [right, left];
  const constant = constantOf(other);
  if (key.type !== 'key' || constant === undefined) return undefined;
  if (Array.isArray(constant) && constant.length > maxConstants) return undefined;
  if (![constant].flat().every(canBeReasonedAbout)) return undefined;
  return { path: key.path, operator, constant, keyIsLeft: key === left };
}

/** The result of a comparison without keys; undefined for one that has them. */
export function constantTruth({ left, right, operator }: Comparison): Truth | undefined {
  const [a, b] = [constantOf(left), constantOf(right)];
  if (a === undefined || b === undefined) return undefined;
  if (dependsOnText(operator, a, b)) return 'unknown';
  const literals = { leftIsNull: a === null, rightIsNull: b === null };
  const [first, ...others] = worldsWithNull.map((world) => holdsIn(world, operator, a, b, literals));
  return others.every((result) => result === first) ? first! : 'unknown';
}

/** How numbers are written is not documented: 1 or 1.0, 0.0000001 or 1E-7. */
const dependsOnText = (operator: Operator, left: unknown, right: unknown): boolean =>
  operator === 'CONTAINS' && (typeof left === 'number' || typeof right === 'number');

/** Values that the comparisons of a key do not tell apart, or for which the comparisons are unknown. */
interface ValueClass {
  /** A `text` or `number` stands for others, and a `variant` for texts that differ from a constant in letter case only. */
  readonly kind: 'exact' | 'number' | 'text' | 'variant' | 'array' | 'object';
  /** One of them. */
  readonly value?: unknown;
}

/** What values a key can have. */
export type Domain = 'any' | 'missing' | NumberDomain;

interface NumberDomain {
  readonly min: number;
  readonly max: number;
  readonly canBeMissing: boolean;
}

const channelNumbers: Readonly<Record<string, number>> = {
  configured_capacity: Infinity,
  assigned_tasks: Infinity,
  available_capacity_percentage: 100,
};

export function domainOf([first, second, third, fourth, ...more]: Key['path'], context: Context): Domain {
  if (context === 'skip_if') {
    const name = String(second);
    const isCount = first === 'workers' && third === undefined && /^(un)?available$|^WA/.test(name);
    return isCount ? { min: 0, max: Infinity, canBeMissing: name.startsWith('WA') } : 'missing';
  }
  const inChannel = first === 'worker' && second === 'channel' && third !== undefined && more.length === 0;
  if (context !== 'target' || !inChannel) return 'any';
  const max = typeof fourth === 'string' ? channelNumbers[fourth] : undefined;
  return max === undefined ? 'any' : { min: 0, max, canBeMissing: true };
}

/** Whether some value of a key makes all facts true. Also true where that is not certain. */
export function someValueFits(facts: readonly Fact[], domain: Domain): boolean {
  for (const one of classesOf(facts, domain)) if (fits(one, facts)) return true;
  return false;
}

const isNumberText = (text: string) => /^-?\d+(\.\d+)?$/.test(text);

function* classesOf(facts: readonly Fact[], domain: Domain): Generator<ValueClass> {
  if (domain === 'any' || domain === 'missing' || domain.canBeMissing) yield { kind: 'exact', value: null };
  if (domain === 'missing') return;
  const constants = facts.flatMap(({ comparison: { constant } }) => constant);
  const texts = [...new Set(constants.filter((one) => typeof one === 'string'))];
  const numbers = constants.filter((one) => typeof one === 'number');
  const values = samples([...numbers, ...texts.filter(isNumberText).map(Number)]);
  if (domain !== 'any') {
    const { min, max } = domain;
    const within = samples([...values, min]).filter((value) => value >= min && value <= max);
    for (const value of within) yield { kind: 'number', value };
    return;
  }
  for (const value of [true, false, ...texts]) yield { kind: 'exact', value };
  for (const value of values) {
    yield { kind: numbers.includes(value) ? 'exact' : 'number', value };
    yield { kind: 'text', value: textOf(value, texts) };
  }
  for (const text of texts) {
    const variant = variantOf(text, texts);
    if (variant !== undefined) yield { kind: 'variant', value: variant };
  }
  let other = 'other';
  while (texts.some((text) => text.toLowerCase() === other)) other += '_';
  yield { kind: 'text', value: other };
  yield { kind: 'array' };
  yield { kind: 'object' };
}

/** A text that differs from this one in letter case only, and is none of these. */
function variantOf(text: string, texts: readonly string[]): string | undefined {
  const isVariant = (other: string) => !texts.includes(other) && other.toLowerCase() === text.toLowerCase();
  for (const other of [text.toUpperCase(), text.toLowerCase()]) if (isVariant(other)) return other;
  const chars = [...text];
  for (const [i, char] of chars.entries()) {
    const toggled = char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase();
    const other = [...chars.slice(0, i), toggled, ...chars.slice(i + 1)].join('');
    if (isVariant(other)) return other;
  }
  return undefined;
}

/** The numbers, and one of each interval between them. */
function samples(numbers: readonly number[]): number[] {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  if (sorted.length === 0) return [0];
  const between = sorted.slice(1).map((number, i) => (number + sorted[i]!) / 2);
  return [sorted[0]! - 1, ...sorted, ...between, sorted.at(-1)! + 1];
}

/** A text that means a number, and is none of these. */
function textOf(value: number, texts: readonly string[]): string {
  const written = printNumber(value);
  let text = written.includes('.') ? `${written}0` : `${written}.0`;
  while (texts.includes(text)) text += '0';
  return text;
}

function fits(one: ValueClass, facts: readonly Fact[]): boolean {
  if (one.kind === 'array') return arrayFits(facts);
  if (one.kind === 'object')
    return facts.every(({ comparison, wanted }) => meets(ofObject(comparison), wanted));
  const hasNull = one.value === null || facts.some(({ comparison }) => isNullConstant(comparison));
  const worlds = hasNull ? worldsWithNull : worldsOfValues;
  return worlds.some((world) =>
    facts.every(({ comparison, wanted }) => meets(truthIn(world, one, comparison), wanted)),
  );
}

const isNullConstant = ({ constant }: KeyedComparison) =>
  constant === null || (Array.isArray(constant) && constant.includes(null));

const meets = (truth: Truth, wanted: boolean) => truth === 'unknown' || truth === wanted;

function truthIn(world: World, { kind, value }: ValueClass, comparison: KeyedComparison): Truth {
  const { operator, constant, keyIsLeft } = comparison;
  const isExact = kind === 'exact' || (kind === 'variant' && !world.caseSensitiveStrings);
  if (!isExact && operator === 'CONTAINS') return 'unknown';
  if (!isExact && kind !== 'number' && /[<>]/.test(operator) && typeof constant === 'string')
    return 'unknown';
  const isNull = constant === null;
  const literals = { leftIsNull: !keyIsLeft && isNull, rightIsNull: keyIsLeft && isNull };
  const [left, right] = keyIsLeft ? [value, constant] : [constant, value];
  if (dependsOnText(operator, left, right)) return 'unknown';
  return holdsIn(world, operator, left, right, literals);
}

function arrayFits(facts: readonly Fact[]): boolean {
  const members = new Map<unknown, boolean>();
  return facts.every(({ comparison, wanted }) => {
    const member = memberOf(comparison);
    if (!member) return meets(ofArray(comparison), wanted);
    const isMember = member.negated !== wanted;
    const known = members.get(member.value);
    members.set(member.value, isMember);
    return known === undefined || known === isMember;
  });
}

/** What a comparison says an array has, or has not. */
function memberOf({ operator, constant, keyIsLeft }: KeyedComparison) {
  if (typeof constant === 'object') return undefined;
  if (keyIsLeft ? operator !== 'HAS' : operator !== 'IN' && operator !== 'NOT IN') return undefined;
  return { value: constant, negated: operator === 'NOT IN' };
}

/** What is not documented of arrays and objects is unknown. */
function ofArray({ operator, constant, keyIsLeft }: KeyedComparison): Truth {
  if (operator === '!=') return constant === null ? 'unknown' : false;
  if (operator === 'NOT IN') return 'unknown';
  if (operator === 'IN') return keyIsLeft ? false : 'unknown';
  return operator === 'HAS' && keyIsLeft ? 'unknown' : false;
}

const ofObject = ({ operator }: KeyedComparison): Truth =>
  operator === '!=' || operator === 'NOT IN' ? 'unknown' : false;
