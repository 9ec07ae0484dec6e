import { strict as assert } from 'node:assert';
import { mkdtempSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { callerDataIn } from '../../../../src/extension/features/reservation/callerData';
import { PresetPicks } from '../../../../src/extension/features/reservation/presetPicks';
import { instructionNamed } from '../../../../src/taskrouter/instructions';
import type { FormValues } from '../../../../src/webview/shared/protocol';
import { FakeMemory } from '../../window';
import { liveIcons } from '../../../safety/hostile';

const file = (folder: string) => path.join(folder, '.vscode', 'taskrouter-presets.json');
const entry = (name: string) => ({ name, instruction: 'conference', parameters: { Timeout: '9' } });

/** A window with folders of these names, each with a preset of its own name. */
function openFolders(...names: string[]) {
  const root = mkdtempSync(path.join(tmpdir(), 'folders-'));
  const folders = names.map((name, index) => {
    const folder = path.join(root, name);
    mkdirSync(path.dirname(file(folder)), { recursive: true });
    writeFileSync(file(folder), JSON.stringify({ presets: [entry(`Of ${name}`)] }));
    return { name, index, uri: vscode.Uri.file(folder) };
  });
  return { folders, picks: new PresetPicks(new FakeMemory(), () => folders) };
}

describe('the quick pick of presets', () => {
  const { createQuickPick, showQuickPick, showInputBox } = vscode.window;
  /** Items of each list that was shown, and which of them is chosen. */
  const shown: vscode.QuickPickItem[][] = [];
  const prompts: string[] = [];
  let choose: RegExp[] = [];
  let typed = 'Mine';
  const chosen = (items: readonly vscode.QuickPickItem[]) => {
    shown.push([...items]);
    const pattern = choose.shift();
    return pattern && items.find(({ label }) => pattern.test(label));
  };
  before(() => {
    Object.assign(vscode.window, {
      createQuickPick: () => {
        const listeners: Record<string, () => unknown> = {};
        const on = (name: string) => (listener: () => unknown) => {
          listeners[name] = listener;
        };
        const pick = {
          items: [] as vscode.QuickPickItem[],
          selectedItems: [] as vscode.QuickPickItem[],
          onDidAccept: on('accept'),
          onDidHide: on('hide'),
          onDidTriggerItemButton: on('button'),
          show() {
            const item = chosen(pick.items);
            if (!item) return listeners['hide']!();
            pick.selectedItems = [item];
            listeners['accept']!();
          },
          hide: () => listeners['hide']!(),
          dispose: () => undefined,
        };
        return pick;
      },
      showQuickPick: (items: readonly vscode.QuickPickItem[]) => Promise.resolve(chosen(items)),
      showInputBox: (options: vscode.InputBoxOptions) => {
        prompts.push(options.prompt!);
        const problem = options.validateInput!(typed) as vscode.InputBoxValidationMessage | undefined;
        return Promise.resolve(problem ? undefined : typed);
      },
    });
  });
  after(() => void Object.assign(vscode.window, { createQuickPick, showQuickPick, showInputBox }));
  beforeEach(() => {
    shown.length = 0;
    prompts.length = 0;
    typed = 'Mine';
  });

  const pick = (picks: PresetPicks, filled: FormValues) =>
    picks.pick(instructionNamed('conference'), filled, callerDataIn('{"from":"+15550100150"}'), undefined);

  it('offers the presets of every folder, with the name of the folder', async () => {
    const { picks } = openFolders('backend', 'contact-centre');
    choose = [/^Of contact-centre$/];
    const fill = await pick(picks, {});
    assert.deepEqual(fill!({ record: 'true' }), { record: 'true', timeout: '9' });
    assert.deepEqual(
      shown[0]!.map(({ label, description }) => [label, description]),
      [
        ['Of backend', 'backend'],
        ['Of contact-centre', 'contact-centre'],
      ],
    );
  });

  it('asks in which folder a preset is saved, and says what it omits', async () => {
    const { picks, folders } = openFolders('backend', 'contact-centre');
    choose = [/Save Current Values/, /^contact-centre$/];
    await pick(picks, { timeout: '45', from: '+1 (555) 010-0150' });
    assert.deepEqual(
      shown[1]!.map(({ label }) => label),
      ['backend', 'contact-centre', 'User'],
    );
    assert.deepEqual(prompts, ['From is left out: it comes from this task.']);
    const saved = folders.map(({ uri }) => JSON.parse(readFileSync(file(uri.fsPath), 'utf8')) as unknown);
    const mine = { name: 'Mine', instruction: 'conference', parameters: { Timeout: '45' } };
    assert.deepEqual(saved, [
      { presets: [entry('Of backend')] },
      { presets: [entry('Of contact-centre'), mine] },
    ]);
  });

  it('takes no name for a shared file that gives away the caller or a secret', async () => {
    for (typed of ['+1 555 010 0150', 'For 5550100150', 'https://svc:Hunter2@hooks.example.com'])
      for (const where of [/^backend$/, /^User$/]) {
        const { picks, folders } = openFolders('backend');
        choose = [/Save Current Values/, where];
        await pick(picks, { timeout: '45' });
        const saved = readFileSync(file(folders[0]!.uri.fsPath), 'utf8');
        assert.deepEqual(JSON.parse(saved), { presets: [entry('Of backend')] }, typed);
      }
  });

  it('shows folders of any name as text', async () => {
    const { picks } = openFolders('$(trash)', 'a$(sync~spin)');
    choose = [/Save Current Values/];
    await pick(picks, { timeout: '45' });
    for (const items of shown)
      for (const { label, description = '', detail = '' } of items)
        assert.deepEqual([label.replace('$(add)', ''), description, detail].flatMap(liveIcons), []);
  });

  it('does not ask for a location when no folder is open', async () => {
    const { picks } = openFolders();
    choose = [/Save Current Values/];
    await pick(picks, { timeout: '45' });
    assert.equal(shown.length, 1);
    choose = [];
    await pick(picks, {});
    assert.deepEqual(
      shown[1]!.map(({ label, description }) => [label, description]),
      [['Mine', 'User']],
    );
  });

  it('does not read a file that never ends, and shows the presets of the other folders', async function () {
    if (process.platform === 'win32') this.skip();
    const { picks, folders } = openFolders('backend', 'contact-centre');
    const endless = path.join(folders[0]!.uri.fsPath, 'endless');
    mkdirSync(path.dirname(file(endless)), { recursive: true });
    symlinkSync('/dev/zero', file(endless));
    folders[0] = { ...folders[0]!, name: 'endless', uri: vscode.Uri.file(endless) };
    choose = [];
    await pick(picks, {});
    assert.deepEqual(
      shown[0]!.map(({ label, description }) => [label, description]),
      [
        ['$(warning) .vscode/taskrouter-presets.json is not used: it is not a regular file', 'endless'],
        ['Of contact-centre', 'contact-centre'],
      ],
    );
  });
});
