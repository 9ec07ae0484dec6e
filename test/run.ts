/**
 * `npm test`: every test there is, in steps that go on after a failure, and the sum in the last line.
 * `--only check|plain|host|workbench` (more than one is fine) runs a part, `--grep` the tests whose names match.
 */
import { runTests } from '@vscode/test-electron';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { VersionName } from './host/builds';
import { whenToldToEnd } from './host/ending';
import type { Counts } from './host/reporter';

const root = path.resolve(__dirname, '..');
// Not always the system's temp folder: the sockets in it need short paths, and macOS has a long one.
const scratchDir = mkdtempSync(path.join(existsSync('/tmp') ? '/tmp' : tmpdir(), 'taskrouter-'));
process.once('exit', () => rmSync(scratchDir, { recursive: true, force: true, maxRetries: 5 }));
/** So that a step that is killed leaves nothing either: what it and its browser put there goes with the folder. */
const scratchEnv = { TMPDIR: scratchDir };
/** Where test/safety/egress.cjs writes down what wanted to leave this machine; VS Code's processes inherit it. */
const egressLog = path.join(scratchDir, 'egress.log');
process.env.EGRESS_LOG = egressLog;

const { values: flags } = parseArgs({
  options: { only: { type: 'string', multiple: true }, grep: { type: 'string' } },
});

interface Step {
  part: 'check' | 'build' | 'plain' | 'host' | 'workbench';
  name: string;
  /** Answers with what the tests counted, or throws. `countsFile` is where a mocha run leaves its counts. */
  run(countsFile: string): Promise<Counts>;
}

const foldersWithEditor = ['extension', 'host', 'workbench'];
/** All others, so that a new folder of tests cannot be forgotten. */
const foldersWithoutEditor = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !foldersWithEditor.includes(entry.name))
  .map(({ name }) => name);

const steps: Step[] = [
  { part: 'check', name: 'types, lint, format', run: () => asOneTest('npm', ['run', '--silent', 'check']) },
  { part: 'build', name: 'build', run: () => build() },
  {
    part: 'plain',
    name: 'tests without an editor',
    run: (countsFile) => runMocha(countsFile, foldersWithoutEditor, 10_000),
  },
  { part: 'host', name: 'tests inside the newest VS Code', run: (file) => runInVsCode('newest', file) },
  { part: 'host', name: 'tests inside the oldest VS Code', run: (file) => runInVsCode('oldest', file) },
  {
    part: 'workbench',
    name: 'tests at the workbench, as a person',
    run: (countsFile) => runMocha(countsFile, ['workbench'], 120_000, scratchEnv),
  },
];

