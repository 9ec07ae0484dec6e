import { html, nothing } from 'lit/html.js';
import { icon } from './icon';
import { isComposing } from './keys';
import type { FieldView } from './field';
import type { FormField, SharedTexts } from './protocol';

/** An open list of suggestions. */
export interface OpenSuggestions {
  /** Index among the shown suggestions of the one that Enter picks; -1 for none. A single match needs no choice. */
  readonly active: number;
  /** Whether only suggestions that match the typed text are shown. */
  readonly filtered: boolean;
}

interface SuggestEvents {
  pick(value: string): void;
  show(suggestions: OpenSuggestions | undefined): void;
}

/** Marks what a caller or chat customer may have written. */
export const callerData = ({ callerData: text }: SharedTexts) =>
  html`<span class="caller">${icon('warning')}${text}</span>`;

/**
 * The list under a text field, after the ARIA pattern "editable combobox with list autocomplete". Not a datalist:
 * it cannot be themed, and may show a SID without its name.
 * https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export function suggestionList(
  field: FormField,
  text: string,
  { suggestions, texts }: Pick<FieldView, 'suggestions' | 'texts'>,
  on: SuggestEvents,
) {
  const all = field.suggestions ?? [];
  const wanted = text.toLowerCase();
  const matches = ({ value, label }: (typeof all)[number]) =>
    value.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted);
  const filtered = suggestions?.filtered ?? false;
  const shown = filtered ? all.filter(matches) : all;
  const open = suggestions !== undefined && shown.length > 0;
  const at = filtered && shown.length === 1 ? 0 : (suggestions?.active ?? -1);
  const current = all.findIndex(({ value }) => value === text);
  const listId = `field-${field.key}-list`;

  const show = (active: number) => {
    on.show({ active, filtered: open && filtered });
    document.getElementById(`${listId}-active`)?.scrollIntoView({ block: 'nearest' });
  };
  /** Shows every suggestion, whatever was typed, with the current value highlighted. */
  const unfold = () => show(current);

  const keydown = (event: KeyboardEvent) => {
    // The keys of an input method move and pick among its own candidates.
    if ((event.target as HTMLInputElement).readOnly || isComposing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && all.length) {
      const first = step > 0 ? 0 : all.length - 1;
      if (!open) show(current < 0 ? first : current);
      else show((Math.max(at, step > 0 ? -1 : 0) + step + shown.length) % shown.length);
    } else if (event.key === 'Escape' && open) on.show(undefined);
    else return;
    event.preventDefault();
  };
  const click = ({ target }: Event) => {
    if (!open && !(target as HTMLInputElement).readOnly) unfold();
  };

  const enter = () => open && shown[at] && on.pick(shown[at].value);

  const template = listTemplate({
    listId,
    name: field.label,
    texts,
    shown: open ? shown : [],
    at,
    pick: (value) => on.pick(value),
  });
  return {
    open,
    active: open && shown[at] ? `${listId}-active` : undefined,
    unfold,
    click,
    keydown,
    enter,
    template,
  };
}

interface ListOptions {
  readonly listId: string;
  readonly name: string;
  readonly texts: SharedTexts;
  readonly shown: NonNullable<FormField['suggestions']>;
  /** Index of the highlighted suggestion; -1 for none. */
  readonly at: number;
  readonly pick: (value: string) => void;
}

/** Hidden rather than absent while it is closed: aria-controls has to name an element. */
const listTemplate = ({ listId, name, texts, shown, at, pick }: ListOptions) =>
  html`<div class="suggestions" role="listbox" id=${listId} aria-label=${name} ?hidden=${shown.length === 0}>
    ${shown.map(
      ({ value, label, callerData: isCallerData }, index) =>
        html`<div
          role="option"
          id=${index === at ? `${listId}-active` : nothing}
          aria-selected=${index === at ? 'true' : 'false'}
          @mousedown=${(event: Event) => event.preventDefault()}
          @click=${() => pick(value)}
        >
          <span>${label}</span>${label === value ? nothing : html`<code>${value}</code>`}
          ${isCallerData ? callerData(texts) : nothing}
        </div>`,
    )}
  </div>`;
