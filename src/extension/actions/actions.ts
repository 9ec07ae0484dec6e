import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import type { TaskRouterRequest } from '../../taskrouter/requests';
import { isConfirmationDue } from '../accounts/account';
import type { Memory } from '../accounts/memory';
import { wait } from '../data/clock';
import type { WindowData } from '../data/windowData';
import { reached } from '../display/contextKey';
import type { ConfirmModal } from '../display/modal';
import { Emitter } from '../emitter';
import { PlacedCalls } from './placedCalls';
import { createRunUpdate } from './runUpdate';
import type { Send } from './send';
import type { SendOnce } from './sendOnce';
import { SendJournal } from './sendJournal';
import { createShowOutcome, outcomeLine } from './showOutcome';
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
  const load = async (): Promise<{ readonly once: SendOnce; readonly send: Send }> => {
    const { createModalConfirmation, createSend, SendOnce } = await import('../lazy');
    const once = new SendOnce({ store, wait });
    const send = createSend({
      ...{ store, once },
      confirmation: createModalConfirmation(confirmModal),
      journal,
      calls: new PlacedCalls(memory, clock),
      onBegin: (accountId, { subject, title }, outcome) =>
        recent.add(accountId, subject.sids.at(-1)!, title, outcome),
      onOutcome: ({ name }, { request, subject }, outcome) => {
        log.info(outcomeLine(name, subject.sids.at(-1)!, outcome));
        if (outcome.kind === 'done') stepReached(request);
      },
      onUnsettled: (...update) => unsettled.fire(update),
    });
    return { once, send };
  };
  let loading: ReturnType<typeof load> | undefined;
  /** With the first update. Everything that sends shares its locks. */
  const sending = () => (loading ??= load());
  const send: Send = async (...update) => (await sending()).send(...update);
  const runUpdate = createRunUpdate({ accounts, store, inProgress, send, show });
  return {
    once: async () => (await sending()).once,
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
    showInterrupted: async (): Promise<void> => {
      if (journal.interrupted.length === 0) return;
      (await import('../lazy')).showInterrupted(journal, log, show, clock.now());
    },
  };
}

/** Completes the step of the walkthrough that this request was. */
function stepReached({ body = [] }: TaskRouterRequest): void {
  for (const [name, value] of body) {
    if (name === 'ReservationStatus' && value === 'accepted') reached('accepted');
    if (name === 'Instruction' && value === 'conference') reached('conference');
  }
}
