import { strict as assert } from 'node:assert';
import type * as vscode from 'vscode';
import { Countdown } from '../../../../src/extension/features/live/countdown';
import { badgeOf, deadlineOf, timeLeft, urgencyOf } from '../../../../src/extension/data/deadlines';
import { OpenReservations } from '../../../../src/extension/features/live/openReservations';
import type { LiveViewOptions } from '../../../../src/extension/features/live/liveView';
import { LiveView } from '../../../../src/extension/features/live/liveView';
import type { Situation } from '../../../../src/extension/features/live/liveMessage';
import { messageFor, troubleWords } from '../../../../src/extension/features/live/liveMessage';
import type { Wanted } from '../../../../src/extension/features/live/notifications';
import { Teller } from '../../../../src/extension/features/live/notifications';
import { SoonestItem } from '../../../../src/extension/features/live/statusBar';
import { simulatedAccount } from '../../../../src/extension/accounts/account';
import { RowTargets } from '../../../../src/extension/data/target';
import { Store } from '../../../../src/extension/data/store';
import type { Row } from '../../../../src/taskrouter/client';
import { ConnectionError } from '../../../../src/taskrouter/errors';
import { FakeMemory, settle, windowClock } from '../../window';

const second = 1000;
const sid = (prefix: string, digit: string) => prefix + digit.repeat(32);
const workspaceSid = sid('WS', '1');
const workflowSid = sid('WW', '1');

/** A store with pending reservations whose deadlines are so many seconds ahead, one task and worker each. */
function stage(...secondsLeft: number[]) {
  const clock = windowClock();
  const store = new Store(() => Promise.reject(new Error('Nothing is read here.')));
  const iso = (at: number) => new Date(at).toISOString();
  store.put(store.begin('a'), { sid: workspaceSid, friendly_name: 'Desk' });
  store.put(store.begin('a'), { sid: workflowSid, task_reservation_timeout: 120 });
  let error: unknown;
  const rows = new Map<string, Row>();
  const keep = () =>
    store.putOpen(
      { accountId: 'a', openIn: workspaceSid },
      {
        sids: [...rows.keys(), workflowSid],
        unreadable: 0,
        readAt: clock.now(),
        ...(error ? { error } : {}),
      },
    );
  const put = (row: Row) => {
    rows.set(row.sid, row);
    store.put(store.begin('a'), row);
  };
  const offer = (left: number, digit: string) => {
    put({
      sid: sid('WT', digit),
      attributes: `{"name":"Caller ${digit}"}`,
      workflow_sid: workflowSid,
      task_queue_sid: sid('WQ', '1'),
      task_queue_friendly_name: 'Billing',
      task_channel_unique_name: 'voice',
    });
    put({
      sid: sid('WR', digit),
      task_sid: sid('WT', digit),
      worker_sid: sid('WK', digit),
      worker_name: `Worker ${digit}`,
      reservation_status: 'pending',
      date_created: iso(clock.now() + (left - 120) * second),
    });
    keep();
  };
  const open = new OpenReservations({
    store,
    clock,
    watch: { workspaces: [{ accountId: 'a', workspaceSid }], skew: () => 0 },
    staleAfter: () => 60 * second,
  });
  secondsLeft.forEach((left, i) => offer(left, (i + 1).toString(16)));
  return {
    clock,
    store,
    open,
    offer,
    set: (digit: string, change: object) => put({ ...rows.get(sid('WR', digit))!, ...change }),
    end(digit: string) {
      rows.delete(sid('WR', digit));
      keep();
    },
    fail(failure: unknown) {
      error = failure;
      keep();
    },
  };
}

