import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { BulkAction } from '../../../bulk/action';
import * as resources from '../../../taskrouter/resources';
import { maxPriority } from '../../../taskrouter/taskUpdates';
import type { CommandParts } from '../../actions/actions';
import type { Item } from '../../actions/quickPick';
import { pick } from '../../actions/quickPick';
import { showInputBox } from '../../display/quickInput';
import { firstVisible, forQuickPick } from '../../display/safeText';

/** Asks for what a bulk action needs; undefined when the user cancels. */
export async function askAction(
  kind: BulkAction['kind'],
  { store }: Pick<CommandParts, 'store'>,
  { accountId, workspaceSid }: { readonly accountId: string; readonly workspaceSid: string },
  count: number,
): Promise<BulkAction | undefined> {
  if (kind === 'cancel' || kind === 'complete') return askReason(kind, count);
  return kind === 'priority' ? askPriority(count) : askActivity(store, accountId, workspaceSid, count);
}

export async function askReason(kind: 'cancel' | 'complete', count: number): Promise<BulkAction | undefined> {
  const reason = await showInputBox({
    title:
      kind === 'cancel'
        ? l10n.t('Cancel Tasks: {count}', { count })
        : l10n.t('Complete Tasks: {count}', { count }),
    prompt: l10n.t('Reason. It is stored with each task.'),
    required: l10n.t('Enter a reason: TaskRouter requires one.'),
  });
  return reason === undefined ? undefined : { kind, reason };
}

async function askPriority(count: number): Promise<BulkAction | undefined> {
  const problem = l10n.t('Enter a whole number from 0 to {max}.', { max: maxPriority });
  const text = await showInputBox({
    title: l10n.t('Set Priority: {count}', { count }),
    prompt: l10n.t('Priority from 0 to {max}. A higher one is routed first.', { max: maxPriority }),
    required: l10n.t('Enter a priority.'),
    check: (typed) => (/^\d+$/.test(typed) && Number(typed) <= maxPriority ? undefined : { problem }),
  });
  return text === undefined ? undefined : { kind: 'priority', priority: Number(text) };
}

async function askActivity(
  store: CommandParts['store'],
  accountId: string,
  workspaceSid: string,
  count: number,
): Promise<BulkAction | undefined> {
  const title = l10n.t('Set Activity: {count}', { count });
  const items = async () => {
    const list = { accountId, collection: resources.activities, parents: [workspaceSid] };
    await store.all(list);
    return (store.list(list)?.sids ?? []).flatMap((sid): Item<resources.Activity>[] => {
      const activity = store.read(resources.activities, accountId, sid);
      if (!activity) return [];
      return [
        {
          label: forQuickPick(firstVisible([activity.friendly_name, sid])),
          iconPath: new vscode.ThemeIcon(activity.available ? 'circle-large-filled' : 'circle-large'),
          description: activity.available ? l10n.t('available') : l10n.t('unavailable'),
          detail: sid,
          value: activity,
        },
      ];
    });
  };
  const placeholder = l10n.t('Which activity should the workers move to?');
  const activity = await pick(title, placeholder, items(), { detailsAreSids: true });
  if (!activity) return undefined;
  const rejectPending = activity.available ? false : await askWhetherToReject(title);
  if (rejectPending === undefined) return undefined;
  const activityName = firstVisible([activity.friendly_name, activity.sid], 60);
  return { kind: 'activity', activitySid: activity.sid, activityName, rejectPending };
}

const askWhetherToReject = (title: string): Promise<boolean | undefined> =>
  pick(title, l10n.t('Some workers may have pending reservations.'), [
    {
      label: l10n.t('Keep Pending Reservations'),
      iconPath: new vscode.ThemeIcon('bell-dot'),
      description: l10n.t('TaskRouter then refuses workers who have some'),
      value: false,
    },
    {
      label: l10n.t('Reject Pending Reservations'),
      iconPath: new vscode.ThemeIcon('close'),
      value: true,
    },
  ]);
