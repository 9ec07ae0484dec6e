import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { renderFold } from '../shared/fold';
import { icon } from '../shared/icon';
import { fill } from '../shared/text';
import type { PageEvents } from './main';
import type { AttemptView, CallbackDetail, CallbacksState, CallbacksTexts, NameValue } from './protocol';
import type { Local } from './view';

/** The chosen callback: what TaskRouter does, then each attempt with its answer and its request. */
export function renderDetail(
  { detail, texts, signing, replay }: CallbacksState,
  local: Local,
  on: PageEvents,
) {
  if (!detail) return nothing;
  return html`<section class="detail" aria-labelledby="detail-heading">
    <div class="title">
      <h2 id="detail-heading">${detail.name}</h2>
      ${detail.isReplay ? html`<span class="badge">${texts.replayBadge}</span>` : nothing}
      <span class="when">${detail.about}</span>
    </div>
    ${renderVerdict(detail, on)} ${renderButtons(detail, texts, replay !== undefined, on)}
    ${detail.attempts.map((attempt, i) => renderAttempt(attempt, i, texts, signing !== undefined, local, on))}
  </section>`;
}

const renderVerdict = ({ verdict, reservation }: CallbackDetail, on: PageEvents) =>
  html`<div class="box verdict ${verdict.tone}">
    ${icon(verdict.icon)}
    <div>
      ${verdict.lines.map((line) => html`<p>${line}</p>`)}
      ${
        reservation === undefined
          ? nothing
          : html`<button type="button" class="link" @click=${() => on.openReservation()}>
              ${reservation}
            </button>`
      }
    </div>
  </div>`;

const renderButtons = (
  { canReplay, canOpenForm, canCopyOutput, canRecord }: CallbackDetail,
  texts: CallbacksTexts,
  isReplaying: boolean,
  on: PageEvents,
) =>
  html`<div class="buttons">
    ${
      isReplaying || !canReplay
        ? nothing
        : html`<button type="button" id="replay" class="secondary" @click=${() => on.replay()}>
            ${icon('debug-restart')}${texts.replay}
          </button>`
    }
    ${
      canRecord
        ? html`<button type="button" class="secondary" @click=${() => on.saveRecording()}>
            ${icon('save-as')}${texts.saveRecording}
          </button>`
        : nothing
    }
    ${
      canOpenForm
        ? html`<button type="button" class="secondary" @click=${() => on.openForm()}>
            ${icon('edit')}${texts.openForm}
          </button>`
        : nothing
    }
    ${
      canCopyOutput
        ? html`<button type="button" class="secondary" @click=${() => on.copyOutput()}>
            ${icon('copy')}${texts.copyOutput}
          </button>`
        : nothing
    }
  </div>`;

function renderAttempt(
  attempt: AttemptView,
  index: number,
  texts: CallbacksTexts,
  canCopyToken: boolean,
  local: Local,
  on: PageEvents,
): TemplateResult {
  const { heading, status, statusTone, tone, took, part, headers, parameters, signature } = attempt;
  const fold = (name: string, summary: string, count: number, body: unknown, isOpen = false) => {
    const key = `${name}${index}`;
    const counted = html`${summary} <span class="count">${count}</span>`;
    return count === 0
      ? nothing
      : renderFold({ name: key, open: local.folds[key] ?? isOpen }, on, counted, body);
  };
  return html`<section class="attempt" aria-labelledby="attempt-${index}">
    <div class="title">
      <h3 id="attempt-${index}">${heading}</h3>
      <span class="status ${statusTone}"
        >${status === '' ? nothing : icon(statusTone === 'done' ? 'pass' : 'error')}${status}</span
      >
    </div>
    <div class="clock ${tone}" role="img" aria-label=${fill(texts.tookLabel, { took })}>
      <div class="track"><span .style=${`width: ${(part * 100).toFixed(1)}%`}></span></div>
      <span>${took}</span>
    </div>
    ${renderMistakes(attempt, texts)} ${renderBody(attempt, index, texts)}
    ${fold('headers', texts.headers, headers.length, renderValues(headers))}
    ${fold('parameters', texts.parameters, parameters.length, renderValues(parameters))}
    ${fold('signature', texts.signature, signature.length, [
      renderValues(signature),
      canCopyToken
        ? html`<button type="button" class="link token" @click=${() => on.copyToken()}>
            ${texts.copyToken}
          </button>`
        : nothing,
    ])}
    <button type="button" class="link curl" @click=${() => on.copyCurl(index)}>
      ${icon('terminal')}${texts.copyCurl}
    </button>
  </section>`;
}

const severityIcons = { error: 'error', warning: 'warning', info: 'info' } as const;

const renderMistakes = ({ mistakes }: AttemptView, texts: CallbacksTexts) =>
  mistakes.length === 0
    ? nothing
    : html`<ol class="mistakes" aria-label=${texts.mistakes}>
        ${mistakes.map(
          ({ severity, text, where, alert }) =>
            html`<li class=${severity}>
              ${icon(severityIcons[severity])}
              <span
                ><code>${where}</code>: ${text}
                ${alert === undefined ? nothing : html`<code>${alert}</code>`}</span
              >
            </li>`,
        )}
      </ol>`;

function renderBody(
  { body, mistakes, cut, status, tone }: AttemptView,
  index: number,
  texts: CallbacksTexts,
) {
  if (body.length === 0) return tone === 'not-done' || status === '' ? nothing : renderNoBody(texts);
  const id = `body-${index}`;
  return html`<div>
    <h4 id=${id}>${texts.body}</h4>
    <pre tabindex="0" role="region" aria-labelledby="${id} attempt-${index}">
${body.map(({ text, mistake }) => {
        const found = mistake === undefined ? undefined : mistakes[mistake];
        return found ? html`<mark class=${found.severity} title=${found.text}>${text}</mark>` : text;
      })}</pre>
    ${cut === undefined ? nothing : html`<p class="nothing">${cut}</p>`}
  </div>`;
}

const renderNoBody = ({ noBody }: CallbacksTexts) => html`<p class="nothing">${noBody}</p>`;

const renderValues = (values: readonly NameValue[]) =>
  html`<dl class="values">
    ${values.map(
      ({ name, value }) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
