import * as vscode from 'vscode';
import { ApiError } from '../../../taskrouter/errors';
import type { Account, Entry } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { CheckedLogin } from '../../accounts/login';
import type { CredentialSource } from './foundCredentials';
import type { Step } from './multiStep';
import { askChoice, back, runSteps } from './multiStep';
import { lookIn, namesOf, otherRegions } from './otherRegions';
import type { Draft, Replaced } from './questions';
import { askAddress, askName, askRegion, askSecret, askUse, askUsername, longestName } from './questions';
import { forMessage, forQuickPick, plain } from '../../display/safeText';
import { sentence, describeError } from '../../display/errorMessage';

/** Where credentials can come from: the first question of Sign In. */
type Source = 'hand' | 'local' | 'simulated' | CredentialSource;

/** Asks how to sign in, then what that way needs, and keeps the account once TaskRouter has taken it. */
export async function signIn(accounts: Accounts): Promise<void> {
  let end: End;
  do end = await signInOnce(accounts);
  while (end === back);
}

async function signInOnce(accounts: Accounts): Promise<End> {
  const { fromEnvironment, fromTwilioCli } = await import('../../lazy');
  const found = [fromEnvironment(process.env) ?? [], await fromTwilioCli(process.env)].flat();
  const source = await askChoice<Source>({ title: 'Sign In', first: true }, 'How do you want to sign in?', [
    {
      label: 'API key or Auth Token',
      iconPath: new vscode.ThemeIcon('key'),
      description: 'typed in',
      value: 'hand',
    },
    ...found.map((one) => ({
      label: forQuickPick(one.name, longestName),
      iconPath: new vscode.ThemeIcon(one.problem ? 'warning' : 'terminal'),
      description: one.detail,
      ...(one.problem ? { detail: one.problem } : {}),
      value: one,
    })),
    {
      label: 'A TaskRouter on this machine',
      iconPath: new vscode.ThemeIcon('vm'),
      description: 'a simulator, Prism, or your own mock',
      value: 'local',
    },
    {
      label: 'A simulated account',
      iconPath: new vscode.ThemeIcon('beaker'),
      description: 'in this window',
      value: 'simulated',
    },
  ]);
  if (source === undefined || typeof source === 'symbol') return;
  if (source === 'simulated') return void (await accounts.simulate());
  if (source === 'local') return askAndCheck(accounts, { ...local, canGoBack: true });
  const replaced: Replaced = ({ origin, username }) => accounts.withLogin(origin, username);
  const [use, name] = [askUse(replaced), askName(replaced)];
  if (source === 'hand') {
    const steps = [askUsername, askSecret, askRegion, use, name];
    return askAndCheck(accounts, { title: 'Sign In', kind: 'twilio', steps, again: 1, canGoBack: true });
  }
  if (!source.credentials) {
    await vscode.window.showWarningMessage(
      `${forMessage(source.name, longestName)}: ${forMessage(source.problem ?? '', 300)}`,
    );
    return;
  }
  return askAndCheck(accounts, {
    title: `Sign In from ${plain(source.name, longestName)}`,
    kind: 'twilio',
    steps: [use, name],
    draft: { ...source.credentials, name: plain(source.name, longestName) },
    again: 0,
    canGoBack: true,
  });
}

const local: Questions = {
  title: 'Connect to a Local TaskRouter',
  kind: 'local',
  steps: [askAddress, askUsername, askSecret],
  draft: { use: { environment: 'development', readOnly: false } },
  again: 2,
};

/** Asks for the address and credentials of a TaskRouter on this machine. */
export async function connectLocal(accounts: Accounts): Promise<void> {
  await askAndCheck(accounts, local);
}

/** Asks for the secret of an account that is there already: it was replaced, or this machine forgot it. */
export async function enterSecret(accounts: Accounts, account: Account): Promise<void> {
  const { username } = account;
  const title = `Secret of ${plain(account.name, longestName)}`;
  const draft = await runSteps<Draft>(title, [askSecret], { draft: { username } });
  if (draft === undefined || draft === back || !draft.secret) return;
  const { secret } = draft;
  const { error } = await checked((signal) => accounts.replaceSecret(account.id, secret, signal));
  if (error !== undefined && (await tellProblem(error, 'Try Again'))) return enterSecret(accounts, account);
}

/** Asks what an account that is there is used for from now on, and its name. */
export async function changeAccount(accounts: Accounts, account: Account): Promise<void> {
  const { id, kind, environment, readOnly } = account;
  const nothing: Replaced = () => undefined;
  const steps = kind === 'local' ? [askName(nothing)] : [askUse(nothing), askName(nothing)];
  const name = plain(account.name, longestName);
  const before: Partial<Draft> = { name, use: { environment, readOnly } };
  const draft = await runSteps<Draft>(`Change ${name}`, steps, { draft: before });
  if (draft === undefined || draft === back) return;
  await accounts.change(id, { ...(draft as Draft).use, name: (draft as Draft).name });
}

