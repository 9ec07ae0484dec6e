import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { BulkAction } from '../../src/bulk/action';
import type { RunRecord } from '../../src/bulk/journal';
import { countRows, notDoneRows, reportCsv } from '../../src/bulk/report';
import type { FaultPlan, ManualClock } from '../../src/simulator/simulator';
import { createSimulator, manualClock } from '../../src/simulator/simulator';
import type { TaskPlan } from '../../src/simulator/scenarios/scenario';
import { quiet, waiting, driverOf } from '../simulator/driver';
import { faults } from '../safety/faults';
import { sequences } from '../sequences';
import { JournalDisk } from './journalDisk';
import { Session } from './stage';
import { inVirtualTime } from './virtualTime';

const statuses = ['pending', 'pending', 'pending', 'pending', 'completed', 'canceled'] as const;

/** All that the simulator can do wrong with a response. */
const plans = faults.flatMap(({ plan }) =>
  plan ? [plan.do === 'bomb' ? { ...plan, megabytes: 9 } : plan] : [],
);

const fault = fc
  .record({
    plan: fc.constantFrom(...plans),
    on: fc.constantFrom('POST', 'POST', 'GET', 'GET|POST'),
    skip: fc.nat(12),
    times: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ plan, on, skip, times }): FaultPlan => ({ ...plan, on, times, ...(skip ? { skip } : {}) }));

const event = fc.record({
  /** How many writes, flushes and requests begin or end before it. */
  step: fc.nat(120),
  what: fc.constantFrom('kill', 'kill', 'kill', 'reload', 'cancel', 'sign out', 'disk full', 'somebody else'),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  row: fc.nat(23),
} as const);

const schedule = fc.record({
  tasks: fc.array(fc.constantFrom(...statuses), { minLength: 4, maxLength: 24 }),
  action: fc.constantFrom<BulkAction>(
    { kind: 'cancel', reason: 'Bulk' },
    { kind: 'cancel', reason: 'Bulk' },
    { kind: 'complete', reason: 'Bulk' },
    { kind: 'priority', priority: 7 },
    { kind: 'priority', priority: 7 },
  ),
  faults: fc.array(fault, { maxLength: 3 }),
  events: fc.array(event, { minLength: 1, maxLength: 5 }),
  concurrency: fc.constantFrom(3, 8, 100),
  latency: fc.constantFrom(0, 80),
});

/** Of runs that were started: what the schedules lead to. */
const seen = { kills: 0, done: 0, 'not done': 0, unknown: 0 };
/** Of unknown rows: what they were found to be. */
const lookedUp = { done: 0, changed: 0, 'not done': 0 };

type Schedule = typeof schedule extends fc.Arbitrary<infer Value> ? Value : never;

/** Runs a schedule to its end, over kills and reloads, and checks all that must hold. */
function check(one: Schedule): Promise<void> {
  const clock = manualClock();
  return inVirtualTime(clock, () => runSchedule(clock, one));
}

