import * as vscode from 'vscode';
import { readRow } from '../../taskrouter/client';
import { rowsOf } from '../../taskrouter/pages';
import { openStatuses, statusOf } from '../../taskrouter/reservation';
import { isSid } from '../../taskrouter/sid';
import * as resources from '../../taskrouter/resources';
import type { Account } from '../accounts/account';
import type { Accounts } from '../accounts/accounts';
import type { Command, TargetKind, TargetTypes } from '../contributions';
import { worksOn } from '../contributions';
import type { Store } from '../data/store';
import type { AccountTarget, ReservationTarget, ResourceTarget, RowTarget, TaskTarget } from '../data/target';
import { taskTarget } from '../data/target';
import { localizeText } from '../display/localize';
import { showInformation } from '../display/notification';
import type { Look } from '../display/rows';
import { accountLook, forAccount, lookOf, reservationContext } from '../display/rows';
import { firstVisible, forQuickPick } from '../display/safeText';
import type { Item } from './quickPick';
import { pick } from './quickPick';
import { pickTask } from './taskPick';

export interface PicksOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  /** The resources that views show at this moment. */
  readonly shown: () => readonly { readonly target: ResourceTarget; readonly look: Look }[];
  /** Offers to sign in to somebody who is not. */
  readonly signIn: () => Promise<void>;
}

/** Each costs a request of its own, for its reservations. */
const maxTasks = 200;

/** The statuses of the reservations on which a command works in this account. */
const statusesFor = (command: Command, account: Account) =>
  openStatuses.filter((one) => worksOn(command, forAccount(account, reservationContext(one))));

/** Asks for the target of a command that was not chosen on a row; undefined when the user cancels. */
export class Picks {
  constructor(private readonly options: PicksOptions) {}

  readonly byKind: { [Kind in TargetKind]: (command: Command) => Promise<TargetTypes[Kind] | undefined> } = {
    none: () => Promise.resolve(undefined),
    // Only a row says which list is meant.
    list: () => Promise.resolve(undefined),
    account: (command) => this.account(command),
    resource: (command) => this.resource(command),
    reservation: (command) => this.reservation(command),
    task: (command) => this.task(command),
  };

  /** The task that a row is about. */
  taskOf(row: RowTarget): TaskTarget | undefined {
    return taskTarget(
      row,
      (sid) => this.options.store.read(resources.taskReservations, row.accountId, sid)?.task_sid,
    );
  }

  private async account(command: Command): Promise<AccountTarget | undefined> {
    const chosen = await this.chooseAccount(command, (one) => worksOn(command, accountLook(one).context));
    return chosen && { accountId: chosen.id };
  }

  private async chooseAccount(
    { title, nothing = 'Read-only account: changes are blocked.' }: Command,
    fits: (account: Account) => boolean,
  ): Promise<Account | undefined> {
    const { accounts, signIn } = this.options;
    if (accounts.all.length === 0) await signIn();
    if (accounts.all.length === 0) return undefined;
    const fitting = accounts.all.filter(fits);
    if (fitting.length === 0) void showInformation(localizeText(nothing));
    if (fitting.length <= 1) return fitting[0];
    const items = fitting.map((account) => ({
      label: forQuickPick(account.name),
      description: account.kind === 'simulated' ? vscode.l10n.t('SIMULATOR') : forQuickPick(account.username),
      value: account,
    }));
    return pick(localizeText(title), vscode.l10n.t('Which account?'), items);
  }

  private async reservation(command: Command): Promise<ReservationTarget | undefined> {
    const account = await this.chooseAccount(command, (one) => statusesFor(command, one).length > 0);
    return account && this.reservationOf(account, command);
  }

  /** Asks for an open reservation of this account on which the command works. */
  async reservationOf(account: Account, command: Command): Promise<ReservationTarget | undefined> {
    const { title, sends } = command;
    const workspaceSid = await this.workspace(title, account);
    if (!workspaceSid) return undefined;
    const statuses = statusesFor(command, account);
    return pick(
      localizeText(title),
      vscode.l10n.t('Which reservation?'),
      this.reservationItems(account.id, workspaceSid, statuses),
      {
        nothing: vscode.l10n.t('This workspace has no reservations with this status: {statuses}.', {
          statuses: statuses.join(', '),
        }),
        sends,
      },
    );
  }

