import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { Outcome } from '../../../src/extension/actions/outcome';
import { notDone, unknownOutcome } from '../../../src/extension/actions/outcome';
import { createRunUpdate } from '../../../src/extension/actions/runUpdate';
import { SendJournal } from '../../../src/extension/actions/sendJournal';
import { showInterrupted } from '../../../src/extension/actions/interrupted';
import { createShowOutcome, outcomeLine } from '../../../src/extension/actions/showOutcome';
import { UpdatesInProgress } from '../../../src/extension/actions/updatesInProgress';
import type { Clock } from '../../../src/extension/data/clock';
import { minReadingTime } from '../../../src/extension/display/modal';
import { prepareReservation } from '../../../src/extension/features/reservation/prepare';
import { instructionNamed } from '../../../src/taskrouter/instructions';
import * as resources from '../../../src/taskrouter/resources';
import type { Row } from '../window';
import { findReservation, openWindow, settle } from '../window';
import { shownDuring } from './shownDuring';

const log = { info: () => undefined, show: () => undefined };

async function stage() {
  const window = openWindow();
  const account = await window.signIn();
  const found = await findReservation(window.simulator, 'pending');
  const { workspaceSid, taskSid, sid } = found;
  await window.store.fetch(account.id, resources.tasks, [workspaceSid, taskSid]);
  const prepare = (shown: Row) =>
    prepareReservation(window.store, account.id, {
      address: { workspaceSid, parentSid: taskSid, sid },
      shown,
      instruction: instructionNamed('reject'),
      args: {},
    });
  const target = {
    accountId: account.id,
    collection: resources.taskReservations,
    sids: [workspaceSid, taskSid, sid],
  };
  return { ...window, account, found, prepare, target };
}

describe('the log', () => {
  const { l10n } = vscode;
  const real = l10n.t;
  before(() => Object.assign(l10n, { t: () => 'übersetzt' }));
  after(() => Object.assign(l10n, { t: real }));
  const sid = `WR${'1'.repeat(32)}`;
  const lineOf = (outcome: Outcome) => outcomeLine('Acme', sid, outcome);

  it('has an outcome in English, whatever the language of VS Code', () => {
    const unknown = unknownOutcome({ title: 'Call', risk: 'call' }, 'Keine Antwort.');
    const receipt = { milliseconds: 15_000 };
    assert.equal(lineOf(notDone('Reject', 'Nein.')), `Acme: ${sid}: Reject: not done.`);
    assert.equal(
      lineOf({ ...unknown, receipt }),
      `Acme: ${sid}: Call: outcome unknown. (no response, 15000 ms)`,
    );
  });

  it('has what Twilio Support needs to find the request', () => {
    const receipt = { milliseconds: 120, status: 400, requestId: 'RQ1', code: 20001 };
    assert.equal(
      lineOf({ ...notDone('Reject', 'Nein.', 'Twilio says: “No.”'), receipt }),
      `Acme: ${sid}: Reject: not done. (HTTP 400, error 20001, request RQ1, 120 ms) Twilio says: “No.”`,
    );
  });
});

