import * as vscode from 'vscode';
import type { CheckedLogin } from '../../accounts/login';
import { workspacesInCheck } from '../../accounts/login';
import { describeError, sentence } from '../../display/errorMessage';
import { showError, showStatus } from '../../display/notification';

/** Runs a check of credentials with progress, and shows what it found in the status bar. */
export async function withProgress(
  check: (signal: AbortSignal) => Promise<CheckedLogin | undefined>,
): Promise<{ readonly login?: CheckedLogin | undefined; readonly error?: unknown }> {
  try {
    const login = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: 'TaskRouter: checking credentials…',
        cancellable: true,
      },
      (_progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        return check(abort.signal);
      },
    );
    if (login) showStatus('pass', summaryOf(login), 10);
    return { login };
  } catch (error) {
    return { error };
  }
}

/** `Signed in to Acme: Acme Support, 3 workspaces, 240 ms` */
function summaryOf({ account, firstWorkspace, workspaces, milliseconds }: CheckedLogin): string {
  const atLeast = workspaces === workspacesInCheck ? ' or more' : '';
  const count = `${workspaces} workspace${workspaces === 1 ? '' : 's'}${atLeast}`;
  const found = [firstWorkspace, count, `${milliseconds} ms`].filter(Boolean).join(', ');
  return `Signed in to ${account.name}: ${found}`;
}

/** Shows why an account could not be signed in to; resolves to the button that the user chose. */
export const showSignInError = <Button extends string>(
  error: unknown,
  ...buttons: Button[]
): Promise<Button | undefined> => showError(`Not signed in. ${sentence(describeError(error))}`, ...buttons);
