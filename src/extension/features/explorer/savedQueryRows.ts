import { l10n } from 'vscode';
import type { Row } from '../../../taskrouter/client';
import type { Clock } from '../../data/clock';
import type { Store } from '../../data/store';
import type { StoreChange } from '../../data/storeChange';
import { changedRows } from '../../data/storeChange';
import type { WorkspacePlace } from '../../data/target';
import { describeError, sentence } from '../../display/errorMessage';
import type { Appearance } from '../../display/rows';
import { plain } from '../../display/safeText';
import type { Event } from '../../emitter';
import type { QueryNode, TreeNode } from './treeNodes';

export interface SavedQuery {
  readonly name: string;
  readonly text: string;
  /** The workspace folder that has it. */
  readonly folder?: string;
  /** Nobody has said that they trust the folder's authors: its tasks are not counted. */
  readonly isUntrusted?: boolean;
}

export interface Counted {
  readonly count?: number;
  /** False where more tasks may match. */
  readonly isWhole?: boolean;
  /** Why tasks could not be read. */
  readonly error?: unknown;
  /** The count once tasks are known to be as in these rows. */
  readonly update?: (rows: readonly Row[]) => Counted;
}

/** Saved queries and how many tasks match them, from the feature that runs them. */
export interface SavedQueries {
  savedQueries(): Promise<readonly SavedQuery[]>;
  readonly onDidChangeQueries: Event<void>;
  countTasks(place: WorkspacePlace, text: string): Promise<Counted>;
}

/** Milliseconds for which counts are good enough while they are on screen, and when they are opened again. */
const maxAge = { visible: 5 * 60_000, opened: 60_000 } as const;

interface Options {
  readonly queries: Pick<SavedQueries, 'countTasks'>;
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly store: Pick<Store, 'row'>;
  /** Called when something was counted, with whether a row may show it. */
  readonly onChange: (mayHave: (node: Pick<TreeNode, 'id'>) => boolean) => void;
}

/** The rows of saved queries, whose tasks are counted in the background, one query after the other. */
export class SavedQueryRows {
  private readonly counts = new Map<string, Counted>();
  private readonly places = new Map<string, WorkspacePlace>();
  private readonly countedAt = new Map<string, number>();

  constructor(private readonly options: Options) {}

  /** Counts anew what was counted too long ago. Never rejects. */
  async refresh(nodes: readonly QueryNode[], when: keyof typeof maxAge): Promise<void> {
    const { clock, queries, onChange } = this.options;
    const now = clock.elapsed();
    const due = nodes.filter(
      ({ id, isUntrusted }) => !isUntrusted && now - (this.countedAt.get(id) ?? -Infinity) >= maxAge[when],
    );
    for (const { id } of due) this.countedAt.set(id, now);
    for (const { id, accountId, workspaceSid, text } of due) {
      const place = { accountId, workspaceSid };
      const counted = await queries.countTasks(place, text).catch((error: unknown) => ({ error }));
      if (this.countedAt.get(id) !== now) continue;
      this.places.set(id, place);
      this.counts.set(id, counted);
      onChange((node) => node.id === id);
    }
  }

  forget(id: string): void {
    for (const known of [this.counts, this.places, this.countedAt]) known.delete(id);
  }

  /** Counts what has changed without reading anything. */
  storeChanged(change: StoreChange): void {
    const others = new Set<string>();
    for (const [id, place] of this.places) {
      const before = this.counts.get(id);
      const rows = before?.update ? changedRows('Task', change, this.options.store, place) : [];
      if (!before?.update || rows.length === 0) continue;
      const after = before.update(rows);
      if (after.count !== before.count) others.add(id);
      this.counts.set(id, after);
    }
    if (others.size) this.options.onChange((node) => others.has(node.id));
  }

  appearance({ id, name, text, folder, isUntrusted }: QueryNode): Appearance {
    const { count, isWhole, error } = this.counts.get(id) ?? {};
    const title = plain(name, 80);
    const known = isUntrusted || error !== undefined ? undefined : count;
    const without = isUntrusted || error !== undefined ? l10n.t('not counted') : l10n.t('counting…');
    const from = folder === undefined ? [] : [l10n.t('from {folder}', { folder: plain(folder) })];
    const reason = isUntrusted
      ? l10n.t('Open it to see its tasks. Queries of this folder are counted when you trust the folder.')
      : error === undefined
        ? ''
        : sentence(describeError(error));
    return {
      // The number comes first: a narrow view cuts off the end.
      label: known === undefined ? title : `${known.toLocaleString('en')}${isWhole ? '' : '+'} · ${title}`,
      description: [...(known === undefined ? [without] : []), ...from].join(', '),
      icon: 'filter',
      ...(count ? { color: 'charts.yellow' } : {}),
      tooltip: [plain(text, 300), reason].filter(Boolean).join('\n'),
      spoken: [
        l10n.t('Saved query {name}', { name: title }),
        known === undefined ? without : tasks(known, isWhole === true),
        ...from,
      ].join(', '),
      context: 'query',
    };
  }
}

function tasks(count: number, isWhole: boolean): string {
  const args = { count: count.toLocaleString('en') };
  if (!isWhole) return l10n.t('{count} or more tasks', args);
  return count === 1 ? l10n.t('1 task') : l10n.t('{count} tasks', args);
}
