import { openWorkbench, type Workbench } from './driver';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';
import { connectLocal, continueEachOther } from './steps';

describe('the explorer by keyboard alone', function () {
  continueEachOther(this);
  let centre: FormCentre;
  let on: Workbench;

  before(async () => {
    centre = await openCentre([{ name: 'first', status: 'pending' }]);
    on = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 0 } });
    await connectLocal(on, centre.origin, centre.simulator);
    await isFocused(/^Local \d+/);
  });
  after(async () => {
    await on?.close();
    centre?.close();
  });

  const press = (key: string) => on.page.keyboard.press(key);
  /** This row has the focus in the tree, and the tree has it in the window. */
  const isFocused = (name: RegExp) =>
    on.treeItem(name).and(on.page.locator('.monaco-list:focus .focused')).first().waitFor();
  /** From a row into its list. */
  const enter = async (name: RegExp) => {
    await press('ArrowRight');
    await on.page.locator('.monaco-list:focus .focused[aria-expanded=true]').waitFor();
    await on.treeItem(name).first().waitFor();
    await press('ArrowRight');
  };
  /** Opens the menu of the focused row and chooses the entry. */
  const choose = async (title: string) => {
    await press('Shift+F10');
    const entry = on.page.getByRole('menuitem', { name: title, exact: true });
    await entry.waitFor();
    for (let presses = 0; presses < 30; presses++) {
      if (await on.page.locator('.action-item.focused', { has: entry }).count()) break;
      await press('ArrowDown');
    }
    await press('Enter');
    await entry.waitFor({ state: 'hidden' });
  };

  it('moves into a reservation, and acts on it from its menu: the focus stays on the row', async () => {
    await press('ArrowDown');
    await isFocused(/^Workspace Desk/);
    await enter(/^Tasks/);
    await isFocused(/^Tasks/);
    await enter(/^Task, /);
    await isFocused(/^Task, /);
    await enter(/^Reservation, pending/);
    await isFocused(/^Reservation, pending/);
    await on.untilKnown(on.statusBarItem(/Copied WR/), () => choose('Copy SID'));
    await isFocused(/^Reservation, pending/);
    await on.untilKnown(on.statusBarItem(/Reservation accepted/), () => choose('Accept Reservation'));
    await isFocused(/^Reservation, accepted/);
  });

  it('opens the form with Enter, and comes back', async () => {
    await press('Enter');
    await on.webview().getByRole('heading', { level: 1, name: 'Task first' }).waitFor();
    await on.command('TaskRouter: Focus on Workspaces View');
    await isFocused(/^Reservation, accepted/);
  });

  it('has keys for Go to… and Refresh, in a page and in a view', async () => {
    const goTo = on.quickInput(/^Go to/).box;
    await on.webview().getByRole('heading', { level: 1, name: 'Task first' }).click();
    await on.untilSeen(goTo, () => press('Control+Alt+g'));
    await press('Escape');
    await on.command('TaskRouter: Focus on Workspaces View');
    await isFocused(/^Reservation, accepted/);
    await press('Control+Alt+g');
    await goTo.waitFor();
    await press('Escape');
    await isFocused(/^Reservation, accepted/);
    const read = new Promise<void>((resolve) => {
      centre.hooks.onGet = ({ target }) => {
        if (target.includes('/Tasks')) resolve();
        return false;
      };
    });
    await press('Control+Alt+r');
    await read;
    centre.hooks.onGet = undefined;
    await isFocused(/^Reservation, accepted/);
  });

  it('tries again with Enter where a list failed, and has the focus on the first row of the list', async () => {
    await press('Home');
    await press('ArrowDown');
    await isFocused(/^Workspace Desk/);
    await press('ArrowDown');
    await isFocused(/^Tasks/);
    await press('ArrowLeft');
    await press('ArrowDown');
    await isFocused(/^Workers/);
    centre.hooks.onGet = ({ target }, response) => target.includes('/Workers?') && !!response.destroy();
    await enter(/^Error\./);
    await isFocused(/^Error\./);
    centre.hooks.onGet = undefined;
    await press('Enter');
    await on
      .treeItem(/^Worker, /)
      .first()
      .waitFor();
    await isFocused(/^Worker, /);
  });
});
