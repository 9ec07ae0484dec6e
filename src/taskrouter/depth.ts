/** Levels of nesting above which a value is not shown: what walks it later may recurse. TaskRouter's fields have two. */
export const maxDepth = 50;

/** Without recursion: 8 MiB can hold millions of levels. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object') return false;
  let level: unknown[] = [value];
  for (let depth = 0; depth <= levels; depth++) {
    level = level.flatMap((one): unknown[] =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
