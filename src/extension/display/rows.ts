import { l10n } from 'vscode';
import type { Row } from '../../taskrouter/client';
import { readRow } from '../../taskrouter/client';
import { isOpenStatus } from '../../taskrouter/reservation';
import { isSid } from '../../taskrouter/sid';
import type { Collection, Reservation, Task, Worker, Workspace } from '../../taskrouter/resources';
import * as resources from '../../taskrouter/resources';
import type { Account, Environment } from '../accounts/account';
import { deadlineOf } from '../data/deadlines';
import { environmentName } from './environmentName';
import { taskTitle } from './attributes';
import { firstVisible, plain } from './safeText';

/** How a row of the tree looks, as plain data that can be compared. */
export interface Appearance {
  readonly label: string;
  readonly description: string;
  /** A codicon. Each status has its own, so that it is distinguishable without color. */
  readonly icon: string;
  /** A theme color. */
  readonly color?: string;
  readonly tooltip: string;
  /** What a screen reader says instead of label and description. */
  readonly spoken: string;
  /** Space-separated words that menus match on. */
  readonly context: string;
}

type Status = readonly [icon: string, color: string];

const reservationAppearances: Readonly<Record<string, Status>> = {
  pending: ['bell-dot', 'charts.yellow'],
  accepted: ['call-incoming', 'charts.green'],
  rejected: ['call-outgoing', 'charts.red'],
  timeout: ['watch', 'charts.orange'],
  canceled: ['circle-slash', 'disabledForeground'],
  rescinded: ['reply', 'disabledForeground'],
  wrapping: ['edit', 'charts.blue'],
  completed: ['pass', 'disabledForeground'],
};

const taskAppearances: Readonly<Record<string, Status>> = {
  pending: ['clock', 'charts.yellow'],
  reserved: ['bell', 'charts.yellow'],
  assigned: ['account', 'charts.green'],
  wrapping: ['edit', 'charts.blue'],
  canceled: ['circle-slash', 'disabledForeground'],
  completed: ['pass', 'disabledForeground'],
};

/** An unknown status is shown as received; no menu matches it, so it cannot be acted on. */
function appearancesOf(appearances: Readonly<Record<string, Status>>, status: string) {
  const known = Object.hasOwn(appearances, status) ? appearances[status] : undefined;
  const [icon, color] = known ?? ['question', 'disabledForeground'];
  return { icon, color, word: known ? status : 'unknown' };
}

/** The words that menus match on; `forAccount` adds what depends on the account. */
export const reservationContext = (status: string) => `reservation resource ${status}`;
export const workerContext = 'worker resource';
export const taskContext = (status: string) => `task resource ${status}`;

/** A row's context value in its account: commands that write are offered only where `writable` is among the words. */
export const forAccount = (account: Account | undefined, context: string): string =>
  account && !account.readOnly ? `${context} writable` : context;

export const reservationStatusAppearance = (status: string) => appearancesOf(reservationAppearances, status);

export const taskStatusAppearance = (status: string) => appearancesOf(taskAppearances, status);

/** A duration in coarse units, so that its text seldom changes. */
function unitsOf(milliseconds: number): {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
} {
  const all = Math.floor(Math.max(0, milliseconds) / 60_000);
  const hours = Math.floor(all / 60);
  if (hours >= 24) return { days: Math.floor(hours / 24), hours: 0, minutes: 0 };
  return { days: 0, hours, minutes: hours < 10 ? all % 60 : 0 };
}

/** `now`, `4 min`, `2 h 5 min`, `3 d`. */
export function span(milliseconds: number): string {
  const { days, hours, minutes } = unitsOf(milliseconds);
  if (days) return l10n.t('{days} d', { days });
  if (hours && minutes) return l10n.t('{hours} h {minutes} min', { hours, minutes });
  if (hours) return l10n.t('{hours} h', { hours });
  return minutes ? l10n.t('{minutes} min', { minutes }) : l10n.t('now');
}

