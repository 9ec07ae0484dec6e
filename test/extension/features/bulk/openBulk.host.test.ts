import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { BulkAction } from '../../../../src/bulk/action';
import { askAgain } from '../../../../src/extension/features/bulk/bulkQuestions';
import * as resources from '../../../../src/taskrouter/resources';
import type { BulkState } from '../../../../src/webview/bulk/protocol';
import { quiet, waiting } from '../../../simulator/driver';
import { openActions } from '../../actions/openActions';
import type { FakePanel } from '../../fakePanel';
import type { TestWindow } from '../../window';
import { answer, clientOf, openWindow, refusal, settle, workspaceOf } from '../../window';
import { openBulkPage } from './bulkPage';

const names = ['Rosa Hazel', 'Omar Cedar', 'Tess Rowan', 'Milo Birch'];
const callSid = (i: number) => `CA${String(i).repeat(32)}`;
const storm: BulkAction = { kind: 'cancel', reason: 'Storm [x](command:y)' };

type TypedBox = Pick<vscode.InputBoxOptions, 'title' | 'prompt' | 'value' | 'validateInput'>;

describe('the page of a bulk action', () => {
  let folder: string;
  let panels: FakePanel<BulkState>[];
  const { showInputBox, createQuickPick } = vscode.window;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bulk-'));
    panels = [];
  });
  afterEach(() => {
    for (const panel of panels) panel.dispose();
    Object.assign(vscode.window, { showInputBox, createQuickPick });
    rmSync(folder, { recursive: true });
  });

  /** What the user types where a bulk action asks; the boxes that were shown. */
  function typing(...texts: (string | undefined)[]): TypedBox[] {
    const boxes: TypedBox[] = [];
    const show = (box: TypedBox) => {
      boxes.push(box);
      return Promise.resolve(texts.shift());
    };
    Object.assign(vscode.window, { showInputBox: show });
    return boxes;
  }

  /** A plan for tasks of a workspace that this window has not read, in production. */
  async function plan(
    action: BulkAction = storm,
    prepare: (window: TestWindow) => unknown = () => undefined,
    others: readonly string[] = [],
  ) {
    const tasks = names.map((name, i) => waiting({ attributes: { name, call_sid: callSid(i + 1) } }));
    const worker = { name: 'Ada Wren', activity: 'Offline', attributes: {} };
    const scenario = quiet({ workers: [worker], tasks });
    const [first] = scenario.workspaces;
    const workspaces = [first!, ...others.map((name) => ({ ...first!, name }))];
    const window = openWindow({ scenario: { ...scenario, workspaces } });
    const { id: accountId } = await window.signIn();
    await prepare(window);
    const { actions } = openActions(window);
    const once = await actions.once();
    const { panel, runs, show, state, say, shownReports } = openBulkPage(window, once, folder);
    panels.push(panel);
    const client = clientOf(window.simulator);
    const collection = action.kind === 'activity' ? resources.workers : resources.tasks;
    const rows: string[][] = [];
    for (const { sid: workspaceSid } of (await client.list(resources.workspaces, [])).rows)
      for (const { sid } of (await client.list(collection, [workspaceSid])).rows)
        rows.push([workspaceSid, sid]);
    show(accountId, { accountId, action, rows });
    /** Starts what is planned; resolves when its run is over. */
    const run = async () => {
      const over = new Promise<void>((resolve) => {
        runs.onDidChange((id) => !runs.isRunning(id) && resolve());
      });
      say({ type: 'start', plan: (await state()).plan });
      await over;
      return state();
    };
    const posts = () => window.sent.filter(({ method }) => method === 'POST');
    return { window, panel, state, say, run, posts, shownReports, sids: rows.map((sids) => sids.at(-1)!) };
  }

  it('names its workspace and rows where nothing is loaded, and shows all that is sent', async () => {
    const on = await plan();
    const { workspace, rows, sets, summary } = await on.state();
    assert.equal(workspace, 'Quiet');
    assert.deepEqual(rows.map(({ name }) => name).sort(), [...names].sort());
    assert.equal(summary, '4 rows will change.');
    assert.deepEqual(sets, ['AssignmentStatus = canceled', 'Reason = Storm [x](command:y)']);
  });

  it('names each of its workspaces, and that of each row, when it has several', async () => {
    const on = await plan(storm, () => undefined, ['Annex']);
    const { workspace, rows, summary } = await on.state();
    assert.equal(workspace, 'Quiet, Annex');
    const expected = ['Quiet', 'Annex'].flatMap((place) => names.map((name) => `${name} (${place})`));
    assert.deepEqual(rows.map(({ name }) => name).sort(), expected.sort());
    assert.equal(summary, '8 rows will change.');
    const sent = on.posts().length;
    typing('8');
    await on.run();
    assert.equal(
      new Set(
        on
          .posts()
          .slice(sent)
          .map(({ path }) => path.split('/')[3]),
      ).size,
      2,
    );
    assert.equal(on.posts().length - sent, 8);
  });

  it('names the rows that this window has read before, while it reads them again', async () => {
    const on = await plan(storm, async (window) => {
      const parents = [await workspaceOf(window.simulator)];
      for (const { id: accountId } of window.accounts.all)
        await window.store.all({ accountId, collection: resources.tasks, parents });
      const never = new Promise<never>(() => undefined);
      window.wire = ({ url }, pass) => (/Tasks\/WT/.test(url.pathname) ? never : pass());
    });
    const { rows, isBusy } = await on.state();
    assert.ok(isBusy);
    assert.deepEqual(rows.map(({ name }) => name).sort(), [...names].sort());
  });

  it('shows the priority, and the activity with what becomes of pending reservations', async () => {
    const priority = await plan({ kind: 'priority', priority: 7 });
    assert.deepEqual((await priority.state()).sets, ['Priority = 7']);
    const activitySid = `WA${'a'.repeat(32)}`;
    const on = await plan({ kind: 'activity', activitySid, activityName: 'Break', rejectPending: true });
    const { sets, rows } = await on.state();
    assert.deepEqual(sets, [`ActivitySid = ${activitySid}`, 'RejectPendingReservations = true']);
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['Ada Wren'],
    );
  });

  it('says which workers have pending reservations and what happens to them, where the activity is an unavailable one', async () => {
    const asked: string[] = [];
    const withPending = (count: number | undefined) => (window: TestWindow) => {
      window.wire = ({ url }, pass) => {
        if (!/Workers\/WK\w+\/Reservations/.test(url.pathname)) return pass();
        asked.push(url.searchParams.get('ReservationStatus') ?? '');
        if (count === undefined) return Promise.resolve(refusal(403, 20403, 'No'));
        const reservations = Array.from({ length: count }, (_, i) => ({ sid: `WR${String(i).repeat(32)}` }));
        return Promise.resolve(answer(200, { reservations, meta: { key: 'reservations' } }));
      };
    };
    const to = { kind: 'activity', activitySid: `WA${'a'.repeat(32)}`, activityName: 'Break' } as const;
    for (const [rejectPending, count, detail, summary] of [
      [true, 2, '2 pending reservations will be rejected.', '1 worker has pending reservations.'],
      [true, 1, '1 pending reservation will be rejected.', '1 worker has pending reservations.'],
      [
        false,
        1,
        'TaskRouter will refuse this: 1 reservation is pending, and you chose to keep it.',
        '1 worker has pending reservations.',
      ],
      [false, 0, undefined, ''],
      [true, undefined, 'Pending reservations could not be read.', '1 could not be checked.'],
    ] as const) {
      const state = await (await plan({ ...to, rejectPending }, withPending(count))).state();
      assert.equal(state.rows[0]!.detail, detail);
      assert.equal(state.summary, ['1 row will change.', summary].join(' ').trim());
    }
    assert.deepEqual(asked, ['pending', 'pending', 'pending', 'pending', 'pending']);
    assert.equal((await (await plan(to, withPending(2))).state()).rows[0]!.detail, undefined);
    assert.equal(asked.length, 5);
  });

  it('says which calls are in progress, only where the account may read calls', async () => {
    const asked: string[] = [];
    const withCalls = (window: TestWindow) => {
      window.wire = (request, pass) => {
        const { pathname } = request.url;
        const call = /Calls\/(CA(\d)\d+)\.json/.exec(pathname);
        if (!call) return pass();
        asked.push(pathname);
        const [, sid, digit] = call;
        return Promise.resolve(
          digit === '3'
            ? refusal(404, 20404, 'Not found')
            : answer(200, { sid, status: digit === '1' ? 'in-progress' : 'completed' }),
        );
      };
    };
    const without = await plan(storm, withCalls);
    assert.equal((await without.state()).summary, '4 rows will change.');
    assert.deepEqual(asked, []);
    const on = await plan(storm, async (window) => {
      withCalls(window);
      for (const { id } of window.accounts.all)
        await window.accounts.change(id, { readsCallsAndAlerts: true });
    });
    const { rows } = await on.state();
    const detailOf = (name: string) => rows.find((row) => row.name === name)?.detail;
    assert.equal(detailOf('Rosa Hazel'), 'Its call is still in progress (in-progress).');
    assert.equal(detailOf('Omar Cedar'), undefined);
    assert.equal(detailOf('Tess Rowan'), 'Its call could not be read.');
    assert.equal(asked.length, 4);
  });

  it('starts in production only when the number of its rows was typed', async () => {
    const on = await plan();
    const boxes = typing(undefined, '3', '');
    for (let i = 0; i < 3; i++) {
      on.say({ type: 'start', plan: (await on.state()).plan });
      assert.equal((await on.state()).start, 'Cancel 4 Tasks');
      assert.deepEqual(on.posts(), []);
    }
    const { prompt, title, validateInput } = boxes[0]!;
    assert.equal(title, 'Cancel 4 Tasks in production');
    assert.equal(
      prompt,
      'Account Test account, https://taskrouter.twilio.com. Type the number of rows, 4, to send one request for each. It sets AssignmentStatus = canceled · Reason = Storm [x] (command:y).',
    );
    const problemOf = async (text: string) =>
      ((await validateInput!(text)) as { message: string } | undefined)?.message;
    for (const wrong of ['', ' ', '3', '44', 'four', '4.0'])
      assert.equal(await problemOf(wrong), 'Type 4 to confirm.');
    assert.equal(await problemOf('4'), undefined);
    typing('4');
    assert.equal((await on.run()).summary, '4 done');
    assert.equal(on.posts().length, 4);
  });

  it('retries those that were refused with 429 by a plan of only those, in a page of its own, once the user says so', async () => {
    const on = await plan();
    const refused = new Set(on.sids.slice(0, 2));
    on.window.wire = ({ url, method }, pass) =>
      method === 'POST' && refused.has(url.pathname.split('/').at(-1)!)
        ? Promise.resolve(refusal(429, 20429, 'Too many requests'))
        : pass();
    typing('4');
    const report = await on.run();
    assert.deepEqual(
      [report.summary, report.canRetry, report.start],
      ['2 done, 2 not done', true, undefined],
    );
    // Nothing is sent again by itself.
    on.window.clock.advance(600_000);
    await settle();
    assert.equal(on.posts().length, 4);
    on.window.wire = (_request, pass) => pass();
    // Enter keeps the reason.
    const boxes = typing(undefined, 'Storm again', '2');
    on.say({ type: 'retry' });
    assert.equal((await on.state()).heading, 'Cancel 4 Tasks', 'the question was canceled');
    on.say({ type: 'retry' });
    const again = await on.state();
    assert.deepEqual(
      [again.heading, again.start, again.canExport],
      ['Cancel 2 Tasks', 'Cancel 2 Tasks', false],
    );
    assert.deepEqual(new Set(again.rows.map(({ sid }) => sid)), refused);
    assert.equal(on.posts().length, 4);
    assert.match(again.reports.map(({ text }) => text).join(), /^Retry of the run of \d/);
    on.say({ type: 'report', run: again.reports[0]!.run });
    on.say({ type: 'report', run: 'another' });
    assert.deepEqual(on.shownReports, [again.reports[0]!.run], 'of those that it shows');
    const retried = await on.run();
    assert.equal(retried.summary, '2 done');
    assert.equal(on.posts().length, 6);
    const first = await on.state(on.panel);
    assert.deepEqual(
      [first.summary, first.sets.at(-1)],
      ['2 done, 2 not done', 'Reason = Storm [x](command:y)'],
    );
    assert.match(first.reports.map(({ text }) => text).join(), /^Retried at \d/);
    assert.deepEqual(retried.reports, again.reports);
    assert.deepEqual(
      boxes.map(({ title, value }) => [title, value]),
      [
        ['Cancel Tasks: 2', 'Storm [x](command:y)'],
        ['Cancel Tasks: 2', 'Storm [x](command:y)'],
        ['Cancel 2 Tasks in production', ''],
      ],
    );
    for (const sid of on.sids)
      assert.equal(on.posts().filter((post) => post.path.endsWith(sid)).length, refused.has(sid) ? 2 : 1);
  });

  it('stops looking up what got no valid response, and says what to do about it', async () => {
    const on = await plan(storm, (window) => {
      window.wire = ({ method }, pass) =>
        method === 'POST' ? Promise.resolve(refusal(503, 20503, 'Unavailable')) : pass();
    });
    typing('4');
    on.say({ type: 'start', plan: (await on.state()).plan });
    let now = await on.state();
    while (now.stop !== 'Stop Looking Up') now = await on.state();
    assert.deepEqual([now.summary, now.isBusy], ['4 looking up', true]);
    const sent = on.window.sent.length;
    on.say({ type: 'cancel' });
    while (now.isBusy) now = await on.state();
    assert.deepEqual([now.summary, now.canLookUp], ['4 unknown', true]);
    for (const { detail } of now.rows)
      assert.match(
        detail!,
        /\(20503\)\. You stopped looking it up\. Use Look Up Again before you send again\.$/,
      );
    on.window.clock.advance(60_000);
    await settle();
    assert.equal(on.window.sent.length, sent);
  });

  it('asks again before a retry for the priority and for pending reservations, with the first answer', async () => {
    const priority = { kind: 'priority', priority: 7 } as const;
    const boxes = typing('8');
    assert.deepEqual(await askAgain(priority, 2), { kind: 'priority', priority: 8 });
    assert.deepEqual(
      boxes.map(({ title, value }) => [title, value]),
      [['Set Priority: 2', '7']],
    );
    const activity = { kind: 'activity', activitySid: `WA${'a'.repeat(32)}`, activityName: 'Break' } as const;
    // An available activity rejects nothing.
    assert.equal(await askAgain(activity, 2), activity);
    for (const rejectPending of [true, false]) {
      const shown = acceptFirst();
      assert.deepEqual(await askAgain({ ...activity, rejectPending }, 2), { ...activity, rejectPending });
      assert.deepEqual(shown, ['Set Activity: 2']);
    }
  });

  /** Presses Enter in the next quick pick; the titles of those that were shown. */
  function acceptFirst(): string[] {
    const titles: string[] = [];
    const create = () => {
      const [accepted, hidden] = [new vscode.EventEmitter<void>(), new vscode.EventEmitter<void>()];
      const quickPick = {
        ...{ activeItems: [], busy: false },
        items: [] as readonly vscode.QuickPickItem[],
        title: '',
        onDidAccept: accepted.event,
        onDidHide: hidden.event,
        onDidChangeValue: new vscode.EventEmitter<string>().event,
        value: '',
        get selectedItems(): readonly vscode.QuickPickItem[] {
          return quickPick.items.slice(0, 1);
        },
        show: () => {
          titles.push(quickPick.title);
          void settle().then(() => accepted.fire());
        },
        hide: () => hidden.fire(),
        dispose: () => undefined,
      };
      return quickPick;
    };
    Object.assign(vscode.window, { createQuickPick: create });
    return titles;
  }

  it('exports a report outside of the open folder, says where it is, and offers to open it', async () => {
    const { showSaveDialog, showInformationMessage } = vscode.window;
    const on = await plan();
    typing('4');
    await on.run();
    const file = path.join(folder, 'report.json');
    const shown: unknown[] = [];
    const written = new Promise<string>((resolve) => {
      Object.assign(vscode.window, {
        showSaveDialog: ({ defaultUri }: vscode.SaveDialogOptions) => {
          shown.push(path.dirname(defaultUri!.fsPath));
          return Promise.resolve(vscode.Uri.file(file));
        },
        showInformationMessage: (...message: string[]) => {
          shown.push(message);
          resolve(readFileSync(file, 'utf8'));
          return Promise.resolve(undefined);
        },
      });
    });
    try {
      on.say({ type: 'export', format: 'json' });
      const { parameters } = JSON.parse(await written) as { parameters: object };
      assert.deepEqual(parameters, { AssignmentStatus: 'canceled', Reason: 'Storm [x](command:y)' });
      assert.deepEqual(shown, [homedir(), [`The report was exported to ${file}`, 'Open']]);
    } finally {
      Object.assign(vscode.window, { showSaveDialog, showInformationMessage });
    }
  });
});
