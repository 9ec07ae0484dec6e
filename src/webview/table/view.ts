import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { renderAccount } from '../shared/account';
import { icon } from '../shared/icon';
import type { GroupingView, TableState, TableAction, TableTexts } from './protocol';
import type { QueryLine } from './queryLine';
import type { Table } from './table';

export interface PageEvents {
  refresh(): void;
  cancel(): void;
  continueReading(): void;
  column(key: string, isShown: boolean): void;
  group(by: GroupingView['by']): void;
  selectAll(readsRest: boolean): void;
  selectNone(): void;
  act(action: TableAction): void;
  copy(format: 'csv' | 'json'): void;
  export(): void;
}

export function renderPage(state: TableState, line: QueryLine, table: Table, on: PageEvents): TemplateResult {
  const { account, texts, workspace, asOf, plan, failure, empty } = state;
  return html`
    ${renderAccount(account, texts, on)}
    <h1>${texts.heading} <span class="workspace">${workspace}</span></h1>
    ${line.render(state)}
    <div class="bar">
      ${progress(state, on)}
      <span title=${texts.asOfHelp}>${asOf}</span>
      <span class="plan">${plan}</span>
      ${extent(state)}
      <span class="folds">${grouping(state, on)} ${copyAndExport(state, on)} ${columnChoice(state, on)}</span>
    </div>
    ${
      failure === undefined
        ? nothing
        : html`<div class="box not-done" role="alert">
            ${icon('error')}
            <div><p>${failure}</p></div>
          </div>`
    }
    ${state.notices.map(
      (notice) =>
        html`<div class="box unknown">
          ${icon('warning')}
          <div><p>${notice}</p></div>
        </div>`,
    )}
    ${table.render(state)} ${selectionBar(state, on)}
    ${empty === undefined ? nothing : html`<p class="nothing">${empty}</p>`}
  `;
}

function progress({ progress: { text, isReading, canContinue }, texts }: TableState, on: PageEvents) {
  return html`<span class="progress ${isReading ? 'reading' : ''}">
    ${isReading ? icon('loading codicon-modifier-spin') : nothing}<span>${text}</span>
    ${
      isReading
        ? html`<button type="button" class="secondary" @click=${() => on.cancel()}>${texts.cancel}</button>`
        : nothing
    }
    ${
      canContinue
        ? html`<button type="button" class="secondary" @click=${() => on.continueReading()}>
            ${texts.continueReading}
          </button>`
        : nothing
    }
  </span>`;
}

/** How far each workspace is. */
function extent({ extent: shown }: TableState) {
  if (!shown) return nothing;
  return html`<details class="fold">
    <summary>${icon('chevron-right')}<span>${shown.text}</span></summary>
    <ul class="extent">
      ${shown.workspaces.map(
        ({ name, icon: state, text }) =>
          html`<li>
            ${icon(state)}<span>${name}: <span class="far">${text}</span></span>
          </li>`,
      )}
    </ul>
  </details>`;
}

const actionTexts = {
  cancel: 'cancelTasks',
  complete: 'completeTasks',
  priority: 'setPriority',
  activity: 'setActivity',
} as const satisfies Readonly<Record<TableAction, keyof TableTexts>>;

/** How many rows are selected, and what can be done with them. Below the rows, which must not move when it appears. */
function selectionBar({ selection, texts }: TableState, on: PageEvents) {
  const { count, text, selectAll, readsRest, actions } = selection;
  if (count === 0) return nothing;
  const button = (label: string, click: () => void) =>
    html`<button type="button" class="secondary" @click=${click}>${label}</button>`;
  return html`<div class="selection" role="group" aria-label=${texts.selectionActions}>
    <span class="count">${text}</span>
    ${actions.map((action) => button(texts[actionTexts[action]], () => on.act(action)))}
    ${selectAll === undefined ? nothing : button(selectAll, () => on.selectAll(readsRest))}
    ${button(texts.clearSelection, () => on.selectNone())}
  </div>`;
}

function grouping({ groupings, texts }: TableState, on: PageEvents) {
  const change = ({ target }: Event) => on.group(groupings[(target as HTMLSelectElement).selectedIndex]?.by);
  return html`<span class="control select">
    <select aria-label=${texts.groupBy} @change=${change}>
      ${groupings.map(({ name, isChosen }) => html`<option .selected=${isChosen}>${name}</option>`)}
    </select>
    ${icon('chevron-down')}
  </span>`;
}

function copyAndExport({ texts }: TableState, on: PageEvents) {
  const button = (label: string, click: () => void) =>
    html`<button type="button" class="secondary" @click=${click}>${label}</button>`;
  return html`<details class="fold">
    <summary>${icon('chevron-right')}<span>${texts.copyAndExport}</span></summary>
    <div class="control options">
      ${button(texts.copyCsv, () => on.copy('csv'))} ${button(texts.copyJson, () => on.copy('json'))}
      ${button(texts.exportAll, () => on.export())}
    </div>
  </details>`;
}

/** Which columns are shown, and a column for any attribute. */
function columnChoice({ choices, texts }: TableState, on: PageEvents) {
  const add = (event: Event) => {
    event.preventDefault();
    const input = (event.target as HTMLFormElement).querySelector('input[type="text"]') as HTMLInputElement;
    if (!input.value.trim()) return;
    on.column(input.value.trim(), true);
    input.value = '';
  };
  return html`<details class="fold">
    <summary>${icon('chevron-right')}<span>${texts.columns}</span></summary>
    <form @submit=${add}>
      <div class="control options">
        ${choices.map(
          ({ key, title, isShown }) =>
            html`<label>
              <input
                type="checkbox"
                .checked=${isShown}
                @change=${({ target }: Event) => on.column(key, (target as HTMLInputElement).checked)}
              /><span>${title}</span>
            </label>`,
        )}
      </div>
      <div class="control add">
        <input
          type="text"
          maxlength="200"
          spellcheck="false"
          aria-label=${texts.attributePath}
          placeholder=${texts.attributePath}
        />
        <button class="secondary">${icon('add')}${texts.addColumn}</button>
      </div>
    </form>
  </details>`;
}