interface Questions {
  readonly title: string;
  readonly kind: 'twilio' | 'local';
  readonly steps: readonly Step<Draft>[];
  /** What is known before the first question. */
  readonly draft?: Partial<Draft>;
  /** The step to go back to when the check fails; what was answered is kept. */
  readonly again: number;
  readonly canGoBack?: true;
}

type End = typeof back | undefined;

async function askAndCheck(accounts: Accounts, questions: Questions): Promise<End> {
  const { title, kind, steps, again, canGoBack } = questions;
  let { draft } = questions;
  for (let at = 0; ;) {
    const answered = await runSteps<Draft>(title, steps, { draft, at, canGoBack });
    if (answered === undefined || answered === back) return answered;
    const { username, origin, use, secret, name, accountSid } = answered as Draft;
    const entry: Entry = {
      kind,
      name: name ?? `Local TaskRouter ${new URL(origin).port}`,
      origin,
      username,
      ...use,
    };
    const { login, error } = await checked((signal) => accounts.signIn(entry, secret, signal));
    if (login) return tellAccount(accounts, login.account, accountSid);
    const next = await afterProblem(error, entry, (other) =>
      accounts.check({ ...entry, origin: other }, secret),
    );
    if (next === undefined) return;
    draft = { ...answered, ...next };
    at = next.origin === undefined ? again : steps.length;
  }
}

const tellProblem = (error: unknown, ...buttons: string[]) =>
  vscode.window.showErrorMessage(
    `Not signed in. ${forMessage(sentence(describeError(error)), 300)}`,
    ...buttons,
  );

/** What to change in the answers before they are tried again; undefined when the person gives up. */
async function afterProblem(
  error: unknown,
  { kind, origin }: Entry,
  takes: (origin: string) => Promise<unknown>,
): Promise<{ readonly origin?: string } | undefined> {
  const isRefusal = error instanceof ApiError && error.status === 401;
  const others = kind === 'twilio' && isRefusal ? otherRegions(origin) : [];
  const look = `Look in ${namesOf(others)}`;
  const choice = await tellProblem(error, 'Try Again', ...(others.length ? [look] : []));
  if (choice === look) return lookIn(others, origin, takes);
  return choice === undefined ? undefined : {};
}

/** Says what somebody may not expect of the account that they have just signed in to. */
async function tellAccount(accounts: Accounts, account: Account, expected?: string): Promise<undefined> {
  const { id, accountSid } = account;
  if (accountSid !== undefined && expected !== undefined && accountSid !== expected) {
    const signOut = `Sign Out of ${forMessage(account.name, 40)}`;
    const choice = await vscode.window.showWarningMessage(
      `This is not the account ${expected} beside which these credentials were found: they are of ` +
        `${plain(accountSid)}. TaskRouter shows a key the account it was made in, and no subaccount of that.`,
      signOut,
    );
    if (choice === signOut) return void (await accounts.signOut(id));
  }
  for (const other of accounts.leadingTo(account)) {
    const name = forMessage(other.name, 40);
    const use = other.readOnly ? 'read-only' : other.environment;
    const signOut = `Sign Out of ${name}`;
    const choice = await vscode.window.showInformationMessage(
      `“${name}” (${use}) leads to the same Twilio account. Both are kept.`,
      signOut,
    );
    if (choice === signOut) await accounts.signOut(other.id);
  }
}

/** Another window has signed out of it. */
export function tellLeftElsewhere({ name }: Account): void {
  void vscode.window.showInformationMessage(
    `“${forMessage(name, longestName)}” was signed out of in another window.`,
  );
}

/** Runs a check with progress, and says what it found. */
async function checked(
  check: (signal: AbortSignal) => Promise<CheckedLogin | undefined>,
): Promise<{ readonly login?: CheckedLogin | undefined; readonly error?: unknown }> {
  try {
    const login = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: 'TaskRouter: checking the credentials…',
        cancellable: true,
      },
      (_progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        return check(abort.signal);
      },
    );
    if (login) vscode.window.setStatusBarMessage(`$(pass) ${foundWords(login)}`, 10_000);
    return { login };
  } catch (error) {
    return { error };
  }
}

/** `Acme Support, 3 workspaces, 240 ms` */
function foundWords({ account, firstWorkspace, workspaces, milliseconds }: CheckedLogin): string {
  const count =
    workspaces === 50 ? '50 workspaces or more' : `${workspaces} workspace${workspaces === 1 ? '' : 's'}`;
  return forMessage([account.name, firstWorkspace, count, `${milliseconds} ms`].filter(Boolean).join(', '));
}
