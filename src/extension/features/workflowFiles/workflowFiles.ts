import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { WindowData } from '../../data/windowData';

/** The name of a configuration's root, as each language writes it: other programs use other names. */
const marks = new Map([
  ['json', '"task_routing"'],
  ['jsonc', '"task_routing"'],
  ['taskrouter-json', '"task_routing"'],
  ['terraform', 'task_routing'],
]);

/** Waits for a document with a workflow's configuration in it. All that concerns them is loaded then. */
export function workflowFiles(parts: WindowData): Disposables {
  const { workspace } = vscode;
  const disposables = new Disposables();
  let isLoaded = false;
  const search = async ({ languageId }: vscode.TextDocument, text: () => string) => {
    const mark = marks.get(languageId);
    if (isLoaded || mark === undefined || !text().includes(mark)) return;
    isLoaded = true;
    disposables.add(new (await import('../../lazy')).WorkflowLanguage(parts, marks));
  };
  const opened = (document: vscode.TextDocument) => void search(document, () => document.getText());
  disposables.add(
    workspace.onDidOpenTextDocument(opened),
    // Only what changed, and its line: a document can be large.
    workspace.onDidChangeTextDocument(({ document, contentChanges }) =>
      contentChanges.forEach(({ text, range: { start } }) => {
        const line = () => document.lineAt(Math.min(start.line, document.lineCount - 1)).text;
        void search(document, () => text + line());
      }),
    ),
  );
  workspace.textDocuments.forEach(opened);
  return disposables;
}
