import type { GroupView, RowView, TableState } from './protocol';

/** Where rows are on the screen, and which of them the user is at. */
export interface RowsInView {
  /** What is in view, in pixels from the first row on. */
  readonly top: number;
  readonly height: number;
  /** Where that begins in the window, in pixels. */
  readonly start: () => number;
  /** Pixels. */
  readonly rowHeight: number;
  /** The index of the row with the cursor. */
  readonly cursor: number;
  /** The user is at the cursor: the rows have the focus, or some are selected. */
  readonly isCursorUsed: boolean;
}

/** The row that stays where it is while others come and go: its SID, or the key of its group. */
export interface HeldRow {
  readonly key: string;
  readonly index: number;
}

export const keyOf = (row: RowView | GroupView): string => ('sid' in row ? row.sid : row.group);

/** The index of a row among all; -1 where the state does not have it. */
export function indexIn({ from, rows }: Pick<TableState, 'from' | 'rows'>, key: string): number {
  const at = rows.findIndex((row) => keyOf(row) === key);
  return at < 0 ? -1 : from + at;
}

/** What decides the order of rows, besides themselves. */
export const orderOf = ({ query, sort, groupings }: TableState): string =>
  JSON.stringify([query, sort, groupings.find(({ isChosen }) => isChosen)?.by]);

/** Holds the row below the pointer, or else the one with the cursor, or else the first in view of those scrolled to. */
export class RowHolder {
  /** Where the pointer was moved to: one that rests where rows appear holds none. */
  #pointer: number | undefined;
  #held: HeldRow | undefined;

  /** @param onChange tells the extension, which posts the rows around it */
  constructor(private readonly onChange: (held: HeldRow | undefined) => void) {}

  readonly pointerMoved = ({ clientY, movementX, movementY }: MouseEvent): void => {
    if (movementX !== 0 || movementY !== 0) this.#pointer = clientY;
  };

  readonly pointerLeft = (): void => {
    this.#pointer = undefined;
  };

  /** Chooses the row to hold, as the rows are now on the screen. */
  choose({ from, rows }: TableState, view: RowsInView): void {
    const index = this.#indexToHold(view);
    const row = index === undefined ? undefined : rows[index - from];
    const key = row && keyOf(row);
    const isSame = this.#held?.key === key;
    this.#held = key === undefined ? undefined : { key, index: index! };
    if (!isSame) this.onChange(this.#held);
  }

  /** By how many rows the held one has moved in the next state. */
  follow(next: TableState): number {
    const held = this.#held;
    const index = held ? indexIn(next, held.key) : -1;
    if (!held || index < 0) return 0;
    this.#held = { key: held.key, index };
    return index - held.index;
  }

  /** The user has changed the order of the rows. */
  forget(): void {
    this.#held = undefined;
  }

  #indexToHold({ top, height, start, rowHeight, cursor, isCursorUsed }: RowsInView): number | undefined {
    // The header covers the first row's height.
    const first = Math.ceil(top / rowHeight);
    const last = Math.floor((top + height) / rowHeight) - 2;
    const below = this.#pointer === undefined ? -1 : Math.floor((this.#pointer - start() + top) / rowHeight);
    if (below >= Math.floor(top / rowHeight) && below <= last + 1) return below;
    if (isCursorUsed && cursor >= first && cursor <= last) return cursor;
    return top > 0 ? first : undefined;
  }
}
