import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { builtIn, querySchema, SavedQueries } from '../../../../src/extension/features/table/savedQueries';
import { liveIcons } from '../../../safety/hostile';
import { FakeMemory } from '../../window';

/** From here, or from out/ when it runs inside VS Code. */
const up = __dirname.includes(`${path.sep}out${path.sep}`) ? '../../../../..' : '../../../..';
const isInEditor = 'window' in vscode;

describe('saved queries', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'queries-'));
  after(() => rmSync(root, { recursive: true }));
  const fileIn = (folder: string) => path.join(root, folder, '.vscode', 'taskrouter-queries.json');
  const read = (folder: string) => readFileSync(fileIn(folder), 'utf8');
  const memory = new FakeMemory();
  const own = async (queries: SavedQueries) => (await queries.all()).slice(builtIn().length);

  it('have the schema of their file', () => {
    const file = path.resolve(__dirname, up, 'media/taskrouter-queries.schema.json');
    if (process.env.UPDATE_SCHEMA) writeFileSync(file, `${JSON.stringify(querySchema(), null, 2)}\n`);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), querySchema(), 'run it with UPDATE_SCHEMA=1');
  });

  describe('in VS Code', function () {
    before(function () {
      if (!isInEditor) this.skip();
    });
    const { createQuickPick, showQuickPick, showInputBox, showErrorMessage } = vscode.window ?? {};
    const shown: vscode.QuickPickItem[][] = [];
    const prompts: string[] = [];
    const errors: string[] = [];
    /** What is chosen of each list; with the name of a button, that button of the item. */
    let choose: (RegExp | readonly [item: RegExp, button: string])[] = [];
    let typed = '';
    beforeEach(() => {
      for (const list of [shown, prompts, errors]) list.length = 0;
      const next = (items: readonly vscode.QuickPickItem[]) => {
        shown.push([...items]);
        const [pattern, button] = [choose.shift() ?? /^$/].flat() as [RegExp, string?];
        const item = items.find(({ label }) => pattern.test(label));
        return { item, button: item?.buttons?.find(({ tooltip }) => tooltip === button) };
      };
      Object.assign(vscode.window, {
        createQuickPick: () => {
          const listeners: Record<string, (value?: unknown) => unknown> = {};
          const on = (name: string) => (listener: () => unknown) => void (listeners[name] = listener);
          const pick = {
            items: [] as vscode.QuickPickItem[],
            selectedItems: [] as vscode.QuickPickItem[],
            onDidAccept: on('accept'),
            onDidHide: on('hide'),
            onDidTriggerItemButton: on('button'),
            show() {
              const { item, button } = next(pick.items);
              if (!item) return listeners['hide']!();
              if (button) return listeners['button']!({ item, button });
              pick.selectedItems = [item];
              listeners['accept']!();
            },
            hide: () => listeners['hide']!(),
            dispose: () => undefined,
          };
          return pick;
        },
        showQuickPick: (items: readonly vscode.QuickPickItem[]) => Promise.resolve(next(items).item),
        showInputBox: (options: vscode.InputBoxOptions) => {
          prompts.push(options.prompt!);
          const found = options.validateInput!(typed) as vscode.InputBoxValidationMessage | undefined;
          return Promise.resolve(
            found?.severity === vscode.InputBoxValidationSeverity.Error ? undefined : typed,
          );
        },
        showErrorMessage: (text: string) => Promise.resolve(void errors.push(text)),
      });
    });
    after(() => {
      if (isInEditor)
        Object.assign(vscode.window, { createQuickPick, showQuickPick, showInputBox, showErrorMessage });
    });

    /** A window with folders that have these files. */
    const openFolders = (files: Readonly<Record<string, string | undefined>>) => {
      const folders = Object.entries(files).map(([name, text]) => {
        mkdirSync(path.dirname(fileIn(name)), { recursive: true });
        if (text !== undefined) writeFileSync(fileIn(name), text);
        return { name, index: 0, uri: vscode.Uri.file(path.join(root, name)) };
      });
      return new SavedQueries(memory, () => folders);
    };
    const pick = (queries: SavedQueries, shownQuery: string, ...choices: typeof choose) => {
      choose = choices;
      return queries.pick(shownQuery);
    };

    it('of the user are there in every window, also when what is stored is damaged', async () => {
      for (const [stored, expected] of [
        [[{ name: 'Mine', query: 'is:open' }], [{ name: 'Mine', text: 'is:open' }]],
        ['damaged', []],
        [[null, { name: 'No text' }, { name: '', query: 'is:open' }], []],
      ] as const) {
        const memory = new FakeMemory();
        await memory.update('queries', stored);
        assert.deepEqual(await own(new SavedQueries(memory, () => [])), expected);
      }
    });

    it('are saved where the user says, renamed, chosen and deleted', async () => {
      const queries = openFolders({ one: undefined, two: '{\n  // ours\n  "queries": []\n}\n' });
      typed = 'Wrapping';
      await pick(queries, 'status:wrapping', /Save Current Filter/, /^two$/);
      assert.deepEqual(
        shown[1]!.map(({ label }) => label),
        ['one', 'two', 'User'],
      );
      assert.match(prompts[0]!, /no customer data/);
      assert.match(read('two'), /\/\/ ours/);
      typed = 'Mine';
      await pick(queries, 'is:open', /Save Current Filter/, /^User$/);
      assert.deepEqual(await own(queries), [
        { name: 'Wrapping', text: 'status:wrapping', folder: 'two' },
        { name: 'Mine', text: 'is:open' },
      ]);
      typed = 'In wrap-up';
      assert.equal(await pick(queries, '', [/^Wrapping$/, 'Rename'], /^In wrap-up$/), 'status:wrapping');
      await pick(queries, '', [/^In wrap-up$/, 'Delete'], [/^Mine$/, 'Delete']);
      assert.deepEqual(await own(queries), []);
      assert.match(read('two'), /\/\/ ours/);
    });

    it('are read again when the file of a folder changes', async () => {
      const queries = openFolders({ one: undefined });
      let write: NodeJS.Timeout | undefined;
      await new Promise<void>((changed) => {
        const watching = queries.watch(() => {
          watching.dispose();
          changed();
        });
        // VS Code does not say when it has begun to watch.
        let writes = 0;
        write = setInterval(() => {
          const entry = { name: `Theirs ${++writes}`, query: 'is:open' };
          writeFileSync(fileIn('one'), JSON.stringify({ queries: [entry] }));
        }, 100);
      }).finally(() => clearInterval(write));
      const [query] = await own(queries);
      assert.match(query!.name, /^Theirs/);
    });

    it('of a folder that nobody trusts are marked', async () => {
      openFolders({ one: '{ "queries": [{ "name": "Theirs", "query": "is:open" }] }' });
      const folders = () => [{ name: 'one', index: 0, uri: vscode.Uri.file(path.join(root, 'one')) }];
      for (const isTrusted of [true, false]) {
        const [query] = await own(new SavedQueries(memory, folders, () => isTrusted));
        assert.equal(query!.isUntrusted ?? false, !isTrusted);
      }
    });

    it('whose file is damaged say why, and are not written', async () => {
      const text = '{ "queries": [ {"name":';
      const queries = openFolders({ one: text });
      typed = 'Mine';
      await pick(queries, 'is:open', /Save Current Filter/, /^one$/);
      assert.deepEqual(shown[0]!.map(({ label }) => label).slice(1), [
        '$(warning) .vscode/taskrouter-queries.json is not used: it is not JSON',
      ]);
      assert.deepEqual(errors, ['The queries could not be saved: it is not JSON.']);
      assert.equal(read('one'), text);
      assert.deepEqual(await own(queries), []);
    });

    it('do not hold secrets', async () => {
      const queries = openFolders({ one: '{ "queries": [] }' });
      typed = 'Mine';
      await pick(queries, 'text:https://svc:Hunter2@hooks.example.com', /Save Current Filter/, /^one$/);
      assert.deepEqual(await own(queries), []);
    });

    it('are text of anybody: what runs is what is shown, and names draw no icons', async () => {
      const entries = [{ name: '$(trash) \u202egnp', query: 'is:open\u202e \u200bqueue:A' }];
      const queries = openFolders({ '$(sync~spin)': JSON.stringify({ queries: entries }) });
      const [query] = await own(queries);
      assert.equal(query!.text, 'is:open queue:A');
      assert.ok(!/[\u202e\u200b]/.test(JSON.stringify(query)));
      await pick(queries, '');
      for (const { label, description = '', detail = '' } of shown.flat())
        assert.deepEqual([label, description, detail].flatMap(liveIcons), []);
    });
  });
});
