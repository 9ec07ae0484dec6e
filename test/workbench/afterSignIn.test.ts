import assert from 'node:assert/strict';
import { createSimulator } from '../../src/simulator/simulator';
import { openWorkbench, type Workbench } from './driver';
import { connectLocal, continueEachOther } from './steps';

describe('after a sign-in, the account', function () {
  continueEachOther(this);
  const simulator = createSimulator({ seed: 7 });
  let server: Awaited<ReturnType<typeof simulator.listen>>;
  let workbench: Workbench;

  before(async () => {
    server = await simulator.listen(0);
    workbench = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 0 } });
  });
  after(async () => {
    await workbench?.close();
    await server?.close();
    simulator.stop();
  });

  const row = (name: RegExp) => workbench.treeItem(name).first();
  /** The row has the focus in the tree, the tree has it in the window, and its workspaces are there. */
  const assertRevealed = async (account: RegExp) => {
    await row(account).and(workbench.page.locator('.monaco-list:focus .focused.selected')).waitFor();
    assert.equal(await row(account).getAttribute('aria-expanded'), 'true');
    await workbench.page.keyboard.press('ArrowDown');
    await workbench
      .treeItem(/^Workspace Acme Support/)
      .and(workbench.page.locator('.monaco-list:focus .focused'))
      .waitFor();
  };

  it('has the focus, expanded: Explore with a Simulated Account, by keyboard in the welcome view', async () => {
    await workbench.openViews();
    await workbench.page.getByRole('button', { name: 'Explore with a Simulated Account' }).focus();
    await workbench.page.keyboard.press('Enter');
    await assertRevealed(/^Simulated account/);
  });

  it('has it, too, when another account is there already', async () => {
    await connectLocal(workbench, server.url, simulator);
    await assertRevealed(/^Local TaskRouter \d+/);
  });

  it('has it again when it was there, and the view is closed', async () => {
    await workbench.command('View: Show Explorer');
    await workbench.command('TaskRouter: Explore with a Simulated Account');
    await row(/^Simulated account/).waitFor();
    await assertRevealed(/^Simulated account/);
  });
});
