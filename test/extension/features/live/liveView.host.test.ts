import { strict as assert } from 'node:assert';
import type * as vscode from 'vscode';
import { RowTargets } from '../../../../src/extension/data/target';
import { simulatedAccount } from '../../../../src/extension/accounts/account';
import { Countdown } from '../../../../src/extension/features/live/countdown';
import { uriOf } from '../../../../src/extension/features/live/liveView';
import { NextReservationItem } from '../../../../src/extension/features/live/nextReservationItem';
import { timeOfDay } from '../../../../src/extension/display/times';
import { ConnectionError } from '../../../../src/taskrouter/errors';
import type { LiveStage } from './stage';
import { second, sid, stage, viewOf } from './stage';

const offline = new ConnectionError({ method: 'GET', path: '/' }, 'ENOTFOUND');

const countdownOf = (on: LiveStage, isVisible = () => true, onLabels: () => void = () => undefined) =>
  new Countdown({ open: on.open, clock: on.clock, isVisible, onLabels });

describe('the live view', () => {
  it('has one row per reservation with its SID as ID, and targets for its own rows only', () => {
    const on = stage(90, 30);
    const targets = new RowTargets();
    const view = viewOf(on, { targets });
    const rows = view.getChildren();
    assert.deepEqual(
      rows.map(({ id }) => id),
      [sid('WR', '2'), sid('WR', '1')],
    );
    assert.ok(rows.every((row) => targets.of(row)?.resource?.sids.at(-1) === row.id));
    assert.equal(targets.of({ ...rows[0] }), undefined);
    const item = view.getTreeItem(rows[1]!);
    assert.equal(item.label, '1 min · Worker 1');
    assert.match(String(item.description), /^Caller 1 · Billing · voice$/);
    assert.equal(item.contextValue, 'reservation resource pending writable');
    on.end('2');
    assert.equal(view.getChildren().length, 1);
    assert.equal(targets.of(rows[0]), undefined, 'nor for one that is gone');
  });

  it('tells which rows have just moved', () => {
    const on = stage(90, 30, 60);
    const targets = new RowTargets(on.clock);
    const view = viewOf(on, { targets });
    const rows = view.getChildren();
    const moved = () => rows.filter((row) => targets.hasJustMoved(row)).map(({ id }) => id);
    assert.deepEqual(moved(), []);
    on.end('3');
    view.getChildren();
    assert.deepEqual(moved(), [sid('WR', '1')], 'not the one above');
    on.clock.advance(1000);
    assert.deepEqual(moved(), []);
  });

  it('marks a row that is not confirmed', () => {
    const on = stage();
    on.report(90, '1');
    const view = viewOf(on);
    const [row] = view.getChildren();
    const item = view.getTreeItem(row!);
    assert.match(String(item.description), /^Caller 1 · .*not confirmed yet/);
    assert.match(item.accessibilityInformation!.label, /not confirmed yet/);
    assert.equal((item.iconPath as vscode.ThemeIcon).id, 'loading');
    const tooltip = () => view.resolveTreeItem(view.getTreeItem(row!), row!).tooltip as string;
    assert.match(tooltip(), /\nNot confirmed yet: .* read as soon as the request limit allows/);
    on.confirm('1');
    assert.doesNotMatch(String(view.getTreeItem(row!).description) + tooltip(), /confirmed/);
  });

  it('marks a row as not confirmed while the next response is late', () => {
    const on = stage(90);
    on.expectEvery(15 * second);
    const view = viewOf(on);
    const [row] = view.getChildren();
    const text = () => {
      const item = view.resolveTreeItem(view.getTreeItem(row!), row!);
      return [item.description, item.accessibilityInformation!.label, item.tooltip as string].join('\n');
    };
    assert.doesNotMatch(text(), /confirmed/);
    on.clock.advance(16 * second);
    on.open.checkStale();
    assert.match(text(), /^Caller 1 · not confirmed yet · .*\n.*not confirmed yet/);
    assert.match(text(), /\nNot confirmed yet: last read at \d+:\d\d [AP]M\./);
    on.become({ readAt: on.clock.now() });
    on.open.checkStale();
    assert.doesNotMatch(text(), /confirmed/);
  });

  it('speaks a reservation that has passed its deadline as expired', () => {
    const on = stage(90);
    const view = viewOf(on);
    const spoken = () => view.getTreeItem(view.getChildren()[0]!).accessibilityInformation!.label;
    const tooltip = () =>
      view.resolveTreeItem(view.getTreeItem(view.getChildren()[0]!), view.getChildren()[0]!)
        .tooltip as string;
    assert.match(spoken(), /^Live reservation, pending, until /);
    assert.match(tooltip(), /\nTime left: 1:30 · until /);
    on.clock.advance(90 * second);
    assert.match(spoken(), /^Live reservation, probably expired at [^,]+, worker Worker 1, /);
    assert.match(tooltip(), /\nTime left: probably expired at /);
  });

  it('says that the account of a row is read-only', () => {
    const on = stage(90);
    const spoken = (readOnly: boolean) => {
      const view = viewOf(on, { account: () => ({ ...simulatedAccount, readOnly }) });
      return view.getTreeItem(view.getChildren()[0]!).accessibilityInformation!.label;
    };
    assert.match(spoken(true), /, read-only account$/);
    assert.doesNotMatch(spoken(false), /read-only/);
  });

  it('names the account of a row if there are several', () => {
    const on = stage(90);
    let several = true;
    const view = viewOf(on, {
      accountName: (id) => (several ? `Account ${id}` : ''),
      accountTag: (id) => id,
    });
    let drawn = 0;
    view.onDidChangeTreeData(() => drawn++);
    const texts = () => {
      const [row] = view.getChildren();
      const item = view.getTreeItem(row!);
      const { tooltip } = view.resolveTreeItem(item, row!);
      return [item.label, item.description, item.accessibilityInformation?.label, tooltip].map(String);
    };
    const [label, description, spoken, tooltip] = texts();
    assert.equal(label, '1 min · Worker 1', 'a narrow view shows no more');
    assert.equal(description, 'Caller 1 · a · Billing · voice');
    assert.match(spoken!, /, Account a$/);
    assert.match(tooltip!, /\nAccount: Account a$/);
    several = false;
    view.redraw();
    assert.equal(drawn, 1);
    assert.ok(texts().every((text) => !text.includes('Account')));
  });

  for (const [environment, several, mark, ending] of [
    ['production', true, ' · a PROD', ', Account a, production'],
    ['production', false, '', ', voice'],
    ['staging', true, ' · a', ', Account a'],
    ['development', true, ' · a', ', Account a'],
  ] as const)
    it(`begins the row of ${environment}${several ? ', among several accounts,' : ''} with time, worker and task`, () => {
      const on = stage(90);
      const view = viewOf(on, {
        account: () => ({ ...simulatedAccount, environment }),
        accountName: (id) => (several ? `Account ${id}` : ''),
        accountTag: (id) => id,
      });
      const item = view.getTreeItem(view.getChildren()[0]!);
      assert.equal(item.label, '1 min · Worker 1');
      assert.equal(item.description, `Caller 1${mark} · Billing · voice`);
      assert.ok(item.accessibilityInformation?.label.endsWith(ending), item.accessibilityInformation?.label);
    });

  it('has IDs for failures that no reservation can have', () => {
    const on = stage(90);
    on.become({ error: offline });
    const ids = viewOf(on)
      .getChildren()
      .map(({ id }) => id);
    assert.equal(new Set(ids).size, 2);
    assert.doesNotMatch(ids[0]!, /^\w+$/);
  });

  it('does not grow with rows that only the status bar showed', () => {
    const on = stage();
    const view = viewOf(on);
    for (let i = 0; i < 1000; i++) {
      on.offer(90, i.toString(16));
      assert.ok(view.node(sid('WR', i.toString(16))));
      on.end(i.toString(16));
    }
    assert.ok((view as unknown as { nodes: Map<string, unknown> }).nodes.size < 20);
  });

  it('includes the date in a time of another day', () => {
    const now = new Date(2026, 0, 5, 23, 30).getTime();
    const later = new Date(2026, 0, 6, 0, 10).getTime();
    assert.match(timeOfDay(later, now), /6.*12:10|6.*0:10|6.*00:10/);
    assert.doesNotMatch(timeOfDay(now - 3600 * second, now), /Jan|5,/);
  });
});

