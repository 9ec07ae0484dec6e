import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { Picks } from '../../src/extension/actions/picks';
import { registerCommands } from '../../src/extension/commandWrapper';
import type {
  BulkKind,
  Command,
  CommandHandlers,
  CommandId,
  Invocation,
  TargetKind,
} from '../../src/extension/contributions';
import { asRowCommand, commands } from '../../src/extension/contributions';
import type { RowTarget } from '../../src/extension/data/target';
import { resourceTarget, RowTargets } from '../../src/extension/data/target';
import type { RunUpdate } from '../../src/extension/actions/runUpdate';
import { createRunUpdate } from '../../src/extension/actions/runUpdate';
import { reservationCommands } from '../../src/extension/features/reservation/reservationCommands';
import type { PreparedUpdate } from '../../src/taskrouter/preparedUpdate';
import * as resources from '../../src/taskrouter/resources';
import type { Row } from './window';
import { findReservation, openWindow } from './window';

/** All but the one that runs the command of a row. */
const ids = (Object.keys(commands) as CommandId[]).filter((id) => id !== 'taskrouter.row.open');
const invocation: Invocation = { preserveFocus: false };
const commandOf = (id: CommandId): Command => commands[id];
const sid = (prefix: string, digit = '0') => prefix + digit.repeat(32);

let now = 0;
const targets = new RowTargets({ elapsed: () => now });
const row = (target: Parameters<RowTargets['set']>[1]) => {
  const made = {};
  targets.set(made, target);
  return made;
};
const reservationSids = [sid('WS'), sid('WT'), sid('WR')] as const;
const [workspaceSid, parentSid, reservationSid] = reservationSids;
const address = { workspaceSid, parentSid, sid: reservationSid };
const tasksOfDesk = { accountId: 'one', collection: resources.tasks, parents: [workspaceSid] };
const rows = {
  reservation: row(resourceTarget('one', resources.taskReservations, reservationSids)),
  task: row(resourceTarget('one', resources.tasks, [workspaceSid, parentSid])),
  account: row({ accountId: 'one' }),
  failure: row({ accountId: 'one', list: tasksOfDesk }),
};

/** Registers handlers that record their targets, over picks that choose nothing; answers with the functions registered. */
function register(handlers?: Partial<CommandHandlers>, alwaysAsks = false) {
  const registered = new Map<string, (...args: unknown[]) => unknown>();
  const handled: [CommandId, unknown][] = [];
  const preserved: boolean[] = [];
  const planned: [kind: BulkKind, rows: readonly RowTarget[]][] = [];
  const picked: string[] = [];
  const logged: unknown[] = [];
  const real = vscode.commands.registerCommand;
  vscode.commands.registerCommand = (id, handler: (...args: unknown[]) => unknown) => {
    registered.set(id, handler);
    return new vscode.Disposable(() => undefined);
  };
  const recording = Object.fromEntries(
    ids.map((id) => [
      id,
      (target: unknown, { preserveFocus }: Invocation) => {
        handled.push([id, target]);
        preserved.push(preserveFocus);
      },
    ]),
  );
  const firsts: unknown[] = [];
  const nothing = (command: Command, first?: unknown) => {
    firsts.push(first);
    return Promise.resolve(void picked.push(command.title));
  };
  const kinds: Record<TargetKind, typeof nothing> = {
    none: nothing,
    account: nothing,
    list: nothing,
    resource: nothing,
    reservation: nothing,
    task: nothing,
    worker: nothing,
    query: nothing,
  };
  const picks = { byKind: kinds } as unknown as Picks;
  const log = { error: (error: unknown) => void logged.push(error), show: () => undefined };
  try {
    registerCommands({ ...recording, ...handlers } as CommandHandlers, {
      targets,
      taskOf: () => undefined,
      picks: () => Promise.resolve(picks),
      planBulk: (kind, several) => Promise.resolve(planned.push([kind, several]) > 0),
      log: log as unknown as vscode.LogOutputChannel,
      clock: { elapsed: () => now },
      alwaysAsks: () => alwaysAsks,
    });
  } finally {
    vscode.commands.registerCommand = real;
  }
  return {
    run: (id: CommandId, ...args: unknown[]) => registered.get(id)!(...args),
    handled,
    /** Whether each handler was called with the focus to be left on the row. */
    preserved,
    picked,
    /** What was to be planned for several rows. */
    planned,
    firsts,
    logged,
  };
}

