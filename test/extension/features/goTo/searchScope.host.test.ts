import { strict as assert } from 'node:assert';
import { SearchScope } from '../../../../src/extension/features/goTo/searchScope';
import type { WorkspacePlace } from '../../../../src/extension/data/target';
import { openWindow, workspaceOf } from '../../window';

const never = new AbortController().signal;

describe('the workspaces that Go to… searches', () => {
  async function stage() {
    const on = openWindow();
    const { id: one } = await on.signIn();
    const { id: other } = await on.accounts.simulate();
    const here: { place?: WorkspacePlace } = {};
    const scope = new SearchScope({ ...on, place: () => here.place });
    return { ...on, one, other, here, scope };
  }

  it('are those of all accounts, also while the user looks at one of them, which comes first', async () => {
    const on = await stage();
    const accountsOf = async () => [
      ...new Set((await on.scope.read(never)).places.map(({ accountId }) => accountId)),
    ];
    assert.deepEqual(await accountsOf(), [on.one, on.other]);
    assert.equal(on.scope.describe(), 'all workspaces of 2 accounts');
    on.here.place = { accountId: on.other, workspaceSid: `WS${'1'.repeat(32)}` };
    assert.deepEqual(await accountsOf(), [on.other, on.one]);
    assert.equal(on.scope.describe(), 'all workspaces of 2 accounts');
  });

  it('are those that the user chose, as long as their account is signed in', async () => {
    const on = await stage();
    const place = { accountId: on.one, workspaceSid: await workspaceOf(on.simulator) };
    await on.memory.update('taskrouter.goTo.workspaces', [place]);
    assert.deepEqual((await on.scope.read(never)).places, [place]);
    await on.accounts.signOut(on.one);
    const { places } = await on.scope.read(never);
    assert.ok(places.length > 0 && places.every(({ accountId }) => accountId === on.other));
  });
});
