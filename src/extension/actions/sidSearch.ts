import { l10n } from 'vscode';
import { ApiError, ConnectionError } from '../../taskrouter/errors';
import * as resources from '../../taskrouter/resources';
import type { Collection } from '../../taskrouter/resources';
import type { SidNoun } from '../../taskrouter/sid';
import { isSid } from '../../taskrouter/sid';
import type { Accounts } from '../accounts/accounts';
import type { Clock } from '../data/clock';
import { either } from '../data/either';
import type { Store } from '../data/store';
import type { WorkspacePlace } from '../data/target';
import { openTasks } from '../data/taskLists';
import { dataOf } from '../data/workspaceEvents';
import { asClause, describeError } from '../display/errorMessage';
import { firstVisible, plain } from '../display/safeText';
import { isSamePlace } from './knownPlace';
import { workspacesOf } from './reservationPick';
import { Turns } from './turns';

export interface SidSearchOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly clock: Pick<Clock, 'now' | 'setTimeout'>;
}

/** How each kind of resource is found in a workspace; a workspace itself, by the lists of workspaces. */
const collections = {
  Workspace: resources.workspaces,
  Task: resources.tasks,
  Worker: resources.workers,
  Reservation: resources.taskReservations,
  Activity: resources.activities,
  Workflow: resources.workflows,
  TaskQueue: resources.taskQueues,
  TaskChannel: resources.taskChannels,
  Event: resources.events,
} as const satisfies Partial<Record<SidNoun, Collection>>;
export type FindableNoun = keyof typeof collections;

export const isFindable = (noun: SidNoun): noun is FindableNoun => noun in collections;
export const findableNouns = Object.keys(collections) as readonly FindableNoun[];
export const collectionNamed = (noun: FindableNoun): Collection => collections[noun];

export interface WantedSid {
  readonly noun: FindableNoun;
  readonly sid: string;
  /** The accounts to search, where that is known; all when absent. */
  readonly accountIds?: readonly string[] | undefined;
  /** The only workspace that can have it, where that is known. */
  readonly workspaceSid?: string | undefined;
  /** The workspace that is tried first. */
  readonly first?: WorkspacePlace | undefined;
}

/** In one search, before the user is asked. Each costs a request, and one more for Events. */
const maxWorkspaces = 50;
/** How many workspaces a message names for one reason. */
const maxNamed = 2;
/** Milliseconds for which slow workspaces hold up what is read only if no other workspace has the row. */
const patience = 1000;
/** Milliseconds after which a search ends, whatever has not responded by then. */
const maxDuration = 15_000;
/** Milliseconds for which TaskRouter retains Events. */
const retention = 30 * 24 * 60 * 60_000;

/** Where a resource is. */
export interface FoundPlace extends WorkspacePlace {
  /** The task of a reservation. */
  readonly parentSid?: string;
}

/** What could not be searched, and why. */
interface Unsearched {
  /** A name, for workspaces that could not be listed. */
  readonly what: WorkspacePlace | string;
  readonly reason: string;
}

/** One of the searches that may be needed. */
interface Run {
  /** Aborted when its result is known or not wanted any more. */
  readonly signal: AbortSignal;
  /** Aborted after `maxDuration`. */
  readonly late: AbortSignal;
  readonly turns: Turns;
  readonly found: (place: FoundPlace) => void;
}

/**
 * Finds the workspace of a resource, in all accounts. A task that was deleted is where its Events are, and Events name the task
 * of a reservation.
 */
export class SidSearch {
  /** Workspaces that have not been searched. */
  private readonly waiting: WorkspacePlace[] = [];
  private readonly known: WorkspacePlace[] = [];
  /** Accounts whose workspaces have not all been listed. */
  private readonly unlisted: Set<string>;
  /** How many of those come first, because their rows are loaded. */
  private loaded = 0;
  /** Of the latest run. */
  private failures: Unsearched[] = [];

