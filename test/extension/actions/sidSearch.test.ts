import { strict as assert } from 'node:assert';
import { SidSearch } from '../../../src/extension/actions/sidSearch';
import * as resources from '../../../src/taskrouter/resources';
import type { FetchResponse } from '../../../src/taskrouter/fetch';
import type { Wire } from '../window';
import { answer, openWindow, refusal, settle, silence } from '../window';

const taskSid = `WT${'9'.repeat(32)}`;
const workerSid = `WK${'9'.repeat(32)}`;
const workspaceSid = (i: number) => `WS${i.toString(16).padStart(32, '0')}`;
const list = (key: string, rows: readonly object[], next: string | null = null) =>
  answer(200, { [key]: rows, meta: { key, next_page_url: next } });
const workspace = (i: number) => ({ sid: workspaceSid(i), friendly_name: `Desk ${i}` });

type Part = 'Workspaces' | 'Tasks' | 'Workers' | 'Events';
/** The response about one part of workspace `i`; by default it lists nothing and has no row. */
type Answers = (
  part: Part,
  i: number,
  init: Parameters<Wire>[0],
) => FetchResponse | Promise<FetchResponse> | undefined;

/** An account with this many workspaces. */
async function stage(count: number, answers: Answers = () => undefined) {
  const on = openWindow();
  const account = await on.signIn();
  on.wire = async (init) => {
    const [, sid = '', part = 'Workspaces'] = /Workspaces(?:\/(\w+)\/(\w+))?/.exec(init.url.pathname)!;
    const i = parseInt(sid.slice(2), 16);
    const given = await answers(part as Part, i, init);
    if (given) return given;
    if (part === 'Workspaces')
      return list(
        'workspaces',
        Array.from({ length: count }, (_, n) => workspace(n)),
      );
    return part === 'Events' ? list('events', []) : refusal(404, 20404, 'Not found');
  };
  const before = on.sent.length;
  const requests = () => on.sent.slice(before).map(({ path }) => path);
  return { ...on, accountId: account.id, requests };
}
type On = Awaited<ReturnType<typeof stage>>;

const row = (i: number, sid = taskSid) => answer(200, { sid, workspace_sid: workspaceSid(i) });
const never = new AbortController().signal;
const searchOf = (on: On, sid = taskSid, first?: number) =>
  new SidSearch(on, {
    noun: sid.startsWith('WT') ? 'Task' : 'Worker',
    sid,
    ...(first === undefined ? {} : { first: { accountId: on.accountId, workspaceSid: workspaceSid(first) } }),
  });

/** Runs the search while time passes only as far as it waits for something slow. */
async function run(on: On, search: SidSearch, seconds = 60) {
  let place: Awaited<ReturnType<SidSearch['run']>> | 'searching' = 'searching';
  void search.run(never).then((found) => (place = found));
  for (let i = 0; i <= seconds && place === 'searching'; i++) {
    for (let turn = 0; turn < 20; turn++) await settle();
    if (place === 'searching') on.clock.advance(1000);
  }
  return place as typeof place | undefined;
}

/** Timers of other things wait for a minute. */
const assertNoTimer = ({ clock }: On) => assert.ok((clock.next ?? Infinity) - clock.now() > 10_000);

