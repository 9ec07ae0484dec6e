import { parseAttributes } from '../../taskrouter/attributes';
import { plain } from './safeText';

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

/** What a task is about in a few words, or undefined when its attributes do not say. */
export function taskTitle(raw: string | null | undefined): string | undefined {
  const attributes = parseAttributes(raw);
  if (!attributes) return undefined;
  for (const key of titleKeys) {
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const shown = plain(String(value), 60);
    if (shown) return shown;
  }
  return undefined;
}
