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
