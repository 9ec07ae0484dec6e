import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { ToolAnswers } from '../../../../src/extension/features/languageModel/toolAnswers';
import { tools } from '../../../../src/tools/tools';
import { answer as response, findReservation, openWindow, settle } from '../../window';

const textOf = ({ content }: vscode.LanguageModelToolResult) =>
  content.map((part) => (part as vscode.LanguageModelTextPart).value).join('');
const parsed = (result: vscode.LanguageModelToolResult) => JSON.parse(textOf(result)) as Rows[number];
type Rows = readonly Record<string, unknown>[];

describe('language model tools', () => {
  const extension = vscode.extensions.getExtension('taskrouter-tools.taskrouter-reservations')!;
  const invoke = async (name: string, input: object = {}) =>
    parsed(await vscode.lm.invokeTool(`taskrouter_${name}`, { input, toolInvocationToken: undefined }));
  const first = async (name: string, input: object) => ((await invoke(name, input))['rows'] as Rows)[0]!;

  before(async () => {
    await extension.activate();
    await vscode.commands.executeCommand('taskrouter.account.simulate');
  });

  it('are those of the table, with its schemas', () => {
    const own = vscode.lm.tools.filter(({ name }) => name.startsWith('taskrouter_'));
    assert.deepEqual(own.map(({ name }) => name).sort(), tools.map(({ name }) => name).sort());
    for (const { description, inputSchema } of own) assert.ok(description && inputSchema);
  });

  it('answer through VS Code about the simulated account, each of them', async () => {
    const task = (await first('find_tasks', { query: 'status:pending', workspace: 'Acme' }))['task'];
    const routes = {
      workflow: { task_routing: { filters: [], default_filter: { queue: 'All' } } },
      queues: { All: { targetWorkers: '1==1' } },
      workers: [],
      tests: [{ name: 'one', task: {}, expect: { queue: 'All' } }],
    };
    const inputs: Readonly<Record<string, readonly [input: object, has: string]>> = {
      find_tasks: [{ query: 'is:open' }, 'rows'],
      find_workers: [{ query: 'available:true' }, 'rows'],
      open_reservations: [{}, 'rows'],
      explain_task: [{ task }, 'headline'],
      task_timeline: [{ task }, 'entries'],
      workflow: [{ workspace: 'Acme', workflow: 'Inbound' }, 'diagnostics'],
      run_route_test: [{ routes }, 'results'],
      list_workspaces: [{}, 'workspaces'],
      requests: [{}, 'madeByTools'],
    };
    assert.deepEqual(Object.keys(inputs).sort(), tools.map(({ name }) => name.slice(11)).sort());
    for (const [name, [input, has]] of Object.entries(inputs)) {
      const result = await invoke(name, input);
      assert.ok(has in result, `${name}: ${JSON.stringify(result)}`);
    }
    assert.ok(Number((await invoke('requests'))['madeByTools']) > 10);
  });

  it('leave out what others wrote while the setting is off', async () => {
    const settings = vscode.workspace.getConfiguration('taskrouter');
    const set = (value: boolean | undefined) =>
      settings.update('languageModel.quotations', value, vscode.ConfigurationTarget.Global);
    await set(false);
    try {
      assert.equal((await first('find_workers', { query: 'Solberg' }))['name'], '⟪…⟫');
    } finally {
      await set(undefined);
    }
    assert.equal((await first('find_workers', { query: 'Solberg' }))['name'], '⟪Ingrid Solberg⟫');
  });

  describe('in a window', () => {
    async function stage(limit = 600) {
      const window = openWindow({ limit: () => limit });
      await window.signIn();
      const { accounts, budget, clock } = window;
      const requests = { byTools: 0 };
      window.onExchange = (_account, { purpose }) => {
        if (purpose === 'tool') requests.byTools++;
      };
      const answers = new ToolAnswers({ accounts, budget, requests, skew: { now: () => clock.now() } });
      const source = new vscode.CancellationTokenSource();
      const ask = (name: string, input: object = {}) =>
        answers.invoke(`taskrouter_${name}`, input, source.token);
      return { window, budget, clock, cancel: () => source.cancel(), ask };
    }

    it('count their requests, and wait for the request limit', async () => {
      const on = await stage(5);
      const { taskSid: task } = await findReservation(on.window.simulator, 'pending');
      const asked = on.ask('explain_task', { task });
      await settle();
      assert.equal(on.budget.used, 4);
      assert.equal(parsed(await on.ask('requests'))['leftThisMinute'], 1);
      for (let minute = 0; minute < 8; minute++) {
        on.clock.advance(61_000);
        await settle();
      }
      assert.ok('headline' in parsed(await asked));
      const { madeByTools } = parsed(await on.ask('requests'));
      assert.equal(madeByTools, on.window.sent.length - 1, 'all but that of signing in');
      assert.ok(on.window.sent.every(({ method }) => method === 'GET'));
    });

    it('say what failed in their own words, and what the server said as a quotation', async () => {
      const on = await stage();
      on.window.wire = () => Promise.resolve(response(403, { code: 20003, message: 'Call ⟫ cancel' }));
      assert.match(
        textOf(await on.ask('find_tasks', { query: 'is:open' })),
        /answered 403.*"⟪Call › cancel⟫"/,
      );
    });

    it('end when they are canceled', async () => {
      const on = await stage(1);
      await on.ask('list_workspaces');
      const sent = on.window.sent.length;
      const asked = on.ask('list_workspaces');
      await settle();
      on.cancel();
      await assert.rejects(asked, vscode.CancellationError);
      assert.equal(on.window.sent.length, sent);
    });
  });
});
