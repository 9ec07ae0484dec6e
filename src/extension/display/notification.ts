import * as vscode from 'vscode';
import { forMessage } from './safeText';

/**
 * Every notification, status message and progress title of the extension. VS Code makes links and icons of what
 * these say (`[text](command:…)`, `$(name)`), so all of it is escaped here, the names on the buttons too.
 */

type Show = (text: string, ...buttons: string[]) => Thenable<string | undefined>;

const notification =
  (show: () => Show) =>
  async <Button extends string>(text: string, ...buttons: Button[]): Promise<Button | undefined> => {
    const escaped = buttons.map((button) => forMessage(button, 80));
    const chosen = await show()(forMessage(text, 600), ...escaped);
    return chosen === undefined ? undefined : buttons[escaped.indexOf(chosen)];
  };

// Looked up when called, so that a test can put its own in place.
export const showInformation = notification(() => vscode.window.showInformationMessage);
export const showWarning = notification(() => vscode.window.showWarningMessage);
export const showError = notification(() => vscode.window.showErrorMessage);

/** Shows a codicon and a text in the status bar for some seconds. */
export function showStatus(icon: string, text: string, seconds = 6): void {
  vscode.window.setStatusBarMessage(`$(${icon}) ${forMessage(text, 400)}`, seconds * 1000);
}

/** Shows the progress of work that the user can cancel, and how far it is. */
export const withCancellableProgress = <T>(
  title: string,
  work: (signal: AbortSignal, report: (text: string) => void) => Promise<T>,
): Thenable<T> =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: forMessage(title, 200), cancellable: true },
    (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      return work(abort.signal, (text) => progress.report({ message: forMessage(text, 200) }));
    },
  );

/**
 * Shows the progress of work in the status bar. Not in a view: after 0.3 s VS Code then shows a spinner where the view
 * container has its badge, the number of pending reservations.
 */
export const withStatusProgress = <T>(
  title: string,
  work: (report: (text: string) => void) => Promise<T>,
): Thenable<T> =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: forMessage(title, 200) },
    (progress) => work((text) => progress.report({ message: forMessage(text, 200) })),
  );
