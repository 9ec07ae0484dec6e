import * as vscode from 'vscode';
import { sentence, describeError } from '../display/errorMessage';
import { createQuickPick, onAcceptAfterReading } from '../display/quickInput';
import { forQuickPick } from '../display/safeText';

export interface Item<T> extends vscode.QuickPickItem {
  readonly value: T;
}

type Items<T> = readonly (Item<T> | vscode.QuickPickItem)[];

export interface PickOptions<T> {
  /** Shown when there are no items. */
  readonly nothing?: string;
  /** The item for what the user typed, which then comes first. */
  readonly typed?: (text: string) => Item<T> | undefined;
  /** The choice may send an update without another question: a held key must not make it. */
  readonly sends?: boolean | undefined;
}

/** A quick pick that opens at once and fills when its items arrive; a failure is shown in it. */
export function pick<T>(
  title: string,
  placeholder: string,
  items: Items<T> | Promise<Items<T>>,
  { nothing = vscode.l10n.t('Nothing to choose.'), typed, sends = false }: PickOptions<T> = {},
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const quickPick = createQuickPick<vscode.QuickPickItem & { value?: T }>({ title, placeholder });
    quickPick.busy = true;
    const accept = () => {
      const chosen = quickPick.selectedItems[0];
      if (chosen?.value === undefined) return;
      resolve(chosen.value);
      quickPick.hide();
    };
    if (sends) onAcceptAfterReading(quickPick, accept);
    else quickPick.onDidAccept(accept);
    quickPick.onDidHide(() => {
      resolve(undefined);
      quickPick.dispose();
    });
    let offered: readonly vscode.QuickPickItem[] = [];
    const show = () => {
      const first = typed?.(quickPick.value.trim());
      quickPick.items = first ? [first, ...offered] : offered;
    };
    if (typed) quickPick.onDidChangeValue(show);
    quickPick.show();
    Promise.resolve(items).then(
      (found) => {
        offered = found.length ? found : [{ label: `$(info) ${nothing}`, alwaysShow: true }];
        show();
        quickPick.busy = false;
      },
      (error: unknown) => {
        const failure = `$(error) ${forQuickPick(sentence(describeError(error)), 300)}`;
        offered = [{ label: failure, alwaysShow: true }];
        show();
        quickPick.busy = false;
      },
    );
  });
}
