import { isDeeperThan, maxDepth } from './depth';
import { ExactNumber, withExactNumbers } from './exactNumbers';

/** Larger attributes are not parsed. Twilio's own limit is 4 kB for a worker and 64 kB for a task. */
const maxCharacters = 128 * 1024;

/** The attributes as an object, or undefined when they are absent, too large, too deep, or not a JSON object. */
export function parseAttributes(
  raw: string | null | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (!raw || raw.length > maxCharacters) return undefined;
  try {
    const parsed: unknown = JSON.parse(raw);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    return isDeeperThan(parsed, maxDepth) ? undefined : (parsed as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

/** As `parseAttributes`, with an ExactNumber for each number that JavaScript would write in another way. */
export function exactAttributes(raw: string | null | undefined): ReturnType<typeof parseAttributes> {
  const parsed = parseAttributes(raw);
  return parsed && withExactNumbers(raw!, parsed);
}

/** One attribute as text; objects and lists are not. */
export function attribute(raw: string | null | undefined, key: string): string | undefined {
  const attributes = exactAttributes(raw);
  return attributes && ownText(attributes, key);
}

function ownText(attributes: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  return typeof value === 'string' || typeof value === 'number' || value instanceof ExactNumber
    ? String(value)
    : undefined;
}

/** The keys in which Flex, Studio and hand-written flows say what a task is about, the most descriptive first. */
const titleKeys = [
  'name',
  'customerName',
  'customer_name',
  'caller_name',
  'title',
  'subject',
  'customerAddress',
  'from',
  'caller',
  'email',
  'type',
  'selected_product',
  'selected_language',
];

/** What a task's attributes say that it is about, the most descriptive first. */
export function titlesIn(raw: string | null | undefined): readonly string[] {
  const attributes = exactAttributes(raw);
  return attributes ? titleKeys.flatMap((key) => ownText(attributes, key) ?? []) : [];
}
