import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { announce } from './progress';

/** The newest VS Code this project is tested on, and the oldest that `engines.vscode` promises. */
export type VersionName = 'newest' | 'oldest';

/** A VS Code server that is ready to start. */
export interface Build {
  /** VS Code's own version. */
  vscode: string;
  /** The code-server package: icons and other files of the front page. */
  packageDir: string;
  /** VS Code's server inside that package. */
  serverDir: string;
  /** The Node.js that runs it: ours if it can, else one fetched beside it. */
  node: string;
}

interface Release {
  vscode: string;
  codeServer: string;
  /** Majors this build was seen to start on; the second number is the lowest minor. */
  runsOn: Record<number, number>;
  /** Fetched when the Node.js running this is none of those. */
  node: string;
}

/**
 * The npm package code-server carries VS Code's server build, so a machine that reaches only the npm registry can run
 * the editor itself. 1.139 needs `module.registerHooks`, hence Node 22.15.
 */
const releases: Record<VersionName, Release> = {
  newest: { vscode: '1.139.1', codeServer: '4.139.1', runsOn: { 22: 15, 24: 0 }, node: '24.21.0' },
  oldest: { vscode: '1.105.1', codeServer: '4.105.1', runsOn: { 20: 9, 22: 0 }, node: '22.23.3' },
};

const root = path.resolve(__dirname, '../..');
export const cacheDir = path.join(root, '.vscode-test');

/** The version `VSCODE_TEST_VERSION` asks for; `newest` when it is not set. */
export function versionFromEnvironment(): VersionName {
  const name = process.env.VSCODE_TEST_VERSION || 'newest';
  if (name !== 'newest' && name !== 'oldest')
    throw new Error(`VSCODE_TEST_VERSION is "${name}"; it can be newest or oldest.`);
  return name;
}

/** Answers with the build, fetching it from npm (about 250 MB) the first time. */
export async function fetchBuild(name: VersionName): Promise<Build> {
  const release = releases[name];
  const dir = path.join(cacheDir, `server-${release.vscode}`);
  if (!existsSync(dir))
    await announce(`Fetching VS Code ${release.vscode} from npm`, () => install(release, dir));
  return layOut(release, dir);
}

function layOut(release: Release, dir: string): Build {
  const packageDir = path.join(dir, 'node_modules/code-server');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const lowestMinor = release.runsOn[major];
  const ours = lowestMinor !== undefined && minor >= lowestMinor;
  return {
    vscode: release.vscode,
    packageDir,
    serverDir: path.join(packageDir, 'lib/vscode'),
    node: ours ? process.execPath : path.join(dir, 'node/node_modules', nodePackage(), 'bin/node'),
  };
}

const nodePackage = () => `node-${process.platform}-${process.arch}`;

