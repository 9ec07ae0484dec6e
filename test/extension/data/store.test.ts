import { strict as assert } from 'node:assert';
import { getEventListeners } from 'node:events';
import type { Account } from '../../../src/extension/accounts/account';
import { sharedController } from '../../../src/extension/data/either';
import type { ListRef } from '../../../src/extension/data/listRef';
import type { StoreChange } from '../../../src/extension/data/storeChange';
import { Store } from '../../../src/extension/data/store';
import { large } from '../../../src/simulator/simulator';
import { ApiError } from '../../../src/taskrouter/errors';
import { createClient } from '../../../src/taskrouter/client';
import type { Fetch } from '../../../src/taskrouter/fetch';
import { instructionNamed } from '../../../src/taskrouter/instructions';
import { defaultOrigin } from '../../../src/taskrouter/origin';
import * as resources from '../../../src/taskrouter/resources';
import { updateReservationRequest } from '../../../src/taskrouter/update';
import type { TestWindow } from '../window';
import {
  answer,
  clientOf,
  findReservation,
  gate,
  html,
  openWindow,
  rejection,
  settle,
  silence,
  withoutJitter,
  workspaceOf,
} from '../window';

interface Stage extends TestWindow {
  readonly account: Account;
  readonly workspaceSid: string;
  readonly tasks: ListRef;
  readonly workers: ListRef;
  readonly changes: StoreChange[];
  reservationsOf(taskSid: string): ListRef;
}

async function stage(scenario?: Parameters<typeof openWindow>[0]): Promise<Stage> {
  const window = openWindow(scenario);
  const account = await window.signIn();
  const workspaceSid = await workspaceOf(window.simulator);
  window.sent.length = 0;
  const changes: StoreChange[] = [];
  window.store.onDidChange((change) => changes.push(change));
  const list = (collection: ListRef['collection'], ...parents: string[]): ListRef => ({
    accountId: account.id,
    collection,
    parents: [workspaceSid, ...parents],
  });
  return Object.assign(window, {
    account,
    workspaceSid,
    tasks: list(resources.tasks),
    workers: list(resources.workers),
    changes,
    reservationsOf: (taskSid: string) => list(resources.taskReservations, taskSid),
  });
}

const thousands = { scenario: large({ tasks: 3000, workers: 10, workspaces: 1 }) };
const pageSizes = ({ sent }: TestWindow) =>
  sent.map(({ path }) => Number(new URLSearchParams(path.split('?')[1]).get('PageSize')));
const shown = (on: Stage, ref: ListRef) => on.store.list(ref)!.sids.length;

