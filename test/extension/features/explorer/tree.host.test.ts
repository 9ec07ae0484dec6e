import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { Account } from '../../../../src/extension/accounts/account';
import { ClockSkew } from '../../../../src/extension/data/clockSkew';
import { RecentActions } from '../../../../src/extension/data/recentActions';
import { openedRow } from '../../../../src/extension/contributions';
import { Emitter } from '../../../../src/extension/emitter';
import type { WorkspacePlace } from '../../../../src/extension/data/target';
import { RowTargets } from '../../../../src/extension/data/target';
import { TaskTotals } from '../../../../src/extension/features/explorer/taskTotals';
import { WorkspacesTree } from '../../../../src/extension/features/explorer/tree';
import type { Counted, SavedQuery } from '../../../../src/extension/features/explorer/savedQueryRows';
import type { ResourceNode, TreeNode } from '../../../../src/extension/features/explorer/treeNodes';
import { large } from '../../../../src/simulator/simulator';
import { instructionNamed } from '../../../../src/taskrouter/instructions';
import * as resources from '../../../../src/taskrouter/resources';
import { updateReservationRequest } from '../../../../src/taskrouter/update';
import type { Exchange } from '../../../../src/taskrouter/client';
import type { Found, TestWindow, Wire } from '../../window';
import {
  answer,
  clientOf,
  FakeMemory,
  findReservation,
  gate,
  html,
  openWindow,
  refusal,
  settle,
  withoutJitter,
} from '../../window';

interface Stage extends TestWindow {
  readonly account: Account;
  readonly tree: WorkspacesTree;
  /** What has been told to VS Code to draw anew: labels, or `everything`. */
  readonly drawn: string[];
  /** The row under these labels, opened on the way as a person would. */
  readonly targets: RowTargets;
  readonly recent: RecentActions;
  readonly skew: ClockSkew;
  readonly queries: FakeQueries;
  find(...labels: string[]): Promise<TreeNode>;
  label(node: TreeNode): string;
  /** The labels of the rows under these labels. */
  labels(...under: string[]): Promise<string[]>;
  /** Reads every list on screen again, and what came of it. */
  refresh(): Promise<void>;
}

/** How many tasks match is what the test says. */
class FakeQueries {
  readonly counted: string[] = [];
  readonly changed = new Emitter<void>();
  readonly onDidChangeQueries = this.changed.event;
  answer: () => Promise<Counted> = () => Promise.resolve({ count: 3, isWhole: true });
  all: SavedQuery[] = [
    { name: 'Stuck in wrap-up', text: 'status:wrapping updated>30m' },
    { name: 'Open', text: 'is:open' },
  ];
  savedQueries() {
    return Promise.resolve(this.all);
  }
  countTasks(_place: WorkspacePlace, text: string) {
    this.counted.push(text);
    return this.answer();
  }
}

const openTree = (
  { accounts, store, clock }: TestWindow,
  targets: RowTargets,
  memory = new FakeMemory(),
  recent = new RecentActions(store, clock),
  skew = new ClockSkew(clock),
  queries = new FakeQueries(),
) =>
  new WorkspacesTree({
    queries,
    totals: new TaskTotals(accounts, clock),
    accounts,
    store,
    clock,
    memory,
    targets,
    recent,
    skew,
    polled: { isPolled: () => true, onDidChange: new Emitter<void>().event },
  });

async function stage(options?: Parameters<typeof openWindow>[0]): Promise<Stage> {
  const window = openWindow(options);
  const account = await window.signIn();
  const targets = new RowTargets();
  const recent = new RecentActions(window.store, window.clock);
  const skew = new ClockSkew(window.clock);
  const queries = new FakeQueries();
  const tree = openTree(window, targets, undefined, recent, skew, queries);
  const drawn: string[] = [];
  const label = (node: TreeNode) => {
    const item = tree.getTreeItem(node);
    assert.equal(typeof item.label, 'string');
    return item.label as string;
  };
  tree.onDidChangeTreeData((rows) =>
    drawn.push(...(rows?.map((row) => tree.appearance(row).label) ?? ['everything'])),
  );
  const on: Stage = Object.assign(window, {
    account,
    targets,
    recent,
    skew,
    queries,
    tree,
    drawn,
    label,
    async find(...labels: string[]) {
      let node: TreeNode | undefined;
      for (const wanted of labels) {
        const children = await tree.getChildren(node);
        const found = children.find((child) => label(child) === wanted);
        assert.ok(found, `no row ${wanted} among ${children.map(label).join(', ')}`);
        node = found;
      }
      return node!;
    },
    async labels(...under: string[]) {
      const node = under.length ? await on.find(...under) : undefined;
      return (await tree.getChildren(node)).map(label);
    },
    async refresh() {
      await Promise.all(tree.visibleLists().map((list) => window.store.refresh(list)));
    },
  });
  return on;
}

