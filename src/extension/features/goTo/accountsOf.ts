import * as resources from '../../../taskrouter/resources';
import { isSid } from '../../../taskrouter/sid';
import type { Account } from '../../accounts/account';
import type { Accounts } from '../../accounts/accounts';
import type { Store } from '../../data/store';

interface Options {
  readonly accounts: Pick<Accounts, 'all'>;
  readonly store: Store;
}

/** The SID of an account, as far as it is known: the login of an API key does not say it. */
export function accountSidOf({ store }: Pick<Options, 'store'>, account: Account): string | undefined {
  const { id: accountId, accountSid, username } = account;
  const workspaces = store.list({ accountId, collection: resources.workspaces, parents: [] })?.sids ?? [];
  const named = workspaces.map((sid) => store.row(accountId, sid)?.['account_sid']);
  return [accountSid, username, ...named].find(
    (sid): sid is string => typeof sid === 'string' && isSid('Account', sid),
  );
}

/** The signed-in accounts that can be the one with this SID; several where one is used in two regions. */
export function accountsWith(options: Options, accountSid: string): readonly Account[] {
  const known = options.accounts.all.map((account) => ({ account, sid: accountSidOf(options, account) }));
  const same = known.filter(({ sid }) => sid === accountSid);
  const possible = same.length ? same : known.filter(({ sid }) => sid === undefined);
  return possible.map(({ account }) => account);
}
