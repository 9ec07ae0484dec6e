import { strict as assert } from 'node:assert';
import { readQuery } from '../../../../src/extension/features/goTo/query';
import { maxRequests, maxRows, maxWorkspaces, Search } from '../../../../src/extension/features/goTo/search';
import { searchOutcome } from '../../../../src/extension/features/goTo/searchOutcome';
import { describeError } from '../../../../src/extension/display/errorMessage';
import type { WorkspacePlan } from '../../../../src/simulator/scenarios/scenario';
import { still } from '../../centre';
import { openWindow, refusal, answer, settle, silence } from '../../window';
import type { Wire } from '../../window';
import * as resources from '../../../../src/taskrouter/resources';

const [desk] = still.workspaces as readonly [WorkspacePlan];

/** Of workspace `name`: `count` tasks of callers whose numbers end in their index. */
const workspace = (name: string, count: number, area: string): WorkspacePlan => ({
  ...desk,
  name,
  workers: [
    { name: `Worker of ${name}`, activity: 'Offline', attributes: { contact_uri: `client:${name}` } },
  ],
  tasks: Array.from({ length: count }, (_, i) => ({
    workflow: 'Inbound',
    queue: 'Everyone',
    channel: 'voice',
    attributes: {
      ...(i % 2
        ? { from: `+1${area}555${String(i).padStart(4, '0')}` }
        : { order: { note: `Order ${name}-${i}` } }),
      name: `Caller ${i} of ${name}`,
    },
    age: count - i,
    status: 'pending' as const,
    reservations: [],
  })),
});

/** 2,000 tasks in three workspaces of a TaskRouter on a socket. */
async function stage() {
  const workspaces = [
    workspace('Sales', 1400, '212'),
    workspace('Care', 500, '312'),
    workspace('Returns', 100, '415'),
  ];
  const on = openWindow({ scenario: { name: 'search', workspaces } });
  const server = await on.simulator.listen(0);
  let inFlight = 0;
  const flight = { most: 0 };
  const overSocket: Wire = async ({ method, headers, url }) => {
    flight.most = Math.max(flight.most, ++inFlight);
    try {
      const response = await fetch(server.url + url.pathname + url.search, { method, headers });
      return answer(
        response.status,
        (await response.text()).replaceAll(server.url, url.origin),
        Object.fromEntries(response.headers),
      );
    } finally {
      inFlight--;
    }
  };
  on.wire = overSocket;
  const account = await on.signIn();
  const { client } = await on.accounts.connect(account.id);
  const { rows } = await client.list(resources.workspaces, []);
  const places = rows.map(({ sid: workspaceSid }) => ({ accountId: account.id, workspaceSid }));
  on.sent.length = 0;
  flight.most = 0;
  const search = (text: string, onChange: (search: Search) => void = () => undefined) => {
    const query = readQuery(text);
    assert.ok(query.kind === 'text');
    const one: Search = new Search(on, query, places, () => onChange(one));
    return one;
  };
  return { ...on, overSocket, server, flight, places, search, window: on, accountId: account.id };
}
type On = Awaited<ReturnType<typeof stage>>;

const never = new AbortController().signal;
const namesOf = (search: Search) =>
  search.matches.map(({ row }) =>
    'friendly_name' in row
      ? String(row['friendly_name'])
      : String((JSON.parse(String(row['attributes'])) as { name: string }).name),
  );

const keyOf = (url: URL) => {
  const name = url.pathname.split('/').at(-1)!;
  return name === 'TaskQueues' ? 'task_queues' : name.toLowerCase();
};

