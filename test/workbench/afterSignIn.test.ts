import assert from 'node:assert/strict';
import { connectLocal, continueEachOther, useDesk } from './steps';

describe('after a sign-in, the account', function () {
  continueEachOther(this);

  const desk = useDesk({ settings: { 'taskrouter.refreshInterval': 0 } });

  const row = (name: RegExp) => desk.workbench.treeItem(name).first();
  /** The row has the focus in the tree, the tree has it in the window, and its workspaces are there. */
  const assertRevealed = async (account: RegExp) => {
    await row(account).and(desk.workbench.page.locator('.monaco-list:focus .focused.selected')).waitFor();
    assert.equal(await row(account).getAttribute('aria-expanded'), 'true');
    await desk.workbench.page.keyboard.press('ArrowDown');
    await desk.workbench
      .treeItem(/^Workspace Acme Support/)
      .and(desk.workbench.page.locator('.monaco-list:focus .focused'))
      .waitFor();
  };

  it('has the focus, expanded: Explore with a Simulated Account, by keyboard in the welcome view', async () => {
    await desk.workbench.openViews();
    await desk.workbench.page.getByRole('button', { name: 'Explore with a Simulated Account' }).focus();
    await desk.workbench.page.keyboard.press('Enter');
    await assertRevealed(/^Simulated account/);
  });

  it('has it, too, when another account is there already', async () => {
    await connectLocal(desk.workbench, desk.server.url, desk.simulator);
    await assertRevealed(/^Local \d+/);
  });

  it('has it again when it was there, and the view is closed', async () => {
    await desk.workbench.command('View: Show Explorer');
    await desk.workbench.command('TaskRouter: Explore with a Simulated Account');
    await row(/^Simulated account/).waitFor();
    await assertRevealed(/^Simulated account/);
  });
});