/** `2 hours 5 minutes`; empty below a minute. */
function spokenSpan(milliseconds: number): string {
  const { days, hours, minutes } = unitsOf(milliseconds);
  const parts = [
    days && (days === 1 ? l10n.t('1 day') : l10n.t('{days} days', { days })),
    hours && (hours === 1 ? l10n.t('1 hour') : l10n.t('{hours} hours', { hours })),
    minutes && (minutes === 1 ? l10n.t('1 minute') : l10n.t('{minutes} minutes', { minutes })),
  ];
  return parts.filter(Boolean).join(' ');
}

type Time = Date | null | undefined;
/** Less than a minute ago. */
const isNew = (date: Date, now: number) => now - date.getTime() < 60_000;

const since = (date: Time, now: number) => (date ? span(now - date.getTime()) : '');
/** `for 2 hours 5 minutes`, of what lasts. */
function spokenSince(date: Time, now: number): string {
  if (!date) return '';
  const duration = spokenSpan(now - date.getTime());
  return duration ? l10n.t('for {duration}', { duration }) : l10n.t('just now');
}

/** `4 min old`. */
function ageOf(date: Time, now: number): string {
  if (!date) return '';
  return isNew(date, now) ? l10n.t('new') : l10n.t('{duration} old', { duration: since(date, now) });
}
function spokenAgeOf(date: Time, now: number): string {
  if (!date) return '';
  const duration = spokenSpan(now - date.getTime());
  return duration ? l10n.t('created {duration} ago', { duration }) : l10n.t('created just now');
}

/** `canceled 4 min ago`. */
function endedAt(status: string, date: Time, now: number): string {
  if (!date) return status;
  return isNew(date, now)
    ? l10n.t('{status} just now', { status })
    : l10n.t('{status} {duration} ago', { status, duration: since(date, now) });
}
function spokenEndedAt(status: string, date: Time, now: number): string {
  if (!date) return status;
  const duration = spokenSpan(now - date.getTime());
  return duration
    ? l10n.t('{status} {duration} ago', { status, duration })
    : l10n.t('{status} just now', { status });
}
const joined = (parts: readonly (string | false | null | undefined)[], between: string) =>
  parts.filter((part) => part).join(between);
