import { parseArgs } from 'node:util';
import { createSimulator } from './simulator';

const usage = `Serves a simulated TaskRouter on 127.0.0.1.

  --port NUMBER   the port to listen on, 0 (a free one) when absent
  --seed NUMBER   the same seed gives the same centre, 1 when absent
  --help          this text

The first line on stdout is JSON: {"url","accountSid","authToken"}. Each request is a line after it.`;

/** A flag that cannot be used: its sentence is all that the user needs. */
class BadFlag extends Error {
  override readonly name = 'BadFlag';
}

function whole(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number(text) <= most) return Number(text);
  throw new BadFlag(`--${name} must be a whole number from 0 to ${most}, not "${text}".`);
}

function flags() {
  const options = { port: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } } as const;
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new BadFlag((error as Error).message, { cause: error });
  }
  return {
    help: values.help ?? false,
    port: whole('port', values.port, 65_535),
    seed: whole('seed', values.seed, 2 ** 32 - 1),
  };
}

async function main(): Promise<void> {
  const { help, port, seed } = flags();
  if (help) {
    console.log(usage);
    return;
  }
  const simulator = createSimulator(seed === undefined ? {} : { seed });
  const { url } = await simulator.listen(port, (line) => console.log(line));
  const { accountSid, authToken } = simulator;
  console.log(JSON.stringify({ url, accountSid, authToken }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => simulator.stop());
}

main().catch((error: NodeJS.ErrnoException) => {
  if (error instanceof BadFlag) console.error(`${error.message}\n\n${usage}`);
  else if (error.code === 'EADDRINUSE') console.error('That port is taken. Choose another one, or --port 0.');
  else console.error(error);
  process.exitCode = 1;
});
