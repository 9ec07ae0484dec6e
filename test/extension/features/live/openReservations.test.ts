import { strict as assert } from 'node:assert';
import { failureText } from '../../../../src/extension/features/live/liveMessage';
import { ConnectionError } from '../../../../src/taskrouter/errors';
import { second, sid, stage, workspaceSid } from './stage';

const offline = new ConnectionError({ method: 'GET', path: '/' }, 'ENOTFOUND');

describe('open reservations', () => {
  it('are ordered by deadline, followed by those in progress', () => {
    const on = stage(90, 30, 60);
    on.set('2', { reservation_status: 'accepted', date_updated: '2026-01-05T09:00:00Z' });
    assert.deepEqual(
      on.open.all.map(({ worker }) => worker),
      ['Worker 3', 'Worker 1', 'Worker 2'],
    );
  });

  it('fire no event when nothing changed', () => {
    const on = stage(90, 30);
    let fired = 0;
    on.open.onDidChange(() => fired++);
    on.open.update();
    on.clock.advance(30 * second);
    on.open.update();
    on.store.put(on.store.begin('a'), { ...on.store.row('a', sid('WR', '1'))! });
    assert.equal(fired, 0);
  });

  it('fire one row, and not the list, when one row changed', () => {
    const on = stage(90, 30);
    const fired: unknown[] = [];
    on.open.onDidChange(({ listed, rows }) => fired.push([listed, ...rows]));
    on.set('1', { worker_name: 'Somebody Else' });
    assert.deepEqual(fired, [[false, sid('WR', '1')]]);
  });

  it('fire when their workspace has another name', () => {
    const on = stage(90);
    let listed = 0;
    on.open.onDidChange((change) => (listed += Number(change.listed)));
    on.store.put(on.store.begin('a'), { sid: workspaceSid, friendly_name: 'Help Desk' });
    on.open.update();
    assert.equal(on.open.workspaces[0]!.name, 'Help Desk');
    assert.equal(listed, 1);
  });

  it('become stale over time and after a failure, and say since when', () => {
    const on = stage(90);
    const read = on.clock.now();
    assert.equal(on.open.staleSince(on.open.all[0]!), undefined);
    on.clock.advance(61 * second);
    on.open.update();
    assert.equal(on.open.staleSince(on.open.all[0]!), read);
    const other = stage(90);
    other.become({ error: offline });
    assert.notEqual(other.open.staleSince(other.open.all[0]!), undefined);
    const text = failureText('Desk', other.open.failures[0]!, other.clock.now());
    assert.match(text, /^Desk: The .* Its rows are from/);
  });

  it('that only Events report are marked until a read confirms them', () => {
    const on = stage(90);
    on.report(30, '2');
    assert.deepEqual(
      on.open.all.map(({ worker, isConfirmed }) => [worker, isConfirmed]),
      [
        ['Worker 2', false],
        ['Worker 1', true],
      ],
    );
    on.confirm('2');
    assert.ok(on.open.all.every(({ isConfirmed }) => isConfirmed));
  });

  it('are not confirmed, and none is the next, when the next response is late', () => {
    const on = stage(90, 60);
    const marked = () => on.open.all.map((one) => on.open.isUnconfirmed(one));
    const worker = () => (typeof on.open.next === 'object' ? on.open.next.worker : on.open.next);
    const fired: unknown[] = [];
    on.open.onDidChange(({ listed, rows }) => fired.push([listed, ...rows]));
    on.expectEvery(15 * second);
    on.clock.advance(15 * second);
    on.open.checkStale();
    assert.deepEqual([worker(), marked(), fired], ['Worker 2', [false, false], []]);
    on.clock.advance(second);
    on.open.checkStale();
    assert.deepEqual([worker(), marked(), fired.length], ['unknown', [true, true], 1]);
    assert.equal(on.open.soonest?.worker, 'Worker 2');
    on.become({ readAt: on.clock.now() });
    on.open.checkStale();
    assert.deepEqual([worker(), marked(), fired.length], ['Worker 2', [false, false], 2]);
  });

  it('of a fast account are the next while the response of another one is late', () => {
    const on = stage(90);
    on.besides('b', { readAt: on.clock.now() });
    on.expectEvery(15 * second);
    on.clock.advance(16 * second);
    on.become({ readAt: on.clock.now() });
    on.open.update();
    assert.equal(on.open.isUnconfirmed(on.open.all[0]!), false);
    assert.equal(on.open.next, on.open.all[0]);
  });

  it('say when their status began, not when they were created', () => {
    const on = stage(90);
    on.set('1', { reservation_status: 'wrapping', date_updated: '2026-01-05T08:00:00Z' });
    assert.deepEqual(on.open.all[0]!.since, new Date('2026-01-05T08:00:00Z'));
    on.set('1', { reservation_status: 'accepted', date_updated: undefined });
    assert.equal(on.open.all[0]!.since, undefined);
  });

  it('change only where something that is shown has changed', () => {
    const on = stage(30, 60);
    const changed: string[][] = [];
    on.open.onDidChange(({ rows }) => changed.push([...rows]));
    const before = on.open.all;
    on.set('1', { date_updated: '2026-01-05T09:00:01Z', links: {} });
    assert.deepEqual([changed, on.open.all], [[], before]);
    on.set('1', { worker_name: 'Ada' });
    assert.deepEqual(changed, [[before[0]!.id]]);
  });

  it('count as pending until their deadline has passed', () => {
    const on = stage(30, 60);
    on.clock.advance(30 * second - 1);
    assert.equal(on.open.unexpired.length, 2);
    on.clock.advance(1);
    assert.deepEqual(
      on.open.unexpired.map(({ worker }) => worker),
      ['Worker 2'],
    );
    assert.equal(on.open.pending.length, 2);
  });

  describe('that the user acts on', () => {
    const shown = (on: ReturnType<typeof stage>) =>
      on.open.all.map(({ worker, status }) => `${worker} ${status}`);
    const act = (on: ReturnType<typeof stage>, digit: string) => {
      let settle!: () => void;
      on.recent.add('a', sid('WR', digit), 'Accept', new Promise<void>((resolve) => (settle = resolve)));
      return async () => {
        settle();
        await Promise.resolve();
      };
    };

    for (const [status, after] of [
      ['accepted', ['Worker 2 pending', 'Worker 3 pending', 'Worker 1 accepted']],
      ['rejected', ['Worker 2 pending', 'Worker 3 pending']],
    ] as const) {
      it(`stay in their place for two seconds after they were ${status}`, async () => {
        const on = stage(30, 60, 90);
        const end = act(on, '1');
        on.set('1', { reservation_status: status, date_updated: '2026-01-05T09:00:00Z' });
        if (status === 'rejected') on.end('1');
        const held = [`Worker 1 ${status}`, 'Worker 2 pending', 'Worker 3 pending'];
        assert.deepEqual(shown(on), held);
        on.clock.advance(10 * second);
        await end();
        on.clock.advance(2 * second - 1);
        on.open.update();
        assert.deepEqual(shown(on), held);
        let listed = 0;
        on.open.onDidChange((change) => (listed += Number(change.listed)));
        on.clock.advance(1);
        assert.deepEqual(shown(on), after);
        assert.equal(listed, 1);
        assert.equal(on.clock.waiting, 0);
      });
    }

    it('stay in their places until two seconds after the last action', async () => {
      const on = stage(30, 60, 90);
      const endings: (() => Promise<void>)[] = [];
      for (const digit of ['1', '2']) {
        endings.push(act(on, digit));
        on.set(digit, { reservation_status: 'accepted' });
        await endings.at(-1)!();
        on.clock.advance(1.5 * second);
      }
      assert.deepEqual(shown(on), ['Worker 1 accepted', 'Worker 2 accepted', 'Worker 3 pending']);
      on.clock.advance(second);
      assert.equal(shown(on)[0], 'Worker 3 pending');
    });

    it('leave at once with their workspace', () => {
      const on = stage(30, 60);
      act(on, '1');
      on.set('1', { reservation_status: 'rejected' });
      on.end('1');
      on.polled.workspaces = [];
      on.open.update();
      assert.deepEqual(shown(on), []);
    });

    it('move when another user acts on them', () => {
      const on = stage(30, 60);
      on.set('1', { reservation_status: 'accepted' });
      assert.deepEqual(shown(on), ['Worker 2 pending', 'Worker 1 accepted']);
    });
  });

  describe('know which times out next', () => {
    const worker = (on: ReturnType<typeof stage>) => {
      const { next } = on.open;
      return typeof next === 'object' ? next.worker : next;
    };

    it('not while an account or a workspace is being loaded', () => {
      const on = stage(40, 60);
      const [known] = on.polled.listings;
      on.polled.listings = [known!, { accountId: 'b', state: 'loading' }];
      assert.equal(worker(on), 'loading');
      assert.equal(on.open.soonest?.worker, 'Worker 1');
      assert.equal(on.open.progress.total, undefined);
      assert.deepEqual(on.open.loading, [{ accountId: 'b' }]);
      on.polled.listings = [known!];
      on.besides('b', {});
      assert.equal(worker(on), 'loading');
      assert.equal(on.open.soonest?.worker, 'Worker 1');
      assert.deepEqual(
        on.open.loading.map(({ accountId }) => accountId),
        ['b'],
      );
      on.besides('b', { readAt: on.clock.now() });
      assert.equal(worker(on), 'Worker 1');
      assert.deepEqual(on.open.loading, []);
    });

    it('not while nothing else is known than that an account is being loaded', () => {
      const on = stage();
      on.polled.listings = [...on.polled.listings, { accountId: 'b', state: 'loading' }];
      assert.equal(worker(on), 'loading');
    });

    for (const [what, listing] of [
      ['an account', { accountId: 'b', state: 'failed', error: offline }],
      ['a workspace', { accountId: 'b', state: 'complete' }],
    ] as const) {
      it(`not where ${what} cannot be read, but the soonest of the others`, () => {
        const on = stage(40, 60);
        if (listing.state === 'complete') on.besides('b', { error: offline });
        else on.polled.listings = [...on.polled.listings, listing];
        on.open.update();
        assert.equal(worker(on), 'unknown');
        assert.equal(on.open.soonest?.worker, 'Worker 1');
        assert.deepEqual(on.open.progress, { loaded: 2, total: 2 });
        assert.deepEqual(
          on.open.failures.map(({ accountId, error }) => [accountId, error]),
          [['b', offline]],
        );
      });
    }

    it('when all are loaded and that one is confirmed', () => {
      const on = stage(90, 30);
      assert.equal(worker(on), 'Worker 2');
      on.clock.advance(31 * second);
      assert.equal(worker(on), 'Worker 1', 'one that is over is not next');
      on.end('1');
      assert.equal(worker(on), undefined);
    });

    it('not while others are to be loaded that can be earlier', () => {
      const on = stage(90);
      on.become({ loading: 3, nextUnread: on.clock.now() + 30 * second });
      assert.equal(worker(on), 'loading');
      assert.deepEqual(on.open.progress, { loaded: 1, total: 4 });
      on.become({ loading: 3, nextUnread: on.clock.now() + 91 * second });
      assert.equal(worker(on), 'Worker 1');
      assert.equal(on.open.loading.length, 1);
      on.become({ loading: 0 });
      assert.equal(worker(on), 'Worker 1');
    });

    it('not before every workspace was polled', () => {
      const on = stage(90);
      on.become({ readAt: undefined });
      assert.equal(worker(on), 'loading');
      assert.deepEqual(on.open.progress, { loaded: 1, total: undefined });
    });

    it('not while an earlier one is not confirmed', () => {
      const on = stage(90);
      on.report(30, '2');
      assert.equal(worker(on), 'unconfirmed');
      on.confirm('2');
      assert.equal(worker(on), 'Worker 2');
    });

    it('not while one that has not been read can be earlier, and also while a later one has not', () => {
      const on = stage(60);
      on.become({ nextUnread: on.clock.now() + 30 * second });
      assert.equal(worker(on), 'unconfirmed');
      on.become({ nextUnread: on.clock.now() - 30 * second });
      assert.equal(worker(on), 'unconfirmed', 'it can time out at any moment');
      on.become({ nextUnread: on.clock.now() + 90 * second });
      assert.equal(worker(on), 'Worker 1');
      on.end('1');
      assert.equal(worker(on), 'unconfirmed');
      on.become({ nextUnread: Infinity });
      assert.equal(worker(on), undefined);
    });

    it('also while a later one is not confirmed', () => {
      const on = stage(30);
      on.report(90, '2');
      assert.equal(worker(on), 'Worker 1');
    });

    it('not while what is known is out of date', () => {
      const on = stage(90);
      on.become({ error: offline });
      assert.equal(worker(on), 'unknown');
    });

    it('not while nothing is polled', () => {
      const on = stage(20);
      on.poll(false);
      assert.deepEqual([on.open.next, on.open.soonest], ['unknown', undefined]);
      assert.equal(on.open.soonestBefore, on.open.all[0]);
      on.poll(true);
      assert.equal(on.open.next, on.open.all[0]);
    });

    it('not while a pending one has no deadline', () => {
      const on = stage(90);
      on.set('1', { date_created: 'yesterday' });
      assert.equal(worker(on), 'unknown');
    });
  });
});
