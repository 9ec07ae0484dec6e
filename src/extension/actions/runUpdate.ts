import type { PreparedUpdate, ShownResource } from '../../taskrouter/preparedUpdate';
import type { Accounts } from '../accounts/accounts';
import type { Store } from '../data/store';
import type { ResourceTarget } from '../data/target';
import { nameOf } from '../display/names';
import { withStatusProgress } from '../display/notification';
import { phaseText } from './phaseText';
import type { Send, SendPhase } from './send';
import type { ShowOutcome } from './showOutcome';

export interface RunUpdateOptions {
  readonly accounts: Pick<Accounts, 'connect'>;
  readonly store: Pick<Store, 'row' | 'read' | 'fetch'>;
  readonly send: Send;
  readonly show: ShowOutcome;
}

/** `prepare` can ask the user for more, and returns undefined when they cancel. */
export type RunUpdate = (
  target: ResourceTarget,
  prepare: (resource: ShownResource) => Promise<PreparedUpdate | undefined> | PreparedUpdate | undefined,
) => Promise<void>;

/** Sends the update that a command prepares from what the user sees, and shows its outcome. */
export function createRunUpdate({ accounts, store, send, show }: RunUpdateOptions): RunUpdate {
  return async ({ accountId, collection, sids }, prepare) => {
    const sid = sids.at(-1)!;
    const named = (one: string) => nameOf(store, accountId, one) ?? one;
    const read = () => withStatusProgress('TaskRouter', () => store.fetch(accountId, collection, sids));
    const shown = store.row(accountId, sid) ?? (await read());
    const update = await prepare({ collection, sids, shown, name: named(sid), nameOf: named });
    if (!update) return;
    const { outcome, subject } = await withStatusProgress('TaskRouter', async (report) => {
      const connection = await accounts.connect(accountId);
      const subject = { about: update.about, accountName: connection.account.name };
      const onPhase = (phase: SendPhase) => report(phaseText(phase, update.title));
      return { outcome: await send(connection, update, onPhase), subject };
    });
    if (outcome) await show(outcome, subject);
  };
}
