import { l10n } from 'vscode';
import type { BulkAction } from '../../../bulk/action';
import { maxPriority } from '../../../taskrouter/taskUpdates';
import type { CommandParts } from '../../actions/actions';
import * as questions from '../../actions/updateQuestions';
import { firstVisible } from '../../display/safeText';

/** Asks for what a bulk action needs; undefined when the user cancels. */
export async function askAction(
  kind: BulkAction['kind'],
  { store }: Pick<CommandParts, 'store'>,
  place: { readonly accountId: string; readonly workspaceSid: string },
  count: number,
): Promise<BulkAction | undefined> {
  if (kind === 'cancel' || kind === 'complete') return askReason(kind, count);
  return kind === 'priority' ? askPriority(count) : askActivity(store, place, count);
}

export async function askReason(kind: 'cancel' | 'complete', count: number): Promise<BulkAction | undefined> {
  const title =
    kind === 'cancel'
      ? l10n.t('Cancel Tasks: {count}', { count })
      : l10n.t('Complete Tasks: {count}', { count });
  const reason = await questions.askReason(title, l10n.t('Reason, stored with each task'));
  return reason === undefined ? undefined : { kind, reason };
}

async function askPriority(count: number): Promise<BulkAction | undefined> {
  const priority = await questions.askPriority(
    l10n.t('Set Priority: {count}', { count }),
    l10n.t('Priority from 0 to {max}. Higher priorities are routed first.', { max: maxPriority }),
  );
  return priority === undefined ? undefined : { kind: 'priority', priority };
}

async function askActivity(
  store: CommandParts['store'],
  place: { readonly accountId: string; readonly workspaceSid: string },
  count: number,
): Promise<BulkAction | undefined> {
  const title = l10n.t('Set Activity: {count}', { count });
  const placeholder = l10n.t('Which activity should the workers move to?');
  const activity = await questions.askActivity({ store, ...place, title, placeholder });
  if (!activity) return undefined;
  const rejectPending = activity.available ? false : await askWhetherToReject(title);
  if (rejectPending === undefined) return undefined;
  const activityName = firstVisible([activity.friendly_name, activity.sid], 60);
  return { kind: 'activity', activitySid: activity.sid, activityName, rejectPending };
}

const askWhetherToReject = (title: string): Promise<boolean | undefined> =>
  questions.askWhetherToReject(title, l10n.t('Some workers may have pending reservations.'), {
    refusal: l10n.t('TaskRouter then refuses workers who have some'),
    rejectFirst: false,
  });
