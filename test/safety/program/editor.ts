import { strict as assert } from 'node:assert';
import type { ViewBadge } from 'vscode';
import type { FormState, FormStateMessage } from '../../../src/webview/reservation/protocol';
import type { TreeOptions } from './treeOnScreen';
import { TreeOnScreen } from './treeOnScreen';

/** A place where text is shown, each with rules of its own. */
export type Sink =
  | 'notification'
  | 'modal'
  | 'modal detail'
  | 'button'
  | 'status message'
  | 'status bar'
  | 'progress'
  | 'quick pick'
  | 'prompt'
  | 'title'
  | 'row'
  | 'view'
  | 'form'
  | 'closed form'
  | 'tab'
  | 'document'
  | 'clipboard'
  | 'log';

export interface Message {
  readonly text: string;
  readonly modal: boolean;
  readonly detail: string;
  readonly buttons: readonly string[];
  readonly shownAt: number;
  /** A button, or undefined when it is closed. */
  readonly answer: (button: string | undefined) => void;
}

/** vscode.EventEmitter. */
class Emitter<T> {
  private readonly listeners = new Set<(value: T) => unknown>();
  readonly event = (listener: (value: T) => unknown) => {
    const entry = (value: T) => listener(value);
    this.listeners.add(entry);
    return { dispose: () => void this.listeners.delete(entry) };
  };
  fire = (value: T): void => {
    for (const listener of [...this.listeners]) listener(value);
  };
  dispose = (): void => this.listeners.clear();
}

/** What stays when the window is reloaded, or closed. A copy goes in. */
export class Memory {
  private readonly values = new Map<string, unknown>();
  get = <T>(key: string): T | undefined => this.values.get(key) as T | undefined;
  update = (key: string, value: unknown): Promise<void> => {
    this.values.set(key, JSON.parse(JSON.stringify(value)));
    return Promise.resolve();
  };
  dump = (): string => JSON.stringify([...this.values]);
}

/** What a page saves for when it is restored. */
export interface SavedPage {
  readonly type: string;
  readonly memory: Record<string, unknown>;
}

export class Persisted {
  readonly globalState = new Memory();
  readonly workspaceState = new Memory();
  readonly secrets = new Map<string, string>();
  readonly settings: Record<string, unknown> = {};
  readonly files = new Map<string, string>();
  /** What each open page saved. */
  readonly pages = new Set<SavedPage>();
}

interface QuickItem {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly kind?: number;
}

/** What the extension gives to `showInputBox`. */
interface InputBoxOptions {
  readonly title?: string;
  readonly prompt?: string;
  readonly value?: string;
  readonly validateInput?: (text: string) => { readonly severity: number } | undefined;
}

/** vscode.QuickPick and vscode.InputBox. */
export class QuickInput {
  readonly accepted = new Emitter<void>();
  readonly hidden = new Emitter<void>();
  readonly changed = new Emitter<string>();
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidChangeValue = this.changed.event;
  readonly onDidTriggerButton = new Emitter<object>().event;
  readonly onDidTriggerItemButton = new Emitter<object>().event;
  title = '';
  placeholder = '';
  prompt: string | undefined;
  value = '';
  password = false;
  busy = false;
  validationMessage: unknown;
  selectedItems: readonly QuickItem[] = [];
  activeItems: readonly QuickItem[] = [];
  private shown: readonly QuickItem[] = [];
  private isOpen = false;

  constructor(
    private readonly window: EditorWindow,
    readonly isPick: boolean,
  ) {}

  get items(): readonly QuickItem[] {
    return this.shown;
  }
  set items(items: readonly QuickItem[]) {
    this.shown = items;
    for (const { label, description = '', detail = '' } of items)
      for (const text of [label, description, detail]) this.window.say('quick pick', text);
  }

  show(): void {
    const { quickInput } = this.window;
    if (quickInput !== this) quickInput?.hide();
    this.window.quickInput = this;
    this.isOpen = true;
    // VS Code shows titles and placeholders as text, and makes links of prompts.
    for (const text of [this.title, this.placeholder]) this.window.say('title', text);
    this.window.say('prompt', this.prompt ?? '');
  }

