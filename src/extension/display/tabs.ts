import * as vscode from 'vscode';
import type { Account } from '../accounts/account';
import { environmentName } from './environmentName';
import { plain } from './safeText';

/** A tab's title: its subject, account and environment, so that tabs of two accounts differ at a glance. */
export function tabTitle({ kind, name, environment }: Account, about: string): string {
  const where =
    kind === 'simulated'
      ? vscode.l10n.t('SIMULATOR')
      : `${plain(name, 24)} (${environmentName({ kind, environment })})`;
  return `${plain(about, 30)} · ${where}`;
}

/** The panel whose tab shows the next thing too, until the user pins it or moves it to another group. */
export class ReusablePanel {
  private reusable:
    { readonly panel: vscode.WebviewPanel; column: vscode.ViewColumn | undefined } | undefined;

  constructor(private readonly viewType: string) {}

  set(panel: vscode.WebviewPanel): void {
    this.reusable = { panel, column: columnOf(panel) };
  }

  /** To be called when a panel's view state has changed. */
  changed(panel: vscode.WebviewPanel): void {
    if (this.reusable?.panel === panel) this.reusable.column ??= columnOf(panel);
  }

  /** To be called when a panel was closed. */
  closed(panel: vscode.WebviewPanel): void {
    if (this.reusable?.panel === panel) this.reusable = undefined;
  }

  /** Undefined when there is none, or the user pinned or moved it. */
  get panel(): vscode.WebviewPanel | undefined {
    const { panel, column } = this.reusable ?? {};
    const wasMoved = column !== undefined && panel?.viewColumn !== column;
    return panel && !wasMoved && !isPinned(panel, this.viewType) ? panel : undefined;
  }
}

/** Until VS Code has shown a panel, its column is the requested one: `Active` or `Beside`, which are no places. */
const columnOf = ({ viewColumn }: vscode.WebviewPanel) => (Number(viewColumn) > 0 ? viewColumn : undefined);

/** VS Code's API does not link tabs to panels: they are matched by title and type. */
function isPinned(panel: vscode.WebviewPanel, viewType: string): boolean {
  return vscode.window.tabGroups.all
    .filter(({ viewColumn }) => viewColumn === panel.viewColumn)
    .flatMap(({ tabs }) => tabs)
    .some(
      ({ input, label, isPinned: pinned }) =>
        pinned &&
        label === panel.title &&
        input instanceof vscode.TabInputWebview &&
        input.viewType.endsWith(viewType),
    );
}