/** What notifications say while this runs. */
async function notified(work: () => unknown): Promise<string[]> {
  const said: string[] = [];
  const real = { ...vscode.window };
  const say = (message: string) => Promise.resolve(void said.push(message));
  Object.assign(vscode.window, {
    showInformationMessage: say,
    showWarningMessage: say,
    showErrorMessage: say,
  });
  try {
    await work();
  } finally {
    const { showInformationMessage, showWarningMessage, showErrorMessage } = real;
    Object.assign(vscode.window, { showInformationMessage, showWarningMessage, showErrorMessage });
  }
  return said;
}

describe('a command', () => {
  const foreign: unknown[] = [
    null,
    '',
    7,
    reservationSid,
    {},
    [rows.reservation],
    { accountId: 'one', collection: resources.taskReservations, sids: reservationSids },
    { $treeViewId: 'taskrouter.workspaces', $treeItemHandle: '0/one' },
    Object.create(rows.reservation),
    () => rows.reservation,
  ];

  for (const id of ids) {
    const { target, title } = commandOf(id);

    it(`${id} ignores an argument that is not one of our rows`, async () => {
      const { run, handled, picked } = register();
      for (const argument of foreign) {
        handled.length = picked.length = 0;
        assert.equal(await run(id, argument), undefined);
        assert.deepEqual(handled, target === 'none' ? [[id, undefined]] : []);
        assert.deepEqual(picked, target === 'none' ? [] : [title]);
      }
    });

    it(`${id} asks for its target without an argument`, async () => {
      const { run, handled, picked } = register();
      assert.equal(await run(id), undefined);
      assert.deepEqual(handled, target === 'none' ? [[id, undefined]] : []);
      assert.deepEqual(picked, target === 'none' ? [] : [title]);
    });
  }

  it('leaves the focus on a row that was clicked, and moves it from one that was opened with Enter', async () => {
    const { run, preserved } = register();
    const opens = 'taskrouter.reservation.open';
    const executed: string[] = [];
    const real = vscode.commands.executeCommand;
    vscode.commands.executeCommand = (command: string) =>
      Promise.resolve(void executed.push(command)) as never;
    const click = () => run(opens, ...asRowCommand(opens, rows.reservation).arguments);
    try {
      await click();
      await run('taskrouter.row.open');
      await click();
      await click();
      await run('taskrouter.row.open');
      now += 5000;
      await click();
    } finally {
      vscode.commands.executeCommand = real;
    }
    await run(opens, rows.reservation);
    assert.deepEqual(preserved, [true, false, true, true, false]);
    assert.deepEqual(executed, ['list.select', 'list.select']);
  });

  describe('from the menu of a row of a table', () => {
    const [one, other] = [rows.task, rows.task].map((known) => targets.of(known)!);
    let shown: readonly RowTarget[] = [];
    const argument = { taskrouterSid: parentSid, webview: 'taskrouter.table' };
    before(() => targets.addMenus((given) => (given === argument ? shown : undefined)));

    it('acts on that row, on all that are selected with it where it plans for several, and on none that is gone', async () => {
      const { run, handled, planned, picked } = register();
      shown = [one!];
      await run('taskrouter.resource.copySid', argument);
      assert.deepEqual(handled, [['taskrouter.resource.copySid', one!.resource]]);
      shown = [one!, other!];
      await run('taskrouter.resource.copySid', argument);
      await run('taskrouter.task.cancel', argument);
      assert.deepEqual([handled.length, planned], [2, [['cancel', shown]]]);
      shown = [];
      const said = await notified(() => run('taskrouter.task.cancel', argument));
      assert.deepEqual([said.length, handled.length, planned.length, picked], [1, 2, 1, []]);
    });
  });

  for (const id of ids.filter((one) => commandOf(one).titles))
    it(`${id} works from the title of a view without a selection`, async () => {
      const { run, handled, picked } = register();
      const said = await notified(() => run(id, undefined));
      assert.deepEqual(said, []);
      assert.equal(handled.length + picked.length, 1);
    });

  for (const id of ids.filter((one) => !commandOf(one).titles && commandOf(one).target !== 'none'))
    it(`${id} says so when its row was replaced while the menu was open`, async () => {
      const { run, handled, picked } = register();
      const gone = row(resourceTarget('one', resources.taskReservations, reservationSids));
      targets.delete(gone);
      for (const argument of [undefined, gone]) {
        const said = await notified(() => run(id, argument));
        assert.deepEqual(said, ['This row was just updated. Try again.']);
        assert.deepEqual([handled, picked], [[], []]);
      }
    });

  for (const id of ids.filter((one) => commandOf(one).target === 'reservation'))
    it(`${id} ${commandOf(id).sends ? 'is refused' : 'works'} on a row that has just moved under the pointer`, async () => {
      const { sends } = commandOf(id);
      const moved = row(resourceTarget('one', resources.taskReservations, reservationSids));
      targets.setMoved([moved]);
      for (const [alwaysAsks, isRefused] of [
        [false, sends === true],
        // The question names the reservation.
        [true, false],
      ] as const) {
        const { run, handled } = register(undefined, alwaysAsks);
        const said = await notified(() => run(id, moved));
        assert.equal(handled.length, isRefused ? 0 : 1);
        assert.deepEqual(said, isRefused ? ['The rows have just moved. Nothing was sent. Try again.'] : []);
      }
      now += 1000;
      const { run, handled } = register();
      await run(id, moved);
      assert.equal(handled.length, 1);
    });

  describe('from the palette', () => {
    const view = { visible: true, selection: [rows.reservation] as object[] };
    const contexts = new Map<object, string>([
      [rows.reservation, 'reservation resource pending writable'],
      [rows.task, 'task resource'],
    ]);
    beforeEach(() => {
      Object.assign(view, { visible: true, selection: [rows.reservation] });
      for (const [one, context] of contexts) targets.setContext(one, context);
      targets.setSelectedIn(view);
    });
    after(() => targets.setSelectedIn({ visible: false, selection: [] }));

    it('opens the form of the row that is selected', async () => {
      const { run, handled, picked } = register();
      await run('taskrouter.reservation.call');
      assert.deepEqual(handled, [['taskrouter.reservation.call', { accountId: 'one', address }]]);
      assert.deepEqual(picked, []);
    });

    for (const id of ['taskrouter.reservation.accept', 'taskrouter.reservation.reject'] as const)
      it(`lets the user choose before ${id}, with the selected one first`, async () => {
        const { run, handled, picked, firsts } = register();
        await run(id);
        assert.deepEqual([handled, picked], [[], [commandOf(id).title]]);
        assert.deepEqual(firsts, [[{ accountId: 'one', address }]]);
      });

    for (const id of ids.filter((one) => commandOf(one).target === 'account'))
      it(`lets the user choose before ${id}, with the account of the selected row first`, async () => {
        const { run, handled, picked, firsts } = register();
        await run(id);
        assert.deepEqual([handled, picked], [[], [commandOf(id).title]]);
        assert.deepEqual(firsts, [[{ accountId: 'one' }]]);
      });

    for (const [what, change] of [
      ['its menu does not offer the command', () => (view.selection = [rows.task])],
      [
        'its status has changed',
        () => targets.setContext(rows.reservation, 'reservation resource accepted writable'),
      ],
      [
        'its account is read-only',
        () => targets.setContext(rows.reservation, 'reservation resource pending'),
      ],
      ['its view is hidden', () => (view.visible = false)],
      ['nothing is selected', () => (view.selection = [])],
      ['another view has been used since', () => targets.setSelectedIn({ visible: true, selection: [] })],
    ] as const) {
      it(`asks where ${what}`, async () => {
        change();
        const { run, handled, picked, firsts } = register();
        await run('taskrouter.reservation.call');
        assert.deepEqual([handled, picked, firsts], [[], ['Call…'], [[]]]);
      });
    }
  });

  describe('from the palette, with a page in the active editor,', () => {
    const other = [sid('WS'), sid('WT'), `WR${'1'.repeat(32)}`];
    const onPage = { accountId: 'one', address: { ...address, sid: other[2] } };
    const onRow = { accountId: 'one', address };
    const page = {
      target: resourceTarget('one', resources.taskReservations, other),
      context: '',
      openedBy: ['taskrouter.reservation.open'],
    };
    let active: typeof page | undefined;
    targets.addPages(() => active);
    beforeEach(() => {
      page.context = 'reservation resource pending writable';
      active = page;
      targets.setContext(rows.reservation, 'reservation resource pending writable');
      targets.setSelectedIn({ visible: true, selection: [rows.reservation] });
      targets.setPageUsed();
    });
    after(() => {
      active = undefined;
      targets.setSelectedIn({ visible: false, selection: [] });
    });
    const run = async (id: CommandId) => {
      const registered = register();
      await registered.run(id);
      const [[, target] = []] = registered.handled;
      return target ?? { asks: registered.firsts[0] };
    };
    const selectRow = () => targets.setSelectedIn({ visible: true, selection: [rows.reservation] });
    const selectNone = () => targets.setSelectedIn({ visible: true, selection: [] });

    for (const [what, change, expected] of [
      ['acts on what that is about', selectNone, onPage],
      ['asks when a row of another reservation is selected', () => undefined, { asks: [onPage, onRow] }],
      ['asks with the row first that was selected since', selectRow, { asks: [onRow, onPage] }],
      [
        'acts on the reservation of both, which the row shows under its worker',
        () => {
          const underWorker = row(
            resourceTarget('one', resources.workerReservations, [sid('WS'), sid('WK'), other[2]!]),
          );
          targets.setContext(underWorker, page.context);
          targets.setSelectedIn({ visible: true, selection: [underWorker] });
          targets.setPageUsed();
        },
        onPage,
      ],
      [
        'acts on it, although a row was selected since that cannot be meant',
        () => targets.setSelectedIn({ visible: true, selection: [rows.account] }),
        onPage,
      ],
      [
        'acts on the selected row when that page cannot be meant',
        () => (page.context = 'reservation resource accepted writable'),
        onRow,
      ],
      ['acts on the selected row when there is no page any more', () => (active = undefined), onRow],
    ] as const) {
      it(what, async () => {
        change();
        assert.deepEqual(await run('taskrouter.reservation.call'), expected);
      });
    }

    for (const id of ids.filter(
      (one) => commandOf(one).target === 'reservation' && !page.openedBy.includes(one),
    ))
      it(`${id} never takes one of two that differ`, async () => {
        page.context = 'reservation resource pending accepted wrapping writable';
        targets.setContext(rows.reservation, page.context);
        assert.deepEqual(await run(id), { asks: [onPage, onRow] });
        selectRow();
        assert.deepEqual(await run(id), { asks: [onRow, onPage] });
      });

    it('asks before Reject although the page is all that can be known: a row may have the focus', async () => {
      selectNone();
      assert.deepEqual(await run('taskrouter.reservation.reject'), { asks: [onPage] });
    });

    it('knows the workspace of the page, or of the row that was selected since, and none of neither', () => {
      page.target = resourceTarget('two', resources.taskReservations, [sid('WS'), other[1]!, other[2]!]);
      assert.deepEqual(targets.place, { accountId: 'two', workspaceSid: sid('WS') });
      targets.setSelectedIn({ visible: true, selection: [rows.reservation] });
      assert.equal(targets.place?.accountId, 'one');
      targets.setSelectedIn({ visible: true, selection: [rows.account] });
      assert.equal(targets.place, undefined);
      page.target = resourceTarget('one', resources.taskReservations, other);
    });

    it('asks which to open instead of opening the same page', async () => {
      selectNone();
      assert.deepEqual(await run('taskrouter.reservation.open'), { asks: [] });
    });
  });

  it('receives the target of its row', async () => {
    const reservation = { accountId: 'one', collection: resources.taskReservations, sids: reservationSids };
    const { run, handled, picked } = register();
    await run('taskrouter.reservation.accept', rows.reservation);
    await run('taskrouter.resource.copySid', rows.reservation);
    await run('taskrouter.account.signOut', rows.account);
    await run('taskrouter.account.enterSecret', rows.failure);
    await run('taskrouter.list.retry', rows.failure);
    assert.deepEqual(handled, [
      ['taskrouter.reservation.accept', { accountId: 'one', address }],
      ['taskrouter.resource.copySid', reservation],
      ['taskrouter.account.signOut', { accountId: 'one' }],
      ['taskrouter.account.enterSecret', { accountId: 'one' }],
      ['taskrouter.list.retry', tasksOfDesk],
    ]);
    assert.deepEqual(picked, []);
  });

  it('asks for a target when the row is of another kind', async () => {
    const { run, handled, picked } = register();
    for (const other of [rows.task, rows.account, rows.failure])
      await run('taskrouter.reservation.accept', other);
    await run('taskrouter.resource.copySid', rows.account);
    assert.deepEqual(handled, []);
    assert.deepEqual(picked, [...Array<string>(3).fill('Accept Reservation'), 'Copy SID']);
  });

  it('that fails logs and shows the error, and returns nothing', async () => {
    const failure = new Error('no room [x](command:y)');
    const fails = { 'taskrouter.view.refresh': () => Promise.reject(failure) };
    const { run, logged } = register(fails);
    const said = await notified(async () => assert.equal(await run('taskrouter.view.refresh'), undefined));
    assert.deepEqual(logged, [failure]);
    assert.equal(said.length, 1);
    assert.match(said.join(), /no room/);
    assert.ok(!said.join().includes('](command:'), 'a notification would make a link of that');
  });

  it('returns nothing, whatever its handler returns, so that other extensions learn nothing', async () => {
    const { run } = register(Object.fromEntries(ids.map((id) => [id, () => 'a secret'])));
    for (const id of ids)
      for (const argument of Object.values(rows)) assert.equal(await run(id, argument), undefined, id);
  });
});

