import { strict as assert } from 'node:assert';
import type { Row } from '../../../src/taskrouter/client';
import { answer } from '../window';
import { second, stage } from './loadingStage';

/** So many open tasks that some workers have several reservations, which their lists confirm. */
const severalPerWorker = 420;

/** A list that never ends: each response names another page. */
const endless = [
  { what: 'open tasks', part: /\/Tasks\?AssignmentStatus/, max: 10 },
  { what: 'Events since the last poll', part: /\/Events\?StartDate/, max: 2 },
  { what: 'Events of creations', part: /\/Events\?EventType/, max: 10 },
  {
    what: 'all reservations of a worker',
    part: /\/Workers\/WK[^/]*\/Reservations\?PageSize/,
    max: 1,
    open: severalPerWorker,
  },
  {
    what: 'reservations of a worker with one status',
    part: /\/Workers\/.*\/Reservations\?ReservationStatus/,
    max: 2,
    open: severalPerWorker,
  },
  { what: 'reservations of a task', part: /\/Tasks\/WT[^/]*\/Reservations\?PageSize/, max: 1 },
  { what: 'workflows', part: /\/Workflows\?/, max: 1 },
];

const sidOf = (page: number) => page.toString(16).padStart(32, '0');

describe('a list that does not end', () => {
  for (const { what, part, max, open = 60 } of endless)
    it(`is read no further than ${max} ${max === 1 ? 'page' : 'pages'}: ${what}`, async () => {
      const on = await stage(open, open);
      on.setLimit(6000);
      const firsts = new Map<string, { key: string; row?: Row; meta: object; length: number }>();
      let longest = 0;
      on.wire = async ({ url }, pass) => {
        if (!part.test(`${url.pathname}${url.search}`)) return pass();
        const isFirst = !url.searchParams.has('PageToken');
        url.searchParams.delete('PageToken');
        if (isFirst) {
          let text = '';
          for await (const piece of (await pass()).body!) text += String(piece);
          const { meta, ...list } = JSON.parse(text) as { meta: object; [key: string]: unknown };
          const [[key, [row]]] = Object.entries(list) as [[string, [Row?]]];
          firsts.set(url.href, { key, meta, length: 0, ...(row ? { row } : {}) });
        }
        const first = firsts.get(url.href)!;
        longest = Math.max(longest, ++first.length);
        // An endless list without a new row is recognized sooner.
        const rows = first.row && [{ ...first.row, sid: first.row.sid.slice(0, 2) + sidOf(first.length) }];
        const next_page_url = `${url.href}&PageToken=PT${first.length}`;
        return answer(200, { [first.key]: rows ?? [], meta: { ...first.meta, next_page_url } });
      };
      on.poller.catchUp();
      await on.pass(15 * second);
      assert.equal(longest, max);
    });
});
