import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { FormMessage } from '../../src/webview/reservation/protocol';
import { findChromium } from '../host/browser';
import { ExtensionStandIn } from './extensionStandIn';

const root = path.resolve(__dirname, '../..');

export const themes = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'high contrast dark': 'vscode-high-contrast',
  'high contrast light': 'vscode-high-contrast-light vscode-high-contrast',
} as const;

export type Theme = keyof typeof themes;

/** The page's script and style, as a release has them. */
export async function bundle(): Promise<{ script: Uint8Array; style: Uint8Array }> {
  const { outputFiles } = await build({
    entryPoints: {
      form: path.join(root, 'src/webview/reservation/main.ts'),
      style: path.join(root, 'src/webview/reservation/style.css'),
    },
    outdir: 'dist/form',
    write: false,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'chrome128',
    legalComments: 'none',
  });
  const ending = (end: string) => outputFiles.find((file) => file.path.endsWith(end))!.contents;
  return { script: ending('.js'), style: ending('.css') };
}

export interface FormPage {
  readonly page: Page;
  readonly extension: ExtensionStandIn;
  /** What the content security policy refused. */
  violations(): Promise<string[]>;
}

export interface Forms {
  open(options?: {
    theme?: Theme;
    width?: number;
    height?: number;
    /** The page's clock stands still until the test moves it. */
    clock?: boolean;
    prepare?: (extension: ExtensionStandIn) => void;
  }): Promise<FormPage>;
  close(): Promise<void>;
}

/** Serves the page over loopback, under the policy that the webview has, and opens it in Chromium. */
export async function startForms(): Promise<Forms> {
  const { script, style } = await bundle();
  const file = (...names: string[]) => readFile(path.join(...names));
  const codicons = path.join(path.dirname(require.resolve('@vscode/codicons/package.json')), 'dist');
  const files: Record<string, [type: string, body: Uint8Array]> = {
    '/form.js': ['text/javascript', script],
    '/style.css': ['text/css', style],
    '/codicon.css': ['text/css', await file(codicons, 'codicon.css')],
    '/codicon.ttf': ['font/ttf', await file(codicons, 'codicon.ttf')],
    '/webview.js': ['text/javascript', await file(__dirname, 'page/webview.js')],
    '/webview.css': ['text/css', await file(__dirname, 'page/webview.css')],
    '/themes.css': ['text/css', await file(__dirname, 'page/themes.css')],
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://127.0.0.1');
    const found = files[url.pathname];
    if (found) {
      response.writeHead(200, { 'content-type': found[0] }).end(found[1]);
      return;
    }
    if (url.pathname !== '/') {
      response.writeHead(404).end();
      return;
    }
    const source = `http://${request.headers.host}`;
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': `default-src 'none'; script-src 'nonce-t35t'; style-src ${source}; font-src ${source}`,
      })
      .end(html(themes[url.searchParams.get('theme') as Theme]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const browser: Browser = await chromium.launch({
    executablePath: await findChromium(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

  return {
    async open({ theme = 'dark', width = 1100, height = 800, clock = false, prepare } = {}) {
      const context = await browser.newContext({ viewport: { width, height } });
      const page = await context.newPage();
      page.setDefaultTimeout(5000);
      if (clock) await page.clock.install({ time: 1_000_000 });
      if (clock) await page.clock.pauseAt(1_001_000);
      const failures: string[] = [];
      page.on('pageerror', (error) => failures.push(String(error)));
      page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
      const extension = new ExtensionStandIn((message) =>
        page.evaluate(`postMessage(${JSON.stringify(message)})`),
      );
      prepare?.(extension);
      await page.exposeFunction('toExtension', (text: string) =>
        extension.receive(JSON.parse(text) as FormMessage),
      );
      await page.goto(`http://127.0.0.1:${port}/?theme=${theme}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      return {
        page,
        extension,
        violations: async () => [...failures, ...(await page.evaluate<string[]>('globalThis.violations'))],
      };
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

export async function openGroups(page: Page): Promise<void> {
  const folded = page.locator('details:not([open]) > summary');
  while (await folded.count()) await folded.first().click();
}

const html = (classes: string) => `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <link rel="stylesheet" href="/webview.css">
    <link rel="stylesheet" href="/themes.css">
    <link rel="stylesheet" href="/codicon.css">
    <link rel="stylesheet" href="/style.css">
    <title>Reservation</title>
  </head>
  <body class="${classes}" data-vscode-theme-kind="${classes.split(' ')[0]}">
    <script nonce="t35t" src="/webview.js"></script>
    <script nonce="t35t" src="/form.js"></script>
  </body>
</html>`;