describe('the countdown', () => {
  it('redraws decorations each second, and a row when its label changes', () => {
    const on = stage(90, 62);
    const view = viewOf(on);
    let drawn = 0;
    view.onDidChangeTreeData(() => drawn++);
    let visible = true;
    const labels: string[] = [];
    const countdown = new Countdown({
      open: on.open,
      clock: on.clock,
      isVisible: () => visible,
      onLabels: (entries) => labels.push(...entries.map(({ worker }) => worker)),
    });
    for (const entry of on.open.all) countdown.provideFileDecoration(uriOf(entry));
    const fired: number[] = [];
    countdown.onDidChangeFileDecorations((uris) => fired.push(uris.length));
    countdown.resume();
    on.clock.advance(2 * second);
    assert.deepEqual([drawn, fired, labels], [0, [2, 2, 2], []]);
    on.clock.advance(second);
    assert.deepEqual(labels, ['Worker 2'], 'of less than a minute from now on');
    visible = false;
    on.clock.advance(second);
    assert.equal(on.clock.waiting, 0, 'no timer while it is hidden');
    visible = true;
    countdown.resume();
    countdown.dispose();
    assert.equal(on.clock.waiting, 0);
  });

  it('fires for at most 200 rows at a time: VS Code drops some of more than 250', () => {
    const on = stage();
    for (let i = 0; i < 500; i++) on.offer(90, i.toString(16).padStart(4, '0'));
    const countdown = countdownOf(on);
    for (const entry of on.open.all) countdown.provideFileDecoration(uriOf(entry));
    const fired: number[] = [];
    countdown.onDidChangeFileDecorations((uris) => fired.push(uris.length));
    countdown.resume();
    assert.deepEqual(fired, [200, 200, 100]);
    countdown.dispose();
  });

  it('fires for rows that come back after VS Code has kept that they have no badge', () => {
    const on = stage(90);
    const countdown = countdownOf(on);
    const uri = uriOf(on.open.all[0]!);
    countdown.provideFileDecoration(uri);
    on.end('1');
    countdown.resume();
    assert.equal(countdown.provideFileDecoration(uri), undefined);
    const fired: string[] = [];
    countdown.onDidChangeFileDecorations((uris) => fired.push(...uris.map(({ path }) => path)));
    on.offer(90, '1');
    assert.deepEqual(fired, [uri.path]);
    countdown.dispose();
  });

  it('colours no row more calmly than one with more time left', () => {
    const on = stage(25, 50, 100);
    on.store.put(on.store.begin('a'), { sid: sid('WW', '2'), task_reservation_timeout: 3600 });
    const countdown = countdownOf(on);
    const colors = () =>
      on.open.all.map((entry) => {
        const { color } = countdown.provideFileDecoration(uriOf(entry))!;
        return (color as { id?: string } | undefined)?.id;
      });
    countdown.resume();
    const warning = 'list.warningForeground';
    assert.deepEqual(colors(), [warning, undefined, undefined]);
    const created = new Date(on.clock.now() + (100 - 3600) * second).toISOString();
    on.store.put(on.store.begin('a'), {
      ...on.store.row('a', sid('WT', '3'))!,
      workflow_sid: sid('WW', '2'),
    });
    on.set('3', { date_created: created });
    on.open.update();
    countdown.resume();
    assert.deepEqual(colors(), [warning, warning, warning]);
    countdown.dispose();
  });

  it('knows which rows VS Code has drawn', () => {
    const on = stage();
    for (let i = 0; i < 150; i++) on.offer(90, i.toString(16).padStart(4, '0'));
    const countdown = countdownOf(on);
    const [first] = on.open.all;
    countdown.provideFileDecoration(uriOf(first!));
    assert.ok(countdown.hasDrawn(first!.sids[2]));
    for (const entry of on.open.all.slice(1)) countdown.provideFileDecoration(uriOf(entry));
    assert.equal(countdown.hasDrawn(first!.sids[2]), false, 'it has been scrolled away');
    assert.ok(countdown.hasDrawn(on.open.all.at(-1)!.sids[2]));
    countdown.dispose();
  });

  it('does not take rows for drawn because VS Code requests what has changed', () => {
    const on = stage();
    for (let i = 0; i < 450; i++) on.offer(90 + i, i.toString(16).padStart(4, '0'));
    const countdown = countdownOf(on);
    countdown.onDidChangeFileDecorations((uris) =>
      uris.forEach((uri) => countdown.provideFileDecoration(uri)),
    );
    countdown.resume();
    const drawn = on.open.all.slice(0, 12);
    for (const entry of drawn) countdown.provideFileDecoration(uriOf(entry));
    on.clock.advance(5 * second);
    assert.deepEqual(
      on.open.all.filter(({ sids }) => countdown.hasDrawn(sids[2])),
      drawn,
    );
    countdown.dispose();
  });
});

