import type { Memory } from '../../accounts/memory';
import { hasFields, storedRecord } from '../../accounts/memory';
import type { ListedRow } from '../../../query/rows';
import type { GroupBy, SortView } from '../../../webview/table/protocol';
import type { Column } from './columns';
import { allColumns, attributePath } from './columns';
import type { Grouping, TableKind } from './tableKind';

interface Stored {
  /** The keys of the shown columns, in their order. */
  readonly columns: readonly string[];
  /** Columns that the user added, shown or not. */
  readonly added: readonly string[];
  /** In pixels, by the column's key, where the user changed it. */
  readonly widths: Readonly<Record<string, number>>;
  readonly sort: SortView;
  readonly groupBy?: GroupBy | undefined;
}

const memoryKey = 'taskrouter.tables';
/** In pixels. */
const minWidth = 40;
/** Of attributes, in one table. */
const maxAdded = 20;

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const isStored = (value: unknown): value is Stored =>
  hasFields(value, { columns: 'object', added: 'object', widths: 'object', sort: 'object' }) &&
  isTexts((value as Stored).columns) &&
  isTexts((value as Stored).added) &&
  Object.values((value as Stored).widths).every((width) => typeof width === 'number') &&
  hasFields((value as Stored).sort, { column: 'string', isDescending: 'boolean' }) &&
  ['undefined', 'string'].includes(typeof (value as Stored).groupBy);

/** Which columns the table of a workspace, or of an account, has, how wide they are, and by which it is sorted: remembered. */
export class Layout<R extends ListedRow> {
  private stored: Stored;
  private columns: ReadonlyMap<string, Column<R>>;

  private readonly place: string;

  /** @param workspaceSid absent for all workspaces of the account */
  constructor(
    private readonly kind: TableKind<R>,
    private readonly memory: Memory,
    accountId: string,
    private readonly workspaceSid: string | undefined,
  ) {
    const of = kind.noun === 'Task' ? [] : [kind.noun];
    this.place = [accountId, ...(workspaceSid === undefined ? [] : [workspaceSid]), ...of].join('/');
    this.stored = storedRecord(memory, memoryKey, isStored)[this.place] ?? this.initial;
    this.columns = this.allColumns;
  }

  private get isOfSeveral(): boolean {
    return this.workspaceSid === undefined;
  }

  private get initial(): Stored {
    const { defaultColumns, sort } = this.kind;
    return { columns: defaultColumns(this.isOfSeveral), added: [], widths: {}, sort };
  }

  private get allColumns(): ReadonlyMap<string, Column<R>> {
    return allColumns(this.kind.columns(this.isOfSeveral), this.stored.added);
  }

  get groupings(): readonly Grouping<R>[] {
    return this.kind.groupings.filter(({ by }) => by !== 'workspace' || this.isOfSeveral);
  }

  get all(): readonly Column<R>[] {
    return [...this.columns.values()];
  }

  get shown(): readonly Column<R>[] {
    return this.stored.columns.flatMap((key) => this.columns.get(key) ?? []);
  }

  get sort(): SortView {
    return this.stored.sort;
  }

  get grouping(): Grouping<R> | undefined {
    return this.groupings.find(({ by }) => by === this.stored.groupBy);
  }

  group(groupBy: GroupBy | undefined): void {
    this.save({ groupBy });
  }

  get sortColumn(): Column<R> | undefined {
    return this.columns.get(this.stored.sort.column);
  }

  widthOf({ key, width }: Column<R>): number {
    return this.stored.widths[key] ?? width;
  }

  /** Sorts by another column, numbers with the greatest first, or by the same in the other direction. */
  sortBy(column: string): void {
    const { sortKey, isNumber = false } = this.columns.get(column) ?? {};
    if (!sortKey) return;
    const { sort } = this.stored;
    const isDescending = sort.column === column ? !sort.isDescending : isNumber;
    this.save({ sort: { column, isDescending } });
  }

  /** An unknown key is the path of an attribute. */
  show(wanted: string, isShown: boolean): void {
    const { columns, added } = this.stored;
    const key = this.columns.has(wanted) || /^attributes\./.test(wanted) ? wanted : `attributes.${wanted}`;
    const others = columns.filter((one) => one !== key);
    if (!isShown) return others.length ? this.save({ columns: others }) : undefined;
    const isNew = !this.columns.has(key);
    if (isNew && (!attributePath(key) || added.length >= maxAdded)) return;
    this.save({ columns: [...others, key], ...(isNew ? { added: [...added, key] } : {}) });
  }

  resize(key: string, width: number): void {
    if (this.columns.has(key))
      this.save({ widths: { ...this.stored.widths, [key]: Math.max(minWidth, Math.round(width)) } });
  }

  private save(change: Partial<Stored>): void {
    this.stored = { ...this.stored, ...change };
    this.columns = this.allColumns;
    const all = storedRecord(this.memory, memoryKey, isStored);
    void this.memory.update(memoryKey, { ...all, [this.place]: this.stored });
  }
}
