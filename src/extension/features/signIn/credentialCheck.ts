import { l10n } from 'vscode';
import type { CheckedLogin } from '../../accounts/login';
import { workspacesInCheck } from '../../accounts/login';
import { describeError, sentence } from '../../display/errorMessage';
import { showError, showStatus, withCancellableProgress } from '../../display/notification';

/** Runs a check of credentials with progress, and shows what it found in the status bar. */
export async function withProgress(
  check: (signal: AbortSignal) => Promise<CheckedLogin | undefined>,
): Promise<{ readonly login?: CheckedLogin | undefined; readonly error?: unknown }> {
  try {
    const login = await withCancellableProgress(l10n.t('TaskRouter: checking credentials…'), check);
    if (login) showStatus('pass', summaryOf(login), 10);
    return { login };
  } catch (error) {
    return { error };
  }
}

/** `Signed in to Acme: 3 workspaces (Acme Support, …), 240 ms` */
export function summaryOf({ account, firstWorkspace, workspaces, milliseconds }: CheckedLogin): string {
  const count = countOf(workspaces);
  const args = { count, workspace: firstWorkspace ?? '' };
  const counted = !firstWorkspace
    ? count
    : workspaces === 1
      ? l10n.t('{count} ({workspace})', args)
      : workspaces === 2
        ? l10n.t('{count} ({workspace} and 1 more)', args)
        : l10n.t('{count} ({workspace}, …)', args);
  const found = `${counted}, ${milliseconds} ms`;
  return l10n.t('Signed in to {account}: {found}', { account: account.name, found });
}

function countOf(workspaces: number): string {
  if (workspaces === 1) return l10n.t('1 workspace');
  return workspaces === workspacesInCheck
    ? l10n.t('{count} workspaces or more', { count: workspaces })
    : l10n.t('{count} workspaces', { count: workspaces });
}

/** Shows why an account could not be signed in to; resolves to the button that the user chose. */
export const showSignInError = <Button extends string>(
  error: unknown,
  ...buttons: Button[]
): Promise<Button | undefined> =>
  showError(l10n.t('Not signed in. {reason}', { reason: sentence(describeError(error)) }), ...buttons);
