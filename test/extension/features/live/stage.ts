import { simulatedAccount } from '../../../../src/extension/accounts/account';
import { RecentActions } from '../../../../src/extension/data/recentActions';
import { Store } from '../../../../src/extension/data/store';
import { RowTargets } from '../../../../src/extension/data/target';
import type { LiveViewOptions } from '../../../../src/extension/features/live/liveView';
import { LiveView } from '../../../../src/extension/features/live/liveView';
import type { OpenReservationsOptions } from '../../../../src/extension/features/live/openReservations';
import { OpenReservations } from '../../../../src/extension/features/live/openReservations';
import type { Row } from '../../../../src/taskrouter/resources';
import { windowClock } from '../../window';

type Polled = OpenReservationsOptions['polled'];

export const second = 1000;
export const sid = (prefix: string, digit: string) => prefix + digit.padStart(32, digit[0]).slice(-32);
export const workspaceSid = sid('WS', '1');
const workflowSid = sid('WW', '1');

/** A store with pending reservations whose deadlines are so many seconds ahead, one task and worker each. */
export function stage(...secondsLeft: number[]) {
  const clock = windowClock();
  const store = new Store(() => Promise.reject(new Error('Nothing is read here.')));
  const iso = (at: number) => new Date(at).toISOString();
  const put = (row: Row) => store.put(store.begin('a'), row);
  put({ sid: workspaceSid, friendly_name: 'Desk' });
  put({ sid: workflowSid, task_reservation_timeout: 120 });
  const state = {
    loading: 0,
    nextUnread: Infinity,
    partialLists: 0,
    error: undefined as unknown,
    readAt: clock.now() as number | undefined,
  };
  const rows = new Map<string, Row>();
  const fromEvents = new Map<string, Row>();
  const publish = () => {
    const { error, readAt, ...counts } = state;
    store.putOpen(
      { accountId: 'a', openIn: workspaceSid },
      {
        sids: [...rows.keys(), ...fromEvents.keys(), workflowSid],
        fromEvents: new Map(fromEvents),
        ...counts,
        ...(readAt === undefined ? {} : { readAt }),
        ...(error === undefined ? {} : { error }),
      },
    );
  };
  const add = (row: Row) => {
    rows.set(row.sid, row);
    put(row);
  };
  const taskOf = (digit: string) => ({
    sid: sid('WT', digit),
    attributes: `{"name":"Caller ${digit}"}`,
    workflow_sid: workflowSid,
    task_queue_sid: sid('WQ', '1'),
    task_queue_friendly_name: 'Billing',
    task_channel_unique_name: 'voice',
  });
  const reservationOf = (left: number, digit: string) => ({
    sid: sid('WR', digit),
    task_sid: sid('WT', digit),
    worker_sid: sid('WK', digit),
    worker_name: `Worker ${digit}`,
    reservation_status: 'pending',
    date_created: iso(clock.now() + (left - 120) * second),
  });
  const offer = (left: number, digit: string) => {
    add(taskOf(digit));
    add(reservationOf(left, digit));
    publish();
  };
  const polled: { -readonly [K in keyof Polled]: Polled[K] } = {
    workspaces: [{ accountId: 'a', workspaceSid }],
    listings: [{ accountId: 'a', state: 'complete' }],
    currentFor: () => shown.currentFor,
  };
  const recent = new RecentActions(store, clock);
  const shown = { isPolling: true, currentFor: Infinity };
  const open = new OpenReservations({
    store,
    recent,
    clock,
    polled,
    skew: { of: () => 0 },
    sidScope: () => '',
    staleAfter: () => 60 * second,
    isPolling: () => shown.isPolling,
  });
  secondsLeft.forEach((left, i) => offer(left, (i + 1).toString(16)));
  if (secondsLeft.length === 0) publish();
  return {
    clock,
    store,
    recent,
    open,
    polled,
    offer,
    /** Polling goes on, or stops. */
    poll(isPolling: boolean) {
      shown.isPolling = isPolling;
      open.update();
    },
    /** Each poll should come so many milliseconds after the one before. */
    expectEvery(milliseconds: number) {
      shown.currentFor = milliseconds;
    },
    /** Another account has a workspace without open reservations. */
    besides(accountId: string, { readAt, error }: { readAt?: number; error?: unknown }) {
      const besides = { accountId, openIn: sid('WS', '2') };
      polled.listings = [...polled.listings, { accountId, state: 'complete' }];
      polled.workspaces = [...polled.workspaces, { accountId, workspaceSid: besides.openIn }];
      store.putOpen(besides, {
        ...{ sids: [], fromEvents: new Map(), loading: 0, nextUnread: Infinity, partialLists: 0 },
        ...(readAt === undefined ? {} : { readAt }),
        ...(error === undefined ? {} : { error }),
      });
      open.update();
    },
    /** Only Events have told of it. */
    report(left: number, digit: string) {
      add(taskOf(digit));
      fromEvents.set(sid('WR', digit), reservationOf(left, digit));
      publish();
    },
    /** A read confirms it. */
    confirm(digit: string) {
      const row = fromEvents.get(sid('WR', digit))!;
      fromEvents.delete(row.sid);
      add(row);
      publish();
    },
    set: (digit: string, change: object) => add({ ...rows.get(sid('WR', digit))!, ...change }),
    end(digit: string) {
      rows.delete(sid('WR', digit));
      publish();
    },
    become(change: Partial<typeof state>) {
      Object.assign(state, change);
      publish();
    },
  };
}

export type LiveStage = ReturnType<typeof stage>;

export const viewOf = (on: Pick<LiveViewOptions, 'open' | 'clock'>, more: Partial<LiveViewOptions> = {}) =>
  new LiveView({
    open: on.open,
    clock: on.clock,
    targets: new RowTargets(),
    account: () => simulatedAccount,
    accountName: () => '',
    accountTag: () => '',
    placeOf: ({ accountId, workspace }) => workspace ?? accountId,
    ...more,
  });
