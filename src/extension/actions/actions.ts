import type * as vscode from 'vscode';
import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';
import type { Accounts } from '../accounts/accounts';
import type { Memory } from '../accounts/memory';
import type { Clock } from '../data/clock';
import { wait } from '../data/clock';
import type { RecentActions } from '../data/recentActions';
import type { Store } from '../data/store';
import type { ConfirmModal } from '../display/modal';
import { Emitter } from '../emitter';
import { createModalConfirmation, isConfirmationDue } from './confirm';
import { PlacedCalls } from './placedCalls';
import { createRunUpdate } from './runUpdate';
import { createSend } from './send';
import { SendJournal } from './sendJournal';
import { createShowOutcome, outcomeLine, showInterrupted } from './showOutcome';

export interface ActionsOptions {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly recent: RecentActions;
  readonly clock: Clock;
  /** This window's: other windows send updates of their own. */
  readonly workspaceMemory: Memory;
  /** Of all windows. */
  readonly memory: Memory;
  readonly confirmModal: ConfirmModal;
  readonly log: vscode.LogOutputChannel;
}

export type Actions = ReturnType<typeof createActions>;

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
  const show = createShowOutcome(log);
  const unsettled = new Emitter<readonly [accountId: string, update: PreparedUpdate]>();
  const send = createSend({
    store,
    confirmation: createModalConfirmation(confirmModal),
    wait,
    journal,
    calls: new PlacedCalls(memory, clock),
    onBegin: (accountId, { subject, title }, outcome) =>
      recent.add(accountId, subject.sids.at(-1)!, title, outcome),
    onOutcome: ({ name }, { subject }, outcome) => log.info(outcomeLine(name, subject.sids.at(-1)!, outcome)),
    onUnsettled: (...update) => unsettled.fire(update),
  });
  const runUpdate = createRunUpdate({ accounts, store, send, show });
  return {
    send,
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
    showInterrupted: () => showInterrupted(journal, log, show),
  };
}
