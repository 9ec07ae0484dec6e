import * as vscode from 'vscode';
import { sentence, describeError } from '../display/errorMessage';
import { createQuickPick } from '../display/quickInput';
import { forQuickPick } from '../display/safeText';

export interface Item<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** A quick pick that opens at once and fills when its items arrive; a failure is shown in it. */
export function pick<T>(
  title: string,
  placeholder: string,
  items: readonly (Item<T> | vscode.QuickPickItem)[] | Promise<readonly (Item<T> | vscode.QuickPickItem)[]>,
  nothing = vscode.l10n.t('Nothing to choose.'),
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
    quickPick.show();
    Promise.resolve(items).then(
      (found) => {
        quickPick.items = found.length ? found : [{ label: `$(info) ${nothing}`, alwaysShow: true }];
        quickPick.busy = false;
      },
      (error: unknown) => {
        quickPick.items = [
          { label: `$(error) ${forQuickPick(sentence(describeError(error)), 300)}`, alwaysShow: true },
        ];
        quickPick.busy = false;
      },
    );
  });
}
