import * as vscode from 'vscode';
import {
  defaultOrigin,
  edges,
  loopbackOriginOf,
  originFor,
  originOf,
  otherHosts,
} from '../../../taskrouter/origin';
import { isSid } from '../../../taskrouter/sid';
import type { Account } from '../../accounts/account';
import { maxNameLength } from '../../accounts/account';
import { forMessage, plain } from '../../display/safeText';
import type { Choice, Step } from './multiStep';
import { answerAs, askChoice, askText } from './multiStep';

/** The user's answers so far. */
export interface Answers {
  readonly username: string;
  readonly secret: string;
  readonly origin: string;
  readonly use: Use;
  readonly name: string;
  readonly readsCallsAndAlerts: boolean;
  /** The account that found credentials name. */
  readonly accountSid?: string;
}

export type Use = Pick<Account, 'environment' | 'readOnly' | 'confirmWrites'>;

/** Where the Console shows API keys and the Auth Token: https://www.twilio.com/docs/iam/api-keys/keys-in-console */
const credentialsPage = {
  title: vscode.l10n.t('Open API Keys & Tokens in the Twilio Console'),
  url: 'https://console.twilio.com/us1/account/keys-credentials/api-keys',
};
/** A TaskRouter on this machine is asked for its address first. */
const pageFor = ({ origin }: Partial<Answers>) =>
  origin !== undefined && loopbackOriginOf(origin) !== undefined ? undefined : credentialsPage;

export const askUsername: Step<Answers> = async (answers, position) =>
  answerAs<Answers, 'username'>(
    'username',
    await askText(position, {
      prompt: vscode.l10n.t('API key SID (SK…, recommended) or Account SID (AC…)'),
      placeholder: vscode.l10n.t('SK… or AC…'),
      value: answers.username,
      page: pageFor(answers),
      problem: (text) =>
        isSid('ApiKey', text) || isSid('Account', text)
          ? undefined
          : vscode.l10n.t('Must be SK or AC followed by 32 hexadecimal digits.'),
    }),
  );

const secretOf = (username: string | undefined) =>
  username && isSid('ApiKey', username) ? vscode.l10n.t('API key secret') : vscode.l10n.t('Auth Token');

export const askSecret: Step<Answers> = async (answers, position) =>
  answerAs<Answers, 'secret'>(
    'secret',
    await askText(position, {
      prompt: vscode.l10n.t('{secret}, stored only in VS Code’s secret storage', {
        secret: secretOf(answers.username),
      }),
      value: answers.secret,
      password: true,
      page: pageFor(answers),
      problem: (text) =>
        text ? undefined : vscode.l10n.t('Enter the {secret}.', { secret: secretOf(answers.username) }),
    }),
  );

export const regionChoices: readonly Choice<string>[] = [
  { label: 'US1', description: vscode.l10n.t('United States (default)'), value: defaultOrigin },
  { label: 'IE1', description: vscode.l10n.t('Ireland, via the Dublin edge'), value: originFor('ie1')! },
  { label: 'AU1', description: vscode.l10n.t('Australia, via the Sydney edge'), value: originFor('au1')! },
  { label: 'JP1', description: vscode.l10n.t('Japan, via the Tokyo edge'), value: originFor('jp1')! },
];

const originChoices: readonly Choice<string>[] = [
  ...regionChoices,
  ...edges.map((edge) => ({
    label: vscode.l10n.t('US1 via {edge}', { edge }),
    description: vscode.l10n.t('edge'),
    value: originFor('us1', edge)!,
  })),
];

export const askRegion: Step<Answers> = async (answers, position) =>
  answerAs<Answers, 'origin'>(
    'origin',
    await askChoice(
      position,
      vscode.l10n.t('Region of the account (each region has its own credentials)'),
      originChoices,
      answers.origin,
    ),
  );

const globe = new vscode.ThemeIcon('globe');
const production: readonly Choice<Use>[] = [
  {
    label: vscode.l10n.t('Production'),
    iconPath: globe,
    description: vscode.l10n.t('always confirms every write'),
    value: { environment: 'production', readOnly: false, confirmWrites: true },
  },
  {
    label: vscode.l10n.t('Production, read-only'),
    iconPath: new vscode.ThemeIcon('lock'),
    description: vscode.l10n.t('blocks every write'),
    value: { environment: 'production', readOnly: true, confirmWrites: true },
  },
];
const elsewhere = [
  [vscode.l10n.t('Staging'), 'staging'],
  [vscode.l10n.t('Development'), 'development'],
] as const;
const confirming = elsewhere.map(([label, environment]): Choice<Use> => ({
  label,
  iconPath: globe,
  description: vscode.l10n.t('confirms every write'),
  value: { environment, readOnly: false, confirmWrites: true },
}));
const withoutConfirmation = elsewhere.map(([label, environment]): Choice<Use> => ({
  label: vscode.l10n.t('{environment}, without confirmation', { environment: label }),
  iconPath: new vscode.ThemeIcon('warning'),
  description: vscode.l10n.t('sends every write without asking'),
  detail: vscode.l10n.t(
    'Accept, Reject and instructions that place calls are sent without confirmation, even when another extension or a task in a repository starts them.',
  ),
  value: { environment, readOnly: false, confirmWrites: false },
}));

