import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { versionFromEnvironment, type VersionName } from '../host/builds';
import { whenToldToEnd } from '../host/ending';
import { origin } from '../host/browser';
import { keep, start, stop, stopSpare, type Running } from './running';

export type Theme = 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';

export interface WorkbenchOptions {
  /** The folder to open; an empty one of its own unless said. */
  folder?: string;
  /** A .code-workspace file to open instead of the folder. */
  workspaceFile?: string;
  /** User settings. */
  settings?: Record<string, unknown>;
  /** `dark` unless said. */
  theme?: Theme;
  /** The display language, such as `qps-ploc`; English unless said. VS Code itself stays English. */
  language?: string;
  /** Environment of the extension. `HOST_PRELOAD` is a file that its process loads first. */
  env?: Record<string, string>;
  /** The extension as it is in this repository (`development`, the default), or the path of a packaged one. */
  extension?: string;
  /** To open again what an earlier workbench left: its state, secrets and windows. Not removed at the end. */
  userDataDir?: string;
  /** `VSCODE_TEST_VERSION` unless said. */
  version?: VersionName;
  /** With Workspace Trust, so that the folder opens in Restricted Mode. */
  workspaceTrust?: boolean;
  /** To open another window of this VS Code, with the focus. Closing it leaves the VS Code as it is. */
  beside?: Workbench;
}

/** A VS Code window, and what a person does with it. Nothing here sleeps: each step waits for what it needs. */
export interface Workbench {
  page: Page;
  folder: string;
  userDataDir: string;
  /** VS Code's version. */
  vscode: string;
  /** Runs a command from the palette by its whole title, such as `TaskRouter: Refresh`. */
  command(title: string): Promise<void>;
  /** All that the palette lists for a text. */
  commandsFor(text: string): Promise<string[]>;
  /** The pick or input box now open. Name a text of it, such as its title, or a step may land in the one before. */
  quickInput(text?: string | RegExp): QuickInput;
  /** Opens the extension's view container, if it is not open. */
  openViews(): Promise<void>;
  treeItem(name: string | RegExp): Locator;
  /** Expands a tree item, or collapses it, by its twistie: a click on the rest of the row may open a page. */
  expand(item: Locator, expanded?: boolean): Promise<void>;
  /**
   * Presses a button that a tree item shows while the pointer is on it; `then` is what appears by it. While VS Code
   * draws a row anew it does not know it, and the extension says so: then, as a person would, this chooses again.
   */
  inlineAction(item: Locator, title: string, then: Locator): Promise<void>;
  /** Repeats a choice on a row for as long as the extension says that the row was just updated. */
  untilKnown(then: Locator, choose: () => Promise<void>): Promise<void>;
  /** Repeats a step, which does no harm twice, until what it shows is seen: whatever takes the focus may undo it. */
  untilSeen(then: Locator, step: () => unknown): Promise<void>;
  /** The same from the menu of a tree item. */
  contextMenu(item: Locator, title: string, then: Locator): Promise<void>;
  /** The buttons that a tree item shows while the pointer is on it. */
  inlineActionsOf(item: Locator): Promise<string[]>;
  /** The entries of a tree item's menu. */
  contextMenuOf(item: Locator): Promise<string[]>;
  /** Presses a button in the title of a view, or chooses the entry of its "…" menu. */
  viewAction(view: string, title: string): Promise<void>;
  /** The buttons in the title of a view, and the entries of its "…" menu. */
  viewActionsOf(view: string): Promise<string[]>;
  /** A notification; its buttons are `.getByRole('button', { name })`. */
  toast(text: string | RegExp): Locator;
  modal(): Locator;
  /** Presses a button of the modal dialog, after the time that it takes to read it. */
  confirm(button: string | RegExp): Promise<void>;
  /** The time that it takes to read something: the extension ignores what is faster. */
  readingTime(): Promise<void>;
  statusBarItem(name: string | RegExp): Locator;
  /** The page in the extension's visible webview panel. */
  webview(): FrameLocator;
  /** The same as a frame, in which scripts can be run. */
  webviewFrame(): Promise<Frame>;
  clipboard(): Promise<string>;
  setTheme(theme: Theme): Promise<void>;
  /** Takes a picture into `SCREENSHOTS`, else `out/screenshots`; answers with its file. */
  screenshot(name: string): Promise<string>;
  /** Loads the window anew, as Developer: Reload Window does. */
  reload(): Promise<void>;
  /** What the extension host and the extension's output channels have logged. */
  logs(): string;
  close(): Promise<void>;
}

