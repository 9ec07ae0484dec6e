import { strict as assert } from 'node:assert';
import { RecentActions } from '../../../src/extension/data/recentActions';
import { Store } from '../../../src/extension/data/store';
import { windowClock } from '../window';

const second = 1000;
const reservationSid = `WR${'1'.repeat(32)}`;

function stage() {
  const clock = windowClock();
  const store = new Store(() => Promise.reject(new Error('nothing is read here')));
  const recent = new RecentActions(store, clock);
  const put = (status: string) =>
    store.put(store.begin('a'), { sid: reservationSid, reservation_status: status });
  const held = store.hold('a', [reservationSid]);
  put('pending');
  const act = () => {
    let end!: (error?: Error) => void;
    const outcome = new Promise<void>((resolve, reject) => {
      end = (error) => (error ? reject(error) : resolve());
    });
    recent.add('a', reservationSid, 'Accept', outcome);
    return async (error?: Error) => {
      end(error);
      await Promise.resolve();
    };
  };
  const isRepeated = (title = 'Accept') => recent.isRepeated('a', reservationSid, title);
  return { clock, store, recent, put, held, act, isRepeated };
}

describe('a recent action', () => {
  it('is repeated by the same one while it runs, and for two seconds after it changed the row', async () => {
    const { act, put, clock, isRepeated } = stage();
    assert.equal(isRepeated(), false);
    const end = act();
    assert.equal(isRepeated(), true);
    assert.equal(isRepeated('Reject'), false);
    put('accepted');
    await end();
    clock.advance(2 * second - 1);
    assert.equal(isRepeated(), true);
    clock.advance(1);
    assert.equal(isRepeated(), false);
  });

  it('is not repeated by a second try after it failed', async () => {
    const { act, isRepeated } = stage();
    await act()(new Error('refused'));
    assert.equal(isRepeated(), false);
  });

  it('holds its row in the store until it ends, and leaves no timer', async () => {
    const { act, clock, store, held } = stage();
    const [first, second] = [act(), act()];
    held.dispose();
    await first();
    assert.equal(clock.waiting, 0);
    assert.ok(store.row('a', reservationSid));
    await second();
    clock.advance(2000);
    assert.equal(store.row('a', reservationSid), undefined);
    assert.equal(clock.waiting, 0);
  });

  it('leaves no timer when it settles after the window was closed', async () => {
    const { act, clock, recent } = stage();
    const end = act();
    recent.dispose();
    await end();
    assert.equal(clock.waiting, 0);
  });
});
