import { strict as assert } from 'node:assert';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';

describe('the preset file in VS Code’s editor', () => {
  it('is validated and completed by its schema', async function () {
    if (!vscode.extensions.getExtension('vscode.json-language-features')) this.skip();
    const folder = mkdtempSync(path.join(tmpdir(), 'presets-'));
    const uri = vscode.Uri.file(path.join(folder, '.vscode', 'taskrouter-presets.json'));
    const text = JSON.stringify({
      presets: [
        { name: 'Patient', instruction: 'conference', parameters: { Timeout: 45, CallTo: 'client:a' } },
      ],
    });
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    const told = new Promise<readonly vscode.Diagnostic[]>((resolve) => {
      const listening = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (!uris.some((one) => one.toString() === uri.toString())) return;
        const found = vscode.languages.getDiagnostics(uri);
        if (found.length === 0) return;
        listening.dispose();
        resolve(found);
      });
    });
    const { document } = await vscode.window.showTextDocument(uri);
    assert.deepEqual(
      (await told).map(({ message }) => message),
      ['Property CallTo is not allowed.'],
    );
    const at = document.positionAt(text.indexOf('"CallTo"'));
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      at,
    );
    const offered = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(offered.includes('ConferenceRecord'), offered.join());
    assert.ok(!offered.includes('SipAuthPassword'));
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});
