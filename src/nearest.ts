/** The number of letters to change, insert or remove to turn one word into the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[other.length]!;
}

/** What somebody who typed this most likely meant; undefined when nothing is similar. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase().slice(0, 40);
  const begun = wanted.length > 1 ? words.find((word) => word.startsWith(wanted)) : undefined;
  if (begun !== undefined) return begun;
  const scored = words.map((word) => ({ word, score: distance(wanted, word) }));
  const [best] = scored.sort((a, b) => a.score - b.score);
  return best && best.score <= Math.max(1, Math.floor(wanted.length / 3)) ? best.word : undefined;
}
