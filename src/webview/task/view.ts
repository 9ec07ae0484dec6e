import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { keyed } from 'lit/directives/keyed.js';
import { renderAccount } from '../shared/account';
import { renderTimeLeft, timeLeft } from '../shared/countdown';
import { icon } from '../shared/icon';
import { iconButton } from '../shared/iconButton';
import type { Chunks } from './chunks';
import type { PartView } from './parts';
import { doubt, fold } from './parts';
import type { ActionView, HeadlineView, TaskState } from './protocol';
import { renderAsk } from './ask';
import { renderTimeline } from './timeline';
import type { WorkersEvents } from './workers';
import { renderHolders, renderTasks, renderWorkers } from './workers';
import { renderWorkflow } from './workflow';

export interface TaskView extends PartView {
  readonly state: TaskState;
  readonly filter: string;
  readonly chunks: Chunks;
}

export interface TaskEvents extends WorkersEvents {
  pin(pinned: boolean): void;
  refresh(): void;
  copy(customerData: boolean): void;
  act(action: ActionView): void;
  documentation(pattern: number): void;
  changeAccount(): void;
  openJson(): void;
  saveTest(): void;
  ask(): void;
  cancelAsk(): void;
}

const toneIcons: Readonly<Record<HeadlineView['tone'], string>> = {
  waiting: 'clock',
  problem: 'warning',
  offered: 'bell-dot',
  active: 'call-incoming',
  done: 'pass',
  neutral: 'circle-slash',
};

function renderTask(view: TaskView, on: TaskEvents): TemplateResult {
  const { state, texts } = view;
  return html`
    ${header(view, on)}
    ${
      state.headline === undefined
        ? loading(view, on)
        : html`
            ${headline(state.headline, view, on)} ${actions(view, on)} ${columns(view, on)}
            ${footer(view, on)}
          `
    }
    ${state.reading && state.headline ? html`<p class="reading">${icon('loading codicon-modifier-spin')}${texts.reading}</p>` : nothing}
  `;
}

/** The wider column has what explains a wait, or else what happened. */
function columns(view: TaskView, on: TaskEvents): TemplateResult {
  const { state, filter, chunks } = view;
  const { workflow, workers, held, waiting, queues } = state;
  const timeline = state.timeline ? renderTimeline(state.timeline, view, on) : nothing;
  const isOver = !workflow && !workers && !waiting;
  return html`<div class="columns">
    <div class="main">
      ${changes(view, on)} ${patterns(view, on)}
      ${workflow ? renderWorkflow(workflow, state.headline, view, on) : nothing}
      ${workers ? renderWorkers(workers, filter, chunks, view, on) : nothing}
      ${held?.length ? renderTasks('held', held, chunks, view, on) : nothing}
      ${waiting?.length ? renderTasks('waiting', waiting, chunks, view, on) : nothing}
      ${queues?.length ? renderQueues(queues, view, on) : nothing} ${isOver ? timeline : nothing}
    </div>
    <div class="side">${isOver ? nothing : timeline} ${details(view, on)}</div>
  </div>`;
}

/** The queues that a worker is in. */
const renderQueues = (queues: readonly string[], view: TaskView, on: TaskEvents) =>
  fold(
    { name: 'queues', title: view.texts.workerQueues, level: 2, count: queues.length, openAtFirst: true },
    view,
    on,
    () =>
      html`<ul class="plain">
        ${queues.map((queue) => html`<li>${queue}</li>`)}
      </ul>`,
  );

function header({ state, texts }: TaskView, on: TaskEvents): TemplateResult {
  const { account, subject, pinned } = state;
  const pin = iconButton(
    {
      icon: pinned ? 'pinned' : 'pin',
      label: texts.pin,
      title: pinned ? texts.pinned : texts.pin,
      pressed: pinned,
    },
    () => on.pin(!pinned),
  );
  return html`<header>
    ${renderAccount(account, texts, on, pin)}
    <div class="subject">
      <span class="about">${subject.title}</span>
      ${subject.facts.map(
        ({ icon: sign, label, text }) =>
          html`<span class="subject-fact"
            >${icon(sign)}${label === undefined ? nothing : html`<span class="unseen">${label}: </span>`}${text}</span
          >`,
      )}
      ${subject.title === subject.sid ? nothing : html`<code class="sid">${subject.sid}</code>`}
    </div>
  </header>`;
}

const tryAgain = ({ state, texts }: TaskView, on: TaskEvents) =>
  state.reading
    ? nothing
    : html`<button class="secondary" @click=${() => on.refresh()}>${texts.tryAgain}</button>`;

function loading(view: TaskView, on: TaskEvents): TemplateResult {
  const { state, texts } = view;
  if (state.problem !== undefined)
    return html`<div class="box not-done">
      ${icon('error')}
      <h1 class="small" id="headline" tabindex="-1">${state.problem}</h1>
      ${tryAgain(view, on)}
    </div>`;
  return html`<div class="loading" aria-busy="true">
    <h1 class="small" id="headline" tabindex="-1">
      ${icon('loading codicon-modifier-spin')}${texts.loading}
    </h1>
    <div class="skeleton" aria-hidden="true"><span></span><span></span><span></span></div>
  </div>`;
}

