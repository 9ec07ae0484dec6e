import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { icon } from '../shared/icon';
import type { AskView, TaskTexts } from './protocol';

export interface AskEvents {
  ask(): void;
  cancelAsk(): void;
}

/** Whether TaskRouter finds the same workers as the page. */
export function renderAsk(
  { progress, findings, notes }: AskView,
  texts: TaskTexts,
  on: AskEvents,
): TemplateResult {
  return html`<div class="ask">
    <p>${texts.askAbout}</p>
    ${
      progress === undefined
        ? html`<button type="button" class="secondary" @click=${() => on.ask()}>
            ${icon('comment-discussion')}${texts.ask}
          </button>`
        : html`<button type="button" class="secondary" @click=${() => on.cancelAsk()}>${texts.cancel}</button>
            <span>${texts.asking} ${progress}</span>`
    }
    <div role="status">
      ${
        findings.length + notes.length === 0 || progress !== undefined
          ? nothing
          : html`<ul class="findings">
              ${findings.map(
                ({ agrees, text }) =>
                  html`<li class=${agrees ? 'agrees' : 'differs'}>
                    ${icon(agrees ? 'pass' : 'warning')}<span>${text}</span>
                  </li>`,
              )}
              ${notes.map((note) => html`<li>${icon('info')}<span>${note}</span></li>`)}
            </ul>`
      }
    </div>
  </div>`;
}