describe('deadlines', () => {
  const pending = { sid: 'WR', reservation_status: 'pending', date_created: '2026-01-05T09:00:00Z' };
  const made = Date.UTC(2026, 0, 5, 9);
  const at = (left: number) => ({ at: made + left, lasts: 120 * second });

  it('are what the workflow allows after the reservation was made, by this machine’s clock', () => {
    const workflow = { sid: 'WW', task_reservation_timeout: 120 };
    assert.deepEqual(deadlineOf(pending, workflow, 3000), { at: made + 117 * second, lasts: 120 * second });
    assert.equal(deadlineOf({ ...pending, reservation_status: 'accepted' }, workflow, 0), undefined);
    assert.equal(deadlineOf(pending, undefined, 0), undefined);
    assert.equal(deadlineOf({ ...pending, date_created: 'soon' }, workflow, 0), undefined);
  });

  for (const [left, words, badge, urgency] of [
    [3_725_000, '1:02:05', undefined, 'calm'],
    [600_000, '10:00', undefined, 'calm'],
    [599_000, '9:59', '9m', 'calm'],
    [100_000, '1:40', '1m', 'calm'],
    [42_000, '0:42', '42', 'calm'],
    [30_000, '0:30', '30', 'soon'],
    [12_000, '0:12', '12', 'urgent'],
    [1, '0:01', '1', 'urgent'],
    [0, 'probably expired', '?', 'over'],
    [-90_000, 'probably expired', '?', 'over'],
  ] as const) {
    it(`${left} ms before the end: ${words}`, () => {
      assert.equal(timeLeft(at(left), made), words);
      assert.equal(badgeOf(at(left), made), badge);
      assert.equal(urgencyOf(at(left), made), urgency);
    });
  }
});

describe('open reservations', () => {
  it('stand with the soonest deadline first, then those in progress', () => {
    const on = stage(90, 30, 60);
    on.set('2', { reservation_status: 'accepted', date_updated: '2026-01-05T09:00:00Z' });
    assert.deepEqual(
      on.open.all.map(({ worker }) => worker),
      ['Worker 3', 'Worker 1', 'Worker 2'],
    );
  });

  it('tell of nothing when nothing changed', () => {
    const on = stage(90, 30);
    let told = 0;
    on.open.onDidChange(() => told++);
    on.open.update();
    on.clock.advance(30 * second);
    on.open.update();
    on.store.put(on.store.begin('a'), { ...on.store.row('a', sid('WR', '1'))! });
    assert.equal(told, 0);
  });

  it('tell of one row, not of the list, when one row changed', () => {
    const on = stage(90, 30);
    const told: unknown[] = [];
    on.open.onDidChange(({ listed, rows }) => told.push([listed, ...rows]));
    on.set('1', { worker_name: 'Somebody Else' });
    assert.deepEqual(told, [[false, sid('WR', '1')]]);
  });

  it('tell when their workspace has another name', () => {
    const on = stage(90);
    let listed = 0;
    on.open.onDidChange((change) => (listed += Number(change.listed)));
    on.store.put(on.store.begin('a'), { sid: workspaceSid, friendly_name: 'Help Desk' });
    on.open.update();
    assert.equal(on.open.workspaces[0]!.name, 'Help Desk');
    assert.equal(listed, 1);
  });

  it('grow stale with time and with a failure, and say since when', () => {
    const on = stage(90);
    const read = on.clock.now();
    assert.equal(on.open.staleSince(on.open.all[0]!), undefined);
    on.clock.advance(61 * second);
    on.open.update();
    assert.equal(on.open.staleSince(on.open.all[0]!), read);
    const other = stage(90);
    other.fail(new ConnectionError({ method: 'GET', path: '/' }, 'ENOTFOUND'));
    assert.notEqual(other.open.staleSince(other.open.all[0]!), undefined);
    assert.match(troubleWords(other.open.workspaces[0]!), /^Desk: The address .* Its rows are from/);
  });
});

const openView = (on: Pick<LiveViewOptions, 'open' | 'clock'>, more: Partial<LiveViewOptions> = {}) =>
  new LiveView({
    open: on.open,
    clock: on.clock,
    targets: new RowTargets(),
    account: () => simulatedAccount,
    accountWord: () => '',
    ...more,
  });

