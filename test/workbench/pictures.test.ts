import path from 'node:path';
import { openWorkbench, type Theme, type Workbench } from './driver';

const themes: readonly Theme[] = ['dark', 'light', 'high-contrast', 'high-contrast-light'];

/** Pictures to be looked at: `out/screenshots`. */
describe('pictures of the extension in each theme', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ settings: { 'workbench.sideBar.location': 'left' } });
    await workbench.openViews();
  });
  after(() => workbench?.close());

  /** `steps` are parts of it for the walkthrough: those in `media/walkthrough` are copies. */
  const inEachTheme = async (name: string, steps: Readonly<Record<string, string>> = {}) => {
    for (const theme of themes) {
      await workbench.setTheme(theme);
      const file = await workbench.screenshot(`${name}-${theme}`);
      for (const [step, part] of Object.entries(steps))
        await workbench.page
          .locator(part)
          .screenshot({ path: path.join(path.dirname(file), 'walkthrough', `${step}-${theme}.png`) });
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
    await inEachTheme('view', {
      simulate: '.pane:has(.pane-header[aria-label^="Workspaces"])',
      accept: '.pane:has(.pane-header[aria-label^="Live Reservations"])',
    });
  });

  it('explains a task', async () => {
    await workbench.expand(workbench.treeItem(/^Task, Dana Alder, reserved/), false);
    await workbench.treeItem(/^Task, Gus Fir/).click();
    const page = workbench.webview();
    await page.getByRole('heading', { level: 1, name: /^Waiting .* in Fraud/ }).waitFor();
    await page.locator('.reading').waitFor({ state: 'detached' });
    await inEachTheme('task', { explain: '.part.editor' });
    await workbench.expand(workbench.treeItem(/^Task, Dana Alder, reserved/));
  });

  it('shows the form', async () => {
    const page = workbench.webview();
    const pending = workbench.treeItem(/^Reservation, pending/).first();
    await workbench.contextMenu(pending, 'Conference…', page.locator('#field-from'));
    await page.locator('#field-from').fill('+15555550100');
    await page.locator('#field-timeout').fill('30');
    await page.getByText('&Timeout=30').first().waitFor();
    await inEachTheme('form', { conference: '.part.editor' });
  });

  it('asks for credentials', async () => {
    await workbench.command('TaskRouter: Sign In');
    await workbench.quickInput('Sign In').choose('API key or Auth Token');
    await workbench.quickInput('API key SID').box.waitFor();
    await inEachTheme('sign-in', { signIn: '.quick-input-widget' });
    await workbench.page.keyboard.press('Escape');
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
