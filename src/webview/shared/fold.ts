import { html } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { icon } from './icon';

export interface FoldEvents {
  fold(name: string, open: boolean): void;
}

/** A section that the user opens and closes: the page renders it as `open` says. */
export function renderFold(
  {
    name,
    open,
    className = '',
  }: { readonly name: string; readonly open: boolean; readonly className?: string },
  on: FoldEvents,
  summary: unknown,
  body: unknown,
): TemplateResult {
  const click = (event: Event) => {
    // The element's own toggle event comes late, and a render before it would undo the toggle.
    event.preventDefault();
    on.fold(name, !open);
  };
  // Find-in-page opens it too.
  const toggled = (event: Event) => {
    const isOpen = (event.target as HTMLDetailsElement).open;
    if (isOpen !== open) on.fold(name, isOpen);
  };
  return html`<details class=${className} .open=${live(open)} @toggle=${toggled}>
    <summary @click=${click}>${icon('chevron-right')}${summary}</summary>
    ${body}
  </details>`;
}
