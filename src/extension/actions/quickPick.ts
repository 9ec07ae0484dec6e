import * as vscode from 'vscode';
import { sentence, describeError } from '../display/errorMessage';
import { createQuickPick, loadingItem, loadingTitle, onAcceptAfterReading } from '../display/quickInput';
import { forQuickPick, plain } from '../display/safeText';

export interface Item<T> extends vscode.QuickPickItem {
  readonly value: T;
  /** An item with an ID stays highlighted when others come and go. */
  readonly id?: string;
}

export type Items<T> = readonly (Item<T> | vscode.QuickPickItem)[];

/** Shows items while they are being read, and as they change. The pick is busy until the promise settles. */
export type Supply<T> = (show: (items: Items<T>) => void, whileOpen: AbortSignal) => Promise<void>;

export interface PickOptions<T> {
  /** Shown when there are no items. */
  readonly nothing?: string;
  /** The item for what the user typed, which then comes first. `isFound`: other items match it. */
  readonly typed?:
    ((text: string, isFound: boolean) => Item<T> | vscode.QuickPickItem | undefined) | undefined;
  /** The choice may send an update without another question: a held key must not make it. */
  readonly sends?: boolean | undefined;
  readonly detailsAreSids?: boolean;
}

/** A quick pick that opens at once and fills when its items arrive; a failure is shown in it. */
export function pick<T>(
  title: string,
  placeholder: string,
  items: Items<T> | Promise<Items<T>> | Supply<T>,
  options: PickOptions<T> = {},
): Promise<T | undefined> {
  const { typed, sends = false, detailsAreSids = false } = options;
  return new Promise((resolve) => {
    const quickPick = createQuickPick<PickItem<T>>({ title, placeholder, detailsAreSids });
    const closed = new AbortController();
    quickPick.busy = true;
    quickPick.keepScrollPosition = true;
    const accept = () => {
      const chosen = quickPick.selectedItems[0];
      if (chosen?.value === undefined) return;
      resolve(chosen.value);
      quickPick.hide();
    };
    const restartReading = sends ? onAcceptAfterReading(quickPick, accept) : () => undefined;
    if (!sends) quickPick.onDidAccept(accept);
    quickPick.onDidHide(() => {
      closed.abort();
      resolve(undefined);
      quickPick.dispose();
    });
    let offered: Items<T> = [];
    const draw = () => {
      if (!closed.signal.aborted) drawItems(quickPick, title, offered, options, restartReading);
    };
    if (typed) quickPick.onDidChangeValue(draw);
    quickPick.show();
    const supply =
      typeof items === 'function' ? items : async (show: (all: Items<T>) => void) => show(await items);
    const show = (all: Items<T>) => {
      offered = all;
      draw();
    };
    const end = () => {
      quickPick.busy = false;
      draw();
    };
    supply(show, closed.signal).then(end, (error: unknown) => {
      offered = [...offered, failureItem(error)];
      end();
    });
  });
}

type PickItem<T> = vscode.QuickPickItem & Partial<Item<T>>;

/** Shows these items, and what belongs to what the user has typed. The highlighted item stays highlighted. */
function drawItems<T>(
  quickPick: vscode.QuickPick<PickItem<T>>,
  title: string,
  offered: Items<T>,
  { nothing = vscode.l10n.t('Nothing to choose.'), typed, sends }: PickOptions<T>,
  restartReading: () => void,
): void {
  const isEmpty = offered.length === 0 && !quickPick.busy;
  const rest = isEmpty ? [{ label: `$(info) ${nothing}`, alwaysShow: true }] : offered;
  const text = quickPick.value.trim();
  const first = typed?.(text, rest.some(contains(text)));
  const { id } = quickPick.activeItems[0] ?? {};
  const loaded = quickPick.busy ? rest.filter((one) => 'id' in one).length : 0;
  // A longer title can take another line, which would move the items under the pointer.
  if (!sends) quickPick.title = loaded ? loadingTitle(title, loaded) : plain(title);
  const next: Items<T> = [...(first ? [first] : []), ...rest, ...(loaded ? [loadingItem(loaded)] : [])];
  quickPick.items = next;
  // What the user typed is what they choose.
  if (id === undefined || first) return;
  const same = next.find((one) => 'id' in one && one.id === id);
  // Enter must not choose what has just taken the place of something else.
  if (same) quickPick.activeItems = [same];
  else restartReading();
}

const contains = (text: string) => {
  const wanted = text.toLowerCase();
  return ({ label, description = '', detail = '' }: vscode.QuickPickItem): boolean =>
    [label, description, detail].some((one) => one.toLowerCase().includes(wanted));
};

export const failureItem = (error: unknown, of = ''): vscode.QuickPickItem => {
  const text = [of, sentence(describeError(error))].filter(Boolean).join(': ');
  return { label: `$(error) ${forQuickPick(text, 300)}`, alwaysShow: true };
};