describe('the live view', () => {
  it('has one row for each, known by its SID, and believes its own alone', () => {
    const on = stage(90, 30);
    const targets = new RowTargets();
    const view = openView(on, { targets });
    const rows = view.getChildren();
    assert.deepEqual(
      rows.map(({ id }) => id),
      [sid('WR', '2'), sid('WR', '1')],
    );
    assert.ok(rows.every((row) => targets.of(row)?.resource?.sids.at(-1) === row.id));
    assert.equal(targets.of({ ...rows[0] }), undefined);
    const item = view.getTreeItem(rows[0]!);
    assert.match(String(item.description), /^Caller 2 · until .* · Billing · voice$/);
    assert.equal(item.contextValue, 'reservation resource pending writable');
    on.end('2');
    assert.equal(view.getChildren().length, 1);
    assert.equal(targets.of(rows[0]), undefined, 'nor one that is gone');
  });

  it('says whose a row is where there are several accounts', () => {
    const on = stage(90);
    let several = true;
    const view = openView(on, { accountWord: (id) => (several ? `Account ${id}` : '') });
    let drawn = 0;
    view.onDidChangeTreeData(() => drawn++);
    const said = () => {
      const [row] = view.getChildren();
      const item = view.getTreeItem(row!);
      const { tooltip } = view.resolveTreeItem(item, row!);
      return [item.description, item.accessibilityInformation?.label, tooltip].map(String);
    };
    const [description, spoken, tooltip] = said();
    assert.match(description!, /^Account a · Caller 1 · /);
    assert.match(spoken!, /, Account a$/);
    assert.match(tooltip!, /\nAccount: Account a$/);
    several = false;
    view.redraw();
    assert.equal(drawn, 1);
    assert.ok(said().every((text) => !text.includes('Account')));
  });

  it('is not refreshed by the countdown; its decorations are, each at its time', () => {
    const on = stage(90, 30);
    const view = openView(on);
    let drawn = 0;
    view.onDidChangeTreeData(() => drawn++);
    let seen = true;
    const countdown = new Countdown(on.open, on.clock, () => seen);
    const fired: number[] = [];
    countdown.onDidChangeFileDecorations((uris) => fired.push(uris.length));
    countdown.look();
    on.clock.advance(3 * second);
    assert.deepEqual([drawn, fired], [0, [2, 2, 2, 2]]);
    seen = false;
    on.clock.advance(second);
    assert.equal(on.clock.waiting, 0, 'no timer while nobody looks');
    seen = true;
    countdown.look();
    countdown.dispose();
    assert.equal(on.clock.waiting, 0);
  });

  it('fires for 200 rows at a time: of more than 250 VS Code would drop some', () => {
    const on = stage();
    for (let i = 0; i < 500; i++) on.offer(90, i.toString(16).padStart(4, '0').repeat(8).slice(0, 1) + i);
    const countdown = new Countdown(on.open, on.clock, () => true);
    const fired: number[] = [];
    countdown.onDidChangeFileDecorations((uris) => fired.push(uris.length));
    countdown.look();
    assert.ok(fired.length > 0 && fired.every((count) => count <= 200));
    countdown.dispose();
  });

  const situation: Situation = {
    signedIn: true,
    interval: 10 * second,
    focused: true,
    workspaces: [{ accountId: 'a', workspaceSid, name: 'Desk', readAt: 0 }],
    pending: 3,
    inProgress: 1,
    used: 12,
    ceiling: 60,
    waiting: 0,
  };
  for (const [change, words] of [
    [{}, /^3 pending, 1 in progress\. 12 of 60 requests in the last minute\.$/],
    [{ signedIn: false }, undefined],
    [{ pending: 0, inProgress: 0 }, /^Nothing is open in Desk\./],
    [{ interval: 0 }, /^Watching is off: .* As of /],
    [{ focused: false }, /^Paused while this window is not focused\. As of /],
    [{ limitedUntil: 5000 }, /^Limited: Twilio asked for a pause\. Reading goes on at /],
    [{ used: 59, waiting: 340 }, /^340 reads wait: your ceiling is 60 requests a minute\. As of /],
    [{ workspaces: [] }, /^No workspace is watched\./],
    [{ workspaces: [{ accountId: 'a', workspaceSid, name: 'Desk' }] }, /^Reading…$/],
  ] as const) {
    it(`says ${words ? String(words) : 'nothing'}`, () => {
      const message = messageFor({ ...situation, ...change });
      if (words) assert.match(message ?? '', words);
      else assert.equal(message, undefined);
    });
  }
});

