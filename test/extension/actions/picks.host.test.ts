import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { Account } from '../../../src/extension/accounts/account';
import { simulatedAccount } from '../../../src/extension/accounts/account';
import { accountItem, Picks } from '../../../src/extension/actions/picks';
import { commands } from '../../../src/extension/contributions';
import { productionAccount, settle } from '../window';

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

  it('is between all on which the command works, the likely ones first; there is none with one account', async () => {
    const { createQuickPick } = vscode.window;
    let shown: readonly string[] = [];
    const pick = {
      activeItems: [],
      value: '',
      set items(items: readonly vscode.QuickPickItem[]) {
        shown = items.map(({ label }) => label);
      },
      ...{ onDidAccept: () => undefined, onDidHide: () => undefined, show: () => undefined },
    };
    Object.assign(vscode.window, { createQuickPick: () => pick });
    try {
      const choose = async (all: readonly Account[]) => {
        shown = [];
        const picks = new Picks({ accounts: { all } } as never);
        const first = [readOnly, local].map(({ id }) => ({ accountId: id }));
        const chosen = picks.byKind.account(commands['taskrouter.account.signOut'], first);
        await settle();
        return { chosen, shown };
      };
      const named = { ...local, name: 'Local 4010' };
      assert.deepEqual((await choose([productionAccount, named, readOnly])).shown, [
        'Acme US',
        'Local 4010',
        productionAccount.name,
      ]);
      const { chosen, shown: none } = await choose([local]);
      assert.deepEqual([await chosen, none], [{ accountId: local.id }, []]);
    } finally {
      Object.assign(vscode.window, { createQuickPick });
    }
  });
});
