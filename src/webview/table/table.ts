import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import { icon } from '../shared/icon';
import { VirtualRows } from '../shared/virtualRows';
import { contentOf } from './content';
import { selectCell, textCell } from './cells';
import { renderHeader, selectWidth, toggleAll, widthsOf } from './header';
import type { Cursor, TableEvents } from './header';
import { indexIn, keyOf, orderOf, RowHolder } from './heldRow';
import { menuOf } from './menu';
import type { GroupView, RowView, TableState } from './protocol';

/** The rows of tasks and of their groups, with a cursor and a selection. */
export class Table {
  #state: TableState | undefined;
  readonly #rows: VirtualRows<TableState>;
  #cursor: Cursor = { row: 0, column: 1 };
  /** The row from which Shift selects. */
  #anchor: string | undefined;
  /** The row up to which Shift selects, while its task is not known. */
  #awaited: { readonly row: number; readonly from: string } | undefined;
  #rowHeight = 26;
  readonly #holder: RowHolder;
  /** Rows by which the held one has moved since they were rendered. */
  #moved = 0;
  /** Where the rows begin in the window, in pixels; not measured while they scroll, which would lay them out twice. */
  #start: number | undefined;

  constructor(private readonly on: TableEvents) {
    this.#rows = new VirtualRows({
      height: () => this.#rowHeight,
      hasHeader: true,
      renderRow: (state, index, start) => this.#guardedRow(state, index, start),
      request: (from, to) => on.rows(from, to),
      onRender: () => {
        this.#scroller?.setAttribute('aria-activedescendant', this.#activeId);
        this.#scroller?.setAttribute('data-vscode-context', menuOf(this.#rowAt(this.#cursor.row)));
        this.#hold();
      },
    });
    this.#holder = new RowHolder((held) => on.hold(held));
  }

  get #scroller(): HTMLElement | undefined {
    return this.#rows.scroller;
  }

  receive(state: TableState): void {
    const row = this.#cursorIn(state);
    this.#state = state;
    this.#rows.receive(state);
    this.#cursor = {
      row: Math.max(-1, Math.min(row, state.total - 1)),
      column: Math.min(this.#cursor.column, state.columns.length),
    };
    if (this.#awaited && this.#rowAt(this.#awaited.row)) this.#select(this.#awaited.row, this.#awaited.from);
  }

  /** Where the row with the cursor is in the next state. The held row stays where it is, unless the user has sorted. */
  #cursorIn(next: TableState): number {
    const { row } = this.#cursor;
    const state = this.#state;
    if (!state || orderOf(state) !== orderOf(next)) {
      this.#holder.forget();
      return row;
    }
    const moved = this.#holder.follow(next);
    this.#moved += moved;
    if (this.#awaited) this.#awaited = { ...this.#awaited, row: this.#awaited.row + moved };
    const current = row > 0 || (row === 0 && this.#isCursorUsed) ? state.rows[row - state.from] : undefined;
    if (!current) return row;
    const index = indexIn(next, keyOf(current));
    return index < 0 ? row + moved : index;
  }

  get #isCursorUsed(): boolean {
    return (
      this.#state !== undefined &&
      (document.activeElement === this.#scroller || this.#state.selection.count > 0)
    );
  }

  #hold(): void {
    const [state, body] = [this.#state, this.#rows.body];
    // Rows that have moved are where they were on the screen only once they are rendered.
    if (!state || !body || this.#moved !== 0) return;
    const { view } = this.#rows;
    this.#holder.choose(state, {
      ...{ ...view, rowHeight: this.#rowHeight },
      start: () => (this.#start ??= body.getBoundingClientRect().top + view.top),
      ...{ cursor: this.#cursor.row, isCursorUsed: this.#isCursorUsed },
    });
  }

  toTop(): void {
    this.#cursor = { row: 0, column: this.#cursor.column };
    this.#scroller?.scrollTo({ top: 0 });
  }

  render(state: TableState): TemplateResult {
    const { columns, total, texts, progress, groupings } = state;
    const isGrouped = groupings.some(({ by, isChosen }) => isChosen && by !== undefined);
    // Rows follow what surrounds them.
    queueMicrotask(() => this.#update());
    return html`<div
      class="grid scroller"
      role=${isGrouped ? 'treegrid' : 'grid'}
      tabindex="0"
      aria-label=${texts.table}
      aria-rowcount=${progress.isReading ? -1 : total + 1}
      aria-multiselectable="true"
      aria-colcount=${columns.length + 1}
      aria-busy=${progress.isReading ? 'true' : 'false'}
      aria-activedescendant=${this.#activeId}
      .style=${widthsOf(columns.map(({ width }) => width))}
      ${ref(this.#mount)}
      @keydown=${this.#keydown}
      @mousemove=${this.#pointerMoved}
      @mouseleave=${this.#pointerLeft}
      @enter=${this.#enter}
      @focus=${() => this.#rows.render()}
      @blur=${() => this.#rows.render()}
    >
      ${renderHeader(state, this.#cursor, this.on)}
      <div role="rowgroup" class="body" ${ref(this.#rows.setBody)}></div>
    </div>`;
  }

  readonly #mount = (element: Element | undefined): void => {
    if (element && element !== this.#scroller)
      this.#rowHeight = Math.round(parseFloat(getComputedStyle(document.body).fontSize) * 2);
    this.#rows.mount(element);
  };

  #update(): void {
    this.#scroller?.style.setProperty('--row', `${this.#rowHeight}px`);
    const moved = this.#moved;
    this.#moved = 0;
    this.#start = undefined;
    this.#rows.update(moved * this.#rowHeight);
  }

  readonly #pointerMoved = (event: MouseEvent): void => {
    this.#holder.pointerMoved(event);
    this.#start = undefined;
    this.#hold();
  };

  readonly #pointerLeft = (): void => {
    this.#holder.pointerLeft();
    this.#hold();
  };

  #guardedRow(state: TableState, index: number, start: number) {
    const { row, column } = this.#cursor;
    const cursor = row === index ? column : undefined;
    // What has not changed is not compared cell by cell.
    const shown = contentOf(state.rows[index - state.from]);
    return guard([shown, contentOf(state.columns), this.#scroller?.role, cursor, start], () =>
      this.#row(state, index, start),
    );
  }

  #groupRow({ group, text, count, isExpanded }: GroupView, index: number, start: number): TemplateResult {
    const isCurrent = index === this.#cursor.row;
    return html`<div
      role="row"
      class="row group ${isCurrent ? 'current' : ''}"
      data-vscode-context=${menuOf(undefined)}
      aria-rowindex=${index + 2}
      aria-level="1"
      aria-expanded=${isExpanded ? 'true' : 'false'}
      .style=${`top: ${start}px`}
      @click=${() => this.#toggleGroup(index, group)}
    >
      <div
        role="gridcell"
        id=${`cell-${index}-0`}
        aria-colspan=${this.#state!.columns.length + 1}
        class=${isCurrent ? 'cursor' : ''}
      >
        ${icon(isExpanded ? 'chevron-down' : 'chevron-right')}<span>${text}</span>
        <span class="count">${count}</span>
      </div>
    </div>`;
  }

  #toggleGroup(row: number, group: string): void {
    this.#move({ row, column: this.#cursor.column });
    this.on.toggleGroup(group);
  }

  #row(state: TableState, index: number, start: number): TemplateResult {
    const { from, rows, columns, texts } = state;
    const row = rows[index - from];
    if (row && 'group' in row) return this.#groupRow(row, index, start);
    const cursor = index === this.#cursor.row ? this.#cursor.column : undefined;
    return html`<div
      role="row"
      class="row ${index % 2 ? 'odd' : ''} ${index === this.#cursor.row ? 'current' : ''}"
      aria-rowindex=${index + 2}
      aria-level=${this.#scroller?.role === 'treegrid' ? '2' : nothing}
      data-vscode-context=${menuOf(row)}
      aria-selected=${row ? (row.isSelected ? 'true' : 'false') : nothing}
      .style=${`top: ${start}px`}
      @mousedown=${(event: MouseEvent) => this.#press(row, index, event)}
      @click=${(event: MouseEvent) => this.#click(row, index, event)}
      @dblclick=${() => row && this.on.open(row.sid)}
    >
      ${
        row
          ? html`${selectCell(row, cursor, index, texts.select)}${columns.map((column, i) => textCell(column, row.cells[i], { index, i: i + 1, cursor, open: () => this.on.open(row.sid) }))}`
          : html`<div role="gridcell" class="loading">${texts.loadingRow}</div>`
      }
    </div>`;
  }

  get #activeId(): string {
    const { row, column } = this.#cursor;
    return `cell-${row}-${this.#groupAt(row) ? 0 : column}`;
  }

  /** Shift selects rows, not the text between two clicks. The row whose menu opens gets the cursor. */
  #press(shown: RowView | undefined, index: number, event: MouseEvent): void {
    if (event.shiftKey) event.preventDefault();
    if (event.button === 2 && shown) this.#move({ row: index, column: this.#cursor.column });
  }

  /** `shown`: what the user has clicked on, which may be at another index by now. */
  #click(shown: RowView | undefined, index: number, event: MouseEvent): void {
    this.#awaited = undefined;
    const row = shown ? indexIn(this.#state!, shown.sid) : index;
    // It is gone by now.
    if (row < 0) return;
    const cell = (event.target as Element).closest<HTMLElement>('[data-column]');
    const column = Number(cell?.dataset['column'] ?? 1);
    const from = this.#anchor ?? this.#rowAt(this.#cursor.row)?.sid;
    this.#move({ row, column });
    if (event.shiftKey && from !== undefined) this.#select(row, from);
    else if (column === 0 || event.ctrlKey || event.metaKey) this.#select(row);
    else this.#anchor = this.#rowAt(row)?.sid;
  }

  #rowAt(index: number): RowView | undefined {
    const row = this.#state?.rows[index - this.#state.from];
    return row && 'sid' in row ? row : undefined;
  }

  #groupAt(index: number): GroupView | undefined {
    const row = this.#state?.rows[index - this.#state.from];
    return row && 'group' in row ? row : undefined;
  }

  /** Selects a row, or no longer; with `from`, all rows from that one on. */
  #select(index: number, from?: string): void {
    const sid = this.#rowAt(index)?.sid;
    const isLoaded = sid !== undefined || this.#groupAt(index) !== undefined;
    this.#awaited = isLoaded || from === undefined ? undefined : { row: index, from };
    if (sid === undefined) return;
    this.#anchor = from ?? sid;
    if (from === undefined) this.on.select(sid);
    else this.on.selectRange(sid, from);
  }

  readonly #enter = (): void => {
    const { row, column } = this.#cursor;
    const state = this.#state;
    if (!state) return;
    const header = state.columns[column - 1];
    if (row < 0 && column === 0) return toggleAll(state.selection, this.on);
    if (row < 0) return header?.isSortable ? this.on.sort(header.key) : undefined;
    const group = this.#groupAt(row);
    if (group) return this.on.toggleGroup(group.group);
    const shown = this.#rowAt(row);
    if (shown) this.on.open(shown.sid);
  };

  readonly #keydown = (event: KeyboardEvent): void => {
    const state = this.#state;
    if (!state || event.altKey) return;
    this.#awaited = undefined;
    const { row, column } = this.#cursor;
    if (this.#toggleByKey(event) || this.#selectByKey(event, state)) {
      // VS Code would select all text of the page.
      event.stopPropagation();
      return event.preventDefault();
    }
    const header = state.columns[column - 1];
    const widen = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (row < 0 && event.shiftKey && widen !== undefined && header) {
      event.preventDefault();
      return this.on.resize(header.key, Math.max(40, header.width + widen));
    }
    const next = this.#nextCursor(event, state);
    if (!next) return;
    event.preventDefault();
    const last = { row: state.total - 1, column: state.columns.length };
    const from = event.shiftKey ? (this.#anchor ?? this.#rowAt(row)?.sid) : undefined;
    this.#move({
      row: Math.max(-1, Math.min(next.row, last.row)),
      column: Math.max(0, Math.min(next.column, last.column)),
    });
    if (this.#cursor.row === row) return;
    this.#anchor = from;
    if (from !== undefined) this.#select(this.#cursor.row, from);
  };

  /** In a row above a group, the arrows expand and collapse it, as in a tree. */
  #toggleByKey({ key }: KeyboardEvent): boolean {
    const group = this.#groupAt(this.#cursor.row);
    const isToggled = key === ' ' || key === (group?.isExpanded ? 'ArrowLeft' : 'ArrowRight');
    if (!group || !isToggled) return false;
    this.on.toggleGroup(group.group);
    return true;
  }

  #selectByKey(event: KeyboardEvent, { selection }: TableState): boolean {
    const isCommand = event.ctrlKey || event.metaKey;
    const { row } = this.#cursor;
    if (event.key === ' ' && event.repeat) return true;
    if (event.key === ' ' && row < 0) toggleAll(selection, this.on);
    else if (event.key === ' ') this.#select(row);
    else if (isCommand && event.key.toLowerCase() === 'a') this.on.selectAll();
    else if (event.key === 'Escape' && selection.count > 0) this.on.selectNone();
    else if (isDelete(event)) this.#end(event);
    else return false;
    return true;
  }

  #end({ repeat }: KeyboardEvent): void {
    const sid = this.#rowAt(this.#cursor.row)?.sid;
    if (!repeat && (sid !== undefined || this.#state!.selection.count > 0)) this.on.end(sid);
  }

  #nextCursor({ key, ctrlKey, metaKey }: KeyboardEvent, { total, columns }: TableState): Cursor | undefined {
    const { row, column } = this.#cursor;
    const page = Math.max(1, Math.floor((this.#scroller?.clientHeight ?? 0) / this.#rowHeight) - 2);
    const isFar = ctrlKey || metaKey;
    const lastColumn = columns.length;
    const moves: Readonly<Record<string, Cursor>> = {
      ArrowDown: { row: row + 1, column },
      ArrowUp: { row: row - 1, column },
      ArrowLeft: { row, column: column - 1 },
      ArrowRight: { row, column: column + 1 },
      PageDown: { row: Math.max(0, row) + page, column },
      PageUp: { row: Math.max(0, row - page), column },
      Home: isFar ? { row: 0, column: 0 } : { row, column: 0 },
      End: isFar ? { row: total - 1, column: lastColumn } : { row, column: lastColumn },
    };
    return Object.hasOwn(moves, key) ? moves[key] : undefined;
  }

  #move(cursor: Cursor): void {
    this.#cursor = cursor;
    // Rows whose rendering a mouse button has postponed are not yet where they belong.
    if (this.#moved !== 0) this.#update();
    if (cursor.row >= 0) this.#rows.scrollTo(cursor.row);
    this.#rows.render();
    for (const header of this.#scroller?.querySelectorAll('[role="columnheader"]') ?? [])
      header.classList.toggle('cursor', header.id === this.#activeId);
    this.#showColumn();
  }

  /** Scrolls sideways to the cursor's column, which the first one covers. */
  #showColumn(): void {
    const scroller = this.#scroller;
    const columns = this.#state?.columns;
    if (!scroller || !columns) return;
    const at = this.#cursor.column - 1;
    const before = columns.slice(0, Math.max(0, at)).reduce((sum, { width }) => sum + width, selectWidth);
    const start = at < 0 ? 0 : before;
    const end = at < 0 ? selectWidth : before + columns[at]!.width;
    if (end > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = end - scroller.clientWidth;
    if (start < scroller.scrollLeft) scroller.scrollLeft = start;
  }
}

/** As in VS Code's Explorer, where Macs have no such key. */
const isDelete = ({ key, metaKey, ctrlKey, shiftKey }: KeyboardEvent) =>
  (key === 'Delete' && !metaKey && !ctrlKey && !shiftKey) || (key === 'Backspace' && metaKey);
