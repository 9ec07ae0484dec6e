import { strict as assert } from 'node:assert';
import type { Account } from '../../../src/extension/accounts/account';
import { simulatedAccount } from '../../../src/extension/accounts/account';
import { accountItem } from '../../../src/extension/actions/picks';
import { productionAccount } from '../window';

describe('the choice of an account', () => {
  const local: Account = { ...productionAccount, id: 'two', kind: 'local', origin: 'http://127.0.0.1:4010' };
  const readOnly: Account = { ...productionAccount, id: 'three', name: 'Acme US', readOnly: true };
  const another: Account = { ...productionAccount, id: 'four', username: `SK${'2'.repeat(32)}` };
  const itemsOf = (...accounts: readonly Account[]) => accounts.map((one) => accountItem(one, accounts));

  it('shows what distinguishes them: environment, host, and whether they are locked', () => {
    const items = itemsOf(productionAccount, local, readOnly, simulatedAccount);
    assert.deepEqual(
      items.map(({ description }) => description),
      ['PRODUCTION', 'LOCAL · 127.0.0.1:4010', 'PRODUCTION · read-only', 'SIMULATOR'],
    );
    const icons = items.map(({ iconPath }) => iconPath.id);
    assert.deepEqual(icons, ['globe', 'vm', 'lock', 'beaker']);
    assert.ok(items.every((item) => !('detail' in item)));
  });

  it('shows the logins of two that look the same', () => {
    const items = itemsOf(productionAccount, another, local);
    assert.deepEqual(
      items.map((item) => item.detail),
      [productionAccount.username, another.username, undefined],
    );
  });
});
