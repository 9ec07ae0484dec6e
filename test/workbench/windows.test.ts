import assert from 'node:assert/strict';
import type { Simulator } from '../../src/simulator/simulator';
import { createSimulator } from '../../src/simulator/simulator';
import { filesUnder, foundIn } from '../safety/canary';
import { openWorkbench, type Workbench } from './driver';
import { connectLocal, continueEachOther } from './steps';

const token = 'Canary-windows-41c7-end';

/**
 * In a browser, where these windows are, a window reads the secrets once, as it is opened; what else is kept comes
 * over from the other within seconds, and the extension is not told. On a desktop both come at once.
 */
describe('a person has two windows open', function () {
  continueEachOther(this);
  let simulator: Simulator;
  let server: Awaited<ReturnType<Simulator['listen']>>;
  let here: Workbench;
  let there: Workbench;

  before(async () => {
    simulator = createSimulator({ seed: 7, authToken: token });
    server = await simulator.listen(0);
    // Both windows share the limit, and an account that is added again waits for it.
    here = await openWorkbench({
      settings: { 'taskrouter.refreshInterval': 1, 'taskrouter.requestsPerMinute': 600 },
    });
    await signIn(here);
    there = await openWorkbench({ beside: here });
    await there.openViews();
  });
  after(async () => {
    await here?.close();
    await server?.close();
    simulator.stop();
  });

  async function signIn(on: Workbench): Promise<void> {
    await on.page.bringToFront();
    await connectLocal(on, server.url, simulator);
    await on
      .treeItem(/^Workspace Acme Support/)
      .first()
      .waitFor();
  }

  const posts = () => simulator.requests.filter(({ method }) => method === 'POST');
  const requestsDuring = async (what: () => Promise<void>) => {
    const before = simulator.requests.length;
    await what();
    return simulator.requests.length - before;
  };
  const notRemembered = (on: Workbench) => on.treeItem(/^Error. The secret of Local \d+/).first();

  it('and sees in the second the account of the first, and opens a form there', async () => {
    await there
      .treeItem(/^Workspace Acme Support/)
      .first()
      .click();
    await there.treeItem('Tasks').first().click();
    await there.expand(there.treeItem(/^Task, Dana Alder, reserved/).first());
    const form = there.webview();
    const pending = there.treeItem(/^Reservation, pending/).first();
    await there.contextMenu(pending, 'Call…', form.locator('#field-callFrom'));
    await form.locator('#field-callFrom').fill('+15555550100');
    await form.locator('#field-callTo').fill('client:priya');
    await form.locator('#field-callUrl').fill('https://example.com/agent');
    await form.getByText('CallUrl=').first().waitFor();
  });

  it('replaces the secret in the first: the second asks for it, and sends nothing meanwhile', async () => {
    await here.page.bringToFront();
    await here.command('TaskRouter: Enter Secret Again');
    await here.quickInput(/Secret of Local \d+/).type(token);
    await here.statusBarItem(/workspaces? \(.+\), \d+ ms/).waitFor();
    await there.page.bringToFront();
    await notRemembered(there).waitFor();
    const asked = await requestsDuring(async () => {
      await there.command('TaskRouter: Refresh');
      await there.webview().getByRole('button', { name: 'Send Call' }).click();
      await there
        .webview()
        .getByText(/is not stored on this machine/)
        .first()
        .waitFor();
    });
    assert.equal(await there.webview().locator('#field-callTo').inputValue(), 'client:priya');
    assert.equal(asked, 0, 'nothing goes out with the old secret');
  });

  it('reloads the second, which then has the new secret and what was typed', async () => {
    await there.reload();
    await there
      .treeItem(/^Workspace Acme Support/)
      .first()
      .waitFor();
    await there.webview().locator('#field-callTo').waitFor();
    assert.equal(await there.webview().locator('#field-callTo').inputValue(), 'client:priya');
  });

  it('signs out in the first while the second asks to confirm a call, which is then not placed', async () => {
    await there.webview().getByRole('button', { name: 'Send Call', disabled: false }).click();
    const modal = there.modal();
    await modal.getByText(/^Call .*\?$/).waitFor();
    await here.page.bringToFront();
    const signOut = here.modal().getByRole('button', { name: 'Sign Out' });
    const account = here.treeItem(/^Local \d+, local account/).first();
    await here.contextMenu(account, 'Sign Out', signOut);
    await here.confirm('Sign Out');
    await here.page.getByRole('button', { name: 'Sign In to Twilio' }).waitFor();
    await there.page.bringToFront();
    await there
      .treeItem(/^Local \d+/)
      .first()
      .waitFor({ state: 'detached' });
    const asked = await requestsDuring(async () => {
      await there.confirm(/^Call on Local \d+/);
      await there.toast(/Signed out of .* in another window/).waitFor();
      await there.page.getByRole('button', { name: 'Sign In to Twilio' }).waitFor();
    });
    assert.equal(asked, 0);
    assert.deepEqual(posts(), []);
    assert.equal(simulator.calls.length, 0);
  });

  it('adds the same account in both, and it is one', async () => {
    await signIn(here);
    await there.page.bringToFront();
    // Without an account nothing is read that would show it by itself.
    const row = there.treeItem(/^Local \d+/).first();
    while (!(await row.isVisible())) await there.command('TaskRouter: Refresh');
    await signIn(there);
    await here.page.bringToFront();
    await notRemembered(here).waitFor();
    for (const on of [here, there]) assert.equal(await on.treeItem(/^Local \d+/).count(), 1);
    await here.reload();
    await here
      .treeItem(/^Workspace Acme Support/)
      .first()
      .waitFor();
    await there
      .treeItem(/^Workspace Acme Support/)
      .first()
      .waitFor();
  });

  it('and the secret stands nowhere in plain text', () => {
    const files = [...filesUnder(here.userDataDir)];
    assert.ok(files.some(([, bytes]) => bytes.includes(simulator.accountSid)));
    for (const [name, bytes] of files)
      assert.deepEqual(foundIn(bytes, token, simulator.accountSid), [], name);
  });
});
