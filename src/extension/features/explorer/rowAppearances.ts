import * as vscode from 'vscode';
import type { Row } from '../../../taskrouter/client';
import * as resources from '../../../taskrouter/resources';
import type { Accounts } from '../../accounts/accounts';
import { asCommand, asRowCommand } from '../../contributions';
import type { Clock } from '../../data/clock';
import type { ClockSkew } from '../../data/clockSkew';
import type { ListRef } from '../../data/listRef';
import type { Store } from '../../data/store';
import type { StoreChange } from '../../data/storeChange';
import { describeError } from '../../display/errorMessage';
import type { Appearance } from '../../display/rows';
import { accountAppearance, appearanceOf, forAccount } from '../../display/rows';
import { plain } from '../../display/safeText';
import type { ConfigurationRows } from './configurationRows';
import { callbacksAppearance, groupAppearances, queriesAppearance } from './groupNodes';
import { noticeAppearance } from './noticeAppearance';
import type { SavedQueries, SavedQueryRows } from './savedQueryRows';
import type { TaskTotals } from './taskTotals';
import type { QueriesNode, QueryNode, ResourceNode, TreeNode } from './treeNodes';
import { beyondCommands, pageCommand, targetOf } from './treeNodes';

export interface RowAppearancesOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  readonly totals: TaskTotals;
  readonly queries: SavedQueries;
  readonly skew: Pick<ClockSkew, 'now'>;
  readonly polled: { isPolled(accountId: string, workspaceSid: string): boolean };
}

/** How the rows of the tree look, and what a click on them runs. */
export class RowAppearances {
  /** Loaded when the first row of a queue, workflow or activity is shown. */
  private configuration: ConfigurationRows | undefined;
  /** Loaded when the first heading of saved queries is opened. */
  private queryRows: SavedQueryRows | undefined;

  constructor(
    private readonly options: RowAppearancesOptions,
    /** Called when rows may look different, with which. */
    private readonly onChange: (mayHave: (node: TreeNode) => boolean) => void,
  ) {}

  /** To be called before rows of this list are shown, and while they are. */
  async prepare(list: ListRef): Promise<void> {
    if (!configuration.has(list.collection.noun)) return;
    const { ConfigurationRows } = await import('../../lazy');
    this.configuration ??= new ConfigurationRows({ ...this.options, onChange: this.onChange });
    void this.configuration.refresh(list);
  }

  /** The rows under the heading of saved queries; their tasks are counted in the background. */
  async queriesOf(parent: QueriesNode, nodeOf: (fresh: QueryNode) => QueryNode): Promise<QueryNode[]> {
    const { SavedQueryRows } = await import('../../lazy');
    this.queryRows ??= new SavedQueryRows({ ...this.options, onChange: this.onChange });
    const { accountId, workspaceSid } = parent;
    const queries = await this.options.queries.savedQueries();
    const rows = queries.map((query): QueryNode => {
      const id = [parent.id, query.folder, query.name, query.text].join('/');
      return nodeOf({ ...query, kind: 'query', id, parent, accountId, workspaceSid });
    });
    return [...new Set(rows)];
  }

  /** Counts the tasks of queries again that were counted too long ago. */
  count(nodes: readonly QueryNode[], when: 'visible' | 'opened'): void {
    void this.queryRows?.refresh(nodes, when);
  }

  /** To be called when a row is gone. */
  forget(node: TreeNode): void {
    if (node.kind === 'query') this.queryRows?.forget(node.id);
    else if ('list' in node && node.list) this.configuration?.forget(node.list);
  }

  /** To be called when rows of tasks have changed. */
  storeChanged(change: StoreChange): void {
    this.queryRows?.storeChanged(change);
  }

  /** Names the account where there are several: its own row may be far above. */
  appearance(node: TreeNode): Appearance {
    const appearance = this.ownAppearance(node);
    const { all } = this.options.accounts;
    if (node.kind === 'account' || all.length < 2) return appearance;
    const { accountId } = targetOf(node);
    const account = plain(this.options.accounts.get(accountId)?.name ?? '');
    const tooltip = [appearance.tooltip, vscode.l10n.t('Account: {account}', { account })];
    return {
      ...appearance,
      tooltip: tooltip.filter(Boolean).join('\n'),
      spoken: vscode.l10n.t('{row}, account {account}', { row: appearance.spoken, account }),
    };
  }

  private ownAppearance(node: TreeNode): Appearance {
    switch (node.kind) {
      case 'account':
        return accountAppearance(this.options.accounts.get(node.id) ?? node.account);
      case 'group':
        return groupAppearances[node.label];
      case 'resource':
        return this.resourceAppearance(node);
      case 'queries':
        return queriesAppearance;
      case 'callbacks':
        return callbacksAppearance;
      case 'query':
        // Loaded before there is such a row.
        return this.queryRows!.appearance(node);
      default:
        return noticeAppearance(
          node.kind,
          node.list,
          this.options.store.list(node.list),
          this.options.totals,
        );
    }
  }

  /** What the row of a resource shows: its texts are made in display/rows.ts. */
  private resourceAppearance(node: ResourceNode): Appearance {
    const row: Row = this.options.store.row(node.accountId, node.sids.at(-1)!) ?? { sid: node.sids.at(-1)! };
    const drawn =
      this.configuration?.appearance(node, row) ??
      appearanceOf(node.collection, row, this.options.skew.now(node.accountId), (sid) =>
        this.options.store.row(node.accountId, sid),
      );
    const account = this.options.accounts.get(node.accountId);
    const isLoopback = node.collection.noun === 'Workspace' && account?.kind !== 'twilio';
    const context = forAccount(account, isLoopback ? `${drawn.context} loopback` : drawn.context);
    const appearance = { ...drawn, context };
    if (node.collection.noun !== 'Workspace') return appearance;
    if (this.options.polled.isPolled(node.accountId, row.sid))
      return { ...appearance, context: `${appearance.context} watched` };
    const notWatched = vscode.l10n.t('not watched');
    const description = [appearance.description, notWatched].filter(Boolean).join(' · ');
    const spoken = `${appearance.spoken}, ${notWatched}`;
    return { ...appearance, description, spoken, context: `${appearance.context} unwatched` };
  }

  /** What a click on the row or Enter runs. */
  command(node: TreeNode): vscode.Command | undefined {
    if (node.kind === 'more' || node.kind === 'search') return asCommand(beyondCommands[node.kind], node);
    if (node.kind === 'failure') {
      const { enterSecret } = describeError(this.options.store.list(node.list)?.error);
      return asCommand(enterSecret ? 'taskrouter.account.enterSecret' : 'taskrouter.list.retry', node);
    }
    if (node.kind === 'empty' && node.list.collection === resources.taskReservations) {
      return asRowCommand('taskrouter.task.explain', node);
    }
    if (node.kind === 'callbacks') return asRowCommand('taskrouter.callbacks.open', node);
    if (node.kind === 'query') return asRowCommand('taskrouter.query.open', node);
    const id = pageCommand(node);
    return id && asRowCommand(id, node);
  }
}

const configuration: ReadonlySet<string> = new Set(['TaskQueue', 'Workflow', 'Activity']);
