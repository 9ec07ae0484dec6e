import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from '../shared/icon';
import { renderHeader, widthsOf } from './header';
import type { TableEvents } from './header';
import type { CellView, ColumnView, RowView, TableState } from './protocol';

export interface Cursor {
  /** -1 is the header. */
  readonly row: number;
  readonly column: number;
}

/** Rows rendered above and below those in view. */
const overscan = 8;

/**
 * The rows in view of any number: the extension has them all, and posts those around the ones that this asks for. Rows are
 * rendered apart from the page, which is not redrawn while a mouse button is down: that may be the scroll bar's.
 */
export class Table {
  #state: TableState | undefined;
  #scroller: HTMLElement | undefined;
  #body: HTMLElement | undefined;
  #virtualizer: Virtualizer<HTMLElement, HTMLElement> | undefined;
  #unmount: (() => void) | undefined;
  #cursor: Cursor = { row: 0, column: 0 };
  #requested = '';
  #rowHeight = 26;

  constructor(private readonly on: TableEvents) {}

  receive(state: TableState): void {
    this.#state = state;
    this.#requested = '';
    this.#cursor = {
      row: Math.max(-1, Math.min(this.#cursor.row, state.total - 1)),
      column: Math.min(this.#cursor.column, state.columns.length - 1),
    };
  }

  toTop(): void {
    this.#cursor = { row: 0, column: this.#cursor.column };
    this.#scroller?.scrollTo({ top: 0 });
  }

  render(state: TableState): TemplateResult {
    const { columns, total, texts, progress } = state;
    // Rows follow what surrounds them.
    queueMicrotask(() => this.#update());
    return html`<div
      class="grid"
      role="grid"
      tabindex="0"
      aria-label=${texts.table}
      aria-rowcount=${progress.isReading ? -1 : total + 1}
      aria-colcount=${columns.length}
      aria-busy=${progress.isReading ? 'true' : 'false'}
      aria-activedescendant=${this.#activeId}
      .style=${widthsOf(columns.map(({ width }) => width))}
      ${ref(this.#mount)}
      @keydown=${this.#keydown}
      @enter=${this.#enter}
      @focus=${() => this.#renderRows()}
      @blur=${() => this.#renderRows()}
    >
      ${renderHeader(state, this.#cursor, this.on)}
      <div role="rowgroup" class="body" ${ref(this.#setBody)}></div>
    </div>`;
  }

  readonly #setBody = (element: Element | undefined): void => {
    this.#body = element as HTMLElement | undefined;
  };

  readonly #mount = (element: Element | undefined): void => {
    if (this.#scroller === element) return;
    this.#unmount?.();
    this.#unmount = undefined;
    this.#scroller = element as HTMLElement | undefined;
    if (!element) return;
    this.#rowHeight = Math.round(parseFloat(getComputedStyle(document.body).fontSize) * 2);
    (element as HTMLElement).style.setProperty('--row', `${this.#rowHeight}px`);
    this.#virtualizer = new Virtualizer(this.#options());
    this.#unmount = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
  };

  #options() {
    return {
      count: this.#state?.total ?? 0,
      getScrollElement: () => this.#scroller ?? null,
      estimateSize: () => this.#rowHeight,
      // The header covers the first of the rows in view.
      scrollPaddingStart: this.#rowHeight,
      overscan,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => this.#renderRows(),
    };
  }

  #update(): void {
    if (!this.#virtualizer) return;
    this.#virtualizer.setOptions(this.#options());
    this.#virtualizer._willUpdate();
    this.#scroller?.style.setProperty('--row', `${this.#rowHeight}px`);
    this.#renderRows();
  }

  #renderRows(): void {
    const state = this.#state;
    const body = this.#body;
    if (!state || !body || !this.#virtualizer) return;
    const items = this.#virtualizer.getVirtualItems();
    body.style.height = `${this.#virtualizer.getTotalSize()}px`;
    render(
      repeat(
        items,
        ({ index }) => index,
        ({ index, start }) => this.#row(state, index, start),
      ),
      body,
    );
    this.#scroller?.setAttribute('aria-activedescendant', this.#activeId);
    const [first, last] = [items[0], items.at(-1)];
    if (first && last) this.#request(state, first.index, last.index + 1);
  }

  /** Asks for rows in view that the state does not have. */
  #request({ from, rows }: TableState, first: number, end: number): void {
    const request = `${first} ${end}`;
    if (this.#requested === request || (first >= from && end <= from + rows.length)) return;
    this.#requested = request;
    this.on.rows(first, end);
  }

  #row({ from, rows, columns, texts }: TableState, index: number, start: number): TemplateResult {
    const row = rows[index - from];
    return html`<div
      role="row"
      class="row ${index % 2 ? 'odd' : ''} ${index === this.#cursor.row ? 'current' : ''}"
      aria-rowindex=${index + 2}
      .style=${`transform: translateY(${start}px)`}
      @click=${(event: Event) => this.#click(index, event)}
      @dblclick=${() => row && this.on.open(row.sid)}
    >
      ${
        row
          ? columns.map((column, i) => this.#cell(row, column, row.cells[i], index, i))
          : html`<div role="gridcell" class="loading">${texts.loadingRow}</div>`
      }
    </div>`;
  }

