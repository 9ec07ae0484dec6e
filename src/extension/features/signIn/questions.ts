import * as vscode from 'vscode';
import { defaultOrigin, edges, isLoopbackOrigin, originFor } from '../../../taskrouter/origin';
import { isSid } from '../../../taskrouter/sid';
import type { Account } from '../../accounts/account';
import { forMessage, plain } from '../../display/safeText';
import type { Choice, Step } from './multiStep';
import { answerAs, askChoice, askText } from './multiStep';

/** What the user has answered so far. */
export interface Answers {
  readonly username: string;
  readonly secret: string;
  readonly origin: string;
  readonly use: Use;
  readonly name: string;
  /** The account that found credentials claim to belong to. */
  readonly accountSid?: string;
}

export type Use = Pick<Account, 'environment' | 'readOnly' | 'confirmWrites'>;

export const maxNameLength = 60;

export const askUsername: Step<Answers> = async (answers, position) =>
  answerAs<Answers, 'username'>(
    'username',
    await askText(position, {
      prompt: 'API key SID (SK…, recommended) or Account SID (AC…)',
      placeholder: 'SK… or AC…',
      value: answers.username,
      problem: (text) =>
        isSid('ApiKey', text) || isSid('Account', text)
          ? undefined
          : 'Must be SK or AC followed by 32 hexadecimal digits.',
    }),
  );

const secretOf = (username: string | undefined) =>
  username && isSid('ApiKey', username) ? 'API key secret' : 'Auth Token';

export const askSecret: Step<Answers> = async (answers, position) =>
  answerAs<Answers, 'secret'>(
    'secret',
    await askText(position, {
      prompt: `${secretOf(answers.username)}, stored only in VS Code’s secret storage`,
      value: answers.secret,
      password: true,
      problem: (text) => (text ? undefined : `Enter the ${secretOf(answers.username)}.`),
    }),
  );

export const regionChoices: readonly Choice<string>[] = [
  { label: 'US1', description: 'United States (default)', value: defaultOrigin },
  { label: 'IE1', description: 'Ireland, via the Dublin edge', value: originFor('ie1')! },
  { label: 'AU1', description: 'Australia, via the Sydney edge', value: originFor('au1')! },
  { label: 'JP1', description: 'Japan, via the Tokyo edge', value: originFor('jp1')! },
];

const originChoices: readonly Choice<string>[] = [
  ...regionChoices,
  ...edges.map((edge) => ({ label: `US1 via ${edge}`, description: 'edge', value: originFor('us1', edge)! })),
];

export const askRegion: Step<Answers> = async (answers, position) =>
  answerAs<Answers, 'origin'>(
    'origin',
    await askChoice(
      position,
      'Region of the account (each region has its own credentials)',
      originChoices,
      answers.origin,
    ),
  );

const globe = new vscode.ThemeIcon('globe');
const production: readonly Choice<Use>[] = [
  {
    label: 'Production',
    iconPath: globe,
    description: 'always confirms every write',
    value: { environment: 'production', readOnly: false, confirmWrites: true },
  },
  {
    label: 'Production, read-only',
    iconPath: new vscode.ThemeIcon('lock'),
    description: 'blocks every write',
    value: { environment: 'production', readOnly: true, confirmWrites: true },
  },
];
const elsewhere = [
  ['Staging', 'staging'],
  ['Development', 'development'],
] as const;
const confirming = elsewhere.map(([label, environment]): Choice<Use> => ({
  label,
  iconPath: globe,
  description: 'confirms every write',
  value: { environment, readOnly: false, confirmWrites: true },
}));
const withoutConfirmation = elsewhere.map(([label, environment]): Choice<Use> => ({
  label: `${label}, without confirmation`,
  iconPath: new vscode.ThemeIcon('warning'),
  description: 'sends every write at once',
  detail:
    'Accept, Reject and instructions that place calls are sent without asking, even when another extension or a task of a repository starts them.',
  value: { environment, readOnly: false, confirmWrites: false },
}));

/** Turning the confirmation off is offered for an account that exists, not at sign-in. */
export const usesAtSignIn: readonly Choice<Use>[] = [
  ...production,
  ...confirming.map((one) => ({ ...one, description: 'confirms every write, until you turn that off' })),
];
export const usesOfAccount: readonly Choice<Use>[] = [...production, ...confirming, ...withoutConfirmation];

/** The account that signing in with these answers would replace. */
export type Replaced = (answers: Partial<Answers>) => Account | undefined;

export const askUse =
  (uses: readonly Choice<Use>[], replaced: Replaced): Step<Answers> =>
  async (answers, position) => {
    const before = answers.use ?? replaced(answers);
    const isSame = (one: Use, withConfirmation: boolean) =>
      one.environment === before?.environment &&
      one.readOnly === before.readOnly &&
      (!withConfirmation || (one.confirmWrites ?? true) === (before.confirmWrites ?? true));
    const current =
      uses.find(({ value }) => isSame(value, true)) ?? uses.find(({ value }) => isSame(value, false));
    return answerAs<Answers, 'use'>(
      'use',
      await askChoice(position, 'What is this account used for?', uses, current?.value),
    );
  };

export const askName =
  (replaced: Replaced): Step<Answers> =>
  async (answers, position) => {
    const before = replaced(answers)?.name;
    const prompt =
      before === undefined
        ? 'Name shown in the tree, forms and confirmations'
        : `This login already exists as “${forMessage(before, maxNameLength)}” and will be replaced. Keep the name or enter another one.`;
    const { username = '' } = answers;
    return answerAs<Answers, 'name'>(
      'name',
      await askText(position, {
        prompt,
        value: answers.name ?? before ?? `Twilio ${username.slice(0, 2)}…${username.slice(-4)}`,
        problem: (text) => {
          if (!text) return 'Enter a name.';
          if (text === plain(text, maxNameLength)) return undefined;
          return `Use at most ${maxNameLength} visible characters on one line.`;
        },
      }),
    );
  };

export const askAddress: Step<Answers> = async (answers, position) => {
  const address = await askText(position, {
    prompt: 'Address of a TaskRouter on this machine',
    placeholder: 'http://127.0.0.1:4010',
    value: answers.origin,
    problem: (text) =>
      isLoopbackOrigin(text.replace(/\/$/, ''))
        ? undefined
        : 'Must be http://, an address of this machine and a port, such as http://127.0.0.1:4010',
  });
  return answerAs<Answers, 'origin'>(
    'origin',
    typeof address === 'string' ? address.replace(/\/$/, '') : address,
  );
};
