import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { FoldEvents } from '../shared/fold';
import { icon } from '../shared/icon';
import type { PartView } from './parts';
import { doubt, fold, time } from './parts';
import type { TimelineRow, TimelineView } from './protocol';

/** What happened to the task, the latest first. */
export function renderTimeline(timeline: TimelineView, view: PartView, on: FoldEvents): TemplateResult {
  const { texts } = view;
  const { rows, notes } = timeline;
  return fold({ name: 'timeline', title: texts.timeline, level: 2, openAtFirst: true }, view, on, () => {
    if (rows.length === 0)
      return html`<p class="nothing">${texts.noTimeline}</p>
        ${notes.map((note) => html`<p class="nothing">${note}</p>`)}`;
    return html`
      <ol class="timeline" reversed>
        ${[...rows].reverse().map((row) => renderRow(row, view))}
      </ol>
      ${notes.map((note) => html`<p class="fact">${icon('info')}<span>${note}</span></p>`)}
    `;
  });
}

function renderRow(
  { icon: sign, tone, at, text, duration, why }: TimelineRow,
  { texts, now }: PartView,
): TemplateResult {
  return html`<li class="entry ${tone}">
    <span class="dot">${icon(sign)}</span>
    <div>
      <p class="what">${text}</p>
      <p class="when">
        ${time(at, now)}${duration === undefined ? nothing : html` · <span class="duration">${duration}</span>`}
      </p>
      ${
        why
          ? html`<p class="reason"><strong>${texts.why}</strong> ${why.text}</p>
              ${doubt(why, texts)}`
          : nothing
      }
    </div>
  </li>`;
}
