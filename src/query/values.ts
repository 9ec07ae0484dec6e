import { exactAttributes } from '../taskrouter/attributes';
import { ExactNumber } from '../taskrouter/exactNumbers';

/** An own property of nested objects; undefined where one is missing. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

export const isNumber = (value: unknown): value is number | ExactNumber =>
  typeof value === 'number' || value instanceof ExactNumber;

/** A value that has no parts as text, numbers as they were written; '' for any other. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'boolean' || isNumber(value) ? String(value) : '';

/** An attribute as text: objects and lists as JSON, and '' where there is none. */
export function attributeText(raw: string, path: readonly string[]): string {
  const value = valueAt(exactAttributes(raw), path);
  return typeof value === 'object' && value !== null ? jsonOf(value) : textOf(value);
}

function jsonOf(value: unknown): string {
  if (isNumber(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${jsonOf(inner)}`);
  return `{${entries.join(',')}}`;
}

interface Decimal {
  readonly sign: number;
  /** After the point, without zeros at either end. */
  readonly digits: string;
  readonly exponent: number;
}

function decimalOf(value: number | ExactNumber): Decimal {
  const [, minus = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(String(value)) ?? [];
  const all = whole + fraction;
  let [start, end] = [0, all.length];
  while (all[start] === '0') start++;
  while (end > start && all[end - 1] === '0') end--;
  const digits = all.slice(start, end);
  const sign = digits === '' ? 0 : minus ? -1 : 1;
  return { sign, digits, exponent: whole.length - start + Number(power) };
}

/** Below 0 where the first is less, above where it is more: by all of their digits. */
export function compareNumbers(one: number | ExactNumber, other: number | ExactNumber): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  const [a, b] = [decimalOf(one), decimalOf(other)];
  if (a.sign !== b.sign || a.sign === 0) return a.sign - b.sign;
  const size = a.exponent - b.exponent || Number(a.digits > b.digits) - Number(a.digits < b.digits);
  return a.sign * size;
}