  #cell(row: RowView, { key, isNumber }: ColumnView, cell: CellView | undefined, index: number, i: number) {
    const isCurrent = index === this.#cursor.row && i === this.#cursor.column;
    const text = cell?.text ?? '';
    return html`<div
      role="gridcell"
      id=${`cell-${index}-${i}`}
      aria-colindex=${i + 1}
      data-column=${i}
      class="${isNumber ? 'number' : ''} ${isCurrent ? 'cursor' : ''}"
      title=${cell?.title ?? text}
    >
      ${cell?.icon ? icon(cell.icon) : nothing}${
        key === 'about'
          ? html`<span class="open" @click=${() => this.on.open(row.sid)}>${text}</span>`
          : html`<span>${text}</span>`
      }
    </div>`;
  }

  get #activeId(): string {
    return `cell-${this.#cursor.row}-${this.#cursor.column}`;
  }

  #click(row: number, { target }: Event): void {
    const cell = (target as Element).closest<HTMLElement>('[data-column]');
    this.#move({ row, column: Number(cell?.dataset['column'] ?? 0) });
  }

  readonly #enter = (): void => {
    const { row, column } = this.#cursor;
    const state = this.#state;
    if (!state) return;
    const header = state.columns[column];
    if (row < 0) return header?.isSortable ? this.on.sort(header.key) : undefined;
    const shown = state.rows[row - state.from];
    if (shown) this.on.open(shown.sid);
  };

  readonly #keydown = (event: KeyboardEvent): void => {
    const state = this.#state;
    if (!state || event.altKey) return;
    const { row, column } = this.#cursor;
    const header = state.columns[column];
    const widen = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (row < 0 && event.shiftKey && widen !== undefined && header) {
      event.preventDefault();
      return this.on.resize(header.key, Math.max(40, header.width + widen));
    }
    const next = this.#nextCursor(event, state);
    if (!next) return;
    event.preventDefault();
    const last = { row: state.total - 1, column: state.columns.length - 1 };
    this.#move({
      row: Math.max(-1, Math.min(next.row, last.row)),
      column: Math.max(0, Math.min(next.column, last.column)),
    });
  };

  #nextCursor({ key, ctrlKey, metaKey }: KeyboardEvent, { total, columns }: TableState): Cursor | undefined {
    const { row, column } = this.#cursor;
    const page = Math.max(1, Math.floor((this.#scroller?.clientHeight ?? 0) / this.#rowHeight) - 2);
    const isFar = ctrlKey || metaKey;
    const lastColumn = columns.length - 1;
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
    if (cursor.row >= 0) this.#virtualizer?.scrollToIndex(cursor.row, { align: 'auto' });
    this.#renderRows();
    for (const header of this.#scroller?.querySelectorAll('[role="columnheader"]') ?? [])
      header.classList.toggle('cursor', header.id === this.#activeId);
    this.#showColumn();
  }

  /** Scrolls sideways to the cursor's column, which the first one covers. */
  #showColumn(): void {
    const scroller = this.#scroller;
    const columns = this.#state?.columns;
    if (!scroller || !columns) return;
    const start = columns.slice(0, this.#cursor.column).reduce((sum, { width }) => sum + width, 0);
    const end = start + columns[this.#cursor.column]!.width;
    if (end > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = end - scroller.clientWidth;
    if (start < scroller.scrollLeft) scroller.scrollLeft = start;
  }
}
