import * as vscode from 'vscode';
import { settle } from '../../window';

interface Asked {
  readonly title: string;
  /** The labels of a pick, or what an input box says. */
  readonly offered: readonly string[];
}

/** An item of a pick by the beginning of its label, or the text that is typed; undefined closes the pick or box. */
export type Answer = string | undefined;

const withoutIcon = (label: string) => label.replace(/^\$\([a-z-]+\) /, '');

/** A quick pick without a screen: its first complete list of items is answered. */
class AnsweredPick {
  title = '';
  placeholder = '';
  value = '';
  items: readonly vscode.QuickPickItem[] = [];
  activeItems: readonly vscode.QuickPickItem[] = [];
  selectedItems: readonly vscode.QuickPickItem[] = [];
  private accepted: (() => unknown)[] = [];
  private hidden: (() => unknown)[] = [];
  private isBusy = false;

  constructor(private readonly answer: (pick: AnsweredPick) => Answer) {}

  get busy(): boolean {
    return this.isBusy;
  }
  set busy(isBusy: boolean) {
    this.isBusy = isBusy;
    if (!isBusy) void settle().then(() => this.end());
  }
  onDidAccept = (listener: () => unknown) => void this.accepted.push(listener);
  onDidHide = (listener: () => unknown) => void this.hidden.push(listener);
  onDidChangeValue = () => undefined;
  show(): void {}
  dispose(): void {}
  hide(): void {
    for (const listener of this.hidden.splice(0)) listener();
  }

  private end(): void {
    const answer = this.answer(this);
    const item = this.items.find(({ label }) => withoutIcon(label).startsWith(answer ?? '\0'));
    if (answer !== undefined && !item) throw new Error(`${this.title} has no ${answer}`);
    if (!item) return this.hide();
    this.selectedItems = [item];
    for (const listener of this.accepted) listener();
  }
}

/** Answers every quick pick and input box while `body` runs, in this order; returns what was asked. */
export async function answering(answers: readonly Answer[], body: () => Promise<unknown>): Promise<Asked[]> {
  const { createQuickPick, showInputBox } = vscode.window;
  const left = [...answers];
  const asked: Asked[] = [];
  const next = (title: string, offered: readonly string[]): Answer => {
    asked.push({ title, offered });
    return left.shift();
  };
  try {
    Object.assign(vscode.window, {
      createQuickPick: () =>
        new AnsweredPick(({ title, items }) =>
          next(
            title,
            items.map(({ label }) => withoutIcon(label)),
          ),
        ),
      async showInputBox(options: vscode.InputBoxOptions) {
        const { title = '', prompt = '' } = options;
        const answer = next(title, [prompt]);
        const problem = answer === undefined ? undefined : await options.validateInput?.(answer);
        if (typeof problem === 'object' && problem) throw new Error(problem.message);
        return answer;
      },
    });
    await body();
  } finally {
    Object.assign(vscode.window, { createQuickPick, showInputBox });
  }
  if (left.length) throw new Error(`not asked: ${left.join(', ')}`);
  return asked;
}
