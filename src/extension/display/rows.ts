import type { Row } from '../../taskrouter/client';
import { readRow } from '../../taskrouter/client';
import type { Collection, Reservation, Task, Worker, Workspace } from '../../taskrouter/resources';
import * as resources from '../../taskrouter/resources';
import type { Account, Environment } from '../accounts/account';
import { taskTitle } from './attributes';
import { plain } from './safeText';

/** How a row of the tree looks: plain data, so that two looks can be compared. */
export interface Look {
  readonly label: string;
  readonly description: string;
  /** A codicon. Each status has one of its own, so that it can be told without its colour. */
  readonly icon: string;
  /** A theme colour. */
  readonly color?: string;
  readonly tooltip: string;
  /** What a screen reader says instead of label and description. */
  readonly spoken: string;
  /** Space-separated words that menus match on. */
  readonly context: string;
}

type Status = readonly [icon: string, color: string];

const reservationLooks: Readonly<Record<string, Status>> = {
  pending: ['bell-dot', 'charts.yellow'],
  accepted: ['call-incoming', 'charts.green'],
  rejected: ['call-outgoing', 'charts.red'],
  timeout: ['watch', 'charts.orange'],
  canceled: ['circle-slash', 'disabledForeground'],
  rescinded: ['reply', 'disabledForeground'],
  wrapping: ['edit', 'charts.blue'],
  completed: ['pass', 'disabledForeground'],
};

const taskLooks: Readonly<Record<string, Status>> = {
  pending: ['clock', 'charts.yellow'],
  reserved: ['bell', 'charts.yellow'],
  assigned: ['account', 'charts.green'],
  wrapping: ['edit', 'charts.blue'],
  canceled: ['circle-slash', 'disabledForeground'],
  completed: ['pass', 'disabledForeground'],
};

/** A status that nobody knows is shown as it came, and no menu finds its word: it cannot be acted on. */
function looksOf(looks: Readonly<Record<string, Status>>, status: string) {
  const known = Object.hasOwn(looks, status) ? looks[status] : undefined;
  const [icon, color] = known ?? ['question', 'disabledForeground'];
  return { icon, color, word: known ? status : 'unknown' };
}

/** The words that menus match on; `forAccount` adds what depends on the account. */
export const reservationContext = (status: string) => `reservation resource ${status}`;

/** A row's context value in its account: commands that write are offered only where `writable` is among the words. */
export const forAccount = (account: Account | undefined, context: string): string =>
  account && !account.readOnly ? `${context} writable` : context;

export const reservationStatusLook = (status: string) => looksOf(reservationLooks, status);

