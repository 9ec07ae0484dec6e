import { l10n } from 'vscode';
import type { Activity, Collection, Row, TaskQueue, Workflow } from '../../taskrouter/resources';
import * as resources from '../../taskrouter/resources';
import type { QueueNumbers } from '../../taskrouter/workspaceNumbers';
import { describeError, sentence } from './errorMessage';
import type { Appearance } from './rows';
import { checkedAppearance, span } from './rows';
import { firstVisible, plain } from './safeText';

/** What statistics say about a queue or an activity. */
export interface RowNumbers {
  readonly queue?: QueueNumbers | undefined;
  /** How many workers an activity has. */
  readonly workers?: number | undefined;
  /** They are on their way for the first time. */
  readonly isReading?: boolean;
  /** Milliseconds since they were read. */
  readonly age: number;
  /** Why they could not be read. */
  readonly error?: unknown;
}

/** How a queue, a workflow or an activity looks; undefined for any other resource. */
export function configurationAppearance(
  collection: Collection,
  row: Row,
  numbers?: RowNumbers,
): Appearance | undefined {
  switch (collection.noun) {
    case 'TaskQueue':
      return checkedAppearance(resources.taskQueues, row, (queue) => queueAppearance(queue, numbers));
    case 'Workflow':
      return checkedAppearance(resources.workflows, row, workflowAppearance);
    case 'Activity':
      return checkedAppearance(resources.activities, row, (activity) =>
        activityAppearance(activity, numbers),
      );
    default:
      return undefined;
  }
}

function queueAppearance(queue: TaskQueue, numbers: RowNumbers | undefined): Appearance {
  const name = firstVisible([queue.friendly_name, queue.sid]);
  const known = numbers?.queue && queueFacts(numbers.queue, numbers.age);
  const counting = numbers?.isReading ? l10n.t('counting…') : '';
  const isStuck = numbers?.queue !== undefined && numbers.queue.waiting > 0 && numbers.queue.eligible === 0;
  return {
    label: name,
    description: known?.brief.join(' · ') ?? counting,
    icon: isStuck ? 'warning' : 'layers',
    ...(isStuck ? { color: 'list.warningForeground' } : {}),
    tooltip: lines([
      [l10n.t('Task queue'), queue.sid],
      [l10n.t('Tasks'), known?.tasks.join(', ')],
      [l10n.t('Workers'), known?.workersExplained],
      [l10n.t('Target workers'), queue.target_workers],
      [l10n.t('Order'), queue.task_order],
      [l10n.t('Maximum reserved workers'), queue.max_reserved_workers?.toString()],
      [l10n.t('Statistics'), failureOf(numbers)],
    ]),
    spoken: [l10n.t('Task queue {name}', { name }), ...(known ? [...known.tasks, known.workers] : [counting])]
      .filter(Boolean)
      .join(', '),
    context: 'queue resource',
  };
}

/**
 * Waiting tasks are those of `status:pending`, offered ones those of `status:reserved`. `brief`: for a row, whose end a
 * narrow view cuts off.
 */
function queueFacts({ waiting, offered, longestWait, eligible, available }: QueueNumbers, age: number) {
  const duration = span(longestWait * 1000 + Math.max(0, age));
  const waits = l10n.t('{waiting} waiting', { waiting });
  const offers = offered ? [l10n.t('{offered} offered', { offered })] : [];
  const counts = { available, eligible };
  const workers = eligible
    ? l10n.t('{available} of {eligible} workers available', counts)
    : l10n.t('no eligible workers');
  return {
    brief: [
      waits,
      ...(waiting ? [duration] : []),
      eligible ? l10n.t('{available}/{eligible} available', counts) : workers,
      ...offers,
    ],
    tasks: [waits, ...offers, ...(waiting ? [l10n.t('longest wait {duration}', { duration })] : [])],
    workers,
    workersExplained: eligible
      ? l10n.t('{workers} by their activity, whether or not they have capacity for another task', { workers })
      : workers,
  };
}

function workflowAppearance(workflow: Workflow): Appearance {
  const name = firstVisible([workflow.friendly_name, workflow.sid]);
  const seconds = workflow.task_reservation_timeout;
  const timeout = seconds ? l10n.t('offers expire after {seconds} s', { seconds }) : '';
  return {
    label: name,
    description: timeout,
    icon: 'git-merge',
    tooltip: lines([
      [l10n.t('Workflow'), workflow.sid],
      [l10n.t('Assignment callback'), workflow.assignment_callback_url],
      [l10n.t('Fallback callback'), workflow.fallback_assignment_callback_url],
    ]),
    spoken: [l10n.t('Workflow {name}', { name }), timeout].filter(Boolean).join(', '),
    context: 'workflow resource',
  };
}

function activityAppearance(activity: Activity, numbers: RowNumbers | undefined): Appearance {
  const name = firstVisible([activity.friendly_name, activity.sid]);
  const takes = activity.available ? l10n.t('takes tasks') : l10n.t('takes no tasks');
  const count = numbers?.workers;
  const counting = numbers?.isReading ? l10n.t('counting…') : '';
  const workers =
    count === undefined ? counting : count === 1 ? l10n.t('1 worker') : l10n.t('{count} workers', { count });
  const facts = [workers, takes].filter(Boolean);
  return {
    label: name,
    description: facts.join(' · '),
    icon: activity.available ? 'circle-large-filled' : 'circle-large',
    color: activity.available ? 'charts.green' : 'disabledForeground',
    tooltip: lines([
      [l10n.t('Activity'), activity.sid],
      [l10n.t('Statistics'), failureOf(numbers)],
    ]),
    spoken: [l10n.t('Activity {name}', { name }), ...facts].join(', '),
    context: 'activity resource',
  };
}

const failureOf = (numbers: RowNumbers | undefined) =>
  numbers?.error === undefined ? '' : sentence(describeError(numbers.error));

const lines = (parts: readonly (readonly [string, string | null | undefined])[]) =>
  parts
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${plain(value!, 300)}`)
    .join('\n');
