/**
 * Opens a node of 100,000 tasks in a real VS Code and writes what that took to `BENCH_FIGURES`.
 * Mocha runs it, because the page object of the workbench lives under mocha.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fetch from 'node-fetch';
import { createClient } from '../../../src/taskrouter/client';
import { tasks as taskList } from '../../../src/taskrouter/resources';
import { openWorkbench } from '../../workbench/driver';
import type { NodeFigures } from './node100k';
import { startServer } from '../startServer';
import type { Account } from '../way';

/** Has the server make its answer once: how fast TaskRouter is, is not ours to measure. */
async function haveAnswered({
  url: origin,
  accountSid: username,
  authToken: password,
  workspaceSid,
}: Account) {
  const client = createClient({ fetch, origin, username, password });
  const ordering = 'Priority:desc,DateCreated:asc';
  await client.list(taskList, [workspaceSid], { ordering }, { pageSize: 50 });
}

describe('a node of 100,000 tasks', () => {
  it('opens', async () => {
    const delays = mkdtempSync(path.join(tmpdir(), 'loop-delay-'));
    const server = await startServer(100_000);
    const { url, accountSid, authToken } = server.account;
    await haveAnswered(server.account);
    const workbench = await openWorkbench({
      settings: { 'taskrouter.refreshInterval': 0 },
      env: { HOST_PRELOAD: path.join(__dirname, 'loopDelay.cjs'), BENCH_LOOP_DELAY: delays },
    });
    const host = () => {
      const [file] = readdirSync(delays);
      if (!file) throw new Error('The extension host did not take the preloaded file.');
      const { longest, rss } = JSON.parse(readFileSync(path.join(delays, file), 'utf8')) as Record<
        string,
        number
      >;
      return { pid: Number(path.parse(file).name), longest: longest!, rss: rss! };
    };
    const written = () => new Promise((done) => setTimeout(done, 250));

    await workbench.openViews();
    await workbench.command('TaskRouter: Connect to a Local TaskRouter');
    await workbench.quickInput('(1/3)').type(url);
    await workbench.quickInput('(2/3)').type(accountSid);
    await workbench.quickInput('(3/3)').type(authToken);
    await workbench
      .treeItem(/^Workspace/)
      .first()
      .click();
    const tasks = workbench.treeItem('Tasks').first();
    await tasks.waitFor();

    await written();
    const before = host();
    process.kill(before.pid, 'SIGUSR2');
    const started = performance.now();
    await tasks.click();
    await workbench
      .treeItem(/^Task,/)
      .first()
      .waitFor();
    const firstRows = performance.now() - started;
    await written();
    const after = host();
    const figures: NodeFigures = { firstRows, longestBlock: after.longest, memory: after.rss - before.rss };
    writeFileSync(process.env['BENCH_FIGURES']!, JSON.stringify(figures));
    await workbench.close();
    server.stop();
    rmSync(delays, { recursive: true });
  });
});
