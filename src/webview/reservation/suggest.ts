import { html, nothing } from 'lit/html.js';
import { icon } from './icon';
import type { FormField } from './protocol';

/** A list of suggestions that is open. */
export interface Suggesting {
  /** Which of the shown suggestions the keyboard is on; -1 for none. */
  readonly active: number;
  /** Whether only what fits the typed text is shown. */
  readonly narrowed: boolean;
}

interface SuggestEvents {
  pick(value: string): void;
  show(suggesting: Suggesting | undefined): void;
}

/** Marks what a caller or chat customer may have written. */
export const fromCaller = html`<span class="caller">${icon('warning')}Caller data</span>`;

/**
 * The list under a text field, after the ARIA pattern "editable combobox with list autocomplete". Not a datalist:
 * that one cannot be themed, and shows of a SID and its name only what it likes.
 * https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export function suggestionList(
  field: FormField,
  text: string,
  suggesting: Suggesting | undefined,
  on: SuggestEvents,
) {
  const all = field.suggestions ?? [];
  const wanted = text.toLowerCase();
  const fits = ({ value, label }: (typeof all)[number]) =>
    value.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted);
  const shown = suggesting?.narrowed ? all.filter(fits) : all;
  const open = suggesting !== undefined && shown.length > 0;
  const at = suggesting?.active ?? -1;
  const listId = `field-${field.key}-list`;
  const narrowed = suggesting?.narrowed ?? false;

  const keydown = (event: KeyboardEvent) => {
    if ((event.target as HTMLInputElement).readOnly) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && all.length) {
      if (!open) on.show({ active: step > 0 ? 0 : all.length - 1, narrowed: false });
      else
        on.show({ active: (Math.max(at, step > 0 ? -1 : 0) + step + shown.length) % shown.length, narrowed });
    } else if (event.key === 'Escape' && open) on.show(undefined);
    else if (event.key === 'Enter' && open && shown[at]) on.pick(shown[at].value);
    else return;
    event.preventDefault();
    document.getElementById(`${listId}-active`)?.scrollIntoView({ block: 'nearest' });
  };

  // The box stays in the page while it is closed: aria-controls has to name something.
  const template = html`<div
    class="suggestions"
    role="listbox"
    id=${listId}
    aria-label=${field.label}
    ?hidden=${!open}
  >
    ${
      open
        ? shown.map(
            ({ value, label, callerData }, index) =>
              html`<div
                role="option"
                id=${index === at ? `${listId}-active` : nothing}
                aria-selected=${index === at ? 'true' : 'false'}
                @mousedown=${(event: Event) => event.preventDefault()}
                @click=${() => on.pick(value)}
              >
                <span>${label}</span>${label === value ? nothing : html`<code>${value}</code>`}
                ${callerData ? fromCaller : nothing}
              </div>`,
          )
        : nothing
    }
  </div>`;
  return { open, active: open && shown[at] ? `${listId}-active` : undefined, keydown, template };
}
