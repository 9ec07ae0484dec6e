import { strict as assert } from 'node:assert';
import type { ListedTask } from '../../../../src/query/matches';
import { TaskRows } from '../../../../src/extension/features/table/taskRows';
import { sampleTask } from '../../../webview/table/standIn';

describe('the rows of the table of tasks', () => {
  const matches = ({ status }: ListedTask) => status === 'pending';
  const task = (i: number, status: string, updated: number): ListedTask => ({
    ...sampleTask(i),
    status,
    updated,
  });
  const filled = () => {
    const rows = new TaskRows({ keyOf: ({ created }) => created, isDescending: true });
    rows.add([task(1, 'pending', 10), task(2, 'assigned', 10), task(3, 'pending', 10)], matches);
    return rows;
  };
  const sids = (rows: TaskRows) => new Set(rows.slice(0, 9).map(({ sid }) => sid));

  it('lose a task that no longer matches when it is read again', () => {
    const rows = filled();
    rows.add([task(1, 'reserved', 11)], matches);
    assert.deepEqual(sids(rows), new Set([sampleTask(3).sid]));
    rows.add([task(1, 'pending', 12)], matches);
    assert.equal(rows.length, 2);
  });

  it('take no older version of a task, matching or not', () => {
    const rows = filled();
    rows.add([task(1, 'reserved', 9), task(2, 'pending', 9)], matches);
    assert.deepEqual(sids(rows), new Set([sampleTask(1).sid, sampleTask(3).sid]));
  });
});
