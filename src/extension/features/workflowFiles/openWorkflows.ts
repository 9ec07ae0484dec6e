import * as vscode from 'vscode';
import type { Clock } from '../../data/clock';
import { inSlices } from '../../../slices';
import { Disposables } from '../../emitter';
import type { Diagnostic } from '../../../workflow/diagnostics/diagnose';
import { diagnose } from '../../../workflow/diagnostics/diagnose';
import type { Format, ParsedExpressions, WorkflowDocument } from '../../../workflow/document';
import { readDocument } from '../../../workflow/document';
import { targetsOf } from '../../../workflow/places';
import type { KnownWorkspaces, LocatedWorkspace } from './knownWorkspaces';

/** A version of a document, as it was read. */
export interface ReadWorkflow extends LocatedWorkspace {
  readonly version: number;
  readonly document: WorkflowDocument;
}

export interface CheckedWorkflow extends ReadWorkflow {
  readonly diagnostics: readonly Diagnostic[];
}

/** What a person types in less time is checked once. Milliseconds. */
const debounce = 60;

export const formatOf = ({ languageId }: vscode.TextDocument): Format =>
  languageId === 'terraform' ? 'terraform' : 'json';

/** The open documents that have workflows: reads each version once, and checks it. */
export class OpenWorkflows {
  private readonly parsed: ParsedExpressions = new Map();
  private readonly reading = new Map<string, { version: number; read: Promise<ReadWorkflow | undefined> }>();
  private readonly checked = new Map<string, CheckedWorkflow>();
  private readonly timers = new Map<string, { cancel(): void }>();
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();
  /** A document was checked, or is one with workflows no more. */
  readonly onDidCheck = this.changed.event;
  private readonly disposables = new Disposables();

  constructor(
    private readonly clock: Clock,
    private readonly workspaces: KnownWorkspaces,
    /** What a document of each language has in it if it has workflows. */
    private readonly marks: ReadonlyMap<string, string>,
  ) {
    this.disposables.add(
      this.changed,
      vscode.workspace.onDidOpenTextDocument((document) => void this.check(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.schedule(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
    );
  }

  /** Also those that were open before. */
  start(): void {
    for (const document of vscode.workspace.textDocuments) void this.check(document);
  }

  /** What the workspaces have changed: documents are checked again. */
  checkAll(): void {
    this.reading.clear();
    for (const document of vscode.workspace.textDocuments) this.schedule(document);
  }

  /** What the current version of a document has; undefined for one without a workflow. */
  async read(document: vscode.TextDocument): Promise<ReadWorkflow | undefined> {
    if (!this.marks.has(document.languageId)) return undefined;
    const key = document.uri.toString();
    const { version } = document;
    const known = this.reading.get(key);
    if (known?.version === version) return known.read;
    const read = this.readNow(document, version);
    this.reading.set(key, { version, read });
    return read;
  }

  /** The newest result; the document may have changed since. */
  result(document: vscode.TextDocument): CheckedWorkflow | undefined {
    return this.checked.get(document.uri.toString());
  }

  dispose(): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
    this.disposables.dispose();
  }

  private async readNow(document: vscode.TextDocument, version: number): Promise<ReadWorkflow | undefined> {
    const text = document.getText();
    if (!text.includes(this.marks.get(document.languageId)!)) return undefined;
    const isWanted = () => document.version === version && !document.isClosed;
    const read = await inSlices(readDocument(text, this.parsed, formatOf(document)), this.clock, isWanted);
    if (!read || (read.configurations.length === 0 && read.targetWorkers.length === 0)) return undefined;
    const queues = new Set([...targetsOf(read)].flatMap(({ queue }) => queue ?? []));
    const { scheme, query } = document.uri;
    // Ours name their account.
    const accountId = scheme.startsWith('taskrouter-') ? query : undefined;
    return { version, document: read, ...this.workspaces.of(queues, accountId) };
  }

  private schedule(document: vscode.TextDocument): void {
    if (!this.marks.has(document.languageId)) return;
    const key = document.uri.toString();
    this.timers.get(key)?.cancel();
    const check = () => {
      this.timers.delete(key);
      void this.check(document);
    };
    this.timers.set(key, this.clock.setTimeout(check, debounce));
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    const read = await this.read(document);
    const { version } = document;
    if (document.isClosed || (read && read.version !== version)) return;
    const key = document.uri.toString();
    if (!read) {
      if (this.checked.delete(key)) this.changed.fire(document);
      return;
    }
    const isWanted = () => document.version === version && !document.isClosed;
    const diagnostics = await inSlices(diagnose(read.document, read.known), this.clock, isWanted);
    if (!diagnostics || !isWanted()) return;
    this.checked.set(key, { ...read, diagnostics });
    this.changed.fire(document);
  }

  private forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    this.timers.get(key)?.cancel();
    this.timers.delete(key);
    this.reading.delete(key);
    if (this.checked.delete(key)) this.changed.fire(document);
  }
}
