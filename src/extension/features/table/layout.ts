import type { Memory } from '../../accounts/memory';
import { hasFields, storedRecord } from '../../accounts/memory';
import type { GroupBy, SortView } from '../../../webview/table/protocol';
import type { Column } from './columns';
import { allColumns, attributePath, defaultColumns } from './columns';

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
const initial = (isOfSeveral: boolean): Stored => ({
  columns: defaultColumns(isOfSeveral),
  added: [],
  widths: {},
  sort: { column: 'age', isDescending: true },
});
/** In pixels. */
const minWidth = 40;
/** Of attributes, in one table. */
const maxAdded = 20;

const groupings: readonly GroupBy[] = ['workspace', 'queue', 'status', 'worker'];

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const isStored = (value: unknown): value is Stored =>
  hasFields(value, { columns: 'object', added: 'object', widths: 'object', sort: 'object' }) &&
  isTexts((value as Stored).columns) &&
  isTexts((value as Stored).added) &&
  Object.values((value as Stored).widths).every((width) => typeof width === 'number') &&
  hasFields((value as Stored).sort, { column: 'string', isDescending: 'boolean' }) &&
  [undefined, ...groupings].includes((value as Stored).groupBy);

/** Which columns the table of a workspace, or of an account, has, how wide they are, and by which it is sorted: remembered. */
export class Layout {
  private stored: Stored;
  private columns: ReadonlyMap<string, Column>;

  private readonly place: string;

  /** @param workspaceSid absent for all workspaces of the account */
  constructor(
    private readonly memory: Memory,
    accountId: string,
    private readonly workspaceSid: string | undefined,
  ) {
    this.place = workspaceSid === undefined ? accountId : `${accountId}/${workspaceSid}`;
    this.stored = storedRecord(memory, memoryKey, isStored)[this.place] ?? initial(this.isOfSeveral);
    this.columns = allColumns(this.stored.added, this.isOfSeveral);
  }

  private get isOfSeveral(): boolean {
    return this.workspaceSid === undefined;
  }

  get groupings(): readonly GroupBy[] {
    return groupings.filter((by) => by !== 'workspace' || this.isOfSeveral);
  }

  get all(): readonly Column[] {
    return [...this.columns.values()];
  }

  get shown(): readonly Column[] {
    return this.stored.columns.flatMap((key) => this.columns.get(key) ?? []);
  }

  get sort(): SortView {
    return this.stored.sort;
  }

  get groupBy(): GroupBy | undefined {
    return this.stored.groupBy;
  }

  group(groupBy: GroupBy | undefined): void {
    this.save({ groupBy });
  }

  get sortColumn(): Column | undefined {
    return this.columns.get(this.stored.sort.column);
  }

  widthOf({ key, width }: Column): number {
    return this.stored.widths[key] ?? width;
  }

  /** Sorts by another column, or by the same in the other direction. */
  sortBy(column: string): void {
    if (!this.columns.get(column)?.sortKey) return;
    const { sort } = this.stored;
    const isDescending = sort.column === column ? !sort.isDescending : false;
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
    this.columns = allColumns(this.stored.added, this.isOfSeveral);
    const all = storedRecord(this.memory, memoryKey, isStored);
    void this.memory.update(memoryKey, { ...all, [this.place]: this.stored });
  }
}
