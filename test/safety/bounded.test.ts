import { strict as assert } from 'node:assert';
import { simulatedAccount } from '../../src/extension/accounts/account';
import { PlacedCalls } from '../../src/extension/actions/placedCalls';
import { SendJournal } from '../../src/extension/actions/sendJournal';
import { AccountCache } from '../../src/extension/data/accountCache';
import { ChangedLists } from '../../src/extension/data/changedLists';
import { FollowedReservations } from '../../src/extension/data/followedReservations';
import { RequestBudget } from '../../src/extension/data/requestBudget';
import { Store } from '../../src/extension/data/store';
import type { EventReads } from '../../src/extension/data/workspaceEvents';
import { WorkspaceEvents } from '../../src/extension/data/workspaceEvents';
import { Emitter } from '../../src/extension/emitter';
import type { OfferNotificationsOptions } from '../../src/extension/features/live/offerNotifications';
import { OfferNotifications } from '../../src/extension/features/live/offerNotifications';
import type { OpenChange, OpenReservations } from '../../src/extension/features/live/openReservations';
import type { Exchange } from '../../src/taskrouter/client';
import { machineClock } from '../../src/extension/data/clock';
import { Expansion } from '../../src/extension/features/explorer/expansion';
import { CallerIds } from '../../src/extension/features/reservation/callerIds';
import { Drafts } from '../../src/extension/features/reservation/drafts';
import { RequestLines } from '../../src/extension/features/task/requestLines';
import { RestoredTabs } from '../../src/extension/features/reservation/restoredTabs';
import type { PreparedUpdate } from '../../src/taskrouter/preparedUpdate';
import { tasks, workerReservations } from '../../src/taskrouter/resources';
import { FakeMemory, productionAccount } from '../extension/window';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sequences } from '../sequences';
import { bundleProgram } from './program/program';
import { Session } from './program/session';
import type { ActionName } from './program/user';
import { actions, cancelAll } from './program/user';

const hour = 3_600_000;
setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

type Collection = Map<unknown, unknown> | Set<unknown>;

/** What a user does all day: each time with other rows. */
const chores: readonly ActionName[] = [
  'expand all',
  'explain a task',
  'use the explanation',
  'open a form',
  'accept any row',
  'notify me',
  'open as JSON',
  'copy the SID',
];

/** Every Map and Set of the extension, whoever holds it, while TaskRouter has ever new rows and pages. */
/** After six hours everything that is bounded is full: nine are enough to see whether more is retained. */
const hours = sequences().numRuns > 300 ? 24 : 9;

describe(`a window that stays open for ${hours} hours`, () => {
  it('holds no more at its end than after six', async () => {
    const made: WeakRef<Collection>[] = [];
    const warnings: string[] = [];
    const onWarning = ({ message }: Error) => warnings.push(message);
    process.on('warning', onWarning);
    const session = new Session({
      start: await bundleProgram(),
      plan: 'two accounts',
      faults: [
        { kind: 'endless new pages', on: 'lists', delay: 0, pick: 0 },
        { kind: 'none', on: 'everything', delay: 0, pick: 0 },
        { kind: '500', on: 'rows', delay: 0, pick: 0 },
      ],
      settings: { 'taskrouter.refreshInterval': 600 },
      onCollection: (one) => made.push(new WeakRef(one)),
    });
    const entries = () => {
      collectGarbage();
      const living = made.flatMap((one) => one.deref() ?? []);
      made.splice(0, made.length, ...living.map((one) => new WeakRef(one)));
      return living.reduce((sum, { size }) => sum + size, 0);
    };
    const sizes: number[] = [];
    for (let passed = 0; passed < hours; passed++) {
      actions.refresh(session);
      for (let pick = 0; pick < 2; pick++)
        for (const name of chores) {
          await actions[name](session, 2 * passed + pick);
          await session.pass(100);
          cancelAll(session);
        }
      await session.pass(hour);
      sizes.push(entries());
    }
    process.off('warning', onWarning);
    // Such as too many listeners.
    assert.deepEqual(warnings, []);
    // Bounded caches, such as rows that no list holds, take some hours to fill.
    const early = Math.max(...sizes.slice(0, 6));
    assert.ok(early > 100 && Math.max(...sizes) <= 1.2 * early, `entries after each hour: ${sizes.join()}`);
  }).timeout(600_000);
});

