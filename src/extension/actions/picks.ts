import * as vscode from 'vscode';
import type { Row } from '../../taskrouter/client';
import { readRow } from '../../taskrouter/client';
import type { Instruction } from '../../taskrouter/instructions';
import * as resources from '../../taskrouter/resources';
import type { Account } from '../accounts/account';
import type { Accounts } from '../accounts/accounts';
import type { Logged } from '../features/log/requestLog';
import { lookOf } from '../display/rows';
import { forQuickPick, plain } from '../display/safeText';
import type { Store } from '../data/store';
import type { ResourceNode, WorkspacesTree } from '../features/explorer/tree';
import { sentence, describeError } from '../display/errorMessage';

/** A reservation that a person chose, and the side it was seen from. */
export interface ChosenReservation {
  readonly account: Account;
  readonly sids: readonly [workspaceSid: string, parentSid: string, sid: string];
}

interface Item<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Asks for what a command was not given. Everything resolves to undefined when the person turns away. */
export class Picks {
  constructor(
    private readonly accounts: Accounts,
    private readonly store: Store,
    private readonly tree: WorkspacesTree,
  ) {}

  async account(title: string): Promise<Account | undefined> {
    const { all } = this.accounts;
    if (all.length === 0) {
      const simulate = 'Explore with a Simulated Account';
      const choice = await vscode.window.showInformationMessage(
        'You are not signed in to TaskRouter.',
        simulate,
        'Sign In',
      );
      if (choice === simulate) await vscode.commands.executeCommand('taskrouter.account.simulate');
      if (choice === 'Sign In') await vscode.commands.executeCommand('taskrouter.account.signIn');
      return this.accounts.all[0];
    }
    if (all.length === 1) return all[0];
    const items = all.map((account) => ({
      label: forQuickPick(account.name),
      description: account.kind === 'simulated' ? 'SIMULATOR' : forQuickPick(account.username),
      value: account,
    }));
    return pick(title, 'Which account?', Promise.resolve(items));
  }

  /** A reservation on which this instruction can work; any open one for none. */
  async reservation(title: string, instruction?: Instruction): Promise<ChosenReservation | undefined> {
    const account = await this.account(title);
    if (!account) return undefined;
    const workspaceSid = await this.workspace(title, account);
    if (!workspaceSid) return undefined;
    const from: readonly string[] = instruction?.from ?? ['pending', 'accepted', 'wrapping'];
    return pick(
      title,
      'Which reservation?',
      this.reservationItems(account, workspaceSid, from),
      `No reservation is ${from.join(' or ')} now.`,
    );
  }

  /** One of the rows that the view shows, of those whose context has this word. */
  resource(title: string, context = 'resource'): Promise<ResourceNode | undefined> {
    const several = this.accounts.all.length > 1;
    const items = this.tree.resources().flatMap((node) => {
      const look = this.tree.look(node);
      if (!new RegExp(`\\b(${context})\\b`).test(look.context)) return [];
      const account = several ? this.accounts.get(node.accountId)?.name : '';
      return {
        label: forQuickPick(look.label),
        iconPath: new vscode.ThemeIcon(look.icon),
        description: forQuickPick([look.description, account].filter(Boolean).join(' · ')),
        detail: node.sids.at(-1)!,
        value: node,
      };
    });
    return pick(
      title,
      'Which one?',
      Promise.resolve(items),
      'The view shows none of that kind yet: open a workspace in it first.',
    );
  }

  /** A request of this session; what was sent or failed comes before the reads, of which there are many. */
  request(title: string, requests: readonly Logged[]): Promise<Logged | undefined> {
    const under = (heading: string, telling: boolean) => {
      const items = requests
        .filter((logged) => logged.telling === telling)
        .map((logged) => ({
          label: forQuickPick(logged.short),
          description: `${logged.at.toLocaleTimeString()} · ${forQuickPick(logged.account.name)}`,
          detail: forQuickPick(logged.line, 200),
          value: logged,
        }));
      const separator = { label: heading, kind: vscode.QuickPickItemKind.Separator };
      return items.length ? [separator, ...items] : [];
    };
    const items = [...under('Sent, or failed', true), ...under('Read', false)];
    return pick(title, 'Which request?', Promise.resolve(items), 'No request has been sent in this session.');
  }

