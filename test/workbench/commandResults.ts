import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Workbench } from './driver';

/** What a command shows, and how it is put away. */
export interface Result {
  readonly appears: (on: Workbench) => Locator;
  /** Where it may be shown instead. */
  readonly find?: (on: Workbench) => Promise<unknown>;
  /** Whatever takes the focus late closes it, perhaps before it is seen. */
  readonly closesEarly?: true;
  readonly end?: (on: Workbench) => Promise<unknown>;
}
const escape = (on: Workbench) => on.page.keyboard.press('Escape');
const closeEditor = (on: Workbench) =>
  on.page.locator('.editor-group-container .tab.active').first().click({ button: 'middle' });
export const asks = (text: string | RegExp): Result => ({
  appears: (on) => on.quickInput(text).box,
  closesEarly: true,
  end: escape,
});
/** A pick of what a command acts on, whose title is the command's. */
const asksFor = (command: string, text: string | RegExp): Result => ({
  appears: (on) =>
    on.quickInput(text).box.filter({ has: on.page.locator('.quick-input-title', { hasText: command }) }),
  closesEarly: true,
  end: escape,
});
export const says = (text: string | RegExp): Result => {
  const appears = (on: Workbench) => on.page.locator('.notification-list-item', { hasText: text }).first();
  return {
    appears,
    // VS Code keeps the fourth notification within 800 ms to its notification center.
    find: (on) => on.command('Notifications: Show Notifications'),
    async end(on) {
      await escape(on);
      // The key hides toasts, not the center.
      await appears(on)
        .waitFor({ state: 'hidden', timeout: 2000 })
        .catch(() => on.command('Notifications: Clear All Notifications'));
    },
  };
};
export const confirms = (text: string | RegExp): Result => ({
  appears: (on) => on.modal().getByText(text),
  end: (on) => on.modal().getByRole('button', { name: 'Cancel' }).click(),
});
export const shows = (text: RegExp): Result => ({ appears: (on) => on.statusBarItem(text) });
export const tab = (name: RegExp): Result => ({
  appears: (on) => on.page.locator('.editor-group-container').getByRole('tab', { name }),
  end: closeEditor,
});
/** It stays open: the next action on the same reservation is shown in it. */
export const opensForm = (action?: string): Result => ({
  appears: (on) => on.webview().getByRole('button', { name: action ? `Send ${action}` : /^Send / }),
});
/** It stays open as well: the next task is shown in it. */
export const explainsTask: Result = {
  appears: (on) => on.webview().locator('.headline').getByRole('heading', { level: 1 }),
};
export const opensTable: Result = {
  appears: (on) => on.webview().getByRole('grid', { name: 'Tasks' }),
  end: closeEditor,
};
export const opensWorkerTable: Result = {
  appears: (on) => on.webview().getByRole('grid', { name: 'Workers' }),
  end: closeEditor,
};
export const opensBench: Result = {
  appears: (on) => on.webview().getByRole('heading', { name: /^Callback Bench/ }),
  end: closeEditor,
};
export const offersReplay: Result = {
  appears: (on) => on.webview().getByRole('button', { name: 'Send to localhost' }),
  end: closeEditor,
};
const log: Result = {
  // Its editor takes the focus late, which closes what is opened in the meantime.
  appears: (on) => on.page.locator('.part.panel .monaco-editor.focused'),
  end: (on) => on.page.keyboard.press('Control+J'),
};
const account: Result = {
  // Its row takes the focus late, which closes a menu that is opened in the meantime.
  appears: (on) => on.treeItem(/^Simulated account/).and(on.page.locator('.monaco-list:focus .focused')),
  async end(on) {
    const row = on.treeItem(/^Simulated account/).first();
    const signOut = on.modal().getByRole('button', { name: 'Sign Out' });
    await on.contextMenu(row, 'Sign Out', signOut);
    await on.confirm('Sign Out');
    await row.waitFor({ state: 'detached' });
  },
};

export async function eventually(on: Workbench, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await holds());) {
    assert.ok(Date.now() < deadline);
    await on.page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
  }
}

/** Waits for what is seen, puts it away, and waits until it is gone. */
export async function see(on: Workbench, { appears, find, end }: Result): Promise<void> {
  if (find)
    await appears(on)
      .waitFor({ timeout: 2000 })
      .catch(() => find(on));
  await appears(on).waitFor();
  if (!end) return;
  await end(on);
  await appears(on).waitFor({ state: 'hidden' });
}

