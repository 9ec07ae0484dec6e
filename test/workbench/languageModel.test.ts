import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from './commandResults';
import { openWorkbench, type Workbench } from './driver';
import { installExtension } from './installExtension';

/** Calls the tool that a file names, as any extension may, and writes the result into another. */
const source = (folder: string) => `
const vscode = require('vscode');
const fs = require('node:fs');
const job = ${JSON.stringify(path.join(folder, 'job.json'))};
exports.activate = () => setInterval(async () => {
  if (!fs.existsSync(job)) return;
  const { name, input } = JSON.parse(fs.readFileSync(job, 'utf8'));
  fs.unlinkSync(job);
  let result;
  try {
    if (name === '') result = JSON.stringify(vscode.lm.tools.map(({ name }) => name));
    else {
      const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
      result = content.map(({ value }) => value).join('');
    }
  } catch (error) {
    result = 'threw ' + error;
  }
  fs.writeFileSync(job + '.new', result);
  fs.renameSync(job + '.new', job + '.done');
}, 50);
`;

for (const version of ['newest', 'oldest'] as const)
  describe(`another extension calls language model tools, in the ${version} VS Code`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'models-'));
    const userDataDir = path.join(folder, 'user-data');
    let workbench: Workbench;

    before(async () => {
      installExtension(userDataDir, source(folder));
      workbench = await openWorkbench({
        ...{ version, userDataDir },
        settings: { 'chat.disableAIFeatures': false, 'taskrouter.languageModel.mcpServer': true },
      });
      await workbench.openViews();
      await workbench.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
      await workbench.treeItem(/^Workspace Acme Support/).waitFor();
    });
    after(async () => {
      await workbench?.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    });

    const job = path.join(folder, 'job.json');
    const begin = (name: string, input: object = {}) => {
      writeFileSync(`${job}.new`, JSON.stringify({ name, input }));
      renameSync(`${job}.new`, job);
    };
    const end = async () => {
      await eventually(workbench, () => existsSync(`${job}.done`));
      const result = readFileSync(`${job}.done`, 'utf8');
      rmSync(`${job}.done`);
      return result;
    };
    const call = (name: string, input?: object) => {
      begin(name, input);
      return end();
    };
    const rowsOf = async (name: string, input: object) =>
      (JSON.parse(await call(`taskrouter_${name}`, input)) as { rows: Record<string, string>[] }).rows;
    /** Answers VS Code's own question before a tool prepares something. */
    const answerPreparing = async (shows: RegExp, button: RegExp) => {
      const dialog = workbench.modal().filter({ hasText: 'Prepare this change?' });
      await dialog.filter({ hasText: shows }).waitFor();
      await dialog.getByRole('button', { name: button }).click();
      await dialog.waitFor({ state: 'hidden' });
    };
    const statusOf = async (query: string) => {
      const [found] = await rowsOf('find_tasks', { query, workspace: 'Acme' });
      return found?.['status'];
    };

    it('a task is canceled only after VS Code’s question and our own dialog', async () => {
      const [found] = await rowsOf('find_tasks', { query: 'Gus Fir', workspace: 'Acme' });
      const input = { task: found!['task'], change: 'cancel', reason: 'Hung up' };
      begin('taskrouter_prepare_task', input);
      await answerPreparing(/reason = Hung up/, /^(Cancel|No)$/);
      assert.match(await end(), /^threw .*Cancel/);
      assert.equal(await workbench.modal().count(), 0);

      for (const confirms of [false, true]) {
        begin('taskrouter_prepare_task', input);
        await answerPreparing(/Account: /, /^(Yes|OK|Allow)/);
        assert.match(await end(), /"sent":false/);
        const dialog = workbench.modal().filter({ hasText: 'Cancel task Gus Fir' });
        await dialog.filter({ hasText: 'Reason = Hung up' }).waitFor();
        assert.equal(await statusOf('Gus Fir'), 'pending');
        if (confirms) await workbench.confirm(/^Cancel Task/);
        else await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
        await dialog.waitFor({ state: 'hidden' });
      }
      await eventually(workbench, async () => (await statusOf('Gus Fir')) === 'canceled');
    });

    it('an activity is set after our own dialog', async () => {
      const [worker] = await rowsOf('find_workers', { query: 'Solberg', workspace: 'Acme' });
      begin('taskrouter_prepare_activity', { worker: worker!['worker'], activity: 'Available' });
      await answerPreparing(/activity = Available/, /^(Yes|OK|Allow)/);
      assert.match(await end(), /"sent":false/);
      const dialog = workbench.modal().filter({ hasText: 'Ingrid Solberg' });
      await dialog.waitFor();
      await workbench.confirm(/^Set Activity/);
      await eventually(workbench, async () => {
        const [now] = await rowsOf('find_workers', { query: 'Solberg', workspace: 'Acme' });
        return now!['activity'] === '⟪Available⟫';
      });
    });

    it('an instruction is filled in, in the form of its reservation', async () => {
      const [offer] = await rowsOf('open_reservations', { workspace: 'Acme' });
      const { reservation, task } = offer!;
      begin('taskrouter_prepare_instruction', { reservation, task, instruction: 'accept' });
      await answerPreparing(/instruction = accept/, /^(Yes|OK|Allow)/);
      assert.match(await end(), /"sent":false/);
      await workbench.webview().getByRole('button', { name: 'Send Accept' }).waitFor();
    });

    it('VS Code starts the MCP server, whose tools answer', async () => {
      const own = async () =>
        (JSON.parse(await call('')) as string[]).filter((name) => /^mcp_.*taskrouter_/.test(name));
      await workbench.command('MCP: List Servers');
      await workbench.quickInput().choose(/^TaskRouter/);
      // 1.105 has started it as the other extension asked for the tools that there are.
      await workbench.quickInput().choose(/^(Start|Restart) Server/);
      await eventually(workbench, async () => (await own()).length > 0);
      const names = await own();
      assert.equal(names.length, 9, names.join());
      const find = names.find((name) => name.endsWith('find_tasks'))!;
      begin(find, { query: 'Rosa Hazel' });
      // 1.105 asks also before a tool that only reads.
      if (version === 'oldest') await workbench.modal().getByRole('button', { name: 'Yes' }).click();
      assert.match(await end(), /⟪Rosa Hazel⟫/);
    });
  });