describe('Reject on a row', () => {
  /** A row, the prepared update that was sent, and what the activity pick does meanwhile. */
  const stage = async (status: string) => {
    const window = openWindow();
    const account = await window.signIn();
    const found = await findReservation(window.simulator, status);
    const { workspaceSid, taskSid, sid } = found;
    const target = { accountId: account.id, address: { workspaceSid, parentSid: taskSid, sid } };
    const change = (fields: object) =>
      window.store.put(window.store.begin(account.id), { ...found.row, ...fields });
    change({});
    const sent: Row[] = [];
    let picks = 0;
    const runUpdate = createRunUpdate({
      ...window,
      inProgress: { follow: (_account, _update, work) => work(() => undefined) },
      send: (_connection, { subject }) => Promise.resolve(void sent.push(subject.shown)),
      show: () => Promise.resolve(),
    });
    const run = async (whilePicking: () => void) => {
      const parts = { ...window, recent: { isRepeated: () => false }, actions: { runUpdate } };
      const chooseActivity = () => {
        picks++;
        whilePicking();
        return Promise.resolve('');
      };
      await reservationCommands(parts as never, chooseActivity)['taskrouter.reservation.reject'](
        target,
        invocation,
      );
    };
    return { found, change, run, sent, picks: () => picks };
  };

  it('that is no longer pending says so, and asks for no activity', async () => {
    const { run, sent, picks } = await stage('accepted');
    await assert.rejects(
      run(() => undefined),
      /pending/,
    );
    assert.deepEqual([sent, picks()], [[], 0]);
  });

  it('is for the version that was shown, whatever changes while the user chooses an activity', async () => {
    const { found, change, run, sent } = await stage('pending');
    await run(() => change({ reservation_status: 'accepted', date_updated: '2026-01-01T00:00:00Z' }));
    assert.equal(sent.length, 1);
    assert.equal(sent[0]!['reservation_status'], 'pending');
    assert.equal(sent[0]!['date_updated'], found.row['date_updated']);
  });
});

