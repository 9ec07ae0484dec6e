import * as vscode from 'vscode';
import { Disposables } from '../../emitter';
import type { Memory } from '../../accounts/memory';
import { CallerIds } from './callerIds';
import { Drafts } from './drafts';
import type { PanelOptions } from './panel';
import { panelType, ReservationPanels } from './panel';
import { RestoredTabs } from './restoredTabs';
import { SavedOutcomes } from './savedOutcomes';
import type { WorkerPicks } from './workerPick';

type Given = 'accounts' | 'clock' | 'skew' | 'store' | 'actions' | 'extensionUri' | 'chooseReservation';

export interface ReservationFormsOptions extends Pick<PanelOptions, Given> {
  readonly memory: Memory;
  readonly workspaceMemory: Memory;
}

/** Creates the reservation forms with their saved data, and lets VS Code restore them. */
export function createReservationForms({ memory, workspaceMemory, ...options }: ReservationFormsOptions) {
  const { accounts } = options;
  const callerIds = new CallerIds(memory);
  // One for all forms: it has the workers that it has read.
  let loading: Promise<WorkerPicks> | undefined;
  const workers = () =>
    (loading ??= import('../../lazy').then(({ WorkerPicks }) => new WorkerPicks(accounts)));
  const panels = new ReservationPanels({
    ...options,
    callerIds,
    presets: { pick: async (...args) => new (await import('../../lazy')).PresetPicks(memory).pick(...args) },
    workers: { pick: async (...args) => (await workers()).pick(...args) },
    drafts: new Drafts(workspaceMemory),
    outcomes: new SavedOutcomes(workspaceMemory),
    restoredTabs: new RestoredTabs(workspaceMemory, options.clock, panelType),
  });
  const disposables = new Disposables();
  disposables.add(
    panels,
    vscode.window.registerWebviewPanelSerializer(panelType, panels),
    accounts.onDidChange(() => void callerIds.retain(accounts.all.map(({ id }) => id))),
  );
  return { panels, dispose: () => disposables.dispose() };
}
