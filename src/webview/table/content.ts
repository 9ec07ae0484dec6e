const contents = new WeakMap<object, string>();

/** A part of a state as text, to compare it: each state has new objects, also where nothing has changed. */
export function contentOf(part: object | undefined): string | undefined {
  if (!part) return undefined;
  const known = contents.get(part) ?? JSON.stringify(part);
  contents.set(part, known);
  return known;
}
