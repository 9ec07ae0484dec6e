import { html } from 'lit/html.js';

/** A codicon that says nothing by itself: the words stand beside it. */
export const icon = (name: string) => html`<span class="codicon codicon-${name}" aria-hidden="true"></span>`;
