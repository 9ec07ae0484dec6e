import { isDeepStrictEqual } from 'node:util';
import { regionOf } from '../../taskrouter/origin';
import type { Account } from './account';
import { accountKinds, environments } from './account';
import type { Memory } from './memory';
import { storedList } from './memory';

const recordsKey = 'accounts';
const fields = {
  id: 'string',
  kind: 'string',
  name: 'string',
  origin: 'string',
  username: 'string',
  environment: 'string',
  readOnly: 'boolean',
} as const;

/** The stored records of all accounts. Every window shares them; VS Code reports no change of another window. */
export class AccountRecords {
  /** As of the last call of `takeChanges`. */
  private known: readonly Account[];

  constructor(private readonly memory: Memory) {
    this.known = this.all;
  }

  get all(): readonly Account[] {
    const stored = storedList<Account>(this.memory, recordsKey, fields);
    return stored.filter(
      ({ kind, environment }) => Object.hasOwn(accountKinds, kind) && environments.includes(environment),
    );
  }

  get(id: string): Account | undefined {
    return this.all.find((account) => account.id === id);
  }

  /** The account with this login, if any. */
  withLogin(origin: string | undefined, username: string | undefined): Account | undefined {
    return this.all.find((one) => one.origin === origin && one.username === username);
  }

  /** Other logins to the same account at Twilio: with another key, or through another edge. */
  leadingTo({ id, accountSid, origin }: Account): readonly Account[] {
    return this.all.filter(
      (one) =>
        one.id !== id &&
        one.accountSid !== undefined &&
        one.accountSid === accountSid &&
        regionOf(one.origin) === regionOf(origin),
    );
  }

  /** Adds an account, or replaces the one with its id. */
  put(account: Account): Thenable<void> {
    const others = this.all.some(({ id }) => id === account.id)
      ? this.all.map((one) => (one.id === account.id ? account : one))
      : [...this.all, account];
    return this.memory.update(recordsKey, others);
  }

  remove(id: string): Thenable<void> {
    return this.memory.update(
      recordsKey,
      this.all.filter((one) => one.id !== id),
    );
  }

  /** The accounts that were changed or removed since the last call, in their previous version; undefined if nothing changed. */
  takeChanges(): readonly Account[] | undefined {
    const before = this.known;
    this.known = this.all;
    if (isDeepStrictEqual(before, this.known)) return undefined;
    return before.filter((one) => !isDeepStrictEqual(one, this.get(one.id)));
  }
}
