import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { renderAccount } from '../shared/account';
import { renderTimeLeft } from '../shared/countdown';
import type { TimeLeft } from '../shared/countdown';
import { icon } from '../shared/icon';
import { fill } from '../shared/text';
import { renderTime } from '../shared/time';
import type { FormState, FormTexts } from './protocol';

/** Statuses differ in shape as well as in color. */
const statusIcons: Record<string, string> = {
  pending: 'bell',
  accepted: 'pass',
  wrapping: 'edit',
  completed: 'pass-filled',
  rejected: 'circle-slash',
  timeout: 'history',
  canceled: 'close',
  rescinded: 'discard',
};

/** The account, the task, and the reservation's worker, status and deadline. */
export function renderHeader(
  { account, reservation, texts }: FormState,
  timeLeft: TimeLeft | undefined,
  on: { refresh(): void },
): TemplateResult {
  return html`<header>
    ${renderAccount(account, texts, on)}
    <h1>${reservation.task || texts.reservation}</h1>
    <div class="facts">
      <span>${icon('person')}<span class="unseen">${texts.worker} </span>${reservation.worker}</span>
      ${status(reservation.status, texts)} ${timeLeft ? renderTimeLeft(timeLeft, texts) : nothing}
    </div>
    <div class="more">
      ${fact(texts.workspace, reservation.workspace)} ${fact(texts.queue, reservation.queue)}
      ${created(reservation.createdAt, texts)}
      <code class="sid">${reservation.sid}</code>
    </div>
  </header>`;
}

const fact = (label: string, text: string) =>
  text ? html`<span><span class="unseen">${label} </span>${text}</span>` : nothing;

function status(status: string, texts: FormTexts): TemplateResult {
  const known = Object.hasOwn(statusIcons, status);
  return html`<span class="status ${known ? status : ''}">
    ${icon((known && statusIcons[status]) || 'question')}<span class="unseen">${texts.status} </span>${status}
  </span>`;
}

function created(createdAt: number | undefined, texts: FormTexts) {
  if (createdAt === undefined) return nothing;
  return renderTime(createdAt, (date) =>
    fill(texts.created, { time: date.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' }) }),
  );
}
