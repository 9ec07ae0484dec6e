import { strict as assert } from 'node:assert';
import { fetchRequest } from '../../../../src/taskrouter/requests';
import * as resources from '../../../../src/taskrouter/resources';
import type { FetchInit, FetchResponse } from '../../../../src/taskrouter/fetch';
import type { Wire } from '../../window';
import { answer, clientOf, gate, refusal, settle, silence } from '../../window';
import type { Stage } from './tableStage';
import { eventually, large, last, lists, post, say, texts, useTables } from './tableStage';

type Request = FetchInit & { readonly url: URL };

/** Answers requests for one path itself. */
const answers =
  (
    path: RegExp,
    response: (request: Request, pass: () => Promise<FetchResponse>) => Promise<FetchResponse>,
  ): Wire =>
  (request, pass) =>
    path.test(request.url.pathname) ? response(request, pass) : pass();

/** A list whose pages have one row each, and never end. */
const endless =
  (path: RegExp, key: string, row: (i: number) => object): Wire =>
  (request, pass) => {
    const { url } = request;
    if (!path.test(url.pathname)) return pass();
    const i = Number(url.searchParams.get('PageToken')?.slice(2) ?? 0);
    const next = new URL(url);
    next.searchParams.set('PageToken', `PT${i + 1}`);
    return Promise.resolve(answer(200, { [key]: [row(i)], meta: { key, next_page_url: next.href } }));
  };

