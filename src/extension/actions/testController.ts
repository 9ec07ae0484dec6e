import * as vscode from 'vscode';
import type { Place } from '../../jsonFile';
import { watchNewFolders } from '../data/newFolders';
import { forQuickPick, plain } from '../display/safeText';
import { Disposables } from '../emitter';
import { notSearched } from './testFiles';

interface NamedText {
  /** As messages name it. */
  readonly name: string;
  readonly text: string;
}

export interface TestFile extends NamedText {
  /**
   * Another file, by its path relative to this one.
   * @throws Error in words
   */
  readonly read: (path: string) => Promise<NamedText>;
}

/** What is wrong, at its place in the file. The two outputs are shown side by side. */
export interface TestFailure {
  readonly message: string;
  readonly place: Place;
  /** The name of another file that was read, in which the place is. */
  readonly file?: string | undefined;
  readonly outputs?: { readonly expected: string; readonly actual: string };
}

export interface TestResult {
  /** Absent when nothing was run. */
  readonly milliseconds?: number;
  /** `error` when there is nothing to compare. */
  readonly state: 'passed' | 'failed' | 'error';
  readonly failures: readonly TestFailure[];
}

/** One kind of file whose tests VS Code's Testing view lists and runs. */
export interface TestKind {
  readonly pattern: string;
  /** Other programs have files with such names too. */
  isTest(text: string): boolean;
  /** Called for each run, so that it can ask once what the files do not say; its function returns undefined on cancel. */
  begin(): (file: TestFile, signal: AbortSignal) => Promise<TestResult | undefined>;
}

/** More are not listed, and a file that is larger is none. */
const maxFiles = 1000;
const maxBytes = 1024 * 1024;

/** The test files of the workspace, in VS Code's Testing view. Nothing runs until the user runs it. */
export class TestFiles {
  private readonly controller: vscode.TestController;
  private readonly disposables = new Disposables();
  private readonly kinds = new WeakMap<vscode.TestItem, TestKind>();

  constructor(
    all: readonly TestKind[],
    create = (id: string) => vscode.tests.createTestController(id, 'TaskRouter'),
  ) {
    const controller = create('taskrouter');
    this.controller = controller;
    const { Run } = vscode.TestRunProfileKind;
    const run = (...args: Parameters<TestFiles['run']>) => this.run(...args);
    this.disposables.add(controller, controller.createRunProfile(vscode.l10n.t('Run'), Run, run, true));
    const find = async () => void (await Promise.all(all.map((kind) => this.find(kind))));
    controller.refreshHandler = find;
    for (const kind of all) {
      const watcher = vscode.workspace.createFileSystemWatcher(kind.pattern, false, false, true);
      const changed = (uri: vscode.Uri) => this.list(kind, uri);
      watcher.onDidCreate(changed);
      watcher.onDidChange(changed);
      this.disposables.add(watcher);
    }
    // Of a folder that was deleted or moved, VS Code reports only the folder.
    const deleted = vscode.workspace.createFileSystemWatcher('**', true, true, false);
    deleted.onDidDelete((uri) => this.forget(uri));
    this.disposables.add(
      deleted,
      watchNewFolders('**', find),
      vscode.workspace.onDidChangeWorkspaceFolders(find),
    );
    void find();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Removes a file, or all those in a folder. */
  private forget(uri: vscode.Uri): void {
    const path = uri.toString();
    for (const [id] of this.controller.items)
      if (id === path || id.startsWith(`${path}/`)) this.controller.items.delete(id);
  }

  private async find(kind: TestKind): Promise<void> {
    const found = await vscode.workspace.findFiles(kind.pattern, notSearched, maxFiles);
    const ids = new Set(found.map(String));
    for (const [id, item] of this.controller.items)
      if (this.kinds.get(item) === kind && !ids.has(id)) this.controller.items.delete(id);
    await Promise.all(found.map((uri) => this.list(kind, uri)));
  }

  private async list(kind: TestKind, uri: vscode.Uri): Promise<void> {
    const { items } = this.controller;
    const id = uri.toString();
    const text = await textOf(uri).catch(() => undefined);
    if (text === undefined || !kind.isTest(text)) return items.delete(id);
    if (items.get(id)) return;
    const label = forQuickPick(vscode.workspace.asRelativePath(uri));
    const item = this.controller.createTestItem(id, label, uri);
    item.range = new vscode.Range(0, 0, 0, 0);
    this.kinds.set(item, kind);
    items.add(item);
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    const stopped = new AbortController();
    const stopping = token.onCancellationRequested(() => stopped.abort());
    const begun = new Map<TestKind, ReturnType<TestKind['begin']>>();
    try {
      const items = this.included(request);
      for (const item of items) run.enqueued(item);
      for (const item of items) {
        const kind = this.kinds.get(item);
        if (!kind || stopped.signal.aborted) {
          run.skipped(item);
          continue;
        }
        const check = begun.get(kind) ?? kind.begin();
        begun.set(kind, check);
        run.started(item);
        const files = new Map<string, vscode.Uri>();
        const result = await resultOf(item.uri!, check, stopped.signal, files);
        if (!result) stopped.abort();
        if (!result || stopped.signal.aborted) run.skipped(item);
        else report(run, item, result, files);
      }
    } finally {
      stopping.dispose();
      run.end();
    }
  }

  private included({ include, exclude = [] }: vscode.TestRunRequest): readonly vscode.TestItem[] {
    const all = [...this.controller.items].map(([, item]) => item);
    return (include ?? all).filter((item) => !exclude.includes(item));
  }
}

async function resultOf(
  uri: vscode.Uri,
  check: ReturnType<TestKind['begin']>,
  signal: AbortSignal,
  files: Map<string, vscode.Uri>,
): Promise<TestResult | undefined> {
  const fileAt = async (one: vscode.Uri) => {
    const name = vscode.workspace.asRelativePath(one);
    files.set(name, one);
    return { name, text: await textOf(one) };
  };
  try {
    const read = (path: string) => fileAt(vscode.Uri.joinPath(uri, '..', path));
    return await check({ ...(await fileAt(uri)), read }, signal);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { state: 'error', failures: [{ message, place: { line: 1, column: 1 } }] };
  }
}

/** `files` has those that were read, by the names that messages have for them. */
function report(
  run: vscode.TestRun,
  item: vscode.TestItem,
  result: TestResult,
  files: ReadonlyMap<string, vscode.Uri>,
): void {
  const { state, failures, milliseconds } = result;
  const messages = failures.map(({ message, place: { line, column }, file = '', outputs }) => {
    const shown = new vscode.TestMessage(plain(message, 1000));
    shown.location = new vscode.Location(
      files.get(file) ?? item.uri!,
      new vscode.Position(line - 1, column - 1),
    );
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
async function textOf(uri: vscode.Uri): Promise<string> {
  const { type, size } = await vscode.workspace.fs.stat(uri);
  // A FIFO or a device never ends.
  if (!(type & vscode.FileType.File) || size > maxBytes)
    throw new Error(vscode.l10n.t('Only regular files of at most 1 MB are read.'));
  return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
}
