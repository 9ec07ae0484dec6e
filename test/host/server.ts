import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Build } from './builds';

export interface ServerOptions {
  build: Build;
  userDataDir: string;
  extensionsDir: string;
  /** Added to this process's environment for the server, and so for the extensions in it. */
  env?: Record<string, string | undefined>;
  /** What a browser must show to get in. Without one the server relies on its socket being out of others' reach. */
  connectionToken?: string;
  workspaceTrust?: boolean;
}

export interface Server {
  socketPath: string;
  /** What the server printed; its own logs are under `<userDataDir>/logs`. */
  logFile: string;
  /** Sets what the extension hosts that start from now on have in their environment beside the server's. */
  writeEnvironment(env: Record<string, string>): void;
  stop(): Promise<void>;
}

/** Starts VS Code's server on a unix socket, with nothing of it reachable over the network. */
export async function startServer(options: ServerOptions): Promise<Server> {
  // A folder of its own, readable by this user only, and directly in the temp folder: a socket's path has to be short.
  const socketDir = mkdtempSync(path.join(tmpdir(), 'vscode-'));
  const socketPath = path.join(socketDir, 'socket');
  const logFile = path.join(options.userDataDir, 'server.log');
  mkdirSync(options.userDataDir, { recursive: true });
  // Not as an argument, which every user of the machine can read.
  const tokenFile = options.connectionToken && path.join(socketDir, 'token');
  if (tokenFile) writeFileSync(tokenFile, options.connectionToken ?? '', { mode: 0o600 });
  const environmentFile = path.join(socketDir, 'environment.json');
  const writeEnvironment: Server['writeEnvironment'] = (env) =>
    writeFileSync(environmentFile, JSON.stringify(env));
  writeEnvironment({});
  const child = spawn(
    options.build.node,
    [
      '--require',
      path.join(__dirname, 'diesWithParent.cjs'),
      '--require',
      path.join(__dirname, 'environment.cjs'),
      // Only in a test run; the extension hosts inherit it.
      ...(process.env.EGRESS_LOG ? ['--require', path.join(__dirname, '../safety/egress.cjs')] : []),
      path.join(options.build.serverDir, 'out/server-main.js'),
      ...['--socket-path', socketPath],
      ...(tokenFile ? ['--connection-token-file', tokenFile] : ['--without-connection-token']),
      ...places(options),
      ...['--compatibility', '1.64'], // of the page that code-server itself would serve
      ...[
        '--telemetry-level',
        'off',
        '--disable-telemetry',
        '--disable-experiments',
        '--disable-update-check',
      ],
      ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
      '--disable-getting-started-override',
      '--force-disable-user-env', // no login shell to ask for its environment: 1.7 s
      ...['--reconnection-grace-time', '5'], // seconds an extension host outlives its page; 3 hours if not said
    ],
    {
      cwd: options.userDataDir,
      detached: true, // Ctrl+C is for us, who then stop it in order; and its group can be ended as one
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...options.env,
        HOST_ENVIRONMENT: environmentFile,
        ELECTRON_RUN_AS_NODE: undefined,
        VSCODE_IPC_HOOK_CLI: undefined,
        XDG_RUNTIME_DIR: socketDir, // where the server puts sockets for its terminals
        XDG_CACHE_HOME: path.join(options.userDataDir, 'cache'), // and the id it gives this machine
      },
    },
  );
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));

  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Every process of the group has ended.
    }
    rmSync(socketDir, { recursive: true, force: true });
  };
  process.prependOnceListener('exit', kill); // before what removes the folders it writes to
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([exited, delay(5000, undefined, { ref: false })]);
    kill();
    process.off('exit', kill);
    await new Promise((resolve) => log.end(resolve));
  };

  const deadline = Date.now() + 60_000;
  while (!(await accepts(socketPath))) {
    const ended = child.exitCode !== null || child.pid === undefined;
    if (ended || Date.now() > deadline) {
      await stop();
      const why = ended ? `ended with code ${child.exitCode}` : 'did not listen within 60 s';
      throw new Error(`VS Code's server ${why}:\n${readFileSync(logFile, 'utf8').slice(-3000)}`);
    }
    await delay(25);
  }
  return { socketPath, logFile, writeEnvironment, stop };
}

/** Runs one of the server's own commands, such as `--install-extension x.vsix`, and answers with its exit code. */
export async function runServerCommand(
  options: Pick<ServerOptions, 'build' | 'userDataDir' | 'extensionsDir'>,
  args: string[],
): Promise<number> {
  const main = path.join(options.build.serverDir, 'out/server-main.js');
  const child = spawn(options.build.node, [main, ...places(options), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) =>
    child.once('exit', (code) => resolve(code ?? 1)).once('error', reject),
  );
}

function places({
  userDataDir,
  extensionsDir,
}: Pick<ServerOptions, 'userDataDir' | 'extensionsDir'>): string[] {
  return [
    '--accept-server-license-terms',
    ...['--server-data-dir', path.join(userDataDir, 'server')],
    ...['--user-data-dir', userDataDir],
    ...['--extensions-dir', extensionsDir],
  ];
}

function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(socketPath, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
