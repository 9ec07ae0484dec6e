import { html, nothing } from 'lit/html.js';
import { icon } from '../shared/icon';
import { fill } from '../shared/text';
import { menuOf } from './menu';
import type { HeldRow } from './heldRow';
import type { ColumnView, SelectionView, SortView, TableState } from './protocol';

export interface Cursor {
  /** -1 is the header. */
  readonly row: number;
  /** 0 is the one that selects. */
  readonly column: number;
}

export interface TableEvents {
  rows(from: number, to: number): void;
  hold(held: HeldRow | undefined): void;
  sort(column: string): void;
  resize(key: string, width: number): void;
  open(sid: string): void;
  toggleGroup(key: string): void;
  /** Selects a row, or no longer. */
  select(sid: string): void;
  /** Selects all rows from that one to this one. */
  selectRange(sid: string, fromSid: string): void;
  selectAll(): void;
  selectNone(): void;
  /** Cancels or completes the selected rows, or this one while none is selected. */
  end(sid: string | undefined): void;
}

/** The row with the columns' titles: a click sorts, and an edge is dragged to resize. */
export const renderHeader = (
  { columns, sort, texts, selection }: TableState,
  cursor: Cursor,
  on: TableEvents,
) =>
  html`<div role="rowgroup" class="head" data-vscode-context=${menuOf(undefined)}>
    <div role="row" class="row" aria-rowindex="1">
      <div
        role="columnheader"
        id="cell--1-0"
        aria-colindex="1"
        title=${texts.selectAll}
        class="select ${cursor.row < 0 && cursor.column === 0 ? 'cursor' : ''}"
        @click=${() => toggleAll(selection, on)}
      >
        ${check(selection.count > 0, selection.count < selection.of)}<span class="unseen"
          >${texts.selectAll}</span
        >
      </div>
      ${columns.map((column, i) => {
        const { key, title, isNumber, isSortable } = column;
        const isCurrent = cursor.row < 0 && cursor.column === i + 1;
        return html`<div
          role="columnheader"
          id=${`cell--1-${i + 1}`}
          aria-colindex=${i + 2}
          aria-sort=${isSortable ? sortOf(column, sort) : nothing}
          class="${isNumber ? 'number' : ''} ${isSortable ? 'sortable' : ''} ${isCurrent ? 'cursor' : ''}"
          title=${isSortable ? title : fill(texts.notSortable, { column: title })}
          @click=${() => isSortable && on.sort(key)}
        >
          <span>${title}</span>${
            sort.column === key ? icon(sort.isDescending ? 'arrow-down' : 'arrow-up') : nothing
          }
          <span
            class="edge"
            aria-hidden="true"
            title=${fill(texts.resize, { column: title })}
            @click=${(event: Event) => event.stopPropagation()}
            @pointerdown=${(event: PointerEvent) => drag(event, columns, i, on)}
          ></span>
        </div>`;
      })}
    </div>
  </div>`;

/** A box that is drawn, not a control: what is selected is said by its row. */
export const check = (isChecked: boolean, isPartly = false) =>
  html`<span class="check" aria-hidden="true"
    >${isChecked ? icon(isPartly ? 'dash' : 'check') : nothing}</span
  >`;

/** Selects all rows, or none when all are. */
export function toggleAll({ count, of }: SelectionView, on: TableEvents): void {
  if (count > 0 && count >= of) on.selectNone();
  else on.selectAll();
}

const sortOf = ({ key }: ColumnView, { column, isDescending }: SortView) =>
  column !== key ? 'none' : isDescending ? 'descending' : 'ascending';

/** Of the column with the boxes, in pixels. */
export const selectWidth = 34;

/** The grid's custom properties: the width of each column, and of a row. In pixels. */
export const widthsOf = (widths: readonly number[]): string =>
  `--columns: ${[selectWidth, ...widths].map((width) => `${width}px`).join(' ')}; --width: ${widths.reduce((sum, width) => sum + width, selectWidth)}px`;

/** In pixels. */
const minWidth = 40;

function drag(event: PointerEvent, columns: readonly ColumnView[], index: number, on: TableEvents): void {
  const edge = event.currentTarget as HTMLElement;
  const grid = edge.closest<HTMLElement>('.grid')!;
  const { key, width } = columns[index]!;
  let now = width;
  const move = ({ clientX }: PointerEvent) => {
    now = Math.max(minWidth, width + clientX - event.clientX);
    const widths = columns.map((column, i) => (i === index ? now : column.width));
    grid.style.cssText += widthsOf(widths);
  };
  const end = () => {
    edge.removeEventListener('pointermove', move);
    grid.classList.remove('resizing');
    if (now !== width) on.resize(key, now);
  };
  edge.setPointerCapture(event.pointerId);
  grid.classList.add('resizing');
  edge.addEventListener('pointermove', move);
  edge.addEventListener('pointerup', end, { once: true });
  edge.addEventListener('pointercancel', end, { once: true });
  event.stopPropagation();
}
