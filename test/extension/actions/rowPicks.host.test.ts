import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { Picks } from '../../../src/extension/actions/picks';
import type { TaskTarget, WorkspacePlace } from '../../../src/extension/data/target';
import { commands } from '../../../src/extension/contributions';
import type { Scenario } from '../../../src/simulator/simulator';
import { still } from '../centre';
import { center } from '../features/task/center';
import * as resources from '../../../src/taskrouter/resources';
import { clientOf, gate, openWindow, refusal, settle, workspaceOf } from '../window';

/** A quick pick without a screen. */
class FakeQuickPick {
  private listeners: Record<string, (() => unknown) | undefined> = {};
  private readonly onValue: (() => unknown)[] = [];
  title = '';
  matchOnDetail = false;
  private shown: readonly vscode.QuickPickItem[] = [];
  activeItems: readonly vscode.QuickPickItem[] = [];
  selectedItems: readonly vscode.QuickPickItem[] = [];
  value = '';
  busy = false;
  get items() {
    return this.shown;
  }
  /** As VS Code does: the first item becomes the active one. */
  set items(items: readonly vscode.QuickPickItem[]) {
    this.shown = items;
    this.activeItems = items.slice(0, 1);
  }
  onDidAccept = (listener: () => unknown) => (this.listeners['accept'] = listener);
  onDidHide = (listener: () => unknown) => (this.listeners['hide'] = listener);
  onDidChangeValue = (listener: () => unknown) => this.onValue.push(listener);
  show(): void {}
  dispose(): void {}
  hide(): void {
    this.listeners['hide']?.();
  }
  enter(text: string): void {
    this.value = text;
    for (const listener of this.onValue) listener();
  }
  accept(item = this.activeItems[0]): void {
    this.selectedItems = item ? [item] : [];
    this.listeners['accept']?.();
  }
}

const manyTasks = (count: number): Scenario => {
  const scenario = center(1, 0);
  const [workspace] = scenario.workspaces;
  const [task] = workspace!.tasks;
  const tasks = Array.from({ length: count }, (_, i) => ({ ...task!, attributes: { name: `Task ${i}` } }));
  return { ...scenario, workspaces: [{ ...workspace!, tasks }] };
};

/** Each workspace has one open task and one that TaskRouter removes five minutes from now. */
const manyWorkspaces = (count: number): Scenario => {
  const scenario = center(1, 0);
  const [workspace] = scenario.workspaces;
  const workspaces = Array.from({ length: count }, (_, i) => ({ ...workspace!, name: `Desk ${i}` }));
  return { ...scenario, workspaces };
};