  hide(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    if (this.window.quickInput === this) this.window.quickInput = undefined;
    this.hidden.fire();
  }

  dispose(): void {
    this.hide();
  }

  /** The user chooses one of the items, or presses Enter. */
  accept(index: number): void {
    const items = this.shown.filter(({ kind }) => kind !== -1);
    this.selectedItems = items.length ? [items[index % items.length]!] : [];
    this.accepted.fire();
  }

  type(text: string): void {
    this.value = text;
    this.changed.fire(text);
    this.accepted.fire();
  }
}

/** vscode.WebviewPanel, and the page in it. */
export class Panel {
  readonly disposedBy = new Emitter<void>();
  readonly fromPage = new Emitter<unknown>();
  readonly onDidDispose = this.disposedBy.event;
  readonly viewChanged = new Emitter<void>();
  readonly onDidChangeViewState = this.viewChanged.event;
  viewColumn = 1;
  visible = true;
  active = true;
  iconPath: unknown;
  isDisposed = false;
  last: FormStateMessage | undefined;
  readonly saved: SavedPage;
  private number = 0;
  private shownTitle = '';
  private readonly page;

  constructor(
    private readonly window: EditorWindow,
    readonly type: string,
  ) {
    this.saved = { type, memory: {} };
    const { fromPage } = this;
    this.page = {
      options: {},
      cspSource: 'https://page.example',
      asWebviewUri: (uri: object) => uri,
      onDidReceiveMessage: fromPage.event,
      postMessage: (message: unknown) => {
        this.receive(JSON.parse(JSON.stringify(message)) as FormStateMessage);
        return Promise.resolve(true);
      },
      set html(_html: string) {
        queueMicrotask(() => fromPage.fire({ type: 'ready' }));
      },
    };
  }

  get title(): string {
    return this.shownTitle;
  }
  set title(title: string) {
    this.shownTitle = title;
    this.window.say('tab', title);
  }

  get webview(): typeof this.page {
    if (this.isDisposed) throw new Error('Webview is disposed');
    return this.page;
  }

  get state(): FormState | undefined {
    return this.last?.state;
  }

  reveal(): void {}

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.window.panels.delete(this);
    this.window.persisted.pages.delete(this.saved);
    if (this.last) this.window.say('closed form', JSON.stringify(this.last));
    this.disposedBy.fire();
  }

  /** Another tab covers it, or it comes to the front again: then its page is loaded anew. */
  show(isVisible: boolean): void {
    if (this.isDisposed || this.visible === isVisible) return;
    this.visible = this.active = isVisible;
    if (!isVisible && this.last) this.window.say('closed form', JSON.stringify(this.last));
    this.viewChanged.fire();
    if (isVisible) this.fromPage.fire({ type: 'ready' });
  }

  /** The user does something on the page. */
  post(message: object): void {
    const { instance } = this.last ?? {};
    if (instance === undefined || this.isDisposed || !this.visible) return;
    this.fromPage.fire({ instance, number: ++this.number, ...message });
  }

  private receive(message: FormStateMessage): void {
    this.last = message;
    const { chosen, values, pinned } = message.state as FormState & { pinned?: boolean };
    const { binding } = message;
    const { memory } = this.saved;
    const before = JSON.stringify(memory['binding']) === JSON.stringify(binding) ? memory['values'] : {};
    Object.assign(memory, { binding, chosen, pinned, values: { ...(before ?? {}), [chosen]: values } });
    this.window.persisted.pages.add(this.saved);
    // What a page says that nobody sees, nobody has read.
    this.window.say(this.visible ? 'form' : 'closed form', JSON.stringify(message));
  }
}

/** vscode.StatusBarItem. */
export class StatusItem {
  private isShown = false;
  private own = '';
  command: { readonly arguments?: readonly { readonly id?: string }[] } | undefined;
  constructor(private readonly onText: (text: string) => void) {}

  /** What the status bar has; undefined while it is hidden. */
  get visibleText(): string | undefined {
    return this.isShown ? this.own : undefined;
  }
  get text(): string {
    return this.own;
  }
  set text(text: string) {
    this.own = text;
    this.onText(text);
  }
  show = (): void => void (this.isShown = true);
  hide = (): void => void (this.isShown = false);
  dispose = (): void => this.hide();
}