/** Everything, as if every row were open. */
async function walk(tree: WorkspacesTree, node?: TreeNode): Promise<TreeNode[]> {
  const children = await tree.getChildren(node);
  const all: TreeNode[] = [];
  for (const child of children) {
    const item = tree.getTreeItem(child);
    const deeper =
      item.collapsibleState === vscode.TreeItemCollapsibleState.None ? [] : await walk(tree, child);
    all.push(child, ...deeper);
  }
  return all;
}

const name = 'Test account';
const size = ({ tree }: Stage) => (tree as unknown as { nodes: Map<string, unknown> }).nodes.size;

async function update(
  on: Stage,
  found: Pick<Found, 'workspaceSid' | 'taskSid' | 'sid'>,
  what: 'accept' | 'reject',
): Promise<void> {
  const address = { workspaceSid: found.workspaceSid, parentSid: found.taskSid, sid: found.sid };
  await clientOf(on.simulator).update(updateReservationRequest(address, instructionNamed(what)));
}

describe('the tree', () => {
  it('has accounts, workspaces, tasks, workers and reservations', async () => {
    const on = await stage();
    assert.deepEqual(await on.labels(), [name]);
    assert.deepEqual(await on.labels(name), ['Desk', 'Annex']);
    assert.deepEqual(await on.labels(name, 'Desk'), [
      'Tasks',
      'Workers',
      'Task Queues',
      'Workflows',
      'Activities',
      'Saved Queries',
    ]);
    assert.deepEqual((await on.labels(name, 'Desk', 'Tasks')).slice(3), ['Omar Cedar', 'Finished']);
    assert.deepEqual(await on.labels(name, 'Desk', 'Workers'), ['Ada Wren', 'Ben Finch', 'Cleo Swift']);
    assert.deepEqual(await on.labels(name, 'Desk', 'Tasks', 'Dana Alder'), ['Ada Wren']);
    assert.deepEqual(await on.labels(name, 'Annex', 'Tasks'), ['No open tasks', 'Finished']);
    assert.deepEqual(await on.labels(name, 'Annex', 'Tasks', 'Finished'), ['No finished tasks']);
  });

  it('has finished tasks in a collapsed group below the open ones, which is read when it is opened', async () => {
    const on = await stage();
    const tasks = await on.find(name, 'Desk', 'Tasks');
    const rows = await on.tree.getChildren(tasks);
    const statusOf = (node: TreeNode) =>
      node.kind === 'resource' && on.store.row(node.accountId, node.sids[1]!);
    assert.ok(rows.slice(0, -1).every((node) => !/completed|canceled/.test(JSON.stringify(statusOf(node)))));
    const group = rows.at(-1)!;
    assert.equal(on.tree.getTreeItem(group).collapsibleState, vscode.TreeItemCollapsibleState.Collapsed);
    on.sent.length = 0;
    const finished = await on.tree.getChildren(group);
    assert.equal(on.sent.length, 1);
    assert.match(on.sent[0]!.path, /AssignmentStatus=canceled&AssignmentStatus=completed/);
    assert.ok(finished.length > 0);
    for (const node of finished) assert.match(on.tree.appearance(node).spoken, /(completed|canceled)/);
  });

  it('has queues with what waits in them and who can take it, workflows, and activities with their workers', async () => {
    const on = await stage();
    const describe = async (...under: string[]) => {
      const rows = await on.tree.getChildren(await on.find(name, 'Desk', ...under));
      await settle();
      return rows.map((node) => on.tree.appearance(node));
    };
    const queues = await describe('Task Queues');
    assert.ok(queues.length > 0);
    for (const { description, spoken, tooltip, context } of queues) {
      assert.match(
        description,
        /^(0 waiting|\d+ waiting · .+) · (\d+\/\d+ available|no eligible workers)( · \d+ offered)?$/,
      );
      assert.match(spoken, /^Task queue /);
      assert.match(tooltip, /^Task queue: WQ.*\nTasks: .*\nWorkers: .*\nTarget workers: /);
      assert.equal(context, 'queue resource writable');
    }
    for (const { spoken } of await describe('Workflows')) assert.match(spoken, /^Workflow .*, offers expire/);
    const activities = await describe('Activities');
    const workers = await on.labels(name, 'Desk', 'Workers');
    const counts = activities.map(({ description }) => Number(/^\d+/.exec(description)![0]));
    assert.equal(
      counts.reduce((sum, one) => sum + one, 0),
      workers.length,
    );
    const [queue] = await on.tree.getChildren(await on.find(name, 'Desk', 'Task Queues'));
    assert.equal(on.tree.getTreeItem(queue!).collapsibleState, vscode.TreeItemCollapsibleState.None);
  });

  it('has saved queries, whose tasks are counted one query after the other when they are opened', async () => {
    const on = await stage();
    const heading = await on.find(name, 'Desk', 'Saved Queries');
    assert.deepEqual(on.queries.counted, []);
    const { open, opened } = gate();
    on.queries.answer = () => opened.then(() => ({ count: 3, isWhole: true }));
    const rows = await on.tree.getChildren(heading);
    const shown = () =>
      rows.map((node) => {
        const { label, description } = on.tree.appearance(node);
        return [label, description];
      });
    const both = (inLabel: string, description: string) =>
      on.queries.all.map(({ name }) => [`${inLabel}${name}`, description]);
    assert.deepEqual(shown(), both('', 'counting…'));
    assert.deepEqual(on.queries.counted, ['status:wrapping updated>30m']);
    open();
    await settle();
    assert.deepEqual(shown(), both('3 · ', ''));
    assert.equal(on.tree.appearance(rows[0]!).spoken, 'Saved query Stuck in wrap-up, 3 tasks');
    assert.equal(on.tree.appearance(rows[0]!).tooltip, 'status:wrapping updated>30m');
    assert.equal(on.queries.counted.length, 2);

    // Neither a redraw nor opening it again soon counts again; after five minutes on screen it does.
    on.tree.refreshNumbers();
    await on.tree.getChildren(heading);
    assert.equal(on.queries.counted.length, 2);
    on.queries.answer = () => Promise.resolve({ count: 1, isWhole: false });
    on.clock.advance(5 * 60_000);
    on.tree.refreshNumbers();
    await settle();
    assert.deepEqual(shown(), both('1+ · ', ''));
    assert.match(on.tree.appearance(rows[0]!).spoken, /, 1 or more tasks$/);
    on.queries.answer = () => Promise.resolve({ count: 0, isWhole: false, error: new Error('no luck') });
    on.tree.collapse(heading);
    on.clock.advance(5 * 60_000);
    on.tree.refreshNumbers();
    await settle();
    assert.equal(on.queries.counted.length, 4);
    await on.tree.getChildren(heading);
    await settle();
    assert.deepEqual(shown(), both('', 'not counted'));
    assert.match(on.tree.appearance(rows[0]!).tooltip, /no luck/);
  });

  it('shows saved queries anew when they change, and counts none of a folder that nobody trusts', async () => {
    const on = await stage();
    const heading = await on.find(name, 'Desk', 'Saved Queries');
    await on.tree.getChildren(heading);
    await settle();
    const changed: unknown[] = [];
    on.tree.onDidChangeTreeData((rows) => changed.push(...(rows ?? [])));
    on.queries.counted.length = 0;
    on.queries.all = ['Mine', 'Renamed', 'Mine'].map((name) => ({ name, text: 'is:open' }));
    on.queries.all.push(
      { name: 'Ours', text: 'is:unserved', folder: 'frontend' },
      { name: 'Theirs', text: 'is:overdue', folder: 'backend', isUntrusted: true },
    );
    on.queries.changed.fire();
    assert.deepEqual(changed, [heading]);
    const rows = await on.tree.getChildren(heading);
    await settle();
    const shown = rows.map((node) => on.tree.appearance(node));
    assert.deepEqual(
      shown.map(({ label, description }) => [label, description]),
      [
        ['3 · Mine', ''],
        ['3 · Renamed', ''],
        ['3 · Ours', 'from frontend'],
        ['Theirs', 'not counted, from backend'],
      ],
    );
    assert.equal(shown[3]!.spoken, 'Saved query Theirs, not counted, from backend');
    assert.match(shown[3]!.tooltip, /when you trust the folder/);
    assert.deepEqual(on.queries.counted, ['is:open', 'is:open', 'is:unserved']);
  });

  it('opens the table with a saved query from its row', async () => {
    const on = await stage();
    const row = await on.find(name, 'Desk', 'Saved Queries', 'Open');
    const { command } = on.tree.getTreeItem(row);
    assert.equal(command!.command, 'taskrouter.query.open');
    const { query } = on.targets.of(row)!;
    assert.deepEqual([query!.accountId, query!.text], [on.account.id, 'is:open']);
    assert.match(query!.workspaceSid, /^WS/);
  });

  it('reads numbers once for all rows of a list, again after a minute, and draws the rows without them', async () => {
    const on = await stage();
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Statistics') ? Promise.resolve(refusal(403, 20003, 'No')) : pass();
    const statistics = () => on.sent.filter(({ path }) => path.includes('Statistics')).length;
    const [queue] = await on.tree.getChildren(await on.find(name, 'Desk', 'Task Queues'));
    await settle();
    assert.equal(statistics(), 1);
    assert.equal(on.tree.appearance(queue!).description, '');
    assert.match(on.tree.appearance(queue!).tooltip, /Statistics: These credentials do not have permission/);
    on.tree.refreshNumbers();
    await settle();
    assert.equal(statistics(), 1);
    on.wire = (_request, pass) => pass();
    on.clock.advance(61_000);
    on.tree.refreshNumbers();
    await settle();
    assert.equal(statistics(), 2);
    assert.match(on.tree.appearance(queue!).description, /\d available/);
    on.tree.collapse(on.tree.getParent(queue!)!);
    on.clock.advance(61_000);
    on.tree.refreshNumbers();
    await settle();
    assert.equal(statistics(), 2);
  });

  it('says that a task without reservations has not been offered, and explains the order of tasks', async () => {
    const on = await stage();
    const tasks = await on.find(name, 'Desk', 'Tasks');
    assert.equal(on.tree.appearance(tasks).description, 'by priority, then age');
    const empty = (collection: resources.Collection) =>
      on.tree.appearance({ kind: 'empty', id: 'x', list: { accountId: 'a', collection, parents: [] } })
        .spoken;
    assert.equal(empty(resources.taskReservations), 'No reservations, not offered yet');
    assert.equal(empty(resources.workerReservations), 'No reservations');
  });

  const statusesUnder = async (on: Stage, task: string) =>
    (await on.tree.getChildren(await on.find(name, 'Desk', 'Tasks', task))).map(
      (node) => on.tree.appearance(node).description.split(' ')[0],
    );

  it('moves no row for two seconds after the user acted on it, although its list was read again', async () => {
    const on = await stage();
    assert.deepEqual(await statusesUnder(on, 'Milo Birch'), ['pending', 'timeout', 'rejected']);
    const [offered] = await on.tree.getChildren(await on.find(name, 'Desk', 'Tasks', 'Milo Birch'));
    const [workspaceSid, taskSid, sid] = (offered as ResourceNode).sids as [string, string, string];
    on.recent.add(on.account.id, sid, 'Reject', Promise.resolve());
    await update(on, { workspaceSid, taskSid, sid }, 'reject');
    await on.refresh();
    assert.deepEqual(await statusesUnder(on, 'Milo Birch'), ['rejected', 'timeout', 'rejected']);
  });

  it('shows ages by TaskRouter’s clock, whatever this machine’s says', async () => {
    const on = await stage();
    const task = await on.find(name, 'Desk', 'Tasks', 'Dana Alder');
    const { description } = on.tree.appearance(task);
    assert.match(description, /^10 min/);
    const now = on.clock.now.bind(on.clock);
    on.clock.now = () => now() - 3 * 3_600_000;
    on.skew.observe(on.account.id, { date: now() } as Exchange);
    assert.equal(on.tree.appearance(task).description, description);
  });

  it('shows rows with possible actions first', async () => {
    const on = await stage();
    assert.deepEqual(await statusesUnder(on, 'Milo Birch'), ['pending', 'timeout', 'rejected']);
    await on.find(name, 'Desk', 'Workers', 'Ada Wren');
    assert.equal((await on.labels(name, 'Desk', 'Workers', 'Ada Wren'))[0], 'Dana Alder');
  });

  it('does not move a row whose status changes, and redraws only that row', async () => {
    const on = await stage();
    const [first] = await on.tree.getChildren(await on.find(name, 'Desk', 'Tasks', 'Milo Birch'));
    assert.ok(first?.kind === 'resource');
    on.tree.getTreeItem(first);
    const drawn: unknown[] = [];
    on.tree.onDidChangeTreeData((rows) => drawn.push(...(rows ?? [])));
    const row = on.store.row(first.accountId, first.sids.at(-1)!)!;
    on.store.put(on.store.begin(first.accountId), { ...row, reservation_status: 'completed' });
    assert.equal(drawn.length, 1);
    assert.equal(drawn[0], first);
  });

  it('redraws all selected rows, from top to bottom, where it redraws one of them', async () => {
    const on = await stage();
    const tasks = (await on.tree.getChildren(await on.find(name, 'Desk', 'Tasks'))).slice(0, 4);
    for (const row of tasks) on.tree.getTreeItem(row);
    const [first, second, third, other] = tasks as [TreeNode, TreeNode, TreeNode, TreeNode];
    const drawn: TreeNode[][] = [];
    on.tree.onDidChangeTreeData((rows) => drawn.push(rows ?? []));
    const change = (node: TreeNode, priority: number) => {
      assert.ok(node.kind === 'resource');
      const row = on.store.row(node.accountId, node.sids.at(-1)!)!;
      on.store.put(on.store.begin(node.accountId), { ...row, priority });
    };
    on.tree.select([third, first, second]);
    change(second, 7);
    change(other, 7);
    on.tree.select([second]);
    change(second, 8);
    assert.deepEqual(drawn, [[first, second, third], [other], [second]]);
  });

  it('reads a list once, when it is first expanded', async () => {
    const on = await stage();
    on.sent.length = 0;
    await on.labels(name, 'Desk');
    assert.equal(on.sent.length, 1);
    await on.labels(name, 'Desk', 'Tasks');
    await on.labels(name, 'Desk', 'Tasks');
    assert.equal(on.sent.length, 2);
    assert.match(on.sent[1]!.path, /Ordering=Priority%3Adesc%2CDateCreated%3Aasc/);
  });

  it('has a unique id of SIDs for each row, and the same object after a refresh', async () => {
    const on = await stage();
    const before = await walk(on.tree);
    assert.ok(before.length > 30);
    assert.equal(new Set(before.map(({ id }) => id)).size, before.length);
    for (const node of before) {
      if (node.kind === 'resource') assert.ok(node.id.endsWith(node.sids.at(-1)!));
    }
    on.clock.advance(30_000);
    await on.refresh();
    const after = await walk(on.tree);
    assert.ok(after.length === before.length && after.every((node, i) => node === before[i]));
  });

  it('makes plain rows: text, a codicon, a plain tooltip, a sentence to speak', async () => {
    const on = await stage();
    for (const node of await walk(on.tree)) {
      const item = on.tree.getTreeItem(node);
      assert.equal(typeof item.label, 'string');
      assert.equal(typeof item.tooltip, 'string', 'a tooltip in Markdown could fetch images');
      assert.ok(item.iconPath instanceof vscode.ThemeIcon);
      assert.match(item.accessibilityInformation!.label, /\w/);
      assert.match(item.contextValue!, /^[a-z-]+( [a-z]+)*$/);
      assert.equal(item.id, node.id);
      if (item.command) assert.deepEqual(item.command.arguments, [node, openedRow]);
      const parent = on.tree.getParent(node);
      assert.ok(parent === undefined || on.targets.of(parent));
    }
  });

  it('opens the page of a task, worker or reservation from its row, and of no row without an address', async () => {
    const on = await stage();
    const opens = new Map<string, Set<string | undefined>>();
    for (const node of await walk(on.tree)) {
      const kind = node.kind === 'resource' ? node.collection.noun : node.kind;
      opens.set(kind, (opens.get(kind) ?? new Set()).add(on.tree.getTreeItem(node).command?.command));
    }
    for (const [kind, command] of [
      ['Workspace', undefined],
      ['group', undefined],
      ['Task', 'taskrouter.task.explain'],
      ['Worker', 'taskrouter.worker.explain'],
      ['Reservation', 'taskrouter.reservation.open'],
    ] as const)
      assert.deepEqual([...opens.get(kind)!], [command], kind);
    const [task] = (await walk(on.tree)).filter(
      (node) => node.kind === 'resource' && node.collection.noun === 'Task',
    );
    const foreign = { ...(task as ResourceNode), sids: ['WS', 'no SID'] };
    assert.equal(on.tree.getTreeItem(foreign).command, undefined);
  });

  it('names the account of each row where there are several accounts', async () => {
    const on = await stage();
    const namesOf = async () =>
      (await walk(on.tree))
        .filter(({ kind }) => kind !== 'account')
        .map((node) => {
          const { tooltip, spoken } = on.tree.appearance(node);
          const [inTooltip] = /(?<=^Account: ).*$/m.exec(tooltip) ?? [];
          const [inSpoken] = /(?<=, account ).*$/.exec(spoken) ?? [];
          return [node.id.split('/')[0], inTooltip, inSpoken];
        });
    assert.ok(
      (await namesOf()).every(([, tooltip, spoken]) => tooltip === undefined && spoken === undefined),
    );
    const simulated = await on.accounts.simulate();
    const names = await namesOf();
    for (const { id, name } of [on.account, simulated]) {
      const ofAccount = names.filter(([accountId]) => accountId === id);
      assert.ok(ofAccount.length > 30);
      for (const [, ...shown] of ofAccount) assert.deepEqual(shown, [name, name]);
    }
  });

  it('has targets for its own rows only', async () => {
    const on = await stage();
    const other = openTree(on, new RowTargets());
    const nodes = await walk(on.tree);
    const others = await walk(other);
    for (const node of nodes) {
      assert.ok(on.targets.of(node));
      assert.ok(!on.targets.of({ ...node }));
      assert.ok(!on.targets.of(JSON.parse(JSON.stringify(node))));
    }
    for (const node of others) assert.ok(!on.targets.of(node));
    for (const value of [undefined, null, '', nodes[0]!.id, 7, [], {}, { id: nodes[0]!.id }, () => nodes[0]])
      assert.ok(!on.targets.of(value));
    await on.accounts.signOut(on.account.id);
    await on.tree.getChildren();
    for (const node of nodes) assert.ok(!on.targets.of(node), 'nor of a row that is gone');
  });

  describe('redraws', () => {
    /** With the numbers of some rows, which come after the rows are drawn. */
    const drawn = async () => {
      const on = await stage();
      await walk(on.tree);
      await settle();
      await walk(on.tree);
      on.drawn.length = 0;
      return on;
    };

    it('nothing when nothing has changed', async () => {
      const on = await drawn();
      on.clock.advance(5000);
      await on.refresh();
      on.tree.redraw();
      assert.deepEqual(on.drawn, []);
    });

    it('only the rows that changed', async () => {
      const on = await drawn();
      await update(on, await findReservation(on.simulator, 'pending'), 'accept');
      await on.refresh();
      // The task, its reservation (named by its worker), and the same under its worker (named by the task).
      assert.deepEqual([...new Set(on.drawn)].sort(), ['Ada Wren', 'Dana Alder']);
    });

    it('a task and the reservations that are named after it, when the task has changed', async () => {
      const on = await drawn();
      const { taskSid } = await findReservation(on.simulator, 'pending');
      const task = on.store.row(on.account.id, taskSid)!;
      on.store.put(on.store.begin(on.account.id), { ...task, attributes: '{"name":"Dana Elm"}' });
      // The task, its reservation, whose tooltip names it, and the same under its worker.
      assert.deepEqual([...on.drawn].sort(), ['Ada Wren', 'Dana Elm', 'Dana Elm']);
    });

    it('the list that a row has left, and retains the others', async () => {
      const on = await stage();
      await on.labels(name, 'Desk', 'Tasks', 'Finished');
      const before = await on.tree.getChildren(await on.find(name, 'Desk', 'Tasks', 'Finished'));
      on.drawn.length = 0;
      on.clock.advance(5 * 60_000);
      await on.refresh();
      assert.ok(on.drawn.includes('Finished'));
      const after = await on.tree.getChildren(await on.find(name, 'Desk', 'Tasks', 'Finished'));
      assert.ok(after.length < before.length);
      assert.ok(after.every((node) => before.includes(node) || node.kind === 'empty'));
      for (const gone of before.filter((node) => !after.includes(node))) assert.ok(!on.targets.of(gone));
    });

    it('rows whose time has changed', async () => {
      const on = await stage();
      await on.labels(name, 'Desk', 'Tasks', 'Finished');
      on.drawn.length = 0;
      on.clock.advance(48 * 3_600_000);
      on.tree.redraw();
      assert.equal(on.drawn.length, 6);
    });

    it('everything when an account is added or removed', async () => {
      const on = await stage();
      await on.labels(name);
      on.drawn.length = 0;
      await on.accounts.simulate();
      assert.deepEqual(on.drawn, ['everything']);
      assert.deepEqual(await on.labels(), [name, 'Simulated account']);
      await on.accounts.signOut(on.account.id);
      assert.deepEqual(await on.labels(), ['Simulated account']);
      assert.equal(size(on), 1);
    });

    it('nothing after dispose', async () => {
      const on = await stage();
      await walk(on.tree);
      on.tree.dispose();
      on.drawn.length = 0;
      await update(on, await findReservation(on.simulator, 'pending'), 'accept');
      await on.refresh();
      await on.accounts.signOut(on.account.id);
      assert.deepEqual(on.drawn, []);
    });
  });

  describe('shows a failure where the rows would be', () => {
    const fails: Wire = () => Promise.resolve(answer(200, html));

    it('as a row that names the list and offers to try again, alone if there are no rows yet', async () => {
      const on = await stage();
      on.wire = fails;
      const [failure] = await on.tree.getChildren(await on.find(name));
      const item = on.tree.getTreeItem(failure!);
      assert.match(item.label as string, /^Workspaces not loaded: .*did not come from TaskRouter/);
      assert.equal(item.description, 'Try again');
      assert.equal(item.contextValue, 'failure');
      assert.equal(item.command!.command, 'taskrouter.list.retry');
      assert.match(item.accessibilityInformation!.label, /^Error\..*Press Enter to try again/);
      assert.equal((await on.labels(name)).length, 1, 'never as an empty list');
    });

    it('with an ID that no row can have', async () => {
      const on = await stage();
      on.wire = fails;
      const [failure] = await on.tree.getChildren(await on.find(name));
      assert.doesNotMatch(failure!.id.split('/').at(-1)!, /^\w*$/);
    });

    it('above the rows of the last read, with their age', async () => {
      const on = await stage();
      const before = await on.tree.getChildren(await on.find(name, 'Desk', 'Tasks'));
      on.wire = fails;
      await on.refresh();
      const [failure, ...rest] = await on.tree.getChildren(await on.find(name, 'Desk', 'Tasks'));
      assert.equal(failure!.kind, 'failure');
      assert.ok(rest.length === 5 && rest.every((node, i) => node === before[i]));
      assert.match(on.tree.getTreeItem(failure!).tooltip as string, /rows below are from/);
      assert.match(on.tree.getTreeItem(failure!).label as string, /^Tasks not refreshed: /);
      on.wire = (_request, pass) => pass();
      await on.refresh();
      assert.deepEqual((await on.labels(name, 'Desk', 'Tasks')).slice(3), ['Omar Cedar', 'Finished']);
      assert.ok(!on.targets.of(failure));
    });

    it('of one workspace, without affecting the others', async () => {
      const on = await stage();
      const { sids } = (await on.find(name, 'Annex')) as ResourceNode;
      on.wire = ({ url }, pass) =>
        url.pathname.includes(sids[0]!) ? Promise.resolve(answer(503, html)) : pass();
      await withoutJitter(async () => {
        assert.match((await on.labels(name, 'Annex', 'Workers'))[0]!, /having problems/);
        assert.equal((await on.labels(name, 'Desk', 'Workers')).length, 3);
      });
    });

    it('when the secret is missing, under the account, which stays', async () => {
      const on = await stage();
      await on.loseSecrets();
      assert.match((await on.labels(name))[0]!, /not stored on this machine/);
      assert.deepEqual(await on.labels(), [name]);
    });

    it('of the credentials, and of a row that does not exist any more', async () => {
      for (const [status, words] of [
        [401, /not accept these credentials/],
        [403, /do not have permission/],
        [404, /Not found/],
      ] as const) {
        const on = await stage();
        on.wire = () => Promise.resolve(refusal(status, 20003, '[x](command:y)\u202e'));
        assert.match((await on.labels(name))[0]!, words);
      }
    });

    it('that a list was cut short, and how many rows could not be read', async () => {
      const on = await stage();
      on.wire = () =>
        Promise.resolve(
          answer(200, {
            meta: { key: 'workspaces', next_page_url: 'https://example.com/?PageToken=1' },
            workspaces: [{ sid: `WS${'1'.repeat(32)}`, friendly_name: 7 }, {}, 'text'],
          }),
        );
      const labels = await on.labels(name);
      assert.equal(labels.length, 3);
      assert.equal(labels[0], `WS${'1'.repeat(32)}`);
      assert.match(labels[1]!, /^2 rows have no SID/);
      assert.match(labels[2]!, /Not all rows could be loaded: the next page is at another address/);
    });
  });

  describe('knows what is on screen:', () => {
    const paths = (on: Stage) => on.tree.visibleLists().map(({ collection }) => collection.path.join('/'));

    it('expanded lists', async () => {
      const on = await stage();
      assert.deepEqual(paths(on), []);
      await on.labels(name);
      assert.deepEqual(paths(on), ['Workspaces']);
      await on.labels(name, 'Desk', 'Tasks', 'Dana Alder');
      assert.deepEqual(paths(on), ['Workspaces', 'Workspaces/Tasks', 'Workspaces/Tasks/Reservations']);
    });

    it('not collapsed lists, nor lists below them, until they are expanded', async () => {
      const on = await stage();
      await on.labels(name, 'Desk', 'Tasks', 'Dana Alder');
      await on.labels(name, 'Desk', 'Workers');
      const desk = await on.find(name, 'Desk');
      const tasks = await on.find(name, 'Desk', 'Tasks');
      on.tree.collapse(tasks);
      assert.deepEqual(paths(on), ['Workspaces', 'Workspaces/Workers']);
      on.tree.collapse(desk);
      assert.deepEqual(paths(on), ['Workspaces']);
      on.tree.expand(desk);
      assert.deepEqual(paths(on), ['Workspaces', 'Workspaces/Workers']);
      on.tree.expand(tasks);
      assert.equal(paths(on).length, 4);
    });

    it('after a reload, what was last expanded or collapsed', async () => {
      const on = await stage();
      const memory = new FakeMemory();
      const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
      /** Draws the rows as VS Code does after a reload: children of expanded rows only. */
      const reload = async () => {
        const tree = openTree(on, new RowTargets(), memory);
        const states: [string, vscode.TreeItemCollapsibleState][] = [];
        const draw = async (node?: TreeNode): Promise<void> => {
          for (const child of await tree.getChildren(node)) {
            const { label, collapsibleState } = tree.getTreeItem(child);
            if (collapsibleState !== None) states.push([label as string, collapsibleState!]);
            if (collapsibleState === Expanded) await draw(child);
          }
        };
        await draw();
        return { tree, states };
      };
      const first = await reload();
      assert.deepEqual(first.states, [
        [name, Expanded],
        ['Desk', Collapsed],
        ['Annex', Collapsed],
      ]);
      const [account] = await first.tree.getChildren();
      const [desk] = await first.tree.getChildren(account);
      first.tree.expand(desk!);
      const [tasks] = await first.tree.getChildren(desk);
      await first.tree.getChildren(tasks);
      const second = await reload();
      assert.deepEqual(second.states.slice(0, 3), [
        [name, Expanded],
        ['Desk', Expanded],
        ['Tasks', Expanded],
      ]);
      second.tree.collapse(account!);
      assert.deepEqual((await reload()).states, [[name, Collapsed]]);
      for (let i = 0; i < 100; i++) second.tree.expand({ ...desk!, id: `other ${i}` });
      assert.deepEqual((await reload()).states, [
        [name, Expanded],
        ['Desk', Collapsed],
        ['Annex', Collapsed],
      ]);
    });

    it('after a reload, read within the request limit, while lists that the user expands are read at once', async () => {
      const on = await stage();
      const window = openWindow({ beside: on, limit: () => 1 });
      const tree = openTree(window, new RowTargets());
      window.budget.limitOf(on.account.id).tryAdmit({})!.leave();
      const [account] = await tree.getChildren();
      let drawn = 0;
      tree.onDidChangeTreeData((rows) => (drawn += Number(rows?.includes(account!))));
      const [loading] = await tree.getChildren(account);
      assert.equal(tree.appearance(loading!).label, 'Loading…');
      assert.equal(window.sent.length, 0, 'nobody has expanded the account');
      tree.collapse(account!);
      tree.expand(account!);
      await settle();
      assert.equal(window.sent.length, 1);
      assert.ok(drawn > 0, 'and the row is drawn anew');
      const [desk] = await tree.getChildren(account);
      assert.equal(tree.appearance(desk!).label, 'Desk');
    });

    for (const [what, expand] of [
      // VS Code sends the event and reads the children in no certain order.
      ['before', ({ tree }: Stage, node: TreeNode) => [tree.expand(node), tree.getChildren(node)]],
      ['after', ({ tree }: Stage, node: TreeNode) => [tree.getChildren(node), tree.expand(node)]],
    ] as const) {
      it(`a row that the user expands, read at once, its event coming ${what} VS Code reads the children`, async () => {
        const on = await stage({ limit: () => 1 });
        const desk = await on.find(name, 'Desk');
        const [tasks] = await on.tree.getChildren(desk);
        for (let i = 0; i < 3; i++) on.budget.limitOf(on.account.id).tryAdmit({})?.leave();
        const before = on.sent.length;
        void expand(on, tasks!);
        await settle();
        assert.equal(on.sent.length, before + 1);
      });
    }

    it('an account that the user has just signed in to, read at once', async () => {
      const window = openWindow({ limit: () => 1 });
      const tree = openTree(window, new RowTargets());
      const { id } = await window.signIn();
      window.budget.limitOf(id).tryAdmit({})?.leave();
      const [account] = await tree.getChildren();
      const [desk] = await tree.getChildren(account);
      assert.equal(tree.appearance(desk!).label, 'Desk');
    });

    it('not lists of removed rows', async () => {
      const on = await stage();
      await on.labels(name, 'Desk', 'Tasks', 'Finished', 'Tess Rowan');
      assert.equal(paths(on).length, 4);
      on.clock.advance(5 * 60_000);
      await on.refresh();
      await on.labels(name, 'Desk', 'Tasks', 'Finished');
      assert.deepEqual(paths(on), ['Workspaces', 'Workspaces/Tasks', 'Workspaces/Tasks']);
      await on.accounts.signOut(on.account.id);
      await on.tree.getChildren();
      assert.deepEqual(paths(on), []);
    });
  });

  describe('with 100,000 tasks', () => {
    const scenario = large({ tasks: 100_000, workers: 500, workspaces: 1 });

    it('shows 50, then 50 more each time, without changing the first ones', async () => {
      const on = await stage({ scenario });
      on.sent.length = 0;
      const group = await on.find(name, 'Region 1', 'Tasks');
      const before = await on.tree.getChildren(group);
      assert.equal(before.length, 53);
      assert.equal(on.sent.length, 2);
      assert.match(on.sent[1]!.path, /PageSize=50$/);
      const [more, search] = before.slice(50) as [TreeNode, TreeNode];
      assert.equal(on.label(more), 'Load more…');
      assert.equal(on.tree.getTreeItem(more).command!.command, 'taskrouter.list.loadMore');
      assert.match(on.tree.appearance(more).description, /50 shown/);
      assert.ok(more.kind === 'more');
      await on.store.more(more.list);
      const after = await on.tree.getChildren(group);
      assert.equal(after.length, 103);
      assert.ok(before.slice(0, 50).every((node, i) => node === after[i]));
      assert.deepEqual(after.slice(100, 102), [more, search]);
      assert.equal(on.label(search), 'Search all tasks…');
      assert.equal(on.tree.getTreeItem(search).command!.command, 'taskrouter.task.search');
      for (let i = 0; i < 5; i++) await settle();
      assert.equal(on.tree.appearance(search).description, '100,000 in total');
      const counts = on.sent.filter(({ path }) => path.endsWith('/RealTimeStatistics'));
      assert.equal(counts.length, 1, 'for a minute the number is good enough');
      // The simulator sorts all of them for each page.
    }).timeout(60_000);
  });

  it('drops rows over 500 cycles of new and finished tasks', async () => {
    const on = await stage();
    let round = 0;
    const sid = (kind: string, number: number) => kind + number.toString(16).padStart(32, '0');
    on.wire = ({ url }, pass) => {
      if (url.pathname.endsWith('/Tasks')) {
        const tasks = [1, 2, 3].map((task) => ({ sid: sid('WT', round * 10 + task) }));
        return Promise.resolve(answer(200, { meta: { key: 'tasks' }, tasks }));
      }
      if (!url.pathname.endsWith('/Reservations')) return pass();
      const reservations = [{ sid: sid('WR', round) }];
      return Promise.resolve(answer(200, { meta: { key: 'reservations' }, reservations }));
    };
    const group = await on.find(name, 'Desk', 'Tasks');
    const open = async () => {
      for (const node of await on.tree.getChildren(group)) {
        for (const child of await on.tree.getChildren(node)) on.tree.getTreeItem(child);
        on.tree.getTreeItem(node);
      }
    };
    await open();
    const held = () =>
      Object.values(on.tree as unknown as Record<string, unknown>).flatMap((value) =>
        value instanceof Map || value instanceof Set ? [value.size] : [],
      );
    const before = held();
    for (round = 1; round <= 500; round++) {
      await on.store.refresh(group.kind === 'group' ? group.list : assert.fail());
      await open();
    }
    assert.deepEqual(held(), before);
  });

  it('shows nothing of an account that is signed out during a read', async () => {
    const on = await stage();
    const { opened, open } = gate();
    const root = await on.find(name);
    on.wire = async (_request, pass) => {
      const late = await pass();
      await opened;
      return late;
    };
    const reading = on.tree.getChildren(root);
    await settle();
    await on.accounts.signOut(on.account.id);
    on.store.forget(on.account.id);
    assert.deepEqual(await on.tree.getChildren(), []);
    open();
    assert.deepEqual(await reading, []);
    assert.equal(size(on), 0);
  });
});
