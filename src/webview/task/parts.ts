import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { renderFold } from '../shared/fold';
import type { FoldEvents } from '../shared/fold';
import { icon } from '../shared/icon';
import { renderTime } from '../shared/time';
import type { ClaimView, ComparisonView, TaskTexts } from './protocol';

/** What every part of the page needs besides its own state. */
export interface PartView {
  readonly texts: TaskTexts;
  /** The extension's clock, in milliseconds since 1970. */
  readonly now: number;
  readonly opened: Readonly<Record<string, boolean>>;
}

interface Fold {
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
  return renderFold(
    { name, open, className: `fold level-${level}` },
    on,
    html`${level === 2 ? html`<h2>${title}</h2>` : html`<h3>${title}</h3>`}
    ${count === undefined ? nothing : html`<span class="number">${count.toLocaleString('en')}</span>`}`,
    open ? html`<div class="body">${body()}</div>` : nothing,
  );
}

/** How sure a sentence is: nothing for what is certain. Reasons that stand above are not repeated. */
export function doubt({ probable, because }: ClaimView, texts: TaskTexts) {
  if (!probable) return nothing;
  return html`<p class="doubt">
    ${icon('question')}${
      because.length === 0
        ? html`<span>${texts.sameReason}</span>`
        : html`<span
            ><strong>${texts.probable}</strong>
            ${because.map((one) => html`<span class="reason">${one}</span> `)}</span
          >`
    }
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
export const time = (at: number, now: number) =>
  renderTime(at, (date) => {
    const clock = date.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit', second: '2-digit' });
    const day = sameDay(date, new Date(now))
      ? ''
      : `${date.toLocaleDateString([], { month: 'short', day: 'numeric' })} `;
    return day + clock;
  });
