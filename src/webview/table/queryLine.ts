import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { icon } from '../shared/icon';
import { isComposing } from '../shared/keys';
import { fill } from '../shared/text';
import type { CompletionView, LineProblem, LineView, TableState, TableTexts } from './protocol';

export interface QueryLineEvents {
  edit(text: string, cursor: number): void;
  run(text: string): void;
  /** Saves the query, or manages those that were saved. */
  manage(): void;
  redraw(): void;
}

/** As for VS Code's own quick fixes. */
const fixShortcut = navigator.userAgent.includes('Mac') ? '⌘.' : 'Ctrl+.';

/** The query line, after the ARIA pattern "editable combobox with list autocomplete". https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */
export class QueryLine {
  #text = '';
  #line: LineView | undefined;
  /** The list of completions is open. */
  #isOpen = false;
  /** Index of the completion that Enter or Tab takes; -1 for none. */
  #active = -1;

  constructor(private readonly on: QueryLineEvents) {}

  receive(line: LineView, isFirst: boolean): void {
    // What runs stands in the line, unless the user has typed on.
    if (isFirst || (this.#line !== undefined && this.#text === this.#line.text)) this.#text = line.text;
    this.#line = line;
    this.#active = -1;
  }

  run(text = this.#text): void {
    this.#text = text;
    this.#isOpen = false;
    this.on.run(text);
    this.on.redraw();
  }

  render({ texts, queries, query, savesQueries }: TableState): TemplateResult {
    const items = this.#items;
    const problem = this.#problem;
    return html`<div class="field query ${problem ? 'wrong' : ''}">
      <div class="control line">
        <input
          id="query"
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck="false"
          maxlength="2000"
          aria-label=${texts.query}
          aria-autocomplete="list"
          aria-expanded=${items.length > 0 ? 'true' : 'false'}
          aria-controls="completions"
          aria-activedescendant=${items[this.#active] ? 'completion-active' : nothing}
          aria-invalid=${problem ? 'true' : nothing}
          aria-describedby=${problem ? 'query-problem' : nothing}
          placeholder=${texts.placeholder}
          .value=${live(this.#text)}
          @input=${this.#input}
          @keydown=${this.#keydown}
          @enter=${this.#enter}
          @click=${this.#moved}
          @blur=${this.#close}
        />
        <button type="button" class="secondary" @click=${() => this.run()}>
          ${icon('filter')}${texts.run}
        </button>
        ${this.#savedQueries(queries, query, texts)}
        ${
          savesQueries
            ? html`<button type="button" class="secondary" @click=${() => this.on.manage()}>
                ${icon('save')}${texts.saveOrManage}
              </button>`
            : nothing
        }
        ${this.#completions(items, texts)}
      </div>
      ${problem ? this.#renderProblem(problem, texts) : nothing}
    </div>`;
  }

  /** Of the text that is in the line; none while the list is closed. */
  get #items(): readonly CompletionView[] {
    const { text, items } = this.#line ?? { text: '', items: [] };
    return this.#isOpen && text === this.#text ? items : [];
  }

  get #problem(): LineProblem | undefined {
    return this.#line?.text === this.#text ? this.#line.problem : undefined;
  }

