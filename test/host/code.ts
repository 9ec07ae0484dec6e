/**
 * Desktop VS Code's flags over the server build and a headless browser, as far as tests use them: what
 * `@vscode/test-electron` passes, and installing a .vsix. Prints what runs in the extension host prints, and ends with
 * the code of the test run. `VSCODE_TEST_VERSION` chooses the build.
 */
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { format, parseArgs } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { fetchBuild, versionFromEnvironment } from './builds';
import { openBrowser, origin } from './browser';
import { whenToldToEnd } from './ending';
import { startHost, testSettings, type Host } from './host';
import { runServerCommand } from './server';

const { values: flags, positionals } = parseArgs({
  strict: false, // flags for the desktop's graphics and updates mean nothing here
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
    'install-extension': { type: 'string' },
    'list-extensions': { type: 'boolean' },
    version: { type: 'boolean' },
  },
});

const flag = (name: string): string | undefined => {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
};

/** What the workbench logs about itself, between the lines of the tests. `VSCODE_TEST_VERBOSE=1` shows it. */
const workbenchNoise = new RegExp(
  `^(${[
    String.raw`\[[A-Za-z][\w: -]*\]`,
    'Resolv(ing|ed) connection token',
    'Creating a socket',
    'Creation of workbench contribution',
    'ChatSessionStore',
    'Canceled: Canceled',
    'Updating additional builtin',
    String.raw`Ignoring \w+ additional builtin`,
    'No extensions gallery',
    'Error while fetching the extension under development',
    'Timed out waiting for authentication provider',
    'Unable to load and parse grammar',
  ].join('|')})`,
);

/** A suite that is silent for this long, in milliseconds, has not started or will not end. */
const silenceLimit = 180_000;

async function main(): Promise<number> {
  const userDataDir = flag('user-data-dir') ?? mkdtempSync(path.join(tmpdir(), 'vscode-user-data-'));
  const temporary = !flag('user-data-dir');
  const removeData = () => temporary && rmSync(userDataDir, { recursive: true, force: true });
  process.once('exit', removeData);
  const places = {
    userDataDir: path.resolve(userDataDir),
    extensionsDir: path.resolve(flag('extensions-dir') ?? path.join(userDataDir, 'extensions')),
  };
  const vsix = flag('install-extension');
  if (vsix || flags['list-extensions'] || flags.version) {
    const build = await fetchBuild(versionFromEnvironment());
    const args = vsix ? ['--install-extension', vsix] : [flags.version ? '--version' : '--list-extensions'];
    return runServerCommand({ build, ...places }, args);
  }
  return runTests(places);
}

/** Opens the workbench on the extension and its suite; answers when the suite has ended. */
async function runTests(places: { userDataDir: string; extensionsDir: string }): Promise<number> {
  let host: Host | undefined;
  let browser: BrowserContext | undefined;
  // Not in the user data, which is gone when someone comes to look.
  const logsDir = path.resolve(__dirname, '../../out/vscode', versionFromEnvironment());
  rmSync(logsDir, { recursive: true, force: true });
  mkdirSync(logsDir, { recursive: true });
  const log = createWriteStream(path.join(logsDir, 'console.log'));

  let over = false;
  let end!: (code: number) => void;
  const ended = new Promise<number>((resolve) => {
    end = (code) => {
      over = true;
      resolve(code);
    };
  });
  whenToldToEnd(end);
  let lastHeard = Date.now();
  setInterval(() => {
    if (Date.now() - lastHeard < silenceLimit) return;
    console.error(`Nothing was heard from the tests for ${silenceLimit / 1000} s.`);
    end(124);
  }, 1000).unref();

  const run = async () => {
    host = await startHost({
      version: versionFromEnvironment(),
      ...places,
      settings: testSettings,
      workbench: {
        extensionDevelopmentPath: flag('extensionDevelopmentPath'),
        extensionTestsPath: flag('extensionTestsPath'),
      },
    });
    browser = await openBrowser(host.port, path.join(places.userDataDir, 'chromium'));
    const page = browser.pages()[0] ?? (await browser.newPage());
    page.on('crash', () => {
      console.error('The page with the workbench crashed.');
      end(70);
    });
    page.on('pageerror', (error) => log.write(`[pageerror] ${error.stack}\n`));
    // The two functions with which the workbench, when they are there, reports the console and the end of a test run.
    await page.exposeFunction('codeAutomationLog', (level: string, args: unknown[]) => {
      lastHeard = Date.now();
      const line = format(...args);
      log.write(`[${level}] ${line}\n`);
      if (process.env.VSCODE_TEST_VERBOSE || !(over || workbenchNoise.test(line))) console.log(line);
    });
    await page.exposeFunction('codeAutomationExit', (code: number) => end(code));
    await page.goto(origin + host.windowPath(positionals[0]));
  };
  const failed = run().catch((error: Error) => {
    console.error(error.message);
    return 1;
  });
  const code = await Promise.race([ended, failed.then((failure) => failure ?? ended)]);

  if (code !== 0 && browser) {
    const picture = path.join(logsDir, 'failure.png');
    const taken = browser.pages()[0]?.screenshot({ path: picture, timeout: 5000 });
    await taken?.then(
      () => console.error(`The workbench as it was: ${picture}`),
      () => undefined, // a crashed page cannot be pictured
    );
  }
  // Whatever is still starting after a Ctrl+C, `process.exit` below takes along.
  await Promise.race([Promise.allSettled([browser?.close(), host?.stop()]), delay(10_000)]);
  await new Promise((resolve) => log.end(resolve));
  return code;
}

void main()
  .catch((error: Error) => {
    console.error(error.message);
    return 1;
  })
  .then((code) => process.exit(code));
