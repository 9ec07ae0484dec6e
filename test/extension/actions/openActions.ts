import type * as vscode from 'vscode';
import type { Actions } from '../../../src/extension/actions/actions';
import { createActions } from '../../../src/extension/actions/actions';
import { RecentActions } from '../../../src/extension/data/recentActions';
import type { ConfirmModal } from '../../../src/extension/display/modal';
import type { TestWindow } from '../window';
import { FakeMemory } from '../window';

export interface Dialogs {
  /** Question, text and button of each. */
  readonly shown: Parameters<ConfirmModal>[];
  /** The answer of the user. */
  confirms: boolean;
}

/** The actions of a test window as they are: what they send reaches its simulator. A test answers their confirmations. */
export function openActions({ accounts, store, memory, clock }: TestWindow): {
  readonly actions: Actions;
  readonly dialogs: Dialogs;
} {
  const dialogs: Dialogs = { shown: [], confirms: true };
  const log = { info: () => undefined } as unknown as vscode.LogOutputChannel;
  const actions = createActions({
    ...{ accounts, store, memory, clock, log },
    recent: new RecentActions(store, clock),
    workspaceMemory: new FakeMemory(),
    confirmModal: (...dialog) => {
      dialogs.shown.push(dialog);
      return Promise.resolve(dialogs.confirms);
    },
  });
  return { actions, dialogs };
}
