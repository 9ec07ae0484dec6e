import * as vscode from 'vscode';
import type { InstructionName } from '../taskrouter/instructions';
import { instructionNamed } from '../taskrouter/instructions';
import { collectionOf } from '../taskrouter/reservation';
import type { Arguments } from '../taskrouter/update';
import type { Account } from './accounts/account';
import type { Accounts } from './accounts/accounts';
import type { RunUpdate } from './actions/runUpdate';
import { showOutcome } from './actions/runUpdate';
import { prepareReservation } from './features/reservation/prepare';
import type { JsonDocuments } from './features/explorer/jsonDocuments';
import type { ReservationPanels } from './features/reservation/panel';
import type { ChosenReservation, Picks } from './actions/picks';
import type { Poller } from './data/poller';
import type { RequestLog } from './features/log/requestLog';
import { curlOf } from './features/log/requestLog';
import { forMessage } from './display/safeText';
import { changeAccount, connectLocal, enterSecret, signIn } from './features/signIn/signIn';
import type { Store } from './data/store';
import type { ResourceNode, TreeNode } from './features/explorer/tree';
import { sentence, describeError } from './display/errorMessage';

export interface CommandsOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  /** True for a row that one of our views made. */
  readonly owns: (value: unknown) => value is TreeNode;
  readonly poller: Poller;
  readonly picks: Picks;
  readonly panels: ReservationPanels;
  readonly documents: JsonDocuments;
  readonly runUpdate: RunUpdate;
  readonly requests: RequestLog;
  readonly log: vscode.LogOutputChannel;
}

export const viewId = 'taskrouter.workspaces';

/** Instructions whose command opens the form. */
const formCommands = [
  'conference',
  'dequeue',
  'call',
  'redirect',
  'supervise',
  'wrapUp',
  'complete',
] as const;

/**
 * Registers every command. An argument is believed only when it is a row of our own views; whatever else a
 * command is called with, it asks the person.
 */
