import { strict as assert } from 'node:assert';
import type { Simulator } from '../../src/simulator/simulator';
import { isOpen, statusOf } from '../../src/taskrouter/reservation';
import type { Row } from '../../src/taskrouter/resources';
import * as resources from '../../src/taskrouter/resources';
import { clientOf } from '../extension/window';
import { sequences } from '../sequences';
import { FourAccounts } from './program/fourAccounts';
import type { Outside, Program } from './program/program';
import { bundleProgram } from './program/program';

const second = 1000;
const minute = 60 * second;
/** Rows that were read longer ago are marked as out of date, after the next poll at the latest. */
const maxLag = 60 * second;
const every = 2 * minute;

/** A reservation that is open according to TaskRouter. */
interface Actual {
  readonly status: string | undefined;
  readonly worker: unknown;
  /** Milliseconds since 1970. */
  readonly updated: number;
  readonly deadline: number;
}

interface Place {
  readonly simulator: Simulator;
  readonly workspaceSid: string;
  readonly taskSid: string;
}

/** What TaskRouter has, and what was deleted from it and when. */
class Truth {
  readonly open = new Map<string, Actual>();
  readonly deleted: Map<string, number>;
  readonly places: Map<string, Place>;

  constructor(before?: Truth) {
    this.deleted = before?.deleted ?? new Map<string, number>();
    this.places = before?.places ?? new Map<string, Place>();
  }

  /** Of all tasks, or of those that can have an open reservation. */
  async read(simulator: Simulator, all = false): Promise<void> {
    const client = clientOf(simulator);
    for (const { sid: workspaceSid } of (await client.list(resources.workspaces, [])).rows) {
      const workflows = await client.list(resources.workflows, [workspaceSid]);
      const timeouts = new Map(
        workflows.rows.map((row) => [row.sid, Number(row['task_reservation_timeout']) * second]),
      );
      const filters = all ? {} : { assignmentStatus: ['reserved', 'assigned', 'wrapping'] };
      for await (const page of client.pages(resources.tasks, [workspaceSid], filters))
        for (const task of page.rows) {
          const { rows } = await client.list(resources.taskReservations, [workspaceSid, task.sid]);
          for (const row of rows) {
            this.places.set(row.sid, { simulator, workspaceSid, taskSid: task.sid });
            if (isOpen(row)) this.open.set(row.sid, actual(row, timeouts.get(String(task['workflow_sid']))!));
          }
        }
    }
  }

  /** When it was last changed: also if it is not open any more. */
  async changedAt(sid: string): Promise<number> {
    const place = this.places.get(sid);
    if (!place) return -Infinity;
    const { simulator, workspaceSid, taskSid } = place;
    try {
      const { row } = await clientOf(simulator).fetch(resources.taskReservations, [
        workspaceSid,
        taskSid,
        sid,
      ]);
      return actual(row, 0).updated;
    } catch {
      return this.deleted.get(taskSid) ?? -Infinity;
    }
  }
}

const actual = (row: Row, timeout: number): Actual => {
  const { date_created, date_updated } = resources.taskReservations.read(row);
  return {
    status: statusOf(row),
    worker: row['worker_name'],
    updated: date_updated!.getTime(),
    deadline: date_created!.getTime() + timeout,
  };
};

interface Shown {
  readonly sid: string;
  readonly status: string;
  readonly isCertain: boolean;
}

/** What the Live view, its badge and the status bar show. */
function seen({ live, window }: FourAccounts) {
  const words = (contextValue = '') => contextValue.split(' ');
  const rows = live.rows.filter(({ item }) => words(item.contextValue).includes('reservation'));
  const statuses = ['pending', 'accepted', 'wrapping'];
  const shown = rows.map(({ item }): Shown => {
    const icon = (item.iconPath as { id?: string } | undefined)?.id ?? '';
    const status = statuses.find((one) => words(item.contextValue).includes(one)) ?? 'none';
    return { sid: item.id!, status, isCertain: icon !== 'history' };
  });
  const { message = '', badge } = live;
  const { statusItem } = window;
  const text = statusItem?.visibleText;
  const doubts = /Loading|Events of|pause|could not be read|may be missing|Paused/;
  const isComplete =
    rows.length === live.rows.length &&
    shown.every(({ isCertain }) => isCertain) &&
    !doubts.test(message) &&
    !doubts.test(badge?.tooltip ?? '');
  const next = text === undefined ? undefined : statusItem?.command?.arguments?.[0]?.id;
  const isNextKnown = !/sync~spin|warning|history/.test(text ?? '');
  return { shown, message, badge, text, next, isComplete, isNextKnown };
}

