import { html, nothing } from 'lit/html.js';
import { icon } from './icon';
import type { FormOutcome } from './protocol';

const outcomes = {
  done: { icon: 'pass', words: 'Done', style: 'done' },
  'not done': { icon: 'error', words: 'Not done', style: 'not-done' },
  unknown: { icon: 'question', words: 'Not known', style: 'unknown' },
} as const;

export const outcomeWords = ({ kind }: FormOutcome): string => (outcomes[kind] ?? outcomes.unknown).words;

export function drawOutcome(outcome: FormOutcome | undefined, on: { explain(): void }) {
  if (!outcome) return nothing;
  const { facts, errorCode, changes } = outcome;
  const look = outcomes[outcome.kind] ?? outcomes.unknown;
  return html`<div class="box ${look.style}" id="outcome">
    ${icon(look.icon)}
    <div>
      <p class="headline"><strong>${look.words}.</strong> ${outcome.headline}</p>
      ${outcome.details.map((line) => html`<p>${line}</p>`)} ${changes?.length ? table(changes) : nothing}
      ${facts?.length ? html`<p class="facts-sent">${facts.join(' · ')}</p>` : nothing}
      ${
        errorCode === undefined
          ? nothing
          : html`<button type="button" class="link" @click=${() => on.explain()}>
              ${`About error ${errorCode} at Twilio`}${icon('link-external')}
            </button>`
      }
    </div>
  </div>`;
}

const table = (changes: NonNullable<FormOutcome['changes']>) =>
  html`<table>
    <thead>
      <tr>
        <td></td>
        <th scope="col">Before</th>
        <th scope="col">Now</th>
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
