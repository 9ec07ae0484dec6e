import { openWorkbench, type Workbench } from './driver';
import { continueEachOther } from './steps';

describe('the page of a task', function () {
  continueEachOther(this);
  let on: Workbench;

  before(async () => {
    on = await openWorkbench();
    await on.openViews();
    await on.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
    await row(/^Workspace Acme Support/).click();
    await row(/^Tasks/).click();
    // Rows that are scrolled away are not there to be found: all the room for this view.
    await on.page.locator('.pane-header', { hasText: 'Live Reservations' }).click();
  });
  after(() => on?.close());

  const row = (name: string | RegExp) => on.treeItem(name).first();
  const headline = () => on.webview().getByRole('heading', { level: 1 });

  it('opens from the button of a task’s row, with the answer first', async () => {
    await on.inlineAction(row(/^Task, .*pending/), 'Explain Task', on.webview().locator('.headline h1'));
    await headline().waitFor();
    await on.webview().locator('.reading').waitFor({ state: 'detached' });
    await on.screenshot('task-waiting');
  });
});
