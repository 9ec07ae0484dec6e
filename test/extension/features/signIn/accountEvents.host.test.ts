import { strict as assert } from 'node:assert';
import { followAccounts } from '../../../../src/extension/features/signIn/accountEvents';
import { shownDuring } from '../../actions/shownDuring';
import type { TestWindow } from '../../window';
import { openWindow } from '../../window';

const secrets = { onDidChange: () => ({ dispose: () => undefined }) } as never;
const follow = ({ accounts, memory }: TestWindow) => followAccounts(accounts, memory, secrets);
/** What a window says when it opens. */
const shownBy = (window: TestWindow) => shownDuring(() => Promise.resolve(void follow(window).dispose()));

describe('an account whose record cannot be read', () => {
  it('is reported once, with what to do, and stays stored', async () => {
    const on = openWindow();
    const account = await on.signIn();
    const records = [{ ...account, kind: 'flex', name: 'Support EU' }, { id: 'two' }, 7];
    await on.memory.update('accounts', records);
    const [shown, ...others] = await shownBy(openWindow({ beside: on }));
    assert.match(shown!, /^Not shown: Support EU, two, an account without a name\. .*sign in again\./);
    assert.deepEqual(others, []);
    assert.deepEqual(await shownBy(openWindow({ beside: on })), []);
    assert.deepEqual(on.memory.get('accounts'), records);
  });

  it('is reported when another window stores it, and not as signed out', async () => {
    const on = openWindow();
    const account = await on.signIn();
    const signedOut: unknown[] = [];
    on.accounts.onDidSignOutElsewhere((one) => signedOut.push(one));
    const following = follow(on);
    await on.memory.update('accounts', [{ ...account, environment: 'canary' }]);
    const shown = await shownDuring(() => Promise.resolve(on.accounts.sync()));
    following.dispose();
    assert.equal(shown.length, 1);
    assert.deepEqual(signedOut, []);
  });

  it('is not reported while every record can be read', async () => {
    const on = openWindow();
    await on.signIn();
    assert.deepEqual(await shownBy(openWindow({ beside: on })), []);
  });
});
