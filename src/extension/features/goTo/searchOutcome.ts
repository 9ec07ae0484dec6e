import { l10n } from 'vscode';
import type { Search, Stop } from './search';
import { maxRequests, maxRows, maxWorkspaces } from './search';

/** A line about a search. */
export interface SearchLine {
  readonly icon: 'info' | 'warning';
  readonly text: string;
}

/**
 * What a search that has ended says about itself, below its matches: nothing where these are all there is. `areUnlisted`:
 * the workspaces of an account are not among those that it has searched.
 */
export function searchOutcome(
  { matches, failures, stop, hasMore }: Pick<Search, 'matches' | 'failures' | 'stop' | 'hasMore'>,
  where: string,
  areUnlisted: boolean,
): SearchLine | undefined {
  const isFound = matches.length > 0;
  if (stop) {
    const reason = reasonOf(stop);
    return { icon: 'warning', text: isFound ? reason : l10n.t('Nothing found so far. {reason}', { reason }) };
  }
  if (failures.length > 0 || areUnlisted)
    return {
      icon: 'warning',
      text: isFound
        ? l10n.t('The search is incomplete:')
        : l10n.t('Nothing found so far. The search is incomplete:'),
    };
  if (isFound) return undefined;
  return hasMore
    ? { icon: 'warning', text: l10n.t('Nothing found so far.') }
    : { icon: 'info', text: l10n.t('Nothing found in {places}.', { places: where }) };
}

function reasonOf(stop: Stop): string {
  switch (stop) {
    case 'canceled':
      return l10n.t('The search was stopped.');
    case 'requests':
      return l10n.t('The search stopped at its limit of {count} requests.', { count: number(maxRequests) });
    case 'rows':
      return l10n.t('The search stopped at its limit of {count} rows.', { count: number(maxRows) });
    case 'workspaces':
      return l10n.t('The search stopped at its limit of {count} workspaces.', {
        count: number(maxWorkspaces),
      });
  }
}

/** How far a search is. */
export function progressText({ matches, progress }: Pick<Search, 'matches' | 'progress'>): string {
  const { tasks, totalTasks, workers } = progress;
  const found = l10n.t('{count} found', { count: number(matches.length) });
  if (tasks + workers === 0) return found;
  const args = { tasks: number(tasks), total: number(totalTasks ?? 0), workers: number(workers) };
  const read =
    totalTasks === undefined
      ? l10n.t('{tasks} tasks and {workers} workers read', args)
      : l10n.t('{tasks} of {total} tasks and {workers} workers read', args);
  return `${found} · ${read}`;
}

export const number = (value: number) => value.toLocaleString('en');