/** `now`, `4 min`, `2 h 5 min`, `3 d`: as coarse as a glance needs, so that it seldom changes. */
export function span(milliseconds: number): string {
  const minutes = Math.floor(Math.max(0, milliseconds) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 && hours < 10 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
}

const since = (date: Date | null | undefined, now: number) => (date ? span(now - date.getTime()) : '');
const units = { min: 'minute', h: 'hour', d: 'day' };
const spokenSince = (date: Date | null | undefined, now: number) => {
  const text = since(date, now);
  if (!text) return undefined;
  if (text === 'now') return 'just now';
  const whole = text.replace(
    /(\d+) (min|h|d)\b/g,
    (_, count: string, unit: keyof typeof units) => `${count} ${units[unit]}${count === '1' ? '' : 's'}`,
  );
  return `for ${whole}`;
};
/** A name, or the SID when there is none that can be seen. */
const named = (name: string | null | undefined, sid: string) => plain(name ?? '') || plain(sid);
const joined = (parts: readonly (string | false | null | undefined)[], between: string) =>
  parts.filter((part) => part).join(between);
const lines = (parts: readonly (readonly [string, string | null | undefined])[]) =>
  parts
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${plain(value!, 200)}`)
    .join('\n');
const date = (value: Date | null | undefined) => value?.toLocaleString();

const environmentLooks: Readonly<Record<Environment, readonly [word: string, color: string]>> = {
  production: ['PRODUCTION', 'charts.red'],
  staging: ['STAGING', 'charts.yellow'],
  development: ['DEVELOPMENT', 'charts.green'],
};

export function accountLook(account: Account): Look {
  const name = plain(account.name);
  if (account.kind === 'simulated') {
    return {
      label: name,
      description: 'SIMULATOR',
      icon: 'beaker',
      tooltip: 'A TaskRouter that lives in this window. Nothing here rings a real phone.',
      spoken: `${name}, simulator`,
      context: 'account simulated',
    };
  }
  const [word, color] = environmentLooks[account.environment];
  const readOnly = account.readOnly ? 'read-only' : '';
  const local = account.kind === 'local' ? `LOCAL · ${new URL(account.origin).host}` : '';
  return {
    label: name,
    description: joined([local || word, readOnly], ' · '),
    icon: account.kind === 'local' ? 'vm' : account.readOnly ? 'lock' : 'globe',
    color,
    tooltip: lines([
      ['Environment', account.environment],
      ['Account', account.accountSid],
      ['Signed in with', account.username],
      ['TaskRouter', account.origin],
      ['Actions', account.readOnly ? 'blocked: read-only account' : ''],
    ]),
    spoken: joined([name, `${account.kind} account`, account.environment, readOnly], ', '),
    context: `account ${account.kind} secret`,
  };
}

/** What stands beside the title of a view of these accounts, so that simulated and live cannot be confused. */
export const viewDescription = (accounts: readonly Account[]): string =>
  accounts.length && accounts.every(({ kind }) => kind === 'simulated') ? 'SIMULATOR' : '';

function workspaceLook(workspace: Workspace): Look {
  const name = named(workspace.friendly_name, workspace.sid);
  return {
    label: name,
    description: workspace.multi_task_enabled === false ? 'single-tasking' : '',
    icon: 'organization',
    tooltip: lines([
      ['Workspace', workspace.sid],
      ['Default activity', workspace.default_activity_name],
      ['Timeout activity', workspace.timeout_activity_name],
    ]),
    spoken: `Workspace ${name}`,
    context: 'workspace resource',
  };
}

function taskLook(task: Task, now: number): Look {
  const status = plain(task.assignment_status ?? 'unknown status', 30);
  const { icon, color, word } = looksOf(taskLooks, status);
  const about = taskTitle(task.attributes) ?? task.sid;
  const channel = plain(task.task_channel_unique_name ?? '', 30);
  const queue = plain(task.task_queue_friendly_name ?? '', 40);
  // While it waits, how long it has waited; then, how long it has been what it is.
  const changed = status === 'pending' || status === 'reserved' ? task.date_created : task.date_updated;
  const priority = task.priority ? `priority ${task.priority}` : '';
  return {
    label: about,
    // A narrow view shows the beginning only, and the icon tells a known status.
    description: joined(
      [
        word === 'unknown' && status,
        since(changed, now),
        priority,
        queue,
        channel,
        word !== 'unknown' && status,
      ],
      ' · ',
    ),
    icon,
    color,
    tooltip: lines([
      ['Task', task.sid],
      ['Status', status],
      ['Channel', channel],
      ['Queue', queue],
      ['Workflow', task.workflow_friendly_name],
      ['Priority', task.priority?.toString()],
      ['Created', date(task.date_created)],
      ['In this queue since', date(task.task_queue_entered_date)],
      ['Updated', date(task.date_updated)],
      ['Reason', task.reason],
    ]),
    spoken: joined(
      ['Task', about, status, spokenSince(changed, now), channel, queue && `queue ${queue}`, priority],
      ', ',
    ),
    context: `task resource ${word}`,
  };
}

function workerLook(worker: Worker, now: number): Look {
  const name = named(worker.friendly_name, worker.sid);
  const activity = plain(worker.activity_name ?? 'no activity', 40);
  return {
    label: name,
    description: joined([activity, since(worker.date_status_changed, now)], ' · '),
    icon: worker.available ? 'circle-large-filled' : 'circle-large',
    color: worker.available ? 'charts.green' : 'disabledForeground',
    tooltip: lines([
      ['Worker', worker.sid],
      ['Activity', `${activity}${worker.available ? ' (takes tasks)' : ' (takes no tasks)'}`],
      ['Since', date(worker.date_status_changed)],
    ]),
    spoken: joined(
      [
        'Worker',
        name,
        activity,
        spokenSince(worker.date_status_changed, now),
        worker.available ? 'takes tasks' : 'takes no tasks',
      ],
      ', ',
    ),
    context: 'worker resource',
  };
}

/** Under a worker a row names the task, under a task the worker. */
function reservationLook(reservation: Reservation, now: number, task: Task | 'its parent' | undefined): Look {
  const status = plain(reservation.reservation_status ?? 'unknown status', 30);
  const { icon, color, word } = looksOf(reservationLooks, status);
  const worker = named(reservation.worker_name, reservation.worker_sid ?? 'unknown worker');
  const about =
    task === 'its parent'
      ? undefined
      : ((task && taskTitle(task.attributes)) ?? plain(reservation.task_sid ?? 'unknown task', 34));
  const changed = status === 'pending' ? reservation.date_created : reservation.date_updated;
  return {
    label: about ?? worker,
    description: joined([status, since(changed, now)], ' · '),
    icon,
    color,
    tooltip: lines([
      ['Reservation', reservation.sid],
      ['Status', status],
      ['Worker', worker],
      ['Task', joined([about, reservation.task_sid !== about ? reservation.task_sid : ''], ', ')],
      ['Created', date(reservation.date_created)],
      ['Updated', date(reservation.date_updated)],
    ]),
    spoken: joined(
      ['Reservation', status, spokenSince(changed, now), `worker ${worker}`, about && `task ${about}`],
      ', ',
    ),
    context: reservationContext(word),
  };
}

/** Marks a row some of whose fields are not as documented; the others stay usable. */
function withMalformed(look: Look, malformed: readonly string[]): Look {
  if (malformed.length === 0) return look;
  const fields = `malformed ${malformed.join(', ')}`;
  return {
    ...look,
    description: joined([look.description, fields], ' · '),
    tooltip: joined(
      [look.tooltip, `Not as documented: ${malformed.join(', ')}. Open as JSON to see it.`],
      '\n',
    ),
    spoken: joined([look.spoken, fields], ', '),
  };
}

/** How one resource looks; `now` in milliseconds since 1970. */
export function lookOf(
  collection: Collection,
  row: Row,
  now: number,
  taskOf: (sid: string) => Row | undefined,
): Look {
  const look = <T>(of: Collection<T>, draw: (value: T) => Look): Look =>
    withMalformed(draw(of.read(row)), of.malformed(row));
  switch (collection.noun) {
    case 'Workspace':
      return look(resources.workspaces, workspaceLook);
    case 'Task':
      return look(resources.tasks, (task) => taskLook(task, now));
    case 'Worker':
      return look(resources.workers, (worker) => workerLook(worker, now));
    case 'Reservation':
      return look(resources.taskReservations, (reservation) => {
        if (collection === resources.taskReservations) return reservationLook(reservation, now, 'its parent');
        const task = reservation.task_sid ? taskOf(reservation.task_sid) : undefined;
        return reservationLook(reservation, now, task && readRow(resources.tasks, task));
      });
    default: {
      const label = plain(row.sid, 34);
      const text = `${collection.noun} ${label}`;
      return { label, description: '', icon: 'question', tooltip: text, spoken: text, context: 'resource' };
    }
  }
}
