import { html, nothing } from 'lit/html.js';
import { icon } from './icon';
import type { PageAccount, SharedTexts } from './protocol';

/** Whose page it is, so that nobody takes one account for another. */
export const renderAccount = (
  { name, simulated, environment, readOnly }: PageAccount,
  texts: SharedTexts,
) => html`
  ${simulated ? html`<span class="badge">${texts.simulator}</span>` : icon('account')}
  <span class="name" title=${name}>${name}</span>
  ${
    environment === undefined
      ? nothing
      : html`<span class="badge ${environment.name}">${environment.text}</span>`
  }
  ${readOnly ? html`<span class="badge">${texts.readOnly}</span>` : nothing}
`;
