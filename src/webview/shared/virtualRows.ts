import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { render } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';

/** The part of all rows that a state carries: those around the rows in view. */
export interface RowRange {
  readonly total: number;
  /** The index of the first of `rows` among all. */
  readonly from: number;
  readonly rows: readonly unknown[];
}

export interface VirtualRowsOptions<State extends RowRange> {
  /** Pixels; of a row that is as high as its text, until it is measured. */
  readonly height: () => number;
  readonly areMeasured?: boolean;
  /** Whether a header of that height covers the first of the rows in view. */
  readonly hasHeader?: boolean;
  readonly renderRow: (state: State, index: number, start: number) => unknown;
  /** Asks the extension for the rows around these. */
  readonly request: (from: number, to: number) => void;
  readonly onRender?: () => void;
}

/** Rows rendered above and below those in view. */
const overscan = 8;
/** Pixels that the borders and a scroll bar may cover. */
const edges = 18;
/** Rows that the state should have above and below those. */
const ahead = 40;

/**
 * The rows in view of any number: the extension has them all, and posts those around the ones that this asks for. Rows are
 * rendered apart from the page, which is not redrawn while a mouse button is down: that may be the scroll bar's.
 */
export class VirtualRows<State extends RowRange> {
  #state: State | undefined;
  #scroller: HTMLElement | undefined;
  #body: HTMLElement | undefined;
  #virtualizer: Virtualizer<HTMLElement, HTMLElement> | undefined;
  #unmount: (() => void) | undefined;
  #isRequested = false;

  constructor(private readonly options: VirtualRowsOptions<State>) {}

  get scroller(): HTMLElement | undefined {
    return this.#scroller;
  }

  /** What is in view, in pixels from the first row on. Asking the elements would lay out what was just rendered. */
  get view(): { readonly top: number; readonly height: number } {
    const { scrollOffset, scrollRect } = this.#virtualizer ?? {};
    return { top: scrollOffset ?? 0, height: Math.max(0, (scrollRect?.height ?? 0) - edges) };
  }

  get body(): HTMLElement | undefined {
    return this.#body;
  }

  receive(state: State): void {
    this.#state = state;
    this.#isRequested = false;
  }

  readonly setBody = (element: Element | undefined): void => {
    this.#body = element as HTMLElement | undefined;
  };

  readonly mount = (element: Element | undefined): void => {
    if (this.#scroller === element) return;
    this.#unmount?.();
    this.#unmount = undefined;
    this.#scroller = element as HTMLElement | undefined;
    if (!element) return;
    this.#virtualizer = new Virtualizer(this.#virtualizerOptions());
    this.#unmount = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
  };

  /**
   * Follows the state, once what surrounds the rows is rendered.
   * @param moved pixels by which rows have moved that are to stay where they are on the screen
   */
  update(moved = 0): void {
    if (!this.#virtualizer) return;
    this.#virtualizer.setOptions(this.#virtualizerOptions());
    this.#virtualizer._willUpdate();
    if (moved !== 0) this.#scrollBy(moved, this.#virtualizer);
    this.render();
  }

  /** At once: the scroll event comes after the rows are rendered. */
  #scrollBy(pixels: number, virtualizer: Virtualizer<HTMLElement, HTMLElement>): void {
    if (!this.#scroller || !this.#body) return;
    this.#body.style.height = `${virtualizer.getTotalSize()}px`;
    this.#scroller.scrollTop += pixels;
    virtualizer.scrollOffset = this.#scroller.scrollTop;
  }

  scrollTo(index: number): void {
    this.#virtualizer?.scrollToIndex(index, { align: 'auto' });
  }

  render(): void {
    const state = this.#state;
    const body = this.#body;
    if (!state || !body || !this.#virtualizer) return;
    const { areMeasured, renderRow, onRender } = this.options;
    const items = this.#virtualizer.getVirtualItems();
    body.style.height = `${this.#virtualizer.getTotalSize()}px`;
    render(
      repeat(
        items,
        ({ index }) => index,
        ({ index, start }) => renderRow(state, index, start),
      ),
      body,
    );
    if (areMeasured)
      for (const element of body.querySelectorAll<HTMLElement>('.row'))
        this.#virtualizer.measureElement(element);
    onRender?.();
    const [first, last] = [items[0], items.at(-1)];
    if (first && last) this.#request(state, first.index, last.index + 1);
  }

  #virtualizerOptions() {
    const { height, hasHeader } = this.options;
    return {
      count: this.#state?.total ?? 0,
      getScrollElement: () => this.#scroller ?? null,
      estimateSize: height,
      scrollPaddingStart: hasHeader ? height() : 0,
      overscan,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => this.render(),
    };
  }

  /** Asks for rows before they are in view. One state has to come before it asks again: that may already have them. */
  #request({ from, rows, total }: State, first: number, end: number): void {
    const hasAbove = from === 0 || first - ahead >= from;
    const hasBelow = from + rows.length >= total || end + ahead <= from + rows.length;
    if (this.#isRequested || (hasAbove && hasBelow)) return;
    this.#isRequested = true;
    this.options.request(first, end);
  }
}
