import assert from 'node:assert/strict';
import type { Simulator } from '../../src/simulator/simulator';
import { createSimulator } from '../../src/simulator/simulator';
import { openWorkbench, type Workbench } from './driver';

describe('a person works with a TaskRouter on their own machine', () => {
  let simulator: Simulator;
  let server: Awaited<ReturnType<Simulator['listen']>>;
  let workbench: Workbench;

  before(async () => {
    simulator = createSimulator({ seed: 7 });
    server = await simulator.listen(0);
    workbench = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 0 } });
  });
  after(async () => {
    await workbench?.close();
    await server?.close();
    simulator.stop();
  });

  const row = (name: string | RegExp) => workbench.treeItem(name).first();
  const posts = () => simulator.requests.filter(({ method }) => method === 'POST');

  it('is told that the secret is wrong, corrects it, and is signed in', async () => {
    await workbench.openViews();
    await workbench.command('TaskRouter: Connect to a Local TaskRouter');
    const address = workbench.quickInput('Connect to a Local TaskRouter (1/3)');
    await address.type('https://taskrouter.example.com');
    await address.box.getByText('Must be an address of this machine and a port').waitFor();
    await address.type(` ${server.url.replace('http://', '')}/ `);
    await workbench.quickInput('Connect to a Local TaskRouter (2/3)').type(simulator.accountSid);
    await workbench.quickInput('Connect to a Local TaskRouter (3/3)').type('not the token');
    const toast = workbench.toast(
      `Not signed in. The local TaskRouter at ${new URL(server.url).host} does not accept these credentials (20003).`,
    );
    await toast.getByRole('button', { name: 'Try Again' }).click();
    await workbench.quickInput('Connect to a Local TaskRouter (3/3)').type(simulator.authToken);
    await row(/^Local TaskRouter \d+, local account/).waitFor();
    await row(/^Workspace Acme Support/).waitFor();
  });

  it('confirms an instruction that rings a phone, and just what was shown is sent, once', async () => {
    await row(/^Workspace Acme Support/).click();
    await row('Tasks').click();
    await workbench.expand(row(/^Task, Dana Alder, reserved/));
    const page = workbench.webview();
    await workbench.contextMenu(row(/^Reservation, pending/), 'Call…', page.locator('#field-callFrom'));
    await page.locator('#field-callFrom').fill('+15555550100');
    await page.locator('#field-callTo').fill('client:priya & co');
    await page.getByText('Must be a number such as').first().waitFor();
    await page.locator('#field-callTo').fill('client:priya');
    await page.locator('#field-callUrl').fill('http://example.com/agent?a=1&b=ü');
    await page.getByText('Plain http').first().waitFor();
    await page.getByRole('button', { name: 'Send Call' }).click();

    const modal = workbench.modal();
    await modal.getByText('Call Priya Raman about Dana Alder?').waitFor();
    const text = await modal.innerText();
    for (const part of [
      'Account: Local TaskRouter',
      `TaskRouter: ${server.url}`,
      'Worker: Priya Raman',
      'Instruction = call',
      'CallFrom = +15555550100',
      'CallTo = client:priya',
      'CallUrl = http://example.com/agent?a=1&b=ü',
      'CallUrl: Plain http',
    ]) {
      assert.ok(text.includes(part), `the modal does not say “${part}”: ${text}`);
    }
    await workbench.screenshot('confirm-dark');
    await modal.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Send Call', disabled: false }).waitFor();
    assert.deepEqual(posts(), []);

    await page.getByRole('button', { name: 'Send Call' }).click();
    await workbench.confirm(/^Call on Local TaskRouter/);
    await page
      .getByText(/^The local TaskRouter at .* placed a call to the worker\./)
      .first()
      .waitFor();
    assert.equal(posts().length, 1);
    assert.deepEqual(posts()[0]!.body, [
      ['Instruction', 'call'],
      ['CallFrom', '+15555550100'],
      ['CallTo', 'client:priya'],
      ['CallUrl', 'http://example.com/agent?a=1&b=ü'],
    ]);
  });

  it('copies the SID of the reservation whose form is in the active editor', async () => {
    await workbench.webview().locator('#field-callFrom').click();
    await workbench.command('TaskRouter: Copy SID');
    await workbench.statusBarItem(/Copied WR/).waitFor();
  });

  it('is asked by the palette which reservation to accept, and copies the SID of the selected row', async () => {
    await workbench.command('File: New Untitled Text File');
    await workbench.command('TaskRouter: Accept Reservation');
    const picks = workbench.quickInput('Which reservation?');
    await picks.chooseAfterReading(/Lucía Ferrer/);
    await workbench.statusBarItem(/Reservation accepted/).waitFor();
    assert.deepEqual(posts().at(-1)!.body, [['ReservationStatus', 'accepted']]);

    // The task's row stays selected when its page is closed, and this command works on it.
    await row(/^Task, Dana Alder/).click();
    await workbench.webview().getByRole('button', { name: 'Copy as Markdown' }).waitFor();
    await workbench.command('View: Close Editor');
    await workbench.command('TaskRouter: Copy SID');
    await workbench.statusBarItem(/Copied WT/).waitFor();
    assert.match(await workbench.clipboard(), /^WT[0-9a-f]{32}$/);
    await workbench.command('View: Close Editor');
  });

  it('keeps what was typed over a reload of the window', async () => {
    const page = workbench.webview();
    await page.getByRole('radio', { name: 'Redirect', exact: true }).check();
    await page.locator('#field-redirectUrl').fill('https://example.com/kept');
    await page.getByText('RedirectCallSid').first().waitFor();
    await workbench.reload();
    await workbench.webview().getByRole('radio', { name: 'Redirect', exact: true, checked: true }).waitFor();
    const kept = workbench.webview().locator('#field-redirectUrl');
    await kept.waitFor();
    assert.equal(await kept.inputValue(), 'https://example.com/kept');
  });

  it('finds the rows as they were after it, unfolded or folded', async () => {
    await workbench.openViews();
    await row(/^Task, Gus Fir/).waitFor();
    await row(/^Reservation, /).waitFor();
    await row(/^Local TaskRouter \d+, local account/).click();
    await row(/^Workspace Acme Support/).waitFor({ state: 'detached' });
    await workbench.reload();
    const account = workbench.treeItem(/^Local TaskRouter \d+, local account/).first();
    await account.waitFor();
    assert.equal(await account.getAttribute('aria-expanded'), 'false');
    await account.click();
    await row(/^Task, Gus Fir/).waitFor();
  });

  it('sees why nothing answers where the rows are, keeps them, and goes on when it answers again', async () => {
    await row(/^Task, Gus Fir/).waitFor();
    const { port } = new URL(server.url);
    await server.close();
    await workbench.command('TaskRouter: Refresh');
    await row(/^Error\. .*The connection to .* was refused\./).waitFor();
    await row(/^Task, Gus Fir/).waitFor();
    for (const theme of ['light', 'high-contrast', 'high-contrast-light', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`error-${theme}`);
    }
    server = await simulator.listen(Number(port));
    await workbench.command('TaskRouter: Refresh');
    await row(/^Error/).waitFor({ state: 'detached' });
    await row(/^Task, Gus Fir/).waitFor();
  });

  it('signs out after a question, and is back at the welcome view', async () => {
    const signOut = workbench.modal().getByRole('button', { name: 'Sign Out' });
    await workbench.contextMenu(row(/^Local TaskRouter \d+, local account/), 'Sign Out', signOut);
    await workbench.confirm('Sign Out');
    await workbench.page.getByRole('button', { name: 'Sign In to Twilio' }).waitFor();
  });
});
