import { html, noChange, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { icon } from './icon';
import { iconButton } from './iconButton';
import type { FormField, SharedTexts } from './protocol';
import { callerData, suggestionList } from './suggestions';
import type { OpenSuggestions } from './suggestions';
import { fill } from './text';

type Value = string | readonly string[] | undefined;

/** The current state of one field. */
export interface FieldView {
  readonly texts: SharedTexts;
  readonly value: Value;
  readonly problem: string | undefined;
  readonly warning: string | undefined;
  /** The value cannot be changed, but still be read and copied. */
  readonly locked: boolean;
  readonly suggestions: OpenSuggestions | undefined;
}

export interface FieldEvents {
  set(field: FormField, value: Value): void;
  /** The focus left the field. */
  leave(field: FormField): void;
  /** The extension asks for the value. */
  pick(field: FormField): void;
  suggest(field: FormField, suggestions: OpenSuggestions | undefined): void;
}

/** The id of the element that has the focus while this field is filled in. */
const fieldId = (key: string) => `field-${key}`;

/** Moves the focus into this field. */
export function focusField(key: string): void {
  const element = document.getElementById(fieldId(key));
  const inside = element?.querySelector<HTMLElement>('input:checked, input');
  const target = inside ?? element;
  target?.focus();
  target?.scrollIntoView({ block: 'nearest' });
}

const asText = (value: Value) => (typeof value === 'object' ? value.join(', ') : (value ?? ''));

// Native controls: those of @vscode-elements have their input in a shadow root, where aria-describedby and
// aria-invalid do not reach it. Chromium's accessibility tree then has "Caller ID, invalid=false, no description"
// for a field in error, and "checkbox" for a radio button.
export function renderField(field: FormField, view: FieldView, on: FieldEvents): TemplateResult {
  const id = fieldId(field.key);
  const isSet = view.value !== undefined;
  const single = field.control !== 'boolean' && field.control !== 'choices';
  const label = html`${field.label}${field.required ? html`<span class="required" aria-hidden="true">*</span>` : nothing}`;
  const leave = (event: FocusEvent) => {
    const box = event.currentTarget as HTMLElement;
    if (event.relatedTarget instanceof Node && box.contains(event.relatedTarget)) return;
    // Not when a quick pick or another window took the focus: it comes back. Which it was is known after this event.
    queueMicrotask(() => document.hasFocus() && on.leave(field));
  };
  const clear = () => {
    on.set(field, undefined);
    const element = document.getElementById(id);
    if (element instanceof HTMLInputElement) element.value = '';
    focusField(field.key);
  };
  return html`
    <div
      class="field ${isSet ? 'set' : ''} ${view.problem ? 'wrong' : ''}"
      data-key=${field.key}
      @focusout=${leave}
    >
      <div class="title">
        ${single ? html`<label id="${id}-label" for=${id}>${label}</label>` : html`<span class="label" id="${id}-label">${label}</span>`}
        <code title=${view.texts.parameterName}>${field.name}</code>
        ${
          isSet && !view.locked
            ? iconButton(
                {
                  icon: 'discard',
                  label: fill(view.texts.unsetField, { field: field.label }),
                  title: fill(view.texts.unset, { name: field.name }),
                },
                clear,
              )
            : nothing
        }
      </div>
      <p class="help" id="${id}-help">${field.help}</p>
      ${control(field, view, on)}
      ${view.problem ? html`<p class="problem" id="${id}-problem">${icon('error')}<span>${view.problem}</span></p>` : nothing}
      ${view.warning ? html`<p class="warning" id="${id}-warning">${icon('warning')}<span>${view.warning}</span></p>` : nothing}
    </div>
  `;
}

function control(field: FormField, view: FieldView, on: FieldEvents): TemplateResult {
  switch (field.control) {
    case 'boolean':
      return oneOf(field, view, on);
    case 'choices':
      return severalOf(field, view, on);
    case 'choice':
      return select(field, view, on);
    case 'password':
      return password(field, view, on);
    default:
      if (field.pick !== undefined) return picked(field, field.pick, view, on);
      return field.suggestions?.length ? suggested(field, view, on) : text(field, view, on);
  }
}

const describedBy = ({ key, unit }: FormField, { problem, warning }: FieldView, more: string[] = []) =>
  [problem && 'problem', warning && 'warning', unit && 'unit', ...more, 'help']
    .filter(Boolean)
    .map((part) => `${fieldId(key)}-${part}`)
    .join(' ');

const invalid = (view: FieldView) => (view.problem ? 'true' : 'false');
const required = (field: FormField) => (field.required ? 'true' : 'false');
const placeholder = ({ twilioDefault: value }: FormField, { texts }: FieldView) =>
  value ? fill(texts.defaultValue, { value }) : '';

/** An empty text is unset: `Name=` is never what is meant. */
const textOf = (event: Event) => (event.target as HTMLInputElement).value || undefined;

function text(field: FormField, view: FieldView, on: FieldEvents): TemplateResult {
  const numeric = field.control === 'integer';
  // Not type="number": it hides what it does not understand, and the wheel changes it.
  return html`<div class="control">
    <input
      type="text"
      class=${numeric ? 'number' : ''}
      id=${fieldId(field.key)}
      inputmode=${numeric ? 'numeric' : field.control === 'url' ? 'url' : 'text'}
      autocomplete="off"
      spellcheck="false"
      placeholder=${placeholder(field, view)}
      aria-required=${required(field)}
      aria-invalid=${invalid(view)}
      aria-describedby=${describedBy(field, view)}
      ?readonly=${view.locked}
      .value=${live(asText(view.value))}
      @input=${(event: Event) => on.set(field, textOf(event))}
    />
    ${field.unit ? html`<span class="unit" id="${fieldId(field.key)}-unit">${field.unit}</span>` : nothing}
  </div>`;
}

/** A text whose value can also be chosen in a quick pick. */
function picked(field: FormField, button: string, view: FieldView, on: FieldEvents): TemplateResult {
  return html`<div class="control pick">
      <input
        type="text"
        id=${fieldId(field.key)}
        autocomplete="off"
        spellcheck="false"
        placeholder=${placeholder(field, view)}
        aria-required=${required(field)}
        aria-invalid=${invalid(view)}
        aria-describedby=${describedBy(field, view, ['picked'])}
        ?readonly=${view.locked}
        .value=${live(asText(view.value))}
        @input=${(event: Event) => on.set(field, textOf(event))}
      />
      <button type="button" class="secondary" ?disabled=${view.locked} @click=${() => on.pick(field)}>
        ${button}
      </button>
    </div>
    ${valueName(field, view)}`;
}

/** The name of the value, such as a worker's for its SID, when it is known. */
function valueName(field: FormField, { value, texts }: FieldView): TemplateResult {
  const known = field.suggestions?.find((one) => one.value === value);
  const isNamed = known && known.label !== known.value;
  return html`<p class="picked" id="${fieldId(field.key)}-picked" ?hidden=${!isNamed}>
    ${isNamed ? html`${known.label} ${known.callerData ? callerData(texts) : nothing}` : nothing}
  </p>`;
}

function password(field: FormField, view: FieldView, on: FieldEvents): TemplateResult {
  const isSet = view.value !== undefined;
  // The page never receives a password: it leaves what was typed, and clears it when it is no longer set.
  return html`<div class="control">
    <input
      type="password"
      id=${fieldId(field.key)}
      autocomplete="off"
      placeholder=${isSet ? view.texts.setAndHidden : placeholder(field, view)}
      aria-required=${required(field)}
      aria-invalid=${invalid(view)}
      aria-describedby=${describedBy(field, view)}
      ?readonly=${view.locked}
      .value=${isSet ? noChange : live('')}
      @input=${(event: Event) => on.set(field, textOf(event))}
    />
  </div>`;
}

function suggested(field: FormField, view: FieldView, on: FieldEvents): TemplateResult {
  const id = fieldId(field.key);
  const list = suggestionList(field, asText(view.value), view, {
    pick(value) {
      on.set(field, value);
      on.suggest(field, undefined);
    },
    show: (suggestions) => on.suggest(field, suggestions),
  });
  return html`<div class="control suggest">
      <input
        type="text"
        role="combobox"
        id=${id}
        autocomplete="off"
        spellcheck="false"
        placeholder=${placeholder(field, view)}
        aria-autocomplete="list"
        aria-expanded=${list.open ? 'true' : 'false'}
        aria-controls="${id}-list"
        aria-activedescendant=${list.active ?? nothing}
        aria-required=${required(field)}
        aria-invalid=${invalid(view)}
        aria-describedby=${describedBy(field, view, ['picked'])}
        ?readonly=${view.locked}
        .value=${live(asText(view.value))}
        @input=${(event: Event) => {
          on.set(field, textOf(event));
          on.suggest(field, { active: -1, filtered: true });
        }}
        @click=${list.click}
        @keydown=${list.keydown}
        @enter=${list.enter}
        @blur=${() => on.suggest(field, undefined)}
      />
      <button
        type="button"
        class="icon-button"
        tabindex="-1"
        aria-label=${fill(view.texts.suggestions, { field: field.label })}
        ?disabled=${view.locked}
        @mousedown=${(event: Event) => event.preventDefault()}
        @click=${() => {
          document.getElementById(id)?.focus();
          if (list.open) on.suggest(field, undefined);
          else list.unfold();
        }}
      >
        ${icon('chevron-down')}
      </button>
      ${list.template}
    </div>
    ${valueName(field, view)}`;
}

function select(field: FormField, view: FieldView, on: FieldEvents): TemplateResult {
  const value = asText(view.value);
  const choices = field.choices ?? [];
  const unknown = value !== '' && !choices.includes(value) ? [value] : [];
  return html`<div class="control select">
    <select
      id=${fieldId(field.key)}
      aria-required=${required(field)}
      aria-invalid=${invalid(view)}
      aria-describedby=${describedBy(field, view)}
      ?disabled=${view.locked}
      @change=${(event: Event) => on.set(field, textOf(event))}
    >
      <option value="" .selected=${live(value === '')}>${notSent(field, view)}</option>
      ${[...choices, ...unknown].map((one) => html`<option value=${one} .selected=${live(one === value)}>${one}</option>`)}
    </select>
    ${icon('chevron-down')}
  </div>`;
}

const notSent = ({ twilioDefault: value }: FormField, { texts }: FieldView) =>
  value ? fill(texts.notSentWithDefault, { value }) : texts.notSent;

/** Not sent, true and false are three different values. */
function oneOf(field: FormField, view: FieldView, on: FieldEvents): TemplateResult {
  const id = fieldId(field.key);
  const option = (value: string | undefined, label: string) =>
    html`<label>
      <input
        type="radio"
        name=${id}
        value=${value ?? ''}
        .checked=${live(view.value === value)}
        ?disabled=${view.locked}
        @change=${() => on.set(field, value)}
      />${label}</label
    >`;
  return html`<div
    class="control options"
    role="radiogroup"
    id=${id}
    aria-labelledby="${id}-label"
    aria-required=${required(field)}
    aria-invalid=${invalid(view)}
    aria-describedby=${describedBy(field, view)}
  >
    ${option(undefined, notSent(field, view))}
    ${(field.choices ?? ['true', 'false']).map((one) => option(one, one))}
  </div>`;
}

function severalOf(field: FormField, view: FieldView, on: FieldEvents): TemplateResult {
  const id = fieldId(field.key);
  const selected = typeof view.value === 'object' ? view.value : view.value ? [view.value] : [];
  const all = [...new Set([...(field.choices ?? []), ...selected])];
  const toggle = (one: string, checked: boolean) => {
    const next = all.filter((each) => (each === one ? checked : selected.includes(each)));
    on.set(field, next.length ? next : undefined);
  };
  return html`<div
      class="control options"
      role="group"
      id=${id}
      aria-labelledby="${id}-label"
      aria-describedby=${describedBy(field, view, ['selected'])}
    >
      ${all.map(
        (one) =>
          html`<label>
            <input
              type="checkbox"
              .checked=${live(selected.includes(one))}
              aria-invalid=${invalid(view)}
              ?disabled=${view.locked}
              @change=${(event: Event) => toggle(one, (event.target as HTMLInputElement).checked)}
            />${one}</label
          >`,
      )}
    </div>
    <p class="selected" id="${id}-selected">
      ${
        selected.length
          ? fill(view.texts.selected, { count: selected.length, total: all.length })
          : notSent(field, view)
      }
    </p>`;
}
