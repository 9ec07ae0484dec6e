import * as vscode from 'vscode';
import { readRow } from '../../../taskrouter/client';
import * as resources from '../../../taskrouter/resources';
import { taskTitle } from '../../display/attributes';
import type { Teller, Wanted } from './notifications';
import { forQuickPick } from '../../display/safeText';
import { pick } from '../../actions/quickPick';
import type { CommandHandlers } from '../../contributions';
import { commands } from '../../contributions';
import type { Store } from '../../data/store';
import type { ResourceTarget } from '../../data/target';
import { showInformation, showStatus } from '../../display/notification';
import type { PolledWorkspaces } from '../../data/polledWorkspaces';

/** Which workspaces are polled, and which offers the user is notified about. */
export function liveCommands(store: Store, watch: PolledWorkspaces, teller: Teller) {
  const choose =
    (watched: boolean) =>
    ({ accountId, sids }: ResourceTarget) =>
      watch.choose(accountId, sids[0]!, watched);

  return {
    'taskrouter.workspace.watch': choose(true),
    'taskrouter.workspace.unwatch': choose(false),
    'taskrouter.resource.notify': async (target) => {
      const wanted = wantedFrom(store, target);
      if (wanted.length === 0)
        return void showInformation('Choose a task, a worker or a reservation to be notified about.');
      const { title } = commands['taskrouter.resource.notify'];
      const chosen = wanted.length > 1 ? await pickWanted(title, wanted) : wanted[0];
      if (!chosen) return;
      await teller.tellOf(chosen);
      showStatus('bell', `You will be notified about offers for this ${chosen.noun}.`);
    },
    'taskrouter.notifications.manage': async () => {
      if (teller.wanted.length === 0) return void showInformation('You have no offer notifications.');
      const { title } = commands['taskrouter.notifications.manage'];
      const chosen = await pickWanted(title, teller.wanted, 'Choose one to remove');
      if (chosen) await teller.tellNoMoreOf(chosen);
    },
  } satisfies Partial<CommandHandlers>;
}

/** What a row's offers can be for: the resource itself, and those that belong to it. */
function wantedFrom(store: Store, { accountId, collection, sids }: ResourceTarget): Wanted[] {
  const sid = sids.at(-1)!;
  const row = store.row(accountId, sid);
  const worker = (workerSid: string, name: string | null | undefined): Wanted => ({
    accountId,
    noun: 'worker',
    sid: workerSid,
    name: name ?? workerSid,
  });
  const taskAndQueue = (taskSid: string): Wanted[] => {
    const taskRow = store.row(accountId, taskSid);
    const task = taskRow && readRow(resources.tasks, taskRow);
    const name = taskTitle(task?.attributes) ?? taskSid;
    const queueSid = task?.task_queue_sid;
    const queueName = task?.task_queue_friendly_name ?? queueSid;
    return [
      { accountId, noun: 'task', sid: taskSid, name },
      ...(queueSid ? [{ accountId, noun: 'queue', sid: queueSid, name: queueName! } as const] : []),
    ];
  };
  if (collection.noun === 'Worker') {
    return [worker(sid, row && readRow(resources.workers, row)?.friendly_name)];
  }
  if (collection.noun === 'Task') return taskAndQueue(sid);
  const reservation = row && readRow(resources.taskReservations, row);
  if (collection.noun !== 'Reservation' || !reservation) return [];
  const { task_sid: taskSid, worker_sid: workerSid, worker_name: name } = reservation;
  return [...(workerSid ? [worker(workerSid, name)] : []), ...(taskSid ? taskAndQueue(taskSid) : [])];
}

function pickWanted(
  title: string,
  wanted: readonly Wanted[],
  placeholder = 'Notify about offers for what?',
): Promise<Wanted | undefined> {
  const icons = { task: 'tasklist', worker: 'person', queue: 'list-ordered' } as const;
  const items = wanted.map((one) => ({
    label: forQuickPick(one.name),
    iconPath: new vscode.ThemeIcon(icons[one.noun]),
    description: one.noun,
    detail: one.sid,
    value: one,
  }));
  return pick(title, placeholder, items);
}
