import * as vscode from 'vscode';
import type { WindowData } from '../../data/windowData';
import { localize } from '../../display/localize';
import { plain } from '../../display/safeText';
import { Disposables } from '../../emitter';
import type { TextRange } from '../../../routing/expressions/syntax';
import { complete } from '../../../workflow/completion';
import type { Completion } from '../../../workflow/completion';
import type { Diagnostic } from '../../../workflow/diagnostics/diagnose';
import { formatExpression } from '../../../workflow/format';
import { hints } from '../../../workflow/hints';
import { hover } from '../../../workflow/hover';
import { placeAt, sidAt } from '../../../workflow/places';
import { nameOf } from '../../../workflow/diagnostics/workspace';
import { withoutTemplates } from '../../../workflow/terraform';
import type { Message } from '../../../taskrouter/message';
import { KnownWorkspaces } from './knownWorkspaces';
import { formatOf, OpenWorkflows } from './openWorkflows';

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};
const source = 'TaskRouter';

/** Rows change with each poll: what depends on them is checked again at most this often. Milliseconds. */
const recheckInterval = 2000;

/** What a data text of a message is cut to: expressions are long. */
const shown = (message: Message) => localize(message, (data) => plain(data, 200));

/** Language support for workflows in documents of JSON and Terraform. */
export class WorkflowLanguage {
  private readonly workspaces: KnownWorkspaces;
  private readonly open: OpenWorkflows;
  private readonly collection = vscode.languages.createDiagnosticCollection('taskrouter');
  private readonly hintsChanged = new vscode.EventEmitter<void>();
  private readonly disposables = new Disposables();
  private recheck: { cancel(): void } | undefined;

  constructor({ store, accounts, clock }: WindowData, marks: ReadonlyMap<string, string>) {
    this.workspaces = new KnownWorkspaces(store, accounts);
    this.open = new OpenWorkflows(clock, this.workspaces, marks);
    const selector = [...marks.keys()].map((language) => ({ language }));
    const { languages: register } = vscode;
    this.disposables.add(
      ...[this.open, this.collection, this.hintsChanged],
      this.open.onDidCheck((document) => this.show(document)),
      store.onDidChange(() => {
        this.recheck ??= clock.setTimeout(() => {
          this.recheck = undefined;
          this.workspaces.clear();
          this.open.checkAll();
        }, recheckInterval);
      }),
      register.registerHoverProvider(selector, { provideHover: (document, at) => this.hover(document, at) }),
      register.registerCompletionItemProvider(
        selector,
        { provideCompletionItems: (document, at) => this.complete(document, at) },
        ...[' ', '.', "'", '[', ','],
      ),
      register.registerDefinitionProvider(selector, {
        provideDefinition: (document, at) => this.define(document, at),
      }),
      register.registerInlayHintsProvider(selector, {
        onDidChangeInlayHints: this.hintsChanged.event,
        provideInlayHints: (document, range) => this.hints(document, range),
      }),
      register.registerCodeActionsProvider(
        selector,
        { provideCodeActions: (document, range) => this.actions(document, range) },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite] },
      ),
    );
    this.open.start();
  }

  dispose(): void {
    this.recheck?.cancel();
    this.disposables.dispose();
  }

  private show(document: vscode.TextDocument): void {
    const result = this.open.result(document);
    this.hintsChanged.fire();
    if (!result) this.collection.delete(document.uri);
    else
      this.collection.set(
        document.uri,
        result.diagnostics.map((one) => diagnosticOf(document, one)),
      );
  }

  private async hover(document: vscode.TextDocument, position: vscode.Position) {
    const read = await this.open.read(document);
    const found = read && hover(read.document, document.offsetAt(position), read.known);
    if (!found) return undefined;
    const code = found.code === undefined ? [] : ['', found.code];
    const value = [...found.lines.map(shown), ...code].join('\n');
    // As code: what customers wrote in attributes is no markup.
    return new vscode.Hover({ language: 'plaintext', value }, rangeOf(document, found.range));
  }

  private async complete(document: vscode.TextDocument, position: vscode.Position) {
    const read = await this.open.read(document);
    const found = read && complete(read.document, document.offsetAt(position), read.known);
    if (!found) return undefined;
    const range = rangeOf(document, found.range);
    const typed = document.getText(range);
    return found.items.map((item) => completionOf(document, item, range, typed));
  }

  private async define(document: vscode.TextDocument, position: vscode.Position) {
    const read = await this.open.read(document);
    const sid = read && sidAt(read.document, document.offsetAt(position));
    if (!sid || read.accountId === undefined || nameOf(sid, read.known) === undefined) return undefined;
    const uri = vscode.Uri.from({ scheme: 'taskrouter-json', path: `/${sid}.json`, query: read.accountId });
    return new vscode.Location(uri, new vscode.Position(0, 0));
  }

  private async hints(document: vscode.TextDocument, range: vscode.Range) {
    const read = await this.open.read(document);
    if (!read) return [];
    const within = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    return hints(read.document, within, read.known).map(({ offset, name }) => {
      const hint = new vscode.InlayHint(document.positionAt(offset), plain(name, 60));
      hint.paddingLeft = true;
      return hint;
    });
  }

  private async actions(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
    const result = this.open.result(document);
    if (!result || result.version !== document.version) return [];
    const fixes = result.diagnostics
      .filter((one) => one.fixes.length > 0 && rangeOf(document, one.range).intersection(range))
      .flatMap((one) => one.fixes.map((fix) => fixOf(document, one, fix)));
    const format = await this.formatting(document, range.start);
    return format ? [...fixes, format] : fixes;
  }

  /** VS Code's own formatter of JSON stays the only one of the document. */
  private async formatting(document: vscode.TextDocument, position: vscode.Position) {
    const read = await this.open.read(document);
    const place = read && placeAt(read.document, document.offsetAt(position));
    if (place?.type !== 'expression' || place.part.hasTemplate || !place.part.parsed.expression)
      return undefined;
    const formatted = formatExpression(place.part.text);
    if (formatted === undefined || formatted === place.part.text) return undefined;
    const action = new vscode.CodeAction(
      vscode.l10n.t('Format Expression'),
      vscode.CodeActionKind.RefactorRewrite,
    );
    action.edit = new vscode.WorkspaceEdit();
    action.edit.replace(
      document.uri,
      rangeOf(document, place.part.range),
      written(document, JSON.stringify(formatted)),
    );
    return action;
  }
}

