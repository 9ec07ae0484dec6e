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

/** Asks again before a retry. Enter keeps what was answered the first time. */
export async function askAgain(before: BulkAction, count: number): Promise<BulkAction | undefined> {
  switch (before.kind) {
    case 'cancel':
    case 'complete':
      return askReason(before.kind, count, before.reason);
    case 'priority':
      return askPriority(count, before.priority);
    case 'activity': {
      if (before.rejectPending === undefined) return before;
      const rejectPending = await askWhetherToReject(activityTitle(count), before.rejectPending);
      return rejectPending === undefined ? undefined : { ...before, rejectPending };
    }
  }
}

async function askReason(
  kind: 'cancel' | 'complete',
  count: number,
  value?: string,
): Promise<BulkAction | undefined> {
  const title =
    kind === 'cancel'
      ? l10n.t('Cancel Tasks: {count}', { count })
      : l10n.t('Complete Tasks: {count}', { count });
  const reason = await questions.askReason(title, l10n.t('Reason, stored with each task'), value);
  return reason === undefined ? undefined : { kind, reason };
}

async function askPriority(count: number, value?: number): Promise<BulkAction | undefined> {
  const priority = await questions.askPriority(
    l10n.t('Set Priority: {count}', { count }),
    l10n.t('Priority from 0 to {max}. Higher priorities are routed first.', { max: maxPriority }),
    value,
  );
  return priority === undefined ? undefined : { kind: 'priority', priority };
}

const activityTitle = (count: number) => l10n.t('Set Activity: {count}', { count });

async function askActivity(
  store: CommandParts['store'],
  place: { readonly accountId: string; readonly workspaceSid: string },
  count: number,
): Promise<BulkAction | undefined> {
  const title = activityTitle(count);
  const placeholder = l10n.t('Which activity should the workers move to?');
  const activity = await questions.askActivity({ store, ...place, title, placeholder });
  if (!activity) return undefined;
  const activityName = firstVisible([activity.friendly_name, activity.sid], 60);
  const action = { kind: 'activity', activitySid: activity.sid, activityName } as const;
  if (activity.available) return action;
  const rejectPending = await askWhetherToReject(title, false);
  return rejectPending === undefined ? undefined : { ...action, rejectPending };
}

const askWhetherToReject = (title: string, rejectFirst: boolean): Promise<boolean | undefined> =>
  questions.askWhetherToReject(title, l10n.t('Some workers may have pending reservations.'), {
    refusal: l10n.t('TaskRouter then refuses workers who have some'),
    rejectFirst,
  });
