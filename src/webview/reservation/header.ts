import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { renderTimeLeft } from '../shared/countdown';
import type { TimeLeft } from '../shared/countdown';
import { icon } from '../shared/icon';
import type { FormState } from './protocol';

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
  { account, reservation }: FormState,
  timeLeft: TimeLeft | undefined,
  on: { refresh(): void },
): TemplateResult {
  return html`<header>
    ${accountLine(account, on)}
    <h1>${reservation.task || 'Reservation'}</h1>
    <div class="facts">
      <span>${icon('person')}<span class="unseen">Worker: </span>${reservation.worker}</span>
      ${status(reservation.status)} ${timeLeft ? renderTimeLeft(timeLeft) : nothing}
    </div>
    <div class="more">
      ${reservation.queue ? html`<span><span class="unseen">Queue: </span>${reservation.queue}</span>` : nothing}
      ${created(reservation.createdAt)}
      <code class="sid">${reservation.sid}</code>
    </div>
  </header>`;
}

function accountLine(account: FormState['account'], on: { refresh(): void }): TemplateResult {
  const { name, simulated, environment, readOnly } = account;
  return html`<div class="account">
    ${simulated ? html`<span class="badge">SIMULATOR</span>` : icon('account')}
    <span class="name" title=${name}>${name}</span>
    ${environment === undefined ? nothing : html`<span class="badge ${environment}">${environment}</span>`}
    ${readOnly ? html`<span class="badge">read-only</span>` : nothing}
    <button
      type="button"
      class="icon-button"
      title="Refresh"
      aria-label="Refresh"
      @click=${() => on.refresh()}
    >
      ${icon('refresh')}
    </button>
  </div>`;
}

function status(status: string): TemplateResult {
  const known = Object.hasOwn(statusIcons, status);
  return html`<span class="status ${known ? status : ''}">
    ${icon((known && statusIcons[status]) || 'question')}<span class="unseen">Status: </span>${status}
  </span>`;
}

function created(createdAt: number | undefined) {
  if (createdAt === undefined) return nothing;
  const date = new Date(createdAt);
  if (Number.isNaN(date.getTime())) return nothing;
  return html`<time datetime=${date.toISOString()} title=${date.toLocaleString()}>
    created ${date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
  </time>`;
}
