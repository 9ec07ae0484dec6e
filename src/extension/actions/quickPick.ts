import * as vscode from 'vscode';
import { sentence, describeError } from '../display/errorMessage';
import { createQuickPick } from '../display/quickInput';
import { forQuickPick } from '../display/safeText';

export interface Item<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/**
 * A quick pick that opens at once and fills when its items arrive; a failure is shown in it.
 * @param typed the item for what the user typed, which then comes first
 */
export function pick<T>(
  title: string,
  placeholder: string,
  items: readonly (Item<T> | vscode.QuickPickItem)[] | Promise<readonly (Item<T> | vscode.QuickPickItem)[]>,
  nothing = vscode.l10n.t('Nothing to choose.'),
  typed?: (text: string) => Item<T> | undefined,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const quickPick = createQuickPick<vscode.QuickPickItem & { value?: T }>({ title, placeholder });
    quickPick.busy = true;
    quickPick.onDidAccept(() => {
      const chosen = quickPick.selectedItems[0];
      if (chosen?.value === undefined) return;
      resolve(chosen.value);
      quickPick.hide();
    });
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
