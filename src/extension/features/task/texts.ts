import { l10n, window } from 'vscode';
import { isLiteral } from '../../../explanation/comparisons';
import type { Claim, ComparedValue, ComparisonLine, Holder, Note } from '../../../explanation/explanation';
import type { ExplanationFacts } from '../../../explanation/facts';
import type { Message } from '../../../taskrouter/message';
import type { ClaimView, ComparisonView, HolderView } from '../../../webview/task/protocol';
import { taskTitle } from '../../display/attributes';
import { localize } from '../../display/localize';
import { plain } from '../../display/safeText';
import { timeOfDay } from '../../display/times';

/** More of a name or a value would hide the sentence that it stands in. */
const maxArgument = 200;

/** A message of the explanation, whose arguments hold names and values that other people wrote. */
export const shown = (message: Message): string => localize(withPlainArguments(message));

function withPlainArguments({ text, args }: Message): Message {
  if (!args) return { text };
  const safe = Object.entries(args).map(([name, value]) => [
    name,
    typeof value === 'string'
      ? plain(value, maxArgument)
      : typeof value === 'object'
        ? withPlainArguments(value)
        : value,
  ]);
  return { text, args: Object.fromEntries(safe) as NonNullable<Message['args']> };
}

export type View = (claim: Claim) => ClaimView;

export const claimView = ({ message, certainty, because }: Claim): ClaimView => ({
  text: shown(message),
  probable: certainty === 'probable',
  because: because.map((one) => shown(one)),
});

/** Makes views in the order in which the page shows them: a sentence that stands above already is left out. */
export class ViewsInOrder {
  private readonly shown = new Set<string>();

  readonly claim = (claim: Claim): ClaimView => {
    const { because, ...view } = claimView(claim);
    return { ...view, because: this.fresh(because) };
  };

  readonly notes = (notes: readonly Note[]): readonly string[] =>
    this.fresh(notes.map(({ message }) => shown(message)));

  private fresh(sentences: readonly string[]): readonly string[] {
    const fresh = sentences.filter((sentence) => !this.shown.has(sentence));
    for (const sentence of fresh) this.shown.add(sentence);
    return fresh;
  }
}

/** A task that takes up a worker's channel, by its name where that is known. */
export function holderView(
  { taskSid, status }: Holder,
  { heldTasks }: Pick<ExplanationFacts, 'heldTasks'>,
): HolderView {
  const task = heldTasks?.find(({ sid }) => sid === taskSid);
  return { taskSid, text: `${taskTitle(task?.attributes) ?? taskSid} (${plain(status, 30)})` };
}

/** Why a page that is still incomplete is not being read any more. */
export const notRead = (): string =>
  l10n.t('Not everything could be read in time. TaskRouter may be slow, or the connection was interrupted.');

/** Up to when what the page shows is known, and why it is not refreshed. Times and `interval` in milliseconds. */
export function knownAsOf(at: number, now: number, interval: number): string {
  const time = timeOfDay(at, now);
  if (interval === 0) return l10n.t('As of {time} · refresh is off', { time });
  return window.state.focused
    ? l10n.t('As of {time}', { time })
    : l10n.t('As of {time} · paused while this window is not focused', { time });
}

function valueText(side: ComparedValue): string {
  const name = plain(side.text, maxArgument);
  if (side.state === 'missing') return l10n.t('{name} is not set', { name });
  if (side.state === 'unknown') return l10n.t('{name} is not known', { name });
  return l10n.t('{name} is {value}', { name, value: plain(side.value ?? '', maxArgument) });
}

export const comparisonView = ({ text, left, right, result, mismatch }: ComparisonLine): ComparisonView => ({
  text: plain(text, maxArgument),
  result: result === 'unknown' ? 'unknown' : result ? 'true' : 'false',
  values: [
    ...[left, right].filter((side) => !isLiteral(side)).map((side) => valueText(side)),
    ...(mismatch ? [shown(mismatch)] : []),
  ].join(', '),
});

export const simulationEnded = (): string =>
  l10n.t(
    'The simulation with this task has ended. Open a task of the current simulation from the Workspaces view.',
  );

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `12 s`, `4 min 5 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(milliseconds: number): string {
  const time = Math.max(0, milliseconds);
  const days = Math.floor(time / day);
  const hours = Math.floor((time % day) / hour);
  const minutes = Math.floor((time % hour) / minute);
  const seconds = Math.floor((time % minute) / second);
  return [
    days > 0 ? l10n.t('{days} d', { days }) : '',
    hours > 0 ? l10n.t('{hours} h', { hours }) : '',
    days === 0 && minutes > 0 ? l10n.t('{minutes} min', { minutes }) : '',
    time < hour && (seconds > 0 || minutes === 0) ? l10n.t('{seconds} s', { seconds }) : '',
  ]
    .filter(Boolean)
    .join(' ');
}
