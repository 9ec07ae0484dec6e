import { strict as assert } from 'node:assert';
import { sidScope } from '../../../../src/extension/accounts/account';
import { RecentActions } from '../../../../src/extension/data/recentActions';
import { Store } from '../../../../src/extension/data/store';
import { OpenReservations } from '../../../../src/extension/features/live/openReservations';
import { windowClock } from '../../window';

const hex = '0'.repeat(31);
const [workspaceSid, taskSid, sid] = [`WS${hex}1`, `WT${hex}2`, `WR${hex}3`];
const origin = 'http://127.0.0.1:4010';

const accounts = {
  one: { id: 'one', kind: 'twilio', origin: 'https://taskrouter.twilio.com' },
  'one too': { id: 'one too', kind: 'twilio', origin: 'https://taskrouter.ashburn.us1.twilio.com' },
  simulator: { id: 'simulator', kind: 'local', origin },
  'simulator too': { id: 'simulator too', kind: 'local', origin },
  other: { id: 'other', kind: 'local', origin: 'http://127.0.0.1:4011' },
  simulated: { id: 'simulated', kind: 'simulated', origin: 'https://taskrouter.twilio.com' },
} as const;

describe('reservations with the same SID', () => {
  const seen = (...ids: (keyof typeof accounts)[]) => {
    const store = new Store(() => Promise.reject(new Error('Nothing is read here.')));
    for (const accountId of ids) {
      store.put(store.begin(accountId), { sid, task_sid: taskSid, reservation_status: 'pending' });
      store.putOpen(
        { accountId, openIn: workspaceSid },
        { sids: [sid], loading: 0, nextUnread: Infinity, partialLists: 0, fromEvents: new Map(), readAt: 1 },
      );
    }
    const open = new OpenReservations({
      store,
      recent: new RecentActions(store, windowClock()),
      clock: windowClock(),
      polled: {
        workspaces: ids.map((accountId) => ({ accountId, workspaceSid })),
        listings: [],
        currentFor: () => Infinity,
      },
      skew: { of: () => 0 },
      sidScope: (id) => sidScope(accounts[id as keyof typeof accounts]),
      staleAfter: () => 60_000,
    });
    open.update();
    return open.all.map(({ accountId }) => accountId).sort();
  };

  it('are one row if two logins lead to the same reservation', () => {
    assert.deepEqual(seen('one', 'one too'), ['one']);
    assert.deepEqual(seen('simulator', 'simulator too'), ['simulator']);
  });

  it('are separate rows for two simulators, the simulated account and Twilio', () => {
    const all = ['one', 'other', 'simulated', 'simulator'] as const;
    assert.deepEqual(seen(...all), [...all]);
  });
});
