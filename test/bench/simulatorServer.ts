/**
 * A process that serves for the bench of the simulator, or does one piece of its work. `serve` is the
 * simulator on loopback; `bare` is a node:http server that answers what it was sent over IPC, byte by byte;
 * the others tell what they took and end.
 */
import { createServer } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSimulator, large, lively, manualClock } from '../../src/simulator/simulator';
import type { Scenario, Simulator } from '../../src/simulator/simulator';
import { parse } from '../../src/routing/expressions/parse';
import { median } from './figures';

const scenario = large({ tasks: 100_000, workers: 5000, workspaces: 50 });
const send = (message: unknown) => process.send!(message);
const megabyte = 1024 * 1024;

export interface Served {
  readonly url: string;
  readonly authorization: string;
}
export interface Recording {
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}
export interface Took {
  readonly milliseconds: number;
  /** Of all threads, in milliseconds: what other work on the machine does not change. */
  readonly cpu: number;
  readonly peak: number;
  readonly rows?: number;
}

const authorizationOf = ({ accountSid, authToken }: Simulator) =>
  'Basic ' + Buffer.from(`${accountSid}:${authToken}`).toString('base64');

const begun = process.cpuUsage();
function cpu(): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

async function serve(): Promise<void> {
  const simulator = createSimulator({ scenario });
  const { url } = await simulator.listen();
  send({ url, authorization: authorizationOf(simulator) } satisfies Served);
}

function bare(): void {
  const known = new Map<string, { headers: OutgoingHttpHeaders; body: Buffer }>();
  const server = createServer((request, response) => {
    const { headers, body } = known.get(request.url!)!;
    response.writeHead(200, headers).end(body);
  });
  process.on('message', (recordings: Record<string, Recording>) => {
    for (const [target, { headers, body }] of Object.entries(recordings))
      known.set(target, { headers, body: Buffer.from(body) });
    send('ready');
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    send({ url: `http://127.0.0.1:${port}`, authorization: '' } satisfies Served);
  });
}

/** One by one, so that what the bench itself does with the answers does not count. */
function asking(simulator: Simulator) {
  const headers = { authorization: authorizationOf(simulator) };
  const ask = async (url: string) => {
    const started = performance.now();
    const before = cpu();
    const { body } = await simulator.fetch(url, { method: 'GET', headers, redirect: 'manual' });
    let text = '';
    for await (const chunk of body!) text += String(chunk);
    ask.milliseconds += performance.now() - started;
    ask.cpu += cpu() - before;
    return text;
  };
  ask.milliseconds = 0;
  ask.cpu = 0;
  return ask;
}

const origin = 'https://taskrouter.twilio.com/v1/Workspaces';

/** From nothing to the first page, or to the last row of the first workspace: 100,000 tasks and 5,000 workers. */
async function seed(everyRow: boolean): Promise<void> {
  const before = process.memoryUsage.rss();
  const started = performance.now();
  const simulator = createSimulator({ scenario, clock: manualClock() });
  const start = { milliseconds: performance.now() - started, cpu: cpu() };
  const ask = asking(simulator);
  const sid = sidOf(await ask(origin));
  let rows = 0;
  for (const [list, prefix] of [
    ['Tasks', 'WT'],
    ['Workers', 'WK'],
  ] as const) {
    let url: string | undefined = `${origin}/${sid}/${list}?PageSize=1000`;
    while (url) {
      const text: string = await ask(url);
      rows += text.split(`"sid":"${prefix}`).length - 1;
      url = everyRow ? /"next_page_url":"([^"]+)"/.exec(text)?.[1] : undefined;
    }
  }
  const peak = process.resourceUsage().maxRSS / 1024 - before / megabyte;
  send({
    milliseconds: start.milliseconds + ask.milliseconds,
    cpu: start.cpu + ask.cpu,
    peak,
    rows,
  } satisfies Took);
}

const sidOf = (text: string) => /"sid":"(WS\w+)"/.exec(text)![1]!;

/** One of 100,000 tasks, found by what is in its attributes. */
async function filter(): Promise<void> {
  const before = process.memoryUsage.rss();
  const ask = asking(createSimulator({ scenario, clock: manualClock() }));
  const sid = sidOf(await ask(origin));
  ask.milliseconds = 0;
  ask.cpu = 0;
  const text = await ask(
    `${origin}/${sid}/Tasks?EvaluateTaskAttributes=${encodeURIComponent('order == "A-109999"')}`,
  );
  const rows = text.split('"sid":"WT').length - 1;
  const peak = process.resourceUsage().maxRSS / 1024 - before / megabyte;
  send({ milliseconds: ask.milliseconds, cpu: ask.cpu, peak, rows } satisfies Took);
}

