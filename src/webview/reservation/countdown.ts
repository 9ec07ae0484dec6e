import { html, nothing } from 'lit/html.js';
import type { FormState } from './protocol';

const urgent = 10_000;

export interface TimeLeft {
  /** Milliseconds; never below 0. */
  readonly left: number;
  /** The part of the whole time that is left, from 0 to 1; absent when the whole time is not known. */
  readonly part?: number;
  readonly urgent: boolean;
}

/** How long the worker still has to answer, or undefined when nothing runs. `now` is the extension's clock. */
export function timeLeft({ reservation }: FormState, now: number): TimeLeft | undefined {
  const { status, createdAt, expiresAt } = reservation;
  if (status !== 'pending' || expiresAt === undefined) return undefined;
  const left = Math.max(0, expiresAt - now);
  const whole = createdAt === undefined ? 0 : expiresAt - createdAt;
  return {
    left,
    urgent: left <= urgent,
    ...(whole > 0 ? { part: Math.min(1, left / whole) } : {}),
  };
}

/** `1:05`, rounded up: it says 0:00 only when the time is up. */
export function clock(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** The ring is drawn by attributes: the page's policy allows no style attribute. */
export const drawTimeLeft = ({ left, part, urgent }: TimeLeft) => html`
  <span class="left ${urgent ? 'urgent' : ''}" role="timer">
    ${
      part === undefined
        ? nothing
        : html`<svg class="ring" viewBox="0 0 16 16" aria-hidden="true">
            <circle class="track" cx="8" cy="8" r="6" />
            <circle
              class="rest"
              cx="8"
              cy="8"
              r="6"
              pathLength="1"
              stroke-dasharray="1"
              stroke-dashoffset=${(1 - part).toFixed(3)}
              transform="rotate(-90 8 8)"
            />
          </svg>`
    }
    ${left > 0 ? `${clock(left)} left` : 'Probably expired'}
  </span>
`;
