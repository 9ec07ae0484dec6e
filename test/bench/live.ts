/**
 * Watching, over virtual hours: requests, delays and what is missed, beside a poller as one writes it first.
 * Alone: `npx tsx test/bench/live.ts`.
 */
import '../vscodeInNode.cjs';
import { simulatedAccount } from '../../src/extension/accounts/account';
import { RecentActions } from '../../src/extension/data/recentActions';
import { ClockSkew } from '../../src/extension/data/clockSkew';
import { RequestBudget } from '../../src/extension/data/requestBudget';
import { CountdownBadges } from '../../src/extension/features/live/countdownBadges';
import { OpenReservations } from '../../src/extension/features/live/openReservations';
import { Poller } from '../../src/extension/data/poller';
import { Store } from '../../src/extension/data/store';
import { PolledWorkspaces } from '../../src/extension/data/polledWorkspaces';
import type { Scenario, Simulator } from '../../src/simulator/simulator';
import { createSimulator, large, lively } from '../../src/simulator/simulator';
import type { Client, Exchange, Row } from '../../src/taskrouter/client';
import type { RequestLimit } from '../../src/taskrouter/requestLimit';
import { createClient } from '../../src/taskrouter/client';
import type { Fetch } from '../../src/taskrouter/fetch';
import { defaultOrigin } from '../../src/taskrouter/origin';
import * as resources from '../../src/taskrouter/resources';
import type { Figure } from './figures';
import { median, table } from './figures';
import type { WindowClock } from '../extension/window';
import { onCall } from '../extension/onCall';
import { windowClock } from '../extension/window';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const interval = 10 * second;
const limit = 60;

/** A client that is counted, and of whose requests a share fails in one of three ways. */
interface Wire {
  readonly client: Client;
  readonly told: (exchange: Exchange) => void;
  requests: number;
  /** Those for reservations. */
  reservationReads: number;
  /** The most rows in one answer. */
  rows: number;
  /** Every reservation that an answer to a question about reservations spoke of. */
  readonly met: Set<string>;
  underWay: number;
  /** Passes before each response. */
  delay: (() => Promise<void>) | undefined;
}

function wireTo(
  simulator: Simulator,
  faults: number,
  told: (exchange: Exchange) => void = () => {},
  limit?: RequestLimit,
): Wire {
  let state = 7;
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  const fetch: Fetch = async (url, init) => {
    wire.requests++;
    if (url.includes('/Reservations')) wire.reservationReads++;
    await wire.delay?.();
    if (random() < faults) {
      const kind = random();
      if (kind < 1 / 3) throw Object.assign(new TypeError('fetch failed'), { code: 'ECONNRESET' });
      const status = kind < 2 / 3 ? 500 : 429;
      const body = JSON.stringify({ code: 20000, message: 'No.', status });
      return { status, headers: { get: () => null }, body: pieces(body) };
    }
    const answer = await simulator.fetch(url, init);
    let text = '';
    for await (const piece of answer.body!) text += String(piece);
    wire.rows = Math.max(wire.rows, text.split('"sid":').length - 1);
    // An Event of a reservation that is over already is enough: it needs no read.
    if (/\/(Reservations|Events)\b/.test(url))
      for (const [sid] of text.matchAll(/WR[0-9a-f]{32}/g)) wire.met.add(sid);
    return { ...answer, body: pieces(text) };
  };
  const client = createClient({
    fetch,
    origin: defaultOrigin,
    username: simulator.accountSid,
    password: simulator.authToken,
    onExchange: (exchange) => told(exchange),
    ...(limit ? { limit: { ...limit, admit: (...given) => meanwhileIdle(limit.admit(...given)) } } : {}),
  });
  // What waits for the request limit goes on only when virtual time does.
  const meanwhileIdle = <T>(admitted: Promise<T>): Promise<T> => {
    wire.underWay--;
    return admitted.finally(() => wire.underWay++);
  };
  // Counted with their retries: virtual time moves on only while nothing is under way.
  const whole = <T>(answer: Promise<T>): Promise<T> => {
    wire.underWay++;
    return answer.finally(() => wire.underWay--);
  };
  const countedReads = <R extends Pick<Client, 'list' | 'pages' | 'fetch'>>(reads: R): R => ({
    ...reads,
    list: (...args: Parameters<Client['list']>) => whole(reads.list(...args)),
    fetch: (...args: Parameters<Client['fetch']>) => whole(reads.fetch(...args)),
    async *pages(...args: Parameters<Client['pages']>) {
      const pages = reads.pages(...args);
      for (let next = await whole(pages.next()); !next.done; next = await whole(pages.next()))
        yield next.value;
    },
  });
  const counted: Client = {
    ...countedReads(client),
    background: (wait) => countedReads(client.background(wait)),
  };
  const wire: Wire = {
    client: counted,
    told,
    requests: 0,
    reservationReads: 0,
    rows: 0,
    met: new Set(),
    underWay: 0,
    delay: undefined,
  };
  return wire;
}

