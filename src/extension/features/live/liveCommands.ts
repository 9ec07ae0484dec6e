import * as vscode from 'vscode';
import { readRow } from '../../../taskrouter/client';
import * as resources from '../../../taskrouter/resources';
import { tellingAttribute } from '../../display/attributes';
import type { Teller, Wanted } from './notifications';
import { forQuickPick } from '../../display/safeText';
import type { Store } from '../../data/store';
import type { ResourceNode, TreeNode } from '../explorer/tree';
import type { PolledWorkspaces } from '../../data/polledWorkspaces';

export interface LiveCommandsOptions {
  readonly store: Store;
  readonly watch: PolledWorkspaces;
  readonly teller: Teller;
  readonly owns: (value: unknown) => value is TreeNode;
  /** Asks for one of the rows that are shown, of those whose context has this word. */
  readonly pick: (title: string, context: string) => Promise<ResourceNode | undefined>;
}

/** What is watched, and what is told of. */
export function registerLiveCommands(options: LiveCommandsOptions): vscode.Disposable {
  const { store, watch, teller, owns, pick } = options;

  const resource = async (
    argument: unknown,
    title: string,
    context: string,
  ): Promise<ResourceNode | undefined> =>
    owns(argument) && argument.kind === 'resource' ? argument : pick(title, context);

  const choose = (title: string, watched: boolean) => async (argument: unknown) => {
    const node = await resource(argument, title, watched ? 'unwatched' : 'watched');
    if (node) await watch.choose(node.accountId, node.sids[0]!, watched);
  };

  const command = (name: string, run: (argument: unknown) => unknown) =>
    vscode.commands.registerCommand(`taskrouter.${name}`, run);

  return vscode.Disposable.from(
    command('workspace.watch', choose('Watch', true)),
    command('workspace.unwatch', choose('Stop Watching', false)),
    command('resource.tell', async (argument) => {
      const title = 'Tell Me When This Is Offered';
      const node = await resource(argument, title, 'task|worker|reservation');
      if (!node) return;
      const wanted = wantedFrom(store, node);
      const chosen = wanted.length > 1 ? await pickWanted(title, wanted) : wanted[0];
      if (!chosen) {
        if (wanted.length === 0)
          void vscode.window.showInformationMessage(
            'Tasks, workers and queues are offered. Choose one of them, or a reservation.',
          );
        return;
      }
      await teller.tellOf(chosen);
      vscode.window.setStatusBarMessage(
        `$(bell) You will be told of each offer of this ${chosen.noun}.`,
        6000,
      );
    }),
    command('resource.tellNoMore', async () => {
      if (teller.wanted.length === 0) {
        void vscode.window.showInformationMessage('You have not asked to be told of anything.');
        return;
      }
      const chosen = await pickWanted('Tell Me No More', teller.wanted);
      if (chosen) await teller.tellNoMoreOf(chosen);
    }),
  );
}

/** What one may want to be told of, seen from a row. */
function wantedFrom(store: Store, { accountId, collection, sids }: ResourceNode): Wanted[] {
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
    const name = tellingAttribute(task?.attributes) ?? taskSid;
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

async function pickWanted(title: string, wanted: readonly Wanted[]): Promise<Wanted | undefined> {
  const icons = { task: 'tasklist', worker: 'person', queue: 'list-ordered' } as const;
  const items = wanted.map((one) => ({
    label: forQuickPick(one.name),
    iconPath: new vscode.ThemeIcon(icons[one.noun]),
    description: one.noun,
    detail: one.sid,
    one,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Of what?' }))?.one;
}
