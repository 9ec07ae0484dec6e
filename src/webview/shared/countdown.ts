import { html, nothing } from 'lit/html.js';
import type { SharedTexts } from './protocol';
import { fill } from './text';

const urgentBelow = 10_000;

export interface TimeLeft {
  /** Milliseconds; never below 0. */
  readonly left: number;
  /** The share of the whole time that is left, from 0 to 1; absent when the whole time is unknown. */
  readonly share?: number;
  readonly urgent: boolean;
}

/** The time until `end`; all in milliseconds since 1970. */
export function timeLeft(end: number, start: number | undefined, now: number): TimeLeft {
  const left = Math.max(0, end - now);
  const whole = start === undefined ? 0 : end - start;
  return {
    left,
    urgent: left <= urgentBelow,
    ...(whole > 0 ? { share: Math.min(1, left / whole) } : {}),
  };
}

/** Milliseconds until the shown second changes; undefined when no time is left. */
export const nextSecond = (left: number): number | undefined => (left > 0 ? left % 1000 || 1000 : undefined);

/** `1:05`, rounded up: 0:00 only when no time is left. */
export function clock(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** What a screen reader hears when the time becomes urgent. */
export const urgentAnnouncement = (texts: SharedTexts): string =>
  fill(texts.timeLeft, { time: clock(urgentBelow) });

/** The ring uses attributes because the page's policy allows no style attribute. */
export const renderTimeLeft = ({ left, share, urgent }: TimeLeft, texts: SharedTexts) => html`
  <span class="left ${urgent ? 'urgent' : ''}" role="timer">
    ${
      share === undefined
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
              stroke-dashoffset=${(1 - share).toFixed(3)}
              transform="rotate(-90 8 8)"
            />
          </svg>`
    }
    ${left > 0 ? fill(texts.timeLeft, { time: clock(left) }) : texts.probablyExpired}
  </span>
`;