/** How what is shown differs from what TaskRouter had within the last minute. */
async function differences(on: FourAccounts, truth: Truth): Promise<string[]> {
  const now = on.clock.now();
  const { shown, badge, text, next, message, isNextKnown } = seen(on);
  const found: string[] = [];
  const status = new Map(shown.map((one) => [one.sid, one.status]));
  const settled = [...truth.open].filter(([, { updated }]) => updated <= now - maxLag);
  for (const [sid, one] of settled)
    if (status.get(sid) !== one.status)
      found.push(`${sid} is ${one.status} for ${(now - one.updated) / second} s, shown ${status.get(sid)}`);
  for (const one of shown) {
    const is = truth.open.get(one.sid)?.status;
    if (is === one.status) continue;
    // It began and ended since the last check.
    if (!truth.places.has(one.sid)) for (const each of on.simulators) await truth.read(each, true);
    if ((await truth.changedAt(one.sid)) <= now - maxLag)
      found.push(`${one.sid} is shown as ${one.status} and is ${is}`);
  }
  const deadlineOf = (sid: string) => truth.open.get(sid)?.deadline ?? Infinity;
  const pending = shown.filter((one) => one.status === 'pending');
  const known = pending.filter(({ sid }) => truth.open.has(sid));
  const least = known.filter(({ sid }) => deadlineOf(sid) > now + second).length;
  const most = least + known.filter(({ sid }) => Math.abs(deadlineOf(sid) - now) <= second).length;
  const value = badge?.value ?? 0;
  if (value < least || value > most + pending.length - known.length)
    found.push(`the badge is ${value}, and ${least} to ${most} rows are pending`);
  const counted = Number(/(\d+) pending/.exec(message)?.[1] ?? 0);
  if (counted !== value) found.push(`the badge is ${value}, the message says ${counted}`);
  const inProgress = Number(/(\d+) in progress/.exec(message)?.[1] ?? 0);
  if (inProgress !== shown.length - pending.length)
    found.push(`${shown.length - pending.length} rows are in progress, the message says ${inProgress}`);
  const left = /(?:(\d+):)?(\d+):(\d\d)/.exec(text?.replace(/as of .*?: /, '') ?? '')?.slice(1) ?? [];
  const seconds = left.reduce((sum, part) => 60 * sum + Number(part ?? 0), 0);
  // One that has just ended may be shown for a while: then its time is the text's.
  const isOpen = next !== undefined && truth.open.has(next);
  const nextAt = isOpen || text === undefined ? deadlineOf(next ?? '') : now + seconds * second;
  const earlier = settled.filter(
    ([, one]) => one.status === 'pending' && one.deadline > now && one.deadline < nextAt - second,
  );
  if (isOpen && text !== undefined && Math.abs(nextAt - now - seconds * second) > 2 * second)
    found.push(`the status bar says ${text}, and ${(nextAt - now) / second} s are left`);
  if (!isNextKnown) return found;
  if (text === undefined ? earlier.length : earlier.some(([sid]) => sid !== next))
    found.push(`the status bar says ${text}, and ${earlier[0]![0]} times out earlier`);
  return found;
}

/** Somebody else deletes or cancels a task, or sends a worker to another activity. */
async function disturb(on: FourAccounts, truth: Truth): Promise<void> {
  const pick = <T>(of: readonly T[]) => of[Math.floor(on.random() * of.length)];
  const place = truth.places.get(pick([...truth.open.keys()]) ?? '');
  if (!place) return;
  const { simulator, workspaceSid, taskSid } = place;
  const { accountSid, authToken } = simulator;
  const send = (method: 'POST' | 'DELETE', path: string, body = '') =>
    simulator.fetch(`https://taskrouter.twilio.com/v1/Workspaces/${workspaceSid}/${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body,
      redirect: 'manual',
    });
  const kind = on.random();
  if (kind < 0.4) {
    await send('DELETE', `Tasks/${taskSid}`);
    truth.deleted.set(taskSid, on.clock.now());
  } else if (kind < 0.7) await send('POST', `Tasks/${taskSid}`, 'AssignmentStatus=canceled&Reason=test');
  else {
    const client = clientOf(simulator);
    const worker = pick((await client.list(resources.workers, [workspaceSid])).rows)!.sid;
    const activity = pick((await client.list(resources.activities, [workspaceSid])).rows)!.sid;
    await send('POST', `Workers/${worker}`, `ActivitySid=${activity}&RejectPendingReservations=true`);
  }
}

describe('a window with four accounts', () => {
  const { numRuns, seed } = sequences();
  const hours = Math.min(24, Math.ceil(numRuns / 300));
  let start: (outside: Outside) => Program;
  before(async () => {
    start = await bundleProgram();
  });

  it(`shows what TaskRouter has, whenever it says that it is complete, for ${hours} hours`, async () => {
    const on = new FourAccounts(start, seed);
    const from = on.clock.now();
    let truth = new Truth();
    let checks = 0;
    let complete = 0;
    let nextKnown = 0;
    const problems: string[] = [];
    const kinds = new Set<string>();
    while (on.clock.now() < from + hours * 60 * minute) {
      await on.pass(every);
      truth = new Truth(truth);
      for (const simulator of on.simulators) await truth.read(simulator);
      checks++;
      for (const { status } of seen(on).shown) kinds.add(status);
      if (seen(on).isComplete) {
        complete++;
        nextKnown += Number(seen(on).isNextKnown);
        for (const one of await differences(on, truth))
          problems.push(`after ${(on.clock.now() - from) / second} s: ${one}`);
      }
      if (checks % 3 === 0) await disturb(on, truth);
      if (checks % 7 === 0) on.fail();
      if (checks % 10 === 0) {
        on.window.focus(false);
        await on.pass(20 * minute * on.random());
        on.window.focus(true);
      }
    }
    on.end();
    const text = `of ${checks} checks ${complete} complete, ${nextKnown} with the next one; ${[...kinds].join()}`;
    if (process.env.FUZZ) console.log(`      ${text}`);
    assert.deepEqual([...on.violations, ...problems], [], text);
    assert.ok(complete >= 0.6 * checks && nextKnown >= 0.3 * checks && kinds.size >= 2, text);
  }).timeout(30 * minute);
});
