import assert from 'node:assert/strict';
import type { Simulator } from '../../src/simulator/simulator';
import { createSimulator } from '../../src/simulator/simulator';
import { openWorkbench, type Workbench } from './driver';
import { continueEachOther } from './steps';
import { openTwilioHosts } from './twilioHosts';

/** The form and the confirmation are of the use that the account has when somebody presses the button. */
describe('a person changes what an account is used for', function () {
  continueEachOther(this);
  let simulator: Simulator;
  let twilio: Awaited<ReturnType<typeof openTwilioHosts>>;
  let here: Workbench;
  let there: Workbench;

  before(async () => {
    simulator = createSimulator({ seed: 7 });
    twilio = await openTwilioHosts({ 'taskrouter.twilio.com': simulator });
    here = await openWorkbench({
      env: {
        ...twilio.env,
        TWILIO_ACCOUNT_SID: simulator.accountSid,
        TWILIO_AUTH_TOKEN: simulator.authToken,
      },
      settings: { ...twilio.settings, 'taskrouter.refreshInterval': 1 },
    });
    await here.openViews();
    await here.command('TaskRouter: Sign In');
    await here.quickInput('How do you want to sign in?').choose(/Environment/);
    await here.quickInput('Sign In from Environment (1/2)').choose(/Staging/);
    await here.quickInput('Sign In from Environment (2/2)').type('Support');
  });
  after(async () => {
    await here?.close();
    twilio?.close();
    simulator.stop();
  });

  const posts = () => simulator.requests.filter(({ method }) => method === 'POST');
  const account = (on: Workbench, use: string) =>
    on.treeItem(new RegExp(`^Support, Twilio account, ${use}(,|$)`)).first();
  const send = (on: Workbench, disabled: boolean) =>
    on.webview().getByRole('button', { name: 'Send Call', disabled });

  async function openForm(on: Workbench): Promise<void> {
    await on
      .treeItem(/^Workspace Acme Support/)
      .first()
      .click();
    await on.treeItem('Tasks').first().click();
    await on.expand(on.treeItem(/^Task, Dana Alder, reserved/).first());
    const form = on.webview();
    const pending = on.treeItem(/^Reservation, pending/).first();
    await on.contextMenu(pending, 'Call…', form.locator('#field-callFrom'));
    await form.locator('#field-callFrom').fill('+15555550100');
    await form.locator('#field-callTo').fill('client:priya');
    await form.locator('#field-callUrl').fill('https://example.com/agent');
    await form.getByText('CallUrl=').first().waitFor();
  }

  async function change(on: Workbench, from: string, to: RegExp): Promise<void> {
    const use = on.quickInput('Change Support (1/3)');
    await on.contextMenu(account(on, from), 'Change Account…', use.box);
    await use.choose(to);
    await on.quickInput('Change Support (2/3)').type('Support');
    await on.quickInput('Change Support (3/3)').choose(/^TaskRouter only/);
  }

  it('to read-only while its form is open, which then says so, refuses to send, and keeps what was typed', async () => {
    await openForm(here);
    await send(here, false).waitFor();
    await change(here, 'staging', /read-only/);
    await account(here, 'production, read-only').waitFor();
    await here.webview().getByText('Read-only account: changes are blocked.').first().waitFor();
    await send(here, true).waitFor();
    assert.equal(await here.webview().locator('#field-callTo').inputValue(), 'client:priya');
    await here.webview().locator('header').getByText('read-only', { exact: true }).waitFor();
    for (const theme of ['light', 'high-contrast', 'high-contrast-light', 'dark'] as const) {
      await here.setTheme(theme);
      await here.screenshot(`form-read-only-${theme}`);
    }
  });

  it('and back, and can send what was typed before', async () => {
    await change(here, 'production, read-only', /Staging/);
    await send(here, false).waitFor();
    assert.equal(await here.webview().locator('#field-callTo').inputValue(), 'client:priya');
    await send(here, false).click();
    await here.modal().getByText('(staging)').waitFor();
    await here.modal().getByRole('button', { name: 'Cancel' }).click();
    await send(here, false).waitFor();
  });

  it('to production in one window while another asks about a call, which is then not placed', async () => {
    there = await openWorkbench({ beside: here });
    await there.openViews();
    await openForm(there);
    await send(there, false).click();
    await there.modal().getByText('(staging)').waitFor();
    await here.page.bringToFront();
    await change(here, 'staging', /^Production, always confirms/);
    await account(here, 'production').waitFor();
    await there.page.bringToFront();
    await account(there, 'production').waitFor();
    await there.confirm(/^Call on Support/);
    await there
      .webview()
      .getByText('Nothing was sent: the account was changed in the meantime.')
      .first()
      .waitFor();
    assert.deepEqual(posts(), []);
    assert.equal(simulator.calls.length, 0);
  });

  it('and is asked again, now for production', async () => {
    assert.equal(await there.webview().locator('#field-callTo').inputValue(), 'client:priya');
    await there.readingTime();
    await send(there, false).click();
    await there
      .modal()
      .getByText(/^Call .* in production\?$/)
      .waitFor();
    for (const theme of ['light', 'high-contrast', 'high-contrast-light', 'dark'] as const) {
      await there.setTheme(theme);
      await there.screenshot(`confirm-production-${theme}`);
    }
    await there.confirm(/^Call on Support/);
    await there
      .webview()
      .getByText(/^Twilio placed a call to the worker\./)
      .first()
      .waitFor();
    assert.equal(posts().length, 1);
    assert.equal(simulator.calls.length, 1);
  });
});
