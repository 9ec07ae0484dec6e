import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { configurationAppearance } from '../../display/configurationRows';
import type { Appearance } from '../../display/rows';
import { appearanceOf } from '../../display/rows';
import { findPlace } from '../../actions/findPlace';
import { failureItem } from '../../actions/quickPick';
import type { FindableNoun, SidSearchOptions, WantedSid } from '../../actions/sidSearch';
import type { ResourceTarget, WorkspacePlace } from '../../data/target';
import { describeError, sentence } from '../../display/errorMessage';
import { showError, showInformation } from '../../display/notification';
import { createQuickPick } from '../../display/quickInput';
import { forQuickPick, plain } from '../../display/safeText';
import { accountsWith } from './accountsOf';
import type { LinkTarget } from './link';
import type { NamedResource } from './namedIn';
import { nameOfNoun } from './nounNames';
import { openResource, type ResourceViews } from './openResource';
import type { NamedAddress, Query, TextQuery } from './query';
import { excerpt, foundIn, maxText, readQuery } from './query';
import type { Match } from './search';
import { maxRows, Search } from './search';
import { number, progressText, searchOutcome } from './searchOutcome';
import type { SearchScopeOptions } from './searchScope';
import { SearchScope } from './searchScope';

export interface GoToOptions extends SidSearchOptions, SearchScopeOptions, ResourceViews {
  /** The resources that views show at this moment. */
  readonly shown: () => readonly { readonly target: ResourceTarget; readonly appearance: Appearance }[];
  /** Milliseconds by which an account's TaskRouter is ahead. */
  readonly skew: (accountId: string) => number;
}

interface GoToItem extends vscode.QuickPickItem {
  /** An item with an ID stays highlighted when others are added. */
  readonly id?: string;
  readonly run?: () => void;
}

/** Goes to what the user enters: a resource by its SID or address, or tasks and workers that a search finds. */
export class GoTo {
  private readonly scope: SearchScope;

  constructor(private readonly options: GoToOptions) {
    this.scope = new SearchScope(options);
  }

  /** With a workspace a search is limited to that one. */
  show(only?: WorkspacePlace, entered = ''): void {
    new GoToPick(this.options, this.scope, only, {
      open: (named) => void this.reported(this.open(named)),
      openMatch: (match) => void this.reported(this.openMatch(match)),
      choosePlaces: (text) => void this.scope.choose().then(() => this.show(only, text)),
    }).show(entered);
  }

  /** Opens what a link leads to. Never rejects. */
  async openLink({ accountSid, workspaceSid, noun, sid, parentSid }: LinkTarget & { noun: FindableNoun }) {
    const named = { accountSid, workspaceSid, noun, sid, ...(parentSid ? { parentSid } : {}), others: [] };
    await this.reported(this.open(named));
  }

  /** Opens a resource, or says why that is not possible. */
  private async open(named: NamedResource): Promise<void> {
    const { accountSid, workspaceSid, noun, sid, parentSid } = named;
    if (noun === undefined || sid === undefined) return;
    const accounts =
      accountSid === undefined ? this.options.accounts.all : accountsWith(this.options, accountSid);
    const [first] = accounts;
    if (!first) return void showInformation(notSignedIn(accountSid ?? ''));
    if (noun === 'Account') return void this.options.explorer.revealAccount(first.id);
    const wanted: WantedSid = {
      ...{ noun, sid, workspaceSid, accountIds: accounts.map(({ id }) => id) },
      first: workspaceSid === undefined ? this.here(accounts.map(({ id }) => id)) : undefined,
    };
    // An address names the task of a reservation: where that is, the reservation is.
    const inTask = noun === 'Reservation' && parentSid !== undefined;
    const place = await findPlace(
      this.options,
      inTask ? { ...wanted, noun: 'Task', sid: parentSid } : wanted,
    );
    if (place) await openResource(this.options, inTask ? { ...place, parentSid } : place, noun, sid);
  }

  /** The workspace that the user is looking at, if it is of one of these accounts. */
  private here(accountIds: readonly string[]): WorkspacePlace | undefined {
    const place = this.options.place();
    return place && accountIds.includes(place.accountId) ? place : undefined;
  }

  private async openMatch({ accountId, workspaceSid, collection, row }: Match): Promise<void> {
    const noun = collection.noun as FindableNoun;
    await openResource(this.options, { accountId, workspaceSid }, noun, row.sid);
  }

  private async reported(work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => void showError(sentence(describeError(error))));
  }
}

/** The kinds of resources that a search finds. */
const searchedNouns: ReadonlySet<string> = new Set(['Task', 'Worker', 'TaskQueue', 'Workflow', 'Activity']);

const tooLong = () =>
  l10n.t('This text is too long to search for. Enter at most {count} characters, or a SID or an address.', {
    count: number(maxText),
  });
const notSignedIn = (accountSid: string) =>
  l10n.t('Account {accountSid} is not signed in here. Sign in to it first, then try again.', { accountSid });

