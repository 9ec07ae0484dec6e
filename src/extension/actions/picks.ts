import * as vscode from 'vscode';
import { isSid } from '../../taskrouter/sid';
import * as resources from '../../taskrouter/resources';
import type { Account } from '../accounts/account';
import type { Command, TargetKind, TargetTypes } from '../contributions';
import { changes, worksOn } from '../contributions';
import type { AccountTarget, ReservationTarget, ResourceTarget, WorkspacePlace } from '../data/target';
import { localizeText } from '../display/localize';
import { showInformation } from '../display/notification';
import type { Appearance } from '../display/rows';
import { accountAppearance } from '../display/rows';
import { firstVisible, forQuickPick } from '../display/safeText';
import { findPlace } from './findPlace';
import type { PickOptions } from './quickPick';
import { failureItem, pick } from './quickPick';
import type { ReservationPickOptions } from './reservationPick';
import { pickReservation, statusesFor, workspacesOf } from './reservationPick';
import type { RowPick } from './rowPicks';
import { pickRow, taskPick, TypedSid, typedSid, workerPick } from './rowPicks';

export interface PicksOptions extends ReservationPickOptions {
  /** The resources that views show at this moment. */
  readonly shown: () => readonly { readonly target: ResourceTarget; readonly appearance: Appearance }[];
  /** The workspace that the user is looking at. */
  readonly place: () => WorkspacePlace | undefined;
  /** Offers to sign in. */
  readonly signIn: () => Promise<void>;
}

type TypedItem<T> = NonNullable<PickOptions<T>['typed']>;

const nothingToChange = 'Read-only account: changes are blocked.';

/** Asks for the target of a command that was not chosen on a row; undefined when the user cancels. */
export class Picks {
  constructor(private readonly options: PicksOptions) {}

  /** `first` are the likely choices and are listed first. */
  readonly byKind: {
    [Kind in TargetKind]: (
      command: Command,
      first?: readonly TargetTypes[Kind][],
    ) => Promise<TargetTypes[Kind] | undefined>;
  } = {
    none: () => Promise.resolve(undefined),
    // Only a row identifies a list.
    list: () => Promise.resolve(undefined),
    query: () => Promise.resolve(undefined),
    account: (command, first) => this.account(command, first),
    resource: (command) => this.resource(command),
    reservation: (command, first) => this.reservation(command, first),
    task: (command) => this.row(command, taskPick),
    worker: (command) => this.row(command, workerPick),
  };

  private async account(
    command: Command,
    first?: readonly AccountTarget[],
  ): Promise<AccountTarget | undefined> {
    const fits = (one: Account) => worksOn(command, accountAppearance(one).context);
    const chosen = await this.chooseAccount(command, fits, { first });
    return chosen && { accountId: chosen.id };
  }

  private async chooseAccount<Typed = never>(
    { title, nothing = nothingToChange }: Command,
    fits: (account: Account) => boolean,
    {
      typed,
      first = [],
    }: { readonly typed?: TypedItem<Typed>; readonly first?: readonly AccountTarget[] | undefined } = {},
  ): Promise<Account | Typed | undefined> {
    const { accounts, signIn } = this.options;
    if (accounts.all.length === 0) await signIn();
    if (accounts.all.length === 0) return undefined;
    const fitting = accounts.all.filter(fits);
    if (fitting.length === 0) void showInformation(localizeText(nothing));
    if (fitting.length <= 1) return fitting[0];
    const ids = [...first.map(({ accountId }) => accountId), ...fitting.map(({ id }) => id)];
    const inOrder = fitting.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
    const items = inOrder.map((account) => accountItem(account, fitting));
    const placeholder = typed
      ? vscode.l10n.t('Which account? Or enter a SID')
      : vscode.l10n.t('Which account?');
    return pick<Account | Typed>(localizeText(title), placeholder, items, { typed });
  }

  private async reservation(
    command: Command,
    first?: readonly ReservationTarget[],
  ): Promise<ReservationTarget | undefined> {
    const { accounts, signIn } = this.options;
    if (accounts.all.length === 0) await signIn();
    if (accounts.all.length === 0) return undefined;
    const fitting = accounts.all.filter((one) => statusesFor(command, one).length > 0);
    if (fitting.length > 0) return this.reservationOf(fitting, command, first);
    return void showInformation(localizeText(command.nothing ?? nothingToChange));
  }

  /** Asks for an open reservation of these accounts on which the command works. */
  async reservationOf(
    among: readonly Account[],
    command: Command,
    first?: readonly ReservationTarget[],
  ): Promise<ReservationTarget | undefined> {
    const chosen = await pickReservation(command, among, this.options, { first });
    if (chosen !== 'elsewhere') return chosen;
    const account = await this.chooseAccount(command, ({ id }) => among.some((one) => one.id === id));
    const workspaceSid = account && (await this.workspace(command.title, account));
    if (!workspaceSid) return undefined;
    const workspace = { accountId: account.id, workspaceSid };
    const found = await pickReservation(command, [account], this.options, { workspace });
    return found === 'elsewhere' ? undefined : found;
  }

