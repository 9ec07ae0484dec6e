/** Runs one job in a process of its own, and prints what it took. Built by bundles.ts, started by run.ts. */
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { median } from './figures';
import { preload } from './preload';
import type { Job, Measured, Way, WayModule } from './way';

const load = createRequire(__filename);
const job = JSON.parse(process.argv[2]!) as Job;
const { account, task, files, warmUps = 0, times = 1, rows = 0 } = job;
const megabyte = 1024 * 1024;
const collect = () => (globalThis as { gc?: () => void }).gc?.();
/** Buffers are given back only after the collection that found them. */
const held = async () => {
  for (let i = 0; i < 3; i++) {
    collect();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / megabyte;
};
/** Tells the server that a hundredth of the tasks have changed. */
const change = () =>
  new Promise((resolve, reject) => {
    get(`${account.url}/change`, (response) => response.resume().once('end', resolve)).once('error', reject);
  });

async function measure(file: string): Promise<Measured> {
  if (job.preload) preload();
  let way: Partial<Way> | undefined;
  const make = () => (way ??= (load(file) as WayModule).connect(account));
  const work = () => {
    if (task === 'refresh') return make().refresh!(rows);
    return task === 'pairs' ? make().first!() : make()[task]!();
  };

  for (let i = 0; i < warmUps; i++) await work();
  const before = await held();
  const rss = process.memoryUsage.rss();
  const walls: number[] = [];
  const cpus: number[] = [];
  let result: readonly unknown[] = [];
  for (let i = 0; i < times; i++) {
    if (task === 'refresh') await change();
    const cpu = process.cpuUsage();
    const started = performance.now();
    result = await work();
    walls.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    cpus.push((user + system) / 1000);
  }
  const peak = process.resourceUsage().maxRSS / 1024 - rss / megabyte;
  return {
    wall: median(walls),
    cpu: median(cpus),
    peak,
    retained: (await held()) - before,
    rows: result.length,
  };
}

/** Both ways in one process, in turns: for each pair the milliseconds of one and of the other. */
async function pairs(): Promise<[number, number][]> {
  const ways = files.map((file) => (load(file) as WayModule).connect(account));
  const timed = async (way: Partial<Way>) => {
    const started = performance.now();
    await way.first!();
    return performance.now() - started;
  };
  const found: [number, number][] = [];
  for (let i = 0; i < 300; i++) {
    const times: [number, number] = [0, 0];
    for (const which of i % 2 ? ([0, 1] as const) : ([1, 0] as const))
      times[which] = await timed(ways[which]!);
    if (i >= 100) found.push(times);
  }
  return found;
}

(task === 'pairs' ? pairs() : measure(files[0]!)).then(
  (result) => {
    process.stdout.write(JSON.stringify(result), () => process.exit(0));
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