interface GoToActions {
  readonly open: (named: NamedResource) => void;
  readonly openMatch: (match: Match) => void;
  readonly choosePlaces: (entered: string) => void;
}

/** The pick of one Go to…. Nothing is read before the user chooses to; closing it cancels what is being read. */
class GoToPick {
  private readonly pick: vscode.QuickPick<GoToItem>;
  private readonly closed = new AbortController();
  /** Of the text that is entered. */
  private search: Search | undefined;
  private active: GoToItem | undefined;
  private searching: AbortController | undefined;
  private runs = 0;
  private failedAccounts: readonly vscode.QuickPickItem[] = [];

  constructor(
    private readonly options: GoToOptions,
    private readonly scope: SearchScope,
    private readonly only: WorkspacePlace | undefined,
    private readonly actions: GoToActions,
  ) {
    this.pick = createQuickPick<GoToItem>({
      title: this.title,
      placeholder: l10n.t('SID, Console or API address, phone number, name, or part of an attribute'),
    });
    // Results stay in the order in which they are found. Where VS Code does not know this property, it sorts names that match.
    Object.assign(this.pick, { sortByLabel: false, matchOnDescription: false, keepScrollPosition: true });
    this.pick.onDidChangeActive(([active]) => (this.active = active ?? this.active));
    this.pick.onDidChangeValue(() => {
      this.stop();
      this.search = undefined;
      this.draw();
    });
    this.pick.onDidAccept(() => {
      const [selected] = this.pick.selectedItems;
      // Where the rows were just drawn anew, what VS Code has as selected is a row of before, or none.
      (selected && this.pick.items.includes(selected) ? selected : this.active)?.run?.();
    });
    this.pick.onDidTriggerButton(() => this.stop());
    this.pick.onDidHide(() => {
      this.closed.abort();
      this.stop();
      this.pick.dispose();
    });
  }

  show(entered: string): void {
    this.pick.value = entered;
    this.draw();
    this.pick.show();
  }

  private get title(): string {
    return this.only
      ? l10n.t('Search All Tasks: {workspace}', { workspace: this.scope.nameOf(this.only) })
      : l10n.t('Go to…');
  }

  private get where(): string {
    return this.only ? this.scope.nameOf(this.only) : this.scope.describe();
  }

  private draw(): void {
    if (this.closed.signal.aborted) return;
    const { pick, search } = this;
    const { id } = pick.activeItems[0] ?? {};
    pick.items = [...(search ? this.resultItems(search) : this.firstItems(readQuery(pick.value)))].map(
      (one) => ({
        alwaysShow: true,
        ...one,
        // Icons of ours are in labels only.
        description: forQuickPick(one.description ?? ''),
      }),
    );
    const same = id === undefined ? undefined : pick.items.find((one) => one.id === id);
    if (same) pick.activeItems = [same];
    this.active = same ?? pick.items[0];
    pick.busy = this.searching !== undefined;
    pick.buttons = this.searching
      ? [{ iconPath: new vscode.ThemeIcon('debug-stop'), tooltip: l10n.t('Stop Searching') }]
      : [];
    pick.title = plain(search ? `${this.title} · ${progressText(search)}` : this.title, 200);
  }

  /** What can be done with what is entered, before anything is read. */
  private firstItems(query: Query): GoToItem[] {
    const where = this.only ? [] : [this.whereItem()];
    switch (query.kind) {
      case 'empty':
        return where;
      case 'nothing':
        return [{ label: `$(warning) ${l10n.t('This address does not lead to a TaskRouter resource.')}` }];
      case 'too long':
        return [{ label: `$(warning) ${tooLong()}` }];
      case 'resource':
        return this.resourceItems(query);
      case 'text': {
        const text = forQuickPick(query.text, 60);
        return [
          {
            label: l10n.t('Search for “{text}”', { text }),
            description: this.where,
            iconPath: new vscode.ThemeIcon('search'),
            run: () => void this.begin(query),
          },
          ...where,
        ];
      }
    }
  }

  /** One for each resource that the text names. */
  private resourceItems({ named, others }: Extract<Query, { kind: 'resource' }>): GoToItem[] {
    const items = [named, ...others].map((one) => this.resourceItem(one));
    const count = number(items.length);
    return others.length === 0
      ? items
      : [
          ...items,
          { label: `$(info) ${l10n.t('This text names {count} resources. Choose one.', { count })}` },
        ];
  }

  private resourceItem(named: NamedAddress): GoToItem {
    const { accountSid, workspaceSid, noun, sid } = named;
    if (accountSid !== undefined && accountsWith(this.options, accountSid).length === 0)
      return { label: `$(warning) ${forQuickPick(notSignedIn(accountSid))}` };
    return {
      label: l10n.t('Go to {resource} {sid}', { resource: nameOfNoun(noun), sid }),
      description: workspaceSid !== undefined && workspaceSid !== sid ? workspaceSid : '',
      iconPath: new vscode.ThemeIcon('arrow-right'),
      run: () => {
        this.pick.hide();
        this.actions.open(named);
      },
    };
  }