describe('the search of Go to…', () => {
  let on: On;
  before(async () => (on = await stage()));
  after(() => on.server.close());
  beforeEach(() => {
    on.window.wire = on.overSocket;
    on.sent.length = 0;
    on.flight.most = 0;
  });

  for (const number of [
    '+12125550007',
    '+1 (212) 555-0007',
    '(212) 555-0007',
    '212 555 0007',
    '001 212 555 0007',
  ])
    it(`finds the task of ${number} by one filter for each workspace, without reading a page`, async () => {
      const search = on.search(number);
      await search.run(never);
      assert.deepEqual(namesOf(search), ['Caller 7 of Sales']);
      assert.equal(on.sent.filter(({ path }) => path.includes('EvaluateTaskAttributes')).length, 3);
      assert.ok(on.sent.length <= 6, String(on.sent.length));
      assert.ok(search.hasMore);
    });

  it('finds a name, and a worker by theirs', async () => {
    const task = on.search('Caller 99 of Returns');
    await task.run(never);
    assert.deepEqual(namesOf(task), ['Caller 99 of Returns']);
    const worker = on.search('worker of care');
    await worker.run(never);
    assert.deepEqual(namesOf(worker), ['Worker of Care']);
  });

  it('finds queues, workflows and activities by a part of their name, and not by a phone number', async () => {
    const search = on.search('offl');
    await search.run(never);
    assert.deepEqual(namesOf(search), ['Offline', 'Offline', 'Offline']);
    assert.ok(search.matches.every(({ collection }) => collection === resources.activities));
    const queue = on.search('everyone');
    await queue.run(never);
    const nouns = queue.matches.map(({ collection }) => collection.noun);
    assert.equal(nouns.filter((noun) => noun === 'TaskQueue').length, 3);
    on.sent.length = 0;
    await on.search('+1 212 555 0007').run(never);
    assert.ok(on.sent.every(({ path }) => !/Queues|Workflows|Activities/.test(path)));
  });

  it('reads page by page what no filter finds, all workspaces in turn, and says how far it is', async () => {
    const progress: (readonly [number, number | undefined, number])[] = [];
    const search = on.search(
      'order sales-1398',
      ({ progress: { tasks, totalTasks, workers } }) => void progress.push([tasks, totalTasks, workers]),
    );
    await search.run(never);
    assert.deepEqual(namesOf(search), ['Caller 1398 of Sales']);
    assert.deepEqual(progress.at(-1), [2000, 2000, 3]);
    assert.equal(search.hasMore, false);
    assert.ok(progress.some(([tasks]) => tasks > 0 && tasks < 2000));
    const pages = on.sent.filter(
      ({ path }) => !/Evaluate|Statistics|FriendlyName|TargetWorkers|Queues|Workflows|Activities/.test(path),
    );
    // 3 + 2 (a full page may not be the last) + 1 pages of tasks, 3 of workers.
    assert.ok(pages.length <= 9, pages.map(({ path }) => path).join('\n'));
  });

  it('appends matches, and never moves one', async () => {
    const seen: string[][] = [];
    const search = on.search('order', (one) => void seen.push(one.matches.map(({ row }) => row.sid)));
    await search.run(never);
    assert.equal(search.matches.length, 1000);
    for (const [i, sids] of seen.entries())
      assert.deepEqual(seen.at(-1)!.slice(0, sids.length), sids, String(i));
  });

  it('has at most four requests in flight', async () => {
    await on.search('order').run(never);
    assert.equal(on.flight.most, 4);
  });

  it('reads nothing more once it is canceled, and keeps what it has found', async () => {
    const canceled = new AbortController();
    const search = on.search('order', ({ progress }) => progress.tasks > 0 && canceled.abort());
    await search.run(canceled.signal);
    const { length } = on.sent;
    await settle();
    assert.equal(on.sent.length, length);
    assert.ok(search.matches.length > 0 && search.matches.length < 1000);
    await search.run(never);
    assert.equal(search.matches.length, 1000);
  });

  it('lists what is loaded first, without a request', async () => {
    const { accountId, places } = on;
    const { client } = await on.accounts.connect(accountId);
    const { rows } = await client.list(resources.tasks, [places[2]!.workspaceSid], {}, { pageSize: 20 });
    on.sent.length = 0;
    const search = on.search('caller 5 of returns');
    search.addLoaded(rows.map((row) => ({ ...places[2]!, collection: resources.tasks, row })));
    assert.deepEqual(namesOf(search), ['Caller 5 of Returns']);
    assert.equal(on.sent.length, 0);
  });

  it('reads without a filter that TaskRouter refuses or ignores', async () => {
    for (const change of ['refuse', 'ignore'] as const) {
      on.window.wire = (request, pass) => {
        if (!/Evaluate|TargetWorkers/.test(request.url.search)) return on.overSocket(request, pass);
        if (change === 'refuse') return Promise.resolve(refusal(400, 20001, 'Invalid expression'));
        const url = new URL(request.url);
        url.search = 'PageSize=500';
        return on.overSocket({ ...request, url }, pass);
      };
      const search = on.search('+12125550007');
      await search.run(never);
      while (search.hasMore && search.matches.length === 0) await search.run(never);
      assert.deepEqual(namesOf(search), ['Caller 7 of Sales'], change);
      assert.deepEqual(search.failures, []);
    }
  });

  it('finds in others what one workspace refuses to say, and tries again', async () => {
    const refused = on.places[1]!.workspaceSid;
    on.window.wire = (request, pass) =>
      request.url.pathname.includes(refused)
        ? Promise.resolve(refusal(404, 20404, 'Not found'))
        : on.overSocket(request, pass);
    const search = on.search('order care-498');
    await search.run(never);
    assert.deepEqual(
      search.failures.map(({ place }) => place.workspaceSid),
      [refused],
    );
    assert.ok(search.hasMore);
    on.window.wire = on.overSocket;
    await search.run(never);
    assert.deepEqual(namesOf(search), ['Caller 498 of Care']);
    assert.deepEqual(search.failures, []);
  });

  for (const [status, code] of [
    [429, 20429],
    [401, 20003],
  ] as const)
    it(`sends no further requests for an account that answers ${status}`, async () => {
      on.window.wire = () =>
        Promise.resolve(answer(status, { code, message: 'No', status }, { 'retry-after': '60' }));
      const search = on.search('order');
      await search.run(never);
      // Those in flight: a 429 that asks for a minute is not sent again within the deadline.
      assert.ok(on.sent.length <= 4, String(on.sent.length));
      assert.equal(search.matches.length, 0);
      on.window.wire = on.overSocket;
      await search.run(never);
      assert.equal(search.matches.length, 1000);
    });

  it('ends a list that repeats its pages, and one of more rows than its limit', async () => {
    const task = (i: number) => ({
      sid: `WT${i.toString(16).padStart(32, '0')}`,
      attributes: '{"name":"x"}',
    });
    let page = 0;
    on.window.wire = ({ url }) => {
      const key = keyOf(url);
      if (key !== 'tasks' || url.searchParams.has('EvaluateTaskAttributes'))
        return Promise.resolve(answer(200, { [key]: [], meta: {} }));
      const next = `${url.origin}${url.pathname}?PageToken=${++page}`;
      const rows = Array.from({ length: 500 }, (_, i) => task(page * 500 + i));
      return Promise.resolve(answer(200, { tasks: rows, meta: { key: 'tasks', next_page_url: next } }));
    };
    const search = on.search('nobody');
    await search.run(never);
    const { tasks } = search.progress;
    assert.ok(tasks >= maxRows && tasks <= maxRows + 3 * 500, String(tasks));
    assert.ok(search.hasMore);
    await search.run(never);
    assert.ok(search.progress.tasks >= 2 * maxRows);
  });

  /** Answers each page of tasks with `page`, which gets its token, and all else with nothing. */
  const tasksAre = (page: (token: string | null) => { readonly rows: number; readonly next: string }) => {
    on.window.wire = ({ url }) => {
      const key = keyOf(url);
      if (key === 'realtimestatistics') return Promise.resolve(answer(200, { total_tasks: 9 }));
      if (key !== 'tasks' || url.searchParams.has('EvaluateTaskAttributes'))
        return Promise.resolve(answer(200, { [key]: [], meta: {} }));
      const { rows, next } = page(url.searchParams.get('PageToken'));
      const tasks = Array.from({ length: rows }, (_, i) => ({
        sid: `WT${(Number(next) * 100 + i).toString(16).padStart(32, '0')}`,
      }));
      const meta = next ? { next_page_url: `${url.origin}${url.pathname}?PageToken=${next}` } : {};
      return Promise.resolve(answer(200, { tasks, meta }));
    };
  };
  const outcomeOf = (search: Search) => searchOutcome(search, 'Desk', false)?.text;

  it('ends lists of endless empty pages, and says that it is incomplete and why', async () => {
    let token = 0;
    tasksAre(() => ({ rows: 0, next: String(++token) }));
    const search = on.search('nobody');
    await search.run(never);
    assert.ok(on.sent.length <= 40, String(on.sent.length));
    assert.equal(search.failures.length, 3);
    for (const { error } of search.failures)
      assert.equal(describeError(error).what, 'Not all rows could be loaded: 3 pages had no new rows.');
    assert.equal(outcomeOf(search), 'Nothing found so far. The search is incomplete:');
  });

  it('sends no more requests in a run than its limit, says so, and continues', async () => {
    let token = 0;
    tasksAre(() => ({ rows: 1, next: String(++token) }));
    const search = on.search('nobody');
    await search.run(never);
    assert.ok(on.sent.length <= maxRequests + 3, String(on.sent.length));
    assert.equal(search.stop, 'requests');
    assert.equal(
      outcomeOf(search),
      `Nothing found so far. The search stopped at its limit of ${maxRequests} requests.`,
    );
    assert.ok(search.hasMore);
    const { tasks } = search.progress;
    await search.run(never);
    assert.ok(search.progress.tasks > tasks);
  });

  it('ends lists whose page tokens repeat, and says that it is incomplete and why', async () => {
    tasksAre((token) => ({ rows: 1, next: token === '1' ? '2' : '1' }));
    const search = on.search('nobody');
    await search.run(never);
    assert.ok(on.sent.length <= 40, String(on.sent.length));
    for (const { error } of search.failures)
      assert.equal(describeError(error).what, 'Not all rows could be loaded: the pages repeat.');
    assert.equal(search.failures.length, 3);
    assert.equal(outcomeOf(search), 'Nothing found so far. The search is incomplete:');
  });

  it('says what ended it, and that nothing was found only when all was read', async () => {
    const canceled = new AbortController();
    const some = on.search('order', () => canceled.abort());
    await some.run(canceled.signal);
    assert.match(outcomeOf(some)!, /The search was stopped\.$/);
    const all = on.search('nobody at all');
    await all.run(never);
    assert.equal(outcomeOf(all), 'Nothing found in Desk.');
    assert.equal(
      searchOutcome(all, 'Desk', true)?.text,
      'Nothing found so far. The search is incomplete:',
      'the workspaces of an account could not be listed',
    );
    const found = on.search('order');
    await found.run(never);
    assert.equal(outcomeOf(found), undefined);
  });

  it('never says that it has read more tasks than there are', async () => {
    on.window.wire = (request, pass) =>
      request.url.pathname.endsWith('/RealTimeStatistics')
        ? Promise.resolve(answer(200, { total_tasks: 1 }))
        : on.overSocket(request, pass);
    const search = on.search('nobody', ({ progress: { tasks, totalTasks } }) =>
      assert.ok(totalTasks === undefined || totalTasks >= tasks, `${tasks} of ${totalTasks}`),
    );
    await search.run(never);
    assert.equal(search.progress.totalTasks, 2000);
  });

  it('says that the account was signed out while it was searched', async () => {
    const window = openWindow();
    const account = await window.signIn();
    const { client } = await window.accounts.connect(account.id);
    const { rows } = await client.list(resources.workspaces, []);
    window.wire = async (request) => {
      await window.accounts.signOut(account.id);
      return silence(request);
    };
    const places = rows.map(({ sid: workspaceSid }) => ({ accountId: account.id, workspaceSid }));
    const query = readQuery('order');
    assert.ok(query.kind === 'text');
    const search = new Search(window, query, places, () => undefined);
    await search.run(never);
    assert.deepEqual(
      [...new Set(search.failures.map(({ error }) => describeError(error).what))],
      ['This account has been signed out.'],
    );
  });

  it('stops at its limit of workspaces, and says so', async () => {
    tasksAre(() => ({ rows: 0, next: '' }));
    const query = readQuery('nobody');
    assert.ok(query.kind === 'text');
    const places = Array.from({ length: maxWorkspaces + 1 }, (_, i) => ({
      accountId: on.accountId,
      workspaceSid: `WS${i.toString(16).padStart(32, '0')}`,
    }));
    const search = new Search(on, query, places, () => undefined);
    await search.run(never);
    assert.equal(search.stop, 'workspaces');
    await search.run(never);
    assert.equal(outcomeOf(search), 'Nothing found in Desk.');
  });

  it('shows a row of another kind, or without an address, to nobody', async () => {
    on.window.wire = ({ url }) => {
      const key = keyOf(url);
      const rows = ['WT1', `WK${'1'.repeat(32)}`, '../x', `WT${'1'.repeat(32)}`].map((sid) => ({
        sid,
        attributes: '{"name":"order"}',
      }));
      return Promise.resolve(answer(200, { [key]: key === 'tasks' ? rows : [], meta: {} }));
    };
    const search = on.search('order');
    await search.run(never);
    assert.deepEqual([...new Set(search.matches.map(({ row }) => row.sid))], [`WT${'1'.repeat(32)}`]);
  });
});
