import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { openWorkbench, type Workbench } from './driver';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';
import { connectLocal, continueEachOther } from './steps';

describe('Go to…', function () {
  continueEachOther(this);
  let centre: FormCentre;
  let on: Workbench;
  before(async () => {
    centre = await openCentre(
      [
        { name: 'stuck', status: 'pending' },
        ...Array.from({ length: 55 }, (_, i) => ({ name: `number ${i}`, status: 'pending' as const })),
      ],
      ['[x](command:workbench.action.quit) $(trash)', 'Zed'],
    );
    on = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 0 } });
    await connectLocal(on, centre.origin, centre.simulator);
    await on
      .treeItem(/^Workspace Desk/)
      .first()
      .waitFor();
  });
  after(async () => {
    await on?.close();
    centre?.close();
  });
  const box = () => on.quickInput(/^SID, Console or API address/);
  const enter = async (text: string) => {
    await on.untilSeen(box().box, () => on.command('TaskRouter: Go to…'));
    await box().box.locator('input').first().fill(text);
  };

  /** Waits for a resource that the search finds, not for the row that starts it, and for its end: each read draws the rows anew. */
  const isFound = async (name: RegExp) => {
    await box()
      .box.getByRole('option', { name })
      .filter({ hasText: /W[TKQ]/ })
      .first()
      .waitFor();
    await box().box.getByText('Searching…').waitFor({ state: 'detached' });
  };
  /** Enter again as long as the pick is open: while its rows are drawn anew, none of them has the focus. */
  const openFound = (then: Locator) =>
    on.untilSeen(then, async () => {
      if (await box().box.isVisible()) await on.page.keyboard.press('Enter');
    });

  it('opens the page of a task from a pasted phone number, by two more keys, and reads by filters only', async () => {
    const before = centre.gets().length;
    await enter('(555) 010-0150');
    await on.page.keyboard.press('Enter');
    await isFound(/Task stuck/);
    const sent = centre
      .gets()
      .slice(before)
      .map((target) => decodeURIComponent(target));
    assert.ok(
      sent.every((target) => /Evaluate|FriendlyName|TargetWorkers|Workspaces\?/.test(target)),
      sent.join('\n'),
    );
    await openFound(on.webview().locator('.headline').getByRole('heading', { level: 1 }));
    assert.deepEqual(centre.posts(), []);
    await on.command('View: Close All Editors');
  });

  it('goes to a resource by its address in the Console, and says when its account is not signed in', async () => {
    const workspace = centre.workspaceSid;
    await enter(`https://www.twilio.com/console/taskrouter/workspaces/${workspace}`);
    await box()
      .box.getByRole('option', { name: `Go to workspace ${workspace}` })
      .waitFor();
    await on.page.keyboard.press('Enter');
    // The tree has the focus then, which it would take from the next pick otherwise.
    const focused = on.page.locator('.monaco-list:focus .focused');
    await on
      .treeItem(/^Workspace Desk/)
      .and(focused)
      .first()
      .waitFor();
    await enter(`https://api.twilio.com/2010-04-01/Accounts/AC${'9'.repeat(32)}`);
    await box()
      .box.getByText(`Account AC${'9'.repeat(32)} is not signed in here.`)
      .waitFor();
    await on.page.keyboard.press('Escape');
  });

  it('stops a search, says so, and continues it', async () => {
    centre.hooks.onGet = ({ target }) => /\/(Tasks|Workers|TaskQueues|Workflows|Activities)\?/.test(target);
    await enter('nobody at all');
    await on.page.keyboard.press('Enter');
    await box().box.getByText('Searching…').waitFor();
    await box().box.getByRole('button', { name: 'Stop Searching' }).click();
    await box().box.getByText('Nothing found so far. The search was stopped.').waitFor();
    centre.hooks.onGet = undefined;
    await box()
      .box.getByRole('option', { name: /^Search Further/ })
      .click();
    await box().box.getByText('Nothing found in all workspaces of ').waitFor();
    await on.page.keyboard.press('Escape');
  });

  it('finds a queue by its name, and opens it as JSON', async () => {
    // Before tasks are loaded: those that are in the queue would come first.
    await enter('everyone');
    await on.page.keyboard.press('Enter');
    await isFound(/^Everyone/);
    await openFound(on.page.getByRole('tab', { name: /^WQ.*\.json/ }).first());
    await on.command('View: Close All Editors');
  });

  it('searches all tasks of a workspace from the row below those that are loaded', async () => {
    await on.treeItem('Tasks').first().click();
    await on
      .treeItem(/^Task, /)
      .first()
      .waitFor();
    await on.treeItem('Tasks').first().focus();
    const row = on.treeItem(/^Search all tasks…/).first();
    while (!(await row.isVisible())) await on.page.keyboard.press('PageDown');
    await row.click();
    const input = box().box.locator('input').first();
    await input.fill('Task number 54');
    await box().box.getByText('Search All Tasks: Desk').waitFor();
    await on.page.keyboard.press('Enter');
    await isFound(/Task number 54/);
    await openFound(on.webview().locator('.headline').getByRole('heading', { level: 1 }));
    await on.command('View: Close All Editors');
  });

  it('shows what is typed as text, also where VS Code highlights it', async () => {
    await enter('$(trash)');
    const option = box().box.getByRole('option', { name: /Search for/ });
    await option.waitFor();
    assert.equal(await option.locator('.codicon-trash').count(), 0);
    await on.page.keyboard.press('Escape');
  });

  it('shows hostile names as text, without icons or links', async () => {
    await enter('command:workbench');
    await on.page.keyboard.press('Enter');
    const found = box()
      .box.getByRole('option')
      .filter({ hasText: '[x](command:workbench.action.quit) $ (trash)' });
    await found.first().waitFor();
    assert.equal(await found.first().locator('a[href]').count(), 0);
    assert.equal(await found.first().locator('.codicon-trash').count(), 0);
    await on.screenshot('go-to-hostile-names');
    await on.page.keyboard.press('Escape');
  });
});
