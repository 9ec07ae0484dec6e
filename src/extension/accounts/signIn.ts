import * as vscode from 'vscode';
import { ApiError } from '../../taskrouter/errors';
import { defaultOrigin, edges, isLoopbackOrigin, originFor, regionOf } from '../../taskrouter/origin';
import { isSid } from '../../taskrouter/sid';
import type { Account, Accounts, CheckedLogin, Entry, Environment } from './accounts';
import type { Found } from './foundCredentials';
import type { Choice, Step } from './multiStep';
import { askChoice, askText, back, runSteps, under } from './multiStep';
import { forMessage, forQuickPick, plain } from '../safeText';
import { sentence, wordsFor } from '../words';

interface Draft {
  readonly username: string;
  readonly secret: string;
  readonly origin: string;
  readonly use: { readonly environment: Environment; readonly readOnly: boolean };
  readonly name: string;
  /** The account that the place where these credentials were found says they are of. */
  readonly accountSid?: string;
}

const longestName = 60;

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
      value: draft.secret,
      password: true,
      problem: (text) => (text ? undefined : `Type ${secretOf(draft.username)}.`),
    }),
  );

const regionChoices: readonly Choice<string>[] = [
  { label: 'US1', description: 'United States, the default', value: defaultOrigin },
  { label: 'IE1, through Dublin', description: 'Ireland', value: originFor('ie1')! },
  { label: 'AU1, through Sydney', description: 'Australia', value: originFor('au1')! },
  { label: 'JP1, through Tokyo', description: 'Japan', value: originFor('jp1')! },
];

const waysThere: readonly Choice<string>[] = [
  ...regionChoices,
  ...edges.map((edge) => ({ label: `US1, through the edge ${edge}`, value: originFor('us1', edge)! })),
];

const askRegion: Step<Draft> = async (draft, place) =>
  under<Draft, 'origin'>(
    'origin',
    await askChoice(place, 'Which region? Each has credentials of its own.', waysThere, draft.origin),
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

/** The account that is here already and is about to be replaced, if any: what is known of it is what is offered. */
type Replaced = (draft: Partial<Draft>) => Account | undefined;

const askUse =
  (replaced: Replaced): Step<Draft> =>
  async (draft, place) => {
    const before = draft.use ?? replaced(draft);
    const chosen = uses.find(
      ({ value }) => value.environment === before?.environment && value.readOnly === before.readOnly,
    );
    return under<Draft, 'use'>(
      'use',
      await askChoice(place, 'What is this account used for?', uses, chosen?.value),
    );
  };

const askName =
  (replaced: Replaced): Step<Draft> =>
  async (draft, place) => {
    const before = replaced(draft)?.name;
    const prompt =
      before === undefined
        ? 'A name for it here. It stands on its row, in its forms, and on every confirmation.'
        : `This login is here already, as “${forMessage(before, longestName)}”, and is replaced. Keep its name, or give it another.`;
    return under<Draft, 'name'>(
      'name',
      await askText(place, {
        prompt,
        value: draft.name ?? before ?? `Twilio ${draft.username?.slice(0, 2)}…${draft.username?.slice(-4)}`,
        problem: (text) => {
          if (!text) return 'Give it a name.';
          if (text === plain(text, longestName)) return undefined;
          return `Must be at most ${longestName} characters on one line, all of which can be seen.`;
        },
      }),
    );
  };

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
  let end: End;
  do end = await signInOnce(accounts);
  while (end === back);
}

async function signInOnce(accounts: Accounts): Promise<End> {
  const { fromEnvironment, fromTwilioCli } = await import('../later');
  const found = [fromEnvironment(process.env) ?? [], await fromTwilioCli(process.env)].flat();
  const source = await askChoice<Source>({ title: 'Sign In', first: true }, 'How do you want to sign in?', [
    { label: '$(key) API key or Auth Token', description: 'typed in', value: 'hand' },
    ...found.map((one) => ({
      label: `$(${one.problem ? 'warning' : 'terminal'}) ${forQuickPick(one.name, longestName)}`,
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
    const next = await afterProblem(accounts, entry, secret, error);
    if (next === undefined) return;
    draft = { ...answered, ...next };
    at = next.origin === undefined ? again : steps.length;
  }
}

const tellProblem = (error: unknown, ...buttons: string[]) =>
  vscode.window.showErrorMessage(`Not signed in. ${forMessage(sentence(wordsFor(error)), 300)}`, ...buttons);

/** What to change in the answers before they are tried again; undefined when the person gives up. */
async function afterProblem(
  accounts: Accounts,
  entry: Entry,
  secret: string,
  error: unknown,
): Promise<Partial<Draft> | undefined> {
  const mayBeOfAnother = entry.kind === 'twilio' && error instanceof ApiError && error.status === 401;
  const others = mayBeOfAnother
    ? regionChoices.map(({ value }) => value).filter((origin) => regionOf(origin) !== regionOf(entry.origin))
    : [];
  const look = `Look in ${namesOf(others)}`;
  const choice = await tellProblem(error, 'Try Again', ...(others.length ? [look] : []));
  if (choice === look) return lookIn(others, accounts, entry, secret);
  return choice === undefined ? undefined : {};
}

/** Shows these credentials to other regions, as the person has asked for: which of them takes them? */
async function lookIn(
  origins: readonly string[],
  accounts: Accounts,
  entry: Entry,
  secret: string,
): Promise<Partial<Draft> | undefined> {
  // Not in a notification: one that comes and goes within a moment can take the next one with it.
  const answers = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `TaskRouter: looking in ${namesOf(origins)}…` },
    () => Promise.allSettled(origins.map((origin) => accounts.check({ ...entry, origin }, secret))),
  );
  const taken = origins.filter((_, i) => answers[i]!.status === 'fulfilled');
  if (taken.length > 0) {
    const buttons = taken.map((origin) => `Sign In to ${namesOf([origin])}`);
    const choice = await vscode.window.showInformationMessage(
      `These credentials are of ${namesOf(taken)}, not of ${namesOf([entry.origin])}.`,
      ...buttons,
    );
    const origin = taken[buttons.indexOf(choice ?? '')];
    return origin === undefined ? undefined : { origin };
  }
  const silent = origins.filter((_, i) => {
    const answer = answers[i]!;
    return answer.status === 'rejected' && !(answer.reason instanceof ApiError);
  });
  const refusing = origins.filter((origin) => !silent.includes(origin));
  const told = [
    ...(refusing.length ? [`${namesOf(refusing)} did not accept them either.`] : []),
    ...(silent.length ? [`${namesOf(silent)} could not be asked.`] : []),
  ];
  return (await vscode.window.showErrorMessage(told.join(' '), 'Try Again')) === undefined ? undefined : {};
}

/** `IE1, AU1 and JP1` */
const namesOf = (origins: readonly string[]) =>
  new Intl.ListFormat('en-GB').format(origins.map((origin) => regionOf(origin).toUpperCase()));

/** Says what somebody may not expect of the account that they have just signed in to. */
async function tellAccount(accounts: Accounts, account: Account, expected?: string): Promise<undefined> {
  const { accountSid } = account;
  if (accountSid !== undefined && expected !== undefined && accountSid !== expected) {
    await vscode.window.showWarningMessage(
      `These credentials are of ${plain(accountSid)}, not of ${expected} beside which they were found. ` +
        'TaskRouter shows a key the account it was made in, and no subaccount of that.',
    );
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
