import * as vscode from 'vscode';
import type { Row } from '../../../taskrouter/client';
import { readRow } from '../../../taskrouter/client';
import * as resources from '../../../taskrouter/resources';
import { pick } from '../../actions/quickPick';
import { commands } from '../../contributions';
import type { Store } from '../../data/store';
import type { ReservationTarget } from '../../data/target';
import { taskTitle } from '../../display/attributes';
import { localizeText } from '../../display/localize';
import { firstVisible, forQuickPick, plain } from '../../display/safeText';

/**
 * Asks which activity the worker moves to after rejecting: `''` lets TaskRouter decide, undefined means that the user
 * canceled.
 */
export function pickActivity(
  store: Store,
  { accountId, address }: ReservationTarget,
  reservation: Row,
): Promise<string | undefined> {
  const { worker_name: name, task_sid: taskSid } = readRow(resources.taskReservations, reservation);
  const about = taskTitle(store.read(resources.tasks, accountId, taskSid)?.attributes) ?? taskSid ?? '';
  const items = async () => {
    const list = { accountId, collection: resources.activities, parents: [address.workspaceSid] };
    await store.all(list);
    const activities = (store.list(list)?.sids ?? []).flatMap((sid) => {
      const row = store.row(accountId, sid);
      return (row && readRow(resources.activities, row)) ?? [];
    });
    const unavailableFirst = activities.sort((one, other) => Number(one.available) - Number(other.available));
    return [
      {
        label: vscode.l10n.t('Let TaskRouter decide'),
        iconPath: new vscode.ThemeIcon('arrow-right'),
        value: '',
      },
      ...unavailableFirst.map((activity) => ({
        label: forQuickPick(firstVisible([activity.friendly_name, activity.sid])),
        iconPath: new vscode.ThemeIcon(activity.available ? 'circle-large-filled' : 'circle-large'),
        description: activity.available
          ? vscode.l10n.t('available: TaskRouter may offer this task again')
          : vscode.l10n.t('unavailable'),
        value: activity.sid,
      })),
    ];
  };
  const title = vscode.l10n.t('{command}: {task}', {
    command: localizeText(commands['taskrouter.reservation.reject'].title),
    task: plain(about, 60),
  });
  const placeholder = name
    ? vscode.l10n.t('Which activity should {worker} move to?', { worker: plain(name, 60) })
    : vscode.l10n.t('Which activity should the worker move to?');
  return pick(title, placeholder, items(), { sends: true });
}
