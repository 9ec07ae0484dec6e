import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { keyed } from 'lit/directives/keyed.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { InstructionName } from '../../taskrouter/instructions';
import type { TimeLeft } from '../shared/countdown';
import { renderField } from '../shared/field';
import type { FieldEvents, FieldView } from '../shared/field';
import { renderFold } from '../shared/fold';
import type { FoldEvents } from '../shared/fold';
import { icon } from '../shared/icon';
import type { FormField } from '../shared/protocol';
import type { OpenSuggestions } from '../shared/suggestions';
import { renderHeader } from './header';
import { renderOutcome } from './outcome';
import { fill } from '../shared/text';
import type { FormInstruction, FormState, FormTexts } from './protocol';
import { renderRequest } from './request';

/** What the page shows: the state, and what only the page knows. */
export interface FormView {
  readonly state: FormState;
  readonly timeLeft: TimeLeft | undefined;
  /** Whether a field's problem is shown: not before the user has been in the field or tried to send. */
  shows(key: string): boolean;
  /** The user tried to send this instruction. */
  readonly attempted: boolean;
  /** The request is being sent, or waits for the extension to receive what was typed. */
  readonly busy: boolean;
  readonly opened: Readonly<Record<string, boolean>>;
  /** The name of the preview to show; the first one when there is none of that name. */
  readonly preview: string | undefined;
  /** The text that was copied last. */
  readonly copied: string | undefined;
  readonly suggestions: { readonly key: string; readonly open: OpenSuggestions } | undefined;
}

export interface FormEvents extends FieldEvents, FoldEvents {
  choose(instruction: InstructionName): void;
  send(): void;
  copy(preview: string, text: string): void;
  edit(preview: string): void;
  presets(): void;
  explain(): void;
  next(): void;
  another(): void;
  refresh(): void;
  showPreview(name: string): void;
  focus(key: string): void;
}

export const chosenInstruction = (state: FormState): FormInstruction | undefined =>
  state.instructions.find(({ name }) => name === state.chosen);

export const fieldsOf = (instruction: FormInstruction | undefined): readonly FormField[] =>
  instruction?.groups.flatMap(({ fields }) => fields) ?? [];

export function renderForm(view: FormView, on: FormEvents): TemplateResult {
  const { state } = view;
  const instruction = chosenInstruction(state);
  return html`
    ${renderHeader(state, view.timeLeft, on)}
    <div class="columns">
      <div class="form">
        ${actions(view, on)}
        ${
          instruction
            ? keyed(
                instruction.name,
                html`<section aria-label=${instruction.title}>
                  ${about(instruction, state, on)} ${locked(instruction, view, on)}
                  ${groups(instruction, view, on)}
                </section>`,
              )
            : html`<p class="about">${state.texts.noAction}</p>`
        }
      </div>
      <div class="request">
        ${renderRequest(view, on)}
        <div class="footer">
          ${instruction ? summary(instruction, view, on) : nothing} ${renderOutcome(state, on)}
          ${instruction ? sendButton(instruction, view, on) : nothing}
        </div>
      </div>
    </div>
  `;
}

function about(instruction: FormInstruction, { texts }: FormState, on: FormEvents): TemplateResult {
  return html`<div class="about">
    <p>${instruction.help}</p>
    ${
      fieldsOf(instruction).length
        ? html`<button type="button" class="secondary" @click=${() => on.presets()}>
            ${icon('bookmark')}${texts.presets}
          </button>`
        : nothing
    }
  </div>`;
}

/** Why the instruction cannot be sent; '' when it can, and when this form has just sent it: the outcome says that. */
export const lockReason = (instruction: FormInstruction | undefined, { news, outcome }: FormState): string =>
  instruction?.unavailable === undefined || outcome?.kind === 'done' ? '' : (news ?? instruction.unavailable);

function locked(instruction: FormInstruction, { state }: FormView, on: FormEvents) {
  const reason = lockReason(instruction, state);
  const { texts, next, notice, offersAnother } = state;
  if (!reason && next === undefined && notice === undefined) return nothing;
  const text = reason && fieldsOf(instruction).length ? fill(texts.inputKept, { reason }) : reason;
  return html`<div class="box locked" id="locked" tabindex="-1">
    ${icon(reason ? 'lock' : 'info')}
    <div>
      <p>${text || (notice ?? texts.offeredToOther)}</p>
      ${
        next === undefined
          ? nothing
          : html`<button type="button" class="secondary" @click=${() => on.next()}>
              ${icon('arrow-right')}${fill(texts.continueWith, { next })}
            </button>`
      }
      ${
        offersAnother
          ? html`<button type="button" class="secondary" @click=${() => on.another()}>
              ${icon('list-selection')}${texts.chooseAnother}
            </button>`
          : nothing
      }
    </div>
  </div>`;
}