function live(minutes: number): void {
  const before = process.memoryUsage.rss();
  const started = performance.now();
  const clock = manualClock();
  createSimulator({ scenario: lively, clock });
  clock.advance(minutes * 60_000);
  const milliseconds = performance.now() - started;
  send({
    milliseconds,
    cpu: cpu(),
    peak: process.resourceUsage().maxRSS / 1024 - before / megabyte,
  } satisfies Took);
}

/** A queue, a target expression and order_by among 5,000 workers who are all available: one new task after another. */
async function place(): Promise<void> {
  const languages = ['en', 'es', 'fr', 'de', 'pt'];
  const workers = Array.from({ length: 5000 }, (_, i) => ({
    name: `worker ${i}`,
    activity: 'Available',
    attributes: {
      skills: i % 4 === 0 ? ['billing', 'support'] : ['support', 'returns'],
      languages: [languages[i % 5]!, languages[(i * 7) % 5]!],
      level: i % 11,
    },
  }));
  const scenario: Scenario = {
    name: 'placement',
    workspaces: [
      {
        name: 'Placement',
        multitasking: true,
        activities: [
          { name: 'Available', available: true },
          { name: 'Offline', available: false },
        ],
        defaultActivity: 'Offline',
        timeoutActivity: 'Offline',
        channels: [{ uniqueName: 'default', friendlyName: 'Default' }],
        queues: [{ name: 'Support', targetWorkers: "skills HAS 'support' AND level >= 1" }],
        workflows: [{ name: 'W', reservationTimeout: 120, filters: [], defaultQueue: 'Support' }],
        workers,
        tasks: [],
      },
    ],
  };
  const simulator = createSimulator({ scenario, clock: manualClock() });
  const headers = { authorization: authorizationOf(simulator) };
  const post = async (url: string, body: Readonly<Record<string, string>>) => {
    const init = {
      method: 'POST',
      headers,
      body: new URLSearchParams(body).toString(),
      redirect: 'manual',
    } as const;
    let text = '';
    for await (const chunk of (await simulator.fetch(url, init)).body!) text += String(chunk);
    return JSON.parse(text) as { sid: string; assignment_status: string };
  };
  const ask = asking(simulator);
  const root = `${origin}/${sidOf(await ask(origin))}`;
  const queue = /"sid":"(WQ\w+)"/.exec(await ask(`${root}/TaskQueues`))![1]!;
  const target = {
    queue,
    expression: 'task.language IN worker.languages AND worker.level >= task.level',
    order_by: 'worker.level DESC, worker.seniority ASC',
  };
  const filters = [{ expression: "type == 'call'", targets: [target] }];
  const workflow = await post(`${root}/Workflows`, {
    FriendlyName: 'Placement',
    Configuration: JSON.stringify({ task_routing: { filters } }),
  });
  const task = (i: number) => ({
    WorkflowSid: workflow.sid,
    Attributes: JSON.stringify({ type: 'call', language: languages[i % 5], level: i % 4 }),
  });
  await post(`${root}/Tasks`, task(0)); // who is in the queue is found out once
  const times: number[] = [];
  const before = cpu();
  for (let i = 0; i < 200; i++) {
    const started = performance.now();
    const { assignment_status } = await post(`${root}/Tasks`, task(i));
    times.push(performance.now() - started);
    if (assignment_status !== 'reserved') throw new Error(`Task ${i} is ${assignment_status}.`);
  }
  send({ milliseconds: median(times), cpu: (cpu() - before) / times.length, peak: 0 } satisfies Took);
}

/** Filters as long as those of production workflows, none like another, parsed for the first time. */
function parseFilters(): void {
  const filters = Array.from(
    { length: 159 },
    (_, i) =>
      `(helpline == "H${i}" OR helpline == "H${i + 1}") AND channelType IN ["web", "sms", "whatsapp"] AND ` +
      `language == "en-${i}" AND transferTargetType != "worker" AND isContactlessTask != true AND level >= ${i}.5`,
  );
  const before = cpu();
  const started = performance.now();
  for (const text of filters) parse(text);
  send({ milliseconds: performance.now() - started, cpu: cpu() - before, peak: 0 } satisfies Took);
}

const mode = process.argv[2];
if (mode === 'serve') void serve();
else if (mode === 'bare') bare();
else if (mode === 'seed') void seed(false).then(() => process.disconnect());
else if (mode === 'every row') void seed(true).then(() => process.disconnect());
else if (mode === 'filter') void filter().then(() => process.disconnect());
else if (mode === 'place') void place().then(() => process.disconnect());
else if (mode === 'parse') {
  parseFilters();
  process.disconnect();
} else {
  live(10_000);
  process.disconnect();
}
process.on('disconnect', () => process.exit());
