import { l10n } from 'vscode';
import type { Gap } from '../../../query/workspaceFacts';
import { TooManyWorkersError } from '../../../query/workspaceFacts';
import { describeError, sentence } from '../../display/errorMessage';
import { plain } from '../../display/safeText';
import { sentences } from '../../display/sentences';
import type { Failure } from './queryRun';
import type { KindTexts } from './tableKind';

const number = (count: number) => count.toLocaleString();

export function gapText(gap: Gap, { unreadable }: KindTexts): string {
  switch (gap.of) {
    case 'workspaces':
      return l10n.t('Only {count} workspaces were read. Tasks of others are missing.', {
        count: number(gap.count),
      });
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
      return unreadable(gap.count);
    case 'moved':
      return l10n.t('Tasks whose status changed while they were read may be missing. Refresh to read again.');
  }
}

/** Longer lists of names are counted. */
const maxNames = 5;

const listed = (names: readonly string[]) =>
  names.length > maxNames ? l10n.t('{count} workspaces', { count: number(names.length) }) : names.join(', ');

const reasonOf = (error: unknown): string =>
  error instanceof TooManyWorkersError
    ? l10n.t('{count} workers match this filter. Enter more of the name.', { count: error.count })
    : sentence(describeError(error));

/** Why reading ended early, for each reason once; undefined when it did not. */
export function failureText(failures: readonly Failure[], isOfSeveral = false): string | undefined {
  const byReason = new Map<string, string[]>();
  for (const { workspace, error } of failures) {
    const reason = reasonOf(error);
    const names = byReason.get(reason) ?? [];
    byReason.set(reason, names);
    if (isOfSeveral && workspace) names.push(plain(workspace.name, 60));
  }
  const texts = [...byReason].map(([reason, names]) =>
    names.length ? l10n.t('{workspaces}: {reason}', { workspaces: listed(names), reason }) : reason,
  );
  return texts.length ? sentences(...texts) : undefined;
}
