import * as vscode from 'vscode';
import { defaultOrigin, isLoopbackOrigin } from '../taskrouter/origin';
import { isSid } from '../taskrouter/sid';
import type { Account, Accounts } from './accounts';
import { forMessage } from './safeText';
import { sentence, wordsFor } from './words';

type Entry = Omit<Account, 'id'>;

/** Asks for credentials of an account at Twilio, and keeps them once TaskRouter has taken them. */
export async function signIn(accounts: Accounts): Promise<Account | undefined> {
  const username = await askUsername('Sign In to Twilio');
  if (username === undefined) return undefined;
  return askSecretAndCheck(accounts, 'Sign In to Twilio', {
    kind: 'twilio',
    name: `Twilio ${username.slice(0, 2)}…${username.slice(-4)}`,
    origin: defaultOrigin,
    username,
  });
}

/** Asks for the address and credentials of a TaskRouter on this machine: a simulator, or a mock of one's own. */
export async function connectLocal(accounts: Accounts): Promise<Account | undefined> {
  const title = 'Connect to a Local TaskRouter';
  const url = await vscode.window.showInputBox({
    title: `${title} (1/3)`,
    prompt: 'Its address on this machine',
    placeHolder: 'http://127.0.0.1:4010',
    ignoreFocusOut: true,
    validateInput: (text) =>
      localOrigin(text) === undefined
        ? 'Must be http:// and an address of this machine, with its port and nothing after it: http://127.0.0.1:4010'
        : undefined,
  });
  const origin = url === undefined ? undefined : localOrigin(url);
  if (origin === undefined) return undefined;
  const username = await askUsername(title, 2);
  if (username === undefined) return undefined;
  const name = `Local TaskRouter ${new URL(origin).port}`;
  return askSecretAndCheck(accounts, title, { kind: 'local', name, origin, username }, 3);
}

function localOrigin(text: string): string | undefined {
  const trimmed = text.trim().replace(/\/$/, '');
  return isLoopbackOrigin(trimmed) ? trimmed : undefined;
}

function askUsername(title: string, step = 1): Thenable<string | undefined> {
  return vscode.window
    .showInputBox({
      title: `${title} (${step}/${step + 1})`,
      prompt: 'API key SID (SK…), which can be revoked by itself, or Account SID (AC…)',
      placeHolder: 'SK… or AC…',
      ignoreFocusOut: true,
      validateInput: (text) =>
        isSid('ApiKey', text.trim()) || isSid('Account', text.trim())
          ? undefined
          : 'Must be SK or AC and 32 hexadecimal digits.',
    })
    .then((text) => text?.trim());
}

async function askSecretAndCheck(
  accounts: Accounts,
  title: string,
  entry: Entry,
  step = 2,
): Promise<Account | undefined> {
  const what = isSid('ApiKey', entry.username) ? 'the API key’s secret' : 'the Auth Token';
  // What was typed is not lost to a failure: only the step that may be wrong is asked again.
  for (let problem: string | undefined; ;) {
    const secret = await vscode.window.showInputBox({
      title: `${title} (${step}/${step})`,
      prompt: problem ?? `Now ${what}. It is kept in VS Code’s secret storage and nowhere else.`,
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() ? undefined : `Type ${what}.`),
    });
    if (secret === undefined) return undefined;
    try {
      return await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: 'TaskRouter: checking the credentials…',
          cancellable: true,
        },
        (_progress, token) => {
          const abort = new AbortController();
          token.onCancellationRequested(() => abort.abort());
          return accounts.signIn(entry, secret.trim(), abort.signal);
        },
      );
    } catch (error) {
      problem = forMessage(sentence(wordsFor(error)), 300);
      const again = await vscode.window.showErrorMessage(`Not signed in. ${problem}`, 'Try Again');
      if (again === undefined) return undefined;
    }
  }
}
