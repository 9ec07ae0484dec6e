import * as vscode from 'vscode';
import { beginsSid } from '../../taskrouter/sid';
import type { Clock } from '../data/clock';
import { machineClock } from '../data/clock';
import { minReadingTime } from './modal';
import { forPrompt, plain } from './safeText';

/**
 * Every quick pick and input box of the extension. VS Code makes links and icons of what prompts and validation messages
 * say, so these are escaped here. The labels of items are escaped by `forQuickPick`: some begin with an icon of ours.
 */

const open = new Set<vscode.QuickInput>();

/** Whether the user has a quick pick or an input box of ours open: what takes the focus closes it. */
export const isQuickInputOpen = (): boolean => open.size > 0;

function noteOpen(input: vscode.QuickInput): void {
  open.add(input);
  input.onDidHide(() => open.delete(input));
}

export interface QuickPickOptions {
  readonly title: string;
  readonly placeholder: string;
  /** It stays open when something else takes the focus. */
  readonly ignoreFocusOut?: boolean;
  readonly buttons?: readonly vscode.QuickInputButton[];
  /** The digits that a user types to find a name occur in SIDs too: these match only what begins as a SID does. */
  readonly detailsAreSids?: boolean;
}

export function createQuickPick<Item extends vscode.QuickPickItem>({
  title,
  placeholder,
  ignoreFocusOut = false,
  buttons = [],
  detailsAreSids = false,
}: QuickPickOptions): vscode.QuickPick<Item> {
  const pick = Object.assign(vscode.window.createQuickPick<Item>(), {
    title: plain(title),
    placeholder: plain(placeholder, 200),
    ignoreFocusOut,
    buttons,
    matchOnDescription: true,
    matchOnDetail: !detailsAreSids,
  });
  noteOpen(pick);
  if (detailsAreSids)
    pick.onDidChangeValue(() => {
      const matches = beginsSid(pick.value.trim());
      if (pick.matchOnDetail === matches) return;
      pick.matchOnDetail = matches;
      // Only then does VS Code filter them again.
      pick.items = [...pick.items];
    });
  return pick;
}

/** The item at the end of those that are loaded so far: another one may match better. */
export const loadingItem = (count: number): vscode.QuickPickItem => ({
  label: `$(loading~spin) ${vscode.l10n.t('Still loading: {count} so far', { count: count.toLocaleString('en') })}`,
  alwaysShow: true,
});

export const loadingTitle = (title: string, count: number): string =>
  plain(vscode.l10n.t('{title} (loading: {count} so far)', { title, count: count.toLocaleString('en') }));

/**
 * Runs `accept` when the user accepts an item of a pick whose choice sends something. Ignores an answer that is too fast
 * to have read the item, and those right after it: a held Enter accepts repeatedly, and VS Code does not say whether it
 * was a key or a click. The placeholder says so, on its one line: a longer title would move the items, and the next click
 * would choose another one.
 * @returns to be called when the highlighted item is another one than the user chose
 */
export function onAcceptAfterReading(
  pick: vscode.QuickPick<vscode.QuickPickItem>,
  accept: () => void,
  clock: Pick<Clock, 'elapsed'> = machineClock,
): () => void {
  let since = clock.elapsed();
  pick.onDidAccept(() => {
    const before = since;
    since = clock.elapsed();
    if (since - before >= minReadingTime) accept();
    else pick.placeholder = plain(chooseAgain());
  });
  return () => (since = clock.elapsed());
}

const chooseAgain = () => vscode.l10n.t('Too quick to have been read. Nothing was sent: choose again.');

export interface InputOptions {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly password?: boolean;
  readonly buttons?: readonly vscode.QuickInputButton[];
}

/** It stays open when something else takes the focus: what was typed would be lost. */
export function createInputBox({ title, prompt, placeholder = '', ...rest }: InputOptions): vscode.InputBox {
  const input = Object.assign(vscode.window.createInputBox(), {
    title: plain(title),
    prompt: forPrompt(prompt, 600),
    placeholder: plain(placeholder, 200),
    ignoreFocusOut: true,
    ...rest,
  });
  noteOpen(input);
  return input;
}

/** Shows why the text is not accepted; undefined removes the message. */
export function showProblem(input: vscode.InputBox, problem: string | undefined): void {
  input.validationMessage = problem === undefined ? undefined : forPrompt(problem, 300);
}

/** A step with one choice among known items. */
export const showQuickPick = <Item extends vscode.QuickPickItem>(
  items: readonly Item[],
  { title, placeholder }: QuickPickOptions,
): Thenable<Item | undefined> =>
  vscode.window.showQuickPick(items, {
    title: plain(title),
    placeHolder: plain(placeholder, 200),
    ignoreFocusOut: true,
  });

export interface ShortInputOptions extends Omit<InputOptions, 'buttons' | 'password'> {
  /** Shown while nothing is entered: `Enter a name.` */
  readonly required: string;
  /** Why a text is not accepted, or what to consider before it is. It is trimmed, and not empty. */
  readonly check?: (text: string) => { readonly problem: string } | { readonly warning: string } | undefined;
}

/** A step that asks for one text: trimmed, and not empty; undefined when the user cancels. */
export async function showInputBox({
  title,
  prompt,
  placeholder = '',
  value = '',
  required,
  check,
}: ShortInputOptions): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: plain(title),
    prompt: forPrompt(prompt, 600),
    placeHolder: plain(placeholder, 200),
    value,
    ignoreFocusOut: true,
    validateInput: (typed) => {
      const trimmed = typed.trim();
      const found = trimmed ? check?.(trimmed) : { problem: required };
      if (!found) return undefined;
      const { Error, Warning } = vscode.InputBoxValidationSeverity;
      return 'problem' in found
        ? { message: forPrompt(found.problem, 300), severity: Error }
        : { message: forPrompt(found.warning, 300), severity: Warning };
    },
  });
  return text?.trim();
}