  #savedQueries(queries: TableState['queries'], query: string, texts: TableTexts): TemplateResult {
    const isSaved = queries.some(({ text }) => text === query);
    const change = ({ target }: Event) => this.run((target as HTMLSelectElement).value);
    return html`<div class="control select">
      <select aria-label=${texts.savedQueries} @change=${change}>
        ${isSaved ? nothing : html`<option value=${query} .selected=${true}>${texts.savedQueries}</option>`}
        ${queries.map(
          ({ name, text }) => html`<option value=${text} .selected=${text === query}>${name}</option>`,
        )}
      </select>
      ${icon('chevron-down')}
    </div>`;
  }

  #completions(items: readonly CompletionView[], { completions }: TableTexts): TemplateResult {
    return html`<div
      class="suggestions"
      role="listbox"
      id="completions"
      aria-label=${completions}
      ?hidden=${items.length === 0}
    >
      ${items.map(
        (item, i) =>
          html`<div
            role="option"
            id=${i === this.#active ? 'completion-active' : nothing}
            aria-selected=${i === this.#active ? 'true' : 'false'}
            @mousedown=${(event: Event) => event.preventDefault()}
            @click=${() => this.#take(item)}
          >
            <code>${item.text}</code><span>${item.help}</span>
          </div>`,
      )}
    </div>`;
  }

  /** The text with the wrong part marked, and a button that corrects it. */
  #renderProblem({ text, start, end, suggestion }: LineProblem, texts: TableTexts) {
    const wrong = this.#text.slice(start, end);
    const label = suggestion === ` ${wrong}` ? texts.insertSpace : texts.useSuggestion;
    return html`<div class="problem" id="query-problem" role="alert">
      ${icon('error')}
      <div>
        <p>${text}</p>
        <p class="where">
          <code
            >${this.#text.slice(0, start)}<mark>${this.#text.slice(start, end)}</mark>${this.#text.slice(end)}</code
          >
        </p>
        ${
          suggestion === undefined
            ? nothing
            : html`<button
                type="button"
                class="link"
                aria-keyshortcuts="Control+."
                @click=${() => this.#fix()}
              >
                ${fill(label, { text: suggestion.trim(), wrong, shortcut: fixShortcut })}
              </button>`
        }
      </div>
    </div>`;
  }

  /** Corrects what is wrong as the button says. @returns whether there is something to correct */
  #fix(): boolean {
    const { start, end, suggestion } = this.#problem ?? {};
    if (suggestion === undefined) return false;
    this.run(this.#text.slice(0, start) + suggestion + this.#text.slice(end));
    document.querySelector<HTMLElement>('#query')?.focus();
    return true;
  }

  readonly #input = ({ target }: Event): void => {
    const { value, selectionStart } = target as HTMLInputElement;
    this.#text = value;
    this.#open(selectionStart ?? value.length);
  };

  /** The completions are those where the cursor is now. */
  readonly #moved = ({ target }: Event): void => {
    const { value, selectionStart } = target as HTMLInputElement;
    if (selectionStart !== null && value === this.#text) this.#open(selectionStart);
  };

  #open(cursor: number): void {
    this.#isOpen = true;
    this.on.edit(this.#text, cursor);
    this.on.redraw();
  }

  readonly #close = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.on.redraw();
  };

  readonly #keydown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    const items = this.#items;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const active = items[this.#active];
    if (step !== undefined) {
      const { value, selectionStart } = event.target as HTMLInputElement;
      if (items.length === 0) this.#open(selectionStart ?? value.length);
      else {
        const from = this.#active < 0 && step < 0 ? 0 : this.#active;
        this.#active = (from + step + items.length) % items.length;
        this.on.redraw();
        document.getElementById('completion-active')?.scrollIntoView({ block: 'nearest' });
      }
    } else if (event.key === '.' && (event.ctrlKey || event.metaKey) && this.#fix()) event.stopPropagation();
    else if (event.key === 'Escape' && items.length > 0) this.#close();
    else if (event.key === 'Tab' && active && !event.shiftKey) this.#take(active);
    else return;
    event.preventDefault();
  };

  readonly #enter = (): void => {
    const active = this.#items[this.#active];
    if (active) this.#take(active);
    else this.run();
  };

  #take({ text }: CompletionView): void {
    const { start, end } = this.#line!.range;
    const isWhole = !/[:=<>.]$/.test(text);
    const before = this.#text.slice(0, start) + text + (isWhole && end === this.#text.length ? ' ' : '');
    this.#text = before + this.#text.slice(end);
    this.on.redraw();
    const input = document.querySelector<HTMLInputElement>('#query');
    input?.setSelectionRange(before.length, before.length);
    this.#open(before.length);
  }
}