async function* pieces(text: string): AsyncIterable<string> {
  yield await Promise.resolve(text);
}

interface Ours extends Wire {
  readonly store: Store;
  readonly poller: Poller;
  readonly refs: () => { accountId: string; openIn: string }[];
  /** When each reservation was first shown with each status, by `sid status`. */
  readonly shown: Map<string, number>;
  treeEvents: number;
  /** Those among them that nothing had changed for. */
  idleEvents: number;
}

/** The extension's engine, as extension.ts builds it. */
function watchOver(simulator: Simulator, clock: WindowClock, faults: number, latency = 0): Ours {
  const account = { ...simulatedAccount, id: 'bench' };
  const memory = { get: () => undefined, update: () => Promise.resolve() };
  const budget = new RequestBudget({ clock, limit: () => limit });
  const skew = new ClockSkew(clock);
  const observe = (exchange: Exchange) => {
    budget.observe(account.id, exchange);
    skew.observe(account.id, exchange);
  };
  const wire = wireTo(simulator, faults, observe, budget.limitOf(account.id));
  const { signal } = new AbortController();
  const connect = () => Promise.resolve({ account, client: wire.client, signal });
  wire.delay = latency
    ? () => new Promise<void>((resolve) => void clock.setTimeout(resolve, latency))
    : undefined;
  const store = new Store(connect);
  const accounts = { all: [account], connect };
  const polled = new PolledWorkspaces({
    accounts,
    store,
    memory,
    clock,
    skew,
    interval: () => interval,
    limit: () => limit,
  });
  const poller = new Poller({
    store,
    lists: () => [],
    accounts: { all: [account] },
    visible: () => true,
    interval: (id) => polled.intervalOf(id),
    afterCycle: () => {
      polled.settle();
      open.update();
    },
    source: polled,
    budget,
    clock,
  });
  const shown = new Map<string, number>();
  const refs = () =>
    polled.workspaces.map(({ workspaceSid }) => ({ accountId: account.id, openIn: workspaceSid }));
  const ours: Ours = Object.assign(wire, { store, poller, refs, shown, treeEvents: 0, idleEvents: 0 });
  store.onDidChange((change) => {
    for (const sid of refs().flatMap((ref) => store.open(ref)?.sids ?? [])) {
      if (!sid.startsWith('WR') || !change.hasRow(account.id, sid)) continue;
      const at = `${sid} ${String(store.row(account.id, sid)?.['reservation_status'])}`;
      if (!shown.has(at)) shown.set(at, clock.now());
    }
  });
  const open = new OpenReservations({
    ...{ store, clock, polled, skew },
    recent: new RecentActions(store, clock),
    sidScope: () => '',
    staleAfter: () => minute,
  });
  const drawn = () => new Map(open.all.map((one) => [one.id, JSON.stringify(one)]));
  let before = drawn();
  let order = '';
  // As the view: it draws everything where rows come, go or move, and else the rows that changed.
  open.onDidChange(({ listed, rows }) => {
    if (!listed && rows.size === 0) return;
    ours.treeEvents += listed ? 1 : rows.size;
    const after = drawn();
    const names = [...after.keys(), ...open.workspaces.map(({ name }) => name)].join();
    if (listed) ours.idleEvents += Number(names === order);
    else for (const id of rows) ours.idleEvents += Number(before.get(id) === after.get(id));
    before = after;
    order = names;
  });
  poller.catchUp();
  return ours;
}

