import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { TryWorkflow } from '../../../../src/extension/features/workflowFiles/tryWorkflow';
import * as resources from '../../../../src/taskrouter/resources';
import type { TryState } from '../../../../src/webview/try/protocol';
import { quiet } from '../../../simulator/driver';
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
  async function open() {
    const window = openWindow({ scenario: quiet() });
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
});
