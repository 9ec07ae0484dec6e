import { html } from 'lit/html.js';

/** A codicon, hidden from screen readers: there is text beside it. */
export const icon = (name: string) => html`<span class="codicon codicon-${name}" aria-hidden="true"></span>`;
