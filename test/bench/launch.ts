/** Runs one job in a process of its own, and prints what it took. Built by bundles.ts, started by run.ts. */
import { createRequire } from 'node:module';
import { preload } from './preload';
import type { Job, Measured, Way, WayModule } from './way';

const load = createRequire(__filename);
const job = JSON.parse(process.argv[2]!) as Job;
const { account, task, files, warmUps = 0, rows = 0 } = job;
const megabyte = 1024 * 1024;
const collect = () => (globalThis as { gc?: () => void }).gc?.();
const held = () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / megabyte;
};
/** Tells the server that a hundredth of the tasks have changed. */
const change = () => globalThis.fetch(`${account.url}/change`).then((response) => response.text());

async function measure(file: string): Promise<Measured> {
  if (job.preload) preload();
  let way: Way | undefined;
  const make = () => (way ??= (load(file) as WayModule).connect(account));
  const work = () =>
    task === 'refresh' ? make().refresh!(rows) : task === 'all' ? make().all() : make().first();

  for (let i = 0; i < warmUps; i++) await work();
  if (task === 'refresh') await change();
  const before = held();
  const rss = process.memoryUsage.rss();
  const cpu = process.cpuUsage();
  const started = performance.now();
  const result = await work();
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const peak = process.resourceUsage().maxRSS / 1024 - rss / megabyte;
  return {
    wall,
    cpu: (user + system) / 1000,
    peak,
    retained: held() - before,
    rows: result.length,
  };
}

/** Both ways in one process, in turns: for each pair the milliseconds of one and of the other. */
async function pairs(): Promise<[number, number][]> {
  const ways = files.map((file) => (load(file) as WayModule).connect(account));
  const timed = async (way: Way) => {
    const started = performance.now();
    await way.first();
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
