import * as vscode from 'vscode';
import * as resources from '../../../taskrouter/resources';
import type { ListRef } from '../../data/listRef';
import { isOfFinishedTasks } from '../../data/taskLists';
import type { ListState } from '../../data/store';
import { describeError, sentence } from '../../display/errorMessage';
import type { Appearance } from '../../display/rows';
import type { TaskTotals } from './taskTotals';

/** A list being read, more rows to load or to search, a failure, rows without a SID, a list that was cut short, or no rows. */
export type NoticeKind = 'loading' | 'more' | 'search' | 'failure' | 'unreadable' | 'cut-short' | 'empty';

/** By the last part of a list's path: its name, and what it says when it is empty. */
const listTexts: Readonly<Record<string, { readonly name: string; readonly empty: string }>> = {
  Workspaces: { name: vscode.l10n.t('Workspaces'), empty: vscode.l10n.t('No workspaces in this account') },
  Tasks: { name: vscode.l10n.t('Tasks'), empty: vscode.l10n.t('No open tasks') },
  TaskQueues: { name: vscode.l10n.t('Task Queues'), empty: vscode.l10n.t('No task queues') },
  Workflows: { name: vscode.l10n.t('Workflows'), empty: vscode.l10n.t('No workflows') },
  Activities: { name: vscode.l10n.t('Activities'), empty: vscode.l10n.t('No activities') },
  Workers: { name: vscode.l10n.t('Workers'), empty: vscode.l10n.t('No workers') },
  Reservations: { name: vscode.l10n.t('Reservations'), empty: vscode.l10n.t('No reservations') },
};
const textsOf = ({ collection }: ListRef) =>
  listTexts[collection.path.at(-1)!] ?? { name: vscode.l10n.t('Rows'), empty: vscode.l10n.t('Nothing here') };

/** What the empty list of a task says about the task. */
const offeredToNobody: Partial<Appearance> = {
  description: vscode.l10n.t('not offered yet'),
  tooltip: vscode.l10n.t(
    'Not offered to any worker yet. TaskRouter looks for an available one in its queue who has capacity.',
  ),
  spoken: vscode.l10n.t('No reservations, not offered yet'),
  context: 'empty unoffered',
};

/** How a row about a list looks; `totals` know how many rows it has in all. */
export function noticeAppearance(
  kind: NoticeKind,
  list: ListRef,
  state: ListState | undefined,
  totals: Pick<TaskTotals, 'of'>,
): Appearance {
  const appearance = (icon: string, label: string, rest: Partial<Appearance> = {}): Appearance => ({
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
      return appearance('loading~spin', vscode.l10n.t('Loading…'));
    case 'more':
      return appearance('ellipsis', vscode.l10n.t('Load more…'), {
        description: vscode.l10n.t('{count} shown', { count: state?.sids.length ?? 0 }),
      });
    // VS Code's own search of a tree finds loaded rows only.
    case 'search': {
      const total = totals.of(list);
      return appearance('search', vscode.l10n.t('Search all tasks…'), {
        description:
          total === undefined ? '' : vscode.l10n.t('{total} in total', { total: total.toLocaleString('en') }),
      });
    }
    case 'empty': {
      const { collection } = list;
      const more = collection === resources.taskReservations ? offeredToNobody : {};
      const { empty } = isOfFinishedTasks(list)
        ? { empty: vscode.l10n.t('No finished tasks') }
        : textsOf(list);
      return appearance('dash', empty, more);
    }
    case 'unreadable':
      return appearance(
        'warning',
        vscode.l10n.t('{count} rows have no SID', { count: state?.unreadable ?? 0 }),
        warning,
      );
    case 'cut-short':
      return appearance('warning', sentence(describeError(state?.cutShort)), warning);
    case 'failure':
      return appearance('error', ...failureParts(list, state));
  }
}

/** The label of a list that failed, and the rest of its row. */
function failureParts(list: ListRef, state: ListState | undefined): readonly [string, Partial<Appearance>] {
  const words = describeError(state?.error);
  const stale = state?.readAt
    ? vscode.l10n.t('The rows below are from {time}.', {
        time: new Date(state.readAt).toLocaleTimeString(),
      })
    : '';
  const args = { list: textsOf(list).name, reason: words.what };
  const label = words.enterSecret
    ? words.what
    : state?.readAt
      ? vscode.l10n.t('{list} not refreshed: {reason}', args)
      : vscode.l10n.t('{list} not loaded: {reason}', args);
  const text = [sentence({ ...words, what: label }), stale].filter(Boolean).join(' ');
  return [
    label,
    {
      color: 'list.errorForeground',
      description: words.enterSecret ? vscode.l10n.t('Enter secret') : vscode.l10n.t('Try again'),
      tooltip: words.said ? `${text}\n${words.said}` : text,
      spoken: words.enterSecret
        ? vscode.l10n.t('Error. {text} Press Enter to enter the secret.', { text })
        : vscode.l10n.t('Error. {text} Press Enter to try again.', { text }),
    },
  ];
}
