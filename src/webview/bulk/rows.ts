import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from '../shared/icon';
import { fill } from '../shared/text';
import type { BulkRowView, BulkState } from './protocol';

/** Rows rendered above and below those in view. */
const overscan = 6;
/** Pixels, until a row is measured. */
const rowHeight = 48;

/**
 * The rows in view of any number, each as high as its text: the extension has them all, and posts those around the ones
 * that this asks for. Rendered apart from the page, which is not redrawn while a mouse button is down.
 */
export class Rows {
  #state: BulkState | undefined;
  #scroller: HTMLElement | undefined;
  #body: HTMLElement | undefined;
  #virtualizer: Virtualizer<HTMLElement, HTMLElement> | undefined;
  #unmount: (() => void) | undefined;
  #requested = '';

  constructor(private readonly request: (from: number, to: number) => void) {}

  receive(state: BulkState): void {
    this.#state = state;
    this.#requested = '';
  }

  render({ texts }: BulkState): TemplateResult {
    // Rows follow what surrounds them.
    queueMicrotask(() => this.#update());
    return html`<div class="rows" tabindex="0" role="region" aria-label=${texts.rows} ${ref(this.#mount)}>
      <div role="list" class="body" ${ref(this.#setBody)}></div>
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
    this.#virtualizer = new Virtualizer(this.#options());
    this.#unmount = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
  };

  #options() {
    return {
      count: this.#state?.total ?? 0,
      getScrollElement: () => this.#scroller ?? null,
      estimateSize: () => rowHeight,
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
    for (const element of body.querySelectorAll<HTMLElement>('.row'))
      this.#virtualizer.measureElement(element);
    const [first, last] = [items[0], items.at(-1)];
    if (first && last) this.#ask(state, first.index, last.index + 1);
  }

  /** Asks for rows in view that the state does not have. */
  #ask({ from, rows }: BulkState, first: number, end: number): void {
    const request = `${first} ${end}`;
    if (this.#requested === request || (first >= from && end <= from + rows.length)) return;
    this.#requested = request;
    this.request(first, end);
  }

  #row({ from, rows, total, texts }: BulkState, index: number, start: number): TemplateResult {
    const row = rows[index - from];
    return html`<div
      role="listitem"
      class="row ${row?.tone ?? ''}"
      data-index=${index}
      aria-posinset=${index + 1}
      aria-setsize=${total}
      .style=${`transform: translateY(${start}px)`}
    >
      ${row ? renderRow(row, texts.request) : texts.loadingRow}
    </div>`;
  }
}

const renderRow = ({ sid, name, icon: name_, status, detail, requestId }: BulkRowView, request: string) =>
  html`${icon(name_)}
    <div class="about">
      <div><span class="name">${name}</span> ${name === sid ? nothing : html`<code>${sid}</code>`}</div>
      ${detail === undefined ? nothing : html`<p class="detail">${detail}</p>`}
      ${requestId === undefined ? nothing : html`<code>${fill(request, { id: requestId })}</code>`}
    </div>
    <span class="status">${status}</span>`;