const rangeOf = (document: vscode.TextDocument, { start, end }: TextRange) =>
  new vscode.Range(document.positionAt(start), document.positionAt(end));

/** A text inside a string of a document. */
const written = (document: vscode.TextDocument, text: string): string =>
  formatOf(document) === 'terraform' ? withoutTemplates(text) : text;

function diagnosticOf(document: vscode.TextDocument, one: Diagnostic): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    rangeOf(document, one.range),
    shown(one.message),
    severities[one.severity],
  );
  diagnostic.source = source;
  diagnostic.code = { value: one.code, target: vscode.Uri.parse(one.link) };
  return diagnostic;
}

function fixOf(
  document: vscode.TextDocument,
  diagnostic: Diagnostic,
  { title, edits }: Diagnostic['fixes'][number],
) {
  const action = new vscode.CodeAction(shown(title), vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  for (const { range, text } of edits)
    action.edit.replace(document.uri, rangeOf(document, range), written(document, text));
  action.diagnostics = [diagnosticOf(document, diagnostic)];
  action.isPreferred = diagnostic.fixes.length === 1;
  return action;
}

const itemKinds = {
  key: vscode.CompletionItemKind.Property,
  operator: vscode.CompletionItemKind.Operator,
  value: vscode.CompletionItemKind.Value,
  resource: vscode.CompletionItemKind.Reference,
};

function completionOf(
  document: vscode.TextDocument,
  { text, name, help, kind }: Completion,
  range: vscode.Range,
  typed: string,
) {
  const label = kind === 'resource' ? plain(name ?? text, 60) : plain(text);
  const item = new vscode.CompletionItem(
    name === undefined ? label : { label, description: kind === 'resource' ? text : plain(name, 60) },
    itemKinds[kind],
  );
  item.range = range;
  // Inside a string.
  item.insertText = written(document, JSON.stringify(text).slice(1, -1));
  // VS Code compares it with what the range has now.
  item.filterText = kind === 'resource' ? `${typed} ${label}` : text;
  if (help) item.detail = shown(help);
  return item;
}
