import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { icon } from '../shared/icon';
import { check } from './header';
import type { CellView, ColumnView, RowView } from './protocol';

export function selectCell(
  { isSelected }: RowView,
  cursor: number | undefined,
  index: number,
  label: string,
): TemplateResult {
  return html`<div
    role="gridcell"
    id=${`cell-${index}-0`}
    aria-colindex="1"
    aria-label=${label}
    data-column="0"
    class="select ${cursor === 0 ? 'cursor' : ''}"
  >
    ${check(isSelected)}
  </div>`;
}

export interface CellPlace {
  /** Of the row among all. */
  readonly index: number;
  /** Of the cell in its row. */
  readonly i: number;
  /** The cell of the row that has the cursor. */
  readonly cursor: number | undefined;
  readonly open: () => void;
}

export function textCell(
  { key, width, isNumber }: ColumnView,
  cell: CellView | undefined,
  { index, i, cursor, open }: CellPlace,
): TemplateResult {
  const text = cell?.text ?? '';
  const classes = [
    ...(isNumber ? ['number'] : []),
    ...(i === cursor ? ['cursor'] : []),
    ...(cell?.isUnread ? ['unread'] : []),
    ...(fits(text, cell?.icon === undefined ? width : width - iconWidth) ? [] : ['cut']),
  ];
  return html`<div
    role="gridcell"
    id=${`cell-${index}-${i}`}
    aria-colindex=${i + 1}
    data-column=${i}
    class=${classes.join(' ')}
    aria-label=${cell?.isUnread ? cell.title : nothing}
    title=${cell?.title ?? text}
  >
    ${cell?.icon ? icon(cell.icon) : nothing}${
      key === 'about' ? html`<span class="open" @click=${open}>${text}</span>` : text
    }
  </div>`;
}

/** Pixels, with what is between it and the text. */
const iconWidth = 20;
/** Pixels beside the text of a cell, and what digits of the same width may add. */
const besides = 26;
const maxTexts = 10_000;

let measure: ((text: string) => number) | undefined;
const widths = new Map<string, number>();

/** Whether a cell has to hide a part of its text. One that hides costs as much to paint as ten that do not. */
function fits(text: string, width: number): boolean {
  measure ??= measureIn(getComputedStyle(document.body).font);
  if (widths.size > maxTexts) widths.clear();
  const known = widths.get(text) ?? measure(text);
  widths.set(text, known);
  return known + besides <= width;
}

function measureIn(font: string): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d')!;
  context.font = font;
  return (text) => context.measureText(text).width;
}