describe('the status bar', () => {
  const show = (on: LiveStage) => {
    const item = { shown: false, text: '', tooltip: '' };
    const bar = Object.assign(item, {
      show: () => (item.shown = true),
      hide: () => (item.shown = false),
      dispose: () => undefined,
    });
    const made = new NextReservationItem({
      item: bar as unknown as vscode.StatusBarItem,
      open: on.open,
      view: viewOf(on),
      clock: on.clock,
      names: {
        full: ({ accountId, workspace }) => [`Account ${accountId}`, workspace].filter(Boolean).join(', '),
      },
    });
    on.become({});
    on.open.update();
    return { item, made };
  };

  it('counts down to each deadline in turn, then hides and stops its timer', () => {
    const on = stage(5, 8);
    const { item, made } = show(on);
    on.set('1', { worker_name: 'Ada' });
    assert.equal(item.text, '$(bell-dot) 0:05 Ada');
    on.clock.advance(3 * second);
    assert.equal(item.text, '$(bell-dot) 0:02 Ada');
    on.clock.advance(3 * second);
    assert.equal(item.text, '$(bell-dot) 0:02 Worker 2');
    on.clock.advance(3 * second);
    assert.equal(item.shown, false);
    assert.equal(on.clock.waiting, 0);
    made.dispose();
  });

  it('says how many have been loaded until the next one is known', () => {
    const on = stage(60);
    const { item, made } = show(on);
    on.become({ loading: 450, nextUnread: on.clock.now() + 30 * second });
    assert.equal(item.text, '$(bell-dot) Soonest loaded: 1:00 Worker 1 $(sync~spin)');
    on.set('1', { date_created: 'yesterday' });
    assert.deepEqual([item.shown, item.text], [true, '$(sync~spin) Loading 1 of 451 reservations']);
    assert.match(item.tooltip, /not known yet\.\nNot included yet: Account a, Desk, still loading\.\nNot/);
    on.set('1', { date_created: new Date(on.clock.now() - 60 * second).toISOString() });
    on.become({ loading: 0, nextUnread: Infinity });
    assert.match(item.text, /Worker 1$/);
    on.report(30, '2');
    assert.equal(item.text, '$(sync~spin) Confirming the next reservation');
    on.confirm('2');
    assert.match(item.text, /Worker 2$/);
    made.dispose();
  });

  for (const [why, stop] of [
    ['polling has stopped', (on: LiveStage) => on.poll(false)],
    [
      'rows are out of date because nothing is polled',
      (on: LiveStage) => {
        on.clock.advance(61 * second);
        on.open.checkStale();
      },
    ],
  ] as const)
    it(`says what was known before, and when, while ${why}`, () => {
      const on = stage(100, 250);
      const { item, made } = show(on);
      const spoken = () => (item as unknown as vscode.StatusBarItem).accessibilityInformation!.label;
      on.set('1', { worker_name: 'Ada' });
      assert.equal(item.text, '$(bell-dot) 1:40 Ada');
      stop(on);
      assert.match(item.text, /^\$\(history\) Soonest as of \d+:\d\d [AP]M: \d:\d\d Ada$/);
      assert.match(item.tooltip, /^Soonest of the reservations as of .*: Ada, .* may expire sooner\. Click/);
      assert.match(spoken(), /^Soonest of the TaskRouter reservations as of \d+:\d\d [AP]M: Ada, until /);
      assert.doesNotMatch([item.tooltip, spoken()].join(), /next|Next|Not included/);
      on.clock.advance(101 * second);
      assert.match(item.text, /^\$\(history\) Soonest as of .*: \d:\d\d Worker 2$/);
      on.clock.advance(150 * second);
      assert.match(item.text, /^\$\(history\) 2 pending as of \d+:\d\d [AP]M$/);
      assert.match(item.tooltip, /^The TaskRouter reservation that expires next is not known\./);
      assert.equal(item.shown, true);
      on.end('1');
      on.end('2');
      assert.equal(item.shown, false);
      made.dispose();
    });

  it('shows the first row also while that is not confirmed, and says so', () => {
    const on = stage(60);
    const { item, made } = show(on);
    on.become({ loading: 1, nextUnread: Infinity });
    on.report(30, '2');
    assert.equal(on.open.all[0]!.worker, 'Worker 2');
    assert.equal(item.text, '$(bell-dot) Not confirmed yet: 0:30 Worker 2 $(sync~spin)');
    assert.match(item.tooltip, /^Soonest of the reservations loaded, not confirmed yet: Worker 2, /);
    on.confirm('2');
    assert.equal(item.text, '$(bell-dot) 0:30 Worker 2 $(sync~spin)');
    made.dispose();
  });

  it('names no next reservation while the next response is late', () => {
    const on = stage(60);
    const { item, made } = show(on);
    on.expectEvery(15 * second);
    on.clock.advance(16 * second);
    on.open.checkStale();
    assert.equal(item.text, '$(bell-dot) Not confirmed yet: 0:44 Worker 1 $(warning)');
    assert.match(item.tooltip, /^Soonest of the reservations loaded, not confirmed yet: Worker 1, /);
    on.become({ readAt: on.clock.now() });
    on.open.checkStale();
    assert.equal(item.text, '$(bell-dot) 0:44 Worker 1');
    made.dispose();
  });

  it('names workspace and account where there are several', () => {
    const on = stage(60);
    const { item, made } = show(on);
    on.set('1', { worker_name: 'Ada' });
    assert.match(item.tooltip, /^Expires next: Ada, Caller 1, Billing\. Click/);
    on.besides('b', { readAt: on.clock.now() });
    on.clock.advance(second);
    assert.match(item.tooltip, /^Expires next: Ada, Caller 1, Billing, Account a, Desk\. Click/);
    made.dispose();
  });

  it('ends loading with what is loaded where nothing is polled', () => {
    const on = stage(60);
    const { item, made } = show(on);
    on.become({ loading: 450, nextUnread: on.clock.now() + 30 * second });
    assert.equal(item.text, '$(bell-dot) Soonest loaded: 1:00 Worker 1 $(sync~spin)');
    on.poll(false);
    assert.match(item.text, /^\$\(history\) Soonest as of .*: 1:00 Worker 1$/);
    assert.match(item.tooltip, /\nNot included: Account a, Desk, not loaded completely\.$/);
    on.end('1');
    on.become({ readAt: undefined });
    assert.equal(item.shown, false);
    made.dispose();
  });

  it('counts the pending reservations where none has a known deadline', () => {
    const on = stage(60);
    const { item, made } = show(on);
    on.set('1', { date_created: 'yesterday' });
    assert.deepEqual([item.shown, item.text], [true, '$(bell-dot) 1 pending $(warning)']);
    assert.match(item.tooltip, /\nNot included: 1 reservation whose deadline is not known\.$/);
    made.dispose();
  });

  it('names what could not be read where no reservation is known', () => {
    const on = stage(60);
    const { item, made } = show(on);
    on.become({ error: offline });
    assert.deepEqual([item.shown, item.text], [true, '$(warning) Account a, Desk could not be read']);
    assert.match(item.tooltip, /^Not included: Account a, Desk: The .* Its rows are from/);
    on.polled.listings = [...on.polled.listings, { accountId: 'b', state: 'failed', error: offline }];
    on.open.update();
    assert.equal(item.text, '$(warning) 1 account and 1 workspace could not be read');
    assert.match(item.tooltip, /^Not included: Account b: The /m);
    made.dispose();
  });

  it('shows the soonest reservation of the other accounts, and names the account that could not be read', () => {
    const on = stage(60);
    const { item, made } = show(on);
    on.polled.listings = [...on.polled.listings, { accountId: 'b', state: 'failed', error: offline }];
    on.open.update();
    assert.deepEqual([item.shown, item.text], [true, '$(bell-dot) Soonest loaded: 1:00 Worker 1 $(warning)']);
    assert.match(item.tooltip, /^Soonest of the reservations loaded: .*\nNot included: Account b: The /);
    on.polled.listings = on.polled.listings.slice(0, 1);
    on.open.update();
    assert.equal(item.text, '$(bell-dot) 1:00 Worker 1');
    assert.doesNotMatch(item.tooltip, /Not included/);
    made.dispose();
  });

  it('shows the soonest reservation of the workspaces that are up to date, and says which is not', () => {
    const on = stage(60);
    const { item, made } = show(on);
    on.besides('b', { readAt: on.clock.now() - 61 * second });
    assert.deepEqual([item.shown, item.text], [true, '$(bell-dot) Soonest loaded: 1:00 Worker 1 $(warning)']);
    assert.match(item.tooltip, /\nNot included: Account b, WS2+, last read at .*\.$/);
    made.dispose();
  });

  for (const [why, missing, hide] of [
    ['an account is loading', /Account b, still loading\.$/, 'listing'],
    ['a workspace is loading', /Account b, WS2+, still loading\.$/, 'workspace'],
    [
      'a list is partial',
      /\nAccount a, Desk: 1 list could not be read completely, so res.* missing\.$/,
      'list',
    ],
    [
      'workspaces are missing',
      /\nAccount b: The list of workspaces could not be read comp.*\.$/,
      'workspaces',
    ],
    ['a deadline is unknown', /\nNot included: 1 reservation whose deadline is not known\.$/, 'deadline'],
  ] as const)
    it(`calls no reservation the next one while ${why}, in text, tooltip and accessible name`, () => {
      const on = stage(60, 90);
      const { item, made } = show(on);
      on.set('2', { worker_name: 'Ada' });
      const spoken = () => (item as unknown as vscode.StatusBarItem).accessibilityInformation!.label;
      assert.match([item.tooltip, spoken()].join(), /^Expires next: .*,Next TaskRouter reservation: /);
      const listings = on.polled.listings;
      if (hide === 'listing') on.polled.listings = [...listings, { accountId: 'b', state: 'loading' }];
      if (hide === 'workspaces') on.polled.listings = [...listings, { accountId: 'b', state: 'partial' }];
      if (hide === 'workspace') on.besides('b', {});
      if (hide === 'list') on.become({ partialLists: 1 });
      if (hide === 'deadline') on.set('2', { date_created: 'yesterday' });
      on.open.update();
      on.clock.advance(second);
      assert.match(item.text, /^\$\(bell-dot\) Soonest loaded: 0:59 Worker 1 \$\((sync~spin|warning)\)$/);
      assert.match(item.tooltip, /^Soonest of the reservations loaded: Worker 1, /);
      assert.match(item.tooltip, missing);
      assert.match(spoken(), /^Soonest of the TaskRouter reservations loaded: Worker 1, until [^.]+\. [A-Z]/);
      assert.doesNotMatch(spoken(), /\.\./);
      made.dispose();
    });
});