export function registerCommands(options: CommandsOptions): vscode.Disposable {
  const { accounts, store, owns, poller, picks, panels, documents, runUpdate, requests, log } = options;

  const command = (name: string, run: (argument: unknown) => unknown) =>
    vscode.commands.registerCommand(`taskrouter.${name}`, async (...args: unknown[]) => {
      try {
        // VS Code passes undefined for a row that it has let go of while the person chose from its menu.
        if (args.length > 0 && args[0] === undefined) return tellRowGone();
        await run(args[0]);
      } catch (error) {
        log.error(error instanceof Error ? error : String(error));
        await showOutcome({ kind: 'not done', headline: '', details: [sentence(describeError(error))] }, log);
      }
    });

  const tellRowGone = () => {
    void vscode.window.showInformationMessage(
      'That row changed while you chose. Look at it and choose again.',
    );
  };

  const chosenReservation = (argument: unknown, title: string, name?: InstructionName) => {
    if (owns(argument) && argument.kind === 'resource' && argument.collection.noun === 'Reservation') {
      return Promise.resolve(chosenFrom(argument));
    }
    return picks.reservation(title, name && instructionNamed(name));
  };

  const chosenFrom = (node: ResourceNode): ChosenReservation | undefined => {
    const account = accounts.get(node.accountId);
    const [workspaceSid, parentSid, sid] = node.sids;
    return account && sid ? { account, sids: [workspaceSid!, parentSid!, sid] } : undefined;
  };

  const rowOf = async ({ account, sids }: ChosenReservation) =>
    store.row(account.id, sids[2]) ?? store.fetch(account.id, collectionOf({ parentSid: sids[1] }), sids);

  const actNow = ({ account, sids }: ChosenReservation, name: InstructionName, args: Arguments) => {
    const [workspaceSid, parentSid, sid] = sids;
    const address = { workspaceSid, parentSid, sid };
    return runUpdate(account, { collection: collectionOf(address), sids }, (shown) =>
      prepareReservation(store, account.id, { address, shown, instruction: instructionNamed(name), args }),
    );
  };

  const open = async (argument: unknown, title: string, name?: InstructionName): Promise<void> => {
    const chosen = await chosenReservation(argument, title, name);
    if (!chosen) return;
    const [workspaceSid, parentSid, sid] = chosen.sids;
    panels.show(chosen.account, { workspaceSid, parentSid, sid }, await rowOf(chosen), name);
  };

  const resource = (argument: unknown, title: string): Promise<ResourceNode | undefined> =>
    owns(argument) && argument.kind === 'resource' ? Promise.resolve(argument) : picks.resource(title);

  /** The row's account, or the one that the person picks. */
  const withLogin = async (argument: unknown, title: string): Promise<Account | undefined> => {
    const id = owns(argument) && 'list' in argument ? argument.list?.accountId : undefined;
    const account = (id && accounts.get(id)) || (await picks.account(title));
    if (account?.kind !== 'simulated') return account;
    void vscode.window.showInformationMessage('The simulated account has no secret, and nothing to change.');
    return undefined;
  };

  return vscode.Disposable.from(
    command('account.signIn', () => signIn(accounts)),
    command('account.connectLocal', () => connectLocal(accounts)),
    command('account.enterSecret', async (argument) => {
      const account = await withLogin(argument, 'Enter Secret');
      if (account) await enterSecret(accounts, account);
    }),
    command('account.change', async (argument) => {
      const account = await withLogin(argument, 'Change Account');
      if (account) await changeAccount(accounts, account);
    }),
    command('account.simulate', () => accounts.simulate()),
    command('account.signOut', async (argument) => {
      const account =
        owns(argument) && argument.kind === 'account'
          ? accounts.get(argument.id)
          : await picks.account('Sign Out');
      const sure = account?.kind === 'simulated' && owns(argument);
      if (account && (sure || (await confirmSignOut(account)))) await accounts.signOut(account.id);
    }),
    command('view.refresh', () => {
      accounts.sync();
      return vscode.window.withProgress({ location: { viewId } }, () => poller.now());
    }),
    command('list.retry', (argument) => {
      if (!owns(argument) || !('list' in argument) || !argument.list) return undefined;
      const { list } = argument;
      return vscode.window.withProgress({ location: { viewId } }, () => store.refresh(list));
    }),
    command('list.loadMore', (argument) => {
      if (!owns(argument) || argument.kind !== 'more') return undefined;
      return vscode.window.withProgress({ location: { viewId } }, () => store.more(argument.list));
    }),
    command('reservation.accept', async (argument) => {
      const chosen = await chosenReservation(argument, 'Accept Reservation', 'accept');
      if (chosen) await actNow(chosen, 'accept', {});
    }),
    command('reservation.reject', async (argument) => {
      const title = 'Reject Reservation';
      const chosen = await chosenReservation(argument, title, 'reject');
      if (!chosen) return;
      const worker = (await rowOf(chosen))['worker_name'];
      const who = typeof worker === 'string' && worker ? worker : 'the worker';
      const workerActivitySid = await picks.activity(title, chosen.account.id, chosen.sids[0], who);
      if (workerActivitySid === undefined) return;
      await actNow(chosen, 'reject', workerActivitySid ? { workerActivitySid } : {});
    }),
    command('reservation.open', (argument) => open(argument, 'Open Reservation')),
    ...formCommands.map((name) =>
      command(`reservation.${name}`, (argument) => open(argument, instructionNamed(name).title, name)),
    ),
    command('log.show', () => log.show()),
    command('log.detail', () => {
      requests.beDetailed();
      log.show();
    }),
    command('log.copyCurl', async () => {
      const logged = await picks.request('Copy a Request as curl', requests.recent);
      if (!logged) return;
      await vscode.env.clipboard.writeText(curlOf(logged));
      vscode.window.setStatusBarMessage('$(pass) Copied. Credentials are named in it, not written.', 6000);
    }),
    command('resource.copySid', async (argument) => {
      const node = await resource(argument, 'Copy SID');
      if (!node) return;
      const sid = node.sids.at(-1)!;
      await vscode.env.clipboard.writeText(sid);
      vscode.window.setStatusBarMessage(`$(pass) Copied ${sid}`, 4000);
    }),
    command('resource.openJson', async (argument) => {
      const node = await resource(argument, 'Open as JSON');
      if (node) await documents.show(node.accountId, node.sids.at(-1)!);
    }),
  );
}

async function confirmSignOut(account: Account): Promise<boolean> {
  const detail =
    account.kind === 'simulated'
      ? 'What happened in it is forgotten.'
      : 'Its credentials are removed from this machine. Nothing changes at TaskRouter.';
  const choice = await vscode.window.showWarningMessage(
    `Sign out of ${forMessage(account.name)}?`,
    { modal: true, detail },
    'Sign Out',
  );
  return choice === 'Sign Out';
}
