import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Place, Result } from './commandResults';
import {
  asks,
  confirms,
  eventually,
  explainsTask,
  forms,
  offersReplay,
  opensBench,
  opensForm,
  opensTable,
  opensWorkerTable,
  resourceEntries,
  see,
  shows,
  tab,
  tryWithoutRow,
} from './commandResults';
import type { Locator } from 'playwright-core';
import { openWorkbench, type Workbench } from './driver';
import { connectLocal, continueEachOther } from './steps';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';
import { openTwilioHosts } from './twilioHosts';

interface MenuItem {
  readonly command: string;
  readonly when: string;
  readonly group?: string;
}
const { contributes } = JSON.parse(readFileSync(path.resolve(__dirname, '../../package.json'), 'utf8')) as {
  contributes: {
    commands: { command: string; title: string }[];
    menus: Record<'view/title' | 'view/item/context' | 'commandPalette', MenuItem[]>;
    views: Record<string, { id: string; name: string }[]>;
  };
};
const { commands, menus } = contributes;
/** As it is shown in English: package.json has `%text%` for what is translated. */
const shown = (text: string) => text.replace(/^%(.*)%$/, '$1');
const titles = new Map(commands.map(({ command, title }) => [command, shown(title)]));
const views = Object.values(contributes.views)
  .flat()
  .map(({ id, name }) => ({ id, name: shown(name) }));

interface Row {
  readonly row: RegExp;
  /** Rows to expand before, or to collapse, so that it is there. */
  readonly after?: readonly RegExp[];
  /** A click collapses it. */
  readonly isExpanded?: true;
  readonly inline?: readonly string[];
  readonly menu: Readonly<Record<string, Result>>;
}
const tried = new Set<string>();
/** Commands that open the form of a reservation with this status. */
const whilePending = ['Conference…', 'Dequeue…', 'Call…', 'Redirect…'];
const whileAccepted = ['Supervise…', 'Wrap Up…', 'Complete Reservation…'];

const offeredIn = (place: Place, { when }: Pick<MenuItem, 'when'>) =>
  // The editor of a workflow is tried in a test of its own.
  !when.includes('resourceScheme') && (place !== 'signed out' || !when.includes('taskrouter.signedIn'));
const paletteCommands = (place: Place) =>
  commands
    .map(({ command }) => command)
    .filter((id) => {
      const limits = menus.commandPalette.filter(({ command }) => command === id);
      return limits.every((limit) => limit.when !== 'false' && offeredIn(place, limit));
    });
const titleCommands = (place: Place, viewId: string) =>
  menus['view/title'].filter((item) => item.when.startsWith(`view == ${viewId}`) && offeredIn(place, item));

/** Each command in the title of each view, and in the palette. `refreshed` waits for what Refresh shows. */
async function tryTitles(
  on: Workbench,
  place: Place,
  refreshed: (refresh: () => Promise<void>) => Promise<void>,
) {
  for (const { id, name } of views) {
    const items = titleCommands(place, id);
    const expected = items.map(({ command }) => titles.get(command)!).sort();
    const offered = async () =>
      (await on.viewActionsOf(name)).filter((action) => action !== 'Collapse All').sort();
    // Right after a reload the title is drawn in steps.
    await eventually(on, async () => isDeepStrictEqual(await offered(), expected)).catch(async () =>
      assert.deepEqual(await offered(), expected, name),
    );
    for (const { command } of items) {
      const run = () => on.viewAction(name, titles.get(command)!);
      if (command === 'taskrouter.view.refresh') await refreshed(run);
      else await tryWithoutRow(on, command, place, run);
    }
  }
}
async function tryPalette(
  on: Workbench,
  place: Place,
  refreshed: (refresh: () => Promise<void>) => Promise<void>,
) {
  const nameOf = (command: string) => `TaskRouter: ${titles.get(command)!}`;
  const all = commands.map(({ command }) => nameOf(command));
  const expected = paletteCommands(place).map(nameOf).sort();
  const offered = async () =>
    (await on.commandsFor('TaskRouter: ')).filter((name) => all.includes(name)).sort();
  // Right after a reload it is filled in steps.
  await eventually(on, async () => isDeepStrictEqual(await offered(), expected)).catch(async () =>
    assert.deepEqual(await offered(), expected),
  );
  for (const command of paletteCommands(place)) {
    const run = () => on.command(nameOf(command));
    if (command === 'taskrouter.view.refresh') await refreshed(run);
    else await tryWithoutRow(on, command, place, run);
  }
}

