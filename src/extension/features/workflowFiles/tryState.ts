import { l10n } from 'vscode';
import type { Move, Trial, TriedStep } from '../../../routes/tried';
import type { ImpactView, TryResult, TryState, TryStep, TryTexts } from '../../../webview/try/protocol';
import type { Account } from '../../accounts/account';
import { localize } from '../../display/localize';
import { pageAccount } from '../../display/pageAccount';
import { sharedTexts } from '../../display/pageTexts';
import { plain } from '../../display/safeText';

/** What the page is made of. */
export interface TryModel {
  readonly account: Account;
  readonly workflow: string;
  readonly isReading: boolean;
  readonly failure?: string | undefined;
  /** Why there is no trial: what TaskRouter does not accept of the configuration. */
  readonly refusal?: string | undefined;
  /** Those that wait. */
  readonly tasks: readonly { readonly sid: string; readonly name: string }[];
  readonly channels: readonly string[];
  readonly channel: string;
  readonly attributes: { readonly text: string; readonly of: string };
  readonly trial?: Trial | undefined;
  readonly impact?: Impact | undefined;
}

export interface Impact {
  readonly moves: readonly Move[];
  /** The waiting tasks that were tried. */
  readonly count: number;
  /** Whether there are more, which were not read. */
  readonly areMore: boolean;
}

const maxWorkers = 20;
const maxMoves = 20;

/** Everything that the page shows. */
export function tryState(model: TryModel): TryState {
  const { account, workflow, isReading, failure, refusal, tasks, channels, channel, attributes } = model;
  const { trial, impact } = model;
  const problem = attributesProblem(attributes.text);
  const names = new Map(tasks.map(({ sid, name }) => [sid, name]));
  return {
    texts: tryTexts(),
    account: pageAccount(account),
    workflow: plain(workflow),
    isReading,
    ...(failure !== undefined && { failure }),
    ...(refusal !== undefined && {
      refusal: l10n.t('TaskRouter would refuse this configuration: {problem}', {
        problem: plain(refusal, 200),
      }),
    }),
    channels: channels.map((name) => ({ name, label: plain(name) })),
    channel,
    attributes: { ...attributes, ...(problem !== undefined && { problem }) },
    ...(trial && { result: resultView(trial) }),
    ...(impact && { impact: impactView(impact, (sid) => plain(names.get(sid) ?? sid, 60)) }),
  };
}

/** Undefined for what can be a task's attributes. */
export function attributesProblem(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined;
    return l10n.t('Attributes must be a JSON object.');
  } catch {
    return l10n.t('Attributes must be JSON.');
  }
}

function resultView({ steps, why, workers }: Trial): TryResult {
  const [start] = steps;
  return {
    headline: whereOf(start!),
    why: localize(why, (data) => plain(data, 200)),
    steps: steps.map(stepView),
    workers: {
      text: workersText(workers.length),
      names: workers.slice(0, maxWorkers).map((name) => plain(name, 60)),
      ...(workers.length > maxWorkers && {
        more: l10n.t('And {count} more', { count: workers.length - maxWorkers }),
      }),
    },
  };
}

function whereOf({ at }: TriedStep): string {
  if (!at) return l10n.t('The task is canceled');
  const queue = plain(at.queue, 60);
  if (at.filter === 'default_filter') return l10n.t('Default filter: {queue}', { queue });
  return l10n.t('{filter}, target {target}: {queue}', {
    ...{ filter: plain(at.filter, 60), target: at.target, queue },
  });
}

const stepView = (step: TriedStep): TryStep => ({
  at: l10n.t('{seconds} s', { seconds: step.since }),
  where: whereOf(step),
  isEnd: !step.at,
});

function workersText(count: number): string {
  if (count === 0) return l10n.t('No available worker matches. The task waits.');
  return count === 1
    ? l10n.t('1 available worker matches:')
    : l10n.t('{count} available workers match, in this order:', { count });
}

function impactView({ moves, count, areMore }: Impact, nameOf: (sid: string) => string): ImpactView {
  return {
    text: impactText(moves.length, count, areMore),
    moves: moves.slice(0, maxMoves).map(({ sid, from, to }) => ({
      name: nameOf(sid),
      text:
        to === undefined
          ? l10n.t('{from} → canceled', { from: plain(from, 60) })
          : l10n.t('{from} → {to}', { from: plain(from, 60), to: plain(to, 60) }),
    })),
    ...(moves.length > maxMoves && {
      more: l10n.t('And {count} more', { count: moves.length - maxMoves }),
    }),
  };
}

function impactText(moves: number, count: number, areMore: boolean): string {
  if (count === 0) return l10n.t('No tasks are waiting in this workflow');
  if (areMore) return l10n.t('{moves} of the first {count} waiting tasks would move', { moves, count });
  return count === 1
    ? moves === 1
      ? l10n.t('The waiting task would move')
      : l10n.t('The waiting task would stay where it is')
    : l10n.t('{moves} of {count} waiting tasks would move', { moves, count });
}

const tryTexts = (): TryTexts => ({
  ...sharedTexts(),
  attributes: l10n.t('Attributes'),
  channel: l10n.t('Task channel'),
  fillIn: l10n.t('Fill In a Waiting Task…'),
  heading: l10n.t('Try Workflow'),
  impact: l10n.t('Waiting tasks'),
  impactHelp: l10n.t(
    'If they are re-evaluated with the configuration in the editor. Nothing is sent to TaskRouter.',
  ),
  reading: l10n.t('Reading queues, workers and waiting tasks…'),
  result: l10n.t('Where it goes'),
  way: l10n.t('If nobody accepts it'),
  workers: l10n.t('Who would be offered it'),
  workersHelp: l10n.t(
    'Whether they have capacity for one more task is not read. Of equal workers, the one who has been idle longest comes first.',
  ),
});
