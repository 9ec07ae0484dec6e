import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Activity } from '../../taskrouter/resources';
import { activities } from '../../taskrouter/resources';
import { maxPriority } from '../../taskrouter/taskUpdates';
import type { Store } from '../data/store';
import { showInputBox } from '../display/quickInput';
import { firstVisible, forQuickPick } from '../display/safeText';
import type { Item } from './quickPick';
import { pick } from './quickPick';

/** What updates of one or many tasks and workers ask for. Each question returns undefined when the user cancels. */

/** @param value what the box contains when it opens */
export const askReason = (title: string, prompt: string, value = ''): Promise<string | undefined> =>
  showInputBox({ title, prompt, value, required: l10n.t('Enter a reason: TaskRouter requires one.') });

/** @param value what the box contains when it opens */
export const askPriority = (title: string, prompt: string, value?: number): Promise<number | undefined> =>
  askNumber({ title, prompt, value, required: l10n.t('Enter a priority.'), min: 0, max: maxPriority });

export interface NumberQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly value: number | undefined;
  readonly required: string;
  readonly min: number;
  readonly max: number;
}

/** Asks for a whole number. */
export async function askNumber({ value, min, max, ...box }: NumberQuestion): Promise<number | undefined> {
  const problem = l10n.t('Enter a whole number from {min} to {max}.', { min, max });
  const isValid = (typed: string) => /^\d+$/.test(typed) && Number(typed) >= min && Number(typed) <= max;
  const text = await showInputBox({
    ...box,
    ...(value === undefined ? {} : { value: String(value) }),
    check: (typed) => (isValid(typed) ? undefined : { problem }),
  });
  return text === undefined ? undefined : Number(text);
}

export interface ActivityQuestion {
  readonly store: Pick<Store, 'all' | 'list' | 'read'>;
  readonly accountId: string;
  readonly workspaceSid: string;
  readonly title: string;
  readonly placeholder: string;
  /** The SID of an activity that is not offered: the worker already has it. */
  readonly except?: string | null | undefined;
}

export function askActivity({
  store,
  accountId,
  workspaceSid,
  title,
  placeholder,
  except,
}: ActivityQuestion): Promise<Activity | undefined> {
  const items = async () => {
    const list = { accountId, collection: activities, parents: [workspaceSid] };
    await store.all(list);
    return (store.list(list)?.sids ?? []).flatMap((sid): Item<Activity>[] => {
      const activity = store.read(activities, accountId, sid);
      if (!activity || sid === except) return [];
      const { friendly_name, available } = activity;
      return [
        {
          label: forQuickPick(firstVisible([friendly_name, sid])),
          iconPath: new vscode.ThemeIcon(available ? 'circle-large-filled' : 'circle-large'),
          description: available ? l10n.t('available') : l10n.t('unavailable'),
          detail: sid,
          value: activity,
        },
      ];
    });
  };
  return pick(title, placeholder, items(), { detailsAreSids: true });
}

/**
 * Whether an update of an activity rejects pending reservations.
 * @param refusal what TaskRouter does otherwise, if the activity is an unavailable one
 */
export function askWhetherToReject(
  title: string,
  placeholder: string,
  { refusal, rejectFirst }: { readonly refusal: string | undefined; readonly rejectFirst: boolean },
): Promise<boolean | undefined> {
  const reject = {
    label: l10n.t('Reject Pending Reservations'),
    iconPath: new vscode.ThemeIcon('close'),
    value: true,
  };
  const retain = {
    label: l10n.t('Keep Pending Reservations'),
    iconPath: new vscode.ThemeIcon('bell-dot'),
    ...(refusal === undefined ? {} : { description: refusal }),
    value: false,
  };
  return pick(title, placeholder, rejectFirst ? [reject, retain] : [retain, reject]);
}
