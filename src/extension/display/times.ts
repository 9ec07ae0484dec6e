import { l10n } from 'vscode';
import { sentences } from './sentences';

const isSameDay = (one: Date, other: Date) => one.toDateString() === other.toDateString();

/** Made at the first use, which loads Intl's data for some 50 ms; every other one made would take 0.3 ms. */
function lazyFormat(options: Intl.DateTimeFormatOptions): (date: Date) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (date) => (format ??= new Intl.DateTimeFormat([], options)).format(date);
}
const timeText = lazyFormat({ timeStyle: 'short' });
const dateText = lazyFormat({ month: 'short', day: 'numeric' });

/** `1:47 PM`, and with the date when that is another day than `now`. Both in milliseconds since 1970. */
export function timeOfDay(at: number, now: number): string {
  const date = new Date(at);
  const time = timeText(date);
  return isSameDay(date, new Date(now)) ? time : `${dateText(date)}, ${time}`;
}

/** What a view says while it is not refreshed: why, and how old its rows are. `readAt` are the times when they were read. */
export const refreshIsOff = (readAt: readonly number[], now: number): string =>
  sentences(l10n.t('Automatic refresh is off (refresh interval: 0). Refresh to update.'), asOf(readAt, now));

/** As of the row that was read first; empty where none was. */
export const asOf = (readAt: readonly number[], now: number): string =>
  readAt.length ? l10n.t('As of {time}.', { time: timeOfDay(Math.min(...readAt), now) }) : '';

const exactTimeText = lazyFormat({ timeStyle: 'medium' });

/** `1:47:03 PM`, for what happens within seconds; `at` in milliseconds since 1970. */
export const exactTimeOfDay = (at: number): string => exactTimeText(new Date(at));
