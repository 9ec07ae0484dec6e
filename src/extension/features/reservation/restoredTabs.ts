import * as vscode from 'vscode';
import type { Memory } from '../../accounts/memory';
import { storedList } from '../../accounts/memory';
import type { Clock } from '../../data/clock';
import type { Event } from '../../emitter';

const memoryKey = 'forms.titles';
const maxTitles = 100;
/** Milliseconds. VS Code restores a panel at once when its tab is shown, unless the machine is busy. */
const maxWait = 3000;

const focusGroup = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth'].map(
  (nth) => `workbench.action.focus${nth}EditorGroup`,
);

/**
 * Finds the tab of a form that VS Code has brought back after a reload, but not yet given to us: it restores a panel
 * when its tab is shown. VS Code's API gives only the title of such a tab, so the titles are stored.
 */
export class RestoredTabs {
  constructor(
    private readonly memory: Memory,
    private readonly clock: Clock,
    private readonly viewType: string,
  ) {}

  /** `form` identifies the form. */
  setTitle(form: string, title: string): void {
    const others = this.titles.filter(([name]) => name !== form);
    if (this.titleOf(form) !== title) this.store([[form, title] as const, ...others].slice(0, maxTitles));
  }

  /** Its tab is closed, or shows another form. */
  forget(form: string): void {
    if (this.titleOf(form) !== undefined) this.store(this.titles.filter(([name]) => name !== form));
  }

  /** Whether tabs could show this form; `panels` are those that VS Code has given to us. */
  has(form: string, panels: Iterable<vscode.WebviewPanel>): boolean {
    return this.tabsOf(form).length > [...panels].filter(({ title }) => title === this.titleOf(form)).length;
  }

  /** Shows tabs that could be this form's, until it is open: `isOpen` says so, after `onDidOpen` at the latest. */
  async reveal(form: string, isOpen: () => boolean, onDidOpen: Event<unknown>): Promise<void> {
    for (const tab of this.tabsOf(form)) {
      if (isOpen()) return;
      await show(tab);
      await this.until(isOpen, onDidOpen);
    }
  }

  private until(isOpen: () => boolean, onDidOpen: Event<unknown>): Promise<void> {
    return new Promise((resolve) => {
      if (isOpen()) return resolve();
      const end = () => {
        timer.cancel();
        listener.dispose();
        resolve();
      };
      const timer = this.clock.setTimeout(end, maxWait);
      const listener = onDidOpen(() => isOpen() && end());
    });
  }

  private tabsOf(form: string): vscode.Tab[] {
    const title = this.titleOf(form);
    return vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(
        ({ input, label }) =>
          label === title &&
          input instanceof vscode.TabInputWebview &&
          input.viewType.endsWith(this.viewType),
      );
  }

  private get titles(): readonly (readonly [form: string, title: string])[] {
    return storedList(this.memory, memoryKey, { 0: 'string', 1: 'string' });
  }

  private titleOf(form: string): string | undefined {
    return this.titles.find(([name]) => name === form)?.[1];
  }

  private store(titles: readonly (readonly [string, string])[]): void {
    void this.memory.update(memoryKey, titles);
  }
}

/** VS Code has no API to show a tab, only commands that take the numbers of its group and of the tab. */
async function show(tab: vscode.Tab): Promise<void> {
  const { group } = tab;
  const focus = focusGroup[group.viewColumn - 1];
  if (!group.isActive && focus) await vscode.commands.executeCommand(focus);
  if (vscode.window.tabGroups.activeTabGroup.viewColumn !== group.viewColumn) return;
  await vscode.commands.executeCommand('workbench.action.openEditorAtIndex', group.tabs.indexOf(tab));
}
