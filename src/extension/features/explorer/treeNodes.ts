import type { SavedQuery } from './savedQueryRows';
import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { Account } from '../../accounts/account';
import type { CommandId } from '../../contributions';
import type { ListRef } from '../../data/listRef';
import type { ResourceTarget, RowTarget, WorkspacePlace } from '../../data/target';
import { resourceTarget } from '../../data/target';
import type { NoticeKind } from './noticeAppearance';

interface Common {
  /** Made of SIDs, so that expanded rows stay expanded. */
  readonly id: string;
  readonly parent?: TreeNode;
}
export interface AccountNode extends Common {
  readonly kind: 'account';
  readonly account: Account;
  readonly list: ListRef;
}
export type GroupLabel = 'Tasks' | 'Finished' | 'Workers' | 'TaskQueues' | 'Workflows' | 'Activities';
/** A heading over one list of a workspace. */
export interface GroupNode extends Common {
  readonly kind: 'group';
  readonly label: GroupLabel;
  readonly list: ListRef;
}
export interface ResourceNode extends Common, ResourceTarget {
  readonly kind: 'resource';
  /** Its reservations, for a task or a worker. */
  readonly list?: ListRef;
}
/** The heading over the saved queries of a workspace. */
export interface QueriesNode extends Common, WorkspacePlace {
  readonly kind: 'queries';
}
/** The row that opens the callback bench of a workspace. */
export interface CallbacksNode extends Common, ResourceTarget {
  readonly kind: 'callbacks';
}
export interface QueryNode extends Common, WorkspacePlace, SavedQuery {
  readonly kind: 'query';
}
/** A row that is about its list: more to load, a failure, nothing there. */
export interface NoticeNode extends Common {
  readonly kind: NoticeKind;
  readonly list: ListRef;
}
export type TreeNode =
  AccountNode | GroupNode | ResourceNode | QueriesNode | QueryNode | CallbacksNode | NoticeNode;
export type ListNode = TreeNode & { readonly list: ListRef };

/** Where a row is, or was, among the rows of its parent. */
export interface RowPlace {
  readonly node: TreeNode;
  readonly parent: TreeNode;
  readonly index: number;
}

const ownKinds: ReadonlySet<string> = new Set([
  'account',
  'group',
  'resource',
  'queries',
  'query',
  'callbacks',
]);
export const isNotice = (node: TreeNode): node is NoticeNode => !ownKinds.has(node.kind);

export const hasAddress = ({ collection, sids }: ResourceNode): boolean =>
  isSid(collection.noun, sids.at(-1)!);

/** Whether there can be rows under a resource: the headings of a workspace, or the list of a task or worker. */
export const mayHaveRows = (node: ResourceNode): boolean =>
  hasAddress(node) && (node.collection.noun === 'Workspace' || node.list !== undefined);

/**
 * What opens the page of a row, by a click or Enter. VS Code expands a row that has a command by its twistie and the arrow keys only.
 */
const pageCommands: Readonly<Partial<Record<ResourceNode['collection']['noun'], CommandId>>> = {
  Task: 'taskrouter.task.explain',
  Worker: 'taskrouter.worker.explain',
  Reservation: 'taskrouter.reservation.open',
  Workflow: 'taskrouter.workflow.open',
};

/** What the rows do that stand under the loaded ones of a long list. */
export const beyondCommands = {
  more: 'taskrouter.list.loadMore',
  search: 'taskrouter.task.search',
} as const satisfies Readonly<Record<string, CommandId>>;

export const pageCommand = (node: TreeNode): CommandId | undefined =>
  node.kind === 'resource' && hasAddress(node) ? pageCommands[node.collection.noun] : undefined;

export function targetOf(node: TreeNode): RowTarget {
  if (node.kind === 'resource' || node.kind === 'callbacks')
    return resourceTarget(node.accountId, node.collection, node.sids);
  if (node.kind === 'queries') return { accountId: node.accountId };
  if (node.kind === 'query') {
    const { accountId, workspaceSid, text } = node;
    return { accountId, query: { accountId, workspaceSid, text } };
  }
  const { list } = node;
  const { accountId, parents } = list;
  // What the commands of a heading act on.
  const workspace = node.kind === 'group' ? resourceTarget(accountId, resources.workspaces, parents) : {};
  return { ...workspace, accountId, list };
}
