import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { machineClock } from '../../../src/extension/data/clock';
import { Picks } from '../../../src/extension/actions/picks';
import type { Command } from '../../../src/extension/contributions';
import { commands } from '../../../src/extension/contributions';
import type { OpenReservation } from '../../../src/extension/display/openReservation';
import { Emitter } from '../../../src/extension/emitter';
import * as resources from '../../../src/taskrouter/resources';
import { instructionNamed } from '../../../src/taskrouter/instructions';
import { updateReservationRequest } from '../../../src/taskrouter/update';
import { still } from '../centre';
import type { TestWindow } from '../window';
import { clientOf, findReservation, gate, openWindow, refusal, settle } from '../window';

type ShownItem = vscode.QuickPickItem & { readonly id?: string; readonly value?: unknown };

/** A quick pick that a test sees and answers. */
class FakePick {
  title = '';
  placeholder = '';
  busy = false;
  value = '';
  activeItems: readonly ShownItem[] = [];
  selectedItems: readonly ShownItem[] = [];
  /** How many items were shown, each time. */
  readonly counts: number[] = [];
  private shown: readonly ShownItem[] = [];
  private readonly accepted = new vscode.EventEmitter<void>();
  private readonly hidden = new vscode.EventEmitter<void>();
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidChangeValue = new vscode.EventEmitter<string>().event;

  get items(): readonly ShownItem[] {
    return this.shown;
  }
  /** As VS Code does: the first item becomes the active one. */
  set items(items: readonly ShownItem[]) {
    this.shown = items;
    this.activeItems = items.slice(0, 1);
    this.counts.push(items.length);
  }
  get labels(): string[] {
    return this.shown.map(({ label }) => label);
  }
  choose(label: RegExp): void {
    const item = this.shown.find((one) => label.test(one.label));
    assert.ok(item, `${String(label)} is not among ${this.labels.join(', ')}`);
    this.selectedItems = [item];
    this.accepted.fire();
  }
  show(): void {}
  hide(): void {
    this.hidden.fire();
  }
  dispose(): void {}
}

