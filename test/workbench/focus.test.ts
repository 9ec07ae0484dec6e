import { openWorkbench, type Workbench } from './driver';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';
import { connectLocal, continueEachOther } from './steps';

describe('the keyboard focus', function () {
  continueEachOther(this);
  let centre: FormCentre;
  let on: Workbench;

  before(async () => {
    centre = await openCentre([{ name: 'offered', status: 'pending' }]);
    on = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 0 } });
    await connectLocal(on, centre.origin, centre.simulator);
    for (const row of [/^Workspace Desk/, /^Tasks/]) await on.treeItem(row).first().click();
    await on.expand(on.treeItem(/^Task, Task offered/).first());
    await on
      .treeItem(/^Reservation, pending/)
      .first()
      .waitFor();
  });
  after(async () => {
    await on?.close();
    centre?.close();
  });

  /** Waits until the page has the focus, and this element in it. */
  const hasFocus = (selector: string) => on.webview().locator(`${selector}:focus`).waitFor();
  const send = () => on.webview().getByRole('button', { name: 'Send Conference' });

  it('is on the chosen action when a form opens', async () => {
    await on.page.keyboard.press('ArrowDown');
    await on.page.keyboard.press('Enter');
    await on.webview().getByRole('button', { name: 'Send Accept' }).waitFor();
    await hasFocus('.actions input:checked');
    for (let step = 0; step < 2; step++) await on.page.keyboard.press('ArrowRight');
    await send().waitFor();
  });

  it('is on Send again after Escape in the confirmation, which the form waits for', async () => {
    await send().focus();
    await on.page.keyboard.press('Enter');
    await on.modal().getByText('Start a conference for Task offered?').waitFor();
    await on.webview().getByText('Waiting for your confirmation…').first().waitFor();
    await on.page.keyboard.press('Escape');
    await on.modal().waitFor({ state: 'hidden' });
    await hasFocus('.send');
  });

  it('is there, too, after the update was sent', async () => {
    // VS Code may still be giving the focus back.
    await send().press('Enter');
    await on.modal().waitFor();
    await on.confirm(/^Conference on /);
    await on
      .webview()
      .getByText(/ is calling the worker\./)
      .first()
      .waitFor();
    await hasFocus('.send');
  });

  it('is on the view after Sign Out, which closes the form and says so', async () => {
    await on.command('TaskRouter: Sign Out');
    await on.confirm('Sign Out');
    await on.page
      .locator('.editor-group-container')
      .getByRole('tab', { name: /Task offered/ })
      .waitFor({ state: 'detached' });
    await on.statusBarItem(/Signed out of Local \d+/).waitFor();
    await on.page.locator('.welcome-view-content:focus, .welcome-view-content :focus').waitFor();
  });
});