describe('the store', () => {
  describe('reads', () => {
    it('the first 50 rows, then 50 more for each request', async () => {
      const on = await stage(thousands);
      await on.store.refresh(on.tasks);
      assert.equal(shown(on, on.tasks), 50);
      assert.ok(on.store.list(on.tasks)!.nextPageToken);
      await on.store.more(on.tasks);
      assert.equal(shown(on, on.tasks), 100);
      assert.deepEqual(pageSizes(on), [50, 100]);
    });

    it('as far as it had read, with pages of 1,000 at most', async () => {
      const on = await stage(thousands);
      await on.store.refresh(on.tasks);
      for (let page = 1; page < 21; page++) await on.store.more(on.tasks);
      on.sent.length = 0;
      await on.store.refresh(on.tasks);
      assert.equal(shown(on, on.tasks), 1050);
      assert.deepEqual(pageSizes(on), [1000, 50]);
    });

    it('to the end if all is requested, and all of it from then on', async () => {
      const on = await stage(thousands);
      await on.store.all(on.tasks);
      const all = shown(on, on.tasks);
      const { sids, nextPageToken } = on.store.list(on.tasks)!;
      assert.ok(all > 1000 && nextPageToken === undefined);
      assert.ok(sids.every((sid) => on.store.row(on.tasks.accountId, sid)));
      assert.deepEqual(new Set(pageSizes(on)), new Set([1000]));
      await on.store.refresh(on.tasks);
      assert.equal(shown(on, on.tasks), all);
    });

    it('no further than the end', async () => {
      const on = await stage();
      await on.store.refresh(on.tasks);
      assert.equal(shown(on, on.tasks), 6);
      assert.equal(on.store.list(on.tasks)!.nextPageToken, undefined);
    });

    it('with the list’s filters', async () => {
      const on = await stage();
      await on.store.refresh({ ...on.tasks, filters: { ordering: 'Priority:desc' } });
      assert.match(on.sent[0]!.path, /Ordering=Priority%3Adesc/);
    });

    it('a list once for all concurrent requests', async () => {
      const on = await stage();
      await Promise.all([
        on.store.refresh(on.tasks),
        on.store.refresh(on.tasks),
        on.store.refresh({ ...on.tasks }),
      ]);
      assert.equal(on.sent.length, 1);
      await on.store.refresh(on.tasks);
      assert.equal(on.sent.length, 2);
    });

    it('no further once every caller has canceled it, and again for the next one', async () => {
      const on = await stage(thousands);
      const { open, opened } = gate();
      on.wire = async (request, pass) => {
        await Promise.race([opened, silence(request)]);
        return pass();
      };
      const [one, other] = [new AbortController(), new AbortController()];
      const reads = [
        on.store.all(on.tasks, undefined, one.signal),
        on.store.all(on.tasks, undefined, other.signal),
      ];
      await settle();
      one.abort();
      await settle();
      assert.equal(on.sent.length, 1);
      other.abort();
      await Promise.all(reads);
      assert.equal(on.store.list(on.tasks), undefined, 'as if it was never read');
      assert.deepEqual(on.changes, []);
      await on.store.all(on.tasks, undefined, other.signal);
      assert.equal(on.sent.length, 1, 'nothing is read for a caller who has left');
      open();
      await on.store.all(on.tasks);
      assert.equal(shown(on, on.tasks), 3000);
    });

    for (const [name, purpose] of [
      ['a caller who waits', undefined],
      ['a job in the background', 'poll'],
    ] as const)
      it(`to the end for ${name}, although another caller has canceled it`, async () => {
        const on = await stage(thousands);
        const canceled = new AbortController();
        const read = on.store.all(on.tasks, 'page', canceled.signal);
        const shared = on.store.all(on.tasks, purpose);
        canceled.abort();
        await Promise.all([read, shared]);
        assert.equal(shown(on, on.tasks), 3000);
      });

    it('one resource, unless the caller cancels it', async () => {
      const on = await stage();
      const { taskSid } = await findReservation(on.simulator, 'pending');
      const canceled = new AbortController();
      on.wire = silence;
      const read = on.store.fetch(
        on.account.id,
        resources.tasks,
        [on.workspaceSid, taskSid],
        undefined,
        canceled.signal,
      );
      await settle();
      canceled.abort();
      await rejection(read);
      assert.equal(on.store.row(on.account.id, taskSid), undefined);
    });

    it('whatever a caller waits for, who listens to nothing any more when it ends', async () => {
      const on = await stage();
      const { taskSid } = await findReservation(on.simulator, 'pending');
      const { signal } = sharedController();
      const sids = [on.workspaceSid, taskSid];
      const reads = Array.from({ length: 20 }, () => [
        on.store.fetch(on.account.id, resources.tasks, sids, undefined, signal),
        on.store.all(on.tasks, 'page', signal),
      ]);
      assert.equal(getEventListeners(signal, 'abort').length > 10, true);
      await Promise.all(reads.flat());
      assert.deepEqual(getEventListeners(signal, 'abort'), []);
    });

    it('more even if that is requested during a refresh', async () => {
      const on = await stage(thousands);
      await on.store.refresh(on.tasks);
      await Promise.all([on.store.refresh(on.tasks), on.store.more(on.tasks), on.store.more(on.tasks)]);
      assert.equal(shown(on, on.tasks), 100, 'a click on Load more is not lost');
    });

    it('different lists at the same time', async () => {
      const on = await stage();
      await Promise.all([on.store.refresh(on.tasks), on.store.refresh(on.workers)]);
      assert.equal(on.sent.length, 2);
      assert.deepEqual([shown(on, on.tasks), shown(on, on.workers)], [6, 3]);
    });

    it('one resource', async () => {
      const on = await stage();
      const { row } = await findReservation(on.simulator, 'pending');
      const taskSid = String(row['task_sid']);
      await on.store.fetch(on.account.id, resources.tasks, [on.workspaceSid, taskSid]);
      assert.equal(on.store.row(on.account.id, taskSid)?.['assignment_status'], 'reserved');
    });
  });

  describe('after a failed refresh', () => {
    it('retains the rows, with the error and the time when they were read', async () => {
      const on = await stage();
      await on.store.refresh(on.tasks);
      const before = on.store.list(on.tasks)!;
      on.wire = () => Promise.resolve(answer(401, { code: 20003, message: 'Authenticate' }));
      await on.store.refresh(on.tasks);
      const after = on.store.list(on.tasks)!;
      assert.deepEqual(after.sids, before.sids);
      assert.equal(after.readAt, before.readAt);
      assert.ok(after.error instanceof ApiError);
      for (const sid of before.sids) assert.ok(on.store.row(on.account.id, sid));
      assert.deepEqual(
        on.changes.slice(1).map((change) => [change.hasList(on.tasks), change.hasRows]),
        [[true, false]],
      );
    });

    it('has no rows, and the error, when it was the first', async () => {
      const on = await stage();
      on.wire = () => Promise.resolve(answer(200, html));
      await on.store.refresh(on.tasks);
      const { sids, error, readAt } = on.store.list(on.tasks)!;
      assert.deepEqual(sids, []);
      assert.ok(error);
      assert.equal(readAt, undefined);
    });

    it('drops the error after the next success', async () => {
      const on = await stage();
      on.wire = () => Promise.resolve(answer(200, html));
      await on.store.refresh(on.tasks);
      on.wire = (_request, pass) => pass();
      await on.store.refresh(on.tasks);
      assert.equal(on.store.list(on.tasks)!.error, undefined);
      assert.equal(shown(on, on.tasks), 6);
    });

    it('continues where it was, for more', async () => {
      const on = await stage(thousands);
      await on.store.refresh(on.tasks);
      on.wire = () => Promise.resolve(answer(200, html));
      await on.store.more(on.tasks);
      assert.equal(shown(on, on.tasks), 50);
      assert.ok(on.store.list(on.tasks)!.nextPageToken);
    });

    it('adds and updates rows of the half that was read, and removes nothing', async () => {
      const on = await stage(thousands);
      await on.store.refresh(on.tasks);
      for (let page = 1; page < 21; page++) await on.store.more(on.tasks);
      const before = on.store.list(on.tasks)!.sids;
      on.wire = async ({ url }, pass) => {
        if (url.searchParams.has('PageToken')) return answer(200, html);
        const page = (await (await textOf(pass)).json()) as { tasks: { sid: string; reason: string }[] };
        page.tasks = [
          { ...page.tasks[0]!, sid: fresh },
          { ...page.tasks[1]!, reason: 'changed' },
        ];
        return answer(200, page);
      };
      await on.store.refresh(on.tasks);
      const after = on.store.list(on.tasks)!;
      assert.ok(after.error);
      assert.deepEqual(new Set(after.sids), new Set([...before, fresh]));
      assert.equal(on.store.row(on.account.id, before[1]!)?.['reason'], 'changed');
      assert.ok(on.store.row(on.account.id, fresh));
    });

    it('reports that the secret is missing', async () => {
      const on = await stage();
      await on.loseSecrets();
      await on.store.refresh(on.tasks);
      assert.equal((on.store.list(on.tasks)!.error as Error).name, 'MissingSecretError');
    });

    it('does not affect other lists', async () => {
      const on = await stage();
      on.wire = ({ url }, pass) =>
        url.pathname.endsWith('/Workers') ? Promise.resolve(answer(503, html)) : pass();
      await withoutJitter(() => Promise.all([on.store.refresh(on.tasks), on.store.refresh(on.workers)]));
      assert.equal(on.store.list(on.tasks)!.error, undefined);
      assert.equal(shown(on, on.tasks), 6);
      assert.ok(on.store.list(on.workers)!.error);
    });
  });

  describe('drops a late response', () => {
    it('to an older request for one resource', async () => {
      const on = await stage();
      const { workspaceSid, taskSid, sid } = await findReservation(on.simulator, 'pending');
      const { opened, open } = gate();
      on.wire = async (_request, pass) => {
        const old = await pass();
        await opened;
        return old;
      };
      const sids = [workspaceSid, taskSid, sid];
      const late = on.store.fetch(on.account.id, resources.taskReservations, sids);
      await settle();
      await accept(on, taskSid, sid);
      on.wire = (_request, pass) => pass();
      await on.store.fetch(on.account.id, resources.taskReservations, sids);
      open();
      await late;
      assert.equal(on.store.row(on.account.id, sid)?.['reservation_status'], 'accepted');
    });

    it('in a list, for a row that was read since', async () => {
      const on = await stage();
      const { taskSid, sid } = await findReservation(on.simulator, 'pending');
      const { opened, open } = gate();
      on.wire = async (_request, pass) => {
        const old = await pass();
        await opened;
        return old;
      };
      const late = on.store.refresh(on.reservationsOf(taskSid));
      await settle();
      const row = await accept(on, taskSid, sid);
      on.store.put(on.store.begin(on.account.id), row);
      open();
      await late;
      assert.equal(on.store.row(on.account.id, sid)?.['reservation_status'], 'accepted');
    });

    it('that was put with an older request’s number', async () => {
      const on = await stage();
      const older = on.store.begin(on.account.id);
      on.store.put(on.store.begin(on.account.id), { sid: fresh, reason: 'new' });
      on.store.put(older, { sid: fresh, reason: 'old' });
      assert.equal(on.store.row(on.account.id, fresh)?.['reason'], 'new');
    });

    it('of an account that was signed out meanwhile', async () => {
      const on = await stage();
      const { taskSid } = await findReservation(on.simulator, 'pending');
      const { opened, open } = gate();
      on.wire = async (_request, pass) => {
        const old = await pass();
        await opened;
        return old;
      };
      const list = on.store.refresh(on.tasks);
      const one = rejection(on.store.fetch(on.account.id, resources.tasks, [on.workspaceSid, taskSid]));
      await settle();
      await on.accounts.signOut(on.account.id);
      on.store.forget(on.account.id);
      open();
      await Promise.all([list, one]);
      assert.equal(on.store.list(on.tasks), undefined);
      assert.equal(on.store.row(on.account.id, taskSid), undefined);
      assert.deepEqual(on.changes, []);
    });

    it('of accounts that are not retained', async () => {
      const on = await stage();
      const { opened, open } = gate();
      on.wire = (_request, pass) => opened.then(pass);
      on.store.put(on.store.begin('gone'), { sid: 'WT' });
      on.store.put(on.store.begin(on.account.id), { sid: 'WT' });
      const late = on.store.refresh(on.tasks);
      await settle();
      on.store.retain([on.account.id]);
      assert.equal(on.store.row('gone', 'WT'), undefined);
      assert.ok(on.store.row(on.account.id, 'WT'));
      on.store.retain([]);
      open();
      await late;
      assert.equal(on.store.list(on.tasks), undefined);
      assert.equal(on.store.row(on.account.id, 'WT'), undefined);
    });

    it('of an account that is being signed out', async () => {
      const on = await stage();
      on.wire = async (_request, pass) => {
        const late = await pass();
        void on.accounts.signOut(on.account.id);
        return late;
      };
      await on.store.refresh(on.tasks);
      assert.equal(on.store.list(on.tasks), undefined);
      assert.deepEqual(on.changes, []);
    });

    it('and reads again for the same account after it is back', async () => {
      const on = await stage();
      const { id } = await on.accounts.simulate();
      const tasks = { ...on.tasks, accountId: id };
      const { opened, open } = gate();
      on.wire = async (_request, pass) => {
        const old = await pass();
        await opened;
        return old;
      };
      const late = on.store.refresh(tasks);
      await settle();
      await on.accounts.signOut(id);
      on.store.forget(id);
      on.wire = (_request, pass) => pass();
      await on.accounts.simulate();
      const again = on.store.refresh(tasks);
      open();
      await Promise.all([late, again]);
      assert.equal(shown(on, tasks), 6);
    });
  });

  describe('fires', () => {
    it('nothing when nothing changed', async () => {
      const on = await stage();
      await on.store.refresh(on.tasks);
      on.changes.length = 0;
      await on.store.refresh(on.tasks);
      assert.deepEqual(on.changes, []);
    });

    it('nothing when only the age of tasks changed', async () => {
      const on = await stage();
      await on.store.refresh(on.tasks);
      const [sid] = on.store.list(on.tasks)!.sids;
      const before = on.store.row(on.account.id, sid!)!['age'];
      on.changes.length = 0;
      on.clock.advance(7000);
      await on.store.refresh(on.tasks);
      assert.notEqual(on.store.row(on.account.id, sid!)!['age'], before);
      assert.deepEqual(on.changes, []);
    });

    it('which rows changed, and no list when it has the same rows', async () => {
      const on = await stage();
      const { taskSid, sid } = await findReservation(on.simulator, 'pending');
      await on.store.refresh(on.tasks);
      await on.store.refresh(on.reservationsOf(taskSid));
      on.changes.length = 0;
      await accept(on, taskSid, sid);
      await on.store.refresh(on.tasks);
      await on.store.refresh(on.reservationsOf(taskSid));
      assert.deepEqual(
        on.changes.map((change) => [
          change.hasList(on.tasks) || change.hasList(on.reservationsOf(taskSid)),
          ...[taskSid, sid].map((one) => change.hasRow(on.account.id, one)),
        ]),
        [
          [false, true, false],
          [false, false, true],
        ],
      );
    });

    it('which list changed when a row has left it', async () => {
      const on = await stage();
      await on.store.refresh(on.tasks);
      on.changes.length = 0;
      // Finished tasks are deleted after five minutes.
      on.clock.advance(5 * 60_000);
      await on.store.refresh(on.tasks);
      assert.ok(shown(on, on.tasks) < 6);
      assert.ok(on.changes[0]!.hasList(on.tasks));
    });

    it('for each listener, until it is disposed', async () => {
      const on = await stage();
      let heard = 0;
      const listener = () => void heard++;
      const one = on.store.onDidChange(listener);
      const other = on.store.onDidChange(listener);
      on.store.put(on.store.begin(on.account.id), { sid: fresh });
      assert.equal(heard, 2);
      one.dispose();
      one.dispose();
      on.store.put(on.store.begin(on.account.id), { sid: fresh, reason: 'new' });
      assert.equal(heard, 3);
      other.dispose();
      on.store.put(on.store.begin(on.account.id), { sid: fresh, reason: 'newer' });
      assert.equal(heard, 3);
    });
  });

  describe('retains', () => {
    it('how many rows were unreadable, and why a list was cut short', async () => {
      const on = await stage();
      on.wire = () =>
        Promise.resolve(
          answer(200, {
            meta: { key: 'tasks', next_page_url: 'https://example.com/v1/Tasks?PageToken=PA1' },
            tasks: [{ sid: fresh }, { friendly_name: 'no SID' }, null, 7],
          }),
        );
      await on.store.refresh(on.tasks);
      const state = on.store.list(on.tasks)!;
      assert.equal(state.unreadable, 3);
      assert.equal(state.cutShort?.fault, 'foreign-page');
      assert.equal(state.nextPageToken, undefined);
      on.wire = () => Promise.resolve(answer(200, html));
      await on.store.refresh(on.tasks);
      const after = on.store.list(on.tasks)!;
      assert.deepEqual([after.unreadable, after.cutShort], [3, state.cutShort]);
    });

    it('its rows when unreadable ones are read', async () => {
      const on = await stage();
      await on.store.refresh(on.tasks);
      const { sids } = on.store.list(on.tasks)!;
      const tasks = [{ sid: fresh }, { friendly_name: 'no SID' }];
      on.wire = () => Promise.resolve(answer(200, { meta: { key: 'tasks' }, tasks }));
      await on.store.refresh(on.tasks);
      assert.deepEqual(on.store.list(on.tasks)!.sids, [fresh, ...sids]);
      assert.ok(on.store.row(on.account.id, sids[0]!));
    });

    it('of pages in a circle, each row once', async () => {
      const on = await stage();
      let asked = 0;
      on.wire = ({ url }) => {
        asked++;
        const next = url.searchParams.get('PageToken') === 'PA1' ? 'PA2' : 'PA1';
        const next_page_url = `${url.origin}${url.pathname}?PageToken=${next}`;
        return Promise.resolve(answer(200, { meta: { key: 'tasks', next_page_url }, tasks: [] }));
      };
      await on.store.refresh(on.tasks);
      assert.equal(asked, 3);
      assert.equal(on.store.list(on.tasks)!.cutShort?.fault, 'page-loop');
    });

    for (const [name, rows] of [
      ['empty pages', 0],
      ['pages with the same rows', 5],
    ] as const) {
      it(`out of ${name} that always name another one`, async () => {
        const on = await stage();
        on.wire = ({ url }) => {
          const next_page_url = `${url.origin}${url.pathname}?PageToken=PT${on.sent.length}`;
          const tasks = Array.from({ length: rows }, (_, i) => ({ sid: `WT${String(i).padStart(32, '0')}` }));
          return Promise.resolve(answer(200, { meta: { next_page_url }, tasks }));
        };
        await on.store.all(on.tasks);
        assert.ok(on.sent.length <= 4, `${on.sent.length} requests`);
        assert.equal(on.store.list(on.tasks)!.cutShort?.fault, 'page-loop');
        assert.equal(shown(on, on.tasks), rows);
      });
    }

    it('out of pages without end', async () => {
      const on = await stage();
      on.wire = ({ url }) => {
        const next_page_url = `${url.origin}${url.pathname}?PageToken=PT${on.sent.length}`;
        const sid = `WT${on.sent.length.toString(16).padStart(32, '0')}`;
        return Promise.resolve(answer(200, { meta: { next_page_url }, tasks: [{ sid }] }));
      };
      await on.store.all(on.tasks);
      assert.equal(on.sent.length, 200);
      assert.equal(on.store.list(on.tasks)!.cutShort?.fault, 'too-many-pages');
    });

    it('rows with a field that is nested too deeply, so that they can be written as JSON', async () => {
      const on = await stage();
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      on.wire = () =>
        Promise.resolve(answer(200, `{"tasks":[{"sid":"${fresh}","reason":"x","drift":${deep}}],"meta":{}}`));
      for (let time = 0; time < 3; time++) await on.store.refresh(on.tasks);
      assert.equal(on.store.list(on.tasks)!.error, undefined);
      const row = on.store.row(on.account.id, fresh)!;
      assert.equal(row['reason'], 'x');
      assert.ok(JSON.stringify(row).length < 200);
    });

    it('no row whose SID is of another kind', async () => {
      const on = await stage();
      const swapped = `WR${'f'.repeat(32)}`;
      on.wire = () => Promise.resolve(answer(200, { tasks: [{ sid: fresh }, { sid: swapped }], meta: {} }));
      await on.store.refresh(on.tasks);
      assert.deepEqual(on.store.list(on.tasks)!.sids, [fresh]);
      assert.equal(on.store.list(on.tasks)!.unreadable, 1);
      on.wire = () => Promise.resolve(answer(200, { sid: `WT${'e'.repeat(32)}` }));
      await rejection(on.store.fetch(on.account.id, resources.tasks, [on.workspaceSid, fresh]));
    });

    it('a duplicate row once', async () => {
      const on = await stage();
      on.wire = () =>
        Promise.resolve(answer(200, { meta: { key: 'tasks' }, tasks: [{ sid: fresh }, { sid: fresh }] }));
      await on.store.refresh(on.tasks);
      assert.deepEqual(on.store.list(on.tasks)!.sids, [fresh]);
    });

    it('unknown fields', async () => {
      const on = await stage();
      const row = { sid: fresh, colour: 'green', deep: { er: [1] } };
      on.wire = () => Promise.resolve(answer(200, { meta: { key: 'tasks' }, tasks: [row] }));
      await on.store.refresh(on.tasks);
      assert.deepEqual(on.store.row(on.account.id, fresh), row);
    });

    it('a row that has left one list and is in another', async () => {
      const on = await stage();
      const { taskSid, workerSid, sid } = await findReservation(on.simulator, 'pending');
      const underTask = on.reservationsOf(taskSid);
      const underWorker: ListRef = {
        accountId: on.account.id,
        collection: resources.workerReservations,
        parents: [on.workspaceSid, workerSid],
      };
      await on.store.refresh(underTask);
      await on.store.refresh(underWorker);
      on.wire = ({ url }, pass) =>
        url.pathname.includes(taskSid)
          ? Promise.resolve(answer(200, { meta: { key: 'reservations' }, reservations: [] }))
          : pass();
      await on.store.refresh(underTask);
      assert.ok(on.store.row(on.account.id, sid));
      on.wire = () => Promise.resolve(answer(200, { meta: { key: 'reservations' }, reservations: [] }));
      await on.store.refresh(underWorker);
      assert.equal(on.store.row(on.account.id, sid), undefined);
    });

    it('each account’s rows separately, and forgets those of one only', async () => {
      const on = await stage();
      const { id } = await on.accounts.simulate();
      const simulated = { ...on.tasks, accountId: id };
      await on.store.refresh(on.tasks);
      await on.store.refresh(simulated);
      const [sid] = on.store.list(on.tasks)!.sids;
      on.store.forget(on.account.id);
      assert.equal(on.store.row(on.account.id, sid!), undefined);
      assert.equal(on.store.list(on.tasks), undefined);
      assert.ok(on.store.row(id, sid!));
      assert.equal(shown(on, simulated), 6);
    });
  });

  it('does not grow over 1,000 cycles of new and finished tasks', async () => {
    let round = 0;
    const hex = (kind: string, task: number) => kind + (round * 10 + task).toString(16).padStart(32, '0');
    const fetch: Fetch = (url) => {
      const { pathname } = new URL(url);
      const five = [0, 1, 2, 3, 4];
      const rows = pathname.endsWith('/Tasks')
        ? { tasks: five.map((task) => ({ sid: hex('WT', task) })) }
        : { reservations: five.map((task) => ({ sid: hex('WR', task), task_sid: pathname.split('/')[5] })) };
      return Promise.resolve(answer(200, { meta: {}, ...rows }));
    };
    const account = { id: 'one' } as Account;
    const client = createClient({ fetch, origin: defaultOrigin, username: 'AC', password: 'secret' });
    const { signal } = new AbortController();
    const store = new Store(() => Promise.resolve({ account, client, signal }));
    const workspaceSid = `WS${'1'.repeat(32)}`;
    const size = () => {
      const { caches } = store as unknown as { caches: Map<string, { size: object }> };
      return caches.get('one')!.size;
    };
    for (; round < 1000; round++) {
      const tasks = { accountId: 'one', collection: resources.tasks, parents: [workspaceSid] };
      await store.refresh(tasks);
      for (const sid of store.list(tasks)!.sids.slice(0, 1)) {
        await store.refresh({
          accountId: 'one',
          collection: resources.taskReservations,
          parents: [workspaceSid, sid],
        });
      }
      if (round === 1) assert.deepEqual(size(), { rows: 10, lists: 2, holders: 10 });
    }
    assert.deepEqual(size(), { rows: 10, lists: 2, holders: 10 });
  });
});

const fresh = `WT${'f'.repeat(32)}`;

async function textOf(pass: () => Promise<{ body: AsyncIterable<Uint8Array | string> | null }>) {
  let text = '';
  for await (const chunk of (await pass()).body!) text += String(chunk);
  return { json: () => Promise.resolve(JSON.parse(text) as unknown) };
}

/** Somebody else accepts it. */
async function accept(on: Stage, taskSid: string, sid: string) {
  const address = { workspaceSid: on.workspaceSid, parentSid: taskSid, sid };
  const { row } = await clientOf(on.simulator).update(
    updateReservationRequest(address, instructionNamed('accept')),
  );
  return row;
}
