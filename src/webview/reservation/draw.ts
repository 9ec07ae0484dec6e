import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { keyed } from 'lit/directives/keyed.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { drawTimeLeft } from './countdown';
import type { TimeLeft } from './countdown';
import { drawField } from './field';
import type { FieldEvents } from './field';
import { icon } from './icon';
import { drawOutcome } from './outcome';
import type { FormField, FormInstruction, FormState } from './protocol';
import { drawRequest } from './request';
import type { Suggesting } from './suggest';

/** What the page knows beyond the extension's state. */
export interface PageView {
  readonly state: FormState;
  readonly timeLeft: TimeLeft | undefined;
  /** Whether a field's problem is shown: not before the person has been at the field or tried to send. */
  shows(key: string): boolean;
  readonly attempted: boolean;
  /** A send was asked for and has not been answered. */
  readonly busy: boolean;
  readonly opened: Readonly<Record<string, boolean>>;
  /** The name of the preview to show; the first one when there is none of that name. */
  readonly preview: string | undefined;
  /** The text that was last copied. */
  readonly copied: string | undefined;
  readonly suggesting: { readonly key: string; readonly list: Suggesting } | undefined;
  readonly announcement: string;
}

export interface PageEvents extends FieldEvents {
  choose(instruction: string): void;
  send(): void;
  copy(preview: string, text: string): void;
  edit(preview: string): void;
  presets(): void;
  explain(): void;
  next(): void;
  refresh(): void;
  fold(group: string, open: boolean): void;
  showPreview(name: string): void;
  go(key: string): void;
}

export const chosenInstruction = (state: FormState): FormInstruction | undefined =>
  state.instructions.find(({ name }) => name === state.chosen);

export const fieldsOf = (instruction: FormInstruction | undefined): readonly FormField[] =>
  instruction?.groups.flatMap(({ fields }) => fields) ?? [];

/** Shapes differ as well as colours. */
const statusIcons: Record<string, string> = {
  pending: 'bell',
  accepted: 'pass',
  wrapping: 'edit',
  completed: 'pass-filled',
  rejected: 'circle-slash',
  timeout: 'history',
  canceled: 'close',
  rescinded: 'discard',
};

export function drawPage(view: PageView, on: PageEvents): TemplateResult {
  const { state } = view;
  const instruction = chosenInstruction(state);
  return html`
    ${head(view, on)}
    <div class="columns">
      <div class="form">
        ${actions(view, on)}
        ${
          instruction
            ? keyed(
                instruction.name,
                html`<section aria-label=${instruction.title}>
                  ${about(instruction, on)} ${locked(instruction, view, on)} ${groups(instruction, view, on)}
                </section>`,
              )
            : html`<p class="about">There is nothing that can be done with this reservation.</p>`
        }
      </div>
      <div class="request">
        ${drawRequest(view, on)}
        <div class="finish">
          ${instruction ? summary(instruction, view, on) : nothing} ${drawOutcome(state.outcome, on)}
          ${instruction ? sendButton(instruction, view, on) : nothing}
        </div>
      </div>
    </div>
    <p class="unseen" role="status" aria-live="polite">${view.announcement}</p>
  `;
}

function about(instruction: FormInstruction, on: PageEvents): TemplateResult {
  return html`<div class="about">
    <p>${instruction.help}</p>
    ${
      fieldsOf(instruction).length
        ? html`<button type="button" class="secondary" @click=${() => on.presets()}>
            ${icon('bookmark')}Presets…
          </button>`
        : nothing
    }
  </div>`;
}

/**
 * Why nothing can be sent now: what became of the reservation, or what the instruction needs. Empty when something
 * can be, and when this form itself has just done it: its outcome says so.
 */
export const lockedWords = (
  instruction: FormInstruction | undefined,
  { news, outcome }: FormState,
): string =>
  instruction?.unavailable === undefined || outcome?.kind === 'done' ? '' : (news ?? instruction.unavailable);

function locked(instruction: FormInstruction, { state }: PageView, on: PageEvents) {
  const why = lockedWords(instruction, state);
  if (!why && state.next === undefined) return nothing;
  const kept = fieldsOf(instruction).length ? ' What you typed is kept.' : '';
  return html`<div class="box locked" id="locked" tabindex="-1">
    ${icon(why ? 'lock' : 'info')}
    <div>
      <p>${why ? why + kept : 'The task has gone on.'}</p>
      ${
        state.next === undefined
          ? nothing
          : html`<button type="button" class="secondary" @click=${() => on.next()}>
              ${icon('arrow-right')}${`Go on with ${state.next}`}
            </button>`
      }
    </div>
  </div>`;
}

