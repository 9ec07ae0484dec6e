import type { ReservationAddress } from '../../taskrouter/reservation';
import { addressOf } from '../../taskrouter/reservation';
import type { Collection } from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Clock } from './clock';
import { machineClock } from './clock';
import type { ListRef } from './listRef';

export interface AccountTarget {
  readonly accountId: string;
}
export interface ResourceTarget extends AccountTarget {
  readonly collection: Collection;
  /** From the workspace down, its own last. */
  readonly sids: readonly string[];
}
export interface ReservationTarget extends AccountTarget {
  readonly address: ReservationAddress;
}

export interface TaskTarget extends AccountTarget {
  readonly workspaceSid: string;
  readonly taskSid: string;
}

export interface WorkspacePlace extends AccountTarget {
  readonly workspaceSid: string;
}

/** A query of the task table of a workspace. */
export interface QueryTarget extends WorkspacePlace {
  readonly text: string;
}

/** What a row of a view represents, and so what the commands of its menu act on: plain data. */
export interface RowTarget extends AccountTarget {
  /** The list below the row, or the list that a notice is about. */
  readonly list?: ListRef;
  readonly resource?: ResourceTarget;
  readonly query?: QueryTarget;
}

/** The target of the resource at the end of these SIDs. */
export const resourceTarget = (
  accountId: string,
  collection: Collection,
  sids: readonly string[],
): RowTarget & { readonly resource: ResourceTarget } => ({
  accountId,
  resource: { accountId, collection, sids },
});

export function reservationTarget({
  accountId,
  collection,
  sids,
}: ResourceTarget): ReservationTarget | undefined {
  const address = collection.noun === 'Reservation' ? addressOf(sids) : undefined;
  return address && { accountId, address };
}

/** Whether both are about one resource: a reservation is reached through its task and through its worker. */
const isSameResource = (one: RowTarget, other: RowTarget): boolean =>
  one.resource !== undefined &&
  one.accountId === other.accountId &&
  one.resource.sids.at(-1) === other.resource?.sids.at(-1);

/** What the page in the active editor is about. */
export interface PageTarget {
  readonly target: RowTarget;
  /** The context value that a row about it has. */
  readonly context: string;
  /** The commands that open such a page. */
  readonly openedBy: readonly string[];
}

/** The part of vscode.TreeView that is used. */
export interface SelectableView {
  readonly visible: boolean;
  readonly selection: readonly object[];
}

/**
 * The task that a row is about: its own, its reservation's, or the one whose reservations are its list.
 * `taskSidOf` finds the task of a reservation that stands under its worker.
 */
export function taskTarget(
  { accountId, resource, list }: RowTarget,
  taskSidOf: (reservationSid: string) => unknown,
): TaskTarget | undefined {
  const [workspaceSid, parentSid] = resource?.sids ?? list?.parents ?? [];
  const taskSid = isSid('Task', parentSid ?? '') ? parentSid : resource && taskSidOf(resource.sids.at(-1)!);
  if (workspaceSid === undefined || typeof taskSid !== 'string' || !isSid('Task', taskSid)) return undefined;
  return { accountId, workspaceSid, taskSid };
}

/** Milliseconds that a person needs to see that a row has moved under the pointer. */
const aimTime = 1000;

/** The rows that have another place than before; none when nothing was shown before. */
export const movedRows = <Row extends object>(before: readonly object[], after: readonly Row[]): Row[] =>
  before.length ? after.filter((row, i) => before[i] !== row) : [];

/**
 * The rows of our views. VS Code passes a row to a command as the object that the view made, and no other extension
 * can make one: any other argument is ignored.
 */
export class RowTargets {
  private readonly targets = new WeakMap<object, RowTarget>();
  private readonly deleted = new WeakSet<object>();
  /** The context values that the rows were last drawn with. */
  private readonly contexts = new WeakMap<object, string>();
  /** When rows got another place in their view, in elapsed milliseconds. */
  private readonly movedAt = new WeakMap<object, number>();
  private selectedIn: SelectableView | undefined;
  private readonly pages: (() => PageTarget | undefined)[] = [];
  private readonly menus: ((argument: unknown) => readonly RowTarget[] | undefined)[] = [];
  private isPageLatest = true;

  constructor(private readonly clock: Pick<Clock, 'elapsed'> = machineClock) {}

