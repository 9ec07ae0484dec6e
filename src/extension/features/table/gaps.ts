import { l10n } from 'vscode';
import { describeError, sentence } from '../../display/errorMessage';
import { TooManyWorkersError } from './workspaceFacts';

/** Why tasks may be missing although nothing failed. `count`: how many were read, or are not shown. */
export type Gap =
  | { readonly of: 'queues' | 'workflows' | 'workers' | 'unreadable'; readonly count: number }
  | { readonly of: 'reservations' | 'moved' };

const number = (count: number) => count.toLocaleString();

export function gapText(gap: Gap): string {
  switch (gap.of) {
    case 'queues':
      return l10n.t('Only {count} queues were checked. Tasks in others may be missing.', {
        count: number(gap.count),
      });
    case 'workflows':
      return l10n.t('Only {count} workflows were checked. Tasks of others may be missing.', {
        count: number(gap.count),
      });
    case 'workers':
      return l10n.t('Only {count} workers were checked. Tasks of others may be missing.', {
        count: number(gap.count),
      });
    case 'reservations':
      return l10n.t('A worker has more reservations than could be read. Some tasks may be missing.');
    case 'unreadable':
      return gap.count === 1
        ? l10n.t('1 task without a SID is not shown.')
        : l10n.t('{count} tasks without a SID are not shown.', { count: number(gap.count) });
    case 'moved':
      return l10n.t('Tasks whose status changed while they were read may be missing. Refresh to read again.');
  }
}

/** Why reading ended early. */
export const failureText = (failure: unknown): string =>
  failure instanceof TooManyWorkersError
    ? l10n.t('{count} workers match this filter. Enter more of the name.', { count: failure.count })
    : sentence(describeError(failure));
