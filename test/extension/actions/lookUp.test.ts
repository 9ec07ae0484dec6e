import { strict as assert } from 'node:assert';
import { SendOnce } from '../../../src/extension/actions/sendOnce';
import { inEnglish } from '../../../src/taskrouter/message';
import { tasks } from '../../../src/taskrouter/resources';
import { setPriority } from '../../../src/taskrouter/taskUpdates';
import { quiet, waiting } from '../../simulator/driver';
import { answer, clientOf, openWindow, refusal, workspaceOf } from '../window';

describe('what is looked up after an update without a valid response', () => {
  /** What is said of a priority of 7, when the task then reads like this. */
  async function lookUp(now: (shown: object) => Promise<never> | ReturnType<typeof answer>) {
    const window = openWindow({ scenario: quiet({ workers: [], tasks: [waiting({})] }) });
    const { id } = await window.signIn();
    const workspaceSid = await workspaceOf(window.simulator);
    const { rows } = await clientOf(window.simulator).list(tasks, [workspaceSid]);
    const shown = rows[0]!;
    const resource = {
      collection: tasks,
      sids: [workspaceSid, shown.sid],
      shown,
      name: 'Rosa',
      nameOf: String,
    };
    window.wire = () => Promise.resolve(now(shown));
    const once = new SendOnce({ store: window.store, wait: () => Promise.resolve() });
    const connection = await window.accounts.connect(id);
    const { kind, headline, details } = await once.lookUp(
      connection,
      setPriority(resource, 7),
      'No response.',
    );
    assert.equal(kind, 'unknown');
    return [inEnglish(headline), details[1]];
  }

  it('says that nothing has changed only where that was read', async () => {
    assert.deepEqual(await lookUp((shown) => answer(200, shown)), [
      'Set Priority: outcome unknown.',
      'Nothing has changed so far. Refresh before you send again.',
    ]);
    assert.deepEqual(await lookUp(() => refusal(500, 20500, 'No')), [
      'Set Priority: outcome unknown.',
      'The current state could not be read. Refresh before you send again.',
    ]);
    assert.deepEqual(await lookUp(() => refusal(404, 20404, 'No')), [
      'Set Priority: outcome unknown.',
      'It no longer exists.',
    ]);
  });

  it('says what somebody else changed, and that this request did not', async () => {
    assert.deepEqual(await lookUp((shown) => answer(200, { ...shown, priority: 500 })), [
      'Set Priority: no clear response. The priority is now 500.',
      'Your request could not have caused this. Check it before you send again.',
    ]);
    assert.deepEqual(await lookUp((shown) => answer(200, { ...shown, assignment_status: 'canceled' })), [
      'Set Priority: no clear response, but the status is now canceled.',
      'Your request could not have caused this. Do not send it again.',
    ]);
  });

  it('says that the request may have caused what it sets', async () => {
    assert.deepEqual(await lookUp((shown) => answer(200, { ...shown, priority: 7 })), [
      'Set Priority: no clear response. The priority is now 7.',
      'Your request or somebody else’s may have caused this. Check it before you send again.',
    ]);
  });
});
