import * as vscode from 'vscode';
import type { Collection } from '../../../taskrouter/resources';
import * as resources from '../../../taskrouter/resources';
import type { ListRef } from '../../data/listRef';
import { finishedTasks, openTasks } from '../../data/taskLists';
import type { Appearance } from '../../display/rows';
import type { CallbacksNode, GroupLabel, GroupNode, QueriesNode, ResourceNode, TreeNode } from './treeNodes';

/** The headings under a workspace; the callbacks of one at Twilio go to its application. */
export function groupsOf(
  workspace: ResourceNode,
  isAtTwilio: boolean,
): (GroupNode | QueriesNode | CallbacksNode)[] {
  const { accountId, collection, sids: parents } = workspace;
  const workspaceSid = parents[0]!;
  const group = (label: GroupLabel, collection: Collection) =>
    groupNode(workspace, label, { accountId, collection, parents });
  const callbacks: CallbacksNode = {
    ...{ kind: 'callbacks', id: `${workspace.id}/Callbacks`, parent: workspace },
    ...{ accountId, collection, sids: parents },
  };
  return [
    groupNode(workspace, 'Tasks', openTasks({ accountId, workspaceSid })),
    group('Workers', resources.workers),
    group('TaskQueues', resources.taskQueues),
    group('Workflows', resources.workflows),
    group('Activities', resources.activities),
    { kind: 'queries', id: `${workspace.id}/Queries`, parent: workspace, accountId, workspaceSid },
    ...(isAtTwilio ? [] : [callbacks]),
  ];
}

/** The heading over the finished tasks, below the open ones. */
export const finishedGroup = (tasks: GroupNode): GroupNode =>
  groupNode(
    tasks,
    'Finished',
    finishedTasks({ accountId: tasks.list.accountId, workspaceSid: tasks.list.parents[0]! }),
  );

const groupNode = (parent: TreeNode, label: GroupLabel, list: ListRef): GroupNode => ({
  kind: 'group',
  id: `${parent.id}/${label}`,
  parent,
  label,
  list,
});

const appearance = (icon: string, label: string, rest: Partial<Appearance> = {}): Appearance => ({
  ...{ label, description: '', icon, tooltip: '', spoken: label, context: 'group' },
  ...rest,
});

export const queriesAppearance: Appearance = appearance('filter', vscode.l10n.t('Saved Queries'));

export const callbacksAppearance: Appearance = appearance('broadcast', vscode.l10n.t('Callbacks'), {
  tooltip: vscode.l10n.t('Send assignment callbacks to your application on this machine'),
  context: 'callbacks',
});

export const groupAppearances: Readonly<Record<GroupLabel, Appearance>> = {
  Tasks: appearance('tasklist', vscode.l10n.t('Tasks'), {
    description: vscode.l10n.t('by priority, then age'),
    tooltip: vscode.l10n.t('Highest priority first, then oldest'),
    spoken: vscode.l10n.t('Tasks, by priority, then age'),
  }),
  Finished: appearance('pass', vscode.l10n.t('Finished'), {
    tooltip: vscode.l10n.t('TaskRouter removes completed and canceled tasks after five minutes.'),
    spoken: vscode.l10n.t('Finished tasks'),
  }),
  Workers: appearance('person', vscode.l10n.t('Workers'), { context: 'workers' }),
  TaskQueues: appearance('layers', vscode.l10n.t('Task Queues')),
  Workflows: appearance('git-merge', vscode.l10n.t('Workflows')),
  Activities: appearance('pulse', vscode.l10n.t('Activities')),
};
