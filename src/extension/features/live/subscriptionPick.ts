import * as vscode from 'vscode';
import * as resources from '../../../taskrouter/resources';
import { taskTitle } from '../../display/attributes';
import type { OfferNotifications, Subscription } from './offerNotifications';
import { forQuickPick } from '../../display/safeText';
import { pick } from '../../actions/quickPick';
import type { Store } from '../../data/store';
import type { ResourceTarget } from '../../data/target';
import { showInformation, showStatus } from '../../display/notification';

/** Subscribes to the offers of a resource, or of one of those that belong to it. */
export async function subscribe(
  title: string,
  store: Store,
  target: ResourceTarget,
  notifications: OfferNotifications,
): Promise<void> {
  const possible = subscriptionsFor(store, target);
  if (possible.length === 0)
    return void showInformation(
      vscode.l10n.t('Choose a task, a worker or a reservation to be notified about.'),
    );
  const chosen = possible.length > 1 ? await pickSubscription(title, possible) : possible[0];
  if (!chosen) return;
  await notifications.subscribe(chosen);
  showStatus('bell', notifyText[chosen.noun]());
}

/** Asks which subscription to end. */
export async function unsubscribe(title: string, notifications: OfferNotifications): Promise<void> {
  if (notifications.subscriptions.length === 0)
    return void showInformation(vscode.l10n.t('You have no offer notifications.'));
  const placeholder = vscode.l10n.t('Choose one to remove');
  const chosen = await pickSubscription(title, notifications.subscriptions, placeholder);
  if (chosen) await notifications.unsubscribe(chosen);
}

const nouns = {
  task: () => vscode.l10n.t('task'),
  worker: () => vscode.l10n.t('worker'),
  queue: () => vscode.l10n.t('queue'),
};

const notifyText = {
  task: () => vscode.l10n.t('You will be notified about offers for this task.'),
  worker: () => vscode.l10n.t('You will be notified about offers for this worker.'),
  queue: () => vscode.l10n.t('You will be notified about offers in this queue.'),
};

/** What the user can subscribe to on a row: the resource itself, and those that belong to it. */
function subscriptionsFor(store: Store, { accountId, collection, sids }: ResourceTarget): Subscription[] {
  const sid = sids.at(-1)!;
  const worker = (workerSid: string, name: string | null | undefined): Subscription => ({
    accountId,
    noun: 'worker',
    sid: workerSid,
    name: name ?? workerSid,
  });
  const taskAndQueue = (taskSid: string): Subscription[] => {
    const task = store.read(resources.tasks, accountId, taskSid);
    const name = taskTitle(task?.attributes) ?? taskSid;
    const queueSid = task?.task_queue_sid;
    const queueName = task?.task_queue_friendly_name ?? queueSid;
    return [
      { accountId, noun: 'task', sid: taskSid, name },
      ...(queueSid ? [{ accountId, noun: 'queue', sid: queueSid, name: queueName! } as const] : []),
    ];
  };
  if (collection.noun === 'Worker')
    return [worker(sid, store.read(resources.workers, accountId, sid)?.friendly_name)];
  if (collection.noun === 'Task') return taskAndQueue(sid);
  if (collection.noun !== 'Reservation') return [];
  const reservation = store.read(resources.taskReservations, accountId, sid);
  const { task_sid: taskSid, worker_sid: workerSid, worker_name: name } = reservation ?? {};
  return [...(workerSid ? [worker(workerSid, name)] : []), ...(taskSid ? taskAndQueue(taskSid) : [])];
}

function pickSubscription(
  title: string,
  subscriptions: readonly Subscription[],
  placeholder = vscode.l10n.t('Notify about offers for what?'),
): Promise<Subscription | undefined> {
  const icons = { task: 'tasklist', worker: 'person', queue: 'list-ordered' } as const;
  const items = subscriptions.map((one) => ({
    label: forQuickPick(one.name),
    iconPath: new vscode.ThemeIcon(icons[one.noun]),
    description: nouns[one.noun](),
    detail: one.sid,
    value: one,
  }));
  return pick(title, placeholder, items, { detailsAreSids: true });
}
