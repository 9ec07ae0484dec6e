import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { PageMessage } from '../../../src/webview/shared/protocol';
import { pageHtml } from '../../../src/extension/display/pageHtml';
import { findChromium } from '../../host/browser';
import type { StandIn } from './standIn';

const root = path.resolve(__dirname, '../../..');

export const themes = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'high contrast dark': 'vscode-high-contrast',
  'high contrast light': 'vscode-high-contrast-light vscode-high-contrast',
} as const;

export type Theme = keyof typeof themes;

const kindOf = (theme: Theme) => themes[theme].split(' ')[0]!;

export interface OpenOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** The page's clock stands still until the test moves it. */
  readonly clock?: boolean;
}

/** What the tests of all pages need to see. */
export class OpenPage {
  constructor(
    readonly page: Page,
    private readonly errors: readonly string[],
    private readonly owner: Page | BrowserContext,
  ) {}

  /** Errors of the page, and what its content security policy refused. */
  async violations(): Promise<string[]> {
    return [...this.errors, ...(await this.page.evaluate<string[]>('globalThis.violations'))];
  }

  close(): Promise<void> {
    return this.owner.close();
  }

  /** As VS Code does when the user chooses another theme. */
  readonly setTheme = (theme: Theme): Promise<void> =>
    this.page.evaluate(`{
      const { body } = document;
      body.className = '${themes[theme]}';
      body.dataset.vscodeThemeKind = '${kindOf(theme)}';
    }`);

  readonly live = (): Locator => this.page.getByRole('status');

  /** The name of the element that has the focus. */
  readonly focused = (): Promise<string> =>
    this.page.evaluate<string>(
      `(() => { const it = document.activeElement; return it.labels?.[0]?.innerText.trim() || it.getAttribute('aria-label') || it.innerText || it.tagName; })()`,
    );

  readonly tabTo = async (name: string | RegExp): Promise<void> => {
    for (let presses = 0; presses < 60; presses++) {
      await this.page.keyboard.press('Tab');
      const now = await this.focused();
      if (typeof name === 'string' ? now.replace('*', '') === name : name.test(now)) return;
    }
    assert.fail(`Tab never came to ${String(name)}`);
  };

  readonly eventually = async (what: () => unknown, expected: unknown): Promise<void> => {
    for (const deadline = Date.now() + 30_000; ;) {
      const actual = await what();
      try {
        return assert.deepEqual(actual, expected);
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await this.nextFrame();
    }
  };

  readonly hasText = (locator: Locator, text: string): Promise<void> =>
    this.eventually(async () => (await locator.innerText()).replace(/\s+/g, ' ').trim(), text);

  /** What a screen reader reads as an element's description: the text that aria-describedby refers to. */
  readonly description = async (locator: Locator): Promise<string> =>
    this.page.evaluate<string>(
      `document.getElementById('${await locator.getAttribute('id')}').getAttribute('aria-describedby')
        .split(' ').filter(Boolean).map((id) => document.getElementById(id).innerText.trim()).join(' ')`,
    );

  /** Everything that was under way has been rendered. */
  readonly nextFrame = (): Promise<void> =>
    this.page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');

  /** What the page saved with setState. */
  readonly saved = <T>(): Promise<T> => this.page.evaluate<T>("JSON.parse(sessionStorage.getItem('state'))");
}

export interface Pages {
  open<State, Message extends PageMessage>(
    standIn: StandIn<State, Message>,
    options?: OpenOptions,
  ): Promise<OpenPage>;
}

/** The scripts and styles of all pages as a release has them, by file name. */
export async function bundles(): Promise<Map<string, Uint8Array>> {
  const { pages } = createRequire(__filename)('../../../esbuild.js') as { pages: BuildOptions };
  const release = { minify: true, sourcemap: false, write: false } as const;
  const { outputFiles } = await build({ ...pages, ...release, absWorkingDir: root });
  return new Map(outputFiles.map((file) => [path.basename(file.path), file.contents]));
}

/** Where pages are served and opened: one for all tests of this process, as a browser takes seconds to start. */
interface Site {
  readonly origin: string;
  readonly browser: Browser;
  /** Of all pages without a clock of their own: a context is a window, which costs more than a tab. */
  readonly shared: BrowserContext;
  close(): Promise<void>;
}

let site: Promise<Site> | undefined;

/** The program ends only when it has called this; with mocha, that is done after the last test. */
export async function closePages(): Promise<void> {
  await (await site)?.close();
}
if ('after' in globalThis) after(closePages);

/** Serves all pages over loopback as the extension loads them. */
async function startSite(): Promise<Site> {
  const files = await bundles();
  const codicons = path.join(path.dirname(require.resolve('@vscode/codicons/package.json')), 'dist');
  for (const file of ['codicon.css', 'codicon.ttf'])
    files.set(file, await readFile(path.join(codicons, file)));
  for (const file of ['webview.js', 'webview.css', 'themes.css'])
    files.set(file, await readFile(path.join(__dirname, 'page', file)));
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://127.0.0.1');
    const file = files.get(url.pathname.slice(1));
    const types: Record<string, string> = {
      '.js': 'text/javascript',
      '.css': 'text/css',
      '.ttf': 'font/ttf',
    };
    const name = url.searchParams.get('page');
    if (file) response.writeHead(200, { 'content-type': types[path.extname(url.pathname)]! }).end(file);
    else if (url.pathname !== '/' || name === null) response.writeHead(404).end();
    else {
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end(hosted(name, `http://${request.headers.host}`, url.searchParams.get('theme') as Theme));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const shared = await browser.newContext();
  // Its window would close with its last tab, and another costs a second of CPU time.
  await shared.newPage();
  return {
    origin: `http://127.0.0.1:${port}`,
    browser,
    shared,
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Opens one of the pages in Chromium. */
export async function startPages(name: string): Promise<Pages> {
  const { origin, browser, shared } = await (site ??= startSite());
  return {
    async open(standIn, { theme = 'dark', width = 1100, height = 800, clock = false } = {}) {
      const context = clock ? await browser.newContext() : shared;
      const page = await context.newPage();
      await page.setViewportSize({ width, height });
      page.setDefaultTimeout(30_000);
      if (clock) await page.clock.install({ time: 1_000_000 });
      if (clock) await page.clock.pauseAt(1_001_000);
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      standIn.toPage = (message) =>
        page.evaluate(`postMessage(JSON.parse(${JSON.stringify(JSON.stringify(message))}))`);
      await page.exposeFunction('toExtension', (text: string) => standIn.fromPage(JSON.parse(text)));
      await page.goto(`${origin}/?page=${name}&theme=${theme}`);
      await page
        .getByRole('heading', { level: 1 })
        .waitFor()
        .catch((error: Error) => assert.fail([...errors, error.message].join('\n')));
      return new OpenPage(page, errors, clock ? context : page);
    },
  };
}

/** The extension's own HTML, with what VS Code adds to it: its styles, the theme, and its API. */
function hosted(name: string, cspSource: string, theme: Theme): string {
  const nonce = 't35t';
  const added = ['webview.css', 'themes.css'].map((file) => `<link rel="stylesheet" href="/${file}">`);
  return pageHtml(name, 'Page', { cspSource, nonce, language: 'en', url: (file) => `/${file}` })
    .replace('<head>', `<head>${added.join('')}`)
    .replace(
      '<body>',
      `<body class="${themes[theme]}" data-vscode-theme-kind="${kindOf(theme)}">
        <script nonce="${nonce}" src="/webview.js"></script>`,
    );
}