  /** Accepts a SID too, also instead of its account and workspace: Events of a deleted task are retained longer. */
  private async row<Target>(command: Command, kind: RowPick<Target>): Promise<Target | undefined> {
    const { accounts, store, clock, skew, place } = this.options;
    const pickIn = (workspace: WorkspacePlace, hasOthers: boolean) => {
      const now = clock.now() + skew(workspace.accountId);
      return pickRow(command, { accounts, store, now, ...workspace, hasOthers }, kind);
    };
    const fits = (account: Account) => !account.readOnly || !changes(command);
    const here = place();
    const accountHere = here && accounts.get(here.accountId);
    if (accountHere && fits(accountHere)) {
      const isOnly = accounts.all.length === 1 && this.workspacesOf(here.accountId)?.length === 1;
      const chosen = await pickIn(here, !isOnly);
      if (chosen instanceof TypedSid) return this.find(kind, chosen, here);
      if (chosen !== 'elsewhere') return chosen;
    }
    const typed = typedSid(kind, command);
    const account = await this.chooseAccount(command, fits, { typed });
    if (account instanceof TypedSid) return this.find(kind, account);
    const workspaceSid = account && (await this.workspace(command.title, account, typed));
    if (workspaceSid instanceof TypedSid) return this.find(kind, workspaceSid);
    if (!workspaceSid) return undefined;
    const workspace = { accountId: account.id, workspaceSid };
    const chosen = await pickIn(workspace, false);
    if (chosen instanceof TypedSid) return this.find(kind, chosen, workspace);
    return chosen === 'elsewhere' ? undefined : chosen;
  }

  private async find<Target>(
    { noun, targetOf }: RowPick<Target>,
    { sid }: TypedSid,
    first?: WorkspacePlace,
  ): Promise<Target | undefined> {
    const place = await findPlace(this.options, { noun, sid, first });
    return place && targetOf(place, sid);
  }

  private workspacesOf(accountId: string): readonly string[] | undefined {
    return this.options.store.list({ accountId, collection: resources.workspaces, parents: [] })?.sids;
  }

  private resource(command: Command): Promise<ResourceTarget | undefined> {
    const { accounts, shown } = this.options;
    const several = accounts.all.length > 1;
    const items = shown()
      .filter(({ appearance }) => worksOn(command, appearance.context))
      .map(({ target, appearance }) => {
        const account = several ? accounts.get(target.accountId)?.name : '';
        return {
          label: forQuickPick(appearance.label),
          iconPath: new vscode.ThemeIcon(appearance.icon),
          description: forQuickPick([appearance.description, account].filter(Boolean).join(' · ')),
          detail: target.sids.at(-1)!,
          value: target,
        };
      });
    const nothing = command.nothing
      ? localizeText(command.nothing)
      : vscode.l10n.t('Nothing to choose yet. Expand a workspace in the view first.');
    return pick(localizeText(command.title), vscode.l10n.t('Which one?'), items, {
      nothing,
      detailsAreSids: true,
    });
  }

  private async workspace<Typed = never>(
    title: string,
    account: Account,
    typed?: TypedItem<Typed>,
  ): Promise<string | Typed | undefined> {
    const only = this.workspacesOf(account.id);
    if (only?.length === 1 && isSid('Workspace', only[0]!)) return only[0];
    const items = async () => {
      const { workspaces, cutShort } = await workspacesOf(account.id, this.options);
      const all = workspaces.map(({ sid, friendly_name: name }) => ({
        label: forQuickPick(firstVisible([name, sid])),
        iconPath: new vscode.ThemeIcon('organization'),
        detail: sid,
        value: sid,
      }));
      return cutShort ? [...all, failureItem(cutShort)] : all;
    };
    const placeholder = typed
      ? vscode.l10n.t('Which workspace? Or enter a SID')
      : vscode.l10n.t('Which workspace?');
    return pick<string | Typed>(localizeText(title), placeholder, items(), {
      nothing: vscode.l10n.t('This account has no workspaces.'),
      detailsAreSids: true,
      typed,
    });
  }
}

/** An account as in the tree; with its login only where another one looks the same. */
export function accountItem(account: Account, among: readonly Account[]) {
  const { label, description, icon, color } = accountAppearance(account);
  const isSame = (one: Account) => {
    const other = accountAppearance(one);
    return one !== account && other.label === label && other.description === description;
  };
  return {
    label: forQuickPick(label),
    description: forQuickPick(description),
    iconPath: new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined),
    ...(among.some(isSame) ? { detail: forQuickPick(account.username) } : {}),
    value: account,
  };
}
