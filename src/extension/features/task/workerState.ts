import { l10n } from 'vscode';
import type {
  HeldTask,
  WaitingTaskLine,
  WorkerExplanation,
  WorkerQueueLine,
} from '../../../explanation/explanation';
import type { WorkerFacts } from '../../../explanation/worker';
import type { HeadlineView, TaskState, WaitingView } from '../../../webview/task/protocol';
import type { Account } from '../../accounts/account';
import { taskTitle } from '../../display/attributes';
import { pageAccount } from '../../display/pageAccount';
import { reservationStatusAppearance } from '../../display/rows';
import { plain } from '../../display/safeText';
import { taskTexts } from './taskTexts';
import { claimView, comparisonView, duration, holderView, ViewsInOrder } from './texts';

/** What a page about a worker is made of. */
export interface WorkerModel {
  readonly account: Account;
  readonly facts: WorkerFacts;
  readonly pinned: boolean;
  readonly reading: boolean;
  readonly problem?: string | undefined;
  readonly explanation?: WorkerExplanation | undefined;
  /** Waiting tasks that were not compared. */
  readonly leftOut: number;
  readonly requests: readonly string[];
  /** What was copied a moment ago, with or without the customer's data. */
  readonly copied?: boolean | undefined;
  /** Up to when it is known, as a sentence. */
  readonly asOf?: string | undefined;
  /** What the page is called while its subject is unknown. */
  readonly title?: string | undefined;
}

/** Everything that the page shows about why a worker is not offered tasks. */
export function workerState(model: WorkerModel): TaskState {
  const { account, facts, pinned, reading, problem, explanation, leftOut, requests, title } = model;
  const views = new ViewsInOrder();
  const worker = facts.workers.find(({ sid }) => sid === facts.workerSid);
  const activity = plain(worker?.activity_name ?? '', 40);
  return {
    texts: taskTexts(),
    account: pageAccount(account),
    subject: {
      sid: facts.workerSid,
      title: plain(worker ? (worker.friendly_name ?? '') : (title ?? '')) || facts.workerSid,
      facts: activity
        ? [
            {
              icon: worker?.available ? 'circle-large-filled' : 'circle-large',
              label: l10n.t('Activity'),
              text: activity,
            },
          ]
        : [],
    },
    pinned,
    reading,
    ...(problem === undefined ? {} : { problem }),
    ...(explanation
      ? {
          headline: headlineView(explanation, views),
          held: explanation.held.map((task) => heldView(task, facts)),
          waiting: explanation.tasks.map((line) => waitingView(line, facts)),
          queues: explanation.queues?.map(queueText) ?? [],
        }
      : {}),
    actions: [],
    ...(model.copied === undefined ? {} : { copied: model.copied }),
    ...(model.asOf === undefined ? {} : { asOf: model.asOf }),
    changes: [],
    patterns: [],
    hasJson: false,
    fields: [],
    notes: [
      ...views.notes(explanation?.notes ?? []),
      ...(leftOut
        ? [l10n.t('{count} more tasks wait in their queues. They were not compared.', { count: leftOut })]
        : []),
    ],
    requests,
  };
}

function headlineView(explanation: WorkerExplanation, views: ViewsInOrder): HeadlineView {
  const { until, besideCountdown, ...claim } = explanation.headline;
  return {
    ...views.claim({ ...claim, message: besideCountdown ?? claim.message }),
    tone: toneOf(explanation),
    ...(until === undefined ? {} : { until }),
  };
}

function toneOf({ tasks, held }: WorkerExplanation): HeadlineView['tone'] {
  const isOffered = held.some(({ status }) => status === 'pending');
  if (isOffered || tasks.some(({ reason }) => reason === 'eligible')) return 'offered';
  return tasks.length > 0 || held.length === 0 ? 'waiting' : 'active';
}

function heldView(
  { taskSid, status, message, channel, queueName }: HeldTask,
  { heldTasks }: WorkerFacts,
): WaitingView {
  const task = heldTasks?.find(({ sid }) => sid === taskSid);
  return {
    icon: reservationStatusAppearance(status).icon,
    taskSid,
    title: taskTitle(task?.attributes) ?? taskSid,
    facts: [queueName, channel].flatMap((one) => (one ? [plain(one, 60)] : [])).join(' · '),
    claim: claimView({ message, certainty: 'certain', because: [] }),
    comparisons: [],
    holders: [],
  };
}

const queueText = ({ queueName, waiting }: WorkerQueueLine): string => {
  const queue = plain(queueName);
  return waiting === undefined ? queue : l10n.t('{queue}: {count} waiting', { queue, count: waiting });
};

function waitingView(line: WaitingTaskLine, facts: WorkerFacts): WaitingView {
  const { waitingTasks, now } = facts;
  const { taskSid, queueName, created, priority, claim, comparisons, holders } = line;
  const task = waitingTasks?.find(({ sid }) => sid === taskSid);
  return {
    icon: 'tasklist',
    taskSid,
    title: taskTitle(task?.attributes) ?? taskSid,
    facts: [
      plain(queueName, 60),
      l10n.t('priority {priority}', { priority }),
      l10n.t('for {duration}', { duration: duration(now - created) }),
    ].join(' · '),
    claim: claimView(claim),
    // One is in the sentence already.
    comparisons: comparisons.length > 1 ? comparisons.map(comparisonView) : [],
    holders: holders.map((holder) => holderView(holder, facts)),
  };
}
