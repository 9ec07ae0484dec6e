import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ListReading } from '../../src/query/listReading';
import type { WithReads } from '../../src/query/workspaceFacts';
import type { Reads, Row } from '../../src/taskrouter/client';
import * as resources from '../../src/taskrouter/resources';
import { sequences } from '../sequences';

/** `created`: seconds since 1970. */
const rowOf = (created: number, i: number): Row => ({
  sid: `WT${String(i).padStart(32, '0')}`,
  date_created: new Date(created * 1000).toISOString(),
});

interface List {
  rows: readonly Row[];
  /** Called before each page. */
  readonly onPage?: (ordering: string | undefined) => void;
  readonly ignoresOrder?: boolean;
}

const keyOf = ({ sid, date_created }: Row) => `${String(date_created)} ${sid}`;

/** Has a hundredth of the rows that are asked for in a page, which begins after the row that its token names. */
function readsOf(list: List): WithReads {
  async function* pages(...args: Parameters<Reads['pages']>): ReturnType<Reads['pages']> {
    const [, , filters, { pageSize, pageToken, wanted } = {}] = args;
    const { ordering } = filters as { ordering?: string };
    const sign = ordering === 'DateCreated:desc' && !list.ignoresOrder ? -1 : 1;
    const compare = (a: string, b: string) => sign * (a < b ? -1 : a > b ? 1 : 0);
    let token = pageToken;
    do {
      await Promise.resolve();
      list.onPage?.(ordering);
      const after = list.rows
        .filter((row) => token === undefined || compare(keyOf(row), token) > 0)
        .sort((a, b) => compare(keyOf(a), keyOf(b)));
      const rows = after.slice(0, pageSize! / 100);
      token = after.length > rows.length ? keyOf(rows.at(-1)!) : undefined;
      yield { rows, unreadable: 0, ...(token === undefined ? {} : { nextPageToken: token }) };
    } while (token !== undefined && wanted === undefined);
  }
  return (use) => use({ pages } as Reads, new AbortController().signal);
}

function readingOf(
  list: List,
  { maxRows = Infinity, fromBothEnds = true, onPage = (): unknown => undefined } = {},
) {
  return new ListReading({
    ...{ withReads: readsOf(list), workspaceSid: 'WS', collection: resources.tasks, filters: [{}] },
    ...{ fromBothEnds, maxRows, onPage },
  });
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, i) => rowOf(i, i));

describe('reading a list', () => {
  it('reads a long one from both ends until they meet, and a short one from one', async () => {
    for (const [count, oldest, newest] of [
      [0, 1, 0],
      [11, 2, 0],
      // The last page of one end was on its way when the other met it.
      [25, 4, 1],
      [401, 23, 20],
    ] as const) {
      const pages = { 'DateCreated:asc': 0, 'DateCreated:desc': 0 };
      const list = { rows: rowsOf(count), onPage: (order = '') => pages[order as keyof typeof pages]++ };
      const reading = readingOf(list);
      await reading.run();
      assert.deepEqual(pages, { 'DateCreated:asc': oldest, 'DateCreated:desc': newest }, `${count} rows`);
      assert.deepEqual([reading.read, reading.isDone, reading.requests], [count, true, oldest + newest]);
    }
  });

  it('reads all rows of a list that ignores the order, and of one whose dates cannot be read', async () => {
    const undated = rowsOf(95).map((row) => ({ ...row, date_created: 'soon' }));
    for (const list of [{ rows: rowsOf(95), ignoresOrder: true }, { rows: undated }]) {
      const reading = readingOf(list);
      await reading.run();
      assert.deepEqual([reading.read, reading.isDone], [95, true]);
    }
  });

  it('asks for the next page before it hands over the rows of one', async () => {
    let requests = 0;
    const requestsAtRows: number[] = [];
    const list = { rows: rowsOf(35), onPage: () => requests++ };
    const reading = readingOf(list, {
      fromBothEnds: false,
      onPage: () => requestsAtRows.push(requests),
    });
    await reading.run();
    // The first page is a list of its own; the last has no next one.
    assert.deepEqual(requestsAtRows, [1, 3, 4, 5, 5]);
  });

  it('asks for no order where a list has none', async () => {
    const orders = new Set<string | undefined>();
    const reading = readingOf(
      { rows: rowsOf(95), onPage: (order) => orders.add(order) },
      { fromBothEnds: false },
    );
    await reading.run();
    assert.deepEqual([[...orders], reading.read], [[undefined], 95]);
  });

  it('reads neither end further once one has failed, and both when it continues', async () => {
    let requests = 0;
    let isBroken = true;
    const list: List = {
      rows: rowsOf(200),
      onPage(order) {
        requests++;
        if (isBroken && requests > 8 && order === 'DateCreated:desc') throw new Error('refused');
      },
    };
    const reading = readingOf(list);
    await reading.run();
    assert.deepEqual([reading.isDone, String(reading.failure)], [false, 'Error: refused']);
    assert.ok(requests <= 11, `${requests} requests`);
    isBroken = false;
    await reading.run();
    assert.deepEqual([reading.isDone, reading.failure, reading.read], [true, undefined, 200]);
  });

  it('misses no row that was there all the time, whatever comes and goes, and wherever it stops meanwhile', async () => {
    // Many were created in the same second.
    const created = fc.oneof({ arbitrary: fc.nat(40), weight: 2 }, { arbitrary: fc.constant(20), weight: 1 });
    const change = fc.record({ page: fc.nat(20), i: fc.nat(120), isGone: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(created, { maxLength: 120, size: 'max' }),
        fc.array(change, { maxLength: 20 }),
        fc.integer({ min: 20, max: 150 }),
        async (dates, changes, maxRows) => {
          const all = dates.map(rowOf);
          const changing = new Set(changes.map(({ i }) => all[i]));
          let page = 0;
          const list: List = {
            rows: all,
            onPage() {
              for (const { i, isGone } of changes.filter((one) => one.page === page)) {
                const others = list.rows.filter((row) => row !== all[i]);
                list.rows = isGone || !all[i] ? others : [...others, all[i]];
              }
              page++;
            },
          };
          const reading = readingOf(list, { maxRows });
          for (let run = 0; run < 150 && !reading.isDone; run++) await reading.run();
          assert.ok(reading.isDone);
          for (const row of all) assert.ok(changing.has(row) || reading.isRead(row.sid), keyOf(row));
        },
      ),
      sequences(),
    );
  });
});