  /** The activity a worker moves to; `''` leaves it to TaskRouter. */
  activity(
    title: string,
    accountId: string,
    workspaceSid: string,
    worker: string,
  ): Promise<string | undefined> {
    const items = async () => {
      const list = { accountId, collection: resources.activities, parents: [workspaceSid] };
      await this.store.all(list);
      const activities = this.read(accountId, resources.activities, this.store.list(list)?.sids ?? []);
      const unavailableFirst = [...activities].sort(
        (one, other) => Number(one.available) - Number(other.available),
      );
      return [
        {
          label: 'Leave it to TaskRouter',
          iconPath: new vscode.ThemeIcon('arrow-right'),
          value: '',
        },
        ...unavailableFirst.map((activity) => ({
          label: forQuickPick(activity.friendly_name ?? activity.sid),
          iconPath: new vscode.ThemeIcon(activity.available ? 'circle-large-filled' : 'circle-large'),
          description: activity.available ? 'takes tasks: this one may come straight back' : 'takes no tasks',
          value: activity.sid,
        })),
      ];
    };
    return pick(title, `Which activity should ${plain(worker, 60)} move to?`, items());
  }

  private async workspace(title: string, account: Account): Promise<string | undefined> {
    const list = { accountId: account.id, collection: resources.workspaces, parents: [] };
    const items = async () => {
      const { client, signal } = await this.accounts.connect(account.id);
      const { rows } = await client.list(resources.workspaces, [], {}, { pageSize: 200 }, signal);
      return rows
        .flatMap((row) => readRow(resources.workspaces, row) ?? [])
        .map((workspace) => ({
          label: forQuickPick(workspace.friendly_name ?? workspace.sid),
          iconPath: new vscode.ThemeIcon('organization'),
          description: workspace.sid,
          value: workspace.sid,
        }));
    };
    const only = this.store.list(list)?.sids;
    if (only?.length === 1) return only[0];
    return pick(title, 'Which workspace?', items(), 'This account has no workspaces.');
  }

  /** Asks the narrow question: only tasks that can have such reservations, then each one's. */
  private async reservationItems(
    account: Account,
    workspaceSid: string,
    from: readonly string[],
  ): Promise<Item<ChosenReservation>[]> {
    const { client, signal } = await this.accounts.connect(account.id);
    const assignmentStatus = [
      ...(from.includes('pending') ? ['reserved'] : []),
      ...(from.includes('accepted') ? ['assigned'] : []),
      ...(from.includes('wrapping') ? ['wrapping'] : []),
    ];
    const request = this.store.begin(account.id);
    const tasks = await client.list(
      resources.tasks,
      [workspaceSid],
      { assignmentStatus, ordering: 'DateCreated:asc' },
      { pageSize: 200 },
      signal,
    );
    const found = await Promise.all(
      tasks.rows.map(async (task) => {
        const page = await client.list(resources.taskReservations, [workspaceSid, task.sid], {}, {}, signal);
        return page.rows
          .filter((row) => from.includes(String(row['reservation_status'])))
          .map((row) => ({ task, row }));
      }),
    );
    return found.flat().map(({ task, row }) => {
      this.store.put(request, task);
      this.store.put(request, row);
      const look = lookOf(resources.taskReservations, row, Date.now(), () => task);
      return {
        label: forQuickPick(look.label),
        iconPath: new vscode.ThemeIcon(look.icon),
        description: forQuickPick(look.description),
        detail: forQuickPick(lookOf(resources.tasks, task, Date.now(), () => undefined).label),
        value: { account, sids: [workspaceSid, task.sid, row.sid] as const },
      };
    });
  }

  private read<T>(accountId: string, collection: resources.Collection<T>, sids: readonly string[]): T[] {
    return sids.flatMap((sid) => {
      const row: Row | undefined = this.store.row(accountId, sid);
      return (row && readRow(collection, row)) ?? [];
    });
  }
}

/** A quick pick that shows at once and fills when its items come; a failure is told in it. */
function pick<T>(
  title: string,
  placeholder: string,
  items: Promise<readonly (Item<T> | vscode.QuickPickItem)[]>,
  none = 'Nothing to choose.',
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const quickPick = vscode.window.createQuickPick<vscode.QuickPickItem & { value?: T }>();
    Object.assign(quickPick, {
      title,
      placeholder,
      busy: true,
      matchOnDescription: true,
      matchOnDetail: true,
    });
    quickPick.onDidAccept(() => {
      const chosen = quickPick.selectedItems[0];
      if (chosen?.value === undefined) return;
      resolve(chosen.value);
      quickPick.hide();
    });
    quickPick.onDidHide(() => {
      resolve(undefined);
      quickPick.dispose();
    });
    quickPick.show();
    items.then(
      (found) => {
        quickPick.items = found.length ? found : [{ label: `$(info) ${none}` }];
        quickPick.busy = false;
      },
      (error: unknown) => {
        quickPick.items = [
          { label: `$(error) ${forQuickPick(sentence(describeError(error)), 300)}`, alwaysShow: true },
        ];
        quickPick.busy = false;
      },
    );
  });
}