function head({ state, timeLeft }: PageView, on: PageEvents): TemplateResult {
  const { account, reservation } = state;
  const known = Object.hasOwn(statusIcons, reservation.status);
  return html`<header>
    <div class="account">
      ${account.simulated ? html`<span class="badge">SIMULATOR</span>` : icon('account')}
      <span>${account.name}</span>
      ${
        account.environment === undefined
          ? nothing
          : html`<span class="badge ${account.environment}">${account.environment}</span>`
      }
      ${account.readOnly ? html`<span class="badge">read-only</span>` : nothing}
      <button
        type="button"
        class="icon-button"
        title="Refresh"
        aria-label="Refresh"
        @click=${() => on.refresh()}
      >
        ${icon('refresh')}
      </button>
    </div>
    <h1>${reservation.task}</h1>
    <div class="facts">
      <span>${icon('person')}<span class="unseen">Worker: </span>${reservation.worker}</span>
      <span class="status ${known ? reservation.status : ''}">
        ${icon(statusIcons[reservation.status] ?? 'question')}<span class="unseen">Status: </span
        >${reservation.status}
      </span>
      ${timeLeft ? drawTimeLeft(timeLeft) : nothing} ${since(reservation.createdAt)}
      <code class="sid">${reservation.sid}</code>
    </div>
  </header>`;
}

function since(createdAt: number | undefined) {
  if (createdAt === undefined) return nothing;
  const date = new Date(createdAt);
  if (Number.isNaN(date.getTime())) return nothing;
  return html`<time datetime=${date.toISOString()} title=${date.toLocaleString()}>
    since ${date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
  </time>`;
}

function actions({ state, busy }: PageView, on: PageEvents): TemplateResult {
  return html`<fieldset class="actions">
    <legend>Action</legend>
    ${repeat(
      state.instructions,
      ({ name }) => name,
      ({ name, title, unavailable }) =>
        html`<label class=${unavailable === undefined ? '' : 'unavailable'} title=${unavailable ?? nothing}>
          <input
            type="radio"
            name="action"
            value=${name}
            .checked=${live(name === state.chosen)}
            ?disabled=${busy}
            @change=${() => on.choose(name)}
          />
          ${title}${unavailable === undefined ? nothing : html`${icon('lock')}<span class="unseen"> (not now)</span>`}
        </label>`,
    )}
  </fieldset>`;
}

function groups(instruction: FormInstruction, view: PageView, on: PageEvents) {
  const filled = instruction.groups.filter(({ fields }) => fields.length > 0);
  if (!filled.length) return html`<p class="nothing">${instruction.title} has no parameters.</p>`;
  return filled.map(({ title, fields }, index) => {
    const body = repeat(
      fields,
      ({ key }) => key,
      (field) => drawField(field, fieldView(field, instruction, view), on),
    );
    if (filled.length === 1) return html`<div class="fields">${body}</div>`;
    const set = fields.filter(({ key }) => view.state.values[key] !== undefined).length;
    const wrong = fields.filter(({ key }) => view.state.problems[key] && view.shows(key)).length;
    const open = view.opened[title] ?? index === 0;
    const fold = (event: Event) => {
      // Opening and folding is the page's to do: the element's own toggle event comes late, and a draw in
      // between would undo it. That event still tells of what find-in-page has opened.
      event.preventDefault();
      on.fold(title, !open);
    };
    return html`<details
      .open=${live(open)}
      @toggle=${(event: Event) => on.fold(title, (event.target as HTMLDetailsElement).open)}
    >
      <summary @click=${fold}>
        ${icon('chevron-right')}
        <h2>${title}</h2>
        <span class="count">
          ${set ? `${set} of ${fields.length} set` : `${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`}
        </span>
        ${wrong ? html`<span class="count problem">${icon('error')}${wrong} to correct</span>` : nothing}
      </summary>
      <div class="fields">${body}</div>
    </details>`;
  });
}

const fieldView = (field: FormField, instruction: FormInstruction, view: PageView) => ({
  value: view.state.values[field.key],
  problem: view.shows(field.key) ? view.state.problems[field.key] : undefined,
  warning: view.state.warnings[field.key],
  locked: view.busy || instruction.unavailable !== undefined,
  suggesting: view.suggesting?.key === field.key ? view.suggesting.list : undefined,
});

/** What keeps the request from being sent, once it was tried. */
function summary(instruction: FormInstruction, { state, attempted }: PageView, on: PageEvents) {
  if (!attempted || instruction.unavailable !== undefined) return nothing;
  const problems = Object.entries(state.problems);
  if (!problems.length) return nothing;
  const labels = new Map(fieldsOf(instruction).map(({ key, label }) => [key, label]));
  return html`<div
    class="box not-done"
    id="summary"
    role="group"
    aria-labelledby="summary-title"
    tabindex="-1"
  >
    ${icon('error')}
    <div>
      <p class="headline" id="summary-title">${instruction.title} was not sent. Correct this first:</p>
      <ul>
        ${problems.map(([key, message]) => {
          const label = labels.get(key);
          if (label === undefined) return html`<li>${message}</li>`;
          const go = (event: Event) => {
            event.preventDefault();
            on.go(key);
          };
          return html`<li><a href="#field-${key}" @click=${go}>${label}</a>: ${message}</li>`;
        })}
      </ul>
    </div>
  </div>`;
}

function sendButton({ title, unavailable }: FormInstruction, { busy }: PageView, on: PageEvents) {
  // aria-disabled rather than disabled: a disabled button loses the focus, and with it the person's place.
  return html`<button
    type="button"
    class="send"
    aria-disabled=${busy || unavailable !== undefined ? 'true' : 'false'}
    @click=${() => on.send()}
  >
    ${busy ? html`${icon('loading codicon-modifier-spin')}Sending ${title}…` : `Send ${title}`}
  </button>`;
}
