import { strict as assert } from 'node:assert';
import { SendOnce } from '../../../src/extension/actions/sendOnce';
import { inEnglish } from '../../../src/taskrouter/message';
import { tasks } from '../../../src/taskrouter/resources';
import { setPriority } from '../../../src/taskrouter/taskUpdates';
import { quiet, waiting } from '../../simulator/driver';
import { answer, clientOf, openWindow, refusal, workspaceOf } from '../window';

describe('what is looked up after an update without a valid response', () => {
  type Answer = (shown: object) => Promise<never> | ReturnType<typeof answer>;

  async function stage(now: Answer, posted: Answer = now) {
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
    window.wire = ({ method }) => Promise.resolve((method === 'POST' ? posted : now)(shown));
    const once = new SendOnce({ store: window.store, wait: () => Promise.resolve() });
    const connection = await window.accounts.connect(id);
    return { once, connection, update: setPriority(resource, 7) };
  }

  /** What is said of a priority of 7, when the task then reads like this. */
  async function lookUp(now: Answer) {
    const { once, connection, update } = await stage(now);
    const { kind, headline, details } = await once.lookUp(connection, update, 'No response.');
    assert.equal(kind, 'unknown');
    return [inEnglish(headline), details[1]];
  }

  /** The same when it was answered with 200 and this. */
  async function send(posted: Answer, now: Answer) {
    const { once, connection, update } = await stage(now, posted);
    const response = await once.post(connection, update);
    const { kind, headline, details } = await once.outcomeOf(connection, update, response);
    return [kind, inEnglish(headline), ...details];
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

  it('takes no 200 for done that does not show it, unless the task does', async () => {
    const stale: Answer = (shown) => answer(200, shown);
    const set: Answer = (shown) => answer(200, { ...shown, priority: 7 });
    const isUnknown = ['unknown', 'Set Priority: outcome unknown.'];
    const notShown = 'The response reports success but does not show the change.';
    assert.deepEqual(await send(stale, stale), [
      ...isUnknown,
      notShown,
      'Nothing has changed so far. Refresh before you send again.',
    ]);
    assert.deepEqual(await send(stale, () => refusal(500, 20500, 'No')), [
      ...isUnknown,
      notShown,
      'The current state could not be read. Refresh before you send again.',
    ]);
    assert.deepEqual(await send(stale, (shown) => answer(200, { ...shown, assignment_status: 'canceled' })), [
      'unknown',
      'Set Priority: no clear response, but the status is now canceled.',
      notShown,
      'Your request could not have caused this. Do not send it again.',
    ]);
    assert.deepEqual(await send(stale, set), ['done', 'The priority is now 7.']);
    assert.deepEqual(await send(set, stale), ['done', 'The priority is now 0.']);
    assert.deepEqual(await send(set, () => refusal(500, 20500, 'No')), [
      'done',
      'Set Priority: done.',
      'The new state could not be read.',
    ]);
  });
});