const lines = (parts: readonly (readonly [string, string | null | undefined])[]) =>
  parts
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${plain(value!, 200)}`)
    .join('\n');
const date = (value: Date | null | undefined) => value?.toLocaleString();

const environmentColors: Readonly<Record<Environment, string>> = {
  production: 'charts.red',
  staging: 'charts.yellow',
  development: 'charts.green',
};

export function accountAppearance(account: Account): Appearance {
  const name = plain(account.name);
  if (account.kind === 'simulated') {
    return {
      label: name,
      description: l10n.t('SIMULATOR'),
      icon: 'beaker',
      tooltip: l10n.t('A TaskRouter inside this window. It never rings a real phone.'),
      spoken: l10n.t('{name}, simulator', { name }),
      context: 'account simulated',
    };
  }
  const environment = environmentName(account);
  const readOnly = account.readOnly ? l10n.t('read-only') : '';
  const isLocal = account.kind === 'local';
  const host = isLocal ? new URL(account.origin).host : '';
  return {
    label: name,
    description: joined([environment.toUpperCase(), host, readOnly], ' · '),
    icon: account.readOnly ? 'lock' : isLocal ? 'vm' : 'globe',
    color: environmentColors[account.environment],
    tooltip: lines([
      [l10n.t('Environment'), environment],
      [l10n.t('Account'), account.accountSid],
      [l10n.t('Signed in with'), account.username],
      ['TaskRouter', account.origin],
      [l10n.t('Actions'), account.readOnly ? l10n.t('blocked: read-only account') : ''],
    ]),
    spoken: joined(
      isLocal
        ? [name, l10n.t('local account'), readOnly]
        : [name, l10n.t('Twilio account'), environment, readOnly],
      ', ',
    ),
    context: `account ${account.kind} secret`,
  };
}

function workspaceAppearance(workspace: Workspace): Appearance {
  const name = firstVisible([workspace.friendly_name, workspace.sid]);
  return {
    label: name,
    description: workspace.multi_task_enabled === false ? l10n.t('single-tasking') : '',
    icon: 'organization',
    tooltip: lines([
      [l10n.t('Workspace'), workspace.sid],
      [l10n.t('Default activity'), workspace.default_activity_name],
      [l10n.t('Timeout activity'), workspace.timeout_activity_name],
    ]),
    spoken: l10n.t('Workspace {name}', { name }),
    context: 'workspace resource',
  };
}

function taskAppearance(task: Task, now: number): Appearance {
  const status = firstVisible([task.assignment_status, l10n.t('unknown status')], 30);
  const { icon, color, word } = appearancesOf(taskAppearances, status);
  const about = taskTitle(task.attributes) ?? task.sid;
  const channel = plain(task.task_channel_unique_name ?? '', 30);
  const queue = plain(task.task_queue_friendly_name ?? '', 40);
  const isOver = word === 'canceled' || word === 'completed';
  const priority = task.priority ? l10n.t('priority {priority}', { priority: task.priority }) : '';
  return {
    label: about,
    // A narrow view shows the beginning only, and the icon conveys a known status.
    description: joined(
      [
        word === 'unknown' && status,
        // Tasks are listed by priority, then age.
        isOver ? endedAt(status, task.date_updated, now) : ageOf(task.date_created, now),
        priority,
        queue,
        channel,
        word !== 'unknown' && !isOver && status,
      ],
      ' · ',
    ),
    icon,
    color,
    tooltip: lines([
      [l10n.t('Task'), task.sid],
      [l10n.t('Status'), status],
      [l10n.t('Channel'), channel],
      [l10n.t('Queue'), queue],
      [l10n.t('Workflow'), task.workflow_friendly_name],
      [l10n.t('Priority'), task.priority?.toString()],
      [l10n.t('Created'), date(task.date_created)],
      [l10n.t('In this queue since'), date(task.task_queue_entered_date)],
      [l10n.t('Updated'), date(task.date_updated)],
      [l10n.t('Reason'), task.reason],
    ]),
    spoken: joined(
      [
        l10n.t('Task'),
        about,
        isOver ? spokenEndedAt(status, task.date_updated, now) : status,
        !isOver && spokenAgeOf(task.date_created, now),
        channel,
        queue && l10n.t('queue {queue}', { queue }),
        priority,
      ],
      ', ',
    ),
    context: taskContext(word),
  };
}

function workerAppearance(worker: Worker, now: number): Appearance {
  const name = firstVisible([worker.friendly_name, worker.sid]);
  const takes = worker.available ? l10n.t('takes tasks') : l10n.t('takes no tasks');
  const activity = firstVisible([worker.activity_name, l10n.t('no activity')], 40);
  return {
    label: name,
    description: joined([activity, since(worker.date_status_changed, now)], ' · '),
    icon: worker.available ? 'circle-large-filled' : 'circle-large',
    color: worker.available ? 'charts.green' : 'disabledForeground',
    tooltip: lines([
      [l10n.t('Worker'), worker.sid],
      [l10n.t('Activity'), `${activity} (${takes})`],
      [l10n.t('Since'), date(worker.date_status_changed)],
    ]),
    spoken: joined(
      [l10n.t('Worker'), name, activity, spokenSince(worker.date_status_changed, now), takes],
      ', ',
    ),
    context: workerContext,
  };
}

/** Under a worker a row names the task, under a task the worker. */
function reservationAppearance(
  reservation: Reservation,
  now: number,
  task: Task | undefined,
  { isUnderTask, expires }: { readonly isUnderTask: boolean; readonly expires: Date | undefined },
): Appearance {
  const status = firstVisible([reservation.reservation_status, l10n.t('unknown status')], 30);
  const { icon, color, word } = appearancesOf(reservationAppearances, status);
  const worker = firstVisible([reservation.worker_name, reservation.worker_sid, l10n.t('unknown worker')]);
  const { task_sid: taskSid } = reservation;
  const title = (task && taskTitle(task.attributes)) ?? firstVisible([taskSid, l10n.t('unknown task')], 34);
  const about = isUnderTask ? undefined : title;
  const changed = status === 'pending' ? reservation.date_created : reservation.date_updated;
  const isOpen = isOpenStatus(status);
  return {
    label: about ?? worker,
    description: isOpen ? joined([status, since(changed, now)], ' · ') : endedAt(status, changed, now),
    icon,
    color,
    tooltip: lines([
      [l10n.t('Reservation'), reservation.sid],
      [l10n.t('Status'), status],
      [l10n.t('Worker'), worker],
      [l10n.t('Task'), joined([title, taskSid !== title ? taskSid : ''], ', ')],
      [l10n.t('Expires'), date(expires)],
      [l10n.t('Created'), date(reservation.date_created)],
      [l10n.t('Updated'), date(reservation.date_updated)],
    ]),
    spoken: joined(
      [
        l10n.t('Reservation'),
        isOpen ? status : spokenEndedAt(status, changed, now),
        isOpen && spokenSince(changed, now),
        l10n.t('worker {worker}', { worker }),
        about && l10n.t('task {task}', { task: about }),
      ],
      ', ',
    ),
    context: reservationContext(word),
  };
}

/** How a row marks its fields that are not as documented; the others stay usable. Undefined when all are. */
export function malformedMark(malformed: readonly string[]) {
  if (malformed.length === 0) return undefined;
  const fields = malformed.join(', ');
  return {
    description: l10n.t('malformed {fields}', { fields }),
    tooltip: l10n.t('Unexpected values: {fields}. Open as JSON to see them.', { fields }),
  };
}

function withMalformed(appearance: Appearance, malformed: readonly string[]): Appearance {
  const mark = malformedMark(malformed);
  if (!mark) return appearance;
  return {
    ...appearance,
    description: joined([appearance.description, mark.description], ' · '),
    tooltip: joined([appearance.tooltip, mark.tooltip], '\n'),
    spoken: joined([appearance.spoken, mark.description], ', '),
  };
}

/** How a row looks with its fields as their types; those that are not as documented are marked. */
export function checkedAppearance<T>(
  collection: Collection<T>,
  row: Row,
  draw: (value: T) => Appearance,
): Appearance {
  const drawn = withMalformed(draw(collection.read(row)), collection.malformed(row));
  // Without a SID no command can act on it.
  return isSid(collection.noun, row.sid) ? drawn : { ...drawn, context: 'resource' };
}

/** How one resource looks; `now` in milliseconds since 1970. */
export function appearanceOf(
  collection: Collection,
  row: Row,
  now: number,
  rowOf: (sid: string) => Row | undefined,
): Appearance {
  const appearance = <T>(of: Collection<T>, draw: (value: T) => Appearance) =>
    checkedAppearance(of, row, draw);
  switch (collection.noun) {
    case 'Workspace':
      return appearance(resources.workspaces, workspaceAppearance);
    case 'Task':
      return appearance(resources.tasks, (task) => taskAppearance(task, now));
    case 'Worker':
      return appearance(resources.workers, (worker) => workerAppearance(worker, now));
    case 'Reservation':
      return appearance(resources.taskReservations, (reservation) => {
        const read = <T>(of: Collection<T>, sid: string | null | undefined) => {
          const found = sid ? rowOf(sid) : undefined;
          return found && readRow(of, found);
        };
        const task = read(resources.tasks, reservation.task_sid);
        const deadline = deadlineOf(row, read(resources.workflows, task?.workflow_sid), 0);
        return reservationAppearance(reservation, now, task, {
          isUnderTask: collection === resources.taskReservations,
          expires: deadline && new Date(deadline.at),
        });
      });
    default: {
      const label = plain(row.sid, 34);
      const text = `${collection.noun} ${label}`;
      return { label, description: '', icon: 'question', tooltip: text, spoken: text, context: 'resource' };
    }
  }
}