  constructor(
    private readonly options: SidSearchOptions,
    private readonly wanted: WantedSid,
  ) {
    if (wanted.first) this.enqueue(wanted.first);
    const { accountIds = options.accounts.all.map(({ id }) => id), workspaceSid } = wanted;
    // One request finds out whether an account has it: no list is needed.
    if (workspaceSid !== undefined)
      for (const accountId of accountIds) this.enqueue({ accountId, workspaceSid });
    this.unlisted = new Set(workspaceSid === undefined ? accountIds : []);
  }

  /** Whether another run could search what has not been searched. */
  get hasMore(): boolean {
    return this.waiting.length > 0 || this.unlisted.size > 0 || this.failedPlaces.length > 0;
  }

  /**
   * Searches at most `maxWorkspaces` that have not been searched, and ends as soon as one of them has the row.
   * @returns undefined when none has it
   */
  async run(canceled: AbortSignal): Promise<FoundPlace | undefined> {
    const over = new AbortController();
    const late = new AbortController();
    const { signal, end } = either(canceled, over.signal);
    const ending = either(signal, late.signal);
    const turns = new Turns(this.options.clock, ending.signal);
    const timer = this.options.clock.setTimeout(() => late.abort(), maxDuration);
    for (const place of this.failedPlaces) this.waiting.push(place);
    this.failures = [];
    try {
      const listings = [...this.unlisted].map((accountId) =>
        this.list(accountId, ending.signal, late.signal),
      );
      await this.patiently(listings);
      // The page of the only workspace says more about what does not exist than a message could.
      if (this.hasPage && this.known.length === 1 && !this.unlisted.size && !this.failures.length)
        return this.known[0];
      const found = await new Promise<FoundPlace | undefined>((resolve) => {
        const run = { signal, late: late.signal, turns, found: resolve };
        void this.searchAll(listings, run).then(() => resolve(undefined));
      });
      canceled.throwIfAborted();
      // Its page shows why it could not be read, and tries again.
      return found ?? (this.hasPage ? this.failedPlaces.find(isSamePlace(this.wanted.first)) : undefined);
    } finally {
      timer.cancel();
      over.abort();
      ending.end();
      end();
    }
  }

  /** Whether a page shows why the resource could not be read. */
  private get hasPage(): boolean {
    return this.wanted.noun === 'Task' || this.wanted.noun === 'Worker';
  }

  /** That nothing was found, and what was not searched. */
  get notFound(): string {
    const { noun, sid, workspaceSid } = this.wanted;
    const args = { sid, places: this.unsearched(), workspaceSid: workspaceSid ?? '' };
    if (args.places) {
      if (noun === 'Task')
        return l10n.t('Task {sid} was not found, but these workspaces were not searched: {places}.', args);
      return noun === 'Worker'
        ? l10n.t('Worker {sid} was not found, but these workspaces were not searched: {places}.', args)
        : l10n.t('{sid} was not found, but these workspaces were not searched: {places}.', args);
    }
    if (noun === 'Workspace')
      return l10n.t(
        'None of your accounts has workspace {sid}. It may have been deleted, or belong to another account.',
        args,
      );
    if (workspaceSid !== undefined)
      return noun === 'Task' || noun === 'Reservation'
        ? l10n.t(
            '{sid} was not found in workspace {workspaceSid}. TaskRouter removes finished tasks after five minutes, and Events after 30 days.',
            args,
          )
        : l10n.t('{sid} was not found in workspace {workspaceSid}. It may have been deleted.', args);
    if (noun === 'Reservation')
      return l10n.t(
        'No workspace of your accounts has Events of reservation {sid}. TaskRouter removes Events after 30 days.',
        args,
      );
    if (!this.hasPage)
      return l10n.t('No workspace of your accounts has {sid}. It may have been deleted.', args);
    return noun === 'Task'
      ? l10n.t(
          'No workspace of your accounts has task {sid} or its Events. TaskRouter removes finished tasks after five minutes, and Events after 30 days.',
          args,
        )
      : l10n.t('No workspace of your accounts has worker {sid}. The worker may have been deleted.', args);
  }

  private get failedPlaces(): readonly WorkspacePlace[] {
    return this.failures.flatMap(({ what }) => (typeof what === 'string' ? [] : what));
  }

