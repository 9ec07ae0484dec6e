import { l10n } from 'vscode';
import type { FindableNoun } from '../../actions/sidSearch';

/** The kind of a resource, as in `Go to task WT…`. */
export function nameOfNoun(noun: FindableNoun | 'Account' | undefined): string {
  switch (noun) {
    case 'Account':
      return l10n.t('account');
    case 'Workspace':
      return l10n.t('workspace');
    case 'Task':
      return l10n.t('task');
    case 'Worker':
      return l10n.t('worker');
    case 'Reservation':
      return l10n.t('reservation');
    case 'Activity':
      return l10n.t('activity');
    case 'Workflow':
      return l10n.t('workflow');
    case 'TaskQueue':
      return l10n.t('task queue');
    case 'TaskChannel':
      return l10n.t('task channel');
    default:
      return l10n.t('event');
  }
}