/** What lives as long as the window, or longer. */
interface Retained {
  readonly add: (i: number) => unknown;
  readonly size: () => number;
}
const stored: Readonly<Record<string, (memory: FakeMemory) => Retained['add']>> = {
  'what is expanded': (memory: FakeMemory) => {
    const expansion = new Expansion(memory);
    return (i: number) => expansion.expand(`row ${i}`);
  },
  'updates without an outcome': (memory: FakeMemory) => {
    const journal = new SendJournal(memory, machineClock);
    const update = { title: 'Accept', about: '', risk: 'routine' };
    return (i: number) =>
      journal.begin(productionAccount, {
        ...update,
        subject: { sids: [`WR${i}`] },
      } as unknown as PreparedUpdate);
  },
  'calls that may be in progress': (memory: FakeMemory) => {
    const calls = new PlacedCalls(memory, machineClock);
    return (i: number) => calls.add('a', `us1/WR${i}`, 'pending');
  },
  'titles of tabs': (memory: FakeMemory) => {
    const tabs = new RestoredTabs(memory, machineClock, 'form');
    return (i: number) => tabs.setTitle(`form ${i}`, 'title');
  },
  'caller IDs': (memory: FakeMemory) => {
    const callerIds = new CallerIds(memory);
    return (i: number) => callerIds.add('a', [`+1555010${i}`]);
  },
  'input of forms': (memory: FakeMemory) => {
    const drafts = new Drafts(memory);
    return (i: number) => drafts.save(`form ${i}`, { reject: { activitySid: 'WA1' } });
  },
};

const second = 1000;

function sizeOf(owner: object, name: string): number {
  const value = (owner as Record<string, unknown>)[name] as unknown[] | Collection;
  return 'size' in value ? value.size : value.length;
}

async function* pagesOf(rows: readonly object[]) {
  yield await Promise.resolve({ rows, unreadable: 0 });
}

/** Each addition is another offer to a worker whose offers the user is notified about. */
function notified(show: OfferNotificationsOptions['show']) {
  const memory = new FakeMemory();
  const changed = new Emitter<OpenChange>();
  const all = new Map<string, object>();
  const open = {
    onDidChange: changed.event,
    get: (id: string) => all.get(id),
    get pending() {
      return [...all.values()];
    },
  };
  const notifications = new OfferNotifications({
    open: open as unknown as OpenReservations,
    clock: machineClock,
    memory,
    show,
    onAction: () => undefined,
  });
  const subscribed = notifications.subscribe({ accountId: 'a', noun: 'worker', sid: 'WK1', name: 'Ada' });
  const add = async (i: number) => {
    await subscribed;
    const id = `WR${i}`;
    const texts = { status: 'pending', worker: 'Ada', about: 'Rosa', queue: '' };
    all.clear();
    all.set(id, {
      id,
      accountId: 'a',
      sids: ['WS1', 'WT1', id],
      workerSid: 'WK1',
      isConfirmed: true,
      ...texts,
    });
    changed.fire({ listed: true, rows: new Set() });
  };
  return { add, memory, notifications };
}

