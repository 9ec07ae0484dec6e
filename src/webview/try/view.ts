import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { renderAccount } from '../shared/account';
import { icon } from '../shared/icon';
import type { PageEvents } from './main';
import type { ImpactView, TryResult, TryState } from './protocol';

export function renderPage(state: TryState, attributes: string, on: PageEvents): TemplateResult {
  const { account, texts, workflow, isReading, failure, refusal, result, impact } = state;
  return html`
    ${renderAccount(account, texts, on)}
    <h1>${texts.heading} <span class="workflow">${workflow}</span></h1>
    ${failure === undefined ? nothing : box('error', failure)}
    ${refusal === undefined ? nothing : box('error', refusal)} ${renderTask(state, attributes, on)}
    ${isReading ? html`<p class="reading" aria-busy="true">${icon('loading codicon-modifier-spin')}${texts.reading}</p>` : nothing}
    ${result ? renderResult(result, state) : nothing} ${impact ? renderImpact(impact, state) : nothing}
  `;
}

const box = (sign: string, text: string) =>
  html`<p class="box not-done">${icon(sign)}<span>${text}</span></p>`;

function renderTask({ texts, channels, channel, attributes }: TryState, text: string, on: PageEvents) {
  const { problem } = attributes;
  return html`<div class="task field ${problem === undefined ? '' : 'wrong'}">
    <div class="choices">
      <div class="choice">
        <label for="channel">${texts.channel}</label>
        <div class="control select">
          <select
            id="channel"
            @change=${({ target }: Event) => on.channel((target as HTMLSelectElement).value)}
          >
            ${channels.map(({ name, label }) => html`<option value=${name} .selected=${live(name === channel)}>${label}</option>`)}
          </select>
          ${icon('chevron-down')}
        </div>
      </div>
      <button type="button" class="secondary" @click=${() => on.pickTask()}>${texts.fillIn}</button>
    </div>
    <label for="attributes">${texts.attributes}</label>
    <textarea
      id="attributes"
      rows="6"
      spellcheck="false"
      aria-invalid=${problem === undefined ? 'false' : 'true'}
      aria-describedby=${problem === undefined ? nothing : 'attributes-problem'}
      .value=${live(text)}
      @input=${({ target }: Event) => on.attributes((target as HTMLTextAreaElement).value)}
    ></textarea>
    ${problem === undefined ? nothing : html`<p class="problem" id="attributes-problem">${icon('error')}<span>${problem}</span></p>`}
  </div>`;
}

function renderResult({ headline, why, steps, workers }: TryResult, { texts }: TryState) {
  return html`<section aria-labelledby="result">
    <h2 id="result">${texts.result}</h2>
    <p class="headline">${headline}</p>
    <p class="why">${why}</p>
    <h3 id="workers">${texts.workers}</h3>
    <p>${workers.text}</p>
    ${
      workers.names.length === 0
        ? nothing
        : html`<ol class="workers" aria-labelledby="workers">
              ${workers.names.map((name) => html`<li>${name}</li>`)}
            </ol>
            ${workers.more === undefined ? nothing : html`<p>${workers.more}</p>`}
            <p class="why">${texts.workersHelp}</p>`
    }
    <h3 id="way">${texts.way}</h3>
    <ol class="steps" aria-labelledby="way">
      ${steps.map(
        ({ at, where, detail, isEnd }) =>
          html`<li>
            <span class="at">${at}</span>
            <span class="where">
              ${icon(isEnd ? 'debug-stop' : 'arrow-right')}<span
                >${where}${detail === undefined ? nothing : html` <span class="why">${detail}</span>`}</span
              >
            </span>
          </li>`,
      )}
    </ol>
  </section>`;
}

function renderImpact({ text, moves, more }: ImpactView, { texts }: TryState) {
  return html`<section aria-labelledby="impact">
    <h2 id="impact">${texts.impact}</h2>
    <p class="headline">${text}</p>
    ${
      moves.length === 0
        ? nothing
        : html`<ul class="moves" aria-labelledby="impact">
            ${moves.map((move) => html`<li><span>${move.name}</span> <span class="why">${move.text}</span></li>`)}
          </ul>`
    }
    ${more === undefined ? nothing : html`<p>${more}</p>`}
    <p class="why">${texts.impactHelp}</p>
  </section>`;
}