  set(row: object, target: RowTarget): void {
    this.targets.set(row, target);
    this.deleted.delete(row);
  }

  /** Called for a row that its view no longer shows. */
  delete(row: object): void {
    if (this.targets.delete(row)) this.deleted.add(row);
  }

  /** Whether a view showed this row and does so no longer: its menu was open, or VS Code has not drawn the view yet. */
  isDeleted(argument: unknown): boolean {
    return typeof argument === 'object' && argument !== null && this.deleted.has(argument);
  }

  /** To be called when a row is drawn: its menu goes by this value. */
  setContext(row: object, contextValue: string): void {
    this.contexts.set(row, contextValue);
  }

  /** To be called when a view draws its rows in another order than before. */
  setMoved(rows: readonly object[]): void {
    for (const row of rows) this.movedAt.set(row, this.clock.elapsed());
  }

  /** Whether another row was in this one's place a moment ago, so that a click may be meant for that. */
  hasJustMoved(argument: unknown): boolean {
    const at = typeof argument === 'object' && argument !== null ? this.movedAt.get(argument) : undefined;
    return at !== undefined && this.clock.elapsed() - at < aimTime;
  }

  /** To be called when another row of this view is selected. */
  setSelectedIn(view: SelectableView): void {
    this.selectedIn = view;
    this.isPageLatest = false;
  }

  /** `active` is about the page in the active editor, where that is one of this kind. */
  addPages(active: () => PageTarget | undefined): void {
    this.pages.push(active);
  }

  /** `rowsOf` finds the rows of a page for what VS Code passes from the menu of one of them; see `ofMenu`. */
  addMenus(rowsOf: (argument: unknown) => readonly RowTarget[] | undefined): void {
    this.menus.push(rowsOf);
  }

  /**
   * The row of a page whose menu was open, and after it those that are selected with it; none when it is gone. Undefined
   * for any other argument.
   */
  ofMenu(argument: unknown): readonly RowTarget[] | undefined {
    return this.menus.map((rowsOf) => rowsOf(argument)).find((rows) => rows !== undefined);
  }

  /** To be called when the user does something on a page. */
  setPageUsed(): void {
    this.isPageLatest = true;
  }

  /**
   * What the user can mean by a command without a row: the page in the active editor, and the row that they selected last,
   * if it is still visible; each only if its menu offers what `fits` stands for. The one they used last comes first.
   */
  current(command: string, fits: (contextValue: string) => boolean): readonly RowTarget[] {
    const page = this.ofPage(command, fits);
    const row = this.selected(fits);
    const inOrder = this.isPageLatest ? [page, row] : [row, page];
    const targets = inOrder.filter((target) => target !== undefined);
    return page && row && isSameResource(page, row) ? targets.slice(0, 1) : targets;
  }

  /** The workspace of the page in the active editor, or else of the row that the user selected last. */
  get place(): WorkspacePlace | undefined {
    const [target] = this.current('', () => true);
    const workspaceSid =
      (target?.resource?.sids ?? target?.list?.parents)?.[0] ?? target?.query?.workspaceSid;
    return target && workspaceSid !== undefined && isSid('Workspace', workspaceSid)
      ? { accountId: target.accountId, workspaceSid }
      : undefined;
  }

  /** What the page in the active editor is about, if its menu offers what `fits` stands for. */
  ofPage(command: string, fits: (contextValue: string) => boolean): RowTarget | undefined {
    const found = this.pages.map((active) => active()).find((page) => page !== undefined);
    // To open the page that is open already would do nothing.
    return found && !found.openedBy.includes(command) && fits(found.context) ? found.target : undefined;
  }

  /** The rows that are selected in the view in which the user selected last, if it is visible. */
  get selection(): readonly object[] {
    const { visible = false, selection = [] } = this.selectedIn ?? {};
    return visible && !this.isPageLatest ? selection : [];
  }

  private selected(fits: (contextValue: string) => boolean): RowTarget | undefined {
    const { visible, selection = [] } = this.selectedIn ?? {};
    const [row] = visible ? selection : [];
    return row && fits(this.contexts.get(row) ?? '') ? this.of(row) : undefined;
  }

  of(argument: unknown): RowTarget | undefined {
    return typeof argument === 'object' && argument !== null ? this.targets.get(argument) : undefined;
  }
}