describe('the status bar', () => {
  it('counts down to the soonest deadline, then to the next, then is gone with its timer', () => {
    const on = stage(5, 8);
    const item = { shown: false, text: '' };
    const bar = Object.assign(item, {
      show: () => (item.shown = true),
      hide: () => (item.shown = false),
      dispose: () => undefined,
    }) as unknown as vscode.StatusBarItem;
    const soonest = new SoonestItem(bar, on.open, openView(on), on.clock);
    on.set('1', { attention: 1 });
    assert.equal(item.text, '$(bell-dot) 0:05 Worker 1');
    on.clock.advance(3 * second);
    assert.equal(item.text, '$(bell-dot) 0:02 Worker 1');
    on.clock.advance(3 * second);
    assert.equal(item.text, '$(bell-dot) 0:02 Worker 2');
    on.clock.advance(3 * second);
    assert.equal(item.shown, false);
    assert.equal(on.clock.waiting, 0);
    soonest.dispose();
  });
});

describe('telling', () => {
  const wanted: Wanted = { accountId: 'a', noun: 'queue', sid: sid('WQ', '1'), name: 'Billing' };

  function teller(on: ReturnType<typeof stage>, memory = new FakeMemory()) {
    const shown: { text: string; choose: (answer?: string) => Promise<void> }[] = [];
    const answers: string[] = [];
    const made = new Teller({
      open: on.open,
      memory,
      show: (text) =>
        new Promise((resolve) => {
          shown.push({
            text,
            choose: async (answer) => {
              resolve(answer);
              await settle();
            },
          });
        }),
      answer: (answer, of) => answers.push(`${answer} ${of}`),
    });
    return { made, shown, answers, memory };
  }

  it('says nothing that nobody asked for', async () => {
    const on = stage();
    const { shown } = teller(on);
    on.offer(90, '1');
    await settle();
    assert.equal(shown.length, 0);
  });

  it('tells of each offer once, one at a time, in our words and a SID', async () => {
    const on = stage(90);
    const { made, shown, answers } = teller(on);
    await made.tellOf(wanted);
    on.offer(80, '2');
    on.offer(70, '3');
    on.set('2', { attention: 1 });
    await settle();
    assert.equal(shown.length, 1, 'what was there before is on the screen already');
    assert.match(
      shown[0]!.text,
      new RegExp(`^Reservation ${sid('WR', '2')} is offered until .*this queue\\.$`),
    );
    await shown[0]!.choose('Accept');
    assert.deepEqual(answers, [`Accept ${sid('WR', '2')}`]);
    assert.equal(shown.length, 2);
    await shown[1]!.choose(undefined);
    assert.equal(shown.length, 2);
  });

  it('does not tell of what was taken while the message before stood there', async () => {
    const on = stage();
    const { made, shown } = teller(on);
    await made.tellOf(wanted);
    on.offer(80, '2');
    on.offer(70, '3');
    await settle();
    on.end('3');
    await shown[0]!.choose(undefined);
    assert.equal(shown.length, 1);
  });

  it('stops when told so, and remembers both over the end of its host', async () => {
    const on = stage();
    const { made, shown, memory } = teller(on);
    await made.tellOf(wanted);
    on.offer(80, '2');
    await settle();
    // The host ends while the message stands there; nothing is written down by that.
    made.dispose();
    const next = teller(on, memory);
    on.set('2', { attention: 1 });
    await settle();
    assert.equal(next.shown.length, 0, 'it was told of');
    on.offer(80, '3');
    await settle();
    assert.equal(next.shown.length, 1);
    await next.shown[0]!.choose('Don’t Tell Me Again');
    assert.deepEqual(next.made.wanted, []);
    on.offer(80, '4');
    await settle();
    assert.equal(next.shown.length, 1);
    assert.equal(shown.length, 1);
  });

  it('forgets what was asked for in an account that is left', async () => {
    const { made } = teller(stage());
    await made.tellOf(wanted);
    await made.keepOnly(['b']);
    assert.deepEqual(made.wanted, []);
  });
});