async function main(): Promise<void> {
  const only = flags.only?.flatMap((names) => names.split(','));
  const parts = new Set(steps.map((step) => step.part as string));
  const unknown = only?.find((name) => !parts.has(name));
  if (unknown) throw new Error(`--only ${unknown}: it can be ${[...parts].join(', ')}.`);
  const wanted =
    only && new Set([...only, ...(only.includes('host') || only.includes('workbench') ? ['build'] : [])]);

  const total: Counts = { passed: 0, failed: 0 };
  for (const [index, step] of steps.entries()) {
    if (wanted && !wanted.has(step.part)) continue;
    console.log(`\n── ${step.name}`);
    const started = Date.now();
    const counts = await step.run(path.join(scratchDir, `${index}.json`)).catch((error: Error): Counts => {
      console.error(error.message);
      return { passed: 0, failed: 1 };
    });
    if (toldToEnd !== undefined) {
      await delay(1500); // until the servers of a killed step have noticed that they are alone
      process.exit(toldToEnd);
    }
    counts.failed += tellEgress();
    total.passed += counts.passed;
    total.failed += counts.failed;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`── ${step.name}: ${counts.passed} passed, ${counts.failed} failed, ${seconds} s`);
    if (step.part === 'build' && counts.failed > 0) break;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

/** Whatever a step's processes wanted of other machines is a failure of that step. Answers with how often that was. */
function tellEgress(): number {
  if (!existsSync(egressLog)) return 0;
  const lines = readFileSync(egressLog, 'utf8').trim().split('\n');
  rmSync(egressLog);
  for (const line of lines) {
    const { what, where } = JSON.parse(line) as { what: string; where: string[] };
    console.error(`${what} was wanted:\n${where.join('\n')}`);
  }
  return lines.length;
}

let running: ChildProcess | undefined;
/** What this process was told to end with; the step that is running is ended first, as it has things to clear away. */
let toldToEnd: number | undefined;
whenToldToEnd((exitCode) => {
  toldToEnd = exitCode;
  running?.kill('SIGINT');
  const itWasSigint = exitCode === 130;
  if (!itWasSigint) process.kill(process.pid, 'SIGINT'); // the only one that @vscode/test-electron passes on
  setTimeout(() => process.exit(exitCode), 10_000).unref();
});

/** Runs a program with its output going where ours goes; answers with its exit code. */
async function run(program: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  running = child;
  const code = await new Promise<number>((resolve, reject) =>
    child.once('close', (exitCode) => resolve(exitCode ?? 1)).once('error', reject),
  );
  running = undefined;
  return code;
}

async function asOneTest(program: string, args: string[]): Promise<Counts> {
  const passed = (await run(program, args)) === 0;
  return { passed: Number(passed), failed: Number(!passed) };
}

/** Not a test of its own, unless it fails. */
async function build(): Promise<Counts> {
  const { failed } = await asOneTest(process.execPath, ['esbuild.js', '--tests']);
  return { passed: 0, failed };
}

/** Runs every test file of these folders of `test/` with mocha in one Node.js. `timeout` is of a test, in ms. */
async function runMocha(
  countsFile: string,
  folders: string[],
  timeout: number,
  env: Record<string, string> = {},
): Promise<Counts> {
  const files = folders.flatMap(testFiles);
  if (files.length === 0)
    throw new Error(`There is no test file in ${folders.map((name) => `test/${name}`).join(', ')}.`);
  const mocha = path.join(path.dirname(require.resolve('mocha/package.json')), 'bin/mocha.js');
  const reporter = path.join(__dirname, 'host/reporter.ts');
  const code = await run(
    process.execPath,
    [
      ...['--require', path.join(__dirname, 'safety/egress.cjs')],
      ...['--require', path.join(__dirname, 'vscodeInNode.cjs'), '--import', 'tsx', mocha],
      ...['--reporter', reporter, '--timeout', String(timeout), '--forbid-only'],
      ...(flags.grep ? ['--grep', flags.grep] : []),
      ...files,
    ],
    { ...env, TEST_COUNTS: countsFile },
  );
  return readCounts(countsFile, code);
}

function testFiles(folder: string): string[] {
  const dir = path.join(__dirname, folder);
  if (!existsSync(dir)) return [];
  const names = readdirSync(dir, { recursive: true }).map(String);
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => path.join(dir, name));
}

/**
 * Runs test/extension in VS Code's extension host. Where the server build does not run (Windows), or with
 * `VSCODE_TEST_DESKTOP=1`, in a desktop VS Code that @vscode/test-electron downloads.
 */
async function runInVsCode(version: VersionName, countsFile: string): Promise<Counts> {
  const desktop = process.platform === 'win32' || process.env.VSCODE_TEST_DESKTOP === '1';
  const started = runTests({
    ...(desktop
      ? { version: version === 'newest' ? 'stable' : oldestPromised() }
      : { vscodeExecutablePath: path.join(__dirname, 'host/code') }),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'out/test/extension/index'),
    // A folder of its own: what a run leaves open would be open again in the next.
    launchArgs: ['--user-data-dir', path.join(scratchDir, version)],
    extensionTestsEnv: {
      ...scratchEnv,
      VSCODE_TEST_VERSION: version,
      TEST_COUNTS: countsFile,
      ...(flags.grep && { TEST_GREP: flags.grep }),
      ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
    },
  });
  const code = await started.catch((error: Error) => {
    console.error(error.message);
    return 1;
  });
  return readCounts(countsFile, code);
}

/** The version that package.json's `engines` names. */
function oldestPromised(): string {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    engines: { vscode: string };
  };
  return manifest.engines.vscode.replace(/[^\d.]/g, '');
}

/** A run that ended badly without a failed test, or without any count, has failed as a whole. */
function readCounts(file: string, exitCode: number): Counts {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const counts = JSON.parse(readFileSync(file, 'utf8')) as Counts;
  const nothing = counts.passed + counts.failed === 0 && !flags.grep;
  if ((exitCode !== 0 || nothing) && counts.failed === 0) return { ...counts, failed: 1 };
  return counts;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
