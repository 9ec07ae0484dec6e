import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { saveAttributes } from '../../../../src/extension/features/change/saveAttributes';
import { updateRequest } from '../../../../src/taskrouter/requests';
import { tasks } from '../../../../src/taskrouter/resources';
import { openActions } from '../../actions/openActions';
import { shownDuring } from '../../actions/shownDuring';
import { clientOf, findReservation, openWindow } from '../../window';
import { answering } from './answers';

const base = '{"name":"Dana Alder","vip":false,"big":12345678901234567890}';

async function stage() {
  const window = openWindow();
  const { id: accountId } = await window.signIn();
  const { workspaceSid, taskSid } = await findReservation(window.simulator, 'pending');
  const sids = [workspaceSid, taskSid];
  const client = clientOf(window.simulator);
  const elsewhere = (attributes: string) =>
    client.update(updateRequest(tasks, sids, [['Attributes', attributes]]));
  await elsewhere(base);
  const { actions, dialogs } = openActions(window);
  const parts = { accounts: window.accounts, store: window.store, actions };
  window.sent.length = 0;
  return {
    ...{ window, dialogs, elsewhere },
    save: (mine: string) => saveAttributes(parts, { accountId, collection: tasks, sids }, base, mine),
    attributes: async () => (await client.fetch(tasks, sids)).row['attributes'],
    posts: () => window.sent.filter(({ method }) => method === 'POST'),
  };
}

describe('attributes that the user saves', () => {
  it('are sent once for the version that was read, after a confirmation', async () => {
    const on = await stage();
    const shown = await shownDuring(() => on.save(base.replace('false', 'true')));
    assert.equal(await on.attributes(), base.replace('false', 'true'));
    const [post, ...others] = on.posts();
    assert.deepEqual(others, []);
    assert.ok(post!.headers['If-Match']);
    assert.deepEqual(
      on.dialogs.shown.map(([question]) => question),
      ['Save the attributes of Dana Alder in production?'],
    );
    assert.deepEqual(shown, ['$(pass) Attributes saved. Dana Alder (Test account).']);
  });

  it('keep what somebody else wrote in the meantime, also after the version was read', async () => {
    const on = await stage();
    await on.elsewhere(base.replace('}', ',"first":1}'));
    let isLate = true;
    on.window.wire = async ({ method }, pass) => {
      if (method === 'POST' && isLate) {
        isLate = false;
        await on.elsewhere(base.replace('}', ',"first":1,"second":2}'));
      }
      return pass();
    };
    await on.save(base.replace('false', 'true'));
    assert.equal(on.posts().length, 2);
    assert.equal(
      await on.attributes(),
      '{"name":"Dana Alder","vip":true,"big":12345678901234567890,"first":1,"second":2}',
    );
  });

  it('ask only for a key that both changed', async () => {
    const on = await stage();
    await on.elsewhere('{"name":"Dana","vip":"gold","big":12345678901234567890}');
    const mine = '{"name":"Dana Alder","vip":true,"big":12345678901234567890}';
    const asked = await answering(['Yours'], () => on.save(mine));
    assert.deepEqual(
      asked.map(({ offered }) => offered),
      [['Yours', 'Theirs']],
    );
    assert.equal(await on.attributes(), '{"name":"Dana","vip":true,"big":12345678901234567890}');
    await assert.rejects(
      answering([undefined], () => on.save(mine.replace('true', '1'))),
      /Nothing was sent/,
    );
  });

  it('are not saved when the user declines, when they are no object, or when the outcome is unknown', async () => {
    const on = await stage();
    for (const wrong of ['', '[]', '{"a":}']) await assert.rejects(on.save(wrong), /must be a JSON object/);
    on.dialogs.confirms = false;
    await assert.rejects(on.save('{}'), (error) => error instanceof vscode.FileSystemError);
    assert.deepEqual(on.posts(), []);
  });
});
