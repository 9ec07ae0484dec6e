import { openWorkbench, type Theme, type Workbench } from './driver';

const themes: readonly Theme[] = ['dark', 'light', 'high-contrast', 'high-contrast-light'];

/** Pictures to be looked at: `out/screenshots`, of which one stands in the README. */
describe('pictures of the extension in each theme', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ settings: { 'workbench.sideBar.location': 'left' } });
    await workbench.openViews();
  });
  after(() => workbench?.close());

  const inEachTheme = async (name: string) => {
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`${name}-${theme}`);
    }
  };

  it('welcomes', async () => {
    await workbench.page.getByRole('button', { name: 'Explore with a Simulated Account' }).waitFor();
    await inEachTheme('welcome');
  });

  it('shows the view', async () => {
    await workbench.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
    await workbench.treeItem(/^Workspace Acme Support/).click();
    await workbench.treeItem('Tasks').click();
    await workbench.expand(workbench.treeItem(/^Task, Dana Alder, reserved/));
    await workbench
      .treeItem(/^Reservation, pending/)
      .first()
      .waitFor();
    await inEachTheme('view');
  });

  it('explains a task', async () => {
    await workbench.expand(workbench.treeItem(/^Task, Dana Alder, reserved/), false);
    await workbench.treeItem(/^Task, Gus Fir/).click();
    const page = workbench.webview();
    await page.getByRole('heading', { level: 1, name: /^Waiting .* in Fraud/ }).waitFor();
    await page.locator('.reading').waitFor({ state: 'detached' });
    await inEachTheme('task');
    await workbench.expand(workbench.treeItem(/^Task, Dana Alder, reserved/));
  });

  it('shows the form', async () => {
    const page = workbench.webview();
    const pending = workbench.treeItem(/^Reservation, pending/).first();
    await workbench.contextMenu(pending, 'Conference…', page.locator('#field-from'));
    await page.locator('#field-from').fill('+15555550100');
    await page.locator('#field-timeout').fill('30');
    await page.getByText('&Timeout=30').first().waitFor();
    await inEachTheme('form');
  });

  it('shows the form beside VS Code’s own settings', async () => {
    const { page } = workbench;
    await workbench.command('Preferences: Open Settings (UI)');
    await workbench.command('View: Move Editor into Right Group');
    await page.locator('.settings-editor .suggest-input-container').click();
    await page.keyboard.insertText(
      '@id:editor.fontSize,editor.fontFamily,editor.lineNumbers,editor.formatOnPaste',
    );
    await page.locator('.settings-editor').getByText('Font Family').first().waitFor();
    await inEachTheme('form-beside-settings');
  });
});
