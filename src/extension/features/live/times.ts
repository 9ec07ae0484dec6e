const isSameDay = (one: Date, other: Date) => one.toDateString() === other.toDateString();

/** `1:47 PM`, and with the date when that is another day than `now`. Both in milliseconds since 1970. */
export function timeOfDay(at: number, now: number): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString([], { timeStyle: 'short' });
  if (isSameDay(date, new Date(now))) return time;
  return `${date.toLocaleDateString([], { month: 'short', day: 'numeric' })}, ${time}`;
}
