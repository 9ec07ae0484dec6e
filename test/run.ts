/**
 * `npm test`: every test there is, in steps of which two run at once and which go on after a failure, and the sum in the
 * last line. `--only check|plain|host|workbench` (more than one is fine) runs a part, `--grep` the tests whose names match.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findChromium } from './host/browser';
import type { VersionName } from './host/builds';
import { whenToldToEnd } from './host/ending';
import type { Counts } from './host/reporter';

const root = path.resolve(__dirname, '..');
// Not always the system's temp folder: the sockets in it need short paths, and macOS has a long one.
const scratchDir = mkdtempSync(path.join(existsSync('/tmp') ? '/tmp' : tmpdir(), 'taskrouter-'));
process.once('exit', () => rmSync(scratchDir, { recursive: true, force: true, maxRetries: 5 }));

const { values: flags } = parseArgs({
  options: { only: { type: 'string', multiple: true }, grep: { type: 'string' } },
});

interface Step {
  part: 'check' | 'build' | 'plain' | 'host' | 'workbench';
  /** Stands before each line of its output. */
  name: string;
  program: string;
  args: string[];
  /** Whether it leaves what its tests counted in the file that `TEST_COUNTS` names; otherwise it is one test itself. */
  counts: boolean;
}

const allTests = readdirSync(__dirname, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.test.ts'))
  .sort();
const testsIn = (folder: string) => allTests.filter((name) => name.startsWith(`${folder}${path.sep}`));
const workbenchTests = testsIn('workbench');
const pageTests = testsIn('webview');
/** All others, so that no file of tests can be forgotten. */
const otherTests = allTests.filter(
  (name) => ![...workbenchTests, ...pageTests].includes(name) && !name.endsWith('.host.test.ts'),
);

const build: Step = {
  part: 'build',
  name: 'build',
  program: process.execPath,
  args: ['esbuild.js', '--tests'],
  counts: false,
};

/** Into how many steps the workbench's tests are split; each starts a browser and VS Code anew, as eight tests in one do. */
const workbenchSteps = 5;

/**
 * Two lanes run these, one from the first step on and one from the last step back, until they meet: so both end at nearly
 * the same time, and two workbenches run at once only when nothing else is left.
 */
const steps: Step[] = [
  ...inTheWorkbench(),
  inVsCode('oldest'),
  inVsCode('newest'),
  {
    part: 'check',
    name: 'types, lint, format',
    program: 'npm',
    args: ['run', '--silent', 'check'],
    counts: false,
  },
  mocha('plain', 'pages', pageTests),
  mocha('plain', 'without an editor', otherTests),
];

async function main(): Promise<void> {
  const only = flags.only?.flatMap((names) => names.split(','));
  const unknown = only?.find((name) => !steps.some((step) => step.part === name));
  if (unknown)
    throw new Error(
      `--only ${unknown}: it can be ${[...new Set(steps.map((step) => step.part))].sort().join(', ')}.`,
    );
  const wanted = steps.filter((step) => only?.includes(step.part) ?? true);
  const needsBuild = wanted.some(({ part }) => part === 'host' || part === 'workbench');

  const total: Counts = { passed: 0, failed: 0 };
  const add = ({ passed, failed }: Counts) => {
    total.passed += passed;
    total.failed += failed;
  };
  // Two steps would install it at the same time. Those that need it say why there is none.
  if (wanted.some(({ part }) => part !== 'check')) await findChromium().catch(() => undefined);
  // Not a test of its own, unless it fails.
  const isBuilt = !needsBuild || (await runStep(build, true)).failed === 0;
  if (!isBuilt) total.failed = 1;
  else {
    const waiting = [...wanted];
    const isAlone = waiting.length === 1;
    const lane = async (next: () => Step | undefined) => {
      for (let step = next(); step && toldToEnd === undefined; step = next())
        add(await runStep(step, isAlone));
    };
    await Promise.all([lane(() => waiting.shift()), lane(() => waiting.pop())]);
  }
  if (toldToEnd !== undefined) {
    await delay(1500); // until the servers of a killed step have noticed that they are alone
    process.exit(toldToEnd);
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

const running = new Set<ChildProcess>();
/** What this process was told to end with; the steps that run are ended first, as they have things to clear away. */
let toldToEnd: number | undefined;
whenToldToEnd((exitCode) => {
  toldToEnd = exitCode;
  // The only signal that @vscode/test-electron passes on.
  for (const child of running) child.kill('SIGINT');
  setTimeout(() => process.exit(exitCode), 10_000).unref();
});

/** Runs a step in a process of its own. Unless it is alone, each line of its output says which step it is of. */
async function runStep({ name, program, args, counts }: Step, isAlone: boolean): Promise<Counts> {
  const started = Date.now();
  const dir = mkdtempSync(path.join(scratchDir, 's'));
  const files = { counts: path.join(dir, 'counts.json'), egress: path.join(dir, 'egress.log') };
  const output = isAlone ? 'inherit' : 'pipe';
  console.log(`── ${name}`);
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', output, output],
    env: {
      ...process.env,
      ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
      ...(flags.grep && { TEST_GREP: flags.grep }),
      // What a step that is killed leaves, and its browser, goes with the folder.
      TMPDIR: dir,
      TEST_COUNTS: files.counts,
      // Where test/safety/egress.cjs writes down what wanted to leave this machine; VS Code's processes inherit it.
      EGRESS_LOG: files.egress,
    },
    // Only where it must be: its command lines are too short for the names of all files.
    shell: process.platform === 'win32' && program === 'npm',
  });
  running.add(child);
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', (line) => console.log(`${name} │ ${line}`));
  const exitCode = await new Promise<number>((resolve) =>
    child
      .once('close', (code) => resolve(code ?? 1))
      .once('error', (error) => {
        console.error(error.message);
        resolve(1);
      }),
  );
  running.delete(child);

  const found = counts ? readCounts(files.counts, exitCode) : asOneTest(exitCode);
  const egress = egressIn(files.egress);
  found.failed += egress.length;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  for (const line of egress) console.error(line);
  console.log(`── ${name}: ${found.passed} passed, ${found.failed} failed, ${seconds} s`);
  return found;
}

/** Whatever a step's processes wanted of other machines, each of which is a failure of that step. */
function egressIn(file: string): string[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const { what, where } = JSON.parse(line) as { what: string; where: string[] };
    return `${what} was wanted:\n${where.join('\n')}`;
  });
}

