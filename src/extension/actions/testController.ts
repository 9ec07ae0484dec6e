import * as vscode from 'vscode';
import { watchNewFolders } from '../data/newFolders';
import { forQuickPick } from '../display/safeText';
import { Disposables } from '../emitter';
import { detailsOf, positionOf } from './testCoverage';
import { notSearched } from './testFiles';
import type { TestInFile, TestKind } from './testKind';
import { textOf, TestRunner } from './testRunner';

/** More are not listed. */
const maxFiles = 1000;

/** The test files of the workspace, in VS Code's Testing view. Nothing runs until the user runs it. */
export class TestFiles {
  private readonly controller: vscode.TestController;
  private readonly disposables = new Disposables();

  constructor(
    all: readonly TestKind[],
    create = (id: string) => vscode.tests.createTestController(id, 'TaskRouter'),
  ) {
    const controller = create('taskrouter');
    this.controller = controller;
    this.disposables.add(controller);
    const find = async () => void (await Promise.all(all.map((kind) => this.find(kind))));
    controller.refreshHandler = find;
    for (const kind of all) {
      this.offer(kind);
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

  /** One that leaves this process is run by the user alone, and not after each save. */
  private offer(kind: TestKind): void {
    const { Run, Coverage } = vscode.TestRunProfileKind;
    const { controller } = this;
    const tag = new vscode.TestTag(kind.id);
    const runner = new TestRunner(controller, kind, (uri) => this.list(kind, uri));
    const run = (...args: Parameters<TestRunner['run']>) => runner.run(...args);
    const offer = (label: string, profile: vscode.TestRunProfileKind) =>
      controller.createRunProfile(label, profile, run, true, tag, kind.isPure);
    this.disposables.add(offer(vscode.l10n.t('Run'), Run));
    if (!kind.isPure) return;
    const coverage = offer(vscode.l10n.t('Run with Coverage'), Coverage);
    coverage.loadDetailedCoverage = (_run, file) => Promise.resolve(detailsOf(file));
    this.disposables.add(coverage);
  }

  private async find(kind: TestKind): Promise<void> {
    const found = await vscode.workspace.findFiles(kind.pattern, notSearched, maxFiles);
    const ids = new Set(found.map(String));
    for (const [id, item] of this.controller.items)
      if (item.tags.some((tag) => tag.id === kind.id) && !ids.has(id)) this.controller.items.delete(id);
    await Promise.all(found.map((uri) => this.list(kind, uri)));
  }

  private async list(kind: TestKind, uri: vscode.Uri): Promise<void> {
    const { items } = this.controller;
    const id = uri.toString();
    const text = await textOf(uri).catch(() => undefined);
    const tests = text === undefined ? undefined : kind.list(text);
    if (!tests) return items.delete(id);
    const known = items.get(id);
    const item = known ?? this.item(kind, id, vscode.workspace.asRelativePath(uri), uri);
    if (!known) items.add(item);
    item.children.replace(tests.map((test) => this.child(kind, item, test)));
  }

  private child(kind: TestKind, { uri, children }: vscode.TestItem, test: TestInFile): vscode.TestItem {
    const child = children.get(test.id) ?? this.item(kind, test.id, test.name, uri!);
    child.range = new vscode.Range(positionOf(test.place), positionOf(test.place));
    return child;
  }

  private item({ id: kind }: TestKind, id: string, label: string, uri: vscode.Uri): vscode.TestItem {
    const item = this.controller.createTestItem(id, forQuickPick(label), uri);
    item.range = new vscode.Range(0, 0, 0, 0);
    item.tags = [new vscode.TestTag(kind)];
    return item;
  }
}
