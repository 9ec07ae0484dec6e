import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { renderAccount } from '../shared/account';
import { icon } from '../shared/icon';
import type { BulkState } from './protocol';
import type { Rows } from './rows';

export interface PageEvents {
  start(plan: number): void;
  cancel(): void;
  replan(): void;
  report(run: string): void;
  lookUp(): void;
  retry(): void;
  refresh(): void;
  export(format: 'csv' | 'json'): void;
}

export function renderPage(state: BulkState, rows: Rows, on: PageEvents): TemplateResult {
  const { account, texts, workspace, heading, summary, failure, isBusy, progress } = state;
  return html`
    ${renderAccount(account, texts, on)}
    <h1>${heading} <span class="workspace">${workspace}</span></h1>
    <p class="summary">${isBusy ? icon('loading codicon-modifier-spin') : nothing}<span>${summary}</span></p>
    ${renderTime(state, on)}
    ${isBusy ? html`<progress aria-label=${summary} max=${progress.max} value=${progress.value}></progress>` : nothing}
    ${
      failure === undefined
        ? nothing
        : html`<div class="box not-done" role="alert">
            ${icon('error')}
            <div><p>${failure}</p></div>
          </div>`
    }
    ${renderSets(state)} ${rows.render(state)} ${renderButtons(state, on)}
  `;
}

/** When its rows were read or its run was started, and the reports of runs of the same rows. */
const renderTime = ({ time, reports }: BulkState, on: PageEvents) =>
  html`<p class="when">
    <span class="time">${time}</span>
    ${reports.map(
      ({ run, text }) =>
        html`<button type="button" class="link" @click=${() => on.report(run)}>${text}</button>`,
    )}
  </p>`;

const renderSets = ({ texts, sets }: BulkState) =>
  sets.length === 0
    ? nothing
    : html`<p class="sets"><span>${texts.sets}</span> ${sets.map((one) => html`<code>${one}</code>`)}</p>`;

function renderButtons(
  { texts, start, plan, stop = '', canReplan, canLookUp, canRetry, canExport }: BulkState,
  on: PageEvents,
): TemplateResult {
  const button = (isShown: boolean, label: string, click: () => void) =>
    isShown ? html`<button type="button" class="secondary" @click=${click}>${label}</button>` : nothing;
  return html`<div class="buttons">
    ${
      start === undefined
        ? nothing
        : html`<button type="button" class="send" @click=${() => on.start(plan)}>
            ${icon('run-all')}<span>${start}</span>
          </button>`
    }
    ${button(stop !== '', stop, () => on.cancel())} ${button(canLookUp, texts.lookUp, () => on.lookUp())}
    ${button(canRetry, texts.retry, () => on.retry())} ${button(canReplan, texts.replan, () => on.replan())}
    ${button(canExport, texts.exportCsv, () => on.export('csv'))}
    ${button(canExport, texts.exportJson, () => on.export('json'))}
  </div>`;
}
