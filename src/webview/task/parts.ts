import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { icon } from '../shared/icon';
import type { ClaimView, ComparisonView, TaskTexts } from './protocol';

/** What every part of the page needs besides its own state. */
export interface PartView {
  readonly texts: TaskTexts;
  /** The extension's clock, in milliseconds since 1970. */
  readonly now: number;
  readonly opened: Readonly<Record<string, boolean>>;
}

export interface FoldEvents {
  fold(section: string, open: boolean): void;
}

export interface Fold {
  readonly name: string;
  readonly title: string;
  readonly level: 2 | 3;
  readonly count?: number | undefined;
  readonly openAtFirst: boolean;
}

/** A section that the user opens and closes. What it holds is rendered while it is open. */
export function fold(
  { name, title, level, count, openAtFirst }: Fold,
  { opened }: PartView,
  on: FoldEvents,
  body: () => unknown,
): TemplateResult {
  const open = opened[name] ?? openAtFirst;
  const click = (event: Event) => {
    // The element's own toggle event comes late, and a render before it would undo the toggle.
    event.preventDefault();
    on.fold(name, !open);
  };
  const toggled = (event: Event) => {
    const isOpen = (event.target as HTMLDetailsElement).open;
    if (isOpen !== open) on.fold(name, isOpen);
  };
  return html`<details
    class="fold level-${level}"
    data-section=${name}
    .open=${live(open)}
    @toggle=${toggled}
  >
    <summary @click=${click}>
      ${icon('chevron-right')}${level === 2 ? html`<h2>${title}</h2>` : html`<h3>${title}</h3>`}
      ${count === undefined ? nothing : html`<span class="number">${count}</span>`}
    </summary>
    ${open ? html`<div class="body">${body()}</div>` : nothing}
  </details>`;
}

/** How sure a sentence is: nothing for what is certain. */
export function doubt({ probable, because }: ClaimView, texts: TaskTexts) {
  if (!probable) return nothing;
  return html`<p class="doubt">
    ${icon('question')}<span
      ><strong>${texts.probable}</strong>
      ${because.map((one) => html`<span class="reason">${one}</span> `)}</span
    >
  </p>`;
}

const resultIcons = { true: 'check', false: 'close', unknown: 'question' } as const;

export const comparisons = (lines: readonly ComparisonView[]) =>
  lines.length === 0
    ? nothing
    : html`<ul class="comparisons">
        ${lines.map(
          ({ text, result, values }) =>
            html`<li class="result-${result}">
              ${icon(resultIcons[result])}<span
                ><code>${text}</code> <span class="values">${values}</span></span
              >
            </li>`,
        )}
      </ul>`;

const sameDay = (one: Date, other: Date) => one.toDateString() === other.toDateString();

/** `9:04:05`, with the date where that is not today's. */
export function time(at: number, now: number) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return nothing;
  const clock = date.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit', second: '2-digit' });
  const day = sameDay(date, new Date(now))
    ? ''
    : `${date.toLocaleDateString([], { month: 'short', day: 'numeric' })} `;
  return html`<time datetime=${date.toISOString()} title=${date.toLocaleString()}>${day}${clock}</time>`;
}
