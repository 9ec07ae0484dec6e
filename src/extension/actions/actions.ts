import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import type { Memory } from '../accounts/memory';
import { wait } from '../data/clock';
import type { WindowData } from '../data/windowData';
import type { ConfirmModal } from '../display/modal';
import { Emitter } from '../emitter';
import { createModalConfirmation, isConfirmationDue } from './confirm';
import { PlacedCalls } from './placedCalls';
import { createRunUpdate } from './runUpdate';
import { createSend } from './send';
import { SendOnce } from './sendOnce';
import { SendJournal } from './sendJournal';
import { createShowOutcome, outcomeLine, showInterrupted } from './showOutcome';
import { UpdatesInProgress } from './updatesInProgress';

export interface ActionsOptions extends Pick<WindowData, 'accounts' | 'store' | 'recent' | 'clock' | 'log'> {
  /** Of all windows. */
  readonly memory: Memory;
  /** This window's: other windows send updates of their own. */
  readonly workspaceMemory: Memory;
  readonly confirmModal: ConfirmModal;
}

export type Actions = ReturnType<typeof createActions>;

/** What the commands of every feature are built from; a feature adds its own. */
export interface CommandParts extends WindowData {
  readonly actions: Actions;
  readonly confirmModal: ConfirmModal;
}

/** Every change at TaskRouter goes through here. */
export function createActions({
  accounts,
  store,
  recent,
  clock,
  memory,
  workspaceMemory,
  confirmModal,
  log,
}: ActionsOptions) {
  const journal = new SendJournal(workspaceMemory, clock);
  const inProgress = new UpdatesInProgress(journal);
  const show = createShowOutcome(log);
  const unsettled = new Emitter<readonly [accountId: string, update: PreparedUpdate]>();
  const once = new SendOnce({ store, wait });
  const send = createSend({
    ...{ store, once },
    confirmation: createModalConfirmation(confirmModal),
    journal,
    calls: new PlacedCalls(memory, clock),
    onBegin: (accountId, { subject, title }, outcome) =>
      recent.add(accountId, subject.sids.at(-1)!, title, outcome),
    onOutcome: ({ name }, { subject }, outcome) => log.info(outcomeLine(name, subject.sids.at(-1)!, outcome)),
    onUnsettled: (...update) => unsettled.fire(update),
  });
  const runUpdate = createRunUpdate({ accounts, store, inProgress, send, show });
  return {
    once,
    send,
    inProgress,
    runUpdate,
    show,
    journal,
    onUnsettled: unsettled.event,
    dispose: () => journal.dispose(),
    /** Whether an account asks before every update. */
    alwaysAsks: (accountId: string): boolean => {
      const account = accounts.get(accountId);
      return account !== undefined && isConfirmationDue(account, { risk: 'routine' });
    },
    /** Shows what an earlier session of this window was sending when it ended. */
    showInterrupted: () => showInterrupted(journal, log, show, clock.now()),
  };
}
