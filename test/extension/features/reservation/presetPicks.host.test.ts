import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
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
    assert.deepEqual(prompts, ['From is not saved: it comes from this task.']);
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

  describe('in a folder whose preset file is', () => {
    /** The first folder, without a file. */
    const emptied = () => {
      const opened = openFolders('backend', 'contact-centre');
      const at = file(opened.folders[0]!.uri.fsPath);
      rmSync(at);
      return { ...opened, at };
    };

    const unreadable: Readonly<Record<string, readonly [make: (at: string) => void, problem: string]>> = {
      'a link to a device': [(at) => symlinkSync('/dev/zero', at), 'it is not a regular file'],
      // A regular file of size 0 by its status, and of 128 GiB when it is read.
      'a link to a file without end': [
        (at) => symlinkSync('/proc/self/pagemap', at),
        'it is larger than 256 KiB',
      ],
      'a FIFO': [(at) => execFileSync('mkfifo', [at]), 'it is not a regular file'],
      'a folder': [(at) => mkdirSync(at), 'it is not a regular file'],
      'a sparse file of 600 MB': [
        (at) => {
          writeFileSync(at, '');
          truncateSync(at, 600e6);
        },
        'it is larger than 256 KiB',
      ],
      'a link to itself': [(at) => symlinkSync(at, at), 'it could not be read (ELOOP)'],
    };
    for (const [what, [make, problem]] of Object.entries(unreadable)) {
      it(`${what}, shows why it is not used, and the presets of the other folders`, async function () {
        if (process.platform !== 'linux') this.skip();
        const { picks, at } = emptied();
        make(at);
        const before = process.memoryUsage().rss;
        choose = [];
        await pick(picks, {});
        assert.deepEqual(
          shown[0]!.map(({ label, description, detail }) => [label, description, detail]),
          [
            [`$(warning) .vscode/taskrouter-presets.json is not used: ${problem}`, 'backend', undefined],
            ['Of contact-centre', 'contact-centre', 'Timeout=9'],
          ],
        );
        assert.ok(process.memoryUsage().rss - before < 100e6, 'the file was not read into memory');
      });
    }

    const links: Readonly<Record<string, (at: string, outside: string) => void>> = {
      'a link to a file outside': (at, outside) => {
        writeFileSync(outside, '{"presets":[]}');
        symlinkSync(outside, at);
      },
      'a link to no file yet': (at, outside) => symlinkSync(outside, at),
      'in a folder that is a link': (at, outside) => {
        rmSync(path.dirname(at), { recursive: true });
        mkdirSync(path.dirname(outside), { recursive: true });
        symlinkSync(path.dirname(outside), path.dirname(at));
      },
    };
    for (const [what, make] of Object.entries(links)) {
      it(`${what}, does not save a preset there, and says where the link leads`, async function () {
        if (process.platform === 'win32') this.skip();
        const { picks, at } = emptied();
        const elsewhere = mkdtempSync(path.join(tmpdir(), 'elsewhere-'));
        const outside = path.join(elsewhere, 'taskrouter-presets.json');
        make(at, outside);
        const content = () => (existsSync(outside) ? readFileSync(outside, 'utf8') : undefined);
        const before = content();
        const { showErrorMessage } = vscode.window;
        const errors: string[] = [];
        Object.assign(vscode.window, {
          showErrorMessage: (text: string) => Promise.resolve(void errors.push(text)),
        });
        try {
          choose = [/Save Current Values/, /^backend$/];
          await pick(picks, { timeout: '45' });
        } finally {
          Object.assign(vscode.window, { showErrorMessage });
        }
        assert.equal(content(), before);
        assert.equal(errors.length, 1);
        assert.match(errors[0]!, /not be saved: it is a link to .*elsewhere-.*, outside this folder\.$/);
      });
    }

    it('a link inside the folder, saves a preset there', async function () {
      if (process.platform === 'win32') this.skip();
      const { picks, at } = emptied();
      const inside = path.join(path.dirname(at), 'shared.json');
      symlinkSync('shared.json', at);
      choose = [/Save Current Values/, /^backend$/];
      await pick(picks, { timeout: '45' });
      assert.match(readFileSync(inside, 'utf8'), /Mine/);
    });
  });
});
