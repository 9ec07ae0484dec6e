import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { freeUri } from '../../../src/extension/actions/saveFile';

describe('the suggested name of a new file', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'save-'));
  after(() => rmSync(root, { recursive: true }));

  it('is that of no other file', async () => {
    mkdirSync(path.join(root, 'callbacks'));
    const names: string[] = [];
    for (const name of ['accept.json', 'accept.json', 'accept.json', 'a.routes.json', 'a.routes.json']) {
      const { fsPath } = await freeUri(vscode.Uri.file(root), `callbacks/${name}`);
      writeFileSync(fsPath, '');
      names.push(path.basename(fsPath));
    }
    assert.deepEqual(names, [
      'accept.json',
      'accept-2.json',
      'accept-3.json',
      'a.routes.json',
      'a-2.routes.json',
    ]);
  });
});
