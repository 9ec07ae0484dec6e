import * as vscode from 'vscode';
import { plain } from '../display/safeText';
import { positionOf, TestCoverage } from './testCoverage';
import type { CheckedFile, CheckFile, TestKind, TestResult } from './testKind';

const maxBytes = 1024 * 1024;

/** A file, and those of its tests that are to run; it alone if it is one test. */
interface Wanted {
  readonly file: vscode.TestItem;
  readonly tests: readonly vscode.TestItem[];
}

/** Files that were read, by the names that messages have for them. */
type Files = Map<string, vscode.Uri>;

/** Runs the tests of one kind. */
export class TestRunner {
  /** What each file read when it last ran: it runs again when one of these is saved. */
  private readonly reads = new WeakMap<vscode.TestItem, Files>();

  constructor(
    private readonly controller: vscode.TestController,
    private readonly kind: TestKind,
    /** Lists the tests of a file again. */
    private readonly refresh: (file: vscode.Uri) => Promise<void>,
  ) {}

  async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    await this.runOnce(request, token, this.wanted(request));
    if (request.continuous) await this.runAfterSaves(request, token);
  }

  private runAfterSaves(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const saved = vscode.workspace.onDidSaveTextDocument(async ({ uri }) => {
      const reads = ({ file }: Wanted) =>
        [file.uri!, ...(this.reads.get(file)?.values() ?? [])].some((one) => String(one) === String(uri));
      const wanted = this.wanted(request).filter(reads);
      if (wanted.length === 0) return;
      await Promise.all(wanted.map(({ file }) => this.refresh(file.uri!)));
      await this.runOnce(request, token, this.wanted(request).filter(reads));
    });
    return new Promise((resolve) => {
      const end = () => {
        saved.dispose();
        resolve();
      };
      if (token.isCancellationRequested) end();
      else token.onCancellationRequested(end);
    });
  }

  private async runOnce(
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken,
    wanted: readonly Wanted[],
  ): Promise<void> {
    const run = this.controller.createTestRun(request);
    const isCoverage = request.profile?.kind === vscode.TestRunProfileKind.Coverage;
    const coverage = isCoverage ? new TestCoverage() : undefined;
    const stopped = new AbortController();
    const stopping = token.onCancellationRequested(() => stopped.abort());
    try {
      const check = this.kind.begin();
      for (const { file, tests } of wanted) for (const item of itemsOf(file, tests)) run.enqueued(item);
      for (const one of wanted) {
        if (stopped.signal.aborted) skip(run, one);
        else if (!(await this.check(run, one, check, stopped.signal, coverage))) stopped.abort();
      }
      for (const file of coverage?.files() ?? []) run.addCoverage(file);
    } finally {
      stopping.dispose();
      run.end();
    }
  }

  /** False on cancel. */
  private async check(
    run: vscode.TestRun,
    wanted: Wanted,
    check: CheckFile,
    signal: AbortSignal,
    coverage: TestCoverage | undefined,
  ): Promise<boolean> {
    const { file, tests } = wanted;
    for (const item of itemsOf(file, tests)) run.started(item);
    const files: Files = new Map();
    const checked = await checkedFile(file.uri!, check, signal, new Set(tests.map(({ id }) => id)), files);
    this.reads.set(file, files);
    if (!checked || signal.aborted) {
      skip(run, wanted);
      return checked !== undefined;
    }
    const { results } = checked;
    if ('state' in results) {
      report(run, file, results, files);
      for (const test of tests) run.skipped(test);
    } else
      for (const test of tests) {
        const result = results.get(test.id);
        if (result) report(run, test, result, files);
        else run.skipped(test);
      }
    if (coverage && checked.coverage) {
      const { file: name, ranges } = checked.coverage();
      coverage.add(files.get(name)!, ranges);
    }
    return true;
  }

  private wanted({ include, exclude = [] }: vscode.TestRunRequest): readonly Wanted[] {
    const isIncluded = (item: vscode.TestItem) => !include || include.includes(item);
    const isOfKind = ({ tags }: vscode.TestItem) => tags.some(({ id }) => id === this.kind.id);
    // They are listed in the order in which they were read.
    const files = [...this.controller.items].map(([, file]) => file);
    files.sort((one, other) => (one.id < other.id ? -1 : 1));
    return files.flatMap((file) => {
      if (!isOfKind(file) || exclude.includes(file)) return [];
      const all = [...file.children].map(([, test]) => test);
      const tests = all.filter((test) => (isIncluded(file) || isIncluded(test)) && !exclude.includes(test));
      return tests.length > 0 || (all.length === 0 && isIncluded(file)) ? [{ file, tests }] : [];
    });
  }
}

const itemsOf = (file: vscode.TestItem, tests: readonly vscode.TestItem[]) =>
  tests.length > 0 ? tests : [file];

function skip(run: vscode.TestRun, { file, tests }: Wanted): void {
  for (const item of itemsOf(file, tests)) run.skipped(item);
}

async function checkedFile(
  uri: vscode.Uri,
  check: CheckFile,
  signal: AbortSignal,
  ids: ReadonlySet<string>,
  files: Files,
): Promise<CheckedFile | undefined> {
  const fileAt = async (one: vscode.Uri) => {
    const name = vscode.workspace.asRelativePath(one);
    files.set(name, one);
    return { name, text: await textOf(one) };
  };
  try {
    const read = (path: string) => fileAt(vscode.Uri.joinPath(uri, '..', path));
    return await check({ ...(await fileAt(uri)), read }, signal, ids);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { results: { state: 'error', failures: [{ message, place: { line: 1, column: 1 } }] } };
  }
}

function report(run: vscode.TestRun, item: vscode.TestItem, result: TestResult, files: Files): void {
  const { state, failures, milliseconds } = result;
  const messages = failures.map(({ message, place, file = '', outputs }) => {
    const shown = new vscode.TestMessage(plain(message, 1000));
    shown.location = new vscode.Location(files.get(file) ?? item.uri!, positionOf(place));
    if (outputs) {
      shown.expectedOutput = visible(outputs.expected);
      shown.actualOutput = visible(outputs.actual);
    }
    return shown;
  });
  if (state === 'passed') run.passed(item, milliseconds);
  else if (state === 'failed') run.failed(item, messages, milliseconds);
  else run.errored(item, messages, milliseconds);
  const lines = [`${state} ${item.label}`, ...failures.map(({ message }) => `  ${message}`)];
  for (const line of lines) run.appendOutput(`${line.replace(/\p{C}/gu, '\u{fffd}')}\r\n`, undefined, item);
}

/** With its line breaks, and without what changes how text around it is drawn. */
const visible = (text: string) => text.replace(/[^\P{C}\n\t]/gu, '\u{fffd}');

/** @throws Error in words */
export async function textOf(uri: vscode.Uri): Promise<string> {
  const { type, size } = await vscode.workspace.fs.stat(uri);
  // A FIFO or a device never ends.
  if (!(type & vscode.FileType.File) || size > maxBytes)
    throw new Error(vscode.l10n.t('Only regular files of at most 1 MB are read.'));
  return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
}