describe('the search for the workspace of a SID', () => {
  it('finds it, wherever it is, and a deleted task by its Events', async () => {
    for (const part of ['Tasks', 'Events'] as const) {
      const on = await stage(20, (asked, i) => {
        if (asked !== part || i !== 19) return undefined;
        return part === 'Tasks'
          ? row(i)
          : list('events', [{ sid: `EV${'1'.repeat(32)}`, resource_sid: taskSid }]);
      });
      assert.deepEqual(await run(on, searchOf(on)), {
        accountId: on.accountId,
        workspaceSid: workspaceSid(19),
      });
    }
  });

  it('says without a reservation that no workspace has it only if all were searched', async () => {
    const on = await stage(20);
    const search = searchOf(on);
    assert.equal(await run(on, search), undefined);
    assert.match(search.notFound, /^No workspace of your accounts has task WT9{32} or its Events\./);
    assert.equal(search.hasMore, false);
    assert.equal(on.requests().length, 41);
  });

  it('searches fifty workspaces at a time, says which were not searched, and continues with those', async () => {
    const on = await stage(105, (part, i) => (part === 'Tasks' && i === 104 ? row(i) : undefined));
    const search = searchOf(on);
    assert.equal(await run(on, search), undefined);
    assert.equal(
      search.notFound,
      `Task ${taskSid} was not found, but these workspaces were not searched: ` +
        'Desk 50, Desk 51 and 53 more (the limit is 50 workspaces per search).',
    );
    assert.equal(on.requests().length, 101);
    assert.equal(await run(on, search), undefined);
    assert.match(search.notFound, /: Desk 100, Desk 101 and 3 more \(/);
    assert.deepEqual(await run(on, search), { accountId: on.accountId, workspaceSid: workspaceSid(104) });
  });

  const cases: readonly (readonly [what: string, answers: Answers, said: RegExp])[] = [
    [
      'a workspace that may not be read',
      (_, i) => (i === 2 ? refusal(403, 20403, 'No') : undefined),
      /^Task \w+ was not found, but these workspaces were not searched: Desk 2 \(These credentials do not have permission \(20403\)\)\.$/,
    ],
    [
      'Events that may not be read',
      (part, i) => (part === 'Events' && i === 2 ? refusal(403, 20403, 'No') : undefined),
      /these workspaces were not searched: Desk 2 \(These credentials/,
    ],
    [
      'workspaces that fail in different ways',
      (_, i) => (i === 0 ? refusal(401, 20003, 'No') : i === 1 ? refusal(403, 20403, 'No') : undefined),
      /not searched: Desk 0 \([^;]*\); Desk 1 \([^;]*\)\.$/,
    ],
    [
      'workspaces that cannot be listed',
      (part) => (part === 'Workspaces' ? refusal(403, 20403, 'No') : undefined),
      /^Task \w+ was not found, but these workspaces were not searched: all of Test account \(These credentials/,
    ],
    [
      'pages of workspaces without an end',
      (part, _, { url }) => {
        if (part !== 'Workspaces') return undefined;
        const page = Number(url.searchParams.get('PageToken') ?? 0);
        const rows = Array.from({ length: 20 }, (__, n) => workspace(20 * page + n));
        return list('workspaces', rows, `${url.origin}${url.pathname}?PageToken=${page + 1}`);
      },
      /not searched: others of Test account \(.*the limit is 5 pages.*\); Desk 50, Desk 51 and 48 more \(the limit is 50/,
    ],
  ];
  for (const [what, answers, said] of cases)
    it(`says so in its first sentence, and searches again, after ${what}`, async () => {
      let isBroken = true;
      const on = await stage(4, (...asked) => (isBroken ? answers(...asked) : undefined));
      const search = searchOf(on);
      assert.equal(await run(on, search), undefined);
      assert.match(search.notFound, said);
      assert.ok(on.requests().length <= 106, String(on.requests().length));
      assert.ok(search.hasMore);
      isBroken = false;
      assert.equal(await run(on, search), undefined);
    });

  it('says that there are workspaces without a SID, which it cannot search', async () => {
    for (const broken of [{ friendly_name: 'No SID' }, { sid: 'WS1', friendly_name: 'Short' }]) {
      const on = await stage(0, (part) =>
        part === 'Workspaces' ? list('workspaces', [workspace(1), workspace(2), broken]) : undefined,
      );
      const search = searchOf(on);
      assert.equal(await run(on, search), undefined);
      assert.match(search.notFound, /not searched: others of Test account \(.*without a SID\)/);
    }
  });

  it('ends after 15 seconds although pages of workspaces come slowly', async () => {
    const slowly = async (url: URL) => {
      const page = Number(url.searchParams.get('PageToken') ?? 0);
      await new Promise<void>((resolve) => on.clock.setTimeout(resolve, 6000));
      const next = page < 4 ? `${url.origin}${url.pathname}?PageToken=${page + 1}` : null;
      return list('workspaces', [workspace(2 * page), workspace(2 * page + 1)], next);
    };
    const on = await stage(0, (part, _, { url }) => (part === 'Workspaces' ? slowly(url) : undefined));
    const before = on.clock.now();
    const search = searchOf(on);
    assert.equal(await run(on, search), undefined);
    assert.ok(on.clock.now() - before <= 18_000, String(on.clock.now() - before));
    assert.match(search.notFound, /not searched: all of Test account \((?:no response in time|not reached)/);
  });

  it('does not forget that a list of workspaces was cut short until it has read all of it', async () => {
    let isCutShort = true;
    const on = await stage(25, (part, _, { url }) =>
      part === 'Workspaces' && isCutShort
        ? list(
            'workspaces',
            Array.from({ length: 25 }, (__, n) => workspace(n)),
            `${url.origin}${url.pathname}?PageToken=x`,
          )
        : undefined,
    );
    const search = searchOf(on);
    for (let i = 0; i < 4; i++) {
      assert.equal(await run(on, search), undefined);
      assert.match(search.notFound, /not searched: others of Test account \([^)]*the same page\)/);
      assert.ok(search.hasMore);
    }
    isCutShort = false;
    assert.equal(await run(on, search), undefined);
    assert.match(search.notFound, /^No workspace of your accounts/);
    assert.equal(search.hasMore, false);
  });

  it('tells workspaces of one name apart', async () => {
    const on = await stage(0, (part, i) =>
      part === 'Workspaces'
        ? list('workspaces', [workspace(0), { ...workspace(1), friendly_name: 'Desk 0' }, workspace(2)])
        : i < 2
          ? refusal(403, 20403, 'No')
          : undefined,
    );
    const search = searchOf(on);
    await run(on, search);
    assert.match(search.notFound, /: Desk 0 WS0{32}, Desk 0 WS0{31}1 \(/);
  });

  it('shows nothing of a name or an error that is live or invisible', async () => {
    const on = await stage(0, (part, i) =>
      part === 'Workspaces'
        ? list('workspaces', [{ ...workspace(1), friendly_name: 'a\u202eb'.repeat(100) }, workspace(2)])
        : i === 1
          ? refusal(400, 20001, '[x](command:y)')
          : undefined,
    );
    const search = searchOf(on);
    await run(on, search);
    assert.ok(search.notFound.length < 400 && !/\u202e|command/.test(search.notFound), search.notFound);
  });

  describe('does not wait for', () => {
    const slow: readonly (readonly [
      what: string,
      seconds: number,
      first: number | undefined,
      answers: Answers,
    ])[] = [
      [
        'a workspace that does not respond',
        0,
        undefined,
        (part, i, init) => (i === 0 ? silence(init) : undefined),
      ],
      ['the first workspace', 1, 0, (part, i, init) => (i === 0 ? silence(init) : undefined)],
      [
        'a workspace that does not respond, before it reads Events',
        1,
        undefined,
        (part, i, init) =>
          i === 0
            ? silence(init)
            : part === 'Tasks'
              ? refusal(404, 20404, 'Not found')
              : part === 'Events' && i === 3
                ? list('events', [{ sid: `EV${'1'.repeat(32)}`, task_sid: taskSid }])
                : undefined,
      ],
    ];
    for (const [what, seconds, first, answers] of slow)
      it(what, async () => {
        const on = await stage(4, (part, i, init) => {
          const given = answers(part, i, init);
          return given ?? (part === 'Tasks' && i === 3 ? row(3) : undefined);
        });
        const before = on.clock.now();
        const place = await run(on, searchOf(on, taskSid, first));
        assert.deepEqual(place, { accountId: on.accountId, workspaceSid: workspaceSid(3) });
        assert.equal((on.clock.now() - before) / 1000, seconds);
        assertNoTimer(on);
      });
  });

  describe('although workspaces do not respond', () => {
    const answers: readonly (readonly [what: string, hanging: Part, isDeleted: boolean])[] = [
      ['finds a task in another', 'Tasks', false],
      ['finds a deleted task in another', 'Tasks', true],
      ['finds a deleted task in another, if only Events are slow', 'Events', true],
    ];
    for (const [what, hanging, isDeleted] of answers)
      it(`${what} within seconds`, async () => {
        const on = await stage(20, (part, i, init) => {
          if (part === hanging && i < 12) return silence(init);
          if (i !== 12 || part !== (isDeleted ? 'Events' : 'Tasks')) return undefined;
          return isDeleted ? list('events', [{ sid: `EV${'1'.repeat(32)}`, task_sid: taskSid }]) : row(12);
        });
        const before = on.clock.now();
        const place = await run(on, searchOf(on));
        assert.deepEqual(place, { accountId: on.accountId, workspaceSid: workspaceSid(12) });
        assert.ok(on.clock.now() - before <= 3000, String(on.clock.now() - before));
        assertNoTimer(on);
      });

    it('says so after 15 seconds, not that somebody canceled anything', async () => {
      const on = await stage(20, (part, _, init) => (part === 'Tasks' ? silence(init) : undefined));
      const search = searchOf(on);
      const before = on.clock.now();
      assert.equal(await run(on, search), undefined);
      assert.equal(on.clock.now() - before, 15_000);
      assert.match(
        search.notFound,
        /not searched: Desk \d+, Desk \d+ and 18 more \(no response in time\)\.$/,
      );
      assert.ok(search.hasMore);
      assertNoTimer(on);
    });

    it('says what TaskRouter responded where it was to be asked again', async () => {
      const on = await stage(2, (part) => (part === 'Tasks' ? refusal(503, 20503, 'Busy') : undefined));
      const search = searchOf(on);
      assert.equal(await run(on, search), undefined);
      assert.match(search.notFound, /not searched: Desk 0, Desk 1 \(.*20503\)\)\.$/);
    });

    it('says which were not reached', async () => {
      const on = await stage(2, (_, i, init) => (i === 9 ? silence(init) : undefined));
      const { client, signal } = await on.accounts.connect(on.accountId);
      const search = searchOf(on);
      // From the store: its request would not be sent either.
      await on.store.all({ accountId: on.accountId, collection: resources.workspaces, parents: [] });
      for (let i = 0; i < 8; i++)
        client.list(resources.tasks, [workspaceSid(9)], {}, {}, signal).catch(() => undefined);
      assert.equal(await run(on, search), undefined);
      assert.match(search.notFound, /not searched: Desk 0, Desk 1 \(not reached within 15 s\)\.$/);
    });

    it('finds a task if every workspace takes two seconds', async () => {
      const on = await stage(20, async (part, i, init) => {
        if (part === 'Workspaces')
          return list(
            'workspaces',
            Array.from({ length: 20 }, (_, n) => workspace(n)),
          );
        const wait = new Promise<void>((resolve) => on.clock.setTimeout(resolve, 2000));
        await Promise.race([wait, silence(init)]);
        return part === 'Tasks' && i === 19 ? row(i) : refusal(404, 20404, 'Not found');
      });
      assert.deepEqual(await run(on, searchOf(on)), {
        accountId: on.accountId,
        workspaceSid: workspaceSid(19),
      });
    });
  });

  it('asks the first workspace alone, if it responds', async () => {
    const on = await stage(9, (part, i) => (part === 'Workers' && i === 5 ? row(i, workerSid) : undefined));
    const place = await run(on, searchOf(on, workerSid, 5));
    assert.deepEqual(place, { accountId: on.accountId, workspaceSid: workspaceSid(5) });
    assert.equal(on.requests().length, 2);
  });

  it('opens the first workspace if that could not be read: its page shows why', async () => {
    const on = await stage(3, (_, i) => (i === 1 ? refusal(403, 20403, 'No') : undefined));
    assert.deepEqual(await run(on, searchOf(on, taskSid, 1)), {
      accountId: on.accountId,
      workspaceSid: workspaceSid(1),
    });
  });

  const otherSid = `WT${'8'.repeat(32)}`;
  const events: readonly (readonly [isOfTask: boolean, event: object])[] = [
    [true, { resource_sid: taskSid }],
    [true, { resource_sid: `WR${'1'.repeat(32)}`, event_data: { task_sid: taskSid } }],
    [true, { resource_sid: `WR${'1'.repeat(32)}`, event_data: JSON.stringify({ task_sid: taskSid }) }],
    [false, { resource_sid: otherSid }],
    [false, { resource_sid: otherSid, event_data: { task_attributes: `{"note":"see ${taskSid}"}` } }],
    [false, { resource_sid: otherSid, event_data: null, description: taskSid }],
  ];
  for (const [isOfTask, event] of events)
    it(`takes Events of the task only, which a mock may not: ${JSON.stringify(event)}`, async () => {
      const on = await stage(3, (part) =>
        part === 'Events' ? list('events', [{ sid: `EV${'1'.repeat(32)}`, ...event }]) : undefined,
      );
      assert.equal((await run(on, searchOf(on))) !== undefined, isOfTask);
    });

  it('finds the task of a reservation by Events, without a request for what has no address', async () => {
    const reservationSid = `WR${'9'.repeat(32)}`;
    const on = await stage(3, (part, i) =>
      part === 'Events' && i === 2
        ? list('events', [
            {
              sid: `EV${'1'.repeat(32)}`,
              resource_sid: reservationSid,
              event_data: { task_sid: taskSid, reservation_sid: reservationSid },
            },
          ])
        : undefined,
    );
    const search = new SidSearch(on, { noun: 'Reservation', sid: reservationSid });
    const place = { accountId: on.accountId, workspaceSid: workspaceSid(2), parentSid: taskSid };
    assert.deepEqual(await run(on, search), place);
    assert.ok(on.requests().every((path) => !path.includes('/Tasks')));
    const none = await stage(1);
    const other = new SidSearch(none, { noun: 'Reservation', sid: reservationSid });
    assert.equal(await run(none, other), undefined);
    assert.match(other.notFound, /^No workspace of your accounts has Events of reservation WR9{32}\./);
  });

  it('says of a workspace that no account has it, and of what else a workspace does not have only what applies', async () => {
    const none = await stage(1, () => refusal(404, 20404, 'Not found'));
    const gone = workspaceSid(8);
    const workspace = new SidSearch(none, { noun: 'Workspace', sid: gone, workspaceSid: gone });
    assert.equal(await run(none, workspace), undefined);
    assert.match(workspace.notFound, new RegExp(`^None of your accounts has workspace ${gone}\\.`));
    const sid = `WQ${'9'.repeat(32)}`;
    const queue = new SidSearch(none, { noun: 'TaskQueue', sid, workspaceSid: gone });
    assert.equal(await run(none, queue), undefined);
    assert.equal(queue.notFound, `${sid} was not found in workspace ${gone}. It may have been deleted.`);
  });

  for (const [noun, sid, part] of [
    ['TaskQueue', `WQ${'9'.repeat(32)}`, 'TaskQueues'],
    ['Workflow', `WW${'9'.repeat(32)}`, 'Workflows'],
    ['Activity', `WA${'9'.repeat(32)}`, 'Activities'],
    ['TaskChannel', `TC${'9'.repeat(32)}`, 'TaskChannels'],
    ['Event', `EV${'9'.repeat(32)}`, 'Events'],
  ] as const)
    it(`finds a ${noun}, and says so where nothing has it`, async () => {
      const on = await stage(2, (asked, i, { url }) =>
        url.pathname.endsWith(`/${part}/${sid}`)
          ? i === 1
            ? row(i, sid)
            : refusal(404, 20404, 'Not found')
          : undefined,
      );
      assert.deepEqual(await run(on, new SidSearch(on, { noun, sid })), {
        accountId: on.accountId,
        workspaceSid: workspaceSid(1),
      });
      const none = await stage(1, (asked) =>
        asked === 'Workspaces' ? undefined : refusal(404, 20404, 'Not found'),
      );
      const search = new SidSearch(none, { noun, sid });
      assert.equal(await run(none, search), undefined);
      assert.match(search.notFound, new RegExp(`^No workspace of your accounts has ${sid}\\.`));
    });

  it('sends one request for a resource whose workspace is known, and none to the others', async () => {
    const on = await stage(60);
    const search = new SidSearch(on, { noun: 'Worker', sid: workerSid, workspaceSid: workspaceSid(7) });
    await run(on, search);
    assert.ok(on.requests().length <= 1, String(on.requests()));
    const other = new SidSearch(on, {
      noun: 'TaskQueue',
      sid: `WQ${'9'.repeat(32)}`,
      workspaceSid: workspaceSid(7),
    });
    assert.equal(await run(on, other), undefined);
    assert.match(other.notFound, /was not found in workspace WS0{31}7\./);
    assert.deepEqual(
      on.requests().map((path) => path.includes(workspaceSid(7))),
      on.requests().map(() => true),
    );
  });

  it('searches the workspaces first whose rows are loaded', async () => {
    const on = await stage(60, (part, i) => (part === 'Tasks' && i === 55 ? row(i) : undefined));
    const loaded = { accountId: on.accountId, collection: resources.workers, parents: [workspaceSid(55)] };
    await on.store.refresh(loaded);
    const before = on.requests().length;
    assert.deepEqual(await run(on, searchOf(on)), {
      accountId: on.accountId,
      workspaceSid: workspaceSid(55),
    });
    assert.match(on.requests()[before + 1]!, new RegExp(workspaceSid(55)));
  });

  it('ends when it is canceled', async () => {
    const on = await stage(3, (part, _, init) => (part === 'Workspaces' ? undefined : silence(init)));
    const cancel = new AbortController();
    const ended = searchOf(on).run(cancel.signal);
    for (let turn = 0; turn < 20; turn++) await settle();
    cancel.abort();
    await assert.rejects(ended);
    assertNoTimer(on);
  });
});