describe('Accept on a row', () => {
  it('acts on that reservation at once, and only once for a double click', async () => {
    const window = openWindow();
    const account = await window.signIn();
    const list = async (collection: resources.Collection, ...parents: string[]) => {
      const ref = { accountId: account.id, collection, parents };
      await window.store.refresh(ref);
      return window.store.list(ref)!.sids[0]!;
    };
    const workspace = await list(resources.workspaces);
    const task = await list(resources.tasks, workspace);
    const reservation = await list(resources.taskReservations, workspace, task);
    const prepared: PreparedUpdate[] = [];
    let repeated = '';
    const runUpdate: RunUpdate = async ({ accountId, collection, sids }, prepare) => {
      const shown = window.store.row(accountId, sids.at(-1)!)!;
      prepared.push((await prepare({ collection, sids, shown, name: '', nameOf: (sid) => sid }))!);
    };
    const parts = {
      accounts: window.accounts,
      store: window.store,
      recent: { isRepeated: (...args: string[]) => args.join() === repeated },
      actions: { runUpdate },
    };
    const { 'taskrouter.reservation.accept': accept } = reservationCommands(parts as never);
    const target = {
      accountId: account.id,
      address: { workspaceSid: workspace, parentSid: task, sid: reservation },
    };
    await accept(target, invocation);
    repeated = `${account.id},${reservation},Accept`;
    await accept(target, invocation);
    assert.equal(prepared.length, 1);
    assert.equal(prepared[0]!.subject.sids.at(-1), reservation);
    assert.equal(prepared[0]!.title, 'Accept');
  });
});

