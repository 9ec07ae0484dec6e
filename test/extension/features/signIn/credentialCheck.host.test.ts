import { strict as assert } from 'node:assert';
import { simulatedAccount } from '../../../../src/extension/accounts/account';
import { workspacesInCheck } from '../../../../src/extension/accounts/login';
import { summaryOf } from '../../../../src/extension/features/signIn/credentialCheck';

describe('what is shown after sign-in', () => {
  for (const [workspaces, firstWorkspace, found] of [
    [0, undefined, '0 workspaces'],
    [1, 'North', '1 workspace (North)'],
    [2, 'North', '2 workspaces (North and 1 more)'],
    [3, 'North', '3 workspaces (North, …)'],
    [3, undefined, '3 workspaces'],
    [workspacesInCheck, 'North', `${workspacesInCheck} workspaces or more (North, …)`],
  ] as const)
    it(`counts ${found}`, () => {
      const account = { ...simulatedAccount, name: 'Acme' };
      const named = firstWorkspace === undefined ? {} : { firstWorkspace };
      assert.equal(
        summaryOf({ account, workspaces, milliseconds: 12, ...named }),
        `Signed in to Acme: ${found}, 12 ms`,
      );
    });
});
