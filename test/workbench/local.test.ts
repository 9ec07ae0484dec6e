import assert from 'node:assert/strict';
import { useDesk } from './steps';

describe('a person works with a TaskRouter on their own machine', () => {
  const desk = useDesk({ settings: { 'taskrouter.refreshInterval': 0 } });

  const row = (name: string | RegExp) => desk.workbench.treeItem(name).first();
  const posts = () => desk.simulator.requests.filter(({ method }) => method === 'POST');

  it('is told that the secret is wrong, corrects it, and is signed in', async () => {
    await desk.workbench.openViews();
    await desk.workbench.command('TaskRouter: Connect to a Local TaskRouter');
    const address = desk.workbench.quickInput('Connect to a Local TaskRouter (1/3)');
    await address.type('https://taskrouter.example.com');
    await address.box.getByText('Must be an address of this machine and a port').waitFor();
    await address.type(` ${desk.server.url.replace('http://', '')}/ `);
    await desk.workbench.quickInput('Connect to a Local TaskRouter (2/3)').type(desk.simulator.accountSid);
    await desk.workbench.quickInput('Connect to a Local TaskRouter (3/3)').type('not the token');
    const toast = desk.workbench.toast(
      `Not signed in. The local TaskRouter at ${new URL(desk.server.url).host} does not accept these credentials (20003).`,
    );
    await toast.getByRole('button', { name: 'Try Again' }).click();
    await desk.workbench.quickInput('Connect to a Local TaskRouter (3/3)').type(desk.simulator.authToken);
    await row(/^Local \d+, local account/).waitFor();
    await row(/^Workspace Acme Support/).waitFor();
  });

  it('sees that the rows are not refreshed, and how old they are', async () => {
    const { page } = desk.workbench;
    await page
      .locator('.pane', { has: page.locator('.pane-header', { hasText: 'Workspaces' }) })
      .locator('.message')
      .getByText(
        /^Automatic refresh is off \(refresh interval: 0\)\. Refresh to update\. As of \d+:\d\d [AP]M\.$/,
      )
      .waitFor();
  });

  it('confirms an instruction that rings a phone, and just what was shown is sent, once', async () => {
    await row(/^Workspace Acme Support/).click();
    await row('Tasks').click();
    await desk.workbench.expand(row(/^Task, Dana Alder, reserved/));
    const page = desk.workbench.webview();
    await desk.workbench.contextMenu(row(/^Reservation, pending/), 'Call…', page.locator('#field-callFrom'));
    await page.locator('#field-callFrom').fill('+15555550100');
    await page.locator('#field-callTo').fill('client:priya & co');
    await page.getByText('Must be a number such as').first().waitFor();
    await page.locator('#field-callTo').fill('client:priya');
    await page.locator('#field-callUrl').fill('http://example.com/agent?a=1&b=ü');
    await page.getByText('Plain http').first().waitFor();
    await page.getByRole('button', { name: 'Send Call' }).click();

    const modal = desk.workbench.modal();
    await modal.getByText('Call Priya Raman about Dana Alder?').waitFor();
    const text = await modal.innerText();
    for (const part of [
      'Account: Local ',
      `TaskRouter: ${desk.server.url}`,
      'Worker: Priya Raman',
      'Instruction = call',
      'CallFrom = +15555550100',
      'CallTo = client:priya',
      'CallUrl = http://example.com/agent?a=1&b=ü',
      'CallUrl: Plain http',
    ]) {
      assert.ok(text.includes(part), `the modal does not say “${part}”: ${text}`);
    }
    await desk.workbench.screenshot('confirm-dark');
    await modal.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Send Call', disabled: false }).waitFor();
    assert.deepEqual(posts(), []);

    await page.getByRole('button', { name: 'Send Call' }).click();
    await desk.workbench.confirm(/^Call on Local \d+/);
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
    await desk.workbench.webview().locator('#field-callFrom').click();
    await desk.workbench.command('TaskRouter: Copy SID');
    await desk.workbench.statusBarItem(/Copied WR/).waitFor();
  });

  it('is asked by the palette which reservation to accept, and copies the SID of the selected row', async () => {
    await desk.workbench.command('File: New Untitled Text File');
    await desk.workbench.command('TaskRouter: Accept Reservation');
    const picks = desk.workbench.quickInput('Which reservation?');
    await picks.chooseAfterReading(/Lucía Ferrer/);
    await desk.workbench.statusBarItem(/Reservation accepted/).waitFor();
    assert.deepEqual(posts().at(-1)!.body, [['ReservationStatus', 'accepted']]);

    // The task's row stays selected when its page is closed, and this command works on it.
    await row(/^Task, Dana Alder/).click();
    await desk.workbench.webview().getByRole('button', { name: 'Copy as Markdown' }).waitFor();
    await desk.workbench.command('View: Close Editor');
    await desk.workbench.command('TaskRouter: Copy SID');
    await desk.workbench.statusBarItem(/Copied WT/).waitFor();
    assert.match(await desk.workbench.clipboard(), /^WT[0-9a-f]{32}$/);
    await desk.workbench.command('View: Close Editor');
  });

  it('keeps what was typed over a reload of the window', async () => {
    const page = desk.workbench.webview();
    await page.getByRole('radio', { name: 'Redirect', exact: true }).check();
    await page.locator('#field-redirectUrl').fill('https://example.com/kept');
    await page.getByText('RedirectCallSid').first().waitFor();
    await desk.workbench.reload();
    await desk.workbench
      .webview()
      .getByRole('radio', { name: 'Redirect', exact: true, checked: true })
      .waitFor();
    const kept = desk.workbench.webview().locator('#field-redirectUrl');
    await kept.waitFor();
    assert.equal(await kept.inputValue(), 'https://example.com/kept');
  });

  it('finds the rows as they were after it, unfolded or folded', async () => {
    await desk.workbench.openViews();
    await row(/^Task, Gus Fir/).waitFor();
    await row(/^Reservation, /).waitFor();
    await row(/^Local \d+, local account/).click();
    await row(/^Workspace Acme Support/).waitFor({ state: 'detached' });
    await desk.workbench.reload();
    const account = desk.workbench.treeItem(/^Local \d+, local account/).first();
    await account.waitFor();
    assert.equal(await account.getAttribute('aria-expanded'), 'false');
    await account.click();
    await row(/^Task, Gus Fir/).waitFor();
  });

  it('sees why nothing answers where the rows are, keeps them, and goes on when it answers again', async () => {
    await row(/^Task, Gus Fir/).waitFor();
    const { port } = new URL(desk.server.url);
    await desk.server.close();
    await desk.workbench.command('TaskRouter: Refresh');
    await row(/^Error\. .*The connection to .* was refused\./).waitFor();
    await row(/^Task, Gus Fir/).waitFor();
    for (const theme of ['light', 'high-contrast', 'high-contrast-light', 'dark'] as const) {
      await desk.workbench.setTheme(theme);
      await desk.workbench.screenshot(`error-${theme}`);
    }
    desk.server = await desk.simulator.listen(Number(port));
    await desk.workbench.command('TaskRouter: Refresh');
    await row(/^Error/).waitFor({ state: 'detached' });
    await row(/^Task, Gus Fir/).waitFor();
  });

  it('signs out after a question, and is back at the welcome view', async () => {
    const signOut = desk.workbench.modal().getByRole('button', { name: 'Sign Out' });
    await desk.workbench.contextMenu(row(/^Local \d+, local account/), 'Sign Out', signOut);
    await desk.workbench.confirm('Sign Out');
    await desk.workbench.page.getByRole('button', { name: 'Sign In to Twilio' }).waitFor();
  });
});
