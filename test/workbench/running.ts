import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';
import { closeBrowser, openBrowser, origin } from '../host/browser';
import { fetchBuild, type VersionName } from '../host/builds';
import { startHost, testSettings, type Host } from '../host/host';
import { runServerCommand } from '../host/server';

/** A VS Code, and the browser in which its windows are. */
export interface Running {
  host: Host;
  browser: BrowserContext;
  userDataDir: string;
  /** Removes the user data, unless they are somebody else's. */
  removeData: () => void;
  /** Whether nothing but what is set for each test tells it from any other of its version, so that another can have it. */
  isPlain: boolean;
  version: VersionName;
  /** How many tests have had it. */
  uses: number;
}

export interface RunningOptions {
  version: VersionName;
  /** Of its own unless said. */
  userDataDir?: string;
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
  /** `development`, or the path of a packaged extension. */
  extension: string;
  workspaceTrust?: boolean;
  isPlain: boolean;
}

const root = path.resolve(__dirname, '../..');
/** A browser keeps memory of windows that are gone: over a gigabyte after twenty. */
const maxUses = 8;

/** What the last test that needed nothing special has left, as if it had just been installed. A window on it costs two thirds. */
let spare: Running | undefined;

export async function start(options: RunningOptions): Promise<Running> {
  const { version, extension, isPlain } = options;
  const settings = { ...testSettings, ...options.settings };
  const { env = {} } = options;
  if (isPlain && spare?.version === version) {
    const taken = spare;
    spare = undefined;
    taken.host.writeSettings(settings);
    taken.host.writeEnvironment(env);
    taken.uses++;
    return taken;
  }
  const { userDataDir, removeData } = placeFor(options.userDataDir);
  const extensionsDir = path.join(userDataDir, 'extensions');
  if (extension !== 'development') await install(extension, version, userDataDir, extensionsDir);
  const host = await startHost({
    version,
    userDataDir,
    extensionsDir,
    settings,
    // What Node.js reads as it starts.
    env: isPlain ? undefined : env,
    workbench: {
      ...(extension === 'development' && { extensionDevelopmentPath: root }),
      workspaceTrust: options.workspaceTrust,
    },
  });
  host.writeEnvironment(env);
  const browser = await openBrowser(host.port, profileDir(userDataDir));
  // Half of what a test may take: on a busy machine a page needs more than 30 s after a reload.
  browser.setDefaultTimeout(60_000);
  return { host, browser, userDataDir, removeData, isPlain, version, uses: 1 };
}

const profileDir = (userDataDir: string) => path.join(userDataDir, 'chromium');

function placeFor(given: string | undefined): Pick<Running, 'userDataDir' | 'removeData'> {
  if (given !== undefined) return { userDataDir: path.resolve(given), removeData: () => undefined };
  const userDataDir = mkdtempSync(path.join(tmpdir(), 'user-data-'));
  const remove = () => rmSync(userDataDir, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', remove);
  return {
    userDataDir,
    removeData() {
      process.off('exit', remove);
      remove();
    },
  };
}

async function install(
  extension: string,
  version: VersionName,
  userDataDir: string,
  extensionsDir: string,
): Promise<void> {
  const build = await fetchBuild(version);
  // 1.105 makes this folder, but not the one that it is in.
  mkdirSync(extensionsDir, { recursive: true });
  const code = await runServerCommand({ build, userDataDir, extensionsDir }, [
    '--install-extension',
    extension,
  ]);
  if (code !== 0) throw new Error(`${extension} could not be installed.`);
}

/** Keeps it for the next test, without anything that was done in it, unless it has served long enough. */
export async function keep(running: Running): Promise<void> {
  await stopSpare();
  const isCleared =
    running.uses < maxUses &&
    (await Promise.race([
      clear(running).then(
        () => true,
        () => false,
      ),
      delay(20_000, false, { ref: false }),
    ]));
  if (!isCleared) return stop(running);
  spare = running;
}

async function clear(running: Running): Promise<void> {
  const used = running.browser.pages();
  const page = await running.browser.newPage();
  for (const one of used) await one.close();
  const session = await running.browser.newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', {
    origin,
    storageTypes: 'cookies,file_systems,indexeddb,local_storage,service_workers',
  });
  await session.detach();
  removeWritten(running.userDataDir);
}

export async function stop({ host, browser, userDataDir, removeData }: Running): Promise<void> {
  await closeBrowser(browser, profileDir(userDataDir));
  await host.stop();
  removeData();
}

export async function stopSpare(): Promise<void> {
  const kept = spare;
  spare = undefined;
  if (kept) await stop(kept);
}

/** The settings, the state, and what the extension hosts have logged; the server goes on with a log of its own. */
function removeWritten(userDataDir: string): void {
  const logs = path.join(userDataDir, 'logs');
  const names = existsSync(logs) ? readdirSync(logs, { recursive: true }).map(String) : [];
  const ofHosts = names.filter((name) => /^exthost\d+$/.test(path.basename(name)));
  for (const dir of ['User', ...ofHosts.map((name) => path.join('logs', name))])
    rmSync(path.join(userDataDir, dir), { recursive: true, force: true, maxRetries: 5 });
}
