import { RecentActions } from '../../../src/extension/data/recentActions';
import { ClockSkew } from '../../../src/extension/data/clockSkew';
import { PolledWorkspaces } from '../../../src/extension/data/polledWorkspaces';
import { Poller } from '../../../src/extension/data/poller';
import { OpenReservations } from '../../../src/extension/features/live/openReservations';
import * as resources from '../../../src/taskrouter/resources';
import { isOpen } from '../../../src/taskrouter/reservation';
import type { TestWindow } from '../window';
import { clientOf, FakeMemory, openWindow, settle } from '../window';
import { onCall } from '../onCall';

export const second = 1000;
export const minute = 60 * second;

/** Every open reservation, read task by task past the window. */
export async function truth({ simulator }: TestWindow): Promise<string[]> {
  const client = clientOf(simulator);
  const found: string[] = [];
  for (const { sid: workspaceSid } of (await client.list(resources.workspaces, [])).rows)
    for await (const page of client.pages(resources.tasks, [workspaceSid]))
      for (const { sid } of page.rows) {
        const { rows } = await client.list(resources.taskReservations, [workspaceSid, sid]);
        found.push(...rows.filter(isOpen).map((row) => `${row.sid} ${String(row['reservation_status'])}`));
      }
  return found.sort();
}

/** The Live view's data over a simulator, in virtual time. */
export async function stage(open = 120, tasks = 400, scenario = onCall(open, tasks)) {
  let perMinute = 60;
  const shown = { isVisible: true };
  const limit = () => perMinute;
  const window = openWindow({ scenario, limit });
  const account = await window.signIn();
  window.sent.length = 0;
  const { clock, store, accounts, budget } = window;
  const skew = new ClockSkew(clock);
  const memory = new FakeMemory();
  const interval = () => 10 * second;
  const polled = new PolledWorkspaces({ accounts, store, memory, clock, skew, interval, limit });
  const reservations = new OpenReservations({
    store,
    recent: new RecentActions(store, clock),
    clock,
    polled,
    skew,
    sidScope: () => '',
    staleAfter: () => Math.max(minute, 3 * polled.pollInterval),
  });
  const poller = new Poller({
    ...{ store, accounts, budget, clock, source: polled },
    lists: () => [],
    visible: () => shown.isVisible,
    interval: (id) => polled.intervalOf(id),
    afterCycle: () => {
      polled.settle();
      reservations.update();
    },
  });
  const dispose = () => {
    poller.dispose();
    polled.dispose();
    reservations.dispose();
    budget.dispose();
  };
  disposables.push(dispose);
  const pass = async (milliseconds: number) => {
    for (let left = milliseconds; left > 0; left -= second) {
      clock.advance(second);
      await settle();
    }
  };
  const setLimit = (requests: number) => void (perMinute = requests);
  const show = (isVisible: boolean) => {
    shown.isVisible = isVisible;
    poller.catchUp();
  };
  return Object.assign(window, { account, polled, open: reservations, poller, pass, setLimit, show });
}

const disposables: (() => void)[] = [];
afterEach(() => disposables.splice(0).forEach((dispose) => dispose()));
