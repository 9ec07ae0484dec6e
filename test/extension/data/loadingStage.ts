import { RecentActions } from '../../../src/extension/data/recentActions';
import { ClockSkew } from '../../../src/extension/data/clockSkew';
import { PolledWorkspaces } from '../../../src/extension/data/polledWorkspaces';
import { Poller } from '../../../src/extension/data/poller';
import { OpenReservations } from '../../../src/extension/features/live/openReservations';
import { FakeMemory, openWindow, settle } from '../window';
import { onCall } from '../onCall';

export const second = 1000;
export const minute = 60 * second;

/** The Live view's data over a simulator, in virtual time. */
export async function stage(open = 120, tasks = 400, scenario = onCall(open, tasks)) {
  let perMinute = 60;
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
    staleAfter: () => minute,
  });
  const poller = new Poller({
    ...{ store, accounts, budget, clock, source: polled },
    lists: () => [],
    visible: () => true,
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
  return Object.assign(window, { account, polled, open: reservations, poller, pass, setLimit });
}

const disposables: (() => void)[] = [];
afterEach(() => disposables.splice(0).forEach((dispose) => dispose()));