const reservation = (command: string) => asksFor(command, 'Which reservation?');
const resource = (command: string) => asksFor(command, 'Which one?');
const notSignedIn = says('You are not signed in to TaskRouter.');
export type Place = 'signed out' | 'signed in' | 'read-only';
type Results = Partial<Record<Place, Result>>;
const signedIn = (result: Result): Results => ({
  'signed out': notSignedIn,
  'signed in': result,
  'read-only': result,
});
const writes = (result: Result): Results => ({
  ...signedIn(result),
  'read-only': says('Read-only account: changes are blocked.'),
});
/** What each command shows where no row says what it acts on: from the palette, or from a view's title. */
const withoutRow: Record<string, Result | Results> = {
  'taskrouter.resource.goTo': {
    'signed in': asks(/^SID, Console or API address/),
    'read-only': asks(/^SID, Console or API address/),
  },
  'taskrouter.account.signIn': asks('How do you want to sign in?'),
  'taskrouter.account.simulate': account,
  'taskrouter.account.connectLocal': asks('Connect to a Local TaskRouter (1/3)'),
  'taskrouter.account.change': signedIn(asks(/^Change /)),
  'taskrouter.account.enterSecret': signedIn(asks(/^Secret of /)),
  'taskrouter.account.signOut': {
    'signed in': confirms(/^Sign out of /),
    'read-only': confirms(/^Sign out of /),
  },
  'taskrouter.account.chooseSignOut': {
    'signed in': confirms(/^Sign out of /),
    'read-only': confirms(/^Sign out of /),
  },
  'taskrouter.reservation.open': signedIn(reservation('Open Reservation')),
  'taskrouter.worker.explain': signedIn(asksFor('Why Not Offered?', /of a worker$/)),
  'taskrouter.account.tasks': signedIn(opensTable),
  'taskrouter.workspace.tasks': resource('Open Task Table'),
  'taskrouter.workspace.workers': resource('Open Worker Table'),
  'taskrouter.callbacks.open': resource('Open Callback Bench…'),
  'taskrouter.callbacks.replay': signedIn(reservation('Replay Assignment to localhost…')),
  'taskrouter.task.explain': signedIn(asksFor('Explain Task', /of a task$/)),
  'taskrouter.task.setPriority': writes(asksFor('Set Priority…', /of a task$/)),
  'taskrouter.task.setVirtualStartTime': writes(asksFor('Set Virtual Start Time…', /of a task$/)),
  'taskrouter.task.delete': writes(asksFor('Delete Task…', /of a task$/)),
  'taskrouter.worker.setChannel': writes(asksFor('Set Channel Capacity…', /of a worker$/)),
  'taskrouter.resource.editAttributes': resource('Edit Attributes'),
  'taskrouter.workflow.open': resource('Open Workflow'),
  'taskrouter.workflow.compare': resource('Compare Workflow With…'),
  'taskrouter.task.create': resource('Create Task…'),
  'taskrouter.task.createLike': writes(asksFor('Create Another Like This…', /of a task$/)),
  'taskrouter.task.cancel': writes(asksFor('Cancel Task…', /of a task$/)),
  'taskrouter.task.complete': writes(asksFor('Complete Task…', /of a task$/)),
  'taskrouter.worker.setActivity': writes(asksFor('Set Activity…', /of a worker$/)),
  'taskrouter.reservation.accept': writes(reservation('Accept Reservation')),
  'taskrouter.reservation.reject': writes(reservation('Reject Reservation')),
  'taskrouter.reservation.conference': writes(reservation('Conference…')),
  'taskrouter.reservation.dequeue': writes(reservation('Dequeue…')),
  'taskrouter.reservation.call': writes(reservation('Call…')),
  'taskrouter.reservation.redirect': writes(reservation('Redirect…')),
  'taskrouter.reservation.supervise': writes(reservation('Supervise…')),
  'taskrouter.reservation.wrapUp': writes(reservation('Wrap Up…')),
  'taskrouter.reservation.complete': writes(reservation('Complete Reservation…')),
  'taskrouter.resource.copySid': resource('Copy SID'),
  'taskrouter.resource.copyLink': resource('Copy Link'),
  'taskrouter.resource.openJson': resource('Open as JSON'),
  'taskrouter.resource.openInConsole': resource('Open in Twilio Console'),
  'taskrouter.resource.notify': resource('Notify Me About Offers…'),
  'taskrouter.workspace.watch': resource('Watch This Workspace'),
  'taskrouter.workspace.unwatch': resource('Stop Watching This Workspace'),
  'taskrouter.reservations.filter': asks('Show which reservations?'),
  'taskrouter.notifications.manage': says('You have no offer notifications.'),
  'taskrouter.bulk.reports': says('There are no bulk reports.'),
  'taskrouter.log.show': log,
  'taskrouter.log.copyCurl': asks('Which request?'),
  'taskrouter.log.detail': confirms('Log request bodies for 15 minutes?'),
};

/** The form with the action of each of these commands chosen. */
export const forms = (...commands: string[]) =>
  Object.fromEntries(
    commands.map((command) => [command, opensForm(command.replace(/( Reservation)?…$/, ''))]),
  );
export const resourceEntries = (prefix: string) => ({
  'Copy SID': shows(new RegExp(`Copied ${prefix}`)),
  'Copy Link': shows(new RegExp(`Copied a link to ${prefix}`)),
  'Open in Twilio Console': says('Only accounts at Twilio are in the Twilio Console.'),
  'Open as JSON': tab(new RegExp(`${prefix}.*\\.json`)),
});
/** Runs a command from the palette or from a view's title, and sees what it shows there. */
export async function tryWithoutRow(
  on: Workbench,
  command: string,
  place: Place,
  run: () => Promise<void>,
): Promise<void> {
  const expected = withoutRow[command];
  assert.ok(expected, `${command} has no expectation here: say what it shows`);
  const result = 'appears' in expected ? expected : expected[place];
  assert.ok(result, `${command} has no expectation while ${place}`);
  if (result.closesEarly) await on.untilSeen(result.appears(on), run);
  else await run();
  await see(on, result);
}