/** What one writes first: every five seconds all open tasks, and then each one's reservations. */
function pollNaively(simulator: Simulator, clock: WindowClock, faults: number): Wire {
  const wire = wireTo(simulator, faults);
  const { client } = wire;
  const assignmentStatus = ['reserved', 'assigned', 'wrapping'];
  const workspaces = client.list(resources.workspaces, []);
  const poll = async () => {
    for (const { sid } of (await workspaces).rows) {
      const tasks = await client.list(resources.tasks, [sid], { assignmentStatus }, { pageSize: 1000 });
      for (const task of tasks.rows) await client.list(resources.taskReservations, [sid, task.sid]);
    }
  };
  const again = () => {
    clock.setTimeout(again, 5 * second);
    void poll().catch(() => undefined);
  };
  again();
  return wire;
}

async function pass(clock: WindowClock, milliseconds: number, wires: readonly Wire[]): Promise<void> {
  for (let left = milliseconds; left > 0; left -= second) {
    clock.advance(second);
    do await new Promise((resolve) => setImmediate(resolve));
    while (wires.some(({ underWay }) => underWay > 0));
    // What follows an answer begins the next request a few turns later.
    for (let turn = 0; turn < 2; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      while (wires.some(({ underWay }) => underWay > 0))
        await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** All events of reservations in the last `milliseconds`, oldest first. */
async function eventsOf(simulator: Simulator, clock: WindowClock, milliseconds: number): Promise<Row[]> {
  const { client } = wireTo(simulator, 0);
  const startDate = new Date(clock.now() - milliseconds);
  const found: Row[] = [];
  for (const { sid } of (await client.list(resources.workspaces, [])).rows) {
    let pageToken: string | undefined;
    do {
      const page = await client.list(
        resources.events,
        [sid],
        { startDate },
        { pageSize: 1000, ...(pageToken ? { pageToken } : {}) },
      );
      found.push(...page.rows);
      pageToken = page.nextPageToken;
    } while (pageToken);
  }
  return found.filter((row) => String(row['event_type']).startsWith('reservation.')).reverse();
}

const statusAfter: Readonly<Record<string, string>> = {
  'reservation.created': 'pending',
  'reservation.accepted': 'accepted',
  'reservation.wrapup': 'wrapping',
};

/** Milliseconds from each change to an open status until the store had it; those overtaken by the next are left out. */
function delays(events: readonly Row[], shown: ReadonlyMap<string, number>): number[] {
  return events.flatMap((event) => {
    const status = statusAfter[String(event['event_type'])];
    const at = status && shown.get(`${String(event['resource_sid'])} ${status}`);
    return at ? [at - Number(event['event_date_ms'])] : [];
  });
}

const tell = (text: string) => console.log(text);
const perMinute = (requests: number, milliseconds: number) => (requests * minute) / milliseconds;

function world(scenario: Scenario): { clock: WindowClock; simulator: Simulator } {
  const clock = windowClock();
  return { clock, simulator: createSimulator({ clock, scenario }) };
}

const quiet: Scenario = {
  name: 'quiet',
  workspaces: [{ ...lively.workspaces[0]!, life: undefined, tasks: [] }],
};

export async function live(): Promise<Figure[]> {
  const { random } = Math;
  // No virtual time passes between the tries of one read.
  Math.random = () => 0;
  const figures: Figure[] = [];
  try {
    tell('  a quiet workspace …');
    const still = world(quiet);
    const resting = watchOver(still.simulator, still.clock, 0);
    await pass(still.clock, hour, [resting]);
    figures.push({
      work: 'quiet workspace, requests a minute',
      ours: String(resting.requests),
      value: perMinute(resting.requests, hour),
      aim: 6,
    });
    figures.push({
      work: 'of them with a tree event although nothing changed',
      ours: `${resting.treeEvents} events`,
      value: resting.idleEvents,
      aim: 0,
    });

    tell('  the lively centre, beside a naive poller …');
    const busy = world(lively);
    const ours = watchOver(busy.simulator, busy.clock, 0);
    const naive = pollNaively(busy.simulator, busy.clock, 0);
    const beside = 2 * hour;
    await pass(busy.clock, beside, [ours, naive]);
    const late = delays(await eventsOf(busy.simulator, busy.clock, beside), ours.shown);
    figures.push({
      work: 'lively centre, requests a minute',
      ours: String(ours.requests),
      other: String(naive.requests),
      value: perMinute(ours.requests, beside),
      aim: 30,
    });
    figures.push({
      work: 'lively centre, requests ÷ naive poller',
      ours: String(ours.requests),
      other: String(naive.requests),
      value: ours.requests / naive.requests,
      aim: 0.1,
    });
    figures.push({
      work: 'from a change to the row, median of seconds',
      ours: `${late.length} changes`,
      value: median(late) / second,
      aim: interval / second + 1,
      note: `90 % within ${(late.sort((a, b) => a - b)[Math.floor(late.length * 0.9)]! / second).toFixed(1)} s`,
    });
    figures.push({
      work: 'lively centre, tree events without a change',
      ours: `${ours.treeEvents} events`,
      value: ours.idleEvents,
      aim: 0,
    });

    const long = Number(process.env['LIVE_HOURS'] ?? 24) * hour;
    tell(`  ${long / hour} virtual hours with 5 % faults …`);
    const faulty = world(lively);
    const staying = watchOver(faulty.simulator, faulty.clock, 0.05);
    await pass(faulty.clock, long, [staying]);
    const all = await eventsOf(faulty.simulator, faulty.clock, long);
    const born = new Set(
      all
        .filter((event) => event['event_type'] === 'reservation.created')
        // The last ones may not have been asked for yet.
        .filter((event) => Number(event['event_date_ms']) < faulty.clock.now() - minute)
        .map((event) => String(event['resource_sid'])),
    );
    const missed = [...born].filter((sid) => !staying.met.has(sid));
    figures.push({
      work: `${long / hour} h with 5 % faults: reservations missed`,
      ours: `${missed.length} of ${born.size}`,
      value: missed.length,
      aim: 0,
      note: `${perMinute(staying.requests, long).toFixed(1)} requests a minute`,
    });

    tell('  5,000 workers and 100,000 tasks …');
    const huge = world(large({ tasks: 100_000, workers: 5000, workspaces: 1 }));
    const wide = watchOver(huge.simulator, huge.clock, 0);
    const watched = 20 * minute;
    await pass(huge.clock, watched, [wide]);
    const [{ sid: workspaceSid }] = (await wide.client.list(resources.workspaces, [])).rows as [Row];
    const kept = wide.store.open({ accountId: 'bench', openIn: workspaceSid })!.sids;
    figures.push({
      work: '100,000 tasks, requests a minute',
      ours: String(wide.requests),
      value: perMinute(wide.requests, watched),
      aim: 60,
      note: `${kept.filter((sid) => sid.startsWith('WR')).length} open reservations shown`,
    });
    figures.push({
      work: '100,000 tasks, most rows in an answer',
      ours: String(wide.rows),
      value: wide.rows,
      aim: 1000,
    });

    tell('  451 open reservations …');
    figures.push(...(await loadingOf(451, 2120)), ...(await confirmingOf(451, 2120, 360)));
    figures.push(...(await confirmingOf(66, 400, 66)));

    const cost = countdownOf(500);
    figures.push({
      work: 'countdown of 500 rows, % of one core',
      ours: `${cost.toFixed(2)} ms a second`,
      value: cost / 10,
      aim: 2,
      note: 'our side of it, without VS Code’s drawing',
    });
  } finally {
    Math.random = random;
  }
  return figures;
}

/** Requests and seconds until so many open reservations in three workspaces are known, at 150 ms a request. */
async function loadingOf(open: number, tasks: number): Promise<Figure[]> {
  const { clock, simulator } = world(onCall(open, tasks));
  const started = clock.now();
  const ours = watchOver(simulator, clock, 0, 150);
  const known = () => ours.refs().flatMap((ref) => ours.store.open(ref)?.sids ?? []);
  const count = () => known().filter((sid) => sid.startsWith('WR')).length;
  let requests = 0;
  ours.store.onDidChange(() => {
    if (!requests && count() >= open) requests = ours.requests;
  });
  for (let turn = 0; turn < 400 && !requests; turn++) {
    clock.advance(50);
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  }
  const seconds = (clock.now() - started) / second;
  ours.poller.dispose();
  const note = `${count()} of ${open} known, ${tasks} open tasks, three workspaces`;
  return [
    {
      work: 'open reservations after a reload, requests',
      ours: String(requests),
      value: requests,
      aim: 12,
      note,
    },
    {
      work: 'the same, seconds at 150 ms a request',
      ours: `${seconds.toFixed(1)} s`,
      value: seconds,
      aim: 5,
    },
  ];
}

/** Requests and minutes until so many open reservations in three workspaces are confirmed; polls included. */
async function confirmingOf(open: number, tasks: number, aim: number): Promise<Figure[]> {
  const { clock, simulator } = world(onCall(open, tasks));
  const started = clock.now();
  const ours = watchOver(simulator, clock, 0);
  const states = () => ours.refs().flatMap((ref) => ours.store.open(ref) ?? []);
  const confirmed = () =>
    states()
      .flatMap(({ sids, fromEvents }) => sids.filter((sid) => !fromEvents.has(sid)))
      .filter((sid) => sid.startsWith('WR')).length;
  while (confirmed() < open && clock.now() - started < hour) await pass(clock, second, [ours]);
  ours.poller.dispose();
  const minutes = (clock.now() - started) / minute;
  return [
    {
      work: `requests for reservations until ${open} are confirmed`,
      ours: String(ours.reservationReads),
      value: ours.reservationReads,
      aim,
      note: `${minutes.toFixed(1)} minutes, ${ours.requests} requests in all`,
    },
  ];
}

/** What the countdown of so many rows asks of the extension host in a second, in milliseconds. */
function countdownOf(rows: number): number {
  const clock = windowClock();
  const store = new Store(() => Promise.reject(new Error('Nothing is read here.')));
  const accountId = 'bench';
  const name = (prefix: string, i: number) => prefix + i.toString(16).padStart(32, '0');
  const workspaceSid = name('WS', 1);
  const put = (row: Row) => store.put(store.begin(accountId), row);
  put({ sid: name('WW', 1), task_reservation_timeout: 600 });
  const sids: string[] = [name('WW', 1)];
  for (let i = 0; i < rows; i++) {
    const date = new Date(clock.now() - i * second).toISOString();
    put({ sid: name('WT', i), workflow_sid: name('WW', 1) });
    put({
      sid: name('WR', i),
      task_sid: name('WT', i),
      reservation_status: 'pending',
      date_created: date,
    });
    sids.push(name('WT', i), name('WR', i));
  }
  const open = new OpenReservations({
    store,
    recent: new RecentActions(store, clock),
    clock,
    polled: { workspaces: [{ accountId, workspaceSid }], listings: [], currentFor: () => Infinity },
    skew: { of: () => 0 },
    sidScope: () => '',
    staleAfter: () => hour,
  });
  store.putOpen(
    { accountId, openIn: workspaceSid },
    { sids, fromEvents: new Map(), loading: 0, nextUnread: Infinity, partialLists: 0, readAt: clock.now() },
  );
  const countdown = new CountdownBadges(open, clock);
  countdown.changed();
  const times: number[] = [];
  for (let i = 0; i < 60; i++) {
    clock.advance(second);
    const started = process.cpuUsage();
    // VS Code asks for each that has changed.
    for (const entry of countdown.changed().badges) countdown.badgeOf(entry.sids[2]);
    const { user, system } = process.cpuUsage(started);
    times.push((user + system) / 1000);
  }
  open.dispose();
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}

if (require.main === module) {
  live().then(
    (figures) => tell(table('Watching (virtual hours)', figures)),
    (error: unknown) => console.error(error),
  );
}