function actions({ state, busy }: FormView, on: FormEvents): TemplateResult {
  // When no action is available, one reason below is enough.
  const showsLocks = state.instructions.some(({ unavailable }) => unavailable === undefined);
  const lock = html`${showsLocks ? icon('lock') : nothing}<span class="unseen">
      ${state.texts.unavailable}</span
    >`;
  return html`<fieldset class="actions">
    <legend>${state.texts.action}</legend>
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
          ${title}${unavailable === undefined ? nothing : lock}
        </label>`,
    )}
  </fieldset>`;
}

function groups(instruction: FormInstruction, view: FormView, on: FormEvents) {
  const { texts } = view.state;
  const filled = instruction.groups.filter(({ fields }) => fields.length > 0);
  if (!filled.length)
    return html`<p class="nothing">${fill(texts.noParameters, { action: instruction.title })}</p>`;
  return filled.map(({ title, fields }, index) => {
    const body = repeat(
      fields,
      ({ key }) => key,
      (field) => renderField(field, fieldView(field, instruction, view), on),
    );
    if (filled.length === 1) return html`<div class="fields">${body}</div>`;
    const set = fields.filter(({ key }) => view.state.values[key] !== undefined).length;
    const wrong = fields.filter(({ key }) => view.state.problems[key] && view.shows(key)).length;
    const open = view.opened[title] ?? index === 0;
    return renderFold(
      { name: title, open },
      on,
      html`
        <h2>${title}</h2>
        <span class="count"> ${countOf(fields.length, set, texts)} </span>
        ${wrong ? html`<span class="count problem">${icon('error')}${fill(texts.toCorrect, { count: wrong })}</span>` : nothing}
      `,
      html`<div class="fields">${body}</div>`,
    );
  });
}

function countOf(total: number, set: number, texts: FormTexts): string {
  if (set) return fill(texts.fieldsSet, { count: set, total });
  return total === 1 ? texts.oneField : fill(texts.fields, { count: total });
}

const fieldView = (field: FormField, instruction: FormInstruction, view: FormView): FieldView => ({
  texts: view.state.texts,
  value: view.state.values[field.key],
  problem: view.shows(field.key) ? view.state.problems[field.key] : undefined,
  warning: view.state.warnings[field.key],
  locked: view.busy || instruction.unavailable !== undefined,
  suggestions: view.suggestions?.key === field.key ? view.suggestions.open : undefined,
});

/** What has to be corrected, once the user tried to send. */
function summary(instruction: FormInstruction, { state, attempted }: FormView, on: FormEvents) {
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
      <p class="headline" id="summary-title">
        ${fill(state.texts.correctFirst, { action: instruction.title })}
      </p>
      <ul>
        ${problems.map(([key, message]) => {
          const label = labels.get(key);
          if (label === undefined) return html`<li>${message}</li>`;
          const focus = (event: Event) => {
            event.preventDefault();
            on.focus(key);
          };
          return html`<li><a href="#field-${key}" @click=${focus}>${label}</a>: ${message}</li>`;
        })}
      </ul>
    </div>
  </div>`;
}

function sendButton({ title, unavailable }: FormInstruction, { busy, state }: FormView, on: FormEvents) {
  // aria-disabled rather than disabled, which would lose the focus. A double click is one click: an action can be
  // done before the second one comes.
  return html`<button
    type="button"
    class="send"
    title=${navigator.userAgent.includes('Mac') ? '⌘Enter' : 'Ctrl+Enter'}
    aria-keyshortcuts="Control+Enter Meta+Enter"
    aria-disabled=${busy || state.reading || unavailable !== undefined ? 'true' : 'false'}
    @click=${({ detail }: MouseEvent) => detail < 2 && on.send()}
  >
    ${
      busy
        ? html`${icon('loading codicon-modifier-spin')}${state.progress ?? fill(state.texts.preparing, { action: title })}`
        : fill(state.texts.send, { action: title })
    }
  </button>`;
}