  /** What was not searched, by the reason. */
  private unsearched(): string {
    const limit = l10n.t('the limit is {count} workspaces per search', { count: maxWorkspaces });
    const left = this.waiting.map((what) => ({ what, reason: limit }));
    const names = this.known.map((place) => this.nameOf(place));
    const isAmbiguous = (name: string) => names.indexOf(name) !== names.lastIndexOf(name);
    const byReason = new Map<string, string[]>();
    for (const { what, reason } of [...this.failures, ...left]) {
      const name = typeof what === 'string' ? what : this.nameOf(what);
      const unique = typeof what === 'string' || !isAmbiguous(name) ? name : `${name} ${what.workspaceSid}`;
      byReason.set(reason, [...(byReason.get(reason) ?? []), unique]);
    }
    return [...byReason]
      .map(([reason, names]) => {
        const more = names.length - maxNamed;
        const places = names.slice(0, maxNamed).join(', ');
        return more > 0
          ? l10n.t('{places} and {more} more ({reason})', { places, more, reason })
          : l10n.t('{places} ({reason})', { places, reason });
      })
      .join('; ');
  }

  private enqueue(place: WorkspacePlace): void {
    if (this.known.some(isSamePlace(place))) return;
    this.known.push(place);
    // Those whose rows are loaded are what the user works with.
    const isFirst = this.known.length === 1 && isSamePlace(this.wanted.first)(place);
    if (isFirst || this.isLoaded(place)) this.waiting.splice(this.loaded++, 0, place);
    else this.waiting.push(place);
  }

  private isLoaded({ accountId, workspaceSid }: WorkspacePlace): boolean {
    const workers = { accountId, collection: resources.workers, parents: [workspaceSid] };
    return [openTasks({ accountId, workspaceSid }), workers].some((list) => this.options.store.list(list));
  }

  private nameOf({ accountId, workspaceSid }: WorkspacePlace): string {
    const workspace = this.options.store.read(resources.workspaces, accountId, workspaceSid);
    return firstVisible([workspace?.friendly_name, workspaceSid], 40);
  }

  /** Lists the workspaces of an account, or notes why that is not possible. */
  private async list(accountId: string, signal: AbortSignal, late: AbortSignal): Promise<void> {
    const account = plain(this.options.accounts.get(accountId)?.name ?? accountId, 40);
    let isUnreadable = false;
    try {
      const { workspaces, cutShort, unreadable } = await workspacesOf(accountId, this.options, signal);
      for (const { sid: workspaceSid } of workspaces)
        if (isSid('Workspace', workspaceSid)) this.enqueue({ accountId, workspaceSid });
        else isUnreadable = true;
      const what = l10n.t('others of {account}', { account });
      const malformed = l10n.t('TaskRouter returned workspaces without a SID');
      if (cutShort) this.failures.push({ what, reason: reasonOf(cutShort) });
      else if (unreadable > 0 || isUnreadable) this.failures.push({ what, reason: malformed });
      else this.unlisted.delete(accountId);
    } catch (error) {
      const what = this.known.some((place) => place.accountId === accountId)
        ? l10n.t('others of {account}', { account })
        : l10n.t('all of {account}', { account });
      if (late.aborted) this.failures.push({ what, reason: reasonAtEnd(error) });
      else if (!signal.aborted) this.failures.push({ what, reason: reasonOf(error) });
    }
  }

  /** Slow listings and workspaces do not hold up what the others have. */
  private async searchAll(listings: readonly Promise<void>[], run: Run): Promise<void> {
    const hasEvents = this.wanted.noun === 'Task' || this.wanted.noun === 'Reservation';
    /** Each with its place if that does not have the row. */
    const rows: Promise<WorkspacePlace | undefined>[] = [];
    const begin = (count: number) => {
      const places = this.waiting.splice(0, Math.min(count, maxWorkspaces - rows.length));
      this.loaded = Math.max(0, this.loaded - places.length);
      for (const place of places)
        rows.push(this.attempt(place, (signal) => this.findRow(place, signal), run));
    };
    if (isSamePlace(this.wanted.first)(this.waiting[0])) {
      begin(1);
      await this.patiently(rows);
    }
    begin(maxWorkspaces);
    const late = Promise.all(listings.map((listing) => listing.then(() => begin(maxWorkspaces))));
    await this.patiently([late.then(() => Promise.all(rows))]);
    const lookForEvents = async (row: Promise<WorkspacePlace | undefined>) => {
      const place = await row;
      if (place && hasEvents) await this.attempt(place, (signal) => this.findInEvents(place, signal), run);
    };
    const early = rows.map(lookForEvents);
    await late;
    await Promise.all([...early, ...rows.slice(early.length).map(lookForEvents)]);
  }