export interface QuickInput {
  box: Locator;
  /** Clicks an option by its label. */
  choose(option: string | RegExp): Promise<void>;
  /** Where the choice sends something, as `confirm`. */
  chooseAfterReading(option: string | RegExp): Promise<void>;
  /** Fills in a text and presses Enter. */
  type(text: string): Promise<void>;
  /** The labels of the options on screen. */
  options(): Promise<string[]>;
}

interface Manifest {
  name: string;
  publisher: string;
  contributes?: { viewsContainers?: { activitybar?: { title: string }[] } };
}

/** A folder's settings, or a workspace file. */
interface OpenSettings {
  settings?: object;
}

const root = path.resolve(__dirname, '../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const extensionId = `${manifest.publisher}.${manifest.name}`;
const container = manifest.contributes?.viewsContainers?.activitybar?.[0]?.title;

/** A theme's id, and the class that shows it is on. The ids lost their "Default" between the two versions. */
/** A theme's name in the settings, and the file it comes from, after which the workbench names a class. */
function themeOf(theme: Theme, version: VersionName): { id: string; file: string } {
  const prefix = version === 'oldest' ? 'Default ' : '';
  return {
    light: { id: `${prefix}Light Modern`, file: 'light_modern' },
    dark: { id: `${prefix}Dark Modern`, file: 'dark_modern' },
    'high-contrast': { id: 'Default High Contrast', file: 'hc_black' },
    'high-contrast-light': { id: 'Default High Contrast Light', file: 'hc_light' },
  }[theme];
}

const open = new Set<Workbench>();
const runningOf = new WeakMap<Workbench, Running>();
let hasFailed = false;

// Whoever imports this file is run by mocha: a failure leaves a picture, and no workbench outlives the run.
afterEach(async function () {
  if (this.currentTest?.state !== 'failed') return;
  hasFailed = true;
  const name = `failed-${this.currentTest.fullTitle().replace(/\W+/g, '-')}`;
  for (const [index, workbench] of [...open].entries())
    await pictureFailure(workbench, index ? `${name}-${index + 1}` : name);
});
whenToldToEnd((exitCode) => process.exit(exitCode));
after(async () => {
  for (const workbench of open) await workbench.close();
  await stopSpare();
});

/** Never rejects: a hook that fails ends the run of every other file as well. */
async function pictureFailure(workbench: Workbench, name: string): Promise<void> {
  const file = await workbench.screenshot(name).catch((error: Error) => error);
  console.log(typeof file === 'string' ? `    pictured in ${file}` : `    no picture: ${file.message}`);
  // Where the picture cannot be fetched, this tells most of it.
  const parts = [
    '.tab.active',
    '.notification-list-item',
    '.monaco-dialog-box',
    '.quick-input-widget:visible',
  ];
  for (const part of parts)
    for (const text of await workbench.page
      .locator(part)
      .allInnerTexts()
      .catch(() => []))
      console.log(`      ${part}: ${text.replace(/\s+/g, ' ').slice(0, 300)}`);
}

/** Starts VS Code and shows it in a headless browser; answers when the extension has contributed to it. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { extension = 'development', theme = 'dark' } = options;
  const version = options.version ?? versionFromEnvironment();
  const scratchDir = mkdtempSync(path.join(tmpdir(), 'workbench-'));
  const removeScratch = () => rmSync(scratchDir, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', removeScratch);
  const folder = path.resolve(options.folder ?? path.join(scratchDir, 'folder'));
  mkdirSync(folder, { recursive: true });

  const { beside, settings, ...others } = options;
  // Of the options that change more than a window.
  const isPlain =
    !['extension', 'userDataDir', 'workspaceTrust'].some((name) => name in others) &&
    !('NODE_USE_ENV_PROXY' in (options.env ?? {}));
  const shared = beside && runningOf.get(beside);
  const running = shared ?? (await start({ ...others, settings, version, extension, isPlain }));
  const { host, browser, userDataDir } = running;
  const page = (shared ? undefined : browser.pages()[0]) ?? (await browser.newPage());
  if (options.language)
    await page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(options.language)}`);

  const icon = page.getByRole('tab', { name: new RegExp(`^${escape(container ?? '')}`) });
  const box = page.locator('.quick-input-widget:visible');
  const panel = `iframe.webview.ready[src*="extensionId=${extensionId}"]:not([src*="purpose="]):visible`;

  const whenReady = async () => {
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    if (container) await icon.first().waitFor();
  };
  /**
   * Repeats a step until it succeeds: whatever takes the focus (a view, a notification, a quick input that closes late)
   * closes a quick input or a menu, also between two actions on it.
   */
  const untilDone = async (step: (timeout: number) => Promise<void>) => {
    for (const deadline = Date.now() + 60_000; ;) {
      try {
        return await step(5000);
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  };
  const palette = box.filter({ has: page.getByPlaceholder(/^Type the name of a command/) });
  const askPalette = async (text: string, timeout: number) => {
    await page.keyboard.press('F1');
    await palette.locator('input').fill(`>${text}`, { timeout });
  };
  // The first line of each: the second keeps the text of another option that its row was used for before.
  const labels = (options: Locator) =>
    options.locator('.quick-input-list-row:first-child .label-name').allInnerTexts();
  /** Page by page, as only those in sight are drawn. */
  const allLabels = async (timeout: number) => {
    const focused = palette.locator('.monaco-list-row.focused');
    const found = new Set<string>();
    for (let last: string | null | undefined, at; ; last = at) {
      for (const label of await labels(palette.getByRole('option'))) found.add(label);
      at = await focused.getAttribute('data-index', { timeout });
      if (at === last) return [...found];
      await page.keyboard.press('PageDown');
    }
  };

  const menuItem = (title: string) => page.getByRole('menuitem', { name: title, exact: true });
  const focusedEntry = (title: string) =>
    page.locator('.monaco-menu .action-item.focused').filter({ has: menuItem(title) });
  /** A menu that a try before has left open is in the way of the next. */
  const closeMenu = async () => {
    if (await page.locator('.context-view-block').isVisible()) await page.keyboard.press('Escape');
  };
  const chooseFromMenu = async (title: string, openMenu: (timeout: number) => Promise<void>) => {
    await untilDone(async (timeout) => {
      await closeMenu();
      await openMenu(timeout);
      // Not a click: the menu takes no mouse button in its first moments, lest the one that opened it choose.
      await menuItem(title).hover({ timeout });
      // Enter chooses whichever entry has the focus, which follows the pointer a moment later.
      await focusedEntry(title).waitFor({ timeout });
      // To the entry itself: what closes the menu before the key arrives would have it pressed elsewhere.
      await focusedEntry(title).dispatchEvent('keydown', { key: 'Enter', keyCode: 13 }, { timeout });
    });
    await menuItem(title).waitFor({ state: 'hidden' });
  };
  const menuEntries = async (openMenu: (timeout: number) => Promise<void>) => {
    let entries: string[] = [];
    const items = page.locator('.monaco-menu .action-menu-item .action-label');
    await untilDone(async (timeout) => {
      await closeMenu();
      await openMenu(timeout);
      await items.first().waitFor({ timeout });
      entries = await items.allInnerTexts();
      await page.keyboard.press('Escape');
      await items.first().waitFor({ state: 'hidden', timeout });
    });
    return entries;
  };

  /** Without the key binding that follows a label. */
  const labelsOf = async (buttons: Locator) => {
    const labels = await Promise.all((await buttons.all()).map((one) => one.getAttribute('aria-label')));
    return labels.map((label) => (label ?? '').replace(/ \(.*\)$/, ''));
  };
  const moreActions = /^(Views and )?More Actions/;
  const viewHeader = (view: string) =>
    page.locator('.pane-header, .composite.title', { hasText: view }).first();
  const titleButton = (view: string, name: string | RegExp) =>
    viewHeader(view).getByRole('button', { name }).first();
  const titleButtons = async (view: string) => {
    await viewHeader(view).hover();
    return labelsOf(viewHeader(view).locator('.actions a[role="button"]'));
  };
  const openViewMenu = async (view: string, timeout: number) => {
    await viewHeader(view).hover({ timeout });
    await titleButton(view, moreActions).click({ timeout });
  };

  const untilKnown = async (then: Locator, choose: () => Promise<void>) => {
    const told = workbench.toast('This row was just updated.');
    for (let tries = 5; ; tries--) {
      await choose();
      // Not then.or(told): what appears may be in another frame.
      await Promise.any([then.first().waitFor(), told.waitFor()]);
      if (!(await told.isVisible()) || tries === 0) return;
      // Not its own button, which is there only while the pointer is: another notification may move it away.
      await workbench.command('Notifications: Clear All Notifications');
      await told.waitFor({ state: 'hidden' });
    }
  };

  const workbench: Workbench = {
    page,
    folder,
    userDataDir,
    vscode: host.vscode,
    command: (title) =>
      untilDone(async (timeout) => {
        await askPalette(title, timeout);
        // Not Enter: the first row can be another command that was used before. A key binding follows the title.
        const option = palette.getByRole('option', { name: new RegExp(`^${escape(title)}(,|$)`) });
        await option
          .first()
          .click({ timeout })
          .catch(async (error: unknown) => {
            // Right after a reload it lacks the commands of extensions until it is opened anew.
            await page.keyboard.press('Escape');
            throw error;
          });
      }),
    async commandsFor(text) {
      let found: string[] = [];
      await untilDone(async (timeout) => {
        await askPalette(text, timeout);
        await palette.getByRole('option').first().waitFor({ timeout });
        found = await allLabels(timeout);
        await page.keyboard.press('Escape');
        await palette.waitFor({ state: 'hidden', timeout });
      });
      return found;
    },
    quickInput(text) {
      // The widget is one and the same from the palette to the last input, so it is told by what it says.
      const here =
        text === undefined
          ? box
          : box.filter({ hasText: text }).or(box.filter({ has: page.getByPlaceholder(text) }));
      return {
        box: here,
        async choose(option) {
          await optionNamed(here, option).click();
        },
        async chooseAfterReading(option) {
          await optionNamed(here, option).waitFor();
          await workbench.readingTime();
          await optionNamed(here, option).click();
        },
        async type(value) {
          await here.locator('input').first().fill(value);
          await page.keyboard.press('Enter');
        },
        async options() {
          await here.getByRole('option').first().waitFor();
          return labels(here.getByRole('option'));
        },
      };
    },
    async openViews() {
      // A click on the icon of the container that is open would close it.
      if ((await icon.first().getAttribute('aria-selected')) !== 'true') await icon.first().click();
    },
    treeItem: (name) => page.getByRole('treeitem', { name }),
    async expand(item, expanded = true) {
      await item.waitFor();
      const isDone = async () => (await item.getAttribute('aria-expanded')) === String(expanded);
      if (await isDone()) return;
      await item.locator('.monaco-tl-twistie').click();
      await item.and(page.locator(`[aria-expanded=${expanded}]`)).waitFor();
    },
    untilKnown,
    untilSeen: (then, step) =>
      untilDone(async (timeout) => {
        await step();
        await then.waitFor({ timeout });
      }),
    inlineAction: (item, title, then) =>
      // Again when the row was drawn anew under the pointer, which shows its buttons only once that moves.
      untilKnown(then, () =>
        untilDone(async (timeout) => {
          await item.hover({ timeout });
          await item.getByRole('button', { name: title }).click({ timeout });
        }),
      ),
    contextMenu: (item, title, then) =>
      untilKnown(then, () => chooseFromMenu(title, (timeout) => item.click({ button: 'right', timeout }))),
    async inlineActionsOf(item) {
      await item.hover();
      return labelsOf(item.locator('.actions a[role="button"]'));
    },
    contextMenuOf: (item) => menuEntries((timeout) => item.click({ button: 'right', timeout })),
    async viewAction(view, title) {
      const buttons = await titleButtons(view);
      if (buttons.includes(title)) return titleButton(view, title).click();
      await chooseFromMenu(title, (timeout) => openViewMenu(view, timeout));
    },
    async viewActionsOf(view) {
      const buttons = await titleButtons(view);
      const entries = buttons.some((name) => moreActions.test(name))
        ? await menuEntries((timeout) => openViewMenu(view, timeout))
        : [];
      return [...buttons.filter((name) => !moreActions.test(name)), ...entries];
    },
    toast: (text) => page.locator('.notifications-toasts .notification-list-item', { hasText: text }),
    modal: () => page.locator('.monaco-dialog-box'),
    async confirm(name) {
      const button = page.locator('.monaco-dialog-box').getByRole('button', { name });
      await button.waitFor();
      await workbench.readingTime();
      await button.click();
    },
    async readingTime() {
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 1100))');
    },
    statusBarItem: (name) => page.locator('.part.statusbar').getByRole('button', { name }),
    webview: () => page.frameLocator(panel).frameLocator('iframe#active-frame'),
    async webviewFrame() {
      const inner = page.frameLocator(panel).locator('iframe#active-frame');
      const frame = await (await inner.elementHandle())?.contentFrame();
      if (!frame) throw new Error('The webview went away.');
      return frame;
    },
    clipboard: () => page.evaluate<string>('navigator.clipboard.readText()'),
    async setTheme(name) {
      const { id, file: from } = themeOf(name, version);
      // In the settings of what is open, whose change the workbench notices; the user's are read at the start only.
      const { workspaceFile } = options;
      const file = workspaceFile ?? path.join(folder, '.vscode/settings.json');
      const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as OpenSettings) : {};
      const color = { 'workbench.colorTheme': id };
      const after = workspaceFile
        ? { ...before, settings: { ...before.settings, ...color } }
        : { ...before, ...color };
      mkdirSync(path.dirname(file), { recursive: true });
      const changed = page.locator(`.monaco-workbench.vscode-theme-defaults-themes-${from}-json`);
      // Again: what is written before the folder is watched is not noticed.
      await workbench.untilSeen(changed, () => {
        // At once: a file that is read while it is still empty brings VS Code's default theme in between.
        writeFileSync(`${file}.new`, JSON.stringify(after));
        renameSync(`${file}.new`, file);
      });
    },
    async screenshot(name) {
      const dir = path.resolve(process.env.SCREENSHOTS ?? path.join(root, 'out/screenshots'));
      const file = path.join(dir, `${name}.png`);
      await page.screenshot({ path: file });
      return file;
    },
    async reload() {
      // Not page.reload(): the workbench would have no time to write down what is open.
      const loaded = page.waitForEvent('load');
      await workbench.command('Developer: Reload Window');
      await loaded;
      await whenReady();
    },
    logs() {
      const dir = path.join(userDataDir, 'logs');
      const files = existsSync(dir) ? readdirSync(dir, { recursive: true }).map(String) : [];
      const ofExtensions = files.filter((file) => /exthost\d+.*\.log$/.test(file));
      return ofExtensions
        .map((file) => `── ${file}\n${readFileSync(path.join(dir, file), 'utf8')}`)
        .join('\n');
    },
    async close() {
      open.delete(workbench);
      if (shared) return page.close();
      // Not after a failure, which may have left anything.
      await (running.isPlain && !hasFailed ? keep(running) : stop(running));
      process.off('exit', removeScratch);
      removeScratch();
    },
  };
  open.add(workbench);
  runningOf.set(workbench, running);

  try {
    await page.goto(origin + host.windowPath(options.workspaceFile ?? folder));
    await whenReady();
    await workbench.setTheme(theme);
    // Else each page believes that it has the focus.
    for (const one of options.beside ? [options.beside.page, page] : []) {
      const session = await browser.newCDPSession(one);
      await session.send('Emulation.setFocusEmulationEnabled', { enabled: false });
      await one.bringToFront();
    }
  } catch (error) {
    hasFailed = true;
    await pictureFailure(workbench, 'failed-to-open');
    await workbench.close();
    throw error;
  }
  return workbench;
}

const optionNamed = (pick: Locator, option: string | RegExp) => {
  const name = typeof option === 'string' ? new RegExp(`^${escape(option)}(,|$)`) : option;
  return pick.getByRole('option', { name }).first();
};
const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
