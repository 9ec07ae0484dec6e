import type * as vscode from 'vscode';

export interface ShownRow {
  readonly element: object | undefined;
  readonly parent?: ShownRow;
  item: vscode.TreeItem;
  /** Undefined until they have been read. */
  children?: readonly ShownRow[] | undefined;
  /** Rises with each reading of the children: an older one is dropped. */
  reading: number;
}

export interface TreeOptions {
  /** Whatever is given must end. */
  readonly pending: (what: string, work: Promise<unknown>) => void;
  readonly violation: (text: string) => void;
}

/** vscode.TreeItemCollapsibleState. */
const [collapsed, expanded] = [1, 2];
/** Of one row, while no time passes. */
const maxRedraws = 500;

/** A tree view as the workbench draws it: it reads the children of what is expanded, and again after each event. */
export class TreeOnScreen {
  readonly root: ShownRow = {
    element: undefined,
    item: { id: '(root)', collapsibleState: expanded },
    reading: 0,
  };
  private readonly dirty = new Set<object | undefined>();
  private readonly toggled = new Map<string, boolean>();
  onShown: () => void = () => undefined;
  onToggled: (element: object | undefined, isExpanded: boolean) => void = () => undefined;
  message: string | undefined;
  badge: vscode.ViewBadge | undefined;
  private redraws = 0;
  private isVisible = false;
  private disposed = false;

  constructor(
    readonly id: string,
    private readonly provider: vscode.TreeDataProvider<object>,
    private readonly options: TreeOptions,
  ) {
    provider.onDidChangeTreeData?.((changed) => {
      for (const element of Array.isArray(changed) ? (changed as object[]) : [changed as object | undefined])
        this.dirty.add(element);
      queueMicrotask(() => this.flush());
    });
  }

  get visible(): boolean {
    return this.isVisible;
  }

  show(isVisible: boolean): void {
    this.isVisible = isVisible;
    if (isVisible && !this.root.children) this.dirty.add(undefined);
    this.flush();
    this.onShown();
  }

  /** To be called when time has passed. */
  rest(): void {
    this.redraws = 0;
  }

  dispose(): void {
    this.disposed = true;
  }

  isExpanded({ item }: ShownRow): boolean {
    return this.toggled.get(item.id!) ?? Number(item.collapsibleState) === expanded;
  }

  isExpandable({ item }: ShownRow): boolean {
    return [collapsed, expanded].includes(Number(item.collapsibleState));
  }

  setExpanded(row: ShownRow, isExpanded: boolean): void {
    this.toggled.set(row.item.id!, isExpanded);
    // VS Code reads the children first.
    if (isExpanded && !row.children) this.load(row);
    this.onToggled(row.element, isExpanded);
  }

  /** Every row that is drawn. */
  get rows(): readonly ShownRow[] {
    return this.under(this.root);
  }

  private under(row: ShownRow): readonly ShownRow[] {
    if (row !== this.root && !this.isExpanded(row)) return [];
    return (row.children ?? []).flatMap((child) => [child, ...this.under(child)]);
  }

  private flush(): void {
    if (!this.isVisible || this.disposed || this.dirty.size === 0) return;
    if (this.redraws++ > maxRedraws) {
      if (this.redraws === maxRedraws + 2) this.options.violation(`${this.id} redraws without an end`);
      return;
    }
    const elements = [...this.dirty];
    this.dirty.clear();
    if (elements.includes(undefined)) return this.load(this.root);
    const shown = new Map(this.rows.map((row) => [row.element, row]));
    for (const element of elements) {
      const row = shown.get(element);
      if (row) this.refresh(row);
    }
  }

  private refresh(row: ShownRow): void {
    row.item = this.draw(row.element!);
    if (this.isExpandable(row) && this.isExpanded(row)) this.load(row);
    else row.children = undefined;
  }

  private load(row: ShownRow): void {
    const reading = ++row.reading;
    const work = Promise.resolve(this.provider.getChildren(row.element)).then((elements) => {
      if (reading !== row.reading || this.disposed) return;
      const before = new Map(row.children?.map((child) => [child.element, child]));
      row.children = (elements ?? []).map((element): ShownRow => {
        const known = before.get(element);
        const item = this.draw(element);
        return known ? Object.assign(known, { item }) : { element, parent: row, item, reading: 0 };
      });
      this.checkIds();
      for (const child of row.children)
        if (this.isExpandable(child) && this.isExpanded(child)) this.load(child);
    });
    this.options.pending(`the rows under ${row.item.id}`, work);
  }

  private draw(element: object): vscode.TreeItem {
    const item = this.provider.getTreeItem(element) as vscode.TreeItem;
    // As when the pointer rests on it.
    const token = {} as vscode.CancellationToken;
    return (this.provider.resolveTreeItem?.(item, element, token) as vscode.TreeItem | undefined) ?? item;
  }

  private checkIds(): void {
    const seen = new Set<string>();
    for (const { item } of this.rows) {
      if (item.id === undefined || seen.has(item.id))
        this.options.violation(`two rows of ${this.id} have the id ${item.id}`);
      seen.add(item.id ?? '');
    }
  }
}
