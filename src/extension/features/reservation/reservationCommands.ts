import type { Row } from '../../../taskrouter/client';
import type { InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed } from '../../../taskrouter/instructions';
import { collectionOf, sidsOf } from '../../../taskrouter/reservation';
import type { Arguments } from '../../../taskrouter/update';
import type { Accounts } from '../../accounts/accounts';
import type { RunUpdate } from '../../actions/runUpdate';
import type { CommandHandlers, CommandId } from '../../contributions';
import type { RecentActions } from '../../data/recentActions';
import type { Store } from '../../data/store';
import type { ReservationTarget } from '../../data/target';
import { pickActivity } from './activityPick';
import type { ReservationPanels } from './panel';
import { prepareReservation } from './prepare';

export interface ReservationCommandsOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly recent: Pick<RecentActions, 'isRepeated'>;
  readonly panels: ReservationPanels;
  readonly runUpdate: RunUpdate;
}

export function reservationCommands(
  options: ReservationCommandsOptions,
): CommandHandlers<Extract<CommandId, `taskrouter.reservation.${string}`>> {
  const { accounts, store, recent, panels, runUpdate } = options;

  const rowOf = async ({ accountId, address }: ReservationTarget): Promise<Row> =>
    store.row(accountId, address.sid) ?? store.fetch(accountId, collectionOf(address), sidsOf(address));

  const update = async (
    { accountId, address }: ReservationTarget,
    name: InstructionName,
    args: Arguments,
  ): Promise<void> => {
    const instruction = instructionNamed(name);
    // The second click of a double click: the first says how it ended.
    if (recent.isRepeated(accountId, address.sid, instruction.title)) return;
    const subject = { accountId, collection: collectionOf(address), sids: sidsOf(address) };
    await runUpdate(subject, (shown) =>
      prepareReservation(store, accountId, { address, shown, instruction, args }),
    );
  };

  const open =
    (name?: InstructionName) =>
    async (target: ReservationTarget): Promise<void> => {
      const account = accounts.get(target.accountId);
      if (account) await panels.show(account, target.address, name);
    };

  return {
    'taskrouter.reservation.open': open(),
    'taskrouter.reservation.accept': (target) => update(target, 'accept', {}),
    'taskrouter.reservation.reject': async (target) => {
      const workerActivitySid = await pickActivity(store, target, await rowOf(target));
      if (workerActivitySid === undefined) return;
      await update(target, 'reject', workerActivitySid ? { workerActivitySid } : {});
    },
    'taskrouter.reservation.conference': open('conference'),
    'taskrouter.reservation.dequeue': open('dequeue'),
    'taskrouter.reservation.call': open('call'),
    'taskrouter.reservation.redirect': open('redirect'),
    'taskrouter.reservation.supervise': open('supervise'),
    'taskrouter.reservation.wrapUp': open('wrapUp'),
    'taskrouter.reservation.complete': open('complete'),
  };
}
