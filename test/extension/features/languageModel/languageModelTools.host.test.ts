import { strict as assert } from 'node:assert';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import * as vscode from 'vscode';
import { ToolAnswers } from '../../../../src/extension/features/languageModel/toolAnswers';
import { tools } from '../../../../src/tools/tools';
import { openActions } from '../../actions/openActions';
import { answer as response, canary, entryOf, findReservation, openWindow, settle } from '../../window';

const textOf = ({ content }: vscode.LanguageModelToolResult) =>
  content.map((part) => (part as vscode.LanguageModelTextPart).value).join('');
const parsed = (result: vscode.LanguageModelToolResult) => JSON.parse(textOf(result)) as Rows[number];
type Rows = readonly Record<string, unknown>[];

describe('language model tools', () => {
  const extension = vscode.extensions.getExtension('taskrouter-tools.taskrouter-reservations')!;
  const invokeTool = (name: string, input: object) =>
    vscode.lm.invokeTool(`taskrouter_${name}`, { input, toolInvocationToken: undefined });
  const invoke = async (name: string, input: object = {}) => parsed(await invokeTool(name, input));
  const first = async (name: string, input: object) => ((await invoke(name, input))['rows'] as Rows)[0]!;

  const settings = vscode.workspace.getConfiguration('taskrouter');
  const setting = (name: string, value: boolean | undefined) =>
    settings.update(`languageModel.${name}`, value, vscode.ConfigurationTarget.Global);

  before(async () => {
    await extension.activate();
    await vscode.commands.executeCommand('taskrouter.account.simulate');
  });
  after(async () => {
    const { showWarningMessage } = vscode.window;
    vscode.window.showWarningMessage = () => Promise.resolve('Sign Out' as never);
    try {
      await vscode.commands.executeCommand('taskrouter.account.signOut');
    } finally {
      vscode.window.showWarningMessage = showWarningMessage;
    }
    assert.match(textOf(await invokeTool('find_tasks', { query: 'is:open' })), /No account is signed in/);
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
    const reading = tools.filter(({ prepares }) => !prepares).map(({ name }) => name.slice(11));
    assert.deepEqual(Object.keys(inputs).sort(), reading.sort());
    for (const [name, [input, has]] of Object.entries(inputs)) {
      const result = await invoke(name, input);
      assert.ok(has in result, `${name}: ${JSON.stringify(result)}`);
    }
    assert.ok(Number((await invoke('requests'))['madeByTools']) > 10);
  });

  it('leave out what others wrote while the setting is off', async () => {
    await setting('quotations', false);
    try {
      assert.equal((await first('find_workers', { query: 'Solberg' }))['name'], '⟪…⟫');
    } finally {
      await setting('quotations', undefined);
    }
    assert.equal((await first('find_workers', { query: 'Solberg' }))['name'], '⟪Ingrid Solberg⟫');
  });

  describe('in a window', () => {
    async function stage({ limit = 600, kind = 'twilio', readOnly = false } = {}) {
      const window = openWindow({ limit: () => limit });
      if (kind === 'simulated') await window.accounts.simulate();
      else await window.accounts.signIn({ ...entryOf(window.simulator), readOnly }, canary);
      const { actions, dialogs } = openActions(window);
      const proposed: unknown[] = [];
      const forms = {
        propose: (...given: readonly unknown[]) => (proposed.push(given.slice(1)), Promise.resolve()),
      };
      const { accounts, budget, clock } = window;
      const requests = { byTools: 0 };
      window.onExchange = (_account, { purpose }) => {
        if (purpose === 'tool') requests.byTools++;
      };
      const answers = new ToolAnswers({
        ...{ accounts, budget, requests, actions, forms, clock, skew: { now: () => clock.now() } },
        confirmModal: (...dialog) => {
          dialogs.shown.push(dialog);
          return Promise.resolve(dialogs.confirms);
        },
      });
      const source = new vscode.CancellationTokenSource();
      const ask = (name: string, input: object = {}) =>
        answers.invoke(`taskrouter_${name}`, input, source.token);
      const posts = () => window.sent.filter(({ method }) => method !== 'GET');
      return {
        ...{ window, answers, budget, clock, ask, dialogs, proposed, posts },
        cancel: () => source.cancel(),
      };
    }

    it('count their requests, and wait for the request limit', async () => {
      const on = await stage({ limit: 5 });
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

    for (const kind of ['twilio', 'simulated'] as const)
      it(`only prepare changes of a ${kind} account, which the user confirms in a dialog`, async () => {
        const on = await stage({ kind });
        const { taskSid: task, workerSid: worker } = await findReservation(on.window.simulator, 'pending');
        on.dialogs.confirms = false;
        const [cancel, move] = [
          { task, change: 'cancel', reason: 'Hung up' },
          { worker, activity: 'Break', workspace: 'Desk' },
        ];
        const { sent, request } = parsed(await on.ask('prepare_task', cancel));
        assert.equal(sent, false);
        assert.match(JSON.stringify(request), /"name":"Reason","value":"⟪Hung up⟫"/);
        await settle();
        await on.ask('prepare_activity', move);
        await settle();
        assert.equal(on.dialogs.shown.length, 2);
        const [[question, detail] = []] = on.dialogs.shown;
        assert.match(question!, /^Cancel task Dana Alder/);
        assert.match(detail!, /AssignmentStatus = canceled\nReason = Hung up$/);
        assert.deepEqual(on.posts(), [], 'nothing is sent without the button of the dialog');
        on.dialogs.confirms = true;
        await on.ask('prepare_task', cancel);
        await settle();
        assert.equal(on.posts().length, 1);
      });

    it('fill in the form of a reservation, and leave addresses and texts to the user', async () => {
      const on = await stage({ kind: 'simulated' });
      const {
        taskSid: task,
        sid: reservation,
        workspaceSid,
      } = await findReservation(on.window.simulator, 'pending');
      const ask = (input: object) => on.ask('prepare_instruction', { task, reservation, ...input });
      const accepted = parsed(await ask({ instruction: 'accept' }));
      assert.equal(accepted['would'], 'Accept ⟪Dana Alder⟫ for ⟪Ada Wren⟫');
      const values = { record: 'true' };
      await ask({ instruction: 'conference', values: { ...values, to: 'sip:evil@example.com' } });
      await ask({ instruction: 'conference', values: { ...values, statusCallback: 'https://example.com' } });
      await ask({ instruction: 'conference', values });
      await settle();
      const address = { workspaceSid, parentSid: task, sid: reservation };
      assert.deepEqual(on.proposed, [
        [address, 'accept', {}],
        [address, 'conference', values],
      ]);
      assert.deepEqual(on.posts(), []);
    });

    it('prepare nothing in a read-only account, nor what is not possible', async () => {
      const on = await stage({ readOnly: true });
      const { taskSid: task } = await findReservation(on.window.simulator, 'pending');
      const cancel = { task, change: 'cancel', reason: 'Hung up' };
      assert.match(textOf(await on.ask('prepare_task', cancel)), /Read-only account/);
      const other = await stage();
      const complete = { ...cancel, change: 'complete' };
      assert.match(textOf(await other.ask('prepare_task', complete)), /not possible/);
      await settle();
      assert.deepEqual([...on.dialogs.shown, ...other.dialogs.shown], []);
    });

    it('say before a change where it is, and exactly what', async () => {
      const { answers } = await stage();
      const describe = (name: string, input: object) => answers.describe(`taskrouter_${name}`, input);
      const prepared = describe('prepare_task', { task: 'WT1', reason: '[x](command:y) ![a](https://b)' });
      const { title, message } = prepared!.confirmationMessages!;
      assert.equal(title, 'Prepare this change?');
      assert.deepEqual((message as string).split('\n'), [
        'Account: Test account (production)',
        'task = WT1',
        'reason = [x] (command: y) ![a] (https: //b)',
        'Nothing is sent until you confirm it in the form or dialog that opens.',
      ]);
      assert.equal(describe('find_tasks', { query: 'x' }), undefined);
    });

    it('start as an MCP server while the setting is on, and keep the credentials in this process', async () => {
      const on = await stage();
      const { taskSid: task } = await findReservation(on.window.simulator, 'pending');
      const script = path.join(extension.extensionPath, 'dist/mcpBridge.js');
      const definition = () =>
        new vscode.McpStdioServerDefinition('TaskRouter', process.execPath, [script], {});
      assert.equal(await on.answers.startMcpServer(definition()), undefined, 'it is off by default');
      await setting('mcpServer', true);
      const started = await on.answers.startMcpServer(definition());
      await setting('mcpServer', undefined);
      const { command, args } = started!;
      const env = Object.fromEntries(
        Object.entries(started!.env).map(([key, value]) => [key, String(value)]),
      );
      assert.deepEqual(Object.keys(env), [
        'ELECTRON_RUN_AS_NODE',
        'TASKROUTER_MCP_PIPE',
        'TASKROUTER_MCP_TOKEN',
      ]);
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(new StdioClientTransport({ command, args, env }));
      const reading = tools.filter(({ prepares }) => !prepares).map(({ name }) => name);
      assert.deepEqual(
        (await client.listTools()).tools.map(({ name }) => name),
        reading,
      );
      const before = on.window.sent.length;
      const explained = await client.callTool({ name: 'taskrouter_explain_task', arguments: { task } });
      assert.match(JSON.stringify(explained), /headline/);
      const { madeByTools } = parsed(await on.ask('requests'));
      assert.equal(madeByTools, on.window.sent.length - before, 'they count');
      assert.ok(on.budget.used > 0);
      for (const text of [JSON.stringify(explained), JSON.stringify(env)]) assert.ok(!text.includes(canary));
      const closed = new Promise<void>((resolve) => (client.onclose = resolve));
      on.answers.dispose();
      await closed;
    });

    it('end when they are canceled', async () => {
      const on = await stage({ limit: 1 });
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