describe('every command', () => {
  describe('while signed out', () => {
    let on: Workbench;
    before(async () => {
      on = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 0 } });
      await on.openViews();
    });
    after(() => on?.close());

    const refreshed = async (refresh: () => Promise<void>) => {
      await refresh();
      await on.page.getByRole('button', { name: 'Explore with a Simulated Account' }).waitFor();
      assert.equal(await on.toast('This row was just updated').count(), 0);
    };
    it('from the views’ titles', () => tryTitles(on, 'signed out', refreshed));
    it('from the palette', () => tryPalette(on, 'signed out', refreshed));
  });

  describe('while signed in', function () {
    continueEachOther(this);
    let centre: FormCentre;
    let on: Workbench;

    before(async () => {
      centre = await openCentre(
        [
          { name: 'offered', status: 'pending' },
          { name: 'ongoing', status: 'accepted' },
          { name: 'ending', status: 'wrapping' },
          { name: 'over', status: 'completed' },
          { name: 'inline', status: 'pending' },
          { name: 'rejected', status: 'pending' },
          { name: 'live', status: 'pending' },
          { name: 'live inline', status: 'pending' },
        ],
        Array.from({ length: 50 }, (_, i) => `Z ${i}`),
      );
      on = await openWorkbench({
        settings: { 'taskrouter.refreshInterval': 0, 'taskrouter.requestsPerMinute': 600 },
      });
      await connectLocal(on, centre.origin, centre.simulator);
      await row(/^Workspace Desk/).waitFor();
    });
    after(async () => {
      await on?.close();
      centre?.close();
    });

    const row = (name: RegExp) => on.treeItem(name).first();
    const toggle = async (item: Locator) =>
      on.expand(item, (await item.getAttribute('aria-expanded')) !== 'true');
    const refreshed = async (refresh: () => Promise<void>) => {
      const before = centre.gets().length;
      await refresh();
      await eventually(on, () => centre.gets().length > before);
      assert.equal(await on.toast('This row was just updated').count(), 0);
    };

    it('from the views’ titles, with nothing selected', () => tryTitles(on, 'signed in', refreshed));
    it('from the palette', () => tryPalette(on, 'signed in', refreshed));

    for (const [worker, titles] of [
      ['Worker offered', whilePending],
      ['Worker ongoing', whileAccepted],
    ] as const) {
      it(`from the palette: ${titles.join(', ')} for the reservation that is chosen`, async () => {
        for (const title of titles) {
          await on.command(`TaskRouter: ${title}`);
          const pick = on.quickInput('Which reservation?');
          await pick.box
            .getByRole('option', { name: /Worker/ })
            .first()
            .waitFor();
          // Alone in the list: others that are still being read would push it away from the pointer.
          await pick.box.locator('input').fill(worker);
          await pick.choose(new RegExp(worker));
          await see(on, forms(title)[title]!);
          await on.webview().locator('.facts', { hasText: worker }).waitFor();
          await on.command('View: Close All Editors');
        }
      });
    }

    const offered = (live: string, worker: string): Row => ({
      row: new RegExp(`^${live}eservation, pending.*Worker ${worker}(,|$)`),
      inline: ['Accept Reservation', 'Reject Reservation', 'Explain Task'],
      menu: {
        'Explain Task': explainsTask,
        'Open Reservation': opensForm(),
        'Replay Assignment to localhost…': offersReplay,
        ...forms(...whilePending),
        ...resourceEntries('WR'),
        'Notify Me About Offers…': asks('Notify about offers for what?'),
        'Reject Reservation': asks(/Which activity should/),
        'Accept Reservation': shows(/Reservation accepted/),
      },
    });
    const closed = (status: string, worker: string, ...commands: string[]): Row => ({
      row: new RegExp(`^Reservation, ${status}.*Worker ${worker}(,|$)`),
      inline: ['Explain Task'],
      menu: {
        'Explain Task': explainsTask,
        'Open Reservation': opensForm(),
        'Replay Assignment to localhost…': offersReplay,
        ...forms(...commands),
        ...resourceEntries('WR'),
        'Notify Me About Offers…': asks('Notify about offers for what?'),
      },
    });
    const openTask = (name: string, end: string): Row => ({
      row: new RegExp(`^Task, Task ${name}`),
      inline: ['Explain Task'],
      menu: {
        'Explain Task': explainsTask,
        'Create Another Like This…': asks(/^Send the request, change a value, or copy/),
        'Edit Attributes': tab(new RegExp(`^Task ${name}\\.attributes\\.json`)),
        'Set Priority…': asks('Priority from 0 to'),
        'Set Virtual Start Time…': asks('Date and time from which TaskRouter counts the age'),
        [end]: asks('Reason, stored with the task'),
        'Delete Task…': asks(/^Send the request, or copy/),
        ...resourceEntries('WT'),
        'Notify Me About Offers…': asks('Notify about offers for what?'),
      },
    });
    /** Rows in the order in which they are tried, what their menus offer, and what each entry shows. */
    const rows: Readonly<Record<string, Row>> = {
      'an account': {
        row: /^Local \d+/,
        isExpanded: true,
        inline: ['Open Task Table of All Workspaces'],
        menu: {
          'Open Task Table of All Workspaces': opensTable,
          'Change Account…': asks(/^Change /),
          'Enter Secret Again': asks(/^Secret of /),
          'Sign Out': confirms(/^Sign out of /),
        },
      },
      'a workspace': {
        row: /^Workspace Desk$/,
        inline: ['Open Task Table'],
        menu: {
          'Open Task Table': opensTable,
          'Open Worker Table': opensWorkerTable,
          'Open Callback Bench…': opensBench,
          'Create Task…': asks('Which workflow?'),
          ...resourceEntries('WS'),
          'Stop Watching This Workspace': { appears: () => row(/^Workspace Desk, not watched/) },
        },
      },
      'a workspace that is not watched': {
        row: /^Workspace Desk, not watched/,
        isExpanded: true,
        inline: ['Open Task Table'],
        menu: {
          'Open Task Table': opensTable,
          'Open Worker Table': opensWorkerTable,
          'Open Callback Bench…': opensBench,
          'Create Task…': asks('Which workflow?'),
          ...resourceEntries('WS'),
          'Watch This Workspace': { appears: () => row(/^Workspace Desk$/) },
        },
      },
      'a heading': { row: /^Tasks/, menu: {} },
      'the heading of finished tasks': { row: /^Finished tasks/, menu: {} },
      'a reserved task': openTask('offered', 'Cancel Task…'),
      'an assigned task': openTask('ongoing', 'Complete Task…'),
      'a pending reservation': {
        ...offered('R', 'offered'),
        after: ['offered', 'ongoing', 'ending', 'over', 'inline', 'rejected'].map(
          (name) => new RegExp(`^Task, Task ${name}`),
        ),
      },
      'an accepted reservation': closed('accepted', 'ongoing', ...whileAccepted),
      'a wrapping reservation': closed('wrapping', 'ending', 'Supervise…', 'Complete Reservation…'),
      'a completed reservation': closed('completed', 'over'),
      'a task queue': {
        row: /^Task queue Everyone/,
        after: [/^Tasks/, /^Task Queues/],
        menu: resourceEntries('WQ'),
      },
      'a workflow': {
        row: /^Workflow Inbound/,
        after: [/^Task Queues/, /^Workflows/],
        inline: ['Open Workflow'],
        menu: {
          'Open Workflow': tab(/^Inbound\.workflow\.json/),
          'Compare Workflow With…': asks('With which file, or with a workflow of which workspace?'),
          ...resourceEntries('WW'),
        },
      },
      'an activity': {
        row: /^Activity Break/,
        after: [/^Workflows/, /^Activities/],
        menu: resourceEntries('WA'),
      },
      'the heading of saved queries': { row: /^Saved Queries/, after: [/^Activities/], menu: {} },
      'the heading of workers': {
        row: /^Workers/,
        after: [/^Saved Queries/],
        inline: ['Open Worker Table'],
        menu: { 'Open Worker Table': opensWorkerTable },
      },
      'a worker': {
        row: /^Worker, Worker offered/,
        inline: ['Why Not Offered?'],
        menu: {
          'Why Not Offered?': explainsTask,
          'Edit Attributes': tab(/^Worker offered\.attributes\.json/),
          'Set Channel Capacity…': asks(/^Which channel/),
          'Set Activity…': asks(/^Which activity should Worker offered move to/),
          ...resourceEntries('WK'),
          'Notify Me About Offers…': {
            appears: () => on.statusBarItem(/You will be notified about offers for this worker/),
            async end() {
              await on.command('TaskRouter: Manage Notifications…');
              await on.quickInput('Choose one to remove').choose(/Worker offered/);
            },
          },
        },
      },
      'a live reservation': offered('Live r', 'live'),
    };

    for (const [name, { row: item, after = [], isExpanded, inline = [], menu }] of Object.entries(rows)) {
      it(`on ${name}, and from the title while it is selected`, async () => {
        for (const one of after) await toggle(row(one));
        await row(item).click();
        if (isExpanded) await on.page.keyboard.press('ArrowRight');
        // VS Code passes the row to the commands in the title of its own view.
        const isLive = name === 'a live reservation';
        await refreshed(() => on.viewAction(isLive ? 'Live Reservations' : 'Workspaces', 'Refresh'));
        if (!isLive)
          await tryWithoutRow(on, 'taskrouter.account.chooseSignOut', 'signed in', () =>
            on.viewAction('Workspaces', 'Sign Out…'),
          );
        assert.deepEqual(await on.inlineActionsOf(row(item)), inline);
        if (Object.keys(menu).length === 0) return;
        assert.deepEqual((await on.contextMenuOf(row(item))).sort(), Object.keys(menu).sort());
        for (const [title, result] of Object.entries(menu)) {
          tried.add(title);
          await on.contextMenu(row(item), title, result.appears(on));
          // A message may be gone again.
          if (result.end) await see(on, result);
        }
        await on.command('View: Close All Editors');
      });
    }

    it('by the buttons on a row', async () => {
      await row(/^Workers/).click();
      await row(/^Tasks/).click();
      for (const item of [offered('R', 'inline').row, offered('Live r', 'live inline').row]) {
        const rejects = asks(/Which activity should/);
        await on.inlineAction(row(item), 'Reject Reservation', rejects.appears(on));
        await see(on, rejects);
        await on.inlineAction(row(item), 'Accept Reservation', on.statusBarItem(/Reservation accepted/));
        await row(item).waitFor({ state: 'detached' });
      }
      const { row: item } = offered('R', 'rejected');
      const activities = on.quickInput(/Which activity should/);
      await on.inlineAction(row(item), 'Reject Reservation', activities.box);
      await activities.chooseAfterReading(/^Break/);
      await on.statusBarItem(/Reservation rejected.*Worker rejected/).waitFor();
      assert.match(centre.posts().at(-1)!.body, /^ReservationStatus=rejected&WorkerActivitySid=WA/);
      await row(item).waitFor({ state: 'detached' });
    });

    it('Load More on a list that has more rows, and Try Again on one that failed', async () => {
      await row(/^Tasks/).click();
      await row(/^Workers/).click();
      await on.page.keyboard.press('End');
      await row(/^Load more/).click();
      await row(/^Load more/).waitFor({ state: 'detached' });
      // The focus moves to the row that has come in its place.
      await on.page.getByRole('treeitem', { name: /^Worker, Z/, selected: true }).waitFor();
      await on.page.keyboard.press('Home');
      const isWorkers = ({ target }: { target: string }) => target.includes('/Workers?');
      centre.hooks.onGet = (received, response) => isWorkers(received) && !!response.destroy();
      // Again: a refresh joins a read that is still under way.
      await on.untilSeen(row(/^Error\./), () => refreshed(() => on.viewAction('Workspaces', 'Refresh')));
      assert.deepEqual(await on.inlineActionsOf(row(/^Error\./)), ['Try Again']);
      centre.hooks.onGet = undefined;
      await on.inlineAction(row(/^Error\./), 'Try Again', row(/^Worker, Worker offered/));
      await row(/^Error\./).waitFor({ state: 'detached' });
    });

    it('that a row’s menu can offer has been tried', () => {
      const contributed = menus['view/item/context'].filter(({ group }) => !group?.startsWith('inline'));
      assert.deepEqual(
        [...tried].sort(),
        [...new Set(contributed.map(({ command }) => titles.get(command)!))].sort(),
      );
    });

    it('from the views’ titles, right after a reload', async () => {
      await row(/^Local \d+/).click();
      await on.reload();
      await tryTitles(on, 'signed in', refreshed);
    });
    it('from the palette, right after a reload', async () => {
      await on.reload();
      await tryPalette(on, 'signed in', refreshed);
    });
  });

  describe('on a read-only account', function () {
    continueEachOther(this);
    let centre: FormCentre;
    let twilio: Awaited<ReturnType<typeof openTwilioHosts>>;
    let on: Workbench;

    before(async () => {
      centre = await openCentre([{ name: 'offered', status: 'pending' }]);
      twilio = await openTwilioHosts({ 'taskrouter.twilio.com': centre.simulator });
      const { accountSid, authToken } = centre.simulator;
      on = await openWorkbench({
        env: { ...twilio.env, TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken },
        settings: { ...twilio.settings, 'taskrouter.refreshInterval': 0 },
      });
      await on.openViews();
      await on.command('TaskRouter: Sign In');
      await on.quickInput('How do you want to sign in?').choose(/Environment/);
      await on.quickInput('Sign In from Environment (1/2)').choose(/Production, read-only/);
      await on.quickInput('Sign In from Environment (2/2)').type('Support');
      await row(/^Workspace Desk/).waitFor();
    });
    after(async () => {
      await on?.close();
      twilio?.close();
      centre?.close();
    });

    const row = (name: RegExp) => on.treeItem(name).first();
    const refreshed = async (refresh: () => Promise<void>) => {
      const before = centre.simulator.requests.length;
      await refresh();
      await row(/^Workspace Desk/).waitFor();
      await eventually(on, () => centre.simulator.requests.length > before);
    };
    it('from the views’ titles', () => tryTitles(on, 'read-only', refreshed));
    it('from the palette', () => tryPalette(on, 'read-only', refreshed));

    it('on a row, which offers nothing that writes', async () => {
      await row(/^Workspace Desk/).click();
      await row(/^Tasks/).click();
      await on.expand(row(/^Task, Task offered/));
      for (const item of [row(/^Reservation, pending/), row(/^Live reservation, pending/)]) {
        await item.waitFor();
        assert.deepEqual(await on.inlineActionsOf(item), ['Explain Task']);
        assert.deepEqual((await on.contextMenuOf(item)).sort(), [
          'Copy Link',
          'Copy SID',
          'Explain Task',
          'Notify Me About Offers…',
          'Open Reservation',
          'Open as JSON',
          'Open in Twilio Console',
          'Replay Assignment to localhost…',
        ]);
        await on.contextMenu(
          item,
          'Open Reservation',
          on.webview().getByRole('button', { name: /^Send /, disabled: true }),
        );
        await on.command('View: Close All Editors');
      }
      assert.ok(centre.simulator.requests.every(({ method }) => method === 'GET'));
    });
  });
});
