import type { Row } from '../../../taskrouter/resources';
import type { QueueNumbers } from '../../../taskrouter/workspaceNumbers';
import {
  activityNumbersRequest,
  queueNumbersRequest,
  readActivityNumbers,
  readQueueNumbers,
} from '../../../taskrouter/workspaceNumbers';
import type { Accounts } from '../../accounts/accounts';
import type { Clock } from '../../data/clock';
import type { ListRef } from '../../data/listRef';
import type { Store } from '../../data/store';
import { configurationAppearance } from '../../display/configurationRows';
import type { Appearance } from '../../display/rows';
import type { ResourceNode, TreeNode } from './treeNodes';

/** Milliseconds for which the numbers of a list are good enough while it is on screen. */
const maxAge = 60_000;
const [minPageSize, maxPageSize] = [50, 1000];

/** The numbers of the rows of one list, by SID. */
interface Numbers {
  readonly queues?: ReadonlyMap<string, QueueNumbers>;
  readonly workers?: ReadonlyMap<string, number>;
  readonly error?: unknown;
  /** When they were requested: in milliseconds since 1970, and in elapsed ones. */
  readonly readAt: number;
  readonly at: number;
}

interface Options {
  readonly accounts: Pick<Accounts, 'connect'>;
  readonly store: Store;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  /** Called when numbers have been read, with whether a row has one of them. */
  readonly onChange: (mayHave: (node: TreeNode) => boolean) => void;
}

const keyOf = ({ accountId, collection, parents }: ListRef) =>
  `${accountId}/${parents[0] ?? ''}/${collection.noun}`;

/** The rows of queues, workflows and activities, with numbers that are read in the background while they are on screen. */
export class ConfigurationRows {
  private readonly numbers = new Map<string, Numbers>();

  constructor(private readonly options: Options) {}

  appearance({ accountId, collection, sids }: ResourceNode, row: Row): Appearance | undefined {
    const numbers = this.numbers.get(keyOf({ accountId, collection, parents: sids }));
    if (!numbers) return configurationAppearance(collection, row);
    const { queues, workers, readAt, error } = numbers;
    const age = this.options.clock.now() - readAt;
    const isReading = !queues && !workers && error === undefined;
    const of = { queue: queues?.get(row.sid), workers: workers?.get(row.sid), age, error, isReading };
    return configurationAppearance(collection, row, of);
  }

  /** Reads the numbers of a list if they are older than its rows or a minute. Never rejects. */
  async refresh(list: ListRef): Promise<void> {
    const { noun } = list.collection;
    if (noun !== 'TaskQueue' && noun !== 'Activity') return;
    const { clock, store, onChange } = this.options;
    const key = keyOf(list);
    const before = this.numbers.get(key);
    const [readAt, at] = [clock.now(), clock.elapsed()];
    const isOlder = before !== undefined && before.readAt < (store.list(list)?.readAt ?? 0);
    if (before && !isOlder && at - before.at < maxAge) return;
    this.numbers.set(key, { ...before, readAt: before?.readAt ?? readAt, at });
    const numbers = await this.read(list, before === undefined).catch((error: unknown) => ({ error }));
    if (this.numbers.get(key)?.at !== at) return;
    this.numbers.set(key, { ...numbers, readAt, at });
    onChange(
      (node) =>
        node.kind === 'resource' &&
        keyOf({ accountId: node.accountId, collection: node.collection, parents: node.sids }) === key,
    );
  }

  forget(list: ListRef): void {
    this.numbers.delete(keyOf(list));
  }

  /** The first read comes before others of the background: somebody has opened the list and waits for it. */
  private async read(list: ListRef, isFirst: boolean): Promise<Pick<Numbers, 'queues' | 'workers'>> {
    const workspaceSid = list.parents[0]!;
    const { client, signal } = await this.options.accounts.connect(list.accountId);
    const reads = client.background({ purpose: isFirst ? 'urgent' : 'detail' });
    if (list.collection.noun === 'Activity') {
      const request = activityNumbersRequest(workspaceSid);
      return { workers: await reads.read(request, readActivityNumbers, signal) };
    }
    const rows = this.options.store.list(list)?.sids.length ?? 0;
    const request = queueNumbersRequest(workspaceSid, Math.min(Math.max(minPageSize, rows), maxPageSize));
    return { queues: await reads.read(request, readQueueNumbers, signal) };
  }
}
