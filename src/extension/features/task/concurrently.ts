const maxConcurrent = 4;

/** Reads each of these, at most four at a time, in their order. */
export async function concurrently<T>(
  items: readonly T[],
  read: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = [...items];
  const work = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await read(item);
  };
  await Promise.all(Array.from({ length: Math.min(maxConcurrent, queue.length) }, work));
}