describe('the picks of the palette, with nothing selected', () => {
  const { createQuickPick } = vscode.window;
  const made: FakeQuickPick[] = [];
  let last!: FakeQuickPick;
  before(() => {
    vscode.window.createQuickPick = () => {
      made.push((last = new FakeQuickPick()));
      return last as never;
    };
  });
  after(() => void Object.assign(vscode.window, { createQuickPick }));
  beforeEach(() => void (made.length = 0));

  async function stage(scenario: Scenario) {
    const window = openWindow({ scenario });
    await window.signIn();
    const { accounts, store, clock } = window;
    const here: { place: WorkspacePlace | undefined } = { place: undefined };
    const picks = new Picks({
      accounts,
      store,
      clock,
      skew: () => 0,
      known: undefined as never,
      shown: () => [],
      signIn: () => Promise.resolve(),
      place: () => here.place,
    });
    return Object.assign(window, { picks, here });
  }
  const until = async (holds: () => boolean) => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await settle();
    assert.ok(holds());
  };
  /** Chooses the only workspace. */
  async function inWorkspace() {
    await until(() => made.length === 1 && last.items.length > 0);
    last.accept();
    await until(() => made.length === 2);
  }

  /** The pick of a task shows the first of three pages; `open` lets the others come. */
  async function onFirstPage() {
    const on = await stage(manyTasks(450));
    const chosen = on.picks.byKind.task(commands['taskrouter.task.explain']);
    const { open, opened } = gate();
    on.wire = ({ url }, pass) => (url.search.includes('PageToken') ? opened.then(pass) : pass());
    await inWorkspace();
    await until(() => last.items.length === 201);
    return { on, chosen, open };
  }

  it('offer a task as soon as the first page is there, and more while it stays open', async () => {
    const { chosen, open } = await onFirstPage();
    assert.equal(last.busy, true);
    assert.match(last.title, /\(loading: 200 so far\)$/);
    assert.match(last.items.at(-1)!.label, /Still loading: 200 so far$/);
    assert.equal(last.items.at(-1)!.alwaysShow, true);
    last.accept(last.items.at(-1));
    const fifth = last.items[4]!;
    last.activeItems = [fifth];
    open();
    await until(() => !last.busy);
    assert.equal(last.items.length, 450);
    assert.doesNotMatch(last.title, /loading/);
    assert.deepEqual(
      last.activeItems.map(({ detail }) => detail),
      [fifth.detail],
    );
    last.accept();
    assert.equal((await chosen)?.taskSid, fifth.detail);
  });

  it('offer the tasks on which the command works', async () => {
    const on = await stage(still);
    on.here.place = { accountId: on.accounts.all[0]!.id, workspaceSid: await workspaceOf(on.simulator) };
    for (const [id, names] of [
      ['taskrouter.task.explain', ['Dana Alder', 'Milo Birch', 'Rosa Hazel', 'Omar Cedar']],
      ['taskrouter.task.cancel', ['Dana Alder', 'Milo Birch']],
      ['taskrouter.task.complete', ['Rosa Hazel', 'Omar Cedar']],
    ] as const) {
      made.length = 0;
      void on.picks.byKind.task(commands[id]);
      await until(() => made.length === 1 && !last.busy);
      assert.deepEqual(
        last.items.filter(({ detail }) => detail).map(({ label }) => label),
        names,
      );
    }
  });

  it('say that nothing can be changed where every account is read-only', async () => {
    const on = await stage(still);
    const [account] = on.accounts.all;
    on.here.place = { accountId: account!.id, workspaceSid: await workspaceOf(on.simulator) };
    await on.accounts.change(account!.id, { readOnly: true });
    const { showInformationMessage } = vscode.window;
    const texts: string[] = [];
    const show = (text: string) => Promise.resolve(void texts.push(text));
    Object.assign(vscode.window, { showInformationMessage: show });
    try {
      for (const kind of ['task', 'worker'] as const) {
        const id = kind === 'task' ? 'taskrouter.task.cancel' : 'taskrouter.worker.setActivity';
        assert.equal(await on.picks.byKind[kind](commands[id]), undefined);
      }
    } finally {
      Object.assign(vscode.window, { showInformationMessage });
    }
    assert.deepEqual([texts, made], [Array(2).fill('Read-only account: changes are blocked.'), []]);
  });

  it('ask neither for the account nor the workspace that the user is looking at, and lead to others', async () => {
    const on = await stage(manyTasks(3));
    const other = await on.accounts.simulate();
    const { id: accountId } = on.accounts.all.find(({ id }) => id !== other.id)!;
    const workspaceSid = await workspaceOf(on.simulator);
    on.here.place = { accountId, workspaceSid };
    const chosen = on.picks.byKind.task(commands['taskrouter.task.explain']);
    await until(() => made.length === 1 && !last.busy);
    assert.deepEqual(
      last.items.map(({ label }) => label),
      ['Task 0', 'Task 1', 'Task 2', 'Choose From Another Workspace…'],
    );
    last.accept();
    assert.equal((await chosen)?.accountId, accountId);
    const elsewhere = on.picks.byKind.task(commands['taskrouter.task.explain']);
    await until(() => made.length === 2 && !last.busy);
    last.accept(last.items.at(-1));
    await until(() => made.length === 3);
    last.hide();
    assert.equal(await elsewhere, undefined);
  });

  it('ask for an account when the one that the user was looking at is gone', async () => {
    const on = await stage(manyTasks(3));
    on.here.place = { accountId: 'gone', workspaceSid: await workspaceOf(on.simulator) };
    const chosen = on.picks.byKind.task(commands['taskrouter.task.explain']);
    await inWorkspace();
    last.hide();
    assert.equal(await chosen, undefined);
  });

  it('match SIDs only with what begins as a SID does', async () => {
    const on = await stage(manyTasks(3));
    const chosen = on.picks.byKind.task(commands['taskrouter.task.explain']);
    await inWorkspace();
    await until(() => !last.busy);
    assert.equal(last.matchOnDetail, false);
    for (const [text, matches] of [
      ['4321', false],
      ['WT', true],
      ['WT4321', true],
      ['ab12', false],
      ['WT43 x', false],
      [` WT${'a'.repeat(32)} `, true],
      ['Westwood', false],
      ['', false],
    ] as const) {
      last.enter(text);
      assert.equal(last.matchOnDetail, matches, text);
    }
    last.hide();
    assert.equal(await chosen, undefined);
  });

  it('read no more once they are closed', async () => {
    const { on, chosen, open } = await onFirstPage();
    last.hide();
    assert.equal(await chosen, undefined);
    await settle();
    const before = on.sent.length;
    open();
    await settle();
    assert.equal(on.sent.length, before);
  });

  it('take the SID of a task that no longer exists, while the others are being read', async () => {
    const on = await stage(manyTasks(5));
    const chosen = on.picks.byKind.task(commands['taskrouter.task.explain']);
    await inWorkspace();
    const sid = `WT${'9'.repeat(32)}`;
    last.enter(` ${sid} `);
    assert.equal(last.items[0]!.label, sid);
    last.accept();
    assert.equal((await chosen)?.taskSid, sid);
  });

  describe('with a SID of another workspace', () => {
    const { showInformationMessage } = vscode.window;
    const said: string[] = [];
    let presses = false;
    before(() => {
      const show = (text: string, ...buttons: string[]) => {
        said.push(text);
        return Promise.resolve(presses ? buttons[0] : undefined);
      };
      Object.assign(vscode.window, { showInformationMessage: show });
    });
    after(() => void Object.assign(vscode.window, { showInformationMessage }));
    beforeEach(() => {
      said.length = 0;
      presses = false;
    });

    async function onLastOf(count: number) {
      const on = await stage(manyWorkspaces(count));
      const { id: accountId } = on.accounts.all[0]!;
      const client = clientOf(on.simulator);
      const all = (await client.list(resources.workspaces, [], {}, { pageSize: 1000 })).rows.map(
        ({ sid }) => sid,
      );
      const [first, last] = [all[0]!, all.at(-1)!];
      on.here.place = { accountId, workspaceSid: first };
      const tasks = (await client.list(resources.tasks, [last])).rows;
      const sidOf = (status: string) => tasks.find((one) => one['assignment_status'] === status)!.sid;
      const [workerSid] = (await client.list(resources.workers, [last])).rows.map(({ sid }) => sid);
      return Object.assign(on, { accountId, first, last, sidOf, workerSid: workerSid! });
    }
    type On = Awaited<ReturnType<typeof onLastOf>>;
    /** Types it as soon as the pick is complete, and says which requests that takes. */
    async function type({ picks, sent }: On, sid: string, kind: 'task' | 'worker' = 'task') {
      const chosen = picks.byKind[kind](commands[`taskrouter.${kind}.explain`]);
      await until(() => made.length > 0 && !last.busy);
      const before = sent.length;
      last.enter(sid);
      last.accept();
      const target = await chosen;
      return { target, paths: sent.slice(before).map(({ path }) => path.replace(/^.*Workspaces\b/, '')) };
    }

    it('find the workspace that has it, with one request for each', async () => {
      const on = await onLastOf(3);
      const taskSid = on.sidOf('pending');
      const { target, paths } = await type(on, taskSid);
      assert.deepEqual(target, { accountId: on.accountId, workspaceSid: on.last, taskSid });
      assert.equal(paths.length, 4);
      assert.equal(paths.filter((path) => path.endsWith(taskSid)).length, 3);
      const worker = await type(on, on.workerSid, 'worker');
      assert.deepEqual((worker.target as { sids?: unknown }).sids, [on.last, on.workerSid]);
    });

    it('need no request for what the store has', async () => {
      const on = await onLastOf(3);
      const taskSid = on.sidOf('pending');
      await on.store.fetch(on.accountId, resources.tasks, [on.last, taskSid]);
      const { target, paths } = await type(on, taskSid);
      assert.equal((target as TaskTarget).workspaceSid, on.last);
      assert.deepEqual(paths, []);
    });

    it('find a task that was deleted where its Events are', async () => {
      const on = await onLastOf(3);
      const taskSid = on.sidOf('completed');
      on.clock.advance(10 * 60_000);
      const { target } = await type(on, taskSid);
      assert.deepEqual(target, { accountId: on.accountId, workspaceSid: on.last, taskSid });
    });

    it('take it instead of an account or a workspace', async () => {
      const on = await onLastOf(2);
      on.here.place = undefined;
      const taskSid = on.sidOf('pending');
      const { target } = await type(on, taskSid);
      assert.equal((target as TaskTarget).workspaceSid, on.last);
      await on.accounts.simulate();
      made.length = 0;
      const among = await type(on, taskSid);
      assert.equal((among.target as TaskTarget).workspaceSid, on.last);
      assert.equal(made.length, 1);
    });

    it('say that it is nowhere, and where was not searched', async () => {
      const on = await onLastOf(55);
      const sid = `WT${'9'.repeat(32)}`;
      const nowhere = await type(on, sid);
      assert.equal(nowhere.target, undefined);
      assert.match(
        said[0]!,
        /^Task WT9{32} was not found, but these workspaces were not searched: .* and 3 more \(/,
      );
      assert.ok(nowhere.paths.length <= 101, String(nowhere.paths.length));
      const few = await onLastOf(2);
      few.wire = ({ url }, pass) =>
        url.pathname.includes(`${few.last}/`) ? Promise.resolve(refusal(403, 20003, 'No')) : pass();
      const failed = await type(few, `WK${'9'.repeat(32)}`, 'worker');
      assert.equal(failed.target, undefined);
      assert.match(
        said[1]!,
        /^Worker WK9{32} was not found, but these workspaces were not searched: [^,]+ \(/,
      );
    });

    it('search the others on request', async () => {
      const on = await onLastOf(55);
      const taskSid = on.sidOf('pending');
      presses = true;
      assert.deepEqual((await type(on, taskSid)).target, {
        accountId: on.accountId,
        workspaceSid: on.last,
        taskSid,
      });
      assert.equal(said.length, 1);
    });
  });

  it('say that a text is no SID of what is asked for', async () => {
    const on = await stage(manyTasks(1));
    const chosen = on.picks.byKind.task(commands['taskrouter.task.explain']);
    await inWorkspace();
    await until(() => !last.busy);
    for (const [text, isMalformed] of [
      [`WT${'9'.repeat(31)}`, true],
      [`WT${'9'.repeat(33)}`, true],
      [`wt${'9'.repeat(32)}`, true],
      [`WT${'z'.repeat(32)}`, true],
      [`WK${'9'.repeat(32)}`, true],
      ['WT123', true],
      ['wt18322118', true],
      ['WK690d3c7a', true],
      ['WT', false],
      ['4321', false],
      ['Westwood furniture', false],
    ] as const) {
      last.enter(text);
      const [first] = last.items;
      assert.equal(/Not a task SID/.test(first!.label), isMalformed, text);
      if (isMalformed) last.accept(first);
    }
    last.hide();
    assert.equal(await chosen, undefined);
  });

  it('find rows by the beginning of a SID', async () => {
    const on = await stage(manyTasks(1));
    const chosen = on.picks.byKind.task(commands['taskrouter.task.explain']);
    await inWorkspace();
    await until(() => !last.busy);
    const row = last.items.find(({ detail }) => detail?.startsWith('WT'))!;
    for (const length of [3, 8, 33]) {
      last.enter(row.detail!.slice(0, length));
      const isHint = /Not a task SID/.test(last.items[0]!.label);
      // A SID of almost its full length is a typo, whatever it finds.
      assert.equal(isHint, length === 33, String(length));
    }
    last.hide();
    assert.equal(await chosen, undefined);
  });

  it('offer every worker of a workspace that was never expanded', async () => {
    const on = await stage(center(150, 0));
    const chosen = on.picks.byKind.worker(commands['taskrouter.worker.explain']);
    await inWorkspace();
    await until(() => !last.busy);
    assert.equal(last.items.length, 150);
    const item = last.items.find(({ label }) => label.startsWith('Worker 7'))!;
    last.accept(item);
    assert.equal((await chosen)?.sids.at(-1), item.detail);
  });

  it('show why nothing could be read, and still take a SID', async () => {
    const on = await stage(center(1, 0));
    const chosen = on.picks.byKind.worker(commands['taskrouter.worker.explain']);
    await until(() => made.length === 1 && last.items.length > 0);
    on.wire = () => Promise.resolve(refusal(403, 20003, 'Permission Denied'));
    await inWorkspace();
    await until(() => !last.busy);
    assert.match(last.items[0]!.label, /^\$\(error\)/);
    last.accept();
    const sid = `WK${'9'.repeat(32)}`;
    last.enter(sid);
    last.accept();
    assert.deepEqual((await chosen)?.sids.at(-1), sid);
  });
});
