import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { CallbackBenches } from '../../../../src/extension/features/callbacks/callbackBenches';
import { FakeMemory, openWindow, workspaceOf } from '../../window';

describe('the callback benches of a window', () => {
  it('are one for each workspace, also when VS Code restores a tab after the bench was opened anew', async () => {
    const { accounts, store, clock, simulator } = openWindow();
    const account = await accounts.simulate();
    const workspaceSid = await workspaceOf(simulator);
    const benches = new CallbackBenches({
      ...{ accounts, store, clock, workspaceMemory: new FakeMemory() },
      extensionUri: vscode.Uri.file('/none'),
      forms: { show: () => assert.fail('a form'), fill: () => assert.fail('a form') },
    });
    const bench = benches.show(account, workspaceSid);
    const restored = vscode.window.createWebviewPanel('test', 'Callbacks', vscode.ViewColumn.Active);
    const isClosed = new Promise<void>((resolve) => restored.onDidDispose(resolve));
    benches.restore(restored, { binding: { accountId: account.id, workspaceSid } });
    await isClosed;
    assert.equal(benches.show(account, workspaceSid), bench);
    benches.dispose();
    simulator.stop();
  });
});