export interface EditorOptions extends TreeOptions {
  readonly now: () => number;
  readonly persisted: Persisted;
  readonly onText: (sink: Sink, text: string) => void;
}

/** What a window of VS Code does for one extension, in the run of one extension host. */
export class EditorWindow {
  readonly trees = new Map<string, TreeOnScreen>();
  readonly messages: Message[] = [];
  readonly panels = new Set<Panel>();
  readonly subscriptions: { dispose(): void }[] = [];
  readonly persisted: Persisted;
  quickInput: QuickInput | undefined;
  /** The extension has one. */
  statusItem: StatusItem | undefined;
  /** False when the extension host has ended. */
  isAlive = true;
  private readonly handlers = new Map<string, (...args: unknown[]) => Promise<unknown>>();
  private readonly windowState = new Emitter<{ focused: boolean }>();
  private readonly configuration = new Emitter<object>();
  private readonly documentClosed = new Emitter<{ uri: object }>();
  private readonly secretChanged = new Emitter<{ key: string }>();
  private readonly serializers = new Map<
    string,
    { deserializeWebviewPanel(panel: Panel, state: unknown): Promise<void> }
  >();
  private isFocused = true;

  constructor(private readonly options: EditorOptions) {
    this.persisted = options.persisted;
  }

  say(sink: Sink, text: string): void {
    if (text && this.isAlive) this.options.onText(sink, text);
  }

  get context(): object {
    const { globalState, workspaceState, secrets } = this.persisted;
    const change = (key: string) => {
      this.secretChanged.fire({ key });
      return Promise.resolve();
    };
    return {
      subscriptions: this.subscriptions,
      ...{ globalState, workspaceState },
      extensionUri: Uri.from({ scheme: 'file', path: '/extension' }),
      extension: { packageJSON: { version: '0.0.0', contributes: { languageModelTools: [] } } },
      globalStorageUri: Uri.from({ scheme: 'file', path: '/storage' }),
      secrets: {
        get: (key: string) => Promise.resolve(secrets.get(key)),
        store: (key: string, value: string) => (secrets.set(key, value), change(key)),
        delete: (key: string) => (secrets.delete(key), change(key)),
        onDidChange: this.secretChanged.event,
      },
    };
  }

  focus(isFocused: boolean): void {
    this.isFocused = isFocused;
    this.windowState.fire({ focused: isFocused });
  }

  /** Runs a command, as its button, menu or key does. */
  run(id: string, ...args: unknown[]): void {
    const work = this.handlers.get(id)?.(...args);
    if (work) this.options.pending(`the command ${id}`, work);
  }

  /** After a reload: VS Code restores the panels that were open. */
  restore(pages: readonly SavedPage[]): void {
    for (const { type, memory } of pages) {
      const restored = this.serializers.get(type)!.deserializeWebviewPanel(this.panel(type), memory);
      this.options.pending(`a restored ${type}`, restored);
    }
  }

  end(): void {
    this.isAlive = false;
    for (const tree of this.trees.values()) tree.dispose();
  }

  private inputBox({ title = '', prompt, value = '', validateInput }: InputBoxOptions) {
    const input = Object.assign(new QuickInput(this, false), { title, prompt, value });
    return new Promise<string | undefined>((resolve) => {
      input.onDidAccept(() => {
        const problem = validateInput?.(input.value);
        if (problem?.severity === 3) return;
        resolve(input.value);
        input.hide();
      });
      input.onDidHide(() => resolve(undefined));
      input.show();
    });
  }

  private panel(type: string): Panel {
    const panel = new Panel(this, type);
    this.panels.add(panel);
    return panel;
  }

