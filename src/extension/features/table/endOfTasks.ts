import { l10n } from 'vscode';
import type { ListedTask } from '../../../query/matches';
import { cancelableFrom, completableFrom } from '../../../taskrouter/taskUpdates';
import { showWarning } from '../../display/notification';
import { showQuickPick } from '../../display/quickInput';

/** Whether tasks are canceled or completed: their statuses decide, or the user if they allow both. */
export async function endOfTasks(tasks: readonly ListedTask[]): Promise<'cancel' | 'complete' | undefined> {
  const countIn = (statuses: readonly string[]) =>
    tasks.filter(({ status }) => statuses.includes(status)).length;
  const [cancelable, completable] = [countIn(cancelableFrom), countIn(completableFrom)];
  if (cancelable === 0 && completable === 0) {
    void showWarning(
      tasks.length === 1
        ? l10n.t('This task has ended.')
        : l10n.t('The {count} selected tasks have ended.', { count: tasks.length }),
    );
    return undefined;
  }
  if (cancelable === 0) return 'complete';
  if (completable === 0) return 'cancel';
  const chosen = await showQuickPick(
    [
      {
        label: l10n.t('Cancel Tasks…'),
        description: l10n.t('pending or reserved: {count}', { count: cancelable }),
        value: 'cancel' as const,
      },
      {
        label: l10n.t('Complete Tasks…'),
        description: l10n.t('assigned or wrapping: {count}', { count: completable }),
        value: 'complete' as const,
      },
    ],
    {
      title: l10n.t('End Tasks: {count}', { count: tasks.length }),
      placeholder: l10n.t('Cancel or complete tasks?'),
    },
  );
  return chosen?.value;
}
