import * as vscode from 'vscode';
import * as resources from '../../../taskrouter/resources';
import type { ListRef } from '../../data/listRef';
import type { ListState } from '../../data/store';
import { describeError, sentence } from '../../display/errorMessage';
import type { Look } from '../../display/rows';

/** A list being read, more rows to load, a failure, rows without a SID, a list that was cut short, or no rows. */
export type NoticeKind = 'loading' | 'more' | 'failure' | 'unreadable' | 'cut-short' | 'empty';

const emptyWords: Readonly<Record<string, string>> = {
  Workspaces: vscode.l10n.t('No workspaces in this account'),
  Tasks: vscode.l10n.t('No tasks'),
  Workers: vscode.l10n.t('No workers'),
  Reservations: vscode.l10n.t('No reservations'),
};

/** What the empty list of a task says about the task. */
const offeredToNobody: Partial<Look> = {
  description: vscode.l10n.t('not offered yet'),
  tooltip: vscode.l10n.t(
    'No worker has been offered this task yet. TaskRouter offers it to a worker in its queue who is available and has capacity on its channel.',
  ),
  spoken: vscode.l10n.t('No reservations, not offered yet'),
  context: 'empty unoffered',
};

/** How a row about a list looks. */
export function noticeLook(kind: NoticeKind, list: ListRef, state: ListState | undefined): Look {
  const look = (icon: string, label: string, rest: Partial<Look> = {}): Look => ({
    label,
    description: '',
    icon,
    tooltip: label,
    spoken: label,
    context: kind,
    ...rest,
  });
  const warning = { color: 'list.warningForeground' };
  switch (kind) {
    case 'loading':
      return look('loading~spin', vscode.l10n.t('Loading…'));
    case 'more':
      return look('ellipsis', vscode.l10n.t('Load more…'), {
        description: vscode.l10n.t('{count} shown', { count: state?.sids.length ?? 0 }),
      });
    case 'empty': {
      const { collection } = list;
      const more = collection === resources.taskReservations ? offeredToNobody : {};
      return look('dash', emptyWords[collection.path.at(-1)!] ?? vscode.l10n.t('Nothing here'), more);
    }
    case 'unreadable':
      return look(
        'warning',
        vscode.l10n.t('{count} rows have no SID', { count: state?.unreadable ?? 0 }),
        warning,
      );
    case 'cut-short':
      return look('warning', sentence(describeError(state?.cutShort)), warning);
    case 'failure': {
      const words = describeError(state?.error);
      const stale = state?.readAt
        ? vscode.l10n.t('The rows below are from {time}.', {
            time: new Date(state.readAt).toLocaleTimeString(),
          })
        : '';
      const text = [sentence(words), stale].filter(Boolean).join(' ');
      return look('error', words.what, {
        color: 'list.errorForeground',
        description: words.enterSecret ? vscode.l10n.t('Enter secret') : vscode.l10n.t('Retry'),
        tooltip: words.said ? `${text}\n${words.said}` : text,
        spoken: words.enterSecret
          ? vscode.l10n.t('Error. {text} Press Enter to enter the secret.', { text })
          : vscode.l10n.t('Error. {text} Press Enter to retry.', { text }),
      });
    }
  }
}