/** Installs beside the final place and moves there at the end, so that what is found there is always whole. */
async function install(release: Release, dir: string): Promise<void> {
  mkdirSync(cacheDir, { recursive: true });
  removeAbandonedInstalls();
  const partial = path.join(cacheDir, `partial-${process.pid}-${release.vscode}`);
  try {
    const build = layOut(release, partial);
    await npmInstall(partial, `code-server@${release.codeServer}`);
    if (build.node !== process.execPath)
      await npmInstall(path.join(partial, 'node'), `${nodePackage()}@${release.node}`);
    dropGitDependencies(build.serverDir);
    await npmInstall(build.serverDir);
    putStandIns(build.serverDir);
    await putRipgrep(build.serverDir, path.join(partial, 'ripgrep'));
    prune(build, partial);
    if (existsSync(dir)) return; // another run was quicker
    renameSync(partial, dir);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** An install that was cut short by Ctrl+C leaves its folder, which is named after its process. */
function removeAbandonedInstalls(): void {
  for (const name of readdirSync(cacheDir)) {
    const pid = Number(/^partial-(\d+)-/.exec(name)?.[1]);
    if (pid && !isRunning(pid)) rmSync(path.join(cacheDir, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** No install scripts: they compile, or download from GitHub. What they leave out is put in below. */
async function npmInstall(dir: string, ...packages: string[]): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const manifest = path.join(dir, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }');
  const flags =
    '--ignore-scripts --omit=dev --legacy-peer-deps --prefer-offline --no-audit --no-fund --loglevel=error';
  const npm = spawn('npm', ['install', '--prefix', dir, ...flags.split(' '), ...packages], {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  npm.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const code = await new Promise((resolve, reject) => npm.once('close', resolve).once('error', reject));
  if (code !== 0) throw new Error(`npm install ${packages.join(' ')} in ${dir} failed:\n${complaint.trim()}`);
}

interface Manifest {
  dependencies: Record<string, string>;
  main?: string;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** 1.105 locks @parcel/watcher to a commit on GitHub; the registry's next release has the same, prebuilt. */
function dropGitDependencies(serverDir: string): void {
  const manifestFile = path.join(serverDir, 'package.json');
  const lockFile = path.join(serverDir, 'npm-shrinkwrap.json');
  const manifest = readJson(manifestFile) as Manifest;
  const lock = readJson(lockFile) as { packages: Record<string, { resolved?: string } & Partial<Manifest>> };
  for (const [place, locked] of Object.entries(lock.packages)) {
    if (!locked.resolved?.startsWith('git')) continue;
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (name !== '@parcel/watcher')
      throw new Error(`This build wants ${name} from ${locked.resolved}, not from npm.`);
    delete lock.packages[place];
    manifest.dependencies[name] = '^2.5.1';
    const lockedRoot = lock.packages['']?.dependencies;
    if (lockedRoot) lockedRoot[name] = '^2.5.1';
  }
  writeFileSync(manifestFile, JSON.stringify(manifest, null, 2));
  writeFileSync(lockFile, JSON.stringify(lock, null, 2));
}

function putStandIns(serverDir: string): void {
  const standIns = {
    '@vscode/spdlog': 'spdlog.cjs',
    '@vscode/native-watchdog': 'watchdog.cjs',
    'native-watchdog': 'watchdog.cjs',
  };
  for (const [name, file] of Object.entries(standIns)) {
    const dir = path.join(serverDir, 'node_modules', name);
    if (!existsSync(dir)) continue;
    const { main = 'index.js' } = readJson(path.join(dir, 'package.json')) as Manifest;
    copyFileSync(path.join(__dirname, 'standIns', file), path.join(dir, main));
  }
}

/** Older builds fetch ripgrep from GitHub in an install script; newer ones carry it for every platform. */
async function putRipgrep(serverDir: string, scratchDir: string): Promise<void> {
  const dir = path.join(serverDir, 'node_modules/@vscode/ripgrep');
  const binary = path.join(dir, 'bin/rg');
  if (!existsSync(dir) || existsSync(binary)) return;
  await npmInstall(scratchDir, '@vscode/ripgrep-universal@1.18.0');
  const platform = `${process.platform}-${process.arch}`;
  mkdirSync(path.dirname(binary), { recursive: true });
  copyFileSync(path.join(scratchDir, 'node_modules/@vscode/ripgrep-universal/bin', platform, 'rg'), binary);
  chmodSync(binary, 0o755);
  rmSync(scratchDir, { recursive: true });
}

/** Leaves out the chat agents and other platforms' binaries: half of 780 MB. */
function prune(build: Build, dir: string): void {
  const modules = path.join(build.serverDir, 'node_modules');
  const unused = [
    path.join(modules, '@github'),
    path.join(modules, '@microsoft/mxc-sdk'),
    path.join(modules, '@vscode/windows-process-tree'),
    path.join(build.serverDir, 'extensions/copilot'),
    path.join(dir, 'node/node_modules', nodePackage(), 'include'),
  ];
  for (const folder of unused) rmSync(folder, { recursive: true, force: true });
  for (const perPlatform of ['@vscode/ripgrep-universal/bin', 'node-pty/prebuilds']) {
    const folder = path.join(modules, perPlatform);
    if (!existsSync(folder)) continue;
    for (const platform of readdirSync(folder))
      if (platform !== `${process.platform}-${process.arch}`)
        rmSync(path.join(folder, platform), { recursive: true });
  }
}
