import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { Figure } from './figures';
import { mb, median, ms } from './figures';
import type { Recording, Served, Took } from './simulatorServer';

const rounds = 5;
const connections = 4;
const milliseconds = 1000;

/** What the simulator costs: its answers against those of a server that only sends them, its start, its life. */
export async function simulator(tell: (text: string) => void, folder: string): Promise<Figure[]> {
  const program = await bundled(folder);
  tell('  the simulator on loopback …');
  const ours = await start(program, 'serve');
  const bare = await start(program, 'bare');
  try {
    const { url, authorization } = ours.served;
    const ask = async (target: string) => {
      const response = await fetch(url + target, { headers: { authorization, connection: 'close' } });
      const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'connection'));
      return { headers, body: await response.text() };
    };
    const root = `/v1/Workspaces/${sidIn((await ask('/v1/Workspaces')).body, 'WS')}`;
    const list = `${root}/Tasks?PageSize=1000`;
    const pages = [list];
    while (pages.length < 20) {
      const { body } = await ask(pages.at(-1)!);
      pages.push(/"next_page_url":"([^"]+)"/.exec(body)![1]!.replace(url, ''));
    }
    const one = `${root}/Tasks/${sidIn((await ask(list)).body, 'WT')}`;
    const recordings: Record<string, Recording> = {};
    for (const target of [...pages, one]) recordings[target] = await ask(target);
    await new Promise((resolve) => bare.child.once('message', resolve).send(recordings));
    const compare = async (work: string, targets: readonly string[], aim?: number): Promise<Figure> => {
      const pairs: [number, number][] = [];
      for (let i = 0; i < rounds; i++) {
        const other = await rate(bare.served, targets);
        pairs.push([await rate(ours.served, targets), other]);
      }
      const value = median(pairs.map(([a, b]) => b / a));
      const shown = (which: 0 | 1) => `${Math.round(median(pairs.map((pair) => pair[which])))}/s`;
      return {
        work,
        ours: shown(0),
        other: shown(1),
        value,
        ...(aim === undefined ? {} : { aim }),
        note: `${(1 / value).toFixed(2)} of its rate`,
      };
    };
    const served = [
      await compare('fetch one task, requests; bare ÷ ours', [one], 2),
      await compare('list 1,000 tasks, the same page again; bare ÷ ours', [list], 2),
      await compare('list 1,000 tasks, 20 pages in turn; bare ÷ ours', pages, 2),
    ];
    tell('  the simulator’s start and life …');
    const measure = (mode: 'seed' | 'every row' | 'filter' | 'place' | 'parse' | 'live') =>
      message<Took>(launch(program, mode));
    const seeded = await measure('seed');
    const every = await measure('every row');
    const filtered = await measure('filter');
    const perRow = ((every.cpu - seeded.cpu) * 1000) / every.rows!;
    const placed = await measure('place');
    const parsed = await measure('parse');
    const lived = await measure('live');
    return [
      ...served,
      took('100,000 tasks, 5,000 workers: start and first page, ms', seeded, 3000),
      { work: '  memory at most, MB', ours: mb(seeded.peak), value: seeded.peak, aim: 400 },
      took(`  start and ${every.rows} rows, each asked for once, ms`, every),
      { work: '  CPU for each row, µs', ours: `${perRow.toFixed(1)} µs`, value: perRow, aim: 8 },
      { work: '  memory at most, MB', ours: mb(every.peak), value: every.peak, aim: 400 },
      took(`${filtered.rows} of 100,000 tasks by its attributes, ms`, filtered),
      took('a new task and its reservation among 5,000 workers, with order_by, ms', placed, 2),
      took('159 filters parsed for the first time, ms', parsed, 30),
      took('10,000 virtual minutes of the lively centre, ms', lived, 20_000),
      { work: '  memory at most, MB', ours: mb(lived.peak), value: lived.peak },
    ];
  } finally {
    ours.child.kill();
    bare.child.kill();
  }
}

const sidIn = (text: string, prefix: string) => new RegExp(`"sid":"(${prefix}\\w+)"`).exec(text)![1]!;

const took = (work: string, { milliseconds: value, cpu }: Took, aim?: number): Figure => ({
  work,
  ours: ms(value),
  value,
  ...(aim === undefined ? {} : { aim }),
  note: `CPU ${ms(cpu)}`,
});

/** As it ships: run from its source, each function that a request makes would be given its name first. */
async function bundled(folder: string): Promise<string> {
  const outfile = path.join(folder, 'simulatorServer.js');
  const entryPoints = [path.join(__dirname, 'simulatorServer.ts')];
  // As esbuild.js does: the main file of jsonc-parser is UMD, whose imports a bundler cannot follow.
  const alias = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' };
  await build({
    entryPoints,
    outfile,
    alias,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
  });
  return outfile;
}

const launch = (program: string, mode: string) => fork(program, [mode], { execArgv: [] });

const message = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    child.once('message', resolve as (value: unknown) => void);
    child.once('exit', (code) => reject(new Error(`The simulator's bench ended with ${code}.`)));
  });

async function start(
  program: string,
  mode: 'serve' | 'bare',
): Promise<{ child: ChildProcess; served: Served }> {
  const child = launch(program, mode);
  return { child, served: await message<Served>(child) };
}

/**
 * Requests answered in a second. Sockets and counted bytes only: a client that did more would be slower than
 * the server, and both servers would look alike.
 */
async function rate({ url, authorization }: Served, targets: readonly string[]): Promise<number> {
  const { host, port } = new URL(url);
  const requests = targets.map((target) =>
    Buffer.from(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization || '-'}\r\n\r\n`),
  );
  let sent = 0;
  let answered = 0;
  const started = performance.now();
  const goesOn = () => performance.now() - started < milliseconds;
  const run = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => next());
      const next = () => socket.write(requests[sent++ % requests.length]!);
      let head: Buffer = Buffer.alloc(0);
      let left = 0;
      socket.on('data', (piece: Buffer) => {
        if (left > 0) left -= piece.length;
        else {
          head = head.length ? Buffer.concat([head, piece]) : piece;
          const end = head.indexOf('\r\n\r\n');
          if (end < 0) return;
          const text = head.toString('latin1', 0, end);
          if (!text.startsWith('HTTP/1.1 200 ')) return void reject(new Error(text.split('\r\n')[0]));
          left = Number(/content-length: (\d+)/i.exec(text)![1]) - (head.length - end - 4);
          head = Buffer.alloc(0);
        }
        if (left > 0) return;
        answered++;
        if (goesOn()) next();
        else socket.end(() => resolve());
      });
      socket.once('error', reject);
    });
  await Promise.all(Array.from({ length: connections }, run));
  return (answered * 1000) / (performance.now() - started);
}
