import * as vscode from 'vscode';
import { ApiError, ConnectionError, ResponseShapeError } from '../../../taskrouter/errors';
import type { Entry } from '../../accounts/account';
import { accountKinds, maxNameLength } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import { showWarning } from '../../display/notification';
import { forQuickPick, plain } from '../../display/safeText';
import { reportSurprises } from './accountNotices';
import { showSignInError, withProgress } from './credentialCheck';
import type { CredentialSource } from './foundCredentials';
import { fromEnvironment } from './foundCredentials';
import type { Choice, Step } from './multiStep';
import { askChoice, back, runSteps } from './multiStep';
import { namesOf, otherRegions, tryRegions } from './otherRegions';
import type { Answers, Replaced } from './questions';
import { askAddress, askName, askRegion, askSecret, askUse, askUsername, usesAtSignIn } from './questions';
import { fromTwilioCli } from './twilioCli';

/** The first answer of Sign In: where the credentials come from. */
type Source = 'typed' | 'local' | 'simulated' | CredentialSource;

type End = typeof back | undefined;

/** Asks how to sign in and what that needs, and stores the account once TaskRouter accepted the credentials. */
export async function signIn(accounts: Accounts): Promise<void> {
  let end: End;
  do end = await signInOnce(accounts);
  while (end === back);
}

async function signInOnce(accounts: Accounts): Promise<End> {
  const found = [fromEnvironment(process.env) ?? [], await fromTwilioCli(process.env)].flat();
  const position = { title: vscode.l10n.t('Sign In'), isFirst: true };
  const source = await askChoice(
    position,
    vscode.l10n.t('How do you want to sign in?'),
    sourceChoices(found),
  );
  if (source === undefined || source === back) return undefined;
  if (source === 'simulated') return void (await accounts.simulate());
  if (source === 'local') return askAndCheck(accounts, { ...local, canGoBack: true });
  const replaced: Replaced = ({ origin, username }) => accounts.withLogin(origin, username);
  const useAndName = [askUse(usesAtSignIn, replaced), askName(replaced)];
  if (source === 'typed') {
    const steps = [askUsername, askSecret, askRegion, ...useAndName];
    return askAndCheck(accounts, {
      title: vscode.l10n.t('Sign In'),
      kind: 'twilio',
      steps,
      retryAt: 1,
      canGoBack: true,
    });
  }
  const name = plain(source.name, maxNameLength);
  if (!source.credentials) {
    await showWarning(`${name}: ${source.problem}`);
    return undefined;
  }
  return askAndCheck(accounts, {
    title: vscode.l10n.t('Sign In from {source}', { source: name }),
    kind: 'twilio',
    steps: useAndName,
    answers: { ...source.credentials, name },
    retryAt: 0,
    canGoBack: true,
  });
}

const sourceChoices = (found: readonly CredentialSource[]): Choice<Source>[] => [
  {
    label: vscode.l10n.t('API key or Auth Token'),
    iconPath: new vscode.ThemeIcon('key'),
    description: vscode.l10n.t('enter manually'),
    value: 'typed',
  },
  ...found.map((source) => ({
    label: forQuickPick(source.name, maxNameLength),
    iconPath: new vscode.ThemeIcon(source.problem ? 'warning' : 'terminal'),
    description: source.detail,
    ...(source.problem ? { detail: source.problem } : {}),
    value: source,
  })),
  {
    label: vscode.l10n.t('Local TaskRouter'),
    iconPath: new vscode.ThemeIcon('vm'),
    description: vscode.l10n.t('a simulator, Prism or your own mock on this machine'),
    value: 'local',
  },
  {
    label: vscode.l10n.t('Simulated account'),
    iconPath: new vscode.ThemeIcon('beaker'),
    description: vscode.l10n.t('in this window, without a Twilio account'),
    value: 'simulated',
  },
];

interface Questions {
  readonly title: string;
  readonly kind: 'twilio' | 'local';
  readonly steps: readonly Step<Answers>[];
  /** What is known before the first question. */
  readonly answers?: Partial<Answers>;
  /** Index of the step to return to when the credentials are refused; the answers stay. */
  readonly retryAt: number;
  readonly canGoBack?: true;
}

const local: Questions = {
  title: vscode.l10n.t('Connect to a Local TaskRouter'),
  kind: 'local',
  steps: [askAddress, askUsername, askSecret],
  answers: { use: { environment: 'development', readOnly: false } },
  retryAt: 2,
};

/** Asks for address and credentials of a TaskRouter on this machine. */
export async function connectLocal(accounts: Accounts): Promise<void> {
  await askAndCheck(accounts, local);
}

async function askAndCheck(accounts: Accounts, questions: Questions): Promise<End> {
  const { title, kind, steps, retryAt, canGoBack } = questions;
  let { answers } = questions;
  for (let startAt = 0; ;) {
    const answered = await runSteps<Answers>(title, steps, { answers, startAt, canGoBack });
    if (answered === undefined || answered === back) return answered;
    const { username, origin, use, secret, name, accountSid } = answered as Answers;
    const entry: Entry = {
      kind,
      name: name ?? vscode.l10n.t('Local {port}', { port: new URL(origin).port }),
      origin,
      username,
      ...use,
    };
    const { login, error } = await withProgress((signal) => accounts.signIn(entry, secret, signal));
    if (login) return void (await reportSurprises(accounts, login.account, accountSid));
    const changed = await afterError(error, entry, (other) =>
      accounts.check({ ...entry, origin: other }, secret),
    );
    if (changed === undefined) return undefined;
    answers = { ...answered, ...changed };
    startAt = changed.origin !== undefined ? steps.length : isAddressWrong(kind, error) ? 0 : retryAt;
  }
}

/** Something other than a TaskRouter responds at a local address, or nothing does. */
const isAddressWrong = (kind: Entry['kind'], error: unknown) =>
  kind === 'local' && (error instanceof ConnectionError || error instanceof ResponseShapeError);

/** The answers to change before the next try; undefined when the user cancels. */
async function afterError(
  error: unknown,
  { kind, origin }: Entry,
  check: (origin: string) => Promise<unknown>,
): Promise<{ readonly origin?: string } | undefined> {
  const isRefused = error instanceof ApiError && error.status === 401;
  const others = accountKinds[kind].isAtTwilio && isRefused ? otherRegions(origin) : [];
  const tryOthers = vscode.l10n.t('Try {regions}', { regions: namesOf(others) });
  const choice = await showSignInError(
    error,
    vscode.l10n.t('Try Again'),
    ...(others.length ? [tryOthers] : []),
  );
  if (choice === tryOthers) return tryRegions(others, origin, check);
  return choice === undefined ? undefined : {};
}