async function runSchedule(
  clock: ManualClock,
  { tasks, action, faults, events, concurrency, latency }: Schedule,
): Promise<void> {
  const simulator = createSimulator({
    ...{ clock, concurrency, latency },
    // Statuses that pending tasks cannot have are those that the action does not fit.
    scenario: quiet({ workers: [], tasks: tasks.map((status): TaskPlan => waiting({ status })) }),
  });
  const driver = driverOf(simulator);
  const [workspace] = await driver.list('/v1/Workspaces', 'workspaces');
  const root = `/v1/Workspaces/${workspace!.sid}`;
  const listed = await driver.list(`${root}/Tasks`, 'tasks');
  const subjects = listed.map(({ sid }) => [workspace!.sid, sid]);
  const before = simulator.requests.length;
  simulator.faults.add(...faults);

  let steps = 0;
  let isRunning = false;
  let isOver = false;
  let session: Session;
  let over: () => void = () => undefined;
  const onStep = () => {
    steps++;
    for (const one of isOver ? [] : events) if (one.step === steps) happen(one);
  };
  const happen = ({ what, share, row }: Schedule['events'][number]) => {
    if (what === 'cancel') session.run?.cancel();
    if (what === 'sign out') session.signOut();
    if (what === 'disk full') disk.isFull = true;
    if (what === 'somebody else') {
      const sid = listed[row % listed.length]!.sid;
      void driver
        .post(`${root}/Tasks/${sid}`, { AssignmentStatus: 'canceled', Reason: 'Other' })
        .catch(() => undefined);
    }
    if (what === 'kill' || what === 'reload') {
      if (what === 'kill') session.kill();
      else session.reload();
      disk.kill(share);
      over();
    }
  };
  const disk = new JournalDisk(onStep);
  const open = () => {
    session = new Session({ clock, simulator, disk, onStep });
    disk.isFull = false;
    return new Promise<'killed'>((resolve) => (over = () => resolve('killed')));
  };

  let killed = open();
  const begin = async (first: Session) => {
    const planned = await first.plan(action, subjects);
    // A plan that is not whole cannot be confirmed.
    if (planned.filter(Boolean).length < subjects.length) return;
    isRunning = true;
    await first.start(action, planned).catch(() => undefined);
  };
  let ended = await Promise.race([killed, begin(session!)]);
  let kills = 0;
  while (ended === 'killed') {
    kills++;
    killed = open();
    ended = await Promise.race([killed, session!.recover()]);
  }

  const posts = simulator.requests
    .slice(before)
    .filter(({ method, body }) => method === 'POST' && !body.some(([, value]) => value === 'Other'));
  const ofRow = (sid: string) => posts.filter(({ path }) => path.endsWith(sid));
  for (const { sid } of listed) assert.ok(ofRow(sid).length <= 1, 'a row was sent twice');

  const { record } = session!;
  // Killed before the journal had its first line, or the disk was full then.
  if (!record) return assert.equal(posts.length, 0, `sent without a journal (${isRunning})`);
  assert.equal(record.rows.length, subjects.length, 'a row is lost');
  simulator.faults.clear();
  const after = new Map((await driver.list(`${root}/Tasks`, 'tasks')).map((task) => [task.sid, task]));
  for (const [i, state] of record.rows.entries()) {
    const { sid } = listed[i]!;
    assert.equal(state.phase, 'ended');
    const { kind, text } = state.phase === 'ended' ? state.ending : assert.fail();
    const now = after.get(sid);
    // TaskRouter removes finished tasks after some minutes.
    if (!now) continue;
    const effect = now['priority'] === 7 || now['reason'] === 'Bulk';
    assert.match(text, /^[A-Z“].*[.”]$/su);
    if (kind === 'done') assert.ok(effect, 'done, and it was not carried out');
    if (kind === 'not done') assert.ok(!effect, `not done, and it was carried out: ${text}`);
  }
  const counts = countRows(record.rows);
  seen.kills += kills;
  for (const kind of ['done', 'not done', 'unknown'] as const) seen[kind] += counts[kind];
  const { done, unknown, stopped, 'not done': notDone } = counts;
  const leftOut = counts.unchanged + counts['no longer fits'];
  assert.equal(done + unknown + stopped + notDone + leftOut, subjects.length);
  assert.equal(notDoneRows(record).length, notDone + stopped);
  assert.equal(reportCsv(record, new Map()).split('\r\n').length, subjects.length + 2);
  isOver = true;
  const sent = simulator.requests.length;
  void open();
  await checkLookUp(session!, record, after, action);
  const reads = simulator.requests.slice(sent);
  assert.ok(
    reads.every(({ method }) => method === 'GET'),
    'a look-up sent something',
  );
}

/** Looks up again what is unknown: what it then says is so. */
async function checkLookUp(
  session: Session,
  record: RunRecord,
  tasks: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  action: BulkAction,
): Promise<void> {
  await session.lookUpAgain(record);
  for (const [i, before] of record.rows.entries()) {
    const { sids, shown } = record.run.rows[i]!;
    const now = tasks.get(sids.at(-1)!);
    const state = session.record!.rows[i];
    if (before.phase !== 'ended' || state?.phase !== 'ended' || !now) continue;
    const { kind } = state.ending;
    if (before.ending.kind !== 'unknown') {
      assert.deepEqual(state, before);
      continue;
    }
    const effect = now['priority'] === 7 || now['reason'] === 'Bulk';
    assert.equal(kind === 'done', effect, `${kind} after a look-up`);
    // A fault can have garbled the value that the row was planned with.
    const isKnown = action.kind !== 'priority' || typeof shown['priority'] === 'number';
    if (kind === 'changed' && isKnown)
      assert.ok('reason' in action && now['reason'] === 'Other', 'nobody else changed it');
    lookedUp[effect ? 'done' : kind === 'changed' ? 'changed' : 'not done']++;
  }
}

describe('bulk runs under random schedules of faults, kills and reloads', function () {
  this.timeout(60_000);

  it('send no row twice, lose none, and claim nothing that is not so', () =>
    fc.assert(fc.asyncProperty(schedule, check), { ...sequences() }));

  it('lead to every outcome, and end many runs early', () => {
    for (const [what, count] of Object.entries(seen)) assert.ok(count > 20, `${what}: ${count}`);
    assert.ok(lookedUp.done > 20 && lookedUp['not done'] > 20, JSON.stringify(lookedUp));
  });
});
