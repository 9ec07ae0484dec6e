import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { answer, gate, refusal, settle, withoutJitter } from '../../window';
import { allColumns } from '../../../../src/extension/features/table/columns';
import { TableRows } from '../../../../src/extension/features/table/tableRows';
import { exportedText } from '../../../../src/extension/features/table/exportedRows';
import { taskKind } from '../../../../src/extension/features/table/taskKind';
import { listedTask } from '../../../../src/query/matches';
import * as resources from '../../../../src/taskrouter/resources';
import type { Panel, Stage } from './tableStage';
import { eventually, large, last, post, say, useTables, taskRows } from './tableStage';

const workspace = { sid: 'WS1', name: 'Desk' };
const hostile = { name: '=HYPERLINK("http://x")', from: '+15550100', note: 'a,"b"\n\u202e<b>' };

describe('tasks as JSON', () => {
  it('have attributes as they were written, with long numbers and equal keys', async () => {
    const attributes = '{"id": 12345678901234567890, "a": 1.0, "a": 2, "text": "x\u2028y"}';
    const task = listedTask(resources.tasks.read({ sid: 'WT1', attributes }), workspace);
    const text = await exportedText({
      ...{ kind: taskKind, format: 'json', rows: [task], columns: [] },
      factsOf: () => ({ row: task, detail: { events: 'unread' }, now: 0 }),
    });
    assert.equal(
      text.slice(text.indexOf('"attributes"')).replace(/\n */g, ''),
      '"attributes": {"id": 12345678901234567890,"a": 1.0,"a": 2,"text": "x\u2028y"}}]',
    );
    const [row] = JSON.parse(text) as { sid: string; notRead: string[] }[];
    assert.equal(row!.sid, 'WT1');
    assert.deepEqual(row!.notRead, ['inStatusSince', 'worker']);
  });
});

describe('attributes in the table of tasks', () => {
  const ids = ['12345678901234567891', '12345678901234567890', '1.10', '-0', '1e400'];
  const tasks = ids.map((id, i) =>
    listedTask(resources.tasks.read({ sid: `WT${i}`, attributes: `{"id":${id}}` }), workspace),
  );
  const column = allColumns(taskKind.columns(false), ['attributes.id']).get('attributes.id')!;

  it('are shown and exported with the digits that TaskRouter sent', async () => {
    const facts = tasks.map((task) => ({ row: task, detail: { events: 'read' }, now: 0 }) as const);
    assert.deepEqual(
      facts.map((one) => column.cell(one).text),
      ids,
    );
    const text = await exportedText({
      ...{ kind: taskKind, format: 'csv', rows: tasks, columns: [column] },
      factsOf: (task) => facts.find((one) => one.row === task)!,
    });
    // An apostrophe keeps a spreadsheet from reading a formula.
    assert.equal(
      text.replaceAll('"', ''),
      ['Task SID,id', ...ids.map((id, i) => `WT${i},${id.replace(/^-/, "'-")}`), ''].join('\r\n'),
    );
  });

  it('are sorted by all of their digits', () => {
    const rows = new TableRows({ keyOf: column.sortKey!, isDescending: false });
    rows.add(tasks);
    assert.deepEqual(
      rows.all.map(({ sid }) => ids[Number(sid.slice(2))]),
      ['-0', '1.10', '12345678901234567890', '12345678901234567891', '1e400'],
    );
  });
});

