import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { Account } from '../../../../src/extension/accounts/account';
import type { Outcome } from '../../../../src/extension/actions/outcome';
import type { Connection } from '../../../../src/extension/accounts/connections';
import type { PreparedUpdate } from '../../../../src/taskrouter/preparedUpdate';
import { SendJournal } from '../../../../src/extension/actions/sendJournal';
import { UpdatesInProgress } from '../../../../src/extension/actions/updatesInProgress';
import { CallerIds } from '../../../../src/extension/features/reservation/callerIds';
import { Drafts } from '../../../../src/extension/features/reservation/drafts';
import { panelType, ReservationPanels } from '../../../../src/extension/features/reservation/panel';
import { RestoredTabs } from '../../../../src/extension/features/reservation/restoredTabs';
import { SavedOutcomes } from '../../../../src/extension/features/reservation/savedOutcomes';
import type { FormState } from '../../../../src/webview/reservation/protocol';
import { maxPostedLength } from '../../../../src/webview/shared/protocol';
import type { StateMessage } from '../../../../src/webview/shared/protocol';
import { minReadingTime } from '../../../../src/extension/display/modal';
import { message } from '../../../../src/taskrouter/message';
import { instructionNamed } from '../../../../src/taskrouter/instructions';
import * as resources from '../../../../src/taskrouter/resources';
import { prepareInstruction } from '../../../../src/taskrouter/reservationUpdate';
import { updateReservationRequest } from '../../../../src/taskrouter/update';
import { FakePanel as FakePanelOf } from '../../fakePanel';
import type { Found, Row, TestWindow } from '../../window';
import {
  answer,
  assertClean,
  canary,
  clientOf,
  findReservation,
  gate,
  html,
  openWindow,
  refusal,
  settle,
} from '../../window';

const sipCanary = 'canary-sip-88e1-never-show-me';
const { extensionUri } = vscode.extensions.getExtension('taskrouter-tools.taskrouter-reservations')!;
class FakePanel extends FakePanelOf<FormState> {}
const done: Outcome = { kind: 'done', headline: { text: 'Done.' }, details: [] };

interface Stage extends TestWindow {
  readonly account: Account;
  readonly found: Found;
  readonly panels: ReservationPanels;
  readonly acted: (PreparedUpdate & { readonly connection: Connection })[];
  /** Outcomes that were shown outside of the form. */
  readonly shownOutcomes: Outcome[];
  /** What these were about. */
  readonly shownAbout: string[];
  readonly journal: SendJournal;
  readonly inProgress: UpdatesInProgress;
  skew: number;
  /** What a worker was asked for with, and who is chosen then. */
  readonly picked: [string, string, string][];
  chosenWorker: Row | undefined;
  /** How often the user was asked for another reservation. */
  choices: number;
  act: () => Promise<Outcome | undefined>;
  /** What VS Code hands over after a reload of the window. */
  kept(change?: object): object;
  /** A form that was brought back, and has looked everything up. */
  form(change?: object): Promise<FakePanel>;
}

async function stage(status = 'pending', beside?: Stage, isSimulated = false): Promise<Stage> {
  const window = openWindow(beside ? { beside } : {});
  const account = beside?.account ?? (await (isSimulated ? window.accounts.simulate() : window.signIn()));
  const found = await findReservation(window.simulator, status);
  const acted: Stage['acted'] = [];
  const shownOutcomes: Outcome[] = [];
  const shownAbout: string[] = [];
  const journal = new SendJournal(window.memory, window.clock);
  const inProgress = new UpdatesInProgress(journal);
  const on: Stage = Object.assign(window, {
    account,
    found,
    acted,
    shownOutcomes,
    shownAbout,
    journal,
    inProgress,
    skew: 0,
    picked: [],
    choices: 0,
    chosenWorker: undefined,
    act: () => Promise.resolve<Outcome | undefined>(done),
    panels: new ReservationPanels({
      accounts: window.accounts,
      clock: window.clock,
      skew: () => on.skew,
      store: window.store,
      actions: {
        send: (connection, update) => {
          acted.push({ ...update, connection });
          return on.act();
        },
        show: (outcome, { about }) => {
          shownOutcomes.push(outcome);
          shownAbout.push(about);
          return Promise.resolve();
        },
        journal,
        inProgress,
      },
      callerIds: new CallerIds(window.memory),
      presets: { pick: () => Promise.resolve(undefined) },
      workers: {
        pick: (...asked: [string, string, string]) => {
          on.picked.push(asked);
          return Promise.resolve(on.chosenWorker);
        },
      },
      drafts: new Drafts(window.memory),
      outcomes: new SavedOutcomes(window.memory),
      restoredTabs: new RestoredTabs(window.memory, window.clock, panelType),
      extensionUri,
      chooseReservation: () => {
        on.choices++;
        return Promise.resolve(undefined);
      },
    }),
    kept: (change: object = {}) => ({
      binding: {
        accountId: account.id,
        workspaceSid: found.workspaceSid,
        parentSid: found.taskSid,
        sid: found.sid,
      },
      chosen: 'accept',
      values: {},
      opened: {},
      scroll: 0,
      ...change,
    }),
    async form(change: object = {}) {
      const panel = new FakePanel();
      await on.panels.deserializeWebviewPanel(panel as unknown as vscode.WebviewPanel, on.kept(change));
      await settle();
      return panel;
    },
  });
  return on;
}

const stateOf = (panel: FakePanel): FormState => panel.posted.at(-1)!.state;
/** Posts a message as the page does: for the form that it shows. */
const say = async (panel: FakePanel, message: unknown) => {
  const { instance } = panel.posted.at(-1) ?? {};
  const isObject = typeof message === 'object' && message !== null && !Array.isArray(message);
  panel.said.fire(isObject ? { instance, ...message } : message);
  await settle();
};
const send = (number: number, instruction: string) => ({ type: 'send', number, instruction }) as const;
const set = (number: number, instruction: string, key: string, value?: string | string[]) =>
  ({ type: 'set', number, instruction, key, value }) as const;

/** Rejections that nobody handles, while `body` runs. */
async function unhandledIn(body: () => Promise<void>): Promise<unknown[]> {
  const seen: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  const listener = (reason: unknown) => void seen.push(reason);
  process.on('unhandledRejection', listener);
  try {
    await body();
    await settle();
  } finally {
    process.removeListener('unhandledRejection', listener);
    for (const other of others) process.on('unhandledRejection', other);
  }
  return seen;
}

