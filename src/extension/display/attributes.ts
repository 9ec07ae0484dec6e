import { plain } from './safeText';

/** Attributes larger than this are not looked into; Twilio's own limit is 4 kB for a worker, 64 kB for a task. */
const mostCharacters = 128 * 1024;

/** The attributes as an object, or undefined when they are absent, too large, or not a JSON object. */
export function parseAttributes(
  raw: string | null | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (!raw || raw.length > mostCharacters) return undefined;
  try {
    const parsed: unknown = JSON.parse(raw);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    return parsed as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** One attribute as text; objects and lists are not. */
export function attribute(raw: string | null | undefined, key: string): string | undefined {
  const attributes = parseAttributes(raw);
  if (!attributes || !Object.hasOwn(attributes, key)) return undefined;
  const value = attributes[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** The keys that say best what a task is about, as Flex, Studio and hand-written flows name them. */
const telling = [
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

/** What a task is about in a few words, or undefined when its attributes do not tell. */
export function tellingAttribute(raw: string | null | undefined): string | undefined {
  const attributes = parseAttributes(raw);
  if (!attributes) return undefined;
  for (const key of telling) {
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const shown = plain(String(value), 60);
    if (shown) return shown;
  }
  return undefined;
}

/** Whether a text stands anywhere in the attributes as a value: then it is their author's, not the person's. */
export function holdsValue(raw: string | null | undefined, text: string): boolean {
  const left: unknown[] = [parseAttributes(raw)];
  while (left.length) {
    const value = left.pop();
    if (typeof value === 'object' && value !== null) left.push(...(Object.values(value) as unknown[]));
    else if ((typeof value === 'string' || typeof value === 'number') && String(value) === text) return true;
  }
  return false;
}
