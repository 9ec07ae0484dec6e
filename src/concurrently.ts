/** Begins none after one that failed. */
export async function concurrently<T>(
  items: readonly T[],
  read: (item: T) => Promise<void>,
  maxAtOnce: number,
): Promise<void> {
  const queue = [...items];
  const work = async () => {
    try {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await read(item);
    } finally {
      queue.length = 0;
    }
  };
  await Promise.all(Array.from({ length: Math.min(maxAtOnce, queue.length) }, work));
}
