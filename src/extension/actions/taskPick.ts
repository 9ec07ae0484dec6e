import * as vscode from 'vscode';
import { l10n } from 'vscode';
import * as resources from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Accounts } from '../accounts/accounts';
import type { Store } from '../data/store';
import type { TaskTarget } from '../data/target';
import { lookOf } from '../display/rows';
import { forQuickPick } from '../display/safeText';
import type { Item } from './quickPick';
import { pick } from './quickPick';

export interface TaskPickOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly accountId: string;
  readonly workspaceSid: string;
}

/** Asks for a task: one of those that wait or are worked on, or any by its SID. */
export function pickTask(title: string, options: TaskPickOptions): Promise<TaskTarget | undefined> {
  const { accountId, workspaceSid } = options;
  const target = (taskSid: string): TaskTarget => ({ accountId, workspaceSid, taskSid });
  const typed = (text: string): Item<TaskTarget> | undefined =>
    isSid('Task', text)
      ? {
          label: text,
          description: l10n.t('Explain this task, even if it no longer exists'),
          iconPath: new vscode.ThemeIcon('search'),
          alwaysShow: true,
          value: target(text),
        }
      : undefined;
  const placeholder = l10n.t('Which task? Choose one, or enter its SID (WT…)');
  const nothing = l10n.t('No task is waiting or being worked on. Enter a SID (WT…).');
  return pick(title, placeholder, taskItems(options, target), { nothing, typed });
}

async function taskItems(
  { accounts, store, accountId, workspaceSid }: TaskPickOptions,
  target: (taskSid: string) => TaskTarget,
): Promise<Item<TaskTarget>[]> {
  const { client, signal } = await accounts.connect(accountId);
  const request = store.begin(accountId);
  const filters = {
    assignmentStatus: ['pending', 'reserved', 'assigned', 'wrapping'],
    ordering: 'Priority:desc,DateCreated:asc',
  };
  const { rows } = await client.list(resources.tasks, [workspaceSid], filters, { pageSize: 200 }, signal);
  store.putAll(request, rows);
  return rows.map((row) => {
    const look = lookOf(resources.tasks, row, Date.now(), () => undefined);
    return {
      label: forQuickPick(look.label),
      iconPath: new vscode.ThemeIcon(look.icon),
      description: forQuickPick(look.description),
      detail: row.sid,
      value: target(row.sid),
    };
  });
}
