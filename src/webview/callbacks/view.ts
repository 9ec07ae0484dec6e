import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { renderAccount } from '../shared/account';
import { renderFold } from '../shared/fold';
import { icon } from '../shared/icon';
import { isComposing } from '../shared/keys';
import { renderDetail } from './detail';
import type { List } from './list';
import type { PageEvents } from './main';
import type { FilterView, SetupField, CallbacksMemory, CallbacksState, CallbacksTexts } from './protocol';

/** What the page knows that the state may not include yet. */
export interface Local extends CallbacksMemory {
  /** Typed into the replay that is open. */
  readonly attributes: string | undefined;
}

export function renderPage(state: CallbacksState, local: Local, list: List, on: PageEvents): TemplateResult {
  const { account, texts, workspace, note, filter, total, dropped, detail, replay } = state;
  const isSingle = !detail && !replay;
  return html`
    ${renderAccount(account, texts, on)}
    <h1>${texts.heading} <span class="workspace">${workspace}</span></h1>
    ${renderTarget(state, local, on)}
    ${note === undefined ? nothing : html`<p class="note">${icon('info')}<span>${note}</span></p>`}
    <div class="panes ${isSingle ? 'single' : ''}">
      <div class="pane">
        <div class="bar">
          <h2>${texts.callbacks}</h2>
          ${
            total === 0
              ? nothing
              : html`${filter ? nothing : html`<span class="count">${total.toLocaleString('en')}</span>`}
                  <button type="button" class="link clear" @click=${() => on.clear()}>${texts.clear}</button>`
          }
        </div>
        ${filter === undefined ? nothing : renderFilter(filter, texts, on)}
        ${
          total === 0
            ? html`<div class="empty">
                ${icon('broadcast')}
                <p>${texts.empty}</p>
                <p class="nothing">${texts.emptyHelp}</p>
              </div>`
            : list.render(state)
        }
        ${dropped === undefined ? nothing : html`<p class="nothing">${dropped}</p>`}
      </div>
      ${
        isSingle
          ? nothing
          : html`<div class="pane details">
              ${renderReplay(state, local, on)} ${renderDetail(state, local, on)}
            </div>`
      }
    </div>
  `;
}

const renderFilter = ({ chosen, choices }: FilterView, { show }: CallbacksTexts, on: PageEvents) =>
  html`<div class="filter" role="radiogroup" aria-label=${show}>
    ${choices.map(
      ({ value, label, count }) =>
        html`<label
          ><input
            type="radio"
            name="filter"
            class="unseen"
            .checked=${live(value === chosen)}
            @change=${() => on.filter(value)}
          />${label} <span class="count">${count}</span></label
        >`,
    )}
  </div>`;

function renderTarget(
  { fields, suggestions, delivery, signing, texts }: CallbacksState,
  local: Local,
  on: PageEvents,
) {
  const [url, ...others] = fields;
  const isSet = others.some(({ value, problem }) => value !== '' || problem !== undefined);
  const open = local.folds['more'] ?? isSet;
  const button =
    delivery.button === 'start'
      ? html`<button type="button" class="send" @click=${() => on.start()}>
          ${icon('play')}<span>${texts.start}</span>
        </button>`
      : html`<button type="button" class="send" @click=${() => on.stop()}>
          ${icon('debug-stop')}<span>${texts.stop}</span>
        </button>`;
  return html`<section class="target" aria-label=${texts.heading}>
    <div class="first">
      ${renderField(url!, local, on)} ${delivery.button === undefined ? nothing : button}
    </div>
    ${renderFold(
      { name: 'more', open, className: 'more' },
      on,
      texts.alsoFallback,
      html`<div class="others">${others.map((field) => renderField(field, local, on))}</div>
        ${
          signing === undefined
            ? nothing
            : html`<p class="signing">
                ${signing}
                <button type="button" class="link" @click=${() => on.copyToken()}>${texts.copyToken}</button>
              </p>`
        }`,
    )}
    ${suggestions.map(
      ({ text, button, isWrong }, i) =>
        html`<p class="suggestion">
          ${icon(isWrong ? 'warning' : 'repo')}<span
            >${text}
            ${
              button === undefined
                ? nothing
                : html`<button type="button" class="link" @click=${() => on.useSuggestion(i)}>
                    ${button}
                  </button>`
            }</span
          >
        </p>`,
    )}
    <p class="state ${delivery.tone}">
      ${icon(delivery.button === 'stop' ? 'record' : 'circle-outline')}<span>${delivery.text}</span>
    </p>
  </section>`;
}

function renderField(field: SetupField, { typed }: Local, on: PageEvents): TemplateResult {
  const { key, label, help, placeholder, value, problem } = field;
  const id = `setup-${key}`;
  return html`<div class="setup field ${problem === undefined ? '' : 'wrong'}">
    <label id="${id}-label" for=${id}>${label}</label>
    <div class="control">
      <input
        type="text"
        inputmode="url"
        id=${id}
        autocomplete="off"
        spellcheck="false"
        placeholder=${placeholder}
        aria-invalid=${problem === undefined ? 'false' : 'true'}
        aria-describedby="${id}-help ${id}-problem"
        .value=${live(typed[key] ?? value)}
        @input=${(event: Event) => on.enter(key, (event.target as HTMLInputElement).value)}
        @change=${() => on.applySetup()}
        @enter=${() => key === 'url' && on.start()}
      />
    </div>
    <p class="help" id="${id}-help">${help}</p>
    <p class="problem" id="${id}-problem" ?hidden=${problem === undefined}>
      ${icon('error')}<span>${problem}</span>
    </p>
  </div>`;
}

function renderReplay({ replay, texts }: CallbacksState, { attributes }: Local, on: PageEvents) {
  if (!replay) return nothing;
  const { about, problem, warning, obstacle } = replay;
  const isOff = problem !== undefined || obstacle !== undefined;
  const cancelOnEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !isComposing(event)) on.cancelReplay();
  };
  return html`<section class="replay" aria-labelledby="replay-heading" @keydown=${cancelOnEscape}>
    <div class="title">
      <h2 id="replay-heading">${texts.replayHeading}</h2>
      <span class="when">${about}</span>
    </div>
    ${
      warning === undefined
        ? nothing
        : html`<div class="box unknown">
            ${icon('warning')}
            <div><p>${warning}</p></div>
          </div>`
    }
    <div class="field ${problem === undefined ? '' : 'wrong'}">
      <label id="attributes-label" for="attributes">${texts.attributes}</label>
      <textarea
        id="attributes"
        rows="8"
        spellcheck="false"
        aria-invalid=${problem === undefined ? 'false' : 'true'}
        aria-describedby="attributes-problem"
        .value=${live(attributes ?? replay.attributes)}
        @input=${(event: Event) => on.edit((event.target as HTMLTextAreaElement).value)}
      ></textarea>
      <p class="problem" id="attributes-problem" ?hidden=${problem === undefined}>
        ${icon('error')}<span>${problem}</span>
      </p>
    </div>
    <div class="buttons">
      <button
        type="button"
        class="send"
        aria-disabled=${isOff ? 'true' : 'false'}
        aria-describedby="send-obstacle attributes-problem"
        @click=${() => isOff || on.send()}
      >
        ${icon('debug-restart')}<span>${texts.send}</span>
      </button>
      <button type="button" class="secondary" @click=${() => on.cancelReplay()}>${texts.cancel}</button>
    </div>
    <p class="note" id="send-obstacle" ?hidden=${obstacle === undefined}>
      ${icon('info')}<span>${obstacle}</span>
    </p>
  </section>`;
}
