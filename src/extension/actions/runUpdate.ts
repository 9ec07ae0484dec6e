import { l10n } from 'vscode';
import type { Outcome } from './outcome';
import type { PreparedUpdate, ShownResource } from '../../taskrouter/preparedUpdate';
import type { Accounts } from '../accounts/accounts';
import type { Store } from '../data/store';
import type { ResourceTarget } from '../data/target';
import { nameOf } from '../display/names';
import { showWarning, withStatusProgress } from '../display/notification';
import { phaseText } from './phaseText';
import type { Send } from './send';
import type { ShowOutcome } from './showOutcome';
import type { UpdatesInProgress } from './updatesInProgress';

export interface RunUpdateOptions {
  readonly accounts: Pick<Accounts, 'get' | 'connect'>;
  readonly store: Pick<Store, 'row' | 'read' | 'fetch'>;
  readonly inProgress: Pick<UpdatesInProgress, 'follow'>;
  readonly send: Send;
  readonly show: ShowOutcome;
}

/**
 * `prepare` can ask the user for more, and returns undefined when they cancel.
 * @returns the outcome, already shown to the user; undefined if nothing was to be sent
 */
export type RunUpdate = (
  target: ResourceTarget,
  prepare: (resource: ShownResource) => Promise<PreparedUpdate | undefined> | PreparedUpdate | undefined,
) => Promise<Outcome | undefined>;

/** Sends the update that a command prepares from what the user sees, and shows its outcome. */
export function createRunUpdate({ accounts, store, inProgress, send, show }: RunUpdateOptions): RunUpdate {
  return async ({ accountId, collection, sids }, prepare) => {
    const sid = sids.at(-1)!;
    const named = (one: string) => nameOf(store, accountId, one) ?? one;
    const read = () => withStatusProgress('TaskRouter', () => store.fetch(accountId, collection, sids));
    const shown = store.row(accountId, sid) ?? (await read());
    const update = await prepare({ collection, sids, shown, name: named(sid), nameOf: named });
    const account = accounts.get(accountId);
    if (!account) void showWarning(signedOut());
    if (!account || !update) return undefined;
    const outcome = await withStatusProgress('TaskRouter', (report) =>
      inProgress.follow(account, update, async (onPhase) => {
        const connection = await accounts.connect(accountId);
        return send(connection, update, (phase) => {
          report(phaseText(phase, update.title));
          onPhase(phase);
        });
      }),
    );
    // A notification stays until the user closes it.
    if (outcome) void show(outcome, { about: update.about, accountName: account.name });
    return outcome;
  };
}

const signedOut = () =>
  l10n.t('Nothing was sent: the account was signed out in the meantime. Sign in again, then try again.');