function headline(said: HeadlineView, view: TaskView, on: TaskEvents): TemplateResult {
  const { state, texts, now } = view;
  const { text, tone, until, probable } = said;
  const { next } = state.workflow ?? {};
  const then = next && next.at === until ? ` · ${next.text}` : '';
  return html`<section class="headline ${tone}" aria-labelledby="headline">
    ${icon(toneIcons[tone])}
    <div>
      <h1 id="headline" tabindex="-1">${text}</h1>
      ${
        until !== undefined && until > now
          ? html`<p class="countdown">${renderTimeLeft(timeLeft(until, undefined, now), texts)}${then}</p>`
          : nothing
      }
      ${
        probable
          ? doubt(said, texts)
          : html`<p class="sure">${icon('verified')}<span>${texts.certain}</span></p>`
      }
      ${state.asOf === undefined ? nothing : html`<p class="as-of">${icon('history')}<span>${state.asOf}</span></p>`}
      ${
        state.problem === undefined
          ? nothing
          : html`<p class="fact warning">
              ${icon('warning')}<span>${state.problem}</span>${tryAgain(view, on)}
            </p>`
      }
    </div>
  </section>`;
}

function actions({ state, texts }: TaskView, on: TaskEvents): TemplateResult {
  const { copied } = state;
  const reservationSids = state.actions.flatMap(({ reservationSid = [] }) => reservationSid);
  const areSeveral = new Set(reservationSids).size > 1;
  return html`<div class="actions" role="group" aria-label=${texts.actions}>
    ${state.actions.map(
      (action) =>
        html`<button
          type="button"
          class="secondary"
          @click=${({ detail }: MouseEvent) => detail < 2 && on.act(action)}
        >
          ${action.icon ? icon(action.icon) : nothing}${areSeveral && action.worker !== undefined ? `${action.title} · ${action.worker}` : action.title}
        </button>`,
    )}
    <button type="button" class="secondary" @click=${() => on.copy(false)}>
      ${icon(copied === false ? 'check' : 'copy')}${copied === false ? texts.copied : texts.copy}
    </button>
    <button type="button" class="secondary" @click=${() => on.copy(true)}>
      ${icon(copied ? 'check' : 'copy')}${copied ? texts.copied : texts.copyWithData}
    </button>
  </div>`;
}

function changes({ state, texts }: TaskView, on: TaskEvents) {
  if (state.changes.length === 0) return nothing;
  return html`<section class="changes" aria-labelledby="changes-title">
    <h2 id="changes-title">${texts.changes}</h2>
    <ul>
      ${state.changes.map(
        (change) =>
          html`<li>
            ${icon('lightbulb')}
            <div>
              <p>${change.text}</p>
              ${doubt(change, texts)} ${renderHolders(change.ahead, on)}
            </div>
          </li>`,
      )}
    </ul>
  </section>`;
}

function patterns({ state, texts }: TaskView, on: TaskEvents) {
  if (state.patterns.length === 0) return nothing;
  return html`<section class="patterns" aria-labelledby="patterns-title">
    <h2 id="patterns-title">${texts.patterns}</h2>
    <ul>
      ${state.patterns.map(
        ({ claim, remedy, alertsAreOff }, i) =>
          html`<li class="box unknown">
            ${icon('warning')}
            <div>
              <p class="claim">${claim.text}</p>
              <p>${remedy}</p>
              ${doubt(claim, texts)}
              ${
                alertsAreOff === undefined
                  ? nothing
                  : html`<p>${alertsAreOff}</p>
                      <button type="button" class="link" @click=${() => on.changeAccount()}>
                        ${icon('gear')}${texts.changeAccount}
                      </button>`
              }
              <button type="button" class="link" @click=${() => on.documentation(i)}>
                ${icon('link-external')}${texts.documentation}
              </button>
            </div>
          </li>`,
      )}
    </ul>
  </section>`;
}

function details(view: TaskView, on: TaskEvents) {
  const { state, texts } = view;
  if (state.fields.length === 0 && state.attributes === undefined) return nothing;
  return html`
    ${
      state.attributes === undefined
        ? nothing
        : fold({ name: 'attributes', title: texts.attributes, level: 2, openAtFirst: true }, view, on, () => {
            return html`<pre tabindex="0" aria-label=${texts.attributes}>${state.attributes}</pre>
              ${
                state.hasJson
                  ? html`<button type="button" class="link" @click=${() => on.openJson()}>
                      ${icon('json')}${texts.openJson}
                    </button>`
                  : nothing
              }`;
          })
    }
    ${
      state.fields.length === 0
        ? nothing
        : fold({ name: 'details', title: texts.details, level: 2, openAtFirst: false }, view, on, () => {
            return html`<dl>
              ${state.fields.map(
                ([name, value]) =>
                  html`<div>
                    <dt>${name}</dt>
                    <dd>${value}</dd>
                  </div>`,
              )}
            </dl>`;
          })
    }
  `;
}

function footer(view: TaskView, on: TaskEvents): TemplateResult {
  const { state, texts } = view;
  const { notes, requests } = state;
  return html`<div class="basis">
    ${
      notes.length === 0
        ? nothing
        : fold(
            { name: 'notes', title: texts.notes, level: 2, count: notes.length, openAtFirst: true },
            view,
            on,
            () => {
              return html`<ul class="plain">
                ${notes.map((note) => html`<li>${note}</li>`)}
              </ul>`;
            },
          )
    }
    ${
      requests.length === 0
        ? nothing
        : fold(
            { name: 'requests', title: texts.requests, level: 2, count: requests.length, openAtFirst: false },
            view,
            on,
            () => {
              return html`<ul class="plain">
                  ${requests.map((request) => html`<li><code>${request}</code></li>`)}
                </ul>
                ${state.ask ? renderAsk(state.ask, texts, on) : nothing}`;
            },
          )
    }
  </div>`;
}

/** A reused panel shows another task: nothing of the earlier one stays in its elements. */
export const renderInstance = (instance: string, view: TaskView, on: TaskEvents): TemplateResult =>
  html`${keyed(instance, renderTask(view, on))}`;
