import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { ref } from 'lit/directives/ref.js';
import { icon } from '../shared/icon';
import { VirtualRows } from '../shared/virtualRows';
import type { CallbackRow, CallbacksState } from './protocol';

/** Pixels, until a row is measured. */
const rowHeight = 52;

export interface ListEvents {
  rows(from: number, to: number): void;
  choose(index: number, id: string | undefined): void;
}

/** The callbacks, newest first, of which one is chosen. */
export class List {
  #state: CallbacksState | undefined;
  readonly #rows: VirtualRows<CallbacksState>;

  constructor(private readonly on: ListEvents) {
    this.#rows = new VirtualRows({
      height: () => rowHeight,
      areMeasured: true,
      renderRow: (state, index, start) => this.#row(state, index, start),
      request: (from, to) => on.rows(from, to),
    });
  }

  receive(state: CallbacksState): void {
    const isFiltered = this.#state && this.#state.filter?.chosen !== state.filter?.chosen;
    this.#state = state;
    this.#rows.receive(state);
    if (isFiltered) queueMicrotask(() => this.#rows.scrollTo(Math.max(0, state.chosen)));
  }

  render({ texts, chosen }: CallbacksState): TemplateResult {
    // Rows follow what surrounds them.
    queueMicrotask(() => this.#rows.update());
    return html`<div
      class="rows scroller"
      tabindex="0"
      role="listbox"
      aria-label=${texts.callbacks}
      aria-activedescendant=${chosen < 0 ? nothing : `callback-${chosen}`}
      @keydown=${this.#keydown}
      ${ref(this.#rows.mount)}
    >
      <div role="presentation" class="body" ${ref(this.#rows.setBody)}></div>
    </div>`;
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    const { total = 0, chosen = -1 } = this.#state ?? {};
    const to = { ArrowDown: chosen + 1, ArrowUp: chosen - 1, Home: 0, End: total - 1 }[event.key];
    if (to === undefined || total === 0) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(total - 1, to));
    this.#rows.scrollTo(index);
    if (index !== chosen) this.#choose(index);
  };

  #choose(index: number): void {
    const { from = 0, rows = [] } = this.#state ?? {};
    this.on.choose(index, rows[index - from]?.id);
  }

  #row({ from, rows, total, texts, chosen }: CallbacksState, index: number, start: number): TemplateResult {
    const row = rows[index - from];
    return html`<div
      role="option"
      id="callback-${index}"
      class="row ${row?.tone ?? ''}"
      data-index=${index}
      aria-selected=${index === chosen ? 'true' : 'false'}
      aria-posinset=${index + 1}
      aria-setsize=${total}
      .style=${`transform: translateY(${start}px)`}
      @click=${() => this.#choose(index)}
    >
      ${row ? renderContent(row) : texts.loadingRow}
    </div>`;
  }
}

const renderContent = ({ name, subject, kind, time, icon: shown, result, took, part }: CallbackRow) =>
  html`${icon(shown)}
    <div class="about">
      <div class="line"><span class="name">${name}</span><span class="time">${time}</span></div>
      <div class="line"><span class="result">${result}</span><span class="took">${took}</span></div>
      <div class="line">
        <span class="subject">${subject}</span
        >${kind === undefined ? nothing : html`<span class="kind">${kind}</span>`}
      </div>
      <div class="meter" aria-hidden="true"><span .style=${`width: ${Math.round(part * 100)}%`}></span></div>
    </div>`;
