import assert from 'node:assert/strict';
import { createSimulator } from '../../src/simulator/simulator';
import type { Simulator } from '../../src/simulator/simulator';
import type { Listening } from '../../src/simulator/server/server';
import { quiet, waiting } from '../simulator/driver';
import { openWorkbench, type Workbench } from './driver';
import { killExtensionHost } from './extensionHost';
import { connectLocal, continueEachOther } from './steps';

const names = Array.from({ length: 14 }, (_, i) => `Customer ${String(i + 1).padStart(2, '0')}`);

describe('bulk actions in the workbench', function () {
  continueEachOther(this);
  let on: Workbench;
  let simulator: Simulator;
  let server: Listening;

  before(async () => {
    simulator = createSimulator({
      seed: 3,
      // Without workers nothing is offered: what is canceled makes room for nobody.
      scenario: quiet({
        workers: [],
        tasks: names.map((name) => waiting({ attributes: { name } })),
      }),
    });
    server = await simulator.listen(0);
    on = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 0 } });
    await connectLocal(on, server.url, simulator);
  });
  after(async () => {
    await on?.close();
    await server?.close();
    simulator?.stop();
  });

  const task = (name: string) => on.treeItem(new RegExp(name)).first();
  const grid = () => on.webview().getByRole('grid', { name: 'Tasks' });
  const page = () => on.webview();
  const row = (name: string) => page().getByRole('listitem').filter({ hasText: name });
  const summary = (text: string | RegExp) => page().locator('.summary').filter({ hasText: text });
  const posts = () =>
    simulator.requests.filter(
      ({ method, body }) => method === 'POST' && !body.some(([field]) => field === 'Attributes'),
    );
  const posted = (name: string) =>
    posts().filter(({ body }) => body.some(([field, value]) => field === name || value === name));
  /** What was sent about each resource: never more than one request of a run. */
  const mostPerTask = () => {
    const counts = new Map<string, number>();
    for (const { path } of posts()) counts.set(path, (counts.get(path) ?? 0) + 1);
    return Math.max(0, ...counts.values());
  };

  /** Somebody else gives a task another name. */
  async function renameElsewhere(name: string, newName: string): Promise<void> {
    const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64')}`;
    const ask = async (path: string, sent = {}) =>
      (await fetch(`${server.url}/v1/${path}`, { headers: { authorization }, ...sent })).json() as Promise<
        Record<string, { sid: string; attributes: string }[]>
      >;
    const { workspaces } = await ask('Workspaces');
    const path = `Workspaces/${workspaces![0]!.sid}/Tasks`;
    const { tasks } = await ask(path);
    const { sid } = tasks!.find(({ attributes }) => attributes.includes(name))!;
    const body = new URLSearchParams({ Attributes: JSON.stringify({ name: newName }) });
    await ask(`${path}/${sid}`, { method: 'POST', body });
  }

  it('plans, runs and reports for tasks that are selected in the table', async () => {
    await on.inlineAction(on.treeItem(/^Workspace Quiet/).first(), 'Open Task Table', grid());
    for (const name of names.slice(0, 3))
      await page()
        .locator('.body [role="row"]', { hasText: name })
        .getByRole('gridcell', { name: 'Select' })
        .click();
    await page().getByText('3 tasks selected').first().waitFor();
    await page()
      .getByRole('button', { name: /Cancel/ })
      .click();
    await on.quickInput('Cancel Tasks: 3').type('Storm');
    await summary('3 rows will change.').waitFor();
    await on.screenshot('bulk-plan');
    assert.equal(posts().length, 0);
    await page().getByRole('button', { name: 'Cancel 3 Tasks' }).click();
    await summary('3 done').waitFor();
    await on.screenshot('bulk-report');
    assert.equal(posted('Storm').length, 3);
    assert.equal(mostPerTask(), 1);
  });

  it('plans tasks that are selected in the tree, and leaves out what no longer fits', async () => {
    await on.command('View: Close All Editors');
    await on.expand(on.treeItem(/^Workspace Quiet/).first());
    await on.expand(on.treeItem(/^Tasks/).first());
    const marked = on.page.locator('.monaco-list-row.selected[aria-selected=true]');
    // The first click takes the others' marks.
    await on.untilSeen(marked.nth(2), async () => {
      await task(names[3]!).click();
      await task(names[4]!).click({ modifiers: ['ControlOrMeta'] });
      await task(names[5]!).click({ modifiers: ['ControlOrMeta'] });
    });
    await renameElsewhere(names[3]!, 'Somebody Else');
    await on.command('TaskRouter: Refresh');
    await on.treeItem(/Somebody Else/).waitFor();
    // VS Code would take the marks of the two rows below the one that it draws again.
    await marked.nth(2).waitFor();
    const texts = await marked.allTextContents();
    assert.deepEqual(
      texts.map((text) => /Somebody|Customer \d\d/.exec(text)?.[0]),
      ['Somebody', ...names.slice(4, 6)],
    );
    const input = on.quickInput('Set Priority: 3');
    await on.contextMenu(task(names[4]!), 'Set Priority…', on.page.locator('.quick-input-widget:visible'));
    await input.type('9');
    await summary('3 rows will change.').waitFor();
    await page().getByRole('button', { name: 'Set the Priority of 3 Tasks to 9' }).click();
    await summary('3 done').waitFor();
    assert.equal(posted('Priority').length, 3);
    assert.equal(mostPerTask(), 1);
  });

  it('keeps the report of a run over a reload', async () => {
    await on.reload();
    await summary('3 done').waitFor();
    await on.command('TaskRouter: Show Bulk Reports…');
    await on.quickInput('Which report?').choose(/Cancel 3 Tasks/);
    await row('Task canceled.').first().waitFor();
    assert.equal(posts().length, 6);
  });

  for (const [kill, step] of [
    'before any response',
    'after some responses',
    'while rows are looked up',
  ].entries()) {
    it(`survives a kill of the extension host ${step}`, async () => {
      const before = posts().length;
      const first = 6 + kill * 2;
      const [one, other] = [names[first]!, names[first + 1]!];
      await on.command('View: Close All Editors');
      simulator.faults.clear();
      // One response never comes, or comes as an error of a gateway.
      simulator.faults.add(
        kill === 2
          ? { do: 'refuse', status: 503, on: 'POST Tasks/*', carriedOut: true, times: 2 }
          : { do: 'stall', on: 'POST Tasks/*', carriedOut: true, times: kill === 0 ? 2 : 1 },
      );
      await on.expand(on.treeItem(/^Workspace Quiet/).first());
      await on.expand(on.treeItem(/^Tasks/).first());
      await task(one).click();
      await task(other).click({ modifiers: ['ControlOrMeta'] });
      await on.contextMenu(task(other), 'Set Priority…', on.page.locator('.quick-input-widget:visible'));
      await on.quickInput('Set Priority: 2').type(String(20 + kill));
      await page()
        .getByRole('button', { name: `Set the Priority of 2 Tasks to ${20 + kill}` })
        .click();
      await summary([/2 sending/, /1 done, 1 sending/, /2 looking up/][kill]!).waitFor();
      killExtensionHost();
      simulator.faults.clear();
      await on.reload();
      await on
        .treeItem(/^Workspace Quiet/)
        .first()
        .waitFor();
      await on.command('TaskRouter: Show Bulk Reports…');
      await on.quickInput('Which report?').choose(new RegExp(`to ${20 + kill}`));
      await summary(kill === 1 ? '1 done, 1 unknown' : '2 unknown').waitFor();
      await row('VS Code ended before the response came.').first().waitFor();
      // What may have been sent was looked up, and not sent again.
      assert.equal(posts().length, before + 2);
      await on.screenshot(`bulk-after-kill-${kill}`);
    });
  }

  it('looks up again what it does not know, by the keyboard, and sends nothing', async () => {
    const before = posts().length;
    await page().getByRole('button', { name: 'Look Up Again' }).press('Enter');
    await summary('2 done').waitFor();
    await on.screenshot('bulk-looked-up');
    assert.equal(posts().length, before);
  });
});
