import assert from 'node:assert/strict';
import { still, waiting } from './driver';
import type { Json } from './driver';

const many = { tasks: Array.from({ length: 60 }, (_, i) => waiting({ age: 100 - i })) };

describe('a long list that is asked for again', () => {
  const statuses = (rows: readonly Json[]) => rows.map((row) => row['assignment_status']).join();

  it('is the same within a second, and true in the next', async () => {
    const { list, root, clock } = await still(many);
    const ages = async () => (await list(`${root}/Tasks`, 'tasks')).map((row) => row['age'] as number);
    const first = await ages();
    clock.advance(999);
    assert.deepEqual(await ages(), first);
    clock.advance(1);
    assert.deepEqual(
      await ages(),
      first.map((age) => age + 1),
    );
  });

  it('shows at once what was written, and what came with time', async () => {
    const { list, root, post, first } = await still(many);
    const before = await list(`${root}/Tasks`, 'tasks');
    await post(await first(), { ReservationStatus: 'accepted' });
    const accepted = await list(`${root}/Tasks`, 'tasks');
    assert.notEqual(statuses(accepted), statuses(before));
    assert.equal(accepted[0]!['assignment_status'], 'assigned');
  });

  it('shows at once what came with time, within the same second', async () => {
    const { list, root, task, reservations, post, clock } = await still(many);
    const [{ sid } = { sid: '' }] = await reservations();
    clock.advance(500);
    await post(`${task}/Reservations/${sid}`, { ReservationStatus: 'rejected' });
    clock.advance(119_900);
    const before = await list(`${root}/Tasks`, 'tasks');
    clock.advance(100);
    assert.notEqual(statuses(await list(`${root}/Tasks`, 'tasks')), statuses(before));
  });

  it('is not given to who has other credentials, nor for another query', async () => {
    const { send, list, root } = await still(many);
    await list(`${root}/Tasks`, 'tasks');
    assert.equal(
      (await send('GET', `${root}/Tasks`, undefined, { authorization: 'Basic eA==' })).status,
      401,
    );
    assert.equal((await list(`${root}/Tasks?PageSize=7`, 'tasks')).length, 7);
    assert.equal((await list(`${root}/Tasks?Priority=5`, 'tasks')).length, 0);
  });

  it('is itself, also when a fault has changed its last answer', async () => {
    const { list, root, simulator } = await still(many);
    await list(`${root}/Tasks`, 'tasks');
    const remove = simulator.faults.add({ do: 'drift', set: { assignment_status: 'lost' } });
    assert.match(statuses(await list(`${root}/Tasks`, 'tasks')), /^lost,/);
    remove();
    assert.doesNotMatch(statuses(await list(`${root}/Tasks`, 'tasks')), /lost/);
    const { url } = await simulator.listen();
    simulator.faults.add({ do: 'drift', set: { assignment_status: 'lost' }, skip: 1, times: 1 });
    const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64')}`;
    const overSocket = async () =>
      (await (await fetch(`${url}${root}/Tasks`, { headers: { authorization } })).text()).includes('"lost"');
    const seen = [await overSocket(), await overSocket(), await overSocket()];
    simulator.stop();
    assert.deepEqual(seen, [false, true, false]);
  });
});
