import { l10n } from 'vscode';
import { ApiError, ConnectionError } from '../../taskrouter/errors';
import * as resources from '../../taskrouter/resources';
import type { Accounts } from '../accounts/accounts';
import type { Clock } from '../data/clock';
import { either } from '../data/either';
import type { Store } from '../data/store';
import type { WorkspacePlace } from '../data/target';
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

export interface WantedSid {
  readonly noun: 'Task' | 'Worker';
  readonly sid: string;
  /** The workspace that is tried first. */
  readonly first?: WorkspacePlace | undefined;
}

/** In one search. Each costs a request, and one more for Events. */
const maxWorkspaces = 20;
/** How many workspaces a message names for one reason. */
const maxNamed = 2;
/** Milliseconds for which slow workspaces hold up what is read only if no other workspace has the row. */
const patience = 1000;
/** Milliseconds after which a search ends, whatever has not responded by then. */
const maxDuration = 15_000;
/** Milliseconds for which TaskRouter retains Events. */
const retention = 30 * 24 * 60 * 60_000;

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
  readonly found: (place: WorkspacePlace) => void;
}

/** Finds the workspace of a task or worker, in all accounts. A task that was deleted is where its Events are. */
export class SidSearch {
  /** Workspaces that have not been searched. */
  private readonly waiting: WorkspacePlace[] = [];
  private readonly known: WorkspacePlace[] = [];
  /** Accounts whose workspaces have not all been listed. */
  private readonly unlisted: Set<string>;
  /** Of the latest run. */
  private failures: Unsearched[] = [];

  constructor(
    private readonly options: SidSearchOptions,
    private readonly wanted: WantedSid,
  ) {
    if (wanted.first) this.enqueue(wanted.first);
    this.unlisted = new Set(options.accounts.all.map(({ id }) => id));
  }

  /** Whether another run could search what has not been searched. */
  get hasMore(): boolean {
    return this.waiting.length > 0 || this.unlisted.size > 0 || this.failedPlaces.length > 0;
  }

  /**
   * Searches at most `maxWorkspaces` that have not been searched, and ends as soon as one of them has the row.
   * @returns undefined when none has it
   */
  async run(canceled: AbortSignal): Promise<WorkspacePlace | undefined> {
    const over = new AbortController();
    const late = new AbortController();
    const { signal, end } = either(canceled, over.signal);
    const ending = either(signal, late.signal);
    const turns = new Turns(this.options.clock, ending.signal);
    const timer = this.options.clock.setTimeout(() => late.abort(), maxDuration);
    for (const place of this.failedPlaces) this.waiting.push(place);
    this.failures = [];
    try {
      const listings = [...this.unlisted].map((accountId) => this.list(accountId, signal));
      await this.patiently(listings);
      // The page of the only workspace says more about what does not exist than a message could.
      if (this.known.length === 1 && !this.unlisted.size && !this.failures.length) return this.known[0];
      const found = await new Promise<WorkspacePlace | undefined>((resolve) => {
        const run = { signal, late: late.signal, turns, found: resolve };
        void this.searchAll(listings, run).then(() => resolve(undefined));
      });
      canceled.throwIfAborted();
      // Its page shows why it could not be read, and tries again.
      return found ?? this.failedPlaces.find(isSamePlace(this.wanted.first));
    } finally {
      timer.cancel();
      over.abort();
      ending.end();
      end();
    }
  }

  /** That nothing was found, and what was not searched. */
  get notFound(): string {
    const { noun, sid } = this.wanted;
    const args = { sid, places: this.unsearched() };
    if (args.places)
      return noun === 'Task'
        ? l10n.t('Task {sid} was not found, but these workspaces were not searched: {places}.', args)
        : l10n.t('Worker {sid} was not found, but these workspaces were not searched: {places}.', args);
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
    this.waiting.push(place);
  }

  private nameOf({ accountId, workspaceSid }: WorkspacePlace): string {
    const workspace = this.options.store.read(resources.workspaces, accountId, workspaceSid);
    return firstVisible([workspace?.friendly_name, workspaceSid], 40);
  }

  /** Lists the workspaces of an account, or notes why that is not possible. */
  private async list(accountId: string, signal: AbortSignal): Promise<void> {
    const account = plain(this.options.accounts.get(accountId)?.name ?? accountId, 40);
    try {
      const { workspaces, cutShort } = await workspacesOf(accountId, this.options, signal);
      for (const { sid: workspaceSid } of workspaces) this.enqueue({ accountId, workspaceSid });
      const what = l10n.t('others of {account}', { account });
      if (cutShort) this.failures.push({ what, reason: reasonOf(cutShort) });
      else this.unlisted.delete(accountId);
    } catch (error) {
      const what = this.known.some((place) => place.accountId === accountId)
        ? l10n.t('others of {account}', { account })
        : l10n.t('all of {account}', { account });
      if (!signal.aborted) this.failures.push({ what, reason: reasonOf(error) });
    }
  }

  /** Slow listings and workspaces do not hold up what the others have. */
  private async searchAll(listings: readonly Promise<void>[], run: Run): Promise<void> {
    const isTask = this.wanted.noun === 'Task';
    /** Each with its place if that does not have the row. */
    const rows: Promise<WorkspacePlace | undefined>[] = [];
    const begin = (count: number) => {
      for (const place of this.waiting.splice(0, Math.min(count, maxWorkspaces - rows.length)))
        rows.push(this.attempt(place, (signal) => this.hasRow(place, signal), run));
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
      if (place && isTask) await this.attempt(place, (signal) => this.hasEvents(place, signal), run);
    };
    const early = rows.map(lookForEvents);
    await late;
    await Promise.all([...early, ...rows.slice(early.length).map(lookForEvents)]);
  }

  /** @returns the place if it does not have what was looked for; undefined if it has, or if that is not known */
  private async attempt(
    place: WorkspacePlace,
    has: (signal: AbortSignal) => Promise<boolean>,
    { turns, found, signal, late }: Run,
  ): Promise<WorkspacePlace | undefined> {
    try {
      if (!(await turns.run(has))) return place;
      found(place);
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

  private async hasRow({ accountId, workspaceSid }: WorkspacePlace, signal: AbortSignal): Promise<boolean> {
    const { noun, sid } = this.wanted;
    const collection = noun === 'Task' ? resources.tasks : resources.workers;
    try {
      await this.options.store.fetch(accountId, collection, [workspaceSid, sid], undefined, signal);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    }
  }

  private async hasEvents({ accountId, workspaceSid }: WorkspacePlace, over: AbortSignal): Promise<boolean> {
    const { accounts, clock } = this.options;
    const { sid } = this.wanted;
    const { client, signal: closed } = await accounts.connect(accountId);
    const filters = { taskSid: sid, startDate: new Date(clock.now() - retention) };
    const { signal, end } = either(closed, over);
    const page = client.list(resources.events, [workspaceSid], filters, { pageSize: 1 }, signal);
    // A mock may not know the filter. The Event of a reservation has the task in its data.
    return (await page.finally(end)).rows.some(({ task_sid, resource_sid, event_data }) =>
      [task_sid, resource_sid, dataOf(event_data)['task_sid']].includes(sid),
    );
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
