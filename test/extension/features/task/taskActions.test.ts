import { strict as assert } from 'node:assert';
import { actionsOf } from '../../../../src/extension/features/task/taskActions';
import { productionAccount } from '../../window';

const titles = (taskStatus: string, reservationStatus: string) =>
  actionsOf(productionAccount, {
    task: { sid: 'WT1', assignment_status: taskStatus },
    reservations: [{ sid: 'WR1', reservation_status: reservationStatus, worker_name: 'hugo' }],
  }).map(({ title }) => title);

describe('the actions of a task page', () => {
  it('tell a reservation from its task', () => {
    assert.deepEqual(titles('wrapping', 'wrapping'), [
      ...['Open Reservation', 'Complete Reservation…'],
      ...['Complete Task…', 'Set Priority…', 'Edit Attributes'],
    ]);
  });

  it('are none of a reservation that was read before its task ended', () => {
    for (const ended of ['completed', 'canceled'])
      assert.deepEqual(titles(ended, 'wrapping'), ['Edit Attributes']);
  });
});
