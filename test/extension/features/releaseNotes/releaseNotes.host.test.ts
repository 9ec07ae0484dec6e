import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { offerReleaseNotes } from '../../../../src/extension/features/releaseNotes/releaseNotes';
import { FakeMemory } from '../../window';

describe('release notes', () => {
  const said: string[] = [];
  let answer: (buttons: readonly string[]) => string | undefined;
  let memory: FakeMemory;
  const { showInformationMessage } = vscode.window;
  before(() => {
    vscode.window.showInformationMessage = (text: string, ...buttons: unknown[]) => {
      said.push(text);
      return Promise.resolve(answer(buttons as string[]) as never);
    };
  });
  after(() => {
    vscode.window.showInformationMessage = showInformationMessage;
  });
  beforeEach(() => {
    said.length = 0;
    answer = () => undefined;
    memory = new FakeMemory();
  });

  const { extensionUri } = vscode.extensions.getExtension('taskrouter-tools.taskrouter-reservations')!;
  const start = (version: string) => offerReleaseNotes(memory, { packageJSON: { version }, extensionUri });

  it('are not offered after the first installation, nor while the version stays', async () => {
    for (let i = 0; i < 3; i++) await start('1.2.0');
    assert.deepEqual(said, []);
  });

  it('are offered once after each update', async () => {
    for (const version of ['1.2.0', '1.4.0', '1.4.0', '1.4.1', '1.4.1']) await start(version);
    assert.deepEqual(said, [
      'TaskRouter was updated to version 1.4.0.',
      'TaskRouter was updated to version 1.4.1.',
    ]);
  });

  it('are never offered again to a user who does not want them', async () => {
    answer = ([, never]) => never;
    for (const version of ['1.2.0', '1.4.0', '1.6.0']) await start(version);
    assert.equal(said.length, 1);
  });

  it('open as a page', async () => {
    answer = ([show]) => show;
    const opened = new Promise<void>((resolve) => {
      const listening = vscode.window.tabGroups.onDidChangeTabs(({ opened: tabs }) => {
        if (!tabs.some(({ label }) => label.includes('CHANGELOG.md'))) return;
        listening.dispose();
        resolve();
      });
    });
    for (const version of ['1.2.0', '1.4.0']) await start(version);
    await opened;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
