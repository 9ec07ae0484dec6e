import { isDeepStrictEqual } from 'node:util';
import { regionOf } from '../../taskrouter/origin';
import type { Account } from './account';
import { accountKinds, environments } from './account';
import type { Memory } from './memory';
import { hasFields } from './memory';

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

const optionalFields = {
  accountSid: 'string',
  confirmWrites: 'boolean',
  readsCallsAndAlerts: 'boolean',
  secretId: 'string',
} as const;

/** A record of this version of the extension. */
function isReadable(record: unknown): record is Account {
  if (!hasFields(record, fields)) return false;
  const account = record as Account;
  const present = Object.entries(optionalFields).filter(
    ([name]) => account[name as keyof Account] !== undefined,
  );
  return (
    hasFields(account, Object.fromEntries(present)) &&
    account.id !== '' &&
    Object.hasOwn(accountKinds, account.kind) &&
    environments.includes(account.environment)
  );
}

/** The stored records of all accounts. Every window shares them; VS Code reports no change of another window. */
export class AccountRecords {
  /** As of the last call of `takeChanges`. */
  private known: readonly Account[];
  /** What is stored is checked once: every request and every row asks for it. */
  private checked: { readonly stored: readonly unknown[]; readonly accounts: readonly Account[] } = {
    stored: [],
    accounts: [],
  };

  constructor(private readonly memory: Memory) {
    this.known = this.all;
  }

  private get stored(): readonly unknown[] {
    const stored = this.memory.get<unknown>(recordsKey);
    return Array.isArray(stored) ? (stored as unknown[]) : [];
  }

  get all(): readonly Account[] {
    const { stored } = this;
    if (stored !== this.checked.stored) {
      const readable = stored.filter(isReadable);
      const accounts = readable.filter(({ id }, i) => readable.findIndex((one) => one.id === id) === i);
      this.checked = { stored, accounts };
    }
    return this.checked.accounts;
  }

  /** The names of the accounts whose records cannot be read, or else their ids; empty where a record has neither. */
  get unreadable(): readonly string[] {
    return this.stored
      .filter((record) => !isReadable(record))
      .map((record) => {
        const { name, id } = (record ?? {}) as Readonly<Record<string, unknown>>;
        return [name, id].find((text) => typeof text === 'string') ?? '';
      });
  }

  /** Whether there is a record with this id, which may not be readable. */
  has(id: string): boolean {
    return this.stored.some((record) => (record as Partial<Account> | null)?.id === id);
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
    const isReplaced = this.all.some(({ id }) => id === account.id);
    return this.write(({ id }) => (id === account.id ? account : undefined), isReplaced ? [] : [account]);
  }

  remove(id: string): Thenable<void> {
    return this.write((one) => (one.id === id ? 'removed' : undefined));
  }

  /** Leaves records that cannot be read as they are: a newer version of the extension may have written them. */
  private write(
    change: (account: Account) => Account | 'removed' | undefined,
    added: readonly Account[] = [],
  ): Thenable<void> {
    const changed = this.stored.flatMap((one) => {
      const now = isReadable(one) ? change(one) : undefined;
      return now === 'removed' ? [] : [now ?? one];
    });
    return this.memory.update(recordsKey, [...changed, ...added]);
  }

  /** The accounts that were changed or removed since the last call, in their previous version; undefined if nothing changed. */
  takeChanges(): readonly Account[] | undefined {
    const before = this.known;
    this.known = this.all;
    if (isDeepStrictEqual(before, this.known)) return undefined;
    return before.filter((one) => !isDeepStrictEqual(one, this.get(one.id)));
  }
}