  /** @returns the place if it does not have what was looked for; undefined if it has, or if that is not known */
  private async attempt(
    place: WorkspacePlace,
    find: (signal: AbortSignal) => Promise<FoundPlace | undefined>,
    { turns, found, signal, late }: Run,
  ): Promise<WorkspacePlace | undefined> {
    try {
      const at = await turns.run(find);
      if (!at) return place;
      found(at);
    } catch (error) {
      if (signal.aborted) this.waiting.push(place);
      else this.failures.push({ what: place, reason: late.aborted ? reasonAtEnd(error) : reasonOf(error) });
    }
    return undefined;
  }

  /** Waits for all of them, but not for long. */
  private async patiently(all: readonly Promise<unknown>[]): Promise<void> {
    const { clock } = this.options;
    let timer: { cancel(): void } | undefined;
    const late = new Promise<void>((resolve) => (timer = clock.setTimeout(resolve, patience)));
    await Promise.race([Promise.all(all), late]);
    timer?.cancel();
  }

  private async findRow(place: WorkspacePlace, signal: AbortSignal): Promise<FoundPlace | undefined> {
    const { accountId, workspaceSid } = place;
    const { noun, sid } = this.wanted;
    // Only its task leads to a reservation; and only another workspace's own request tells more than its SID.
    if (noun === 'Reservation' || (noun === 'Workspace' && workspaceSid !== sid)) return undefined;
    const sids = noun === 'Workspace' ? [sid] : [workspaceSid, sid];
    try {
      await this.options.store.fetch(accountId, collections[noun], sids, undefined, signal);
      return place;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  private async findInEvents(place: WorkspacePlace, over: AbortSignal): Promise<FoundPlace | undefined> {
    const { accounts, clock } = this.options;
    const { sid, noun } = this.wanted;
    const { client, signal: closed } = await accounts.connect(place.accountId);
    const ofTask = noun === 'Task';
    const filters = {
      ...(ofTask ? { taskSid: sid } : { reservationSid: sid }),
      startDate: new Date(clock.now() - retention),
    };
    const { signal, end } = either(closed, over);
    const page = client.list(resources.events, [place.workspaceSid], filters, { pageSize: 1 }, signal);
    // A mock may not know the filter. The Event of a reservation has the task in its data.
    for (const { task_sid, resource_sid, event_data } of (await page.finally(end)).rows) {
      const data = dataOf(event_data);
      const tasks = [task_sid, data['task_sid']];
      if (ofTask && [...tasks, resource_sid].includes(sid)) return place;
      const [parentSid] = tasks.flatMap((one) =>
        typeof one === 'string' && isSid('Task', one) ? [one] : [],
      );
      if (!ofTask && parentSid && [resource_sid, data['sid'], data['reservation_sid']].includes(sid))
        return { ...place, parentSid };
    }
    return undefined;
  }
}

/** Without the period, to be part of a sentence. */
const reasonOf = (error: unknown) => asClause(describeError(error).what, 120);

/** Why there was no result when the search ended: its request was interrupted, was never sent, or was to be sent again. */
function reasonAtEnd(error: unknown): string {
  const code = error instanceof ConnectionError ? error.code : undefined;
  if (code === 'CANCELED') return l10n.t('no response in time');
  return code === 'NOT_SENT' || (error instanceof Error && error.name === 'AbortError')
    ? l10n.t('not reached within {seconds} s', { seconds: maxDuration / 1000 })
    : reasonOf(error);
}