/** Turning the confirmation off is offered for an account that exists, not at sign-in. */
export const usesAtSignIn: readonly Choice<Use>[] = [
  ...production,
  ...confirming.map((one) => ({
    ...one,
    description: vscode.l10n.t('confirms every write unless you turn that off'),
  })),
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
      await askChoice(position, vscode.l10n.t('What is this account used for?'), uses, current?.value),
    );
  };

export const askName =
  (replaced: Replaced): Step<Answers> =>
  async (answers, position) => {
    const before = replaced(answers)?.name;
    const prompt =
      before === undefined
        ? vscode.l10n.t('Name shown in the tree, forms and confirmations')
        : vscode.l10n.t(
            'This login already exists as “{account}” and will be replaced. Keep the name or enter another one.',
            { account: forMessage(before, maxNameLength) },
          );
    const { username = '' } = answers;
    return answerAs<Answers, 'name'>(
      'name',
      await askText(position, {
        prompt,
        value: answers.name ?? before ?? `Twilio ${username.slice(0, 2)}…${username.slice(-4)}`,
        problem: (text) => {
          if (!text) return vscode.l10n.t('Enter a name.');
          if (text === plain(text, maxNameLength)) return undefined;
          return vscode.l10n.t('Use at most {count} visible characters on one line.', {
            count: maxNameLength,
          });
        },
      }),
    );
  };

export const askAddress: Step<Answers> = async (answers, position) => {
  const address = await askText(position, {
    prompt: vscode.l10n.t('Address of a TaskRouter on this machine, or the line that the simulator prints'),
    placeholder: 'http://127.0.0.1:4010',
    value: answers.origin,
    problem: (text) =>
      (printedBySimulator(text)?.origin ?? loopbackOriginOf(text)) === undefined
        ? vscode.l10n.t('Must be an address of this machine and a port, such as http://127.0.0.1:4010')
        : undefined,
  });
  if (typeof address !== 'string') return answerAs<Answers, 'origin'>('origin', address);
  return printedBySimulator(address) ?? answerAs<Answers, 'origin'>('origin', loopbackOriginOf(address));
};

/** The answers in the line of JSON that a simulator prints when it starts; undefined where a text is not one. */
export function printedBySimulator(text: string): Partial<Answers> | undefined {
  let printed: unknown;
  try {
    printed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { url, apiKeySid, apiKeySecret, accountSid, authToken } = (printed ?? {}) as Record<string, unknown>;
  const origin = typeof url === 'string' ? loopbackOriginOf(url) : undefined;
  const pairs = [
    [apiKeySid, apiKeySecret],
    [accountSid, authToken],
  ];
  const [username, secret] = pairs.find((pair) => pair.every((one) => typeof one === 'string')) ?? [];
  if (origin === undefined || typeof username !== 'string' || typeof secret !== 'string') return undefined;
  return { origin, username, secret };
}

/** Asks whether task pages may also read from two other hosts at Twilio: what, from where, why, and what a key needs. */
export const askReads =
  (origin: string): Step<Answers> =>
  async (answers, position) => {
    const hosts = new Set(otherHosts.map((host) => new URL(originOf(host, origin)).host));
    const choices: readonly Choice<boolean>[] = [
      {
        label: vscode.l10n.t('TaskRouter only'),
        description: vscode.l10n.t('default'),
        detail: vscode.l10n.t(
          'Task pages cannot say whether a task’s call has ended or why a callback failed.',
        ),
        value: false,
      },
      {
        label: vscode.l10n.t('TaskRouter, calls and alerts'),
        description: [...hosts].join(', '),
        detail: vscode.l10n.t(
          'Reads a task’s call and callback errors. Restricted API keys need permission for both.',
        ),
        value: true,
      },
    ];
    const placeholder = vscode.l10n.t('What may task pages read with these credentials?');
    return answerAs<Answers, 'readsCallsAndAlerts'>(
      'readsCallsAndAlerts',
      await askChoice(position, placeholder, choices, answers.readsCallsAndAlerts),
    );
  };
