import type * as vscode from 'vscode';
import { l10n } from 'vscode';
import * as resources from '../../../taskrouter/resources';
import type { Accounts } from '../../accounts/accounts';
import type { Memory } from '../../accounts/memory';
import { storedList } from '../../accounts/memory';
import { isSamePlace } from '../../actions/knownPlace';
import { failureItem } from '../../actions/quickPick';
import { workspacesOf } from '../../actions/reservationPick';
import type { Store } from '../../data/store';
import type { WorkspacePlace } from '../../data/target';
import { openTasks } from '../../data/taskLists';
import { createQuickPick } from '../../display/quickInput';
import { firstVisible, forQuickPick, plain } from '../../display/safeText';

export interface SearchScopeOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  /** Of this window. */
  readonly memory: Memory;
  /** The workspace that the user is looking at. */
  readonly place: () => WorkspacePlace | undefined;
}

/** Workspaces to search; `failures` are accounts whose workspaces could not be listed. */
export interface Places {
  readonly places: readonly WorkspacePlace[];
  readonly failures: readonly { readonly accountId: string; readonly error: unknown }[];
}

const memoryKey = 'taskrouter.goTo.workspaces';

/** Which workspaces Go to… searches: those that the user chose, or else all of all accounts. */
export class SearchScope {
  constructor(private readonly options: SearchScopeOptions) {}

  /** Those that the user chose and whose accounts are signed in. */
  private get chosen(): readonly WorkspacePlace[] {
    const { memory, accounts } = this.options;
    const stored = storedList<WorkspacePlace>(memory, memoryKey, {
      accountId: 'string',
      workspaceSid: 'string',
    });
    return stored.filter(({ accountId }) => accounts.get(accountId));
  }

  /** All that are signed in, first the one that the user is looking at. */
  private get defaultAccounts(): readonly string[] {
    const { accounts, place } = this.options;
    const ids = accounts.all.map(({ id }) => id);
    const here = place()?.accountId;
    return [...ids.filter((id) => id === here), ...ids.filter((id) => id !== here)];
  }

  /** In a few words, for an item. */
  describe(): string {
    const { chosen, defaultAccounts: ids } = this;
    const [first] = chosen;
    if (first)
      return chosen.length === 1
        ? this.nameOf(first)
        : l10n.t('{count} workspaces', { count: chosen.length });
    const { accounts } = this.options;
    return ids.length === 1
      ? l10n.t('all workspaces of {account}', { account: plain(accounts.get(ids[0]!)?.name ?? '', 40) })
      : l10n.t('all workspaces of {count} accounts', { count: ids.length });
  }

  nameOf({ accountId, workspaceSid }: WorkspacePlace): string {
    const row = this.options.store.read(resources.workspaces, accountId, workspaceSid);
    return firstVisible([row?.friendly_name, workspaceSid], 40);
  }

  /** Those whose rows are loaded come first. */
  async read(signal: AbortSignal): Promise<Places> {
    const { chosen } = this;
    const { places, failures } = chosen.length
      ? { places: chosen, failures: [] }
      : await this.list(this.defaultAccounts, signal);
    const { store } = this.options;
    const isLoaded = ({ accountId, workspaceSid }: WorkspacePlace) =>
      [
        openTasks({ accountId, workspaceSid }),
        { accountId, collection: resources.workers, parents: [workspaceSid] },
      ].some((list) => store.list(list));
    const loaded = places.filter(isLoaded);
    return { places: [...loaded, ...places.filter((place) => !loaded.includes(place))], failures };
  }

  private async list(accountIds: readonly string[], signal: AbortSignal): Promise<Places> {
    const failures: { accountId: string; error: unknown }[] = [];
    const all = await Promise.all(
      accountIds.map(async (accountId) => {
        try {
          const { workspaces, cutShort } = await workspacesOf(accountId, this.options, signal);
          if (cutShort) failures.push({ accountId, error: cutShort });
          return workspaces.map(({ sid: workspaceSid }) => ({ accountId, workspaceSid }));
        } catch (error) {
          if (!signal.aborted) failures.push({ accountId, error });
          return [];
        }
      }),
    );
    return { places: all.flat(), failures };
  }

  /** Asks which workspaces to search. Resolves when the user has chosen or canceled. */
  async choose(): Promise<void> {
    const { accounts, memory } = this.options;
    const closed = new AbortController();
    const pick = createQuickPick<vscode.QuickPickItem & { readonly place?: WorkspacePlace }>({
      title: l10n.t('Where to Search'),
      placeholder: l10n.t(
        'Select workspaces. With none selected, Go to… searches those of all your accounts.',
      ),
      detailsAreSids: true,
    });
    pick.canSelectMany = true;
    pick.busy = true;
    pick.show();
    const ended = new Promise<void>((resolve) => {
      pick.onDidAccept(() => {
        const places = pick.selectedItems.flatMap(({ place }) => place ?? []);
        void memory.update(memoryKey, places);
        pick.hide();
      });
      pick.onDidHide(() => {
        closed.abort();
        pick.dispose();
        resolve();
      });
    });
    const { places, failures } = await this.list(
      accounts.all.map(({ id }) => id),
      closed.signal,
    );
    if (closed.signal.aborted) return ended;
    const { chosen } = this;
    const items = places.map((place) => ({
      label: forQuickPick(this.nameOf(place)),
      description: accounts.all.length > 1 ? forQuickPick(accounts.get(place.accountId)?.name ?? '') : '',
      detail: place.workspaceSid,
      place,
    }));
    pick.items = [
      ...items,
      ...failures.map(({ accountId, error }) => failureItem(error, accounts.get(accountId)?.name)),
    ];
    pick.selectedItems = items.filter(({ place }) => chosen.some(isSamePlace(place)));
    pick.busy = false;
    return ended;
  }
}
