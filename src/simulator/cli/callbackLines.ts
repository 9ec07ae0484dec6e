import type { Answer } from '../../callbacks/answer';
import { problemInEnglish } from '../../callbacks/answer';
import type { Attempt } from '../../callbacks/deliver';
import { maxEndedOffers } from '../../callbacks/deliver';
import type { SentCallback } from '../simulator';

/** A line shows no more mistakes, and is no longer than so many characters. */
const maxMistakes = 5;
const maxLength = 1000;

/** What came of a callback, in a line for each of its requests, and that the next one waits. */
export function callbackLines(callback: SentCallback): readonly string[] {
  if (callback.kind !== 'assignment') return [printable(requestOf(callback.attempt))];
  const { delivery, status, refusal, pause } = callback;
  const lines = delivery.attempts.map((attempt, i) => {
    const answer = delivery.answers[i]!;
    const came =
      i < delivery.attempts.length - 1 ? ['the fallback is called'] : refusal ? [status, refusal] : [status];
    return printable(`${requestOf(attempt)} → ${[...came, ...mistakesOf(answer)].join(' | ')}`);
  });
  const waits = `The last ${maxEndedOffers} callbacks failed or rejected. The next one is sent in ${pause} s.`;
  return pause === undefined ? lines : [...lines, waits];
}

const requestOf = ({ url, method, milliseconds, failure, response }: Attempt) =>
  `callback ${method} ${url} ${failure ?? response?.status} ${Math.round(milliseconds)} ms`;

function mistakesOf({ problems }: Answer): readonly string[] {
  const first = problems.slice(0, maxMistakes).map(problemInEnglish);
  const more = problems.length - first.length;
  return more > 0 ? [...first, `${more} more`] : first;
}

/** Headers and bodies may have what a terminal acts on. */
const printable = (line: string) =>
  (line.length > maxLength ? `${line.slice(0, maxLength)}…` : line).replace(/\p{C}/gu, '\u{fffd}');
