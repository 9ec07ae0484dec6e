import { html } from 'lit/html.js';

/** A codicon, hidden from screen readers: text stands beside it. */
export const icon = (name: string) => html`<span class="codicon codicon-${name}" aria-hidden="true"></span>`;
