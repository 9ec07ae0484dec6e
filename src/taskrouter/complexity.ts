/** Far more than TaskRouter's largest page holds: 1,000 events of some 60 values. */
export const maxValues = 400_000;

const [quote, backslash, comma, bracket, brace] = [...'"\\,[{'].map((character) => character.charCodeAt(0));

/**
 * Whether JSON holds more values than this, found before it is parsed: to parse and to walk 6 MB of brackets blocks the
 * extension host for seconds, while 6 MB of text take milliseconds.
 */
export function hasMoreValuesThan(json: string, max: number): boolean {
  // Each takes a character.
  if (json.length <= max) return false;
  let values = 0;
  for (let i = 0; i < json.length && values <= max; i++) {
    const code = json.charCodeAt(i);
    if (code === comma || code === bracket || code === brace) values++;
    else if (code === quote) i = endOfString(json, i);
  }
  return values > max;
}

/** The index of the quote that ends the string that begins at `start`; the last index when none does. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let escapes = 0;
    while (json.charCodeAt(end - 1 - escapes) === backslash) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return json.length;
}
