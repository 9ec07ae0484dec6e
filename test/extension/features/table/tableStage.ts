import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { Account } from '../../../../src/extension/accounts/account';
import type { OpenTableOptions } from '../../../../src/extension/features/table/tableOptions';
import { TablePanels } from '../../../../src/extension/features/table/tablePanels';
import type { Scenario } from '../../../../src/simulator/simulator';
import type { TableState } from '../../../../src/webview/table/protocol';
import { still } from '../../centre';
import { FakePanel } from '../../fakePanel';
import type { TestWindow } from '../../window';
import { openWindow, settle, workspaceOf } from '../../window';

const { extensionUri } = vscode.extensions.getExtension('taskrouter-tools.taskrouter-reservations')!;

export type Panel = FakePanel<TableState>;
export interface Stage extends TestWindow {
  readonly account: Account;
  readonly workspaceSid: string;
  readonly panels: TablePanels;
  readonly shownTasks: string[];
}

export interface StageOptions {
  readonly scenario?: Scenario;
  readonly limit?: () => number;
  /** What a test changes of the options of the pages. */
  readonly table?: Partial<OpenTableOptions>;
}

export const large = (tasks: number): Scenario => ({
  ...still,
  workspaces: [{ ...still.workspaces[0]!, workers: [], tasks: [], bulk: { tasks, workers: 10 } }],
});

export const last = (panel: Panel) => panel.posted.at(-1)!.state;

/** The rows that are no groups. */
export const taskRows = (panel: Panel) => last(panel).rows.filter((row) => 'sid' in row);

/** One column. */
export const cells = (panel: Panel, column: string) => {
  const { columns } = last(panel);
  const at = columns.findIndex(({ key }) => key === column);
  return taskRows(panel).map((row) => row.cells[at]!);
};

export const texts = (panel: Panel, column: string) => cells(panel, column).map(({ text }) => text);

/** Lets time pass until it holds. */
export async function eventually(on: Stage, holds: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 300; turn++) {
    if (holds()) return;
    await settle();
    on.clock.advance(100);
  }
  assert.fail(what);
}

export const whenRead = (on: Stage, panel: Panel) =>
  eventually(on, () => panel.posted.length > 0 && !last(panel).progress.isReading, 'it is still reading');

/** As the page posts a message, without waiting for what comes of it. */
export const post = (panel: Panel, message: object) =>
  panel.said.fire({ instance: panel.posted.at(-1)!.instance, ...message });

export async function say(on: Stage, panel: Panel, message: object): Promise<void> {
  post(panel, message);
  await settle();
  await whenRead(on, panel);
}

/** For the tests of one describe. */
export function useTables() {
  const real = vscode.window.createWebviewPanel;
  const made: Panel[] = [];
  const stages: Stage[] = [];
  before(() => {
    vscode.window.createWebviewPanel = () => {
      const panel = new FakePanel<TableState>();
      made.push(panel);
      return panel as unknown as vscode.WebviewPanel;
    };
  });
  after(() => {
    vscode.window.createWebviewPanel = real;
  });
  afterEach(() => {
    for (const on of stages.splice(0)) on.panels.dispose();
    made.length = 0;
  });
  const begin = async ({ scenario = still, limit, table }: StageOptions = {}): Promise<Stage> => {
    const window = openWindow({ scenario, ...(limit ? { limit } : {}) });
    const account = await window.signIn();
    const workspaceSid = await workspaceOf(window.simulator);
    const shownTasks: string[] = [];
    const panels = new TablePanels({
      ...window,
      skew: () => 0,
      extensionUri,
      showRow: (_account, _workspace, taskSid) => shownTasks.push(taskSid),
      ...table,
    });
    const on: Stage = Object.assign(window, { account, workspaceSid, panels, shownTasks });
    stages.push(on);
    return on;
  };
  /** `isOfAccount`: of all workspaces. */
  const open = async (on: Stage, isOfAccount = false): Promise<Panel> => {
    await on.panels.show(on.account, isOfAccount ? undefined : on.workspaceSid);
    const panel = made.at(-1)!;
    await whenRead(on, panel);
    return panel;
  };
  return { made, begin, open };
}

/** The status of each list of tasks that was asked for, by one for each page. */
export const lists = (on: Stage) =>
  on.sent
    .filter(({ path }) => /\/Tasks\?/.test(path))
    .map(({ path }) => /AssignmentStatus=(\w+)/.exec(path)?.[1]);
