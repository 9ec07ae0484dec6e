import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { machineClock } from '../../../../src/extension/data/clock';
import { WorkflowLanguage } from '../../../../src/extension/features/workflowFiles/workflowLanguage';
import * as resources from '../../../../src/taskrouter/resources';
import { openWindow } from '../../window';

const codesOf = (uri: vscode.Uri) =>
  vscode.languages.getDiagnostics(uri).map(({ code }) => (typeof code === 'object' ? code.value : code));

/** Resolves when the diagnostics of a document are as wanted. */
function untilDiagnostics(uri: vscode.Uri, wanted: (codes: unknown[]) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!wanted(codesOf(uri))) return;
      listener.dispose();
      resolve();
    };
    const listener = vscode.languages.onDidChangeDiagnostics(check);
    check();
  });
}

const workflowWith = (queue: string) =>
  JSON.stringify(
    {
      task_routing: {
        filters: [
          { expression: "type == 'a' AND type == 'b'", targets: [{ queue, expression: 'level > 3' }] },
        ],
        default_filter: { queue },
      },
    },
    null,
    2,
  );

const marks = new Map([
  ['jsonc', '"task_routing"'],
  ['terraform', 'task_routing'],
]);

describe('Workflows in documents', () => {
  const on = openWindow();
  let language: WorkflowLanguage;
  let document: vscode.TextDocument;
  let queue: resources.TaskQueue;
  before(async () => {
    const account = await on.signIn();
    const workspaces = { accountId: account.id, collection: resources.workspaces, parents: [] };
    await on.store.all(workspaces);
    const [workspace] = on.store.list(workspaces)!.sids;
    for (const collection of [resources.taskQueues, resources.activities, resources.workers])
      await on.store.all({ accountId: account.id, collection, parents: [workspace!] });
    const { sids } = on.store.list({
      ...{ accountId: account.id, collection: resources.taskQueues, parents: [workspace!] },
    })!;
    queue = on.store.read(resources.taskQueues, account.id, sids[0])!;
    language = new WorkflowLanguage({ ...on, clock: machineClock } as never, marks);
    document = await vscode.workspace.openTextDocument({
      language: 'jsonc',
      content: workflowWith(queue.sid),
    });
    await vscode.window.showTextDocument(document);
  });
  after(async () => {
    language.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const positionOf = (text: string, further = 0) =>
    document.positionAt(document.getText().indexOf(text) + further);

  it('have diagnostics, also after an edit', async () => {
    await untilDiagnostics(document.uri, (codes) => codes.includes('never-matches'));
    assert.ok(codesOf(document.uri).includes('missing-prefix'));
    const edit = new vscode.WorkspaceEdit();
    const start = positionOf("type == 'b'");
    edit.replace(document.uri, new vscode.Range(start, start.translate(0, 4)), 'kind');
    await vscode.workspace.applyEdit(edit);
    await untilDiagnostics(document.uri, (codes) => !codes.includes('never-matches'));
  });

  it('have quick fixes', async () => {
    const at = positionOf('level > 3', 1);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(at, at),
    );
    const fix = actions.find(
      ({ title }) => title === 'Change to worker.level' || title === 'Change to task.level',
    );
    assert.ok(fix, actions.map(({ title }) => title).join());
    await vscode.workspace.applyEdit(fix.edit!);
    await untilDiagnostics(document.uri, (codes) => !codes.includes('missing-prefix'));
    assert.match(document.getText(), /"(worker|task)\.level > 3"/);
  });

  it('complete queues by their names', async () => {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      positionOf(queue.sid, 2),
    );
    const item = list.items.find(({ label }) => typeof label === 'object' && label.description === queue.sid);
    assert.equal((item?.label as vscode.CompletionItemLabel | undefined)?.label, queue.friendly_name);
    assert.equal(item?.insertText, queue.sid);
  });

  it('explain what a word means', async () => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      positionOf("type == 'a'", 1),
    );
    const texts = hovers.flatMap(({ contents }) =>
      contents.map((one) => (typeof one === 'string' ? one : one.value)),
    );
    assert.ok(
      texts.some((text) => text.includes('type: an attribute of the task')),
      texts.join(),
    );
  });

  it('lead to the queue that a SID names, and name it beside', async () => {
    const places = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      positionOf(queue.sid, 5),
    );
    assert.ok(places.some(({ uri }) => uri.path === `/${queue.sid}.json`));
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      document.uri,
      whole,
    );
    assert.ok(hints.some(({ label }) => label === queue.friendly_name));
  });

  it('are also found in Terraform', async () => {
    const content = `x = jsonencode({ task_routing = { default_filter = { queue = "${queue.sid}" }, filters = [{
      expression = "type == 'a' AND type == 'b'", targets = local.targets }] } })`;
    const terraform = await vscode.workspace.openTextDocument({ language: 'terraform', content });
    await untilDiagnostics(terraform.uri, (codes) => codes.includes('never-matches'));
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      terraform.uri,
      terraform.positionAt(content.indexOf(queue.sid) + 2),
    );
    assert.ok(list.items.some(({ insertText }) => insertText === queue.sid));
  });
});
