import { html, nothing } from 'lit/html.js';
import { icon } from './icon';
import { iconButton } from './iconButton';
import type { PageAccount, SharedTexts } from './protocol';

/**
 * The first line of a page: its account, so that accounts are not confused, and a button to refresh the page.
 * @param tools other buttons, before that one
 */
export const renderAccount = (
  { name, simulated, environment, readOnly }: PageAccount,
  texts: SharedTexts,
  on: { refresh(): void },
  tools: unknown = nothing,
) =>
  html`<div class="account">
    ${simulated ? html`<span class="badge">${texts.simulator}</span>` : icon('account')}
    <span class="name" title=${name}>${name}</span>
    ${
      environment === undefined
        ? nothing
        : html`<span class="badge ${environment.name}">${environment.text}</span>`
    }
    ${readOnly ? html`<span class="badge">${texts.readOnly}</span>` : nothing}
    <span class="tools">
      ${tools} ${iconButton({ icon: 'refresh', label: texts.refresh }, () => on.refresh())}
    </span>
  </div>`;
