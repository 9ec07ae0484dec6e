import * as vscode from 'vscode';
import { defaultOrigin, edges, isLoopbackOrigin, originFor } from '../taskrouter/origin';
import { isSid } from '../taskrouter/sid';
import type { Account, Accounts, CheckedLogin, Environment } from './accounts';
import type { Found } from './foundCredentials';
import { fromEnvironment, fromTwilioCli } from './foundCredentials';
import type { Choice, Step } from './multiStep';
import { askChoice, askText, runSteps, under } from './multiStep';
import { forMessage, forQuickPick } from './safeText';
import { sentence, wordsFor } from './words';

interface Draft {
  readonly username: string;
  readonly secret: string;
  readonly origin: string;
  readonly use: { readonly environment: Environment; readonly readOnly: boolean };
  readonly name: string;
}

const askUsername: Step<Draft> = async (draft, place) =>
  under<Draft, 'username'>(
    'username',
    await askText(place, {
      prompt: 'API key SID (SK…), which can be revoked by itself, or Account SID (AC…)',
      placeholder: 'SK… or AC…',
      value: draft.username,
      problem: (text) =>
        isSid('ApiKey', text) || isSid('Account', text)
          ? undefined
          : 'Must be SK or AC and 32 hexadecimal digits.',
    }),
  );

const secretOf = (username: string | undefined) =>
  username && isSid('ApiKey', username) ? 'the API key’s secret' : 'the Auth Token';

const askSecret: Step<Draft> = async (draft, place) =>
  under<Draft, 'secret'>(
    'secret',
    await askText(place, {
      prompt: `Now ${secretOf(draft.username)}. It is kept in VS Code’s secret storage and nowhere else.`,
      password: true,
      problem: (text) => (text ? undefined : `Type ${secretOf(draft.username)}.`),
    }),
  );

const regionChoices: readonly Choice<string>[] = [
  { label: 'US1', description: 'the default', value: defaultOrigin },
  { label: 'IE1, through Dublin', value: originFor('ie1')! },
  { label: 'AU1, through Sydney', value: originFor('au1')! },
  { label: 'JP1, through Tokyo', value: originFor('jp1')! },
  ...edges.map((edge) => ({ label: `US1, through the edge ${edge}`, value: originFor('us1', edge)! })),
];

const askRegion: Step<Draft> = async (draft, place) =>
  under<Draft, 'origin'>(
    'origin',
    await askChoice(place, 'Which region? Each has credentials of its own.', regionChoices, draft.origin),
  );

const uses: readonly Choice<Draft['use']>[] = [
  {
    label: '$(globe) Production',
    description: 'asks before every action',
    value: { environment: 'production', readOnly: false },
  },
  {
    label: '$(lock) Production, read-only',
    description: 'refuses every action',
    value: { environment: 'production', readOnly: true },
  },
  {
    label: '$(globe) Staging',
    description: 'asks before it rings a phone',
    value: { environment: 'staging', readOnly: false },
  },
  {
    label: '$(globe) Development',
    description: 'asks before it rings a phone',
    value: { environment: 'development', readOnly: false },
  },
];

const askUse: Step<Draft> = async (draft, place) =>
  under<Draft, 'use'>('use', await askChoice(place, 'What is this account used for?', uses, draft.use));

const askName: Step<Draft> = async (draft, place) =>
  under<Draft, 'name'>(
    'name',
    await askText(place, {
      prompt: 'A name for it here. It stands on its row, in its forms, and on every confirmation.',
      value: draft.name ?? `Twilio ${draft.username?.slice(0, 2)}…${draft.username?.slice(-4)}`,
      problem: (text) => (text ? undefined : 'Give it a name.'),
    }),
  );

const askAddress: Step<Draft> = async (draft, place) => {
  const address = await askText(place, {
    prompt: 'Its address on this machine',
    placeholder: 'http://127.0.0.1:4010',
    value: draft.origin,
    problem: (text) =>
      isLoopbackOrigin(text.replace(/\/$/, ''))
        ? undefined
        : 'Must be http:// and an address of this machine, with its port and nothing after it: http://127.0.0.1:4010',
  });
  return under<Draft, 'origin'>('origin', typeof address === 'string' ? address.replace(/\/$/, '') : address);
};

/** Where credentials can come from: the first question of Sign In. */
type Source = 'hand' | 'local' | 'simulated' | Found;

