/** Where a value stands in a JSON text, as an editor counts: `line:column`. The text must be valid JSON. */
export function placeOf(text: string, path: readonly PropertyKey[]): string {
  let at = 0;
  const space = () => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const string = (): string => {
    const from = at++;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    return JSON.parse(text.slice(from, ++at)) as string;
  };
  /** Moves behind a value, or stops in front of the wanted one and says so. */
  const walk = (left: readonly PropertyKey[]): boolean => {
    space();
    if (left.length === 0) return true;
    const open = text[at];
    if (open === '"') {
      string();
      return false;
    }
    if (open !== '{' && open !== '[') {
      while (/[^\s,\]}]/.test(text[at] ?? ',')) at++;
      return false;
    }
    at++;
    for (let index = 0; ; index++) {
      space();
      if (text[at] === '}' || text[at] === ']') {
        at++;
        return false;
      }
      if (text[at] === ',') at++;
      space();
      let key: PropertyKey = index;
      if (open === '{') {
        key = string();
        space();
        at++;
      }
      if (walk(key === left[0] ? left.slice(1) : [nowhere])) return true;
      space();
    }
  };
  // What is missing stands where its parent does.
  for (let known = path; ; known = known.slice(0, -1)) {
    at = 0;
    if (walk(known)) return lineAndColumn(text, at);
  }
}

const nowhere = Symbol('nowhere');

export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${before.at(-1)!.length + 1}`;
}

/** Where a text stops being the beginning of any JSON. Not every Node says so in its message. */
export function firstMistake(text: string): number {
  const canGoOn = (length: number): boolean => {
    try {
      JSON.parse(text.slice(0, length));
      return true;
    } catch (error) {
      const { message } = error as Error;
      const position = /position (\d+)/.exec(message)?.[1];
      return (
        /end of JSON|Unterminated/.test(message) || (position !== undefined && Number(position) >= length)
      );
    }
  };
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (middle <= text.length && canGoOn(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