  private whereItem(): GoToItem {
    return {
      label: l10n.t('Choose Where to Search…'),
      description: l10n.t('now: {places}', { places: this.where }),
      iconPath: new vscode.ThemeIcon('settings-gear'),
      run: () => {
        const { value } = this.pick;
        this.pick.hide();
        this.actions.choosePlaces(value);
      },
    };
  }

  private resultItems(search: Search): GoToItem[] {
    const found = search.matches.map((match) => this.matchItem(match));
    // The highlight stays on it only if the user has chosen it: else it moves to the first result.
    const id = this.runs > 1 ? { id: 'more' } : {};
    if (this.searching)
      return [...found, { label: `$(loading~spin) ${l10n.t('Searching…')}`, description: this.where, ...id }];
    const failures = search.failures.map(({ place, error }) => failureItem(error, this.scope.nameOf(place)));
    const outcome = searchOutcome(search, this.where, this.failedAccounts.length > 0);
    const more: GoToItem = {
      label: l10n.t('Search Further'),
      description: found.length
        ? l10n.t('reads tasks and workers page by page, up to {count} rows', { count: number(maxRows) })
        : l10n.t('reads up to {count} more rows', { count: number(maxRows) }),
      iconPath: new vscode.ThemeIcon('search'),
      ...id,
      run: () => void this.continue(search),
    };
    return [
      ...found,
      ...(outcome ? [{ label: `$(${outcome.icon}) ${forQuickPick(outcome.text)}` }] : []),
      ...failures,
      ...this.failedAccounts,
      ...(search.hasMore ? [more] : []),
      ...(this.only ? [] : [this.whereItem()]),
    ];
  }

  private matchItem(match: Match): GoToItem {
    const { accountId, collection, row } = match;
    const { accounts, store, clock, skew } = this.options;
    const now = clock.now() + skew(accountId);
    const appearance =
      configurationAppearance(collection, row) ??
      appearanceOf(collection, row, now, (sid) => store.row(accountId, sid));
    const account = accounts.all.length > 1 ? accounts.get(accountId)?.name : '';
    const { icon, color } = appearance;
    return {
      id: `${accountId}/${row.sid}`,
      label: forQuickPick(appearance.label),
      description: [appearance.description, this.scope.nameOf(match), account].filter(Boolean).join(' · '),
      detail: [row.sid, this.reason(match, appearance.label)].filter(Boolean).join(' · '),
      iconPath: new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined),
      run: () => {
        this.pick.hide();
        this.actions.openMatch(match);
      },
    };
  }

  /** What of the row was found, unless its label has it. */
  private reason({ collection, row }: Match, label: string): string {
    const query = this.search?.query;
    const found = query && foundIn(query, collection, row);
    return !found || found.text === row.sid || label.includes(found.text)
      ? ''
      : forQuickPick(excerpt(found, query), 120);
  }

  private async begin(query: TextQuery): Promise<void> {
    const searching = this.start();
    this.runs = 0;
    const { places, failures } = this.only
      ? { places: [this.only], failures: [] }
      : await this.scope.read(searching.signal);
    if (searching.signal.aborted) return;
    const { accounts } = this.options;
    this.failedAccounts = failures.map(({ accountId, error }) =>
      failureItem(error, accounts.get(accountId)?.name),
    );
    const search = new Search(this.options, query, places, () => {
      if (this.search === search) this.draw();
    });
    this.search = search;
    search.addLoaded(this.loadedIn(places));
    await this.run(search, searching);
  }

  private async continue(search: Search): Promise<void> {
    await this.run(search, this.start());
  }

  private start(): AbortController {
    this.stop();
    this.searching = new AbortController();
    this.draw();
    return this.searching;
  }

  private async run(search: Search, searching: AbortController): Promise<void> {
    this.runs++;
    this.draw();
    await search.run(searching.signal);
    if (this.searching !== searching) return;
    this.searching = undefined;
    this.draw();
  }

  /** Ends the reading; what it has found stays. */
  private stop(): void {
    const { searching } = this;
    this.searching = undefined;
    searching?.abort();
    if (searching) this.draw();
  }

  /** The rows that views show, of these workspaces. */
  private loadedIn(places: readonly WorkspacePlace[]): Match[] {
    return this.options.shown().flatMap(({ target: { accountId, collection, sids } }): Match[] => {
      const [workspaceSid = ''] = sids;
      const row = this.options.store.row(accountId, sids.at(-1)!);
      const isIn = places.some((one) => one.accountId === accountId && one.workspaceSid === workspaceSid);
      return row && isIn && searchedNouns.has(collection.noun)
        ? [{ accountId, workspaceSid, collection, row }]
        : [];
    });
  }
}
