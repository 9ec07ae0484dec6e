import { html, nothing } from 'lit/html.js';
import { icon } from '../shared/icon';
import { fill } from '../shared/text';
import type { FormOutcome, FormState, FormTexts } from './protocol';

const kinds = {
  done: { icon: 'pass', style: 'done' },
  'not done': { icon: 'error', style: 'not-done' },
  unknown: { icon: 'question', style: 'unknown' },
} as const;

/** What a screen reader hears. */
export const outcomeText = (outcome: FormOutcome): string => [outcome.headline, ...outcome.details].join(' ');

export function renderOutcome({ outcome, texts }: FormState, on: { explain(): void }) {
  if (!outcome) return nothing;
  const { facts, errorCode, changes } = outcome;
  const look = kinds[outcome.kind] ?? kinds.unknown;
  return html`<div class="box ${look.style}" id="outcome">
    ${icon(look.icon)}
    <div>
      <p class="headline"><strong>${outcome.headline}</strong></p>
      ${outcome.details.map((line) => html`<p>${line}</p>`)}
      ${changes?.length ? table(changes, texts) : nothing}
      ${facts?.length ? html`<p class="facts-sent">${facts.join(' · ')}</p>` : nothing}
      ${
        errorCode === undefined
          ? nothing
          : html`<button type="button" class="link" @click=${() => on.explain()}>
              ${fill(texts.aboutError, { code: errorCode })}${icon('link-external')}
            </button>`
      }
    </div>
  </div>`;
}

const table = (changes: NonNullable<FormOutcome['changes']>, texts: FormTexts) =>
  html`<table>
    <thead>
      <tr>
        <td></td>
        <th scope="col">${texts.before}</th>
        <th scope="col">${texts.now}</th>
      </tr>
    </thead>
    <tbody>
      ${changes.map(
        ({ what, before, now }) =>
          html`<tr class=${before === now ? '' : 'changed'}>
            <th scope="row">${what}</th>
            <td>${before}</td>
            <td>${now}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