describe('the quick pick of reservations', () => {
  const { createQuickPick } = vscode.window;
  const opened: FakePick[] = [];
  beforeEach(() => {
    opened.length = 0;
    Object.assign(vscode.window, {
      createQuickPick: () => {
        opened.push(new FakePick());
        return opened.at(-1)!;
      },
    });
  });
  after(() => void Object.assign(vscode.window, { createQuickPick }));

  const open: Command = commands['taskrouter.reservation.open'];
  const reject: Command = commands['taskrouter.reservation.reject'];

  async function stage(window: TestWindow = openWindow()) {
    await window.signIn();
    const changed = new Emitter<void>();
    const known = {
      all: [] as OpenReservation[],
      current: new Set<string>(),
      onDidChange: changed.event,
      isCurrent: ({ workspaceSid }: { workspaceSid: string }) => known.current.has(workspaceSid),
    };
    const picks = new Picks({
      place: () => undefined,
      ...{
        accounts: window.accounts,
        store: window.store,
        known,
        skew: () => 0,
        clock: machineClock,
      },
      shown: () => [],
      signIn: () => Promise.resolve(),
    });
    return { window, picks, known, changed };
  }

  const entry = (number: number, more: Partial<OpenReservation> = {}): OpenReservation => ({
    id: `WR${number}`,
    accountId: '',
    sids: ['WS1', 'WT1', `WR${String(number).repeat(32)}`],
    status: 'pending',
    isConfirmed: true,
    worker: `Worker ${number}`,
    workerSid: '',
    about: `Task ${number}`,
    queue: 'Support',
    queueSid: '',
    channel: 'voice',
    malformed: [],
    ...more,
  });
  const dueIn = (minutes: number) => ({
    deadline: { at: Date.now() + minutes * 60_000 + 1000, lasts: 600_000 },
  });

  it('lists task and worker, the soonest deadline first, and those that are probably over last', async () => {
    const { picks, known, window } = await stage();
    const accountId = window.accounts.all[0]!.id;
    known.isCurrent = () => true;
    known.all = [
      entry(1, { ...dueIn(9), accountId }),
      entry(2, { ...dueIn(3), accountId }),
      entry(3, { ...dueIn(-1), accountId }),
      entry(4, { status: 'accepted', accountId }),
      entry(5, { ...dueIn(6), isConfirmed: false, accountId }),
    ];
    void picks.byKind.reservation(open);
    await settle();
    const [pick] = opened;
    assert.deepEqual(
      pick!.items.map(({ label, description }) => `${label}: ${description}`),
      [
        'Task 2 → Worker 2: 3 min · pending · Support',
        'Task 5 → Worker 5: 6 min · pending · not confirmed yet · Support',
        'Task 1 → Worker 1: 9 min · pending · Support',
        'Task 4 → Worker 4: accepted · Support',
        'Task 3 → Worker 3: expired? · pending · Support',
      ],
    );
    assert.equal(pick!.busy, false);
    assert.ok(
      window.sent.every(({ path }) => !path.includes('/Tasks')),
      'what is known is not read',
    );
  });

  it('lists those that the user probably means before all others', async () => {
    const { picks, known, window } = await stage();
    const accountId = window.accounts.all[0]!.id;
    known.isCurrent = () => true;
    known.all = [1, 2, 3].map((number) => entry(number, { ...dueIn(number), accountId }));
    const likely = [known.all[2]!, known.all[1]!].map(({ sids: [workspaceSid, parentSid, sid] }) => ({
      accountId,
      address: { workspaceSid, parentSid, sid },
    }));
    void picks.byKind.reservation(open, likely);
    await settle();
    assert.deepEqual(
      opened[0]!.items.map(({ label }) => label),
      [3, 2, 1].map((number) => `Task ${number} → Worker ${number}`),
    );
  });

  it('names the account when there are several, and lists those of every account', async () => {
    const { picks, known, window } = await stage();
    const simulated = await window.accounts.simulate();
    known.isCurrent = () => true;
    known.all = [entry(1, { accountId: window.accounts.all[0]!.id }), entry(2, { accountId: simulated.id })];
    void picks.byKind.reservation(open);
    await settle();
    assert.deepEqual(
      opened[0]!.items.map(({ description }) => description),
      ['pending · Support · Test account', 'pending · Support · Simulated account'],
    );
  });

  it('shows each as soon as it has been read', async () => {
    const { picks, window } = await stage();
    const { opened: released, open: release } = gate();
    let reads = 0;
    window.wire = async (request, pass) => {
      const isOfTask = request.url.pathname.endsWith('/Reservations');
      if (isOfTask && reads++ > 0) await released;
      return pass();
    };
    const chosen = picks.byKind.reservation(open);
    await settle();
    const [pick] = opened;
    assert.deepEqual([pick!.items.length, pick!.busy], [2, true]);
    const [first] = pick!.items;
    release();
    await settle();
    assert.equal(pick!.busy, false);
    assert.ok(pick!.items.length > 1);
    assert.equal(pick!.activeItems[0]!.id, first!.id, 'what is highlighted stays so');
    pick!.choose(new RegExp(`^${first!.label}$`));
    assert.deepEqual(await chosen, first!.value);
  });

  it('lists only those on which the command works, and drops one that no longer can be acted on', async () => {
    const { picks, window, changed } = await stage();
    const found = await findReservation(window.simulator, 'pending');
    void picks.byKind.reservation(reject);
    await settle();
    const [pick] = opened;
    const before = pick!.items;
    assert.ok(before.length > 0);
    assert.ok(before.every(({ description }) => description!.includes('pending')));
    const { workspaceSid, taskSid, sid } = found;
    const address = { workspaceSid, parentSid: taskSid, sid };
    await clientOf(window.simulator).update(updateReservationRequest(address, instructionNamed('accept')));
    await window.store.fetch(window.accounts.all[0]!.id, resources.taskReservations, [
      workspaceSid,
      taskSid,
      sid,
    ]);
    changed.fire();
    assert.equal(pick!.items.length, Math.max(1, before.length - 1));
    assert.ok(!pick!.items.some(({ id }) => id === sid));
  });

  it('reads nothing more once it is closed', async () => {
    const { picks, window } = await stage();
    const { opened: released, open: release } = gate();
    window.wire = async (request, pass) => {
      if (request.url.pathname.endsWith('/Tasks')) await released;
      return pass();
    };
    const chosen = picks.byKind.reservation(open);
    await settle();
    opened[0]!.hide();
    assert.equal(await chosen, undefined);
    release();
    await settle();
    assert.ok(window.sent.every(({ path }) => !path.includes('/Reservations')));
  });

  it('shows a workspace that could not be read beside the reservations of the others', async () => {
    const { picks, window } = await stage();
    const { workspaceSid } = await findReservation(window.simulator, 'pending');
    window.wire = (request, pass) =>
      request.url.pathname.includes('/Tasks') && !request.url.pathname.includes(workspaceSid)
        ? Promise.resolve(refusal(401, 20003, 'No'))
        : pass();
    void picks.byKind.reservation(open);
    await settle();
    const labels = opened[0]!.labels;
    assert.ok(labels.length > 1);
    assert.match(labels.at(-1)!, /^\$\(error\) Annex: .*credentials/);
  });

  it('asks for the workspace where there are many that are not polled', async () => {
    const workspaces = Array.from({ length: 6 }, (_, i) => ({ ...still.workspaces[0]!, name: `Desk ${i}` }));
    const { picks, window } = await stage(openWindow({ scenario: { ...still, workspaces } }));
    const chosen = picks.byKind.reservation(open);
    await settle();
    assert.deepEqual(opened[0]!.labels, ['Choose From Another Workspace…']);
    assert.ok(window.sent.every(({ path }) => !path.includes('/Tasks')));
    opened[0]!.choose(/Another/);
    await settle();
    opened[1]!.choose(/^Desk 3$/);
    await settle();
    opened[2]!.choose(/→/);
    assert.ok(await chosen);
  });

  it('says so when a workspace has more tasks than are read', async () => {
    const [desk] = still.workspaces;
    const { picks, window } = await stage(openWindow({ scenario: { ...still, workspaces: [desk!] } }));
    const row = (prefix: string, i: number) => ({ sid: prefix + String(i).padStart(32, '0') });
    window.wire = (request, pass) => {
      const { pathname } = request.url;
      const rows = pathname.endsWith('/Tasks')
        ? { key: 'tasks', rows: Array.from({ length: 200 }, (_, i) => row('WT', i)) }
        : pathname.endsWith('/Reservations') && { key: 'reservations', rows: [row('WR', 1)] };
      if (!rows) return pass();
      const meta = { key: rows.key, next_page_url: null };
      return Promise.resolve(new Response(JSON.stringify({ meta, [rows.key]: rows.rows })));
    };
    void picks.byKind.reservation(open);
    await settle();
    const [pick] = opened;
    assert.equal(pick!.busy, false);
    assert.match(pick!.labels.at(-1)!, /^\$\(info\) .+: only the 200 oldest tasks were read$/);
  });

  it('says which statuses it looked for when there are none', async () => {
    const { picks, known } = await stage();
    known.isCurrent = () => true;
    void picks.byKind.reservation(reject);
    await settle();
    assert.deepEqual(opened[0]!.labels, ['$(info) No open reservation has the status pending.']);
  });
});
