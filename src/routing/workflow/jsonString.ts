/** The offsets of each character of a JSON string, and of its end, in its escaped text without quotation marks. */
export function placesIn(escaped: string): number[] {
  const places = [];
  for (const { index } of escaped.matchAll(/\\u[\da-fA-F]{4}|\\[^]|[^]/g)) places.push(index);
  return [...places, escaped.length];
}
