// Prints, as JSON, what the table of tasks costs: for tablePage.ts.
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../../src/extension/accounts/connections';
import { QueryRun } from '../../src/extension/features/table/queryRun';
import { taskKind } from '../../src/extension/features/table/taskKind';
import type { ListedTask } from '../../src/query/matches';
import { parse } from '../../src/query/parse';
import { createSimulator, large } from '../../src/simulator/simulator';
import { createClient } from '../../src/taskrouter/client';
import type { Fetch } from '../../src/taskrouter/fetch';
import { defaultOrigin } from '../../src/taskrouter/origin';
import * as resources from '../../src/taskrouter/resources';
import { closePages } from '../webview/shared/pages';
import { sampleTask } from '../webview/table/standIn';
import { startTables } from '../webview/table/tablePage';

/** In milliseconds, but for counts. */
export interface TableTimes {
  readonly firstMatch: number;
  readonly requestsBeforeFirstMatch: number;
  readonly firstRows: number;
  /** Of the page's main thread, for each frame of scrolling: the mean. */
  readonly scrolling: number;
  /** Tasks of the page's main thread over 50 ms meanwhile. */
  readonly longTasks: number;
}

const tasks = 100_000;
/** Milliseconds in which TaskRouter responds. */
const latency = 150;

async function measureReading() {
  const { accountSid, authToken, fetch } = createSimulator({
    scenario: large({ tasks, workers: 10, workspaces: 1 }),
  });
  const slow: Fetch = async (url, init) => {
    await delay(latency);
    return fetch(url, init);
  };
  const client = createClient({
    fetch: slow,
    origin: defaultOrigin,
    username: accountSid,
    password: authToken,
  });
  const workspaceSid = (await client.list(resources.workspaces, [])).rows[0]!.sid;
  const connect = () =>
    Promise.resolve({ client, signal: new AbortController().signal } as unknown as Connection);
  const parsed = parse('attributes.order:A-1');
  if (!('query' in parsed)) throw new Error('The query has a problem.');
  const started = performance.now();
  let firstMatch: number | undefined;
  let requestsBeforeFirstMatch = 0;
  const run: QueryRun<ListedTask> = new QueryRun({
    kind: taskKind,
    query: parsed.query,
    workspaceSid,
    connect,
    order: { keyOf: ({ created }) => created, isDescending: true },
    now: () => Date.now(),
    onChange() {
      if (firstMatch !== undefined || run.rows.length === 0) return;
      firstMatch = performance.now() - started;
      requestsBeforeFirstMatch = run.progress.requests;
    },
  });
  await run.read();
  return { firstMatch: firstMatch!, requestsBeforeFirstMatch };
}

const frames = 200;

async function measurePage() {
  const tables = await startTables();
  const { page, extension } = await tables.open({
    prepare: (one) => {
      one.tasks = [];
    },
  });
  await page.evaluate(`globalThis.long = 0;
    new PerformanceObserver((list) => (globalThis.long += list.getEntries().length)).observe({ type: 'longtask' });
    globalThis.painted = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (!document.querySelector('.body [role="row"]')) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - globalThis.came)));
      });
      observer.observe(document.body, { subtree: true, childList: true });
    });
    addEventListener('message', () => (globalThis.came ??= performance.now()), true);`);
  await extension.change({ tasks: Array.from({ length: tasks }, (_, i) => sampleTask(i)) });
  const firstRows = await page.evaluate<number>('globalThis.painted');
  const session = await page.context().newCDPSession(page);
  // In time of the thread: not longer where the machine does something else, too.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000;
  };
  const before = await busy();
  await page.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('[role="grid"]');
    let frame = 0;
    const step = () => {
      grid.scrollTop += 180;
      if (++frame < ${frames}) requestAnimationFrame(step);
      else resolve();
    };
    step();
  })`);
  const scrolling = ((await busy()) - before) / frames;
  const longTasks = await page.evaluate<number>('globalThis.long');
  await closePages();
  return { firstRows, scrolling, longTasks };
}

async function main(): Promise<void> {
  console.log(JSON.stringify({ ...(await measureReading()), ...(await measurePage()) } satisfies TableTimes));
  process.exit();
}

void main();
