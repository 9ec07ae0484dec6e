import type { Accounts } from '../../accounts/accounts';
import type { ListRef } from '../../data/listRef';
import type { Store } from '../../data/store';
import { isWhole } from '../../data/store';
import { parseAttributes } from '../../../routing/expressions/scope';
import * as resources from '../../../taskrouter/resources';
import { nothingKnown } from '../../../workflow/known';
import type { KnownWorkspace } from '../../../workflow/known';

/** A workspace of which something was read, and whose it is. */
export interface LocatedWorkspace {
  readonly accountId?: string;
  readonly known: KnownWorkspace;
}

/** Tasks whose attributes are offered. */
const maxTasks = 200;

/** What this window has read of workspaces. Nothing is requested for a document. */
export class KnownWorkspaces {
  private readonly known = new Map<string, KnownWorkspace>();

  constructor(
    private readonly store: Store,
    private readonly accounts: Pick<Accounts, 'all'>,
  ) {}

  /** Rows changed: what is known is built again when it is needed. */
  clear(): void {
    this.known.clear();
  }

  /** The workspace that has the most of these queues; of the account, where the document is one's. */
  of(queueSids: ReadonlySet<string>, accountId?: string): LocatedWorkspace {
    let best: LocatedWorkspace = { known: nothingKnown };
    let most = 0;
    for (const { id } of this.accounts.all) {
      if (accountId !== undefined && id !== accountId) continue;
      const { sids = [] } =
        this.store.list({ accountId: id, collection: resources.workspaces, parents: [] }) ?? {};
      for (const sid of sids) {
        const known = this.workspace(id, sid);
        const count = (known.queues ?? []).filter((queue) => queueSids.has(queue.sid)).length;
        if (count > most) [best, most] = [{ accountId: id, known }, count];
      }
    }
    return best;
  }

  private workspace(accountId: string, sid: string): KnownWorkspace {
    const key = `${accountId} ${sid}`;
    let known = this.known.get(key);
    if (!known) this.known.set(key, (known = this.build(accountId, sid)));
    return known;
  }

  private build(accountId: string, workspaceSid: string): KnownWorkspace {
    const ref = (collection: resources.Collection): ListRef => ({
      ...{ accountId, collection, parents: [workspaceSid] },
    });
    const all = <T>(collection: resources.Collection<T>): readonly T[] | undefined => {
      const list = this.store.list(ref(collection));
      if (list?.readAt === undefined || !isWhole(list)) return undefined;
      const rows = list.sids.map((sid) => this.store.read(collection, accountId, sid));
      return rows.includes(undefined) ? undefined : (rows as T[]);
    };
    const queues = all(resources.taskQueues)?.map(({ sid, friendly_name, target_workers }) => ({
      ...{ sid, name: friendly_name ?? sid, targetWorkers: target_workers ?? undefined },
    }));
    const activities = all(resources.activities)?.map(({ sid, friendly_name }) => ({
      ...{ sid, name: friendly_name ?? sid },
    }));
    const workers = all(resources.workers)?.map((worker) => ({
      sid: worker.sid,
      friendlyName: worker.friendly_name ?? worker.sid,
      activitySid: worker.activity_sid ?? '',
      activityName: worker.activity_name ?? '',
      attributes: parseAttributes(worker.attributes ?? ''),
    }));
    const channels = all(resources.taskChannels)?.flatMap(({ unique_name }) => unique_name ?? []);
    const tasks = (this.store.list(ref(resources.tasks))?.sids ?? [])
      .slice(0, maxTasks)
      .map((sid) => parseAttributes(this.store.read(resources.tasks, accountId, sid)?.attributes ?? ''));
    const name = this.store.read(resources.workspaces, accountId, workspaceSid)?.friendly_name;
    return {
      ...(name ? { name } : {}),
      ...(queues ? { queues } : {}),
      ...(activities ? { activities } : {}),
      ...(workers ? { workers } : {}),
      ...(channels ? { channels } : {}),
      tasks,
    };
  }
}
