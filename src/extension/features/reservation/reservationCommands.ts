import type { Row } from '../../../taskrouter/client';
import type { InstructionName } from '../../../taskrouter/instructions';
import { instructionNamed } from '../../../taskrouter/instructions';
import { collectionOf, sidsOf } from '../../../taskrouter/reservation';
import type { Arguments } from '../../../taskrouter/update';
import type { CommandParts } from '../../actions/actions';
import type { CommandHandlers, CommandId, Invocation } from '../../contributions';
import type { ReservationTarget } from '../../data/target';
import type { pickActivity } from './activityPick';
import type { ReservationPanels } from './panel';

export interface ReservationCommandsOptions extends CommandParts {
  readonly panels: ReservationPanels;
}

export function reservationCommands(
  { accounts, store, recent, actions, panels }: ReservationCommandsOptions,
  chooseActivity?: typeof pickActivity,
): CommandHandlers<Extract<CommandId, `taskrouter.reservation.${string}`>> {
  /** `ask` asks the user for the arguments; undefined when they cancel. */
  const update = async (
    { accountId, address }: ReservationTarget,
    name: InstructionName,
    ask: (shown: Row) => Promise<Arguments | undefined> | Arguments,
  ): Promise<void> => {
    const instruction = instructionNamed(name);
    // The second click of a double click: the first says how it ended.
    if (recent.isRepeated(accountId, address.sid, instruction.title)) return;
    const subject = { accountId, collection: collectionOf(address), sids: sidsOf(address) };
    await actions.runUpdate(subject, async ({ shown }) => {
      const { prepareReservation } = await import('../../lazy');
      const prepare = (args: Arguments) =>
        prepareReservation(store, accountId, { address, shown, instruction, args });
      // Throws where the status no longer allows it: nothing is asked then.
      prepare({});
      const args = await ask(shown);
      return args && prepare(args);
    });
  };

  const open =
    (name?: InstructionName) =>
    async (target: ReservationTarget, { preserveFocus }: Invocation): Promise<void> => {
      const account = accounts.get(target.accountId);
      if (account) await panels.show(account, target.address, name, preserveFocus);
    };

  return {
    'taskrouter.reservation.open': open(),
    'taskrouter.reservation.accept': (target) => update(target, 'accept', () => ({})),
    'taskrouter.reservation.reject': (target) =>
      update(target, 'reject', async (shown) => {
        const choose = chooseActivity ?? (await import('../../lazy')).pickActivity;
        const workerActivitySid = await choose(store, target, shown);
        return workerActivitySid === undefined
          ? undefined
          : { workerActivitySid: workerActivitySid || undefined };
      }),
    'taskrouter.reservation.conference': open('conference'),
    'taskrouter.reservation.dequeue': open('dequeue'),
    'taskrouter.reservation.call': open('call'),
    'taskrouter.reservation.redirect': open('redirect'),
    'taskrouter.reservation.supervise': open('supervise'),
    'taskrouter.reservation.wrapUp': open('wrapUp'),
    'taskrouter.reservation.complete': open('complete'),
  };
}