/** These files of `test/` with mocha in one Node.js. */
function mocha(part: Step['part'], name: string, files: string[]): Step {
  const args = [
    ...['--require', path.join(__dirname, 'safety/egress.cjs')],
    ...['--require', path.join(__dirname, 'vscodeInNode.cjs'), '--import', 'tsx'],
    path.join(path.dirname(require.resolve('mocha/package.json')), 'bin/mocha.js'),
    ...['--reporter', path.join(__dirname, 'host/reporter.ts'), '--forbid-only'],
    // A test that takes 10 seconds takes a minute on a busy machine.
    ...['--timeout', '120000'],
    ...(flags.grep ? ['--grep', flags.grep] : []),
    ...files.map((file) => path.join(__dirname, file)),
  ];
  return { part, name, program: process.execPath, args, counts: true };
}

/** The largest files, which mostly take longest, are dealt out first: so the longest are in the first steps. */
function inTheWorkbench(): Step[] {
  const size = (file: string) => statSync(path.join(__dirname, file)).size;
  const largestFirst = [...workbenchTests].sort((a, b) => size(b) - size(a));
  // What is looked for is in one of them.
  const count = flags.grep ? 1 : workbenchSteps;
  return Array.from({ length: count }, (_, step) => {
    const name = count === 1 ? 'workbench' : `workbench ${step + 1} of ${count}`;
    return mocha(
      'workbench',
      name,
      largestFirst.filter((_file, i) => i % count === step),
    );
  });
}

function inVsCode(version: VersionName): Step {
  return {
    part: 'host',
    name: `${version} VS Code`,
    program: process.execPath,
    args: ['--import', 'tsx', path.join(__dirname, 'host/inVsCode.ts'), version],
    counts: true,
  };
}

function asOneTest(exitCode: number): Counts {
  return { passed: Number(exitCode === 0), failed: Number(exitCode !== 0) };
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