describe('copying and exporting tasks', function () {
  this.timeout(20_000);
  const { made, begin, open } = useTables();
  const { showSaveDialog, withProgress, showErrorMessage, showInformationMessage } = vscode.window;
  let folder: string;
  let file: string;
  const reports: string[] = [];
  const errors: string[] = [];
  let cancel = () => undefined as void;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tasks-'));
    file = path.join(folder, 'tasks.csv');
    reports.length = 0;
    errors.length = 0;
    vscode.window.showSaveDialog = () => Promise.resolve(vscode.Uri.file(file));
    vscode.window.showErrorMessage = (text: string) => Promise.resolve(void errors.push(text));
    vscode.window.withProgress = ((
      _options: unknown,
      work: (progress: object, token: object) => Promise<unknown>,
    ) => {
      const canceled = new vscode.EventEmitter<void>();
      cancel = () => canceled.fire();
      const report = ({ message }: { message: string }) => reports.push(message);
      return work({ report }, { onCancellationRequested: canceled.event });
    }) as never;
  });
  afterEach(async () => {
    Object.assign(vscode.window, { showSaveDialog, withProgress, showErrorMessage, showInformationMessage });
    await rm(folder, { recursive: true });
  });
  const read = () => readFile(file, 'utf8').catch(() => undefined);

  const copied = async (on: Stage, panel: Panel, format: string) => {
    await vscode.env.clipboard.writeText('');
    post(panel, { type: 'copy', format });
    for (let text = ''; ; text = await vscode.env.clipboard.readText()) {
      if (text) return text;
      await settle();
    }
  };

  it('copies the selected rows, or all, with texts that no spreadsheet runs', async () => {
    const on = await begin();
    const row = {
      sid: `WT${'f'.repeat(32)}`,
      assignment_status: 'reserved',
      attributes: JSON.stringify(hostile),
      date_created: '2026-01-02T03:04:05Z',
    };
    on.wire = ({ url }, pass) =>
      url.searchParams.get('AssignmentStatus') === 'reserved'
        ? Promise.resolve(answer(200, { tasks: [row], meta: { next_page_url: null } }))
        : pass();
    const panel = await open(on);
    await say(on, panel, { type: 'run', text: 'is:open attributes.note:b' });
    await say(on, panel, { type: 'column', key: 'attributes.note', isShown: true });
    const csv = await copied(on, panel, 'csv');
    const [titles, record] = csv.split('\r\n');
    assert.equal(
      titles!.replaceAll('"', ''),
      'Task SID,About,Status,Created,In status since,Queue,Channel,Priority,Worker,Reason,note',
    );
    assert.ok(record!.includes(`,"'=HYPERLINK(""http://x"")",`), record);
    assert.ok(record!.endsWith('"a,""b"" \u202e<b>"'), record);
    const json = JSON.parse(await copied(on, panel, 'json')) as { attributes: object; created: string }[];
    assert.deepEqual(json[0]!.attributes, hostile);
    assert.match(json[0]!.created, /^2026-01-02T03:04:05/);
    await say(on, panel, { type: 'run', text: 'is:open' });
    const [, second] = taskRows(panel);
    await say(on, panel, { type: 'select', sid: second!.sid });
    const one = await copied(on, panel, 'csv');
    assert.deepEqual([one.split('\r\n').length, one.includes(second!.sid)], [3, true]);
  });

  it('reads what has not been read, says how far it is, and writes all', async () => {
    const on = await begin({ scenario: large(28_000) });
    const panel = await open(on);
    assert.ok(last(panel).progress.canContinue);
    post(panel, { type: 'export' });
    await eventually(on, () => reports.length > 1, 'nothing is reported');
    let text: string | undefined;
    while ((text = await read()) === undefined) await settle();
    await eventually(on, () => !last(panel).progress.isReading, 'it is still reading');
    while ((text = (await read())!).split('\r\n').length < 28_002) await settle();
    assert.ok(text.startsWith('\ufeff"Task SID",'));
    assert.equal(text.split('\r\n').length, 28_002);
    assert.match(reports.join(), /read [\d,]+ of 28,000/);
    assert.deepEqual(errors, []);
  });

  it('writes nothing when it is canceled, and leaves the table as it is', async () => {
    const on = await begin({ scenario: large(5000) });
    const held = gate();
    let pages = 0;
    on.wire = async ({ url }, pass) => {
      if (url.searchParams.get('PageSize') === '1000' && ++pages > 1) await held.opened;
      return pass();
    };
    await on.panels.show(on.account, on.workspaceSid);
    const panel = await whenSomeRows(on);
    post(panel, { type: 'export' });
    await eventually(on, () => reports.length > 0, 'nothing is reported');
    cancel();
    held.open();
    await eventually(on, () => last(panel).progress.canContinue, 'it goes on');
    assert.equal(await read(), undefined);
    assert.deepEqual(errors, []);
  });

  it('suggests a file outside of the open folder, and says how many tasks have what was not read', async () => {
    const on = await begin();
    on.wire = ({ url }, pass) =>
      url.searchParams.has('TaskSid') ? Promise.resolve(refusal(403, 20003, 'No')) : pass();
    const panel = await open(on);
    let suggested = '';
    const said = new Promise<string[]>((resolve) =>
      Object.assign(vscode.window, {
        showInformationMessage: (...texts: string[]) => Promise.resolve(void resolve(texts)),
      }),
    );
    vscode.window.showSaveDialog = ({ defaultUri } = {}) => {
      suggested = defaultUri!.fsPath;
      return Promise.resolve(vscode.Uri.file(file));
    };
    post(panel, { type: 'export' });
    assert.deepEqual(await said, [
      '4 tasks were exported. Worker or time in status is “(not read)” for 4 of them.',
      'Open',
    ]);
    assert.equal(suggested, path.join(homedir(), 'tasks.csv'));
  });

  it('says so when not all could be read', () =>
    withoutJitter(async () => {
      const on = await begin();
      on.wire = ({ url }, pass) =>
        url.searchParams.get('AssignmentStatus') === 'reserved'
          ? Promise.resolve(refusal(400, 20001, 'Broken'))
          : pass();
      const panel = await open(on);
      post(panel, { type: 'export' });
      await eventually(on, () => errors.length > 0, 'no error');
      assert.match(errors[0]!, /some of them could not be read/);
      assert.equal(await read(), undefined);
    }));

  it('writes JSON to a file that ends so', async () => {
    const on = await begin();
    file = path.join(folder, 'tasks.JSON');
    on.wire = ({ url }, pass) =>
      url.searchParams.get('AssignmentStatus') === 'reserved'
        ? Promise.resolve(
            answer(200, {
              tasks: [
                {
                  sid: `WT${'f'.repeat(32)}`,
                  assignment_status: 'reserved',
                  attributes: '{"__proto__":{"a":1}',
                },
              ],
              meta: { next_page_url: null },
            }),
          )
        : pass();
    const panel = await open(on);
    post(panel, { type: 'export' });
    let text: string | undefined;
    while ((text = await read()) === undefined || !text.endsWith(']\n')) await settle();
    const tasks = JSON.parse(text) as { sid: string; attributes: unknown }[];
    const damaged = tasks.find(({ sid }) => sid === `WT${'f'.repeat(32)}`);
    assert.equal(damaged?.attributes, '{"__proto__":{"a":1}');
  });

  const whenSomeRows = async (on: Stage): Promise<Panel> => {
    const panel = made.at(-1)!;
    await eventually(on, () => (panel.posted.at(-1)?.state.total ?? 0) > 0, 'no rows');
    return panel;
  };
});
