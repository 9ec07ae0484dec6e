import * as resources from '../../src/taskrouter/resources';
import type { Collection } from '../../src/taskrouter/resources';

const isCollection = (value: unknown): value is Collection =>
  typeof value === 'object' && value !== null && 'path' in value && 'noun' in value;

/** Every collection that the extension reads, by its name in the source. */
export const collections: Readonly<Record<string, Collection>> = Object.fromEntries(
  Object.entries<unknown>(resources).flatMap(([name, value]) => (isCollection(value) ? [[name, value]] : [])),
);
