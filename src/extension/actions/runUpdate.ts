import type { Row } from '../../taskrouter/client';
import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import type { Accounts } from '../accounts/accounts';
import type { Store } from '../data/store';
import type { ResourceTarget } from '../data/target';
import { withStatusProgress } from '../display/notification';
import { phaseText } from './phaseText';
import type { Send, SendPhase } from './send';
import type { ShowOutcome } from './showOutcome';

export interface RunUpdateOptions {
  readonly accounts: Pick<Accounts, 'connect'>;
  readonly store: Pick<Store, 'row' | 'fetch'>;
  readonly send: Send;
  readonly show: ShowOutcome;
}

export type RunUpdate = (target: ResourceTarget, prepare: (shown: Row) => PreparedUpdate) => Promise<void>;

/** Sends the update that a command asks for, and shows its outcome. `prepare` gets the row that the user sees. */
export function createRunUpdate({ accounts, store, send, show }: RunUpdateOptions): RunUpdate {
  return async ({ accountId, collection, sids }, prepare) => {
    const { outcome, subject } = await withStatusProgress('TaskRouter', async (report) => {
      const shown = store.row(accountId, sids.at(-1)!) ?? (await store.fetch(accountId, collection, sids));
      const update = prepare(shown);
      const connection = await accounts.connect(accountId);
      const subject = { about: update.about, accountName: connection.account.name };
      const onPhase = (phase: SendPhase) => report(phaseText(phase, update.title));
      return { outcome: await send(connection, update, onPhase), subject };
    });
    if (outcome) await show(outcome, subject);
  };
}
