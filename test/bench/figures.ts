export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One line of the result: what was done, what it took, and how that compares. */
export interface Figure {
  readonly work: string;
  readonly ours: string;
  readonly other?: string;
  /** The number that the aim is about; absent when it could not be measured. */
  readonly value?: number;
  /** The highest value that reaches the aim. */
  readonly aim?: number;
  readonly note?: string;
}

const digits = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

export const ms = (value: number) => `${digits(value)} ms`;
export const mb = (value: number) => `${digits(value)} MB`;
export const kb = (value: number) => `${digits(value)} kB`;

const columns = ['work', 'ours', 'other', 'value', 'aim', ''] as const;

export function table(title: string, figures: readonly Figure[]): string {
  const rows = figures.map(({ work, ours, other, value, aim, note }) => [
    work,
    ours,
    other ?? '',
    value === undefined ? '' : digits(value),
    aim === undefined ? '' : `≤ ${aim}`,
    [value === undefined || aim === undefined ? '' : value <= aim ? 'reached' : 'MISSED', note ?? '']
      .filter(Boolean)
      .join('; '),
  ]);
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  return [
    `\n${title}`,
    line(columns),
    line(widths.map((width) => '─'.repeat(width))),
    ...rows.map(line),
  ].join('\n');
}
