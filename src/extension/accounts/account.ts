import { defaultOrigin } from '../../taskrouter/origin';

/** The stored record of a signed-in account, without its secret. */
export interface Account {
  /** Random, so that it reveals nothing about the account. */
  readonly id: string;
  readonly kind: 'twilio' | 'local' | 'simulated';
  readonly name: string;
  readonly origin: string;
  /** Account SID or API key SID: the user name of Basic auth. */
  readonly username: string;
  /** The account that TaskRouter answered for: the only way to know it for an API key or a subaccount. */
  readonly accountSid?: string;
  readonly environment: Environment;
  /** Blocks every write. */
  readonly readOnly: boolean;
  /** False when the user turned the confirmation of writes off; absent in records of earlier versions. */
  readonly confirmWrites?: boolean;
  /**
   * Random, and new each time the secret is replaced, so that a window with an old secret or an old record can
   * never combine the two. Absent for the simulated account.
   */
  readonly secretId?: string;
}

/** What the user enters about an account before it is checked. */
export type Entry = Omit<Account, 'id' | 'secretId'>;

export type Environment = 'development' | 'staging' | 'production';

/** Which writes ask for confirmation: `calls` are the instructions that place or move a call. */
export type ConfirmationRule = 'every write' | 'calls' | 'never';

/** Production always confirms, and the user cannot turn that off. */
export function confirmationRule(
  account: Pick<Account, 'kind' | 'environment' | 'confirmWrites'>,
): ConfirmationRule {
  if (account.kind === 'simulated') return 'never';
  if (account.environment === 'production') return 'every write';
  if (account.kind === 'local') return 'calls';
  return account.confirmWrites === false ? 'never' : 'every write';
}

export const simulatedAccount: Account = {
  id: 'simulated',
  kind: 'simulated',
  name: 'Simulated account',
  origin: defaultOrigin,
  username: '',
  environment: 'development',
  readOnly: false,
};
