import { openWorkbench, type Workbench } from './driver';
import { connectLocal, continueEachOther } from './steps';
import { createSimulator } from '../../src/simulator/simulator';

describe('the walkthrough, opened late,', () => {
  it('knows what was done before', async () => {
    const on = await openWorkbench();
    await on.openViews();
    await on.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
    await on.treeItem(/^Workspace Acme Support/).click();
    await on.treeItem('Tasks').click();
    await on.treeItem(/^Task, Gus Fir/).click();
    await on.webview().getByRole('heading', { level: 1 }).waitFor();
    await on.command('Welcome: Open Walkthrough...');
    await on.quickInput('Select a walkthrough').choose(/Get Started with TaskRouter/);
    for (const id of ['simulate', 'explain'])
      await on.page.locator(`.getting-started-step[data-step-id$="#${id}"][aria-checked=true]`).waitFor();
    await on.close();
  });
});

describe('the walkthrough', function () {
  continueEachOther(this);
  let on: Workbench;

  before(async () => {
    on = await openWorkbench();
    await on.openViews();
  });
  after(() => on?.close());

  const step = (id: string) => on.page.locator(`.getting-started-step[data-step-id$="#${id}"]`);
  const isCompleted = (id: string) => step(id).and(on.page.locator('[aria-checked=true]')).waitFor();
  const openTab = async () => {
    const tab = on.page.getByRole('tab', { name: 'Welcome' });
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  };
  /** Opens the step, unless it is open, and presses its button. */
  const choose = async (id: string, button: string) => {
    await openTab();
    // The open one is no button.
    if ((await step(id).getAttribute('aria-expanded')) !== 'true') await step(id).click();
    await step(id).getByRole('button', { name: button }).click();
  };

  it('opens from the welcome view, with nothing completed', async () => {
    await on.page.getByText('Take the first steps').click();
    await on.page.getByRole('heading', { level: 2, name: 'Get Started with TaskRouter' }).waitFor();
    await on.page.locator('.getting-started-step[aria-checked=false]').nth(4).waitFor();
  });

  it('completes its first step with the simulated account', async () => {
    await choose('simulate', 'Explore with a Simulated Account');
    await isCompleted('simulate');
  });

  it('completes the next one when a reservation was accepted', async () => {
    await choose('accept', 'Accept a Reservation');
    await on.quickInput().chooseAfterReading(/Dana Alder/);
    await on.statusBarItem(/Reservation accepted/).waitFor();
    await isCompleted('accept');
  });

  it('completes the next one when a task is explained', async () => {
    await on.treeItem(/^Workspace Acme Support/).click();
    await on.treeItem('Tasks').click();
    await on.treeItem(/^Task, Gus Fir/).click();
    await on.webview().getByRole('heading', { level: 1 }).waitFor();
    await openTab();
    await isCompleted('explain');
  });

  it('completes the next one when a conference was sent and its code copied', async () => {
    await choose('conference', 'Start a Conference');
    await on.quickInput().choose(/Milo Birch/);
    const page = on.webview();
    await page.getByRole('button', { name: 'Copy' }).first().click();
    await page.getByRole('button', { name: 'Send Conference' }).click();
    await page
      .getByText(/ is calling the worker\.|accepted/)
      .first()
      .waitFor();
    await openTab();
    await isCompleted('conference');
  });

  it('completes the last one with another account, and VS Code remembers all', async () => {
    const simulator = createSimulator({ seed: 7 });
    const server = await simulator.listen(0);
    await connectLocal(on, server.url, simulator);
    await openTab();
    await isCompleted('signIn');
    await on.screenshot('walkthrough');
    await server.close();
    simulator.stop();
  });
});
