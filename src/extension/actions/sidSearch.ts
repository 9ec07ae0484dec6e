import { l10n } from 'vscode';
import { ApiError } from '../../taskrouter/errors';
import * as resources from '../../taskrouter/resources';
import { isSid } from '../../taskrouter/sid';
import type { Accounts } from '../accounts/accounts';
import type { Clock } from '../data/clock';
import { either } from '../data/either';
import type { Store } from '../data/store';
import type { WorkspacePlace } from '../data/target';
import { describeError, sentence } from '../display/errorMessage';
import { workspacesOf } from './reservationPick';

export interface SidSearchOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
}

export interface WantedSid {
  readonly noun: 'Task' | 'Worker';
  readonly sid: string;
  /** The workspace that is tried first. */
  readonly first?: WorkspacePlace | undefined;
}

/** Each costs a request, and one more for Events. */
const maxWorkspaces = 20;
/** Workspaces that are searched at the same time. */
const batch = 8;
/** Milliseconds for which TaskRouter retains Events. */
const retention = 30 * 24 * 60 * 60_000;

/** Where the store has the row of this SID. */
export function knownPlace({ accounts, store }: SidSearchOptions, wanted: WantedSid) {
  const places = accounts.all.flatMap(({ id: accountId }): WorkspacePlace[] => {
    const workspaceSid = store.row(accountId, wanted.sid)?.['workspace_sid'];
    return typeof workspaceSid === 'string' && isSid('Workspace', workspaceSid)
      ? [{ accountId, workspaceSid }]
      : [];
  });
  return places.find(isSame(wanted.first)) ?? places[0];
}

/**
 * Finds the workspace of a task or worker, in all accounts. A task that was deleted is where its Events are.
 * @returns the workspace, or why none was found
 */
export async function findPlace(
  options: SidSearchOptions,
  wanted: WantedSid,
  canceled: AbortSignal,
): Promise<WorkspacePlace | string> {
  const search = new SidSearch(options, wanted, canceled);
  const places = await search.places();
  const [only] = places;
  // The page of the only workspace says more about what does not exist than a message could.
  if (only && places.length === 1 && search.failures.length === 0) return only;
  const searched = places.slice(0, maxWorkspaces);
  const first = wanted.first ? searched.slice(0, 1) : [];
  const found =
    (await search.among(first, search.hasRow)) ??
    (await search.among(searched.slice(first.length), search.hasRow)) ??
    (wanted.noun === 'Task' ? await search.among(searched, search.hasEvents) : undefined);
  if (found) return found;
  // Its page shows why, and tries again.
  return search.isFirstUnread
    ? wanted.first!
    : notFound(wanted, searched.length, places.length, search.failures);
}

class SidSearch {
  /** Why workspaces could not be searched. */
  readonly failures: unknown[] = [];
  /** The workspace that is tried first could not be searched. */
  isFirstUnread = false;

  constructor(
    private readonly options: SidSearchOptions,
    private readonly wanted: WantedSid,
    private readonly canceled: AbortSignal,
  ) {}

  /** All workspaces of all accounts, the one that is tried first at the beginning. */
  async places(): Promise<readonly WorkspacePlace[]> {
    const { first } = this.wanted;
    const all = await Promise.all(
      this.options.accounts.all.map(async ({ id: accountId }) => {
        try {
          const workspaces = await workspacesOf(accountId, this.options, this.canceled);
          return workspaces.map(({ sid: workspaceSid }): WorkspacePlace => ({ accountId, workspaceSid }));
        } catch (error) {
          this.failures.push(error);
          return [];
        }
      }),
    );
    const isFirst = isSame(first);
    return [...(first ? [first] : []), ...all.flat().filter((place) => !isFirst(place))];
  }

  /** The first of these places of which `holds` is true. */
  async among(
    places: readonly WorkspacePlace[],
    holds: (place: WorkspacePlace) => Promise<boolean>,
  ): Promise<WorkspacePlace | undefined> {
    for (let start = 0; start < places.length; start += batch) {
      const some = places.slice(start, start + batch);
      const found = await Promise.all(some.map((place) => this.settled(place, holds(place))));
      if (found.includes(true)) return some[found.indexOf(true)];
    }
    return undefined;
  }

  private async settled(place: WorkspacePlace, holds: Promise<boolean>): Promise<boolean> {
    try {
      return await holds;
    } catch (error) {
      this.canceled.throwIfAborted();
      this.failures.push(error);
      this.isFirstUnread ||= isSame(this.wanted.first)(place);
      return false;
    }
  }

  readonly hasRow = async ({ accountId, workspaceSid }: WorkspacePlace): Promise<boolean> => {
    const { noun, sid } = this.wanted;
    const collection = noun === 'Task' ? resources.tasks : resources.workers;
    try {
      await this.options.store.fetch(accountId, collection, [workspaceSid, sid], undefined, this.canceled);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    }
  };

  readonly hasEvents = async ({ accountId, workspaceSid }: WorkspacePlace): Promise<boolean> => {
    const { accounts, clock } = this.options;
    const { client, signal: closed } = await accounts.connect(accountId);
    const filters = { taskSid: this.wanted.sid, startDate: new Date(clock.now() - retention) };
    const { signal, end } = either(closed, this.canceled);
    const page = client.list(resources.events, [workspaceSid], filters, { pageSize: 1 }, signal);
    return (await page.finally(end)).rows.length > 0;
  };
}

const isSame = (one: WorkspacePlace | undefined) => (other: WorkspacePlace) =>
  one?.accountId === other.accountId && one.workspaceSid === other.workspaceSid;

function notFound(
  { noun, sid }: WantedSid,
  searched: number,
  all: number,
  failures: readonly unknown[],
): string {
  const [failure] = failures;
  return [
    noun === 'Task'
      ? l10n.t(
          'No workspace of your accounts has task {sid} or its Events. TaskRouter removes finished tasks after five minutes, and Events after 30 days.',
          { sid },
        )
      : l10n.t('No workspace of your accounts has worker {sid}. The worker may have been deleted.', { sid }),
    ...(all > searched
      ? [l10n.t('Only {searched} of {all} workspaces were searched.', { searched, all })]
      : []),
    ...(failures.length > 0
      ? [
          l10n.t('Some searches failed ({count}): {error}', {
            count: failures.length,
            error: sentence(describeError(failure)),
          }),
        ]
      : []),
  ].join(' ');
}
