import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { Account } from '../../../../src/extension/accounts/account';
import { JsonDocuments } from '../../../../src/extension/features/explorer/jsonDocuments';
import { Store } from '../../../../src/extension/data/store';

const sid = `WT${'1'.repeat(32)}`;
const uriOf = (account: string) =>
  vscode.Uri.from({ scheme: 'taskrouter-json', path: `/${sid}.json`, query: account });

describe('JSON documents', () => {
  // The extension itself is their provider in this window; these are asked directly.
  const store = new Store(() => Promise.reject(new Error('nothing is read here')));
  const row = {
    sid,
    attributes: '{"name": "<b>[x](command:y)\u202e</b>"}',
    unknown_field: [1, { deep: null }],
    url: 'https://taskrouter.twilio.com/v1/Workspaces',
    links: { reservations: 'https://taskrouter.twilio.com/v1/Workspaces' },
  };
  const shown = {
    sid,
    attributes: { name: '<b>[x](command:y)\u202e</b>' },
    unknown_field: [1, { deep: null }],
  };
  let documents: JsonDocuments;
  let isSignedIn = true;
  before(() => {
    documents = new JsonDocuments(store, { get: () => (isSignedIn ? ({} as Account) : undefined) });
    store.put(store.begin('one'), row);
  });
  after(() => documents.dispose());

  it('show a row with unknown fields, its attributes as JSON, and no API URLs', async () => {
    const text = await documents.provideTextDocumentContent(uriOf('one'));
    assert.deepEqual(JSON.parse(text), shown);
  });

  it('show attributes that are not a JSON object unchanged', async () => {
    for (const attributes of ['[1]', '{"name":', 'plain', '']) {
      store.put(store.begin('raw'), { ...row, attributes });
      const text = await documents.provideTextDocumentContent(uriOf('raw'));
      assert.equal((JSON.parse(text) as typeof row).attributes, attributes);
    }
  });

  it('have no links, in whatever field a URL is', async () => {
    const address = 'https://example.com/?a=://b';
    const written = {
      sid,
      attributes: JSON.stringify({ [address]: address, nested: [{ file: 'file:///etc/passwd' }, address] }),
      reason: address,
      addons: JSON.stringify({ address }),
      [address]: { [address]: [address] },
    };
    for (const [account, row] of [
      ['linked', written],
      ['linked, raw', { ...written, attributes: `not JSON: ${address}` }],
    ] as const) {
      store.put(store.begin(account), row);
      const text = await documents.provideTextDocumentContent(uriOf(account));
      assert.ok(!text.includes('://'), text);
      const attributes = account === 'linked' ? (JSON.parse(row.attributes) as object) : row.attributes;
      assert.deepEqual(JSON.parse(text), { ...row, attributes });
    }
  });

  it('name no schema, because VS Code would fetch it', async () => {
    store.put(store.begin('schema'), { ...row, $schema: 'https://example.com/schema.json' });
    assert.deepEqual(JSON.parse(await documents.provideTextDocumentContent(uriOf('schema'))), shown);
  });

  it('show an account’s own row', async () => {
    assert.match(await documents.provideTextDocumentContent(uriOf('other')), /no longer loaded/);
  });

  it('say when the row does not exist any more', async () => {
    const text = await documents.provideTextDocumentContent(uriOf('one').with({ path: '/WT2.json' }));
    assert.match(text, /^\/\/ WT2 is no longer loaded\. Find it in the view/);
  });

  it('show a row that was deleted as it was last read, until its account is signed out', async () => {
    store.put(store.begin('deleted'), row);
    const before = await documents.provideTextDocumentContent(uriOf('deleted'));
    store.forget('deleted');
    const text = await documents.provideTextDocumentContent(uriOf('deleted'));
    assert.equal(text, `// ${sid} is no longer loaded. This is how it was last read.\n${before}`);
    isSignedIn = false;
    assert.match(await documents.provideTextDocumentContent(uriOf('deleted')), /Find it in the view/);
    isSignedIn = true;
    assert.match(await documents.provideTextDocumentContent(uriOf('deleted')), /Find it in the view/);
  });

  it('open as read-only JSON, and follow the store', async () => {
    await documents.show('one', sid);
    const { document } = vscode.window.activeTextEditor!;
    assert.equal(document.uri.scheme, 'taskrouter-json');
    assert.equal(document.languageId, 'json');
    assert.deepEqual(JSON.parse(document.getText()), shown);
    assert.equal(vscode.workspace.fs.isWritableFileSystem('taskrouter-json') ?? false, false);
    const changed = new Promise<void>((resolve) => {
      const listening = vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document !== document) return;
        listening.dispose();
        resolve();
      });
    });
    store.put(store.begin('one'), { ...row, reason: 'changed' });
    await changed;
    assert.equal((JSON.parse(document.getText()) as typeof row & { reason: string }).reason, 'changed');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});