const retained: Readonly<Record<string, () => Retained>> = {
  'calls of the simulated account': () => {
    const calls = new PlacedCalls(new FakeMemory(), machineClock);
    return {
      add: (i) => calls.add(simulatedAccount.id, `us1/WR${i}`, 'pending'),
      size: () => sizeOf(calls, 'simulated'),
    };
  },
  'requests of a page': () => {
    const lines = new RequestLines();
    return {
      add: (i) =>
        lines.noteList({
          accountId: 'a',
          collection: workerReservations,
          parents: [`WS${'0'.repeat(32)}`, `WK${String(i).padStart(32, '0')}`],
        }),
      size: () => lines.all.length,
    };
  },
  'rows that no list holds': () => {
    const cache = new AccountCache();
    return {
      add: (i) => cache.put({ row: { sid: `WK${i}` }, sequence: i }),
      size: () => cache.size.rows,
    };
  },
  'lists and their rows': () => {
    const cache = new AccountCache();
    return {
      add(sequence) {
        const sid = `WT${sequence}`;
        cache.put({ row: { sid }, sequence });
        cache.putList(
          { accountId: 'a', collection: tasks, parents: [`WS${sequence}`] },
          { sids: [sid] },
          sequence,
        );
      },
      size: () => Object.values(cache.size).reduce((sum, one) => sum + one, 0),
    };
  },
  'offers that were notified about': () => {
    const { add, memory } = notified(() => Promise.resolve(undefined));
    return { add, size: () => memory.dump().length };
  },
  'offers that wait for a notification to be dismissed': () => {
    const { add, notifications } = notified(() => new Promise(() => undefined));
    return { add, size: () => sizeOf(notifications, 'queue') };
  },
  'Events that were returned': () => {
    const events = new WorkspaceEvents('WS1');
    events.begin(0);
    const event = (i: number) => ({ sid: `EV${i}`, event_type: 'task.created', event_date_ms: i * second });
    const reads = (i: number) => ({ pages: () => pagesOf([event(i)]) }) as unknown as EventReads;
    const { signal } = new AbortController();
    return {
      add: (i) => events.next(reads(i), signal, i * second),
      size: () => sizeOf(events, 'returned'),
    };
  },
  'lists that Events mention': () => {
    let elapsed = 0;
    const lists = new ChangedLists({ elapsed: () => elapsed });
    return {
      add(i) {
        elapsed = i * second;
        const of = { taskSid: `WT${i}`, workerSid: `WK${i}` };
        lists.note({ at: elapsed, type: 'reservation.created', about: 'reservation', sid: `WR${i}`, ...of });
      },
      size: () => sizeOf(lists, 'changedAt'),
    };
  },
  'reservations that are followed': () => {
    let elapsed = 0;
    const store = new Store(() => Promise.reject(new Error('Nothing is read here.')));
    const followed = new FollowedReservations(store, { ...machineClock, elapsed: () => elapsed });
    return {
      add(i) {
        elapsed = i * second;
        followed.add('a', ['WS1', 'WT1', `WR${i}`]);
        followed.settle();
      },
      size: () => sizeOf(followed, 'followed'),
    };
  },
  'pauses and requests': () => {
    let elapsed = 0;
    const budget = new RequestBudget({
      clock: { ...machineClock, elapsed: () => elapsed },
      limit: () => 600,
    });
    return {
      add(i) {
        elapsed = i * second;
        const purpose = 'page';
        budget.limitOf('a').tryAdmit({ purpose })?.leave();
        budget.observe(`a${i}`, { status: 429, retryAfter: 5 } as Exchange);
      },
      size: () => sizeOf(budget, 'pauses') + sizeOf(budget, 'times') + sizeOf(budget, 'pageTimes'),
    };
  },
  ...Object.fromEntries(
    Object.entries(stored).map(([what, create]) => [
      what,
      () => {
        const memory = new FakeMemory();
        return { add: create(memory), size: () => memory.dump().length };
      },
    ]),
  ),
};

describe('a window retains no more', () => {
  for (const [what, create] of Object.entries(retained))
    it(`${what} after 4,000 additions than after 2,000`, async () => {
      const { add, size } = create();
      const sizes: number[] = [];
      for (const upTo of [2000, 4000]) {
        for (let i = upTo - 2000; i < upTo; i++) await add(1000 + i);
        sizes.push(size());
      }
      assert.ok(sizes[0]! > 0);
      assert.equal(sizes[1], sizes[0]);
    });
});
