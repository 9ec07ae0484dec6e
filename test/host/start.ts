/**
 * `npm start`: VS Code with this extension in it, open on the simulated account. A desktop VS Code when there is one;
 * else VS Code's server build from npm, for a browser on this machine. `--browser` asks for the second.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir, versionFromEnvironment } from './builds';
import { whenToldToEnd } from './ending';
import { startHost, type Host } from './host';

const root = path.resolve(__dirname, '../..');
const simulate = { TASKROUTER_SIMULATE: '1' };

interface Contributions {
  contributes?: { views?: Record<string, { id: string }[]> };
}

async function main(): Promise<void> {
  const code = desktopCode();
  if (code && !process.argv.includes('--browser')) {
    const args = [`--extensionDevelopmentPath=${root}`, '--new-window'];
    const { status } = spawnSync(code, args, {
      stdio: 'inherit',
      env: { ...process.env, ...simulate },
      shell: process.platform === 'win32',
    });
    process.exitCode = status ?? 1;
  } else {
    await serve();
  }
}

function desktopCode(): string | undefined {
  const file = process.platform === 'win32' ? 'code.cmd' : 'code';
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, file)).find((candidate) => existsSync(candidate));
}

async function serve(): Promise<void> {
  if (process.platform === 'win32')
    throw new Error('No `code` was found on the PATH. Install VS Code, which npm start then opens.');
  let host: Host | undefined = undefined;
  whenToldToEnd(() => {
    // While it is still starting there is only the server, and that goes with this process.
    void (host ? host.stop() : Promise.resolve()).then(() => process.exit());
  });
  host = await startHost({
    version: versionFromEnvironment(),
    userDataDir: path.join(cacheDir, 'start'),
    env: simulate,
    // The port is open to everyone on this machine, and behind it is a terminal.
    connectionToken: randomBytes(16).toString('hex'),
    // A browser keeps the window's state and secrets by address, so the same one again if possible.
    preferredPort: 9310,
    workbench: { extensionDevelopmentPath: root, views: firstView() },
  });
  console.log(`Open http://localhost:${host.port}${host.windowPath()} in a browser; Ctrl+C here ends it.`);
}

function firstView(): string[] {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Contributions;
  return Object.values(manifest.contributes?.views ?? {})
    .flat()
    .slice(0, 1)
    .map((view) => view.id);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