describe('the form’s panel', () => {
  describe('its page', () => {
    it('can run our script and load our styles and fonts, and nothing else', async () => {
      const on = await stage();
      const { webview } = await on.form();
      const policy = /Content-Security-Policy" content="([^"]+)"/.exec(webview.html)![1]!;
      const nonce = /script-src 'nonce-([^']+)'/.exec(policy)![1]!;
      assert.ok(nonce.length >= 16);
      assert.deepEqual(policy.split('; '), [
        "default-src 'none'",
        `script-src 'nonce-${nonce}'`,
        'style-src https://page.example',
        'font-src https://page.example',
      ]);
      assert.deepEqual(webview.html.match(/<script[^>]*>[^<]*/g)!.length, 1);
      assert.match(
        webview.html,
        new RegExp(`<script nonce="${nonce.replace(/[+/]/g, '\\$&')}" src="[^"]+"></script>`),
      );
      assert.ok(!/<style| style=| on\w+=|javascript:/i.test(webview.html));
      const roots = webview.options.localResourceRoots!;
      assert.deepEqual(roots.map(String), [vscode.Uri.joinPath(extensionUri, 'dist', 'webview').toString()]);
    });

    it('does not depend on data', async () => {
      const on = await stage();
      const pages = [await on.form(), await (await stage('accepted')).form()].map(
        ({ webview }) => webview.html,
      );
      const [one, other] = pages.map((page) => page.replace(/nonce[-=]"?[^"']+/g, ''));
      assert.equal(one, other);
      assert.notEqual(pages[0], pages[1], 'the nonce is new each time');
      assert.ok(!/\b(AC|SK|WS|WT|WK|WR)[0-9a-f]{32}\b/.test(pages[0]!));
      assertClean(pages);
    });
  });

  it('posts its whole state when the page is ready, and again after each read', async () => {
    const on = await stage();
    const panel = await on.form();
    await say(panel, { type: 'ready' });
    const { reservation, account } = stateOf(panel);
    assert.equal(account.name, 'Test account');
    assert.equal(reservation.status, 'pending');
    assert.equal(reservation.worker, 'Ada Wren');
    assert.deepEqual([reservation.task, reservation.queue], ['Dana Alder', 'Everyone · voice']);
    assert.equal(reservation.expiresAt! - reservation.createdAt!, 120_000);
    assert.equal(panel.posted.at(-1)!.binding!['sid'], on.found.sid);
    assert.equal(panel.title, 'Dana Alder · Test account (production)');
  });

  it('sends the input once, to the reservation it is bound to', async () => {
    const on = await stage();
    const { opened, open } = gate();
    on.act = () => opened.then(() => done);
    const panel = await on.form();
    await say(panel, { type: 'choose', number: 1, instruction: 'call' });
    await say(panel, set(2, 'call', 'callFrom', '+15550100142'));
    await say(panel, set(3, 'call', 'callUrl', 'https://example.com/twiml'));
    await say(panel, send(4, 'call'));
    assert.equal(stateOf(panel).sending, true);
    await say(panel, send(5, 'call'));
    await say(panel, send(6, 'call'));
    open();
    await settle();
    assert.equal(on.acted.length, 1);
    const { request, title, connection, subject } = on.acted[0]!;
    assert.deepEqual(subject.sids, [on.found.workspaceSid, on.found.taskSid, on.found.sid]);
    assert.equal(title, 'Call');
    assert.deepEqual(request.body, [
      ['Instruction', 'call'],
      ['CallFrom', '+15550100142'],
      ['CallUrl', 'https://example.com/twiml'],
    ]);
    assert.equal(connection.account.id, on.account.id);
    assert.equal(subject.shown['date_updated'], on.found.row['date_updated']);
    assert.match(request.ifMatch!, /^"\d+"$/);
    assert.equal(stateOf(panel).sending, false);
    assert.equal(stateOf(panel).outcome!.kind, 'done');
    assert.equal(panel.posted.at(-1)!.upTo, 6);
  });

  it('sends nothing invalid, and only the chosen instruction', async () => {
    const on = await stage();
    const panel = await on.form();
    await say(panel, send(1, 'call'));
    await say(panel, send(2, 'reject'));
    await say(panel, { type: 'choose', number: 3, instruction: 'call' });
    await say(panel, send(4, 'call'));
    await say(panel, set(5, 'call', 'callTo', 'nowhere'));
    await say(panel, send(6, 'call'));
    await say(panel, { type: 'choose', number: 7, instruction: 'complete' });
    await say(panel, send(8, 'complete'));
    assert.deepEqual(on.acted, []);
    assert.match(stateOf(panel).problems['']!, /^Only .* reservations can /);
  });

  it('says that nothing was done when sending fails, retains the input, and can send again', async () => {
    const on = await stage();
    on.act = () => Promise.reject(new Error('broken'));
    const panel = await on.form();
    await say(panel, { type: 'choose', number: 1, instruction: 'reject' });
    const activity = `WA${'1'.repeat(32)}`;
    await say(panel, set(2, 'reject', 'workerActivitySid', activity));
    await say(panel, send(3, 'reject'));
    assert.equal(stateOf(panel).sending, false);
    assert.ok(stateOf(panel).outcome!.details.length);
    assert.equal(stateOf(panel).values['workerActivitySid'], activity);
    on.act = () => Promise.resolve(done);
    on.clock.advance(minReadingTime);
    await say(panel, send(4, 'reject'));
    assert.equal(stateOf(panel).outcome!.kind, 'done');
  });

  for (const kind of ['done', 'not done', 'unknown'] as const) {
    it(`sends nothing before a person can have read the last outcome: ${kind}`, async () => {
      const on = await stage();
      on.act = () => Promise.resolve({ ...done, kind });
      const panel = await on.form({ chosen: 'conference' });
      await say(panel, send(1, 'conference'));
      for (const [number, pause] of [0, 600, minReadingTime - 601].entries()) {
        on.clock.advance(pause);
        await say(panel, send(2 + number, 'conference'));
        assert.equal(on.acted.length, 1);
        assert.equal(stateOf(panel).outcome!.kind, kind);
      }
      on.clock.advance(1);
      await say(panel, send(9, 'conference'));
      assert.equal(on.acted.length, 2);
    });
  }

  it('sends another instruction at once when the user has chosen it from a menu', async () => {
    const on = await stage();
    on.act = () => Promise.resolve(done);
    const panel = await on.form({ chosen: 'conference' });
    await say(panel, send(1, 'conference'));
    const { workspaceSid, taskSid, sid } = on.found;
    await on.panels.show(on.account, { workspaceSid, parentSid: taskSid, sid }, 'accept');
    await say(panel, send(2, 'accept'));
    assert.equal(on.acted.length, 2);
  });

  it('ignores messages that its page never posts', async () => {
    const on = await stage();
    const panel = await on.form();
    const before = JSON.stringify(stateOf(panel));
    const clipboard = await vscode.env.clipboard.readText();
    on.sent.length = 0;
    const hostile: unknown[] = [
      undefined,
      null,
      '',
      'send',
      7,
      [],
      {},
      { type: 'send' },
      { type: 'send', number: '1', instruction: 'accept' },
      { type: 'send', number: -1, instruction: 'accept' },
      { type: 'send', number: 1.5, instruction: 'accept' },
      { type: 'send', number: NaN, instruction: 'accept' },
      { type: 'send', number: 1, instruction: 'constructor' },
      { type: 'send', number: 1, instruction: '__proto__' },
      { type: 'send', number: 1, instruction: ['accept'] },
      { type: 'choose', number: 1, instruction: 'toString' },
      { type: 'set', number: 1, instruction: 'call', key: 'callTo', value: { toString: 'x' } },
      { type: 'set', number: 1, instruction: 'call', key: 'callTo', value: 7 },
      { type: 'set', number: 1, instruction: 'call', key: 'callTo', value: 'a'.repeat(1_000_000) },
      { type: 'set', number: 1, instruction: 'call', key: 'callTo', value: Array(1000).fill('x') },
      { type: 'set', number: 1, instruction: 'call', key: 'x'.repeat(100), value: 'x' },
      { type: 'command', command: 'workbench.action.quit' },
      { type: 'open', url: 'https://example.com' },
      { type: 'confirmed' },
      { type: 'state', state: {} },
      { type: 'copy' },
      { type: 'copy', preview: 'x'.repeat(100) },
      { type: 'copy', preview: 'HTTP of somebody else' },
    ];
    for (const message of hostile) await say(panel, message);
    // Keys that no instruction has change nothing either.
    for (const key of ['__proto__', 'constructor', 'toString', 'callTo ', 'reservationStatus', 'instruction'])
      await say(panel, set(1, 'call', key, 'x'));
    assert.deepEqual(on.acted, []);
    assert.deepEqual(on.sent, []);
    assert.equal(await vscode.env.clipboard.readText(), clipboard);
    assert.deepEqual({ ...JSON.parse(before), chosen: 'accept' }, JSON.parse(JSON.stringify(stateOf(panel))));
    assert.ok(!panel.disposed);
    assert.equal(({} as { x?: string }).x, undefined);
  });

  it('does not accept a confirmation from the page', async () => {
    const on = await stage();
    const panel = await on.form();
    const { confirmed, account, ...rest } = { ...send(1, 'accept'), confirmed: true, account: 'other' };
    await say(panel, { ...rest, confirmed, account });
    assert.equal(on.acted.length, 1, 'it goes the way of every action, which asks');
    assert.ok(!('confirmed' in on.acted[0]!));
    assert.equal(on.acted[0]!.connection.account.id, on.account.id);
  });

  it('does not post passwords', async () => {
    const on = await stage();
    const panel = await on.form({ chosen: 'conference' });
    await say(panel, set(1, 'conference', 'to', 'sip:ada@example.com'));
    await say(panel, set(2, 'conference', 'sipAuthPassword', sipCanary));
    const clipboard = await vscode.env.clipboard.readText();
    for (const { name } of stateOf(panel).previews) {
      await say(panel, { type: 'copy', preview: name });
      const copied = await vscode.env.clipboard.readText();
      assert.ok(copied.length > 20);
      assertClean(copied, [sipCanary, canary]);
    }
    await vscode.env.clipboard.writeText(clipboard);
    await say(panel, send(3, 'conference'));
    assert.ok(
      on.acted[0]!.request.body!.some(([, value]) => value === sipCanary),
      'it is sent',
    );
    assertClean(panel.posted, [sipCanary, canary]);
    assertClean(panel.webview.html, [sipCanary, canary]);
    assertClean(panel.title, [sipCanary, canary]);
  });

  it('reads a reservation shortly after its deadline, and only while the form is open', async () => {
    const on = await stage();
    const closed = await on.form();
    const panel = await on.form();
    assert.ok(closed.disposed, 'there is one form of a reservation');
    const { expiresAt } = stateOf(panel).reservation;
    const reads = () => on.sent.filter(({ path }) => path.endsWith(`/Reservations/${on.found.sid}`)).length;
    on.sent.length = 0;
    on.clock.advance(expiresAt! - on.clock.now());
    await settle();
    assert.deepEqual([stateOf(panel).reservation.status, reads()], ['pending', 0], 'nothing was heard yet');
    on.clock.advance(500);
    await settle();
    assert.deepEqual([stateOf(panel).reservation.status, reads()], ['timeout', 1]);
    assert.match(stateOf(panel).news!, /^This reservation timed out/);
    on.clock.advance(3_600_000);
    await settle();
    assert.equal(reads(), 1);
  });

  it('reads again with increasing delays while TaskRouter has not expired it', async () => {
    const on = await stage();
    on.skew = 3_000;
    const panel = await on.form();
    const { now, state } = panel.posted.at(-1)!;
    const reads = () => on.sent.filter(({ path }) => path.endsWith(`/Reservations/${on.found.sid}`)).length;
    on.clock.advance(state.reservation.expiresAt! - now);
    on.sent.length = 0;
    for (const [wait, read, status] of [
      [499, 0, 'pending'],
      [1, 1, 'pending'],
      [500, 2, 'pending'],
      [999, 2, 'pending'],
      [1, 3, 'pending'],
      [2_000, 4, 'timeout'],
      [60_000, 4, 'timeout'],
    ] as const) {
      on.clock.advance(wait);
      await settle();
      assert.deepEqual([reads(), stateOf(panel).reservation.status], [read, status], `after ${wait} more`);
    }
  });

  it('uses TaskRouter’s clock', async () => {
    const on = await stage();
    on.skew = -30_000;
    const panel = await on.form();
    const { now, state } = panel.posted.at(-1)!;
    assert.equal(now, on.clock.now() - 30_000);
    on.sent.length = 0;
    on.clock.advance(state.reservation.expiresAt! - now);
    await settle();
    assert.deepEqual(on.sent, []);
    on.clock.advance(500);
    await settle();
    assert.ok(on.sent.length > 0);
  });

  it('sets the worker that was chosen in the field that requested it, and shows the name', async () => {
    const on = await stage('accepted');
    const panel = await on.form({ chosen: 'supervise' });
    const { workspaceSid } = on.found;
    const { rows } = await clientOf(on.simulator).list(resources.workers, [workspaceSid]);
    on.chosenWorker = rows.find((row) => row['friendly_name'] === 'Cleo Swift')!;
    await say(panel, { type: 'pick', instruction: 'supervise', key: 'supervisorMode' });
    assert.deepEqual(on.picked, []);
    await say(panel, { type: 'pick', instruction: 'supervise', key: 'supervisor' });
    assert.deepEqual(on.picked, [['Supervisor', on.account.id, workspaceSid]]);
    assert.equal(stateOf(panel).values['supervisor'], on.chosenWorker.sid);
    const named = () =>
      stateOf(panel)
        .instructions.find(({ name }) => name === 'supervise')!
        .groups[0]!.fields.find(({ key }) => key === 'supervisor')!
        .suggestions?.map(({ label }) => label);
    assert.deepEqual(named(), ['Cleo Swift (Break, no contact_uri)']);
    on.chosenWorker = undefined;
    await say(panel, { type: 'pick', instruction: 'supervise', key: 'supervisor' });
    assert.match(stateOf(panel).values['supervisor'] as string, /^WK/);
    // Typed by its SID.
    const ben = rows.find((row) => row['friendly_name'] === 'Ben Finch')!;
    await say(panel, set(2, 'supervise', 'supervisor', ben.sid));
    assert.deepEqual(named()![0], 'Ben Finch (Offline)');
  });

  it('follows its reservation in the store, and no other account’s', async () => {
    const on = await stage();
    const panel = await on.form();
    const posted = panel.posted.length;
    on.store.put(on.store.begin('somebody else'), { ...on.found.row, reservation_status: 'rejected' });
    assert.equal(panel.posted.length, posted);
    const { workspaceSid, taskSid, sid } = on.found;
    const address = { workspaceSid, parentSid: taskSid, sid };
    const { row } = await clientOf(on.simulator).update(
      updateReservationRequest(address, instructionNamed('accept')),
    );
    on.store.put(on.store.begin(on.account.id), row);
    assert.equal(stateOf(panel).reservation.status, 'accepted');
  });

  it('shows why the reservation could not be read', async () => {
    for (const [wire, words] of [
      [() => Promise.resolve(answer(200, html)), /did not come from TaskRouter/],
      [() => Promise.resolve(refusal(401, 20003, 'No')), /credentials/],
    ] as const) {
      const on = await stage();
      on.wire = wire;
      const panel = await on.form();
      assert.match(stateOf(panel).outcome!.details.join(' '), words);
    }
  });

  describe('whose reservation is gone', () => {
    const gone = () => Promise.resolve(refusal(404, 20404, 'Not found'));
    const values = { conference: { to: 'client:ada' } };

    for (const [isSimulated, reason] of [
      [false, /^This reservation no longer exists\. /],
      [true, /^The simulation restarted with this window, and this reservation is gone\.$/],
    ] as const) {
      it(`says why, keeps the input, and offers another: ${isSimulated ? 'simulated' : 'at Twilio'}`, async () => {
        const on = await stage('pending', undefined, isSimulated);
        on.wire = gone;
        const panel = new FakePanel();
        panel.title = 'Dana Alder';
        const kept = on.kept({ chosen: 'conference', values });
        await on.panels.deserializeWebviewPanel(panel as unknown as vscode.WebviewPanel, kept);
        await settle();
        const state = stateOf(panel);
        assert.equal(state.outcome, undefined);
        assert.equal(state.reservation.status, 'gone');
        assert.deepEqual([state.offersAnother, state.notice, state.news], [true, undefined, undefined]);
        for (const { unavailable } of state.instructions) assert.match(unavailable!, reason);
        assert.deepEqual(state.values, values.conference);
        assert.equal(panel.title, 'Dana Alder');
        await say(panel, send(1, 'conference'));
        assert.deepEqual(on.acted, []);
        await say(panel, { type: 'another' });
        assert.equal(on.choices, 1);
      });
    }

    it('can be used again when the reservation is there after all', async () => {
      const on = await stage();
      on.wire = gone;
      const panel = await on.form();
      on.wire = (_request, pass) => pass();
      await say(panel, { type: 'refresh' });
      assert.equal(stateOf(panel).offersAnother, undefined);
      assert.equal(stateOf(panel).reservation.status, 'pending');
    });
  });

  it('restored in a new simulation, says so until an outcome is there', async () => {
    for (const isSimulated of [true, false]) {
      const on = await stage('pending', undefined, isSimulated);
      const panel = await on.form();
      assert.equal(stateOf(panel).notice?.startsWith('The simulation restarted'), isSimulated || undefined);
      await say(panel, send(1, 'accept'));
      assert.equal(stateOf(panel).outcome!.kind, 'done');
      assert.equal(stateOf(panel).notice, undefined);
    }
  });

  it('restored in a new simulation, says what was sent to the one before', async () => {
    const on = await stage('pending', undefined, true);
    const panel = await on.form();
    await say(panel, send(1, 'accept'));
    on.panels.dispose();
    const again = await stage('pending', on);
    const back = await again.form();
    assert.equal(stateOf(back).outcome, undefined);
    assert.match(stateOf(back).notice!, /Sent to the earlier simulation: Accept, .*:\d\d.*\. Done\.$/);
  });

  it('restored in a new simulation, says nothing of an update that was sent to the one before', async () => {
    const on = await stage('pending', undefined, true);
    on.act = async () => {
      const { connection, ...update } = on.acted.at(-1)!;
      await on.journal.begin(connection.account, update);
      return gate().opened.then(() => done);
    };
    await say(await on.form(), send(1, 'accept'));
    const again = await stage('pending', on);
    assert.equal(stateOf(await again.form()).outcome, undefined);
    assert.deepEqual(again.journal.interrupted, []);
  });

  describe('restored after a reload', () => {
    it('has the choice and the input', async () => {
      const on = await stage();
      const values = { call: { callFrom: '+15550100142' }, reject: {} };
      const panel = await on.form({ chosen: 'call', values });
      assert.equal(stateOf(panel).chosen, 'call');
      assert.deepEqual(stateOf(panel).values, values.call);
    });

    const receipt = { milliseconds: 120, status: 200, requestId: 'RQ7' };
    const rejected = message('The reservation is still pending.');
    const outcomes: Outcome[] = [
      { ...done, headline: rejected, describe: () => rejected, receipt },
      { kind: 'not done', headline: { text: 'Reject: not done.' }, details: ['No.', 'Twilio says: “No.”'] },
      { kind: 'unknown', headline: { text: 'Reject: outcome unknown.' }, details: ['No response.'], receipt },
    ];
    for (const outcome of outcomes) {
      it(`shows what was sent, its outcome (${outcome.kind}), and when, until the user edits it`, async () => {
        const on = await stage();
        on.act = () => Promise.resolve(outcome);
        const panel = await on.form({ chosen: 'reject' });
        await say(panel, send(1, 'reject'));
        const { outcome: shown, wasSent, previews } = stateOf(panel);
        assert.equal(shown!.facts![0], 'Reject');
        assert.match(shown!.facts![1]!, /\d:\d\d/);
        on.clock.advance(60_000);
        on.panels.dispose();
        const again = await stage('pending', on);
        const back = await again.form({ chosen: 'reject' });
        assert.deepEqual(stateOf(back).outcome, shown);
        assert.equal(stateOf(back).wasSent, wasSent);
        assert.deepEqual(stateOf(back).previews, previews);
        await say(back, { type: 'choose', number: 1, instruction: 'accept' });
        again.panels.dispose();
        assert.equal(stateOf(await (await stage('pending', again)).form()).outcome, undefined);
      });
    }

    it('describes the state after its update in the latest version of the reservation', async () => {
      const on = await stage();
      const underway = { text: 'TaskRouter is calling the worker.' };
      on.act = () => Promise.resolve({ ...done, headline: underway, describe: () => underway, receipt });
      const panel = await on.form({ chosen: 'call' });
      await say(panel, set(1, 'call', 'callFrom', '+15550100142'));
      await say(panel, set(2, 'call', 'callUrl', 'https://example.com/twiml'));
      await say(panel, send(3, 'call'));
      assert.equal(stateOf(panel).outcome!.headline, underway.text);
      on.panels.dispose();
      const { workspaceSid, taskSid, sid } = on.found;
      const address = { workspaceSid, parentSid: taskSid, sid };
      await clientOf(on.simulator).update(updateReservationRequest(address, instructionNamed('accept')));
      const back = await (await stage('accepted', on)).form({ ...on.kept(), chosen: 'call' });
      assert.equal(stateOf(back).outcome!.headline, 'Reservation accepted.');
    });

    it('shows an outcome without what could repeat a password that was sent', async () => {
      const on = await stage();
      on.act = () => Promise.resolve({ ...outcomes[1]!, details: ['No.', `Twilio says: “${sipCanary}”`] });
      const panel = await on.form({ chosen: 'conference' });
      await say(panel, set(1, 'conference', 'sipAuthPassword', sipCanary));
      await say(panel, send(2, 'conference'));
      assert.equal(stateOf(panel).outcome!.details.length, 2);
      assert.ok(!on.memory.dump().includes(sipCanary));
      on.panels.dispose();
      const back = await (await stage('pending', on)).form({ chosen: 'conference' });
      assert.deepEqual(stateOf(back).outcome!.details, ['No.']);
    });

    it('shows no outcome once its tab was closed after a person could have read it', async () => {
      const on = await stage();
      const panel = await on.form();
      await say(panel, send(1, 'accept'));
      on.clock.advance(minReadingTime);
      panel.dispose();
      assert.equal(stateOf(await on.form()).outcome, undefined);
    });

    it('has a value that is too long to send, as saved by the page', async () => {
      const on = await stage();
      const values = { call: { callUrl: 'https://example.com/'.padEnd(maxPostedLength, 'x') } };
      const panel = await on.form({ chosen: 'call', values });
      assert.ok(!panel.disposed);
      assert.deepEqual(stateOf(panel).values, values.call);
      assert.match(stateOf(panel).problems['callUrl']!, /at most 4,096 characters/);
    });

    it('is closed if its saved data is not ours, or its account is signed out', async () => {
      const on = await stage();
      const { binding } = on.kept() as { binding: object };
      for (const state of [
        undefined,
        null,
        'state',
        {},
        on.kept({ binding: undefined }),
        on.kept({ binding: { ...binding, accountId: 'nobody' } }),
        on.kept({ binding: { ...binding, accountId: '__proto__' } }),
        on.kept({ chosen: 'constructor' }),
        on.kept({ values: { call: { callTo: 7 } } }),
        on.kept({ values: [1] }),
      ]) {
        const panel = new FakePanel();
        await on.panels.deserializeWebviewPanel(panel as unknown as vscode.WebviewPanel, state);
        assert.ok(panel.disposed, JSON.stringify(state));
      }
    });

    it('requests nothing for invalid SIDs', async () => {
      const on = await stage();
      const { binding } = on.kept() as { binding: object };
      on.sent.length = 0;
      for (const hostile of [
        '../../2010-04-01/Accounts',
        'WR1',
        '',
        `${on.found.sid}?x=y`,
        `${on.found.sid}/../..`,
      ]) {
        const unhandled = await unhandledIn(async () => {
          await on.form({ binding: { ...binding, sid: hostile } });
        });
        assert.deepEqual(unhandled, []);
      }
      assert.deepEqual(on.sent, []);
    });
  });

  describe('that is closed, or whose account is signed out,', () => {
    it('is closed with its account', async () => {
      const on = await stage();
      const panel = await on.form();
      await on.accounts.signOut(on.account.id);
      assert.ok(panel.disposed);
    });

    for (const [how, close] of [
      ['closed', (_on: Stage, panel: FakePanel) => Promise.resolve(panel.dispose())],
      ['signed out', (on: Stage) => on.accounts.signOut(on.account.id)],
    ] as const) {
      it(`during a read (${how}), shows nothing`, async () => {
        const on = await stage();
        const { opened, open } = gate();
        on.wire = async (_request, pass) => {
          const late = await pass();
          await opened;
          return late;
        };
        const unhandled = await unhandledIn(async () => {
          const panel = await on.form();
          const posted = panel.posted.length;
          await close(on, panel);
          open();
          await settle();
          assert.equal(panel.posted.length, posted);
        });
        assert.deepEqual(unhandled, []);
      });

      it(`while it sends (${how}), shows nothing`, async () => {
        const on = await stage();
        const { opened, open } = gate();
        on.act = () => opened.then(() => done);
        const unhandled = await unhandledIn(async () => {
          const panel = await on.form();
          await say(panel, send(1, 'accept'));
          await close(on, panel);
          open();
        });
        assert.deepEqual(unhandled, []);
      });
    }

    it('has no listeners any more', async () => {
      const on = await stage();
      const panel = await on.form();
      panel.dispose();
      const posted = panel.posted.length;
      on.store.put(on.store.begin(on.account.id), { ...on.found.row, reservation_status: 'accepted' });
      await say(panel, { type: 'ready' });
      assert.equal(panel.posted.length, posted);
    });
  });

  describe('in a real webview', () => {
    const real = vscode.window.createWebviewPanel;
    const made: vscode.WebviewPanel[] = [];
    before(() => {
      vscode.window.createWebviewPanel = (...given: Parameters<typeof real>) => {
        const panel = real(...given);
        made.push(panel);
        return panel;
      };
    });
    after(() => {
      vscode.window.createWebviewPanel = real;
      for (const panel of made) panel.dispose();
    });

    it('is opened once for each reservation, and its page says that it is ready', async () => {
      const on = await stage();
      const { workspaceSid, taskSid, sid } = on.found;
      const address = { workspaceSid, parentSid: taskSid, sid };
      await on.panels.show(on.account, address);
      assert.equal(made.length, 1);
      const ready = new Promise<unknown>((resolve) => made[0]!.webview.onDidReceiveMessage(resolve));
      assert.deepEqual(await ready, { type: 'ready' });
      await on.panels.show(on.account, address, 'reject');
      assert.equal(made.length, 1);
      await settle();
      const closed = made.map((panel) => new Promise<void>((resolve) => panel.onDidDispose(resolve)));
      on.panels.dispose();
      await Promise.all(closed);
    });
  });

  describe('when another reservation is opened', () => {
    const real = vscode.window.createWebviewPanel;
    const made: FakePanel[] = [];
    before(() => {
      vscode.window.createWebviewPanel = () => {
        const panel = new FakePanel();
        made.push(panel);
        return panel as unknown as vscode.WebviewPanel;
      };
    });
    after(() => {
      vscode.window.createWebviewPanel = real;
    });
    beforeEach(() => {
      made.length = 0;
    });

    /** Opens the pending reservation, then does this, then opens the accepted one. */
    const openBoth = async (on: Stage, between: (panel: FakePanel) => unknown) => {
      const other = await findReservation(on.simulator, 'accepted');
      const { workspaceSid, taskSid, sid } = on.found;
      await on.panels.show(on.account, { workspaceSid, parentSid: taskSid, sid });
      await settle();
      made[0]!.moveTo(vscode.ViewColumn.One);
      await between(made[0]!);
      await on.panels.show(
        on.account,
        { workspaceSid, parentSid: other.taskSid, sid: other.sid },
        'complete',
      );
      await settle();
      return other;
    };

    it('shows it in the same panel, as a new form', async () => {
      const on = await stage();
      let first: StateMessage<FormState> | undefined;
      const other = await openBoth(on, (panel) => {
        first = panel.posted.at(-1)!;
      });
      assert.equal(made.length, 1);
      const now = made[0]!.posted.at(-1)!;
      assert.notEqual(now.instance, first!.instance);
      assert.deepEqual([now.binding!['sid'], now.state.reservation.sid], [other.sid, other.sid]);
      assert.equal(now.state.chosen, 'complete');
      assert.notEqual(made[0]!.title, '');
    });

    it('drops the messages of the earlier form', async () => {
      const on = await stage();
      let instance = '';
      await openBoth(on, (panel) => {
        ({ instance } = panel.posted.at(-1)!);
      });
      const posted = made[0]!.posted.length;
      for (const message of [send(1, 'accept'), set(2, 'call', 'callFrom', '+15550100142'), { type: 'next' }])
        await say(made[0]!, { ...message, instance });
      await say(made[0]!, { ...send(3, 'complete'), instance });
      assert.deepEqual(on.acted, []);
      assert.equal(made[0]!.posted.length, posted);
      await say(made[0]!, send(4, 'complete'));
      assert.equal(on.acted.length, 1);
    });

    it('does not let the earlier form post or read any more', async () => {
      const on = await stage();
      await openBoth(on, () => undefined);
      const posted = made[0]!.posted.length;
      on.store.put(on.store.begin(on.account.id), { ...on.found.row, reservation_status: 'timeout' });
      on.sent.length = 0;
      on.clock.advance(3_600_000);
      await settle();
      assert.equal(made[0]!.posted.length, posted);
      assert.deepEqual(on.sent, []);
    });

    for (const [what, edit] of [
      ['a field was set', (panel: FakePanel) => say(panel, set(1, 'call', 'callFrom', '+15550100142'))],
      [
        'another action was chosen',
        (panel: FakePanel) => say(panel, { type: 'choose', number: 1, instruction: 'reject' }),
      ],
      ['it was sent', (panel: FakePanel) => say(panel, send(1, 'accept'))],
      ['its tab was moved', (panel: FakePanel) => panel.moveTo(vscode.ViewColumn.Two)],
      ['it was closed', (panel: FakePanel) => panel.dispose()],
    ] as const) {
      it(`opens another panel when ${what}`, async () => {
        const on = await stage();
        await openBoth(on, edit);
        assert.equal(made.length, 2);
        assert.equal(stateOf(made[0]!).reservation.sid, on.found.sid);
      });
    }
  });

  describe('with the reservation still being read', () => {
    /** A form whose first read is held back, over the row that the tree has. */
    const held = async (
      elsewhere: boolean,
      meanwhile: (on: Stage, panel: FakePanel) => unknown = () => {},
    ) => {
      const on = await stage('accepted');
      const { workspaceSid, taskSid, sid } = on.found;
      const sids = [workspaceSid, taskSid, sid];
      await on.store.fetch(on.account.id, resources.taskReservations, sids);
      const { opened, open } = gate();
      on.wire = async (request, pass) => {
        if (request.url.pathname.endsWith(`/Reservations/${sid}`)) await opened;
        return pass();
      };
      const panel = await on.form({ chosen: 'complete' });
      assert.equal(stateOf(panel).reading, true);
      assert.equal(stateOf(panel).reservation.status, 'accepted');
      await say(panel, send(1, 'complete'));
      assert.deepEqual(on.acted, [], 'Send waits');
      await meanwhile(on, panel);
      if (elsewhere) {
        const address = { workspaceSid, parentSid: taskSid, sid };
        await clientOf(on.simulator).update(updateReservationRequest(address, instructionNamed('wrapUp')));
      }
      open();
      await settle();
      assert.equal(stateOf(panel).reading, false);
      return { on, panel };
    };

    it('sends what was shown, once it has been read', async () => {
      const { on } = await held(false);
      assert.equal(on.acted.length, 1);
      assert.match(on.acted[0]!.request.ifMatch!, /^"\d+"$/);
    });

    for (const [what, meanwhile] of [
      [
        'a command opens the form for another action',
        ({ account, found, panels }: Stage) => {
          const { workspaceSid, taskSid, sid } = found;
          void panels.show(account, { workspaceSid, parentSid: taskSid, sid }, 'reject');
        },
      ],
      [
        'the page chooses another action',
        (_on: Stage, panel: FakePanel) => say(panel, { type: 'choose', number: 2, instruction: 'reject' }),
      ],
    ] as const) {
      it(`sends what was on the screen when ${what} meanwhile`, async () => {
        const { on } = await held(false, meanwhile);
        assert.deepEqual(
          on.acted.map(({ request }) => request.body),
          [[['ReservationStatus', 'completed']]],
        );
      });
    }

    it('sends nothing if it differs from what was shown', async () => {
      const { on, panel } = await held(true);
      assert.deepEqual(on.acted, []);
      const { kind, details } = stateOf(panel).outcome!;
      assert.equal(kind, 'not done');
      assert.match(details[0]!, /just changed from accepted to wrapping/);
    });

    it('sends for the contact_uri that was shown when Send was pressed', async () => {
      const on = await stage();
      const panel = await on.form();
      await say(panel, { type: 'choose', number: 1, instruction: 'call' });
      await say(panel, set(2, 'call', 'callFrom', '+15550100142'));
      await say(panel, set(3, 'call', 'callUrl', 'https://example.com/twiml'));
      const { opened, open } = gate();
      on.wire = async (request, pass) => {
        if (request.url.pathname.endsWith(`/Reservations/${on.found.sid}`)) await opened;
        return pass();
      };
      await say(panel, { type: 'refresh', number: 4 });
      await say(panel, send(5, 'call'));
      const path = `/v1/Workspaces/${on.found.workspaceSid}/Workers/${on.found.workerSid}`;
      const body = [['Attributes', '{"contact_uri": "+15550199999"}']] as const;
      const { row } = await clientOf(on.simulator).update({ method: 'POST', path, query: [], body });
      on.store.put(on.store.begin(on.account.id), row);
      open();
      await settle();
      const { calls } = on.acted[0]!;
      assert.equal(typeof calls === 'object' && calls.contactUri, 'client:ada');
    });

    it('sends nothing if it was never shown', async () => {
      const on = await stage();
      const { opened, open } = gate();
      on.wire = async (_request, pass) => {
        await opened;
        return pass();
      };
      const panel = await on.form();
      await say(panel, send(1, 'accept'));
      open();
      await settle();
      assert.deepEqual(on.acted, []);
      assert.match(stateOf(panel).outcome!.details[0]!, /^Nothing was sent: /);
    });
  });

  it('cannot act on a reservation whose status is missing or not a string', async () => {
    for (const status of [undefined, null, 7, ['pending'], { toString: 'pending' }]) {
      const on = await stage();
      on.wire = async (request, pass) => {
        const whole = await pass();
        if (!/\/Reservations/.test(request.url.pathname)) return whole;
        let text = '';
        for await (const part of whole.body!) text += String(part);
        const body = JSON.parse(text) as { reservations?: Row[] } & Row;
        for (const row of body.reservations ?? [body]) Object.assign(row, { reservation_status: status });
        return answer(200, body);
      };
      const panel = await on.form();
      assert.equal(stateOf(panel).reservation.status, 'unknown');
      for (const { unavailable } of stateOf(panel).instructions)
        assert.match(unavailable!, /status of this one is unknown/);
      await say(panel, send(1, 'accept'));
      assert.deepEqual(on.acted, []);
    }
  });

  describe('limits the number of its reads', () => {
    const readsIn = async (on: Stage, milliseconds: number) => {
      on.sent.length = 0;
      for (let passed = 0; passed < milliseconds; passed += 250) {
        on.clock.advance(250);
        await settle();
      }
      return on.sent.length;
    };
    /** Edits each row of the lists of the task's reservations. */
    const editLists = (on: Stage, edit: (row: Record<string, unknown>) => void) => {
      on.wire = async (request, pass) => {
        const whole = await pass();
        if (!/\/Reservations$/.test(request.url.pathname)) return whole;
        let text = '';
        for await (const part of whole.body!) text += String(part);
        const body = JSON.parse(text) as { reservations: Record<string, unknown>[] };
        body.reservations.forEach(edit);
        return answer(200, body);
      };
    };

    for (const [what, edit] of [
      ['leaves out when it was updated', (row: Record<string, unknown>) => delete row['date_updated']],
      ['leaves out the worker', (row: Record<string, unknown>) => delete row['worker_sid']],
      [
        'writes dates in another way',
        (row: Record<string, unknown>) =>
          (row['date_updated'] = new Date(String(row['date_updated'])).toISOString()),
      ],
      [
        'lags behind',
        (row: Record<string, unknown>) =>
          Object.assign(row, { reservation_status: 'pending', date_updated: '2026-01-01T00:00:00Z' }),
      ],
    ] as const) {
      it(`while the list of the task’s reservations ${what}`, async () => {
        const on = await stage('accepted');
        editLists(on, edit);
        const panel = await on.form({ chosen: 'complete' });
        for (let times = 0; times < 5; times++) {
          await say(panel, { type: 'refresh' });
          assert.equal(stateOf(panel).reservation.status, 'accepted');
        }
        assert.equal(await readsIn(on, 30_000), 0);
      });
    }

    it('reads its task again when the reservation has another status', async () => {
      const on = await stage();
      await on.form();
      const { workspaceSid, taskSid, sid } = on.found;
      const address = { workspaceSid, parentSid: taskSid, sid };
      await clientOf(on.simulator).update(updateReservationRequest(address, instructionNamed('accept')));
      on.sent.length = 0;
      await on.store.fetch(on.account.id, resources.taskReservations, [workspaceSid, taskSid, sid]);
      await settle();
      assert.ok(on.sent.some(({ path }) => path.endsWith(`/Tasks/${taskSid}`)));
      assert.equal(on.store.row(on.account.id, taskSid)!['assignment_status'], 'assigned');
    });

    it('while each list contradicts what has just been read', async () => {
      const on = await stage('accepted');
      let turn = 0;
      editLists(on, (row) => Object.assign(row, { reservation_status: turn++ % 2 ? 'pending' : 'canceled' }));
      const panel = await on.form({ chosen: 'complete' });
      const list = on.panels.polled[0]!;
      on.sent.length = 0;
      for (let second = 0; second < 60; second++) {
        await on.store.refresh(list);
        on.clock.advance(1000);
        await settle();
      }
      const reads = on.sent.filter(({ path }) => path.endsWith(`/Reservations/${on.found.sid}`)).length;
      assert.ok(reads >= 2 && reads <= 8, `${reads} reads of its own in a minute`);
      assert.ok(!panel.disposed);
    });
  });

  describe('whose update is in progress', () => {
    const unknown: Outcome = {
      kind: 'unknown',
      headline: { text: 'Conference: outcome unknown.' },
      details: ['No response.'],
    };

    for (const [how, close] of [
      ['is closed', (panel: FakePanel) => panel.dispose()],
      ['goes with its account', (_panel: FakePanel, on: Stage) => on.accounts.signOut(on.account.id)],
    ] as const) {
      it(`and that ${how}, has any outcome shown elsewhere`, async () => {
        for (const outcome of [done, unknown, { ...done, kind: 'not done' } as const]) {
          const on = await stage();
          const { opened, open } = gate();
          on.act = () => opened.then(() => outcome);
          const panel = await on.form();
          await say(panel, send(1, 'accept'));
          await close(panel, on);
          await settle();
          assert.deepEqual(on.shownOutcomes, []);
          open();
          await settle();
          assert.deepEqual(on.shownOutcomes, [outcome]);
        }
      });
    }

    it('closes as soon as the user signs out, before the secret is deleted', async () => {
      const on = await stage();
      const panel = await on.form();
      const { opened, open } = gate();
      on.secrets.held = opened;
      const signingOut = on.accounts.signOut(on.account.id);
      assert.ok(panel.disposed);
      assert.equal(on.accounts.all.length, 1);
      open();
      await signingOut;
      assert.deepEqual(on.accounts.all, []);
    });

    it('and that goes with its account right after its outcome, has it shown elsewhere', async () => {
      const on = await stage();
      const { opened, open } = gate();
      const panel = await on.form();
      on.act = () => {
        // A sign-out ends the request first, and then closes the form.
        on.acted.at(-1)!.connection.signal.addEventListener('abort', open);
        return opened.then(() => unknown);
      };
      const { task, worker } = stateOf(panel).reservation;
      assert.doesNotMatch(`${task} ${worker}`, /W[TK]\w{32}/);
      await say(panel, send(1, 'accept'));
      // The window forgets the account as soon as it is signed out.
      on.store.forget(on.account.id);
      await on.accounts.signOut(on.account.id);
      await settle();
      assert.ok(panel.disposed);
      assert.deepEqual(on.shownOutcomes, [unknown]);
      assert.deepEqual(on.shownAbout, [`${task} → ${worker}`]);
    });

    for (const [what, visible, milliseconds, shown] of [
      ['has its outcome shown elsewhere when it is closed at once', true, 0, [done]],
      ['does not show its outcome twice when it is closed after a second', true, 1000, []],
    ] as const) {
      it(what, async () => {
        const on = await stage();
        const panel = await on.form();
        panel.visible = visible;
        await say(panel, send(1, 'accept'));
        on.clock.advance(milliseconds);
        await settle();
        panel.dispose();
        assert.deepEqual(on.shownOutcomes, shown);
      });
    }

    it('has its outcome shown elsewhere at once, and once, when it is hidden', async () => {
      const on = await stage();
      const panel = await on.form();
      panel.visible = false;
      await say(panel, send(1, 'accept'));
      assert.deepEqual(on.shownOutcomes, [done]);
      panel.show(true);
      panel.show(false);
      panel.dispose();
      assert.deepEqual(on.shownOutcomes, [done]);
    });

    it('has its outcome shown elsewhere as soon as it is hidden, if nobody can have read it', async () => {
      const on = await stage();
      const panel = await on.form();
      await say(panel, send(1, 'accept'));
      on.clock.advance(minReadingTime - 1);
      assert.deepEqual(on.shownOutcomes, []);
      panel.show(false);
      assert.deepEqual(on.shownOutcomes, [done]);
    });

    /** A form whose request succeeded after it was closed. */
    const closedInFlight = async () => {
      const on = await stage();
      const { opened, open } = gate();
      on.act = () => opened.then(() => done);
      const panel = await on.form();
      await say(panel, send(1, 'accept'));
      panel.dispose();
      open();
      await settle();
      return on;
    };

    it('has its outcome shown elsewhere when it was closed while the request was in flight', async () => {
      const on = await closedInFlight();
      assert.deepEqual(on.shownOutcomes, [done]);
    });

    /** Starts an update that ends when `open` is called: with Send in a form, or with a command on a row. */
    const starts: Readonly<
      Record<string, (on: Stage, panel: FakePanel, outcome: Promise<Outcome>) => unknown>
    > = {
      'its Send': (on, panel, outcome) => {
        on.act = () => outcome;
        return say(panel, send(1, 'reject'));
      },
      'its Send, while it is read': async (on, panel, outcome) => {
        const { opened, open } = gate();
        on.wire = (_request, pass) => opened.then(pass);
        void outcome.then(() => open());
        on.act = () => outcome;
        await say(panel, { type: 'refresh' });
        await say(panel, send(1, 'reject'));
      },
      'a command on a row': async (on, _panel, outcome) => {
        const { workspaceSid, taskSid, sid } = on.found;
        const update = prepareInstruction({
          address: { workspaceSid, parentSid: taskSid, sid },
          shown: on.found.row,
          instruction: instructionNamed('reject'),
          args: {},
        });
        void on.inProgress.follow(on.account, update, () => outcome);
        await settle();
      },
    };
    for (const [how, start] of Object.entries(starts)) {
      it(`knows of it (${how}) when it is closed and opened again, and shows its outcome`, async () => {
        const on = await stage();
        const { opened, open } = gate();
        const panel = await on.form({ chosen: 'reject' });
        await start(
          on,
          panel,
          opened.then(() => unknown),
        );
        assert.equal(stateOf(panel).sending, true);
        panel.dispose();
        const back = await on.form();
        const { sending, chosen, outcome } = stateOf(back);
        assert.deepEqual([sending, chosen, outcome], [true, 'reject', undefined]);
        await say(back, send(1, 'reject'));
        open();
        await settle();
        assert.equal(stateOf(back).sending, false);
        assert.equal(stateOf(back).outcome!.headline, unknown.headline.text);
        assert.deepEqual(stateOf(back).outcome!.facts![0], 'Reject');
        assert.deepEqual(on.shownOutcomes, []);
        assert.ok(on.acted.length <= 1);
      });
    }

    /** Ways in which the page stops showing an outcome. */
    const replacements: Readonly<Record<string, (on: Stage, panel: FakePanel) => unknown>> = {
      'the user chooses another instruction from a menu and closes it': async (on, panel) => {
        await choose(on, 'reject');
        panel.dispose();
      },
      'the user chooses another instruction from a menu and sends it': async (on, panel) => {
        await choose(on, 'reject');
        on.act = () => gate().opened.then(() => done);
        await say(panel, send(2, 'reject'));
      },
      'the user edits a field': (_on, panel) => say(panel, set(2, 'conference', 'to', 'client:ada')),
      'the user chooses another instruction in it': (_on, panel) =>
        say(panel, { type: 'choose', number: 2, instruction: 'reject' }),
      'a command on a row starts another update': (on, panel) =>
        starts['a command on a row']!(
          on,
          panel,
          gate().opened.then(() => done),
        ),
      'its tab is hidden, and closed later': (on, panel) => {
        panel.show(false);
        on.clock.advance(60_000);
        panel.dispose();
      },
    };
    const choose = async (on: Stage, instruction: 'reject') => {
      const { workspaceSid, taskSid, sid } = on.found;
      await on.panels.show(on.account, { workspaceSid, parentSid: taskSid, sid }, instruction);
    };
    for (const [how, replace] of Object.entries(replacements)) {
      it(`has its outcome shown elsewhere only if a person cannot have read it: ${how}`, async () => {
        for (const [milliseconds, shown] of [
          [minReadingTime - 1, [unknown]],
          [minReadingTime, []],
        ] as const) {
          const on = await stage();
          on.act = () => Promise.resolve(unknown);
          const panel = await on.form();
          await say(panel, send(1, 'accept'));
          on.clock.advance(milliseconds);
          await replace(on, panel);
          await settle();
          assert.deepEqual(on.shownOutcomes, shown);
        }
      });
    }

    it('shows an outcome that came while it was closed', async () => {
      const on = await closedInFlight();
      assert.equal(stateOf(await on.form()).outcome!.kind, 'done');
    });

    it('says after a reload or a crash that it was not sent, if its request had not left', async () => {
      const on = await stage();
      on.act = () => gate().opened.then(() => done);
      await say(await on.form({ chosen: 'conference' }), send(1, 'conference'));
      const again = await stage('pending', on);
      const { outcome, sending } = stateOf(await again.form({ chosen: 'conference' }));
      assert.equal(sending, false);
      assert.equal(outcome!.kind, 'not done');
      assert.match(outcome!.headline, /^Conference: not done/);
      assert.match(outcome!.details[0]!, /^Nothing was sent: you started this at .*\d:\d\d/);
    });

    it('shows its outcome itself while it is open', async () => {
      const on = await stage();
      on.act = () => Promise.resolve(unknown);
      const panel = await on.form();
      await say(panel, send(1, 'accept'));
      const { facts, ...outcome } = stateOf(panel).outcome!;
      assert.deepEqual(outcome, { ...unknown, headline: unknown.headline.text });
      assert.equal(facts![0], 'Accept');
      assert.deepEqual(on.shownOutcomes, []);
    });

    it('says after a reload or a crash that it was sent, and sends again only on request', async () => {
      const on = await stage();
      const { opened } = gate();
      on.act = async () => {
        const { connection, ...update } = on.acted.at(-1)!;
        await on.journal.begin(connection.account, update);
        return opened.then(() => done);
      };
      const values = { conference: { to: 'client:ada' } };
      const panel = await on.form({ chosen: 'conference', values });
      await say(panel, send(1, 'conference'));
      assert.equal(stateOf(panel).sending, true);
      // What is stored is all that is left.
      const again = await stage('pending', on);
      const back = await again.form({ chosen: 'conference', values });
      const { outcome, sending } = stateOf(back);
      assert.equal(sending, false);
      assert.equal(outcome!.kind, 'unknown');
      assert.match(outcome!.headline, /^Conference: outcome unknown/);
      assert.match(outcome!.details.join(' '), /already be calling.*second call/);
      assert.deepEqual(again.acted, []);
    });
  });
});
