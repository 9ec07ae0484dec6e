import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { ref } from 'lit/directives/ref.js';

const size = 20;
/** A row is at least this high, in pixels. */
const estimate = 44;

/**
 * Renders long lists in chunks, and only those near the window: the browser says which, and a chunk that is far away is
 * an empty box of its height. Unlike offsets that are computed from row heights, this needs no knowledge of what
 * stands above the list. A chunk that has the focus stays.
 */
export class Chunks {
  readonly #near = new Set<string>();
  readonly #heights = new Map<string, number>();
  readonly #observed = new Map<string, (element: Element | undefined) => void>();
  readonly #observer: IntersectionObserver;

  constructor(private readonly redraw: () => void) {
    this.#observer = new IntersectionObserver((entries) => this.#receive(entries), {
      rootMargin: '400px 0px',
    });
  }

  /** The rows of a list. Its element needs the role `list`. */
  render<Row>(
    name: string,
    rows: readonly Row[],
    row: (row: Row, index: number) => TemplateResult,
  ): TemplateResult[] {
    const count = Math.ceil(rows.length / size);
    return Array.from({ length: count }, (_, i) => {
      const key = `${name} ${i}`;
      const isShown = i === 0 || this.#near.has(key);
      const ofChunk = rows.slice(i * size, (i + 1) * size);
      const height = this.#heights.get(key) ?? ofChunk.length * estimate;
      return html`<div
        role="none"
        data-chunk=${key}
        .style=${isShown ? '' : `height: ${height}px`}
        ${ref(this.#refOf(key))}
      >
        ${isShown ? ofChunk.map((one, at) => row(one, i * size + at)) : nothing}
      </div>`;
    });
  }

  /** The rows of a list that are near the window. */
  near<Row>(name: string, rows: readonly Row[]): readonly Row[] {
    const found: Row[] = [];
    for (let i = 0; i * size < rows.length; i++)
      if (this.#near.has(`${name} ${i}`))
        for (const row of rows.slice(i * size, (i + 1) * size)) found.push(row);
    return found;
  }

  #refOf(key: string): (element: Element | undefined) => void {
    const known = this.#observed.get(key);
    if (known) return known;
    let observed: Element | undefined;
    const set = (element: Element | undefined) => {
      if (observed) this.#observer.unobserve(observed);
      observed = element;
      if (element) this.#observer.observe(element);
    };
    this.#observed.set(key, set);
    return set;
  }

  #receive(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const key = (target as HTMLElement).dataset['chunk']!;
      if (isIntersecting) this.#near.add(key);
      else if (!target.contains(document.activeElement)) {
        if (this.#near.has(key) && boundingClientRect.height)
          this.#heights.set(key, boundingClientRect.height);
        this.#near.delete(key);
      }
    }
    this.redraw();
  }
}