describe('a command on several rows', () => {
  const tasks = ['1', '2', '3'].map((digit) =>
    resourceTarget('one', resources.tasks, [workspaceSid, sid('WT', digit)]),
  );
  const selected = tasks.map((one) => row(one));

  it('is planned for those that are selected, and sends nothing', async () => {
    const on = register();
    await on.run('taskrouter.task.cancel', selected[1], selected);
    assert.deepEqual(on.planned, [['cancel', tasks]]);
    assert.deepEqual(on.handled, []);
  });

  it('is planned for the selection of the view when it comes from the palette', async () => {
    const on = register();
    targets.setSelectedIn({ visible: true, selection: selected });
    await on.run('taskrouter.task.setPriority');
    assert.deepEqual(on.planned, [['priority', tasks]]);
    targets.setSelectedIn({ visible: true, selection: [] });
  });

  it('leaves out what is no row of ours', async () => {
    const on = register();
    await on.run('taskrouter.task.complete', selected[0], [...selected, {}, null, 'x']);
    assert.deepEqual(on.planned, [['complete', tasks]]);
  });

  it('is about the one row that was clicked when no other is selected', async () => {
    const on = register();
    await on.run('taskrouter.task.cancel', rows.task, [rows.task]);
    await on.run('taskrouter.task.cancel', rows.task, undefined);
    assert.deepEqual(on.planned, []);
  });

  it('that is not for several acts on the row that was clicked', async () => {
    const on = register();
    await on.run('taskrouter.resource.copySid', selected[1], selected);
    assert.equal(on.handled.length, 1);
    assert.deepEqual(on.planned, []);
  });
});
