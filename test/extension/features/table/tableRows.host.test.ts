import { strict as assert } from 'node:assert';
import type { ListedTask } from '../../../../src/query/matches';
import { TableRows } from '../../../../src/extension/features/table/tableRows';
import { groupedLines } from '../../../../src/extension/features/table/groups';
import { sampleTask } from '../../../webview/table/standIn';

describe('the rows of the table of tasks', () => {
  const matches = ({ status }: ListedTask) => status === 'pending';
  const task = (i: number, status: string, updated: number): ListedTask => ({
    ...sampleTask(i),
    status,
    updated,
  });
  const filled = () => {
    const rows = new TableRows<ListedTask>({ keyOf: ({ created }) => created, isDescending: true });
    rows.add([task(1, 'pending', 10), task(2, 'assigned', 10), task(3, 'pending', 10)], matches);
    return rows;
  };
  const sids = (rows: TableRows<ListedTask>) => new Set(rows.slice(0, 9).map(({ sid }) => sid));

  it('lose a task that no longer matches when it is read again', () => {
    const rows = filled();
    rows.add([task(1, 'reserved', 11)], matches);
    assert.deepEqual(sids(rows), new Set([sampleTask(3).sid]));
    rows.add([task(1, 'pending', 12)], matches);
    assert.equal(rows.length, 2);
  });

  it('of the same value come the oldest first, in either direction', () => {
    for (const isDescending of [true, false]) {
      const rows = new TableRows<ListedTask>({ keyOf: () => 1, isDescending });
      for (const created of [3, 1, undefined, 2])
        rows.add([
          { ...sampleTask(created ?? 4), created },
          { ...sampleTask(5), created: 2 },
        ]);
      assert.deepEqual(
        rows.all.map(({ created }) => created),
        [1, 2, 2, 3, undefined],
      );
    }
  });

  it('of the same value and age come workspace by workspace, in either direction', () => {
    for (const isDescending of [true, false]) {
      const rows = new TableRows<ListedTask>({ keyOf: () => 1, isDescending });
      rows.add([4, 3, 2, 1, 0].map((i) => ({ ...sampleTask(i), created: 1 })));
      const names = rows.all.map(({ workspace }) => workspace);
      assert.deepEqual(names, names.toSorted());
    }
  });

  it('take no older version of a task, matching or not', () => {
    const rows = filled();
    rows.add([task(1, 'reserved', 9), task(2, 'pending', 9)], matches);
    assert.deepEqual(sids(rows), new Set([sampleTask(1).sid, sampleTask(3).sid]));
  });
});

describe('groups in the table of tasks', () => {
  const tasks = [3, 1, 2, 5].map((i) => ({ ...sampleTask(i), queue: ['', 'B', 'a', 'B', '', ''][i]! }));
  const of = (isExpanded: (key: string) => boolean) => groupedLines(tasks, ({ queue }) => queue, isExpanded);
  const shown = (lines: ReturnType<typeof of>) =>
    lines
      .slice(0, 99)
      .map((line) => ('row' in line ? line.row.sid : `${line.group.key} ${line.group.count}`));

  it('come in the order of their names, each above its tasks in their order', () => {
    assert.deepEqual(shown(of(() => true)), [
      ...['a 1', tasks[2]!.sid],
      ...['B 2', tasks[0]!.sid, tasks[1]!.sid],
      ...[' 1', tasks[3]!.sid],
    ]);
  });

  it('hide their tasks when they are collapsed', () => {
    const lines = of((key) => key !== 'B');
    assert.equal(lines.length, 5);
    assert.deepEqual(lines.between(tasks[2]!.sid, tasks[3]!.sid), [tasks[2], tasks[3]]);
    assert.deepEqual(lines.between(tasks[3]!.sid, tasks[0]!.sid), []);
  });
});