  private message(text: string, rest: readonly unknown[]): Promise<string | undefined> {
    const [options] = rest as readonly [{ modal?: boolean; detail?: string } | string | undefined];
    const { modal = false, detail = '' } = typeof options === 'object' ? options : {};
    const buttons = rest.filter((one): one is string => typeof one === 'string');
    this.say(modal ? 'modal' : 'notification', text);
    this.say('modal detail', detail);
    for (const button of buttons) this.say('button', button);
    return new Promise((resolve) => {
      const message: Message = {
        ...{ text, modal, detail, buttons, shownAt: this.options.now() },
        answer: (button) => {
          this.messages.splice(this.messages.indexOf(message), 1);
          if (this.isAlive) resolve(button);
        },
      };
      this.messages.push(message);
    });
  }

  private treeView(id: string, provider: never) {
    const tree = new TreeOnScreen(id, provider, this.options);
    this.trees.set(id, tree);
    const visibility = new Emitter<void>();
    const [didExpand, didCollapse] = [new Emitter<object>(), new Emitter<object>()];
    tree.onShown = () => visibility.fire();
    tree.onToggled = (element, isExpanded) => (isExpanded ? didExpand : didCollapse).fire({ element });
    const say = (text: string | undefined) => this.say('view', text ?? '');
    return {
      get visible() {
        return tree.visible;
      },
      get message() {
        return tree.message;
      },
      set message(text: string | undefined) {
        tree.message = text;
        say(text);
      },
      get badge() {
        return tree.badge;
      },
      set badge(badge: ViewBadge | undefined) {
        tree.badge = badge;
        say(badge?.tooltip);
      },
      description: '',
      selection: [],
      reveal: () => Promise.resolve(),
      onDidChangeSelection: new Emitter<void>().event,
      onDidChangeVisibility: visibility.event,
      onDidExpandElement: didExpand.event,
      onDidCollapseElement: didCollapse.event,
      dispose: () => tree.dispose(),
    };
  }

