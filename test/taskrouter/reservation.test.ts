import { strict as assert } from 'node:assert';
import {
  addressOf,
  collectionOf,
  comparedFields,
  isOpen,
  rankOf,
  sidsOf,
  statusOf,
  throughTask,
} from '../../src/taskrouter/reservation';
import { differingFields } from '../../src/taskrouter/preparedUpdate';
import { reservationStatuses, taskReservations, workerReservations } from '../../src/taskrouter/resources';

const sid = (prefix: string) => prefix + '1'.repeat(32);
const fromTask = { workspaceSid: sid('WS'), parentSid: sid('WT'), sid: sid('WR') };
const fromWorker = { ...fromTask, parentSid: sid('WK') };

describe('a reservation', () => {
  it('is listed under its task or under its worker', () => {
    assert.equal(collectionOf(fromTask), taskReservations);
    assert.equal(collectionOf(fromWorker), workerReservations);
    assert.deepEqual(addressOf(sidsOf(fromWorker)), fromWorker);
    assert.equal(addressOf([fromTask.workspaceSid, fromTask.parentSid]), undefined);
  });

  it('is reached through its task only if that is a task', () => {
    assert.deepEqual(throughTask(fromWorker, sid('WT')), fromTask);
    for (const other of [undefined, null, 7, '', 'WT1', sid('WK'), { sid: sid('WT') }])
      assert.deepEqual(throughTask(fromWorker, other), fromWorker);
  });

  it('is open while an action is possible, pending ones first', () => {
    const open = reservationStatuses.filter((reservation_status) =>
      isOpen({ sid: 'WR1', reservation_status }),
    );
    assert.deepEqual(open, ['pending', 'accepted', 'wrapping']);
    assert.deepEqual(
      ['wrapping', undefined, 'pending', 'held', 'accepted'].sort((a, b) => rankOf(a) - rankOf(b)),
      ['pending', 'accepted', 'wrapping', 'held', undefined],
    );
    for (const reservation_status of [undefined, null, 1, ['pending'], { toString: () => 'pending' }]) {
      assert.equal(statusOf({ sid: 'WR1', reservation_status }), undefined);
      assert.equal(isOpen({ sid: 'WR1', reservation_status }), false);
    }
  });

  it('differs by the fields that decide an action, not by the address it was read from', () => {
    const row = { sid: 'WR1', reservation_status: 'pending', task_sid: 'WT1', date_updated: 'x', url: 'a' };
    assert.deepEqual(differingFields(comparedFields, row, { ...row, url: 'b', date_created: 'y' }), []);
    assert.deepEqual(
      differingFields(comparedFields, row, { ...row, reservation_status: 'timeout', date_updated: 'y' }),
      ['reservation_status', 'date_updated'],
    );
  });
});
