/** What outlives the window: the part of vscode.Memento that is used here. */
export interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}

type FieldTypes = Readonly<Record<string | number, 'string' | 'number' | 'boolean' | 'object'>>;

/**
 * The entries of a stored list whose fields have these types. Others are left out: another version of the extension wrote
 * them, or the file is damaged.
 */
export function storedList<T>(memory: Memory, key: string, fields: FieldTypes): readonly T[] {
  const stored = memory.get<unknown>(key);
  return Array.isArray(stored) ? stored.filter((one): one is T => hasFields(one, fields)) : [];
}

/** The values of a stored record that pass; empty when it is not a record. */
export function storedRecord<T>(
  memory: Memory,
  key: string,
  isValue: (value: unknown) => value is T,
): Readonly<Record<string, T>> {
  const stored = memory.get<unknown>(key);
  if (typeof stored !== 'object' || stored === null) return {};
  return Object.fromEntries(
    Object.entries(stored).filter((entry): entry is [string, T] => isValue(entry[1])),
  );
}

export function hasFields(value: unknown, fields: FieldTypes): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const found = value as Readonly<Record<string, unknown>>;
  return Object.entries(fields).every(([name, type]) => found[name] !== null && typeof found[name] === type);
}
