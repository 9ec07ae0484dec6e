import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { openWorkbench, type Workbench } from './driver';
import { continueEachOther } from './steps';

describe('the page of a task', function () {
  continueEachOther(this);
  let on: Workbench;

  before(async () => {
    on = await openWorkbench({
      settings: { 'taskrouter.refreshInterval': 4, 'taskrouter.requestsPerMinute': 600 },
    });
    await on.openViews();
    await on.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
    await row(/^Workspace Acme Support/).click();
    await row(/^Tasks/).click();
    // Rows that are scrolled away are not there to be found: all the room for this view.
    await on.page.locator('.pane-header', { hasText: 'Live Reservations' }).click();
  });
  after(() => on?.close());

  const row = (name: string | RegExp) => on.treeItem(name).first();
  const headline = (text: string | RegExp) =>
    on.webview().locator('.headline').getByRole('heading', { level: 1, name: text });
  const tabs = () => on.page.locator('.editor-group-container').getByRole('tab');
  /** This row has the focus in the tree, and the tree has it in the window. */
  const hasFocus = (task: Locator) => task.and(on.page.locator('.monaco-list:focus .focused')).waitFor();
  const button = (name: string) => on.webview().getByRole('button', { name });

  it('opens from the button on the row of a task that waits, with the answer first', async () => {
    await on.inlineAction(row(/^Task, Gus Fir/), 'Explain Task', headline(/^Waiting .* in Fraud/));
    await on.webview().locator('[aria-current=step]', { hasText: 'Fraud' }).waitFor();
    await on.screenshot('task-waiting');
  });

  it('opens from the row that says that the task was not offered yet', async () => {
    await on.command('View: Close All Editors');
    await on.expand(row(/^Task, Gus Fir/));
    await row(/^No reservations/).click();
    await headline(/^Waiting .* in Fraud/).waitFor();
    await on.expand(row(/^Task, Gus Fir/), false);
  });

  it('shows the next task in the same tab, and what its reservation allows', async () => {
    await on.inlineAction(row(/^Task, Dana Alder/), 'Explain Task', headline(/^Offered to /));
    assert.equal(await tabs().count(), 1);
    await on.screenshot('task-offered');
    await button('Accept Reservation').click();
    await on.statusBarItem(/Reservation accepted/).waitFor();
    await headline(/^Offered to /).waitFor({ state: 'detached' });
    await button('Complete Reservation…').waitFor();
    await on
      .webview()
      .locator('.entry.good', { hasText: /accepted/i })
      .waitFor();
    await on.screenshot('task-accepted');
  });

  it('keeps its tab when it is pinned', async () => {
    await button('Keep this tab open').click();
    await on.webview().locator('[aria-pressed=true]').waitFor();
    await on.inlineAction(row(/^Task, Tess Rowan/), 'Explain Task', headline(/^Offered to |^Waiting /));
    assert.equal(await tabs().count(), 2);
  });

  it('is copied as Markdown', async () => {
    await button('Copy as Markdown').click();
    await button('Copied').waitFor();
    const text = await on.clipboard();
    assert.match(text, /^# (Offered to|Waiting) /);
    assert.doesNotMatch(text, /Tess Rowan/);
  });

  it('says that no workspace has the task of a SID from the palette', async () => {
    // A heading is no task: the palette asks.
    await row(/^Workers/).click();
    await on.command('TaskRouter: Explain Task');
    const picked = on.quickInput(/^Which workspace|of a task$/);
    await picked.box.waitFor();
    if (await on.quickInput('Which workspace?').box.isVisible())
      await on.quickInput('Which workspace?').choose(/Acme Support/);
    const task = on.quickInput(/of a task$/);
    await task.box
      .locator('input')
      .first()
      .fill(`WT${'9'.repeat(32)}`);
    await task.choose(/^WT9+, Explain this task/);
    await on.toast(`No workspace of your accounts has task WT${'9'.repeat(32)} or its Events.`).waitFor();
    await on.screenshot('task-gone');
  });

  it('says why a worker is not offered tasks, from the worker’s row', async () => {
    const worker = row(/^Worker, Ingrid Solberg/);
    await on.inlineAction(worker, 'Why Not Offered?', headline(/Ingrid Solberg/));
    await on.webview().getByRole('button', { name: 'Gus Fir' }).waitFor();
    await on.screenshot('worker-not-offered');
    await on.webview().getByRole('button', { name: 'Gus Fir' }).click();
    await headline(/^Waiting .* in Fraud/).waitFor();
  });

  it('opens the page of a worker from a click on the row', async () => {
    await on.command('View: Close All Editors');
    await row(/^Worker, Ingrid Solberg/).click();
    await headline(/Ingrid Solberg/).waitFor();
  });

  it('opens from a click on a row, in one tab for all of them, and expands none', async () => {
    await on.command('View: Close All Editors');
    for (const name of ['Gus Fir', 'Tess Rowan', 'Gus Fir']) {
      const task = row(new RegExp(`^Task, ${name}`));
      await task.click();
      await tabs().filter({ hasText: name }).waitFor();
      await headline(/./).waitFor();
      await hasFocus(task);
      assert.equal(await task.getAttribute('aria-expanded'), 'false');
    }
    assert.equal(await tabs().count(), 1);
    await on.webview().getByRole('button', { name: 'Keep this tab open', pressed: false }).waitFor();
  });

  it('leaves the focus on the row after a click, for the arrow keys', async () => {
    await on.page.keyboard.press('ArrowDown');
    const next = on.page.locator('.monaco-list:focus .focused');
    await next.and(row(/^Task, (?!Gus Fir)/)).waitFor();
    await on.page.keyboard.press('ArrowUp');
    await hasFocus(row(/^Task, Gus Fir/));
  });

  it('asks TaskRouter whether it finds the same workers', async () => {
    await on.webview().locator('summary', { hasText: 'Requests behind this explanation' }).click();
    await button('Ask TaskRouter').click();
    await on.webview().getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    await on.webview().locator('.findings').getByText('TaskRouter agrees on the workers of Fraud').waitFor();
    await on
      .webview()
      .locator('.findings')
      .getByText('TaskRouter agrees on the workers who match')
      .first()
      .waitFor();
    await on.screenshot('task-asked');
  });

  it('opens from Enter, while the arrow keys only move and expand', async () => {
    await on.command('View: Close All Editors');
    await on.command('TaskRouter: Focus on Workspaces View');
    await on.page.locator('.monaco-list:focus').waitFor();
    await on.page.keyboard.press('ArrowRight');
    await row(/^Task, Gus Fir/)
      .and(on.page.locator('[aria-expanded=true]'))
      .waitFor();
    await on.page.keyboard.press('ArrowLeft');
    await row(/^Task, Gus Fir/)
      .and(on.page.locator('[aria-expanded=false]'))
      .waitFor();
    for (let presses = 0; presses < 10; presses++) await on.page.keyboard.press('ArrowDown');
    for (let presses = 0; presses < 10; presses++) await on.page.keyboard.press('ArrowUp');
    assert.equal(await tabs().count(), 0);
    await on.page.keyboard.press('Enter');
    await headline(/^Waiting .* in Fraud/).waitFor();
    const heading = on.webview().locator('#headline:focus');
    await heading.waitFor();
    assert.equal(
      await on
        .webview()
        .locator('html')
        .evaluate("getComputedStyle(document.querySelector('#headline')).outlineStyle"),
      'none',
    );
  });

  it('is pinned by a double click', async () => {
    await on.command('View: Close All Editors');
    // A double click also expands or collapses the row. VS Code gives the tree the focus again when rows that it expands come.
    await on.expand(row(/^Task, Tess Rowan/));
    await on
      .treeItem(/^Reservation, .*Mei Lin Chow/)
      .first()
      .waitFor();
    await row(/^Task, Tess Rowan/).dblclick();
    await tabs().filter({ hasText: 'Tess Rowan' }).waitFor();
    await on.webview().locator('[aria-pressed=true]').waitFor();
    await on.webview().locator('#headline:focus').waitFor();
    assert.equal(await tabs().count(), 1);
    await row(/^Task, Gus Fir/).click();
    await headline(/^Waiting .* in Fraud/).waitFor();
    assert.equal(await tabs().count(), 2);
  });

  it('is there again after a reload of the window', async () => {
    await on.reload();
    await headline(/./).waitFor();
  });
});

describe('the page of a task where VS Code opens with a double click', () => {
  it('opens from a double click on its row', async () => {
    const on = await openWorkbench({ settings: { 'workbench.list.openMode': 'doubleClick' } });
    await on.openViews();
    await on.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
    await on.expand(on.treeItem(/^Workspace Acme Support/).first());
    await on.expand(on.treeItem(/^Tasks/).first());
    const task = on.treeItem(/^Task, Gus Fir/).first();
    await task.click();
    await on
      .treeItem(/^Task, Gus Fir/)
      .and(on.page.locator('.selected'))
      .waitFor();
    assert.equal(await on.page.locator('.editor-group-container').getByRole('tab').count(), 0);
    assert.equal(await task.getAttribute('aria-expanded'), 'false');
    await task.dblclick();
    await on
      .webview()
      .getByRole('heading', { level: 1, name: /^Waiting .* in Fraud/ })
      .waitFor();
    await on.close();
  });
});
