import { l10n } from 'vscode';
import { defaultOrigin } from '../../taskrouter/origin';
import type { PreparedUpdate } from '../../taskrouter/preparedUpdate';

/** The stored record of a signed-in account, without its secret. */
export interface Account {
  /** Random, so that it reveals nothing about the account. */
  readonly id: string;
  readonly kind: AccountKind;
  readonly name: string;
  readonly origin: string;
  /** Account SID or API key SID: the user name for Basic authentication. */
  readonly username: string;
  /** The account that TaskRouter returned: the only way to learn it for an API key or a subaccount. */
  readonly accountSid?: string;
  readonly environment: Environment;
  /** Blocks every write. */
  readonly readOnly: boolean;
  /** False when the user turned the confirmation of writes off; absent in records of earlier versions. */
  readonly confirmWrites?: boolean;
  /**
   * True when its user allowed task pages to read calls and alerts, from two more hosts at Twilio; off when absent.
   */
  readonly readsCallsAndAlerts?: boolean;
  /**
   * Random, and new each time the secret is replaced, so that a window with an old secret or an old record can
   * never combine the two. Absent for the simulated account.
   */
  readonly secretId?: string;
}

/**
 * The scope in which this account's SIDs are unique: at Twilio every SID is, whereas two simulators can have the same
 * ones. Empty for Twilio.
 */
export const sidScope = ({ kind, origin, id }: Pick<Account, 'kind' | 'origin' | 'id'>): string =>
  kind === 'twilio' ? '' : kind === 'local' ? `${origin}/` : `${id}/`;

/** Characters of an account's name, at most. */
export const maxNameLength = 60;

/** The server of an account, as errors name it: the simulator has no address. */
export const serverOf = ({ kind, origin }: Pick<Account, 'kind' | 'origin'>): string =>
  kind === 'simulated' ? simulator : origin;

export const simulator = 'simulator';

/** What the user enters about an account before it is checked. */
export type Entry = Omit<Account, 'id' | 'secretId'>;

export const environments = ['development', 'staging', 'production'] as const;

export type Environment = (typeof environments)[number];

export type AccountKind = 'twilio' | 'local' | 'simulated';

/** Which writes need confirmation; `calls` are the instructions that place or move a call. */
export type ConfirmationRule = 'every write' | 'calls' | 'never';

interface KindRules {
  /** The user entered credentials, can replace them, and can change name and use. */
  readonly hasCredentials: boolean;
  /** It has a region, and an environment that the user chooses. */
  readonly isAtTwilio: boolean;
  readonly confirmation: (account: Pick<Account, 'environment' | 'confirmWrites'>) => ConfirmationRule;
}

/** Everything that depends on the kind of an account. */
export const accountKinds: Readonly<Record<AccountKind, KindRules>> = {
  twilio: {
    hasCredentials: true,
    isAtTwilio: true,
    confirmation: (account) =>
      account.confirmWrites === false && canTurnOffConfirmation(account) ? 'never' : 'every write',
  },
  local: {
    hasCredentials: true,
    isAtTwilio: false,
    confirmation: ({ environment }) => (environment === 'production' ? 'every write' : 'calls'),
  },
  simulated: { hasCredentials: false, isAtTwilio: false, confirmation: () => 'never' },
};

/** Production always confirms. */
export const canTurnOffConfirmation = ({ environment }: Pick<Account, 'environment'>): boolean =>
  environment !== 'production';

/** Records are stored data: anything but true is off. */
export const readsCallsAndAlerts = (account: Pick<Account, 'readsCallsAndAlerts'>): boolean =>
  account.readsCallsAndAlerts === true;

export const confirmationRule = (
  account: Pick<Account, 'kind' | 'environment' | 'confirmWrites'>,
): ConfirmationRule => accountKinds[account.kind].confirmation(account);

/** Whether this account asks before this update. */
export function isConfirmationDue(account: Account, { risk }: Pick<PreparedUpdate, 'risk'>): boolean {
  const rule = confirmationRule(account);
  return rule === 'every write' || (rule === 'calls' && risk === 'call');
}

export const simulatedAccount: Account = {
  id: 'simulated',
  kind: 'simulated',
  name: l10n.t('Simulated account'),
  origin: defaultOrigin,
  username: '',
  environment: 'development',
  readOnly: false,
};
