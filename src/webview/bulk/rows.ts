import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { ref } from 'lit/directives/ref.js';
import { icon } from '../shared/icon';
import { fill } from '../shared/text';
import { VirtualRows } from '../shared/virtualRows';
import type { BulkRowView, BulkState } from './protocol';

/** Pixels, until a row is measured. */
const rowHeight = 48;

/** The rows of a bulk action, each as high as its text. */
export class Rows {
  readonly #rows: VirtualRows<BulkState>;

  constructor(request: (from: number, to: number) => void) {
    this.#rows = new VirtualRows({ height: () => rowHeight, areMeasured: true, renderRow, request });
  }

  receive(state: BulkState): void {
    this.#rows.receive(state);
  }

  render({ texts }: BulkState): TemplateResult {
    // Rows follow what surrounds them.
    queueMicrotask(() => this.#rows.update());
    return html`<div
      class="rows scroller"
      tabindex="0"
      role="region"
      aria-label=${texts.rows}
      ${ref(this.#rows.mount)}
    >
      <div role="list" class="body" ${ref(this.#rows.setBody)}></div>
    </div>`;
  }
}

function renderRow({ from, rows, total, texts }: BulkState, index: number, start: number): TemplateResult {
  const row = rows[index - from];
  return html`<div
    role="listitem"
    class="row ${row?.tone ?? ''}"
    data-index=${index}
    aria-posinset=${index + 1}
    aria-setsize=${total}
    .style=${`transform: translateY(${start}px)`}
  >
    ${row ? renderContent(row, texts.request) : texts.loadingRow}
  </div>`;
}

const renderContent = ({ sid, name, icon: name_, status, detail, requestId }: BulkRowView, request: string) =>
  html`${icon(name_)}
    <div class="about">
      <div><span class="name">${name}</span> ${name === sid ? nothing : html`<code>${sid}</code>`}</div>
      ${detail === undefined ? nothing : html`<p class="detail">${detail}</p>`}
      ${requestId === undefined ? nothing : html`<code>${fill(request, { id: requestId })}</code>`}
    </div>
    <span class="status">${status}</span>`;
