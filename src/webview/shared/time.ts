import { html, nothing } from 'lit/html.js';

/** @param at milliseconds since 1970; nothing is rendered for what is no date */
export function renderTime(at: number, text: (date: Date) => string) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return nothing;
  return html`<time datetime=${date.toISOString()} title=${date.toLocaleString()}>${text(date)}</time>`;
}
