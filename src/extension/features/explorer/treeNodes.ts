import * as vscode from 'vscode';
import { isSid } from '../../../taskrouter/sid';
import type { Account } from '../../accounts/account';
import type { CommandId } from '../../contributions';
import type { ListRef } from '../../data/listRef';
import type { ResourceTarget, RowTarget } from '../../data/target';
import { resourceTarget } from '../../data/target';
import type { Appearance } from '../../display/rows';
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
/** A heading over one list of a workspace. */
export interface GroupNode extends Common {
  readonly kind: 'group';
  readonly label: 'Tasks' | 'Workers';
  readonly list: ListRef;
}
export interface ResourceNode extends Common, ResourceTarget {
  readonly kind: 'resource';
  /** Its reservations, for a task or a worker. */
  readonly list?: ListRef;
}
/** A row that is about its list: more to load, a failure, nothing there. */
export interface NoticeNode extends Common {
  readonly kind: NoticeKind;
  readonly list: ListRef;
}
export type TreeNode = AccountNode | GroupNode | ResourceNode | NoticeNode;
export type ListNode = TreeNode & { readonly list: ListRef };

/** Where a row is, or was, among the rows of its parent. */
export interface RowPlace {
  readonly node: TreeNode;
  readonly parent: TreeNode;
  readonly index: number;
}

export const isNotice = (node: TreeNode): node is NoticeNode =>
  node.kind !== 'account' && node.kind !== 'group' && node.kind !== 'resource';

export const isReservation = ({ collection }: ResourceNode): boolean => collection.noun === 'Reservation';
export const hasAddress = ({ collection, sids }: ResourceNode): boolean =>
  isSid(collection.noun, sids.at(-1)!);

/**
 * What opens the page of a row, by a click or Enter. VS Code expands a row that has a command by its twistie and the arrow keys only.
 */
const pageCommands: Readonly<Partial<Record<ResourceNode['collection']['noun'], CommandId>>> = {
  Task: 'taskrouter.task.explain',
  Worker: 'taskrouter.worker.explain',
  Reservation: 'taskrouter.reservation.open',
};

/** What the rows do that stand under the loaded ones of a long list. */
export const beyondCommands = {
  more: 'taskrouter.list.loadMore',
  search: 'taskrouter.task.search',
} as const satisfies Readonly<Record<string, CommandId>>;

export const pageCommand = (node: TreeNode): CommandId | undefined =>
  node.kind === 'resource' && hasAddress(node) ? pageCommands[node.collection.noun] : undefined;

export function targetOf(node: TreeNode): RowTarget {
  if (node.kind === 'resource') return resourceTarget(node.accountId, node.collection, node.sids);
  return { accountId: node.list.accountId, list: node.list };
}

export const groupAppearances: Readonly<Record<GroupNode['label'], Appearance>> = {
  Tasks: {
    label: vscode.l10n.t('Tasks'),
    description: vscode.l10n.t('by priority, then age'),
    icon: 'tasklist',
    tooltip: vscode.l10n.t('Highest priority first, then oldest'),
    spoken: vscode.l10n.t('Tasks, by priority, then age'),
    context: 'group',
  },
  Workers: {
    label: vscode.l10n.t('Workers'),
    description: '',
    icon: 'person',
    tooltip: '',
    spoken: vscode.l10n.t('Workers'),
    context: 'group',
  },
};