  /** The module `vscode`, as far as the extension uses it. */
  get api(): object {
    const message = (text: string, ...rest: unknown[]) => this.message(text, rest);
    const { options, persisted } = this;
    const nothing = { dispose: () => undefined };
    const log = (...parts: unknown[]) => this.say('log', parts.map(String).join(' '));
    const channel = { info: log, warn: log, error: log, debug: log, trace: log, show: () => undefined };
    const isFocused = () => this.isFocused;
    const say = (sink: Sink, text: string) => this.say(sink, text);
    return {
      ...{ Uri, EventEmitter: Emitter, TreeItem, ThemeIcon: Named, ThemeColor: Named, Disposable },
      l10n: { t: translated },
      TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
      ViewColumn: { Active: -1, Beside: -2, One: 1 },
      StatusBarAlignment: { Left: 1, Right: 2 },
      ProgressLocation: { SourceControl: 1, Window: 10, Notification: 15 },
      QuickPickItemKind: { Separator: -1, Default: 0 },
      DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
      CompletionItemKind: {},
      QuickInputButtons: { Back: {} },
      InputBoxValidationSeverity: { Info: 1, Warning: 2, Error: 3 },
      TabInputWebview: class {},
      window: {
        get state() {
          return { focused: isFocused() };
        },
        onDidChangeWindowState: this.windowState.event,
        showInformationMessage: message,
        showWarningMessage: message,
        showErrorMessage: message,
        setStatusBarMessage: (text: string) => (say('status message', text), nothing),
        withProgress: (at: { title?: string }, work: (...args: object[]) => Promise<unknown>) => {
          say('progress', at.title ?? '');
          const done = work({ report: () => undefined }, { onCancellationRequested: () => nothing });
          options.pending(
            'progress',
            Promise.resolve(done).catch(() => undefined),
          );
          return done;
        },
        createOutputChannel: () => ({ ...channel, ...nothing }),
        createTreeView: (id: string, { treeDataProvider }: { treeDataProvider: never }) =>
          this.treeView(id, treeDataProvider),
        createStatusBarItem: () => (this.statusItem = new StatusItem((text) => say('status bar', text))),
        createQuickPick: () => new QuickInput(this, true),
        createInputBox: () => new QuickInput(this, false),
        showQuickPick: () => Promise.resolve(undefined),
        showInputBox: (options: InputBoxOptions) => this.inputBox(options),
        createWebviewPanel: (type: string) => this.panel(type),
        registerWebviewPanelSerializer: (type: string, serializer: never) => {
          this.serializers.set(type, serializer);
          return nothing;
        },
        registerFileDecorationProvider: () => nothing,
        registerUriHandler: () => nothing,
        showTextDocument: () => Promise.resolve(),
        tabGroups: { all: [], onDidChangeTabs: new Emitter<object>().event },
      },
      lm: { registerMcpServerDefinitionProvider: () => nothing },
      workspace: {
        getConfiguration: (section?: string) => {
          // VS Code copies all that is asked for: without a section, every setting of the user.
          assert.ok(section, 'the whole configuration is read');
          return { get: (name: string) => persisted.settings[`${section}.${name}`] };
        },
        onDidChangeConfiguration: this.configuration.event,
        registerFileSystemProvider: () => nothing,
        isTrusted: true,
        onDidGrantWorkspaceTrust: new Emitter<void>().event,
        onDidChangeWorkspaceFolders: new Emitter<object>().event,
        findFiles: () => Promise.resolve([]),
        createFileSystemWatcher: () => {
          const [created, deleted] = [new Emitter<object>(), new Emitter<object>()];
          return { ...nothing, onDidCreate: created.event, onDidDelete: deleted.event };
        },
        onWillSaveTextDocument: new Emitter<object>().event,
        onDidSaveTextDocument: new Emitter<object>().event,
        onDidOpenTextDocument: new Emitter<object>().event,
        onDidChangeTextDocument: new Emitter<object>().event,
        registerTextDocumentContentProvider: (
          _scheme: string,
          provider: { provideTextDocumentContent(uri: object): Promise<string> },
        ) => ((this.documents = provider), nothing),
        textDocuments: [],
        onDidCloseTextDocument: this.documentClosed.event,
        openTextDocument: async (given: { content?: string; query?: string }) => {
          const content = given.content ?? (await this.documents?.provideTextDocumentContent(given));
          say('document', content ?? '');
          // A preview replaces the one before.
          if (this.document) this.documentClosed.fire({ uri: this.document });
          this.document = given.content === undefined ? given : undefined;
          return {};
        },
      },
      env: {
        language: 'en',
        clipboard: { writeText: (text: string) => Promise.resolve(say('clipboard', text)) },
        openExternal: () => Promise.resolve(true),
      },
      commands: {
        registerCommand: (id: string, handler: (...args: unknown[]) => Promise<unknown>) => {
          this.handlers.set(id, handler);
          return nothing;
        },
        executeCommand: (id: string, ...args: unknown[]) => Promise.resolve(this.run(id, ...args)),
      },
    };
  }
  private documents: { provideTextDocumentContent(uri: object): Promise<string> } | undefined;
  /** The URI of the document that is open. */
  private document: object | undefined;
}

/** vscode.l10n.t without a translation. */
function translated(text: string, ...given: readonly unknown[]): string {
  if (given.length === 0) return text;
  const [first] = given;
  const values = (typeof first === 'object' ? first : given) as Readonly<Record<string, unknown>>;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

interface UriParts {
  readonly scheme: string;
  readonly path: string;
  readonly query?: string;
}
class Uri {
  readonly scheme: string;
  readonly path: string;
  readonly query: string;
  private constructor({ scheme, path, query = '' }: UriParts) {
    [this.scheme, this.path, this.query] = [scheme, path, query];
  }
  static from = (parts: UriParts) => new Uri(parts);
  static parse = (text: string) => new Uri({ scheme: text.split(':')[0]!, path: text });
  static joinPath = ({ scheme, path }: Uri, ...names: string[]) =>
    new Uri({ scheme, path: [path, ...names].join('/') });
  toString = () => `${this.scheme}:${this.path}`;
  get fsPath(): string {
    return this.path;
  }
}

class Named {
  constructor(
    readonly id: string,
    readonly color?: unknown,
  ) {}
}

class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState = 0,
  ) {}
}

class Disposable {
  constructor(readonly dispose: () => void) {}
  static from = (...all: readonly { dispose(): void }[]) =>
    new Disposable(() => all.forEach((one) => one.dispose()));
}
