/** Levels of nesting above which a value is not shown: what walks it later may recurse. TaskRouter's fields have two. */
export const maxDepth = 50;

/** Without recursion: 8 MiB can hold millions of levels. Called for every row that is read. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  let level = isNested(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth++) {
    const next: object[] = [];
    for (const one of level) {
      const values: readonly unknown[] = Object.values(one);
      if (depth === levels && values.length > 0) return true;
      for (const inner of values) if (isNested(inner)) next.push(inner);
    }
    level = next;
  }
  return false;
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;