  /** Also one that no longer exists, by its SID: its Events are kept longer. */
  private async task(command: Command): Promise<TaskTarget | undefined> {
    const account = await this.chooseAccount(command, () => true);
    const workspaceSid = account && (await this.workspace(command.title, account));
    if (!workspaceSid) return undefined;
    const { accounts, store } = this.options;
    return pickTask(command.title, { accounts, store, accountId: account.id, workspaceSid });
  }

  private resource(command: Command): Promise<ResourceTarget | undefined> {
    const { accounts, shown } = this.options;
    const several = accounts.all.length > 1;
    const items = shown()
      .filter(({ look }) => worksOn(command, look.context))
      .map(({ target, look }) => {
        const account = several ? accounts.get(target.accountId)?.name : '';
        return {
          label: forQuickPick(look.label),
          iconPath: new vscode.ThemeIcon(look.icon),
          description: forQuickPick([look.description, account].filter(Boolean).join(' · ')),
          detail: target.sids.at(-1)!,
          value: target,
        };
      });
    const nothing = command.nothing
      ? localizeText(command.nothing)
      : vscode.l10n.t('Nothing to choose yet. Expand a workspace in the view first.');
    return pick(localizeText(command.title), vscode.l10n.t('Which one?'), items, { nothing });
  }

  private async workspace(title: string, account: Account): Promise<string | undefined> {
    const { accounts, store } = this.options;
    const list = { accountId: account.id, collection: resources.workspaces, parents: [] };
    const items = async () => {
      const { client, signal } = await accounts.connect(account.id);
      const rows = await rowsOf(client.pages(resources.workspaces, [], {}, {}, signal));
      return rows
        .flatMap((row) => (isSid('Workspace', row.sid) ? readRow(resources.workspaces, row) : []))
        .map((workspace) => ({
          label: forQuickPick(firstVisible([workspace.friendly_name, workspace.sid])),
          iconPath: new vscode.ThemeIcon('organization'),
          description: workspace.sid,
          value: workspace.sid,
        }));
    };
    const only = store.list(list)?.sids.filter((sid) => isSid('Workspace', sid));
    if (only?.length === 1) return only[0];
    return pick(localizeText(title), vscode.l10n.t('Which workspace?'), items(), {
      nothing: vscode.l10n.t('This account has no workspaces.'),
    });
  }

  /** Reads only the tasks that can have such reservations, then the reservations of each. */
  private async reservationItems(
    accountId: string,
    workspaceSid: string,
    statuses: readonly string[],
  ): Promise<Item<ReservationTarget>[]> {
    const { accounts, store } = this.options;
    const { client, signal } = await accounts.connect(accountId);
    const assignmentStatus = [
      ...(statuses.includes('pending') ? ['reserved'] : []),
      ...(statuses.includes('accepted') ? ['assigned'] : []),
      ...(statuses.includes('wrapping') ? ['wrapping'] : []),
    ];
    const request = store.begin(accountId);
    const filters = { assignmentStatus, ordering: 'DateCreated:asc' };
    const options = { wanted: maxTasks };
    const tasks = await rowsOf(client.pages(resources.tasks, [workspaceSid], filters, options, signal));
    const found = await Promise.all(
      tasks
        .filter(({ sid }) => isSid('Task', sid))
        .map(async (task) => {
          const parents = [workspaceSid, task.sid];
          const rows = await rowsOf(client.pages(resources.taskReservations, parents, {}, {}, signal));
          return rows
            .filter((row) => isSid('Reservation', row.sid) && statuses.includes(statusOf(row) ?? ''))
            .map((row) => ({ task, row }));
        }),
    );
    return found.flat().map(({ task, row }) => {
      store.put(request, task);
      store.put(request, row);
      const look = lookOf(resources.taskReservations, row, Date.now(), () => task);
      return {
        label: forQuickPick(look.label),
        iconPath: new vscode.ThemeIcon(look.icon),
        description: forQuickPick(look.description),
        detail: forQuickPick(lookOf(resources.tasks, task, Date.now(), () => undefined).label),
        value: { accountId, address: { workspaceSid, parentSid: task.sid, sid: row.sid } },
      };
    });
  }
}
