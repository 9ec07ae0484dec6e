import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { TryWorkflow } from '../../../../src/extension/features/workflowFiles/tryWorkflow';
import * as resources from '../../../../src/taskrouter/resources';
import type { TryState } from '../../../../src/webview/try/protocol';
import { quiet, waiting } from '../../../simulator/driver';
import { FakePanel } from '../../fakePanel';
import { clientOf, openWindow, settle } from '../../window';

describe('the page that tries a workflow in an editor', () => {
  let panel: FakePanel<TryState>;
  let page: TryWorkflow | undefined;
  beforeEach(() => {
    panel = new FakePanel();
  });
  afterEach(() => page?.dispose());

  /** Of a workspace without the task channel `default`. */
  async function open(more: Parameters<typeof quiet>[0] = {}) {
    const window = openWindow({ scenario: quiet(more) });
    const account = await window.signIn();
    const client = clientOf(window.simulator);
    const workspaceSid = (await client.list(resources.workspaces, [])).rows[0]!.sid;
    const workflow = (await client.list(resources.workflows, [workspaceSid])).rows[0]!;
    const content = String(workflow['configuration']);
    const document = await vscode.workspace.openTextDocument({ language: 'json', content });
    const subject = {
      ...{ accountId: account.id, collection: resources.workflows },
      sids: [workspaceSid, workflow.sid],
    };
    const options = { ...window, extensionUri: document.uri };
    page = new TryWorkflow(panel as unknown as vscode.WebviewPanel, options, account, subject, document);
    panel.said.fire({ type: 'ready' });
    const state = () => panel.posted.at(-1)!.state;
    /** What the page shows once what it waits for has been read and tried. */
    const tried = async () => {
      do {
        await settle();
        window.clock.advance(200);
        await settle();
      } while (state().isReading);
      return state();
    };
    const say = (message: object) =>
      panel.said.fire({ ...message, instance: panel.posted.at(-1)!.instance, number: panel.posted.length });
    return { tried, say };
  }

  it('tries the task channel that it shows, from the first answer on', async () => {
    const { tried, say } = await open();
    const first = await tried();
    assert.deepEqual(
      first.channels.map(({ name }) => name),
      ['voice', 'chat'],
    );
    assert.equal(first.channel, 'voice');
    assert.deepEqual(first.result?.workers.names, ['alice', 'bob']);
    say({ type: 'channel', channel: 'chat' });
    assert.equal((await tried()).channel, 'chat');
    say({ type: 'channel', channel: 'fax' });
    const last = await tried();
    assert.equal(last.channel, 'voice');
    assert.deepEqual(last.result?.workers.names, ['alice', 'bob']);
  });

  it('fills in any waiting task that was read, found by its name, SID or attributes', async () => {
    const customers = Array.from({ length: 60 }, (_, i) => `Customer ${i}`);
    const tasks = customers.map((name) => waiting({ attributes: { name, vip: true }, channel: 'chat' }));
    const { tried, say } = await open({ workers: [], tasks });
    await tried();
    const { createQuickPick } = vscode.window;
    const [accepted, hidden] = [new vscode.EventEmitter<void>(), new vscode.EventEmitter<void>()];
    const quickPick = {
      ...{ items: [] as vscode.QuickPickItem[], activeItems: [], value: '' },
      ...{ selectedItems: [] as vscode.QuickPickItem[], matchOnDescription: false, matchOnDetail: false },
      ...{ onDidAccept: accepted.event, onDidHide: hidden.event },
      ...{ show: () => undefined, hide: () => hidden.fire(), dispose: () => undefined },
    };
    Object.assign(vscode.window, { createQuickPick: () => quickPick });
    try {
      say({ type: 'pickTask' });
      await settle();
    } finally {
      Object.assign(vscode.window, { createQuickPick });
    }
    assert.deepEqual(quickPick.items.map(({ label }) => label).sort(), customers.sort());
    assert.ok(quickPick.matchOnDescription && quickPick.matchOnDetail);
    const last = quickPick.items.find(({ label }) => label === 'Customer 59')!;
    assert.match(last.description!, /^WT[0-9a-f]{32}$/);
    assert.equal(last.detail, '{"name":"Customer 59","vip":true}');
    quickPick.selectedItems = [last];
    accepted.fire();
    await settle();
    const filled = await tried();
    assert.deepEqual(JSON.parse(filled.attributes.text), { name: 'Customer 59', vip: true });
    assert.equal(filled.channel, 'chat');
  });
});