describe('an outcome that no form shows begins with the result, and names task, worker and account:', () => {
  const names = 'Dana Alder → Ada Wren (Test account).';

  const rejected = { kind: 'done', headline: { text: 'Reservation rejected.' }, details: [] } as const;
  for (const [what, outcome, text] of [
    ['done', rejected, `$(pass) Reservation rejected. ${names}`],
    ['refused', notDone('Reject', 'It was just updated.'), `Reject: not done. ${names} It was just updated.`],
    [
      'unknown',
      unknownOutcome({ title: 'Reject', risk: 'routine' }, 'No response.'),
      `Reject: outcome unknown. ${names} No response.`,
    ],
  ] as const) {
    it(what, async () => {
      const on = await stage();
      const run = createRunUpdate({
        ...on,
        inProgress: new UpdatesInProgress(new SendJournal(on.memory, on.clock)),
        send: () => Promise.resolve(outcome),
        show: createShowOutcome(log),
      });
      const [shown, ...others] = await shownDuring(() => run(on.target, ({ shown }) => on.prepare(shown)));
      assert.ok(shown!.startsWith(text), shown);
      assert.deepEqual(others, []);
    });
  }

  it('once, although the command and a form in the background both report it', async () => {
    const show = createShowOutcome(log);
    const subject = { about: 'Dana Alder → Ada Wren', accountName: 'Test account' };
    for (const outcome of [rejected, notDone('Reject', 'It was just updated.')])
      assert.equal(
        (await shownDuring(() => Promise.all([1, 2].map(() => show(outcome, subject))))).length,
        1,
      );
  });

  it('in the status bar alone when an earlier action on the same item is in progress', async () => {
    const on = await stage();
    const outcome = { ...notDone('Reject', 'Another action is in progress.'), isMinor: true } as const;
    const run = createRunUpdate({
      ...on,
      inProgress: new UpdatesInProgress(new SendJournal(on.memory, on.clock)),
      send: () => Promise.resolve(outcome),
      show: createShowOutcome(log),
    });
    assert.deepEqual(await shownDuring(() => run(on.target, ({ shown }) => on.prepare(shown))), [
      '$(info) Reject: not done. Another action is in progress. Dana Alder → Ada Wren.',
    ]);
  });

  it('in the status bar, which cuts what is longer, by whole sentences: the result comes first', async () => {
    const moved = (worker: string) => [`${worker}’s activity is now Break.`];
    const textOf = async (about: string, accountName: string, details: readonly string[]) => {
      const outcome = { ...rejected, details };
      return (await shownDuring(() => createShowOutcome(log)(outcome, { about, accountName }))).join();
    };
    for (const [about, worker, rest] of [
      ['Dana → Ada', 'Ada', 'Ada’s activity is now Break. Dana → Ada (Local 34113).'],
      [
        'Customer 317 → Sven Meyer',
        'Sven Meyer',
        'Sven Meyer’s activity is now Break. Customer 317 → Sven Meyer.',
      ],
      [`Customer 317 → ${'x'.repeat(30)}`, 'x'.repeat(30), `${'x'.repeat(30)}’s activity is now Break.`],
      [`Customer → ${'x'.repeat(45)}`, 'x'.repeat(45), `Customer → ${'x'.repeat(45)}.`],
      [`Customer → ${'x'.repeat(60)}`, 'x'.repeat(60), ''],
    ] as const)
      assert.equal(
        await textOf(about, 'Local 34113', moved(worker)),
        `$(pass) Reservation rejected. ${rest}`.trim(),
      );
  });

  it('of a command whose request had not left when the window closed', async () => {
    const on = await stage();
    const journal = () => new SendJournal(on.memory, on.clock);
    const run = createRunUpdate({
      ...on,
      accounts: { get: (id) => on.accounts.get(id), connect: () => new Promise(() => undefined) },
      inProgress: new UpdatesInProgress(journal()),
      send: () => Promise.reject(new Error('not connected')),
      show: createShowOutcome(log),
    });
    void run(on.target, ({ shown }) => on.prepare(shown));
    await settle();
    const [shown] = await shownDuring(() => restarted(journal(), on.clock));
    assert.ok(shown!.startsWith(`Reject: not done. ${names} Nothing was sent: `), shown);
  });

  it('of an update that was being sent when the window closed, to each session until one could show it', async () => {
    const on = await stage();
    const update = on.prepare(on.found.row);
    await new SendJournal(on.memory, on.clock).begin(on.account, update);
    const session = () => new SendJournal(on.memory, on.clock);
    for (const journal of [session(), session()]) {
      const [shown] = await shownDuring(() => restarted(journal, on.clock));
      assert.ok(shown!.startsWith(`Reject: outcome unknown. ${names}`), shown);
      journal.dispose();
    }
    await shownDuring(() => restarted(session(), on.clock));
    on.clock.advance(minReadingTime);
    assert.deepEqual(await shownDuring(() => restarted(session(), on.clock)), []);
  });
});

/** What a window does at its start. */
const restarted = (journal: SendJournal, clock: Clock): Promise<void> =>
  Promise.resolve(showInterrupted(journal, log, createShowOutcome(log), clock.now()));