describe('what the table of tasks reads', function () {
  this.timeout(20_000);
  const { made, begin, open } = useTables();
  const sentTo = (on: Stage, path: RegExp) => on.sent.filter((one) => path.test(one.path)).length;
  const sid = (prefix: string, i: number) => prefix + i.toString(16).padStart(32, '0');

  it('never filters by a queue when not all queues could be read', async () => {
    const on = await begin();
    on.wire = endless(/\/TaskQueues$/, 'task_queues', (i) => ({
      sid: sid('WQ', i),
      friendly_name: i === 0 ? 'Everyone else' : `Other ${i}`,
    }));
    const panel = await open(on);
    await say(on, panel, { type: 'run', text: 'is:open queue:everyone' });
    assert.equal(sentTo(on, /TaskQueueSid=/), 0);
    assert.equal(last(panel).total, 4);
    assert.deepEqual(last(panel).notices, []);
  });

  it('says which tasks may be missing when workers, reservations or queues cannot be read to the end', async () => {
    const on = await begin();
    const panel = await open(on);
    on.wire = endless(/\/Workers$/, 'workers', (i) => ({ sid: sid('WK', i), friendly_name: `Zoe ${i}` }));
    await say(on, panel, { type: 'run', text: 'worker:ada' });
    assert.deepEqual(last(panel).notices, ['Only 20 workers were checked. Tasks of others may be missing.']);
    on.wire = endless(/\/Workers\/\w+\/Reservations$/, 'reservations', (i) => ({ sid: sid('WR', i) }));
    await say(on, panel, { type: 'run', text: 'worker:ben' });
    assert.match(last(panel).notices.join(), /more reservations than could be read/);
    on.wire = endless(/\/TaskQueues$/, 'task_queues', () => ({ sid: sid('WQ', 1), friendly_name: 'One' }));
    await say(on, panel, { type: 'run', text: 'is:unserved' });
    assert.match(last(panel).notices.join(), /^Only \d queues? were checked|failed/);
  });

  it('reads the names of queues anew for each filter that needs them', async () => {
    const on = await begin();
    const panel = await open(on);
    await say(on, panel, { type: 'run', text: 'queue:every' });
    const before = sentTo(on, /\/TaskQueues\?/);
    await say(on, panel, { type: 'run', text: 'is:open queue:every' });
    assert.equal(sentTo(on, /\/TaskQueues\?/), before + 1);
  });

  it('says that tasks may be missing when the Events of what moved cannot be read', async () => {
    for (const response of [
      () => answer(200, { events: [{}], meta: { next_page_url: null } }),
      () => refusal(403, 20003, 'No'),
    ]) {
      const on = await begin();
      on.wire = answers(/\/Events$/, () => Promise.resolve(response()));
      const panel = await open(on);
      assert.match(
        last(panel).notices.join(),
        /^Tasks whose status changed while they were read may be missing/,
      );
      assert.equal(last(panel).total, 4);
      panel.dispose();
    }
  });

  it('reads no task whose Events say that it has a status that was not read', async () => {
    const on = await begin();
    const panel = await open(on);
    const { path } = fetchRequest(resources.workspaces, [on.workspaceSid]);
    const create = {
      method: 'POST',
      path: `${path}/Tasks`,
      query: [],
      body: [['Attributes', '{}']],
    } as const;
    on.wire = answers(/\/Tasks$/, async (_request, pass) => {
      for (let i = 0; i < 3; i++) await clientOf(on.simulator).update(create);
      return pass();
    });
    await say(on, panel, { type: 'run', text: 'status:canceled' });
    assert.equal(sentTo(on, /\/Tasks\/WT/), 0);
    assert.deepEqual(last(panel).notices, []);
  });

  it('does not say that nothing matches while it still reads what moved', async () => {
    const on = await begin();
    const held = gate();
    on.wire = answers(/\/Events$/, async (_request, pass) => held.opened.then(pass));
    await on.panels.show(on.account, on.workspaceSid);
    const panel = made.at(-1)!;
    await eventually(on, () => panel.posted.length > 0, 'nothing was posted');
    post(panel, { type: 'run', text: 'nobody' });
    await eventually(
      on,
      () => last(panel).query === 'nobody' && sentTo(on, /\/Events/) > 0,
      'no Events were asked for',
    );
    assert.deepEqual([last(panel).empty, last(panel).progress.isReading], ['Reading tasks…', true]);
    held.open();
    await eventually(on, () => !last(panel).progress.isReading, 'it is still reading');
    assert.equal(last(panel).empty, 'No task matches this filter.');
  });

  it('is one reading when it is canceled and continued before the first list', async () => {
    const on = await begin();
    const panel = await open(on);
    const held = gate();
    on.wire = answers(/\/TaskQueues$/, async (_request, pass) => held.opened.then(pass));
    const before = lists(on).length;
    post(panel, { type: 'run', text: 'is:unserved' });
    await settle();
    post(panel, { type: 'cancel' });
    post(panel, { type: 'continue' });
    await settle();
    assert.ok(last(panel).progress.isReading);
    held.open();
    await eventually(on, () => !last(panel).progress.isReading, 'it is still reading');
    assert.deepEqual(lists(on).slice(before), ['pending']);
  });

  it('ends the reads of lists, workers and Events with Cancel, another filter, Refresh and the page', async () => {
    const on = await begin();
    const panel = await open(on);
    let open_ = 0;
    on.wire = async (request, pass) => {
      if (!/\/(TaskQueues|Workers|Events)$/.test(request.url.pathname)) return pass();
      open_++;
      return silence(request).finally(() => open_--);
    };
    const begins = async (text: string) => {
      post(panel, { type: 'run', text });
      await eventually(on, () => open_ > 0, `${text} reads nothing`);
    };
    const ends = (how: string) => eventually(on, () => open_ === 0, `${how} ends nothing`);
    await begins('is:unserved');
    post(panel, { type: 'cancel' });
    await ends('Cancel');
    await begins('worker:ada');
    on.wire = (_request, pass) => pass();
    await say(on, panel, { type: 'run', text: 'is:open' });
    assert.equal(open_, 0);
    on.wire = async (request, pass) => {
      if (!/\/(TaskQueues|Events)$/.test(request.url.pathname)) return pass();
      open_++;
      return silence(request).finally(() => open_--);
    };
    post(panel, { type: 'edit', text: 'queue:', cursor: 6 });
    await eventually(on, () => open_ > 0, 'the line reads nothing');
    post(panel, { type: 'rows', from: 0, to: 4 });
    panel.dispose();
    await ends('closing');
  });

  it('asks once for a list that fails while a query is typed', async () => {
    const on = await begin();
    const panel = await open(on);
    on.wire = answers(/\/TaskQueues$/, () => Promise.resolve(refusal(403, 20003, 'No')));
    for (const text of ['queue:', 'queue:B', 'queue:Bi'])
      await say(on, panel, { type: 'edit', text, cursor: text.length });
    assert.equal(sentTo(on, /\/TaskQueues\?/), 1);
  });

  it('holds many Refreshes to the request limit', async () => {
    const on = await begin({ limit: () => 30 });
    const panel = await open(on);
    const before = on.sent.length;
    const one = async () => {
      post(panel, { type: 'refresh' });
      await settle();
    };
    for (let i = 0; i < 3; i++) await one();
    const free = on.sent.length - before;
    for (let i = 0; i < 50; i++) await one();
    assert.equal(on.sent.length - before, free, 'the fourth waits');
    for (let i = 0; i < 50; i++) {
      await one();
      on.clock.advance(1000);
      await settle();
    }
    assert.ok(on.sent.length - before <= free + 30, `${on.sent.length - before} requests`);
    for (let i = 0; i < 3; i++) post(panel, { type: 'run', text: 'is:open' });
    await settle();
    assert.ok(on.sent.length - before <= free + 30, 'the same filter again is a Refresh');
  });

  it('takes any numbers from the page, and posts few rows', async () => {
    const on = await begin({ scenario: large(3000) });
    const panel = await open(on);
    for (const [from, to] of [
      [1000, 0],
      [0, 1e15],
      [1e15, 2e15],
      [2999, 0],
    ]) {
      await say(on, panel, { type: 'rows', from, to });
      assert.ok(last(panel).rows.length <= 420, `${from} to ${to}: ${last(panel).rows.length} rows`);
      await say(on, panel, { type: 'refresh' });
      assert.ok(
        last(panel).rows.length <= 420,
        `${from} to ${to}, then Refresh: ${last(panel).rows.length} rows`,
      );
    }
  });

  it('counts rows without a SID', async () => {
    const on = await begin();
    on.wire = answers(/\/Tasks$/, async ({ url }, pass) =>
      url.searchParams.get('AssignmentStatus') === 'reserved'
        ? answer(200, { tasks: [{ attributes: '{}' }, { sid: 5 }], meta: { next_page_url: null } })
        : pass(),
    );
    const panel = await open(on);
    assert.deepEqual(last(panel).notices, ['2 tasks without a SID are not shown.']);
  });

  it('shows the worker by whom a task was found, also without Events', async () => {
    const on = await begin();
    on.wire = answers(/\/Events$/, () => Promise.resolve(refusal(403, 20003, 'No')));
    const panel = await open(on);
    await say(on, panel, { type: 'run', text: 'worker:ada' });
    assert.deepEqual(texts(panel, 'worker'), ['Ada Wren', 'Ada Wren']);
  });
});
