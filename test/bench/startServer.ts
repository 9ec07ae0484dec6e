import { fork } from 'node:child_process';
import path from 'node:path';
import type { Account } from './way';

/** Starts server.ts in a process of its own. `latency`: milliseconds in which it responds. */
export async function startServer(
  tasks: number,
  latency = 0,
): Promise<{ account: Account; stop: () => void }> {
  const child = fork(path.join(__dirname, 'server.ts'), [String(tasks), String(latency)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const account = await new Promise<Account>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The bench's server ended with ${code}.`)));
    child.stdout!.once('data', (line: Buffer) => resolve(JSON.parse(line.toString()) as Account));
  });
  return { account, stop: () => child.kill() };
}
