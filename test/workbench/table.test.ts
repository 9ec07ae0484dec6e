import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from './driver';
import { continueEachOther } from './steps';

describe('the table of tasks in the workbench', function () {
  continueEachOther(this);
  let on: Workbench;

  before(async () => {
    on = await openWorkbench({
      settings: { 'taskrouter.refreshInterval': 0, 'taskrouter.requestsPerMinute': 600 },
    });
    await on.openViews();
    await on.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
  });
  after(() => on?.close());

  const row = (name: RegExp) => on.treeItem(name).first();
  const grid = () => on.webview().getByRole('grid', { name: 'Tasks' });
  const query = () => on.webview().getByRole('combobox', { name: 'Filter tasks' });
  const rows = () => on.webview().locator('.body [role="row"]');

  it('opens from the button on the row of a workspace, with its open tasks', async () => {
    await on.inlineAction(row(/^Workspace Acme Support/), 'Open Task Table', grid());
    await rows().nth(3).waitFor();
    await on.webview().getByText('Filtered by TaskRouter: status.').waitFor();
    // Workers come from Events.
    await rows().filter({ hasText: 'reserved' }).filter({ hasNotText: '– –' }).first().waitFor();
    await on.screenshot('task-table');
  });

  it('filters by a query, and opens the page of a task by the keyboard', async () => {
    await query().click();
    await query().fill('status:reserved channel:');
    await on.webview().getByRole('option', { name: 'voice' }).waitFor();
    await on.page.keyboard.press('Control+A');
    await on.page.keyboard.type('status:reserved');
    // VS Code selects all a moment after the key, too.
    assert.equal(await query().inputValue(), 'status:reserved');
    await query().press('Enter');
    await rows().filter({ hasText: 'pending' }).first().waitFor({ state: 'detached' });
    await rows().filter({ hasText: 'reserved' }).first().waitFor();
    await grid().focus();
    await grid().press('ArrowDown');
    await grid().press('Enter');
    await on.webview().locator('.headline').getByRole('heading', { level: 1 }).waitFor();
    await on.command('View: Close Editor');
    await grid().waitFor();
  });

  it('has the menu of a task on its row, by the pointer and by the keyboard', async () => {
    const cell = rows().nth(1).getByRole('gridcell').nth(1);
    const entries = await on.contextMenuOf(cell);
    for (const entry of ['Explain Task', 'Cancel Task…', 'Copy SID', 'Copy Link', 'Open in Twilio Console'])
      assert.ok(entries.includes(entry), `${entry} is not among ${entries.join(', ')}`);
    await on.contextMenu(cell, 'Copy SID', on.statusBarItem(/Copied WT/));
    const sid = await on.clipboard();
    await grid().focus();
    await grid().press('Shift+F10');
    const entry = on.page.locator('.monaco-menu .action-menu-item', { hasText: 'Cancel Task…' });
    await entry.waitFor();
    await on.screenshot('task-table-menu');
    await on.page.keyboard.press('Escape');
    assert.match(sid, /^WT[0-9a-f]{32}$/);
  });

  it('names the tasks that are selected together in their menu, which offers only what is for all of them', async () => {
    const boxes = rows().getByRole('gridcell', { name: 'Select' });
    await boxes.nth(0).click();
    await boxes.nth(1).click({ modifiers: ['Shift'] });
    await on.webview().getByText('2 tasks selected').first().waitFor();
    const entries = await on.contextMenuOf(rows().nth(1).getByRole('gridcell').nth(1));
    assert.deepEqual(entries.sort(), ['Cancel Tasks…', 'Complete Tasks…', 'Set Priority…']);
    await on.webview().getByRole('button', { name: 'Clear Selection' }).click();
  });

  it('asks with Delete for the reason to cancel the task under the cursor', async () => {
    await grid().focus();
    await grid().press('Delete');
    await on.quickInput('Cancel Tasks: 1').box.waitFor();
    await on.page.keyboard.press('Escape');
    await query().click();
    await query().press('Delete');
    assert.equal(await on.page.locator('.quick-input-widget:visible').count(), 0);
  });

  it('comes back after a reload with its query', async () => {
    await on.reload();
    await rows().filter({ hasText: 'reserved' }).first().waitFor();
    assert.equal(await query().inputValue(), 'status:reserved');
  });

  it('opens the table of workers from the button on their heading, and copies it', async () => {
    await on.expand(row(/^Workspace Acme Support/));
    const workers = on.webview().getByRole('grid', { name: 'Workers' });
    await on.inlineAction(row(/^Workers/), 'Open Worker Table', workers);
    await rows().nth(3).waitFor();
    await on.webview().getByText('Copy and Export').click();
    await on.webview().getByRole('button', { name: 'Copy as CSV' }).click();
    await on.statusBarItem(/Copied \d+ workers\./).waitFor();
    const [header = '', ...lines] = (await on.clipboard()).trim().split(/\r?\n/);
    assert.match(header, /^"Worker SID","Name","Activity"/);
    assert.ok(lines.length > 3 && lines.every((line) => /WK[0-9a-f]{32}/.test(line)), lines.join('\n'));
  });

  it('sets the activity of the workers that are selected in it, after a plan', async () => {
    const boxes = rows().getByRole('gridcell', { name: 'Select' });
    await boxes.nth(0).click();
    await boxes.nth(1).click({ modifiers: ['Shift'] });
    await on.webview().getByRole('button', { name: 'Set Activity…' }).click();
    await on.quickInput('Set Activity: 2').choose(/^Offline/);
    await on.quickInput('Set Activity: 2').choose(/^Reject/);
    const start = on.webview().getByRole('button', { name: /^Set the Activity of \d Workers? to Offline$/ });
    await start.click();
    await on
      .webview()
      .locator('.summary')
      .filter({ hasText: /\d done/ })
      .waitFor();
    await on.screenshot('worker-table-activity');
    await on.command('View: Close Editor');
    await on.command('View: Close Editor');
    await grid().waitFor();
  });

  it('shows what is stuck by a saved query', async () => {
    await on.webview().getByLabel('Saved queries').selectOption('Not cleaned up');
    await on
      .webview()
      .getByText(/No task matches this filter|completed|canceled/)
      .first()
      .waitFor();
  });
});
