/**
 * Runs `work` and, if it takes more than two seconds, says on stderr what is being waited for and how long it took.
 * stdout stays free for what the caller has to say.
 */
export async function announce<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const terminal = process.stderr.isTTY;
  const say = () => process.stderr.write(terminal ? `\r${what}… ${seconds()}` : `${what}… ${seconds()}\n`);
  let announced = false;
  let ticking: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    announced = true;
    say();
    ticking = setInterval(say, terminal ? 1000 : 15_000);
  }, 2000);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(ticking);
    if (announced) process.stderr.write(`${terminal ? '\r' : ''}${what}… ended after ${seconds()}\n`);
  }
}
