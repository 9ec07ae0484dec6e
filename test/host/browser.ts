import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type BrowserContext } from 'playwright-core';
import { announce } from './progress';

const wellKnown = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The origin under which the browser sees the workbench, whatever port it is on: secrets and state belong to it. */
export const origin = 'http://code.localhost';

/**
 * A Chromium to run the workbench in: `CHROMIUM_PATH`, else an installed one, else (as root on Debian) one that is
 * installed now.
 */
export async function findChromium(): Promise<string> {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH is ${named}, and there is no such file.`);
  }
  const installed = () => wellKnown.find((file) => existsSync(file));
  const found = installed();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get'))
    await announce('Installing Chromium with apt-get', installChromium);
  const now = installed();
  if (now) return now;
  throw new Error('No Chromium or Chrome was found. Install one, or set CHROMIUM_PATH to its executable.');
}

async function installChromium(): Promise<void> {
  await aptGet('update');
  await aptGet('install', '-y', 'chromium');
}

async function aptGet(...args: string[]): Promise<void> {
  const child = spawn('apt-get', ['-q', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  if (code !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${output.slice(-2000)}`);
}

/**
 * Opens a headless Chromium that can reach the workbench on `port` under `origin`, and nothing else: every other name
 * is unknown to it. `HEADED=1` shows its window.
 */
export async function openBrowser(port: number, profileDir: string): Promise<BrowserContext> {
  const names = [`MAP ${new URL(origin).host}:80 127.0.0.1:${port}`, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'];
  return chromium.launchPersistentContext(profileDir, {
    executablePath: await findChromium(),
    headless: !process.env.HEADED,
    viewport: { width: 1400, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    // Ctrl+C is for the program that opened the browser: it closes it when it is done with it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--host-resolver-rules=${names.join(', ')}`,
    ],
  });
}

/** Closes a browser that `openBrowser` has opened with this profile, also one that does not answer any more. */
export async function closeBrowser(browser: BrowserContext, profileDir: string): Promise<void> {
  const closed = browser.close();
  const inTime = await Promise.race([closed.then(() => true), delay(10_000, false, { ref: false })]);
  if (inTime) return;
  spawnSync('pkill', ['-KILL', '-f', profileDir]);
  await closed;
}