/** Asks how to sign in, then what that way needs, and keeps the account once TaskRouter has taken it. */
export async function signIn(accounts: Accounts): Promise<void> {
  const found = [fromEnvironment(process.env) ?? [], await fromTwilioCli(process.env)].flat();
  const source = await askChoice<Source>({ title: 'Sign In', first: true }, 'How do you want to sign in?', [
    { label: '$(key) API key or Auth Token', description: 'typed in', value: 'hand' },
    ...found.map((one) => ({
      label: `$(${one.problem ? 'warning' : 'terminal'}) ${forQuickPick(one.name, 60)}`,
      description: one.detail,
      ...(one.problem ? { detail: one.problem } : {}),
      value: one,
    })),
    {
      label: '$(vm) A TaskRouter on this machine',
      description: 'a simulator, Prism, or your own mock',
      value: 'local',
    },
    { label: '$(beaker) A simulated account', description: 'in this window', value: 'simulated' },
  ]);
  if (source === undefined || typeof source === 'symbol') return;
  if (source === 'simulated') return void (await accounts.simulate());
  if (source === 'local') return connectLocal(accounts);
  if (source === 'hand') {
    return askAndCheck(
      accounts,
      'Sign In',
      'twilio',
      [askUsername, askSecret, askRegion, askUse, askName],
      {},
      1,
    );
  }
  if (!source.credentials) {
    await vscode.window.showWarningMessage(
      `${forMessage(source.name)}: ${forMessage(source.problem ?? '', 300)}`,
    );
    return;
  }
  return askAndCheck(
    accounts,
    `Sign In from ${source.name}`,
    'twilio',
    [askUse, askName],
    source.credentials,
    0,
  );
}

/** Asks for the address and credentials of a TaskRouter on this machine. */
export function connectLocal(accounts: Accounts): Promise<void> {
  return askAndCheck(
    accounts,
    'Connect to a Local TaskRouter',
    'local',
    [askAddress, askUsername, askSecret],
    { use: { environment: 'development', readOnly: false } },
    2,
  );
}

/** Asks for the secret of an account that is there already: it was replaced, or this machine forgot it. */
export async function enterSecret(accounts: Accounts, account: Account): Promise<void> {
  const { username } = account;
  const draft = await runSteps<Draft>(`Secret of ${account.name}`, [askSecret], { draft: { username } });
  if (!draft?.secret) return;
  const { secret } = draft;
  const problem = await checked((signal) => accounts.replaceSecret(account.id, secret, signal));
  if (problem !== undefined && (await tryAgain(problem))) return enterSecret(accounts, account);
}

/** `again` is the step to go back to when the check fails; what was answered is kept. */
async function askAndCheck(
  accounts: Accounts,
  title: string,
  kind: 'twilio' | 'local',
  steps: readonly Step<Draft>[],
  draft: Partial<Draft>,
  again: number,
): Promise<void> {
  for (let at = 0, kept = draft; ; at = again) {
    const answered = (await runSteps<Draft>(title, steps, { draft: kept, at })) as Draft | undefined;
    if (!answered) return;
    const { username, origin, use, secret } = answered;
    const name = answered.name ?? `Local TaskRouter ${new URL(origin).port}`;
    const problem = await checked((signal) =>
      accounts.signIn({ kind, name, origin, username, ...use }, secret, signal),
    );
    if (problem === undefined || !(await tryAgain(problem))) return;
    kept = answered;
  }
}

async function tryAgain(problem: string): Promise<boolean> {
  return (await vscode.window.showErrorMessage(`Not signed in. ${problem}`, 'Try Again')) !== undefined;
}

/** Runs a check with progress and says what it found; resolves to what was wrong, if anything. */
async function checked(
  check: (signal: AbortSignal) => Promise<CheckedLogin | undefined>,
): Promise<string | undefined> {
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
    return undefined;
  } catch (error) {
    return forMessage(sentence(wordsFor(error)), 300);
  }
}

/** `Acme Support, 3 workspaces, 240 ms` */
function foundWords({ account, firstWorkspace, workspaces, milliseconds }: CheckedLogin): string {
  const count =
    workspaces === 50 ? '50 workspaces or more' : `${workspaces} workspace${workspaces === 1 ? '' : 's'}`;
  return forMessage([account.name, firstWorkspace, count, `${milliseconds} ms`].filter(Boolean).join(', '));
}
