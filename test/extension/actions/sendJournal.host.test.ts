import { strict as assert } from 'node:assert';
import type { Account } from '../../../src/extension/accounts/account';
import type { Outcome } from '../../../src/extension/actions/outcome';
import { outcomeAfterRestart } from '../../../src/extension/actions/interrupted';
import { SendJournal } from '../../../src/extension/actions/sendJournal';
import type { PreparedUpdate } from '../../../src/taskrouter/preparedUpdate';
import { FakeMemory, windowClock } from '../window';

const sid = `WR${'1'.repeat(32)}`;
const account = { id: 'a', name: 'Test account' } as Account;
const update = {
  ...{ title: 'Conference', about: 'Rosa → Yuki', risk: 'call', subject: { sids: [sid] } },
} as unknown as PreparedUpdate;

describe('the journal of what is sent', () => {
  const stage = () => {
    const clock = windowClock();
    const memory = new FakeMemory();
    const open = () => new SendJournal(memory, clock);
    return { clock, open, session: open() };
  };
  const reported = (journal: SendJournal) =>
    journal.interrupted.map((entry) => outcomeAfterRestart(entry, entry.sentAt).kind);

  for (const kind of ['done', 'not done', 'unknown'] as const satisfies readonly Outcome['kind'][]) {
    for (const [after, isLate] of [
      [0, false],
      [999, false],
      [1000, true],
    ] as const) {
      it(`${kind}: a crash after ${after} ms ${isLate ? 'reports nothing again' : 'reports it again'}`, async () => {
        const { clock, open, session } = stage();
        await session.begin(account, update);
        await session.end(account, update, kind);
        clock.advance(after);
        const next = open();
        assert.deepEqual(reported(next), isLate ? [] : [kind]);
        const isStillUnknown = kind === 'unknown' && isLate;
        assert.equal(next.lastOf('a', sid)?.outcome, isLate && !isStillUnknown ? undefined : kind);
      });
    }
  }

  it('a crash while it is being sent reports an unknown outcome', async () => {
    const { clock, open, session } = stage();
    await session.begin(account, update);
    clock.advance(5000);
    assert.deepEqual(reported(open()), ['unknown']);
    assert.deepEqual(reported(session), []);
  });

  it('a crash while the result of an accepted update is being read reports that it was accepted', async () => {
    const { clock, open, session } = stage();
    await session.begin(account, update);
    await session.respond(account, update, 'done');
    clock.advance(5000);
    assert.deepEqual(reported(open()), ['done']);
    assert.deepEqual(reported(session), []);
    await session.end(account, update, 'done');
    clock.advance(1000);
    assert.deepEqual(reported(open()), []);
  });

  it('does nothing more once its window has closed', async () => {
    const { clock, open, session } = stage();
    await session.begin(account, update);
    await session.end(account, update, 'done');
    session.dispose();
    clock.advance(5000);
    assert.deepEqual(reported(open()), ['done']);
  });

  it('reports an outcome that came after its window had closed', async () => {
    const { clock, open, session } = stage();
    await session.begin(account, update);
    session.dispose();
    await session.end(account, update, 'done');
    clock.advance(5000);
    assert.deepEqual(reported(open()), ['done']);
  });

  it('keeps an update that followed within a second', async () => {
    const { clock, open, session } = stage();
    await session.begin(account, update);
    await session.end(account, update, 'done');
    clock.advance(500);
    await session.begin(account, update);
    clock.advance(5000);
    assert.deepEqual(reported(open()), ['unknown']);
    assert.equal(session.lastOf('a', sid), undefined);
  });

  describe('of an update whose request has not left', () => {
    it('reports after a crash that it was not sent', async () => {
      const { open, session } = stage();
      await session.intend(account, update);
      const next = open();
      assert.deepEqual(reported(next), ['not done']);
      const [entry] = next.interrupted;
      assert.match(outcomeAfterRestart(entry!, entry!.sentAt).details[0]!, /^Nothing was sent: /);
      assert.deepEqual(next.lastOf('a', sid), entry);
      assert.deepEqual(reported(session), []);
    });

    for (const [how, kind, after, expected] of [
      ['was declined', undefined, 0, []],
      ['was refused a moment ago', 'not done', 999, ['not done']],
      ['was refused', 'not done', 1000, []],
    ] as const) {
      it(`reports ${expected.length ? 'it' : 'nothing'} after a crash when it ${how}`, async () => {
        const { clock, open, session } = stage();
        await session.intend(account, update);
        await session.withdraw(account, update, kind);
        clock.advance(after);
        assert.deepEqual(reported(open()), expected);
      });
    }

    it('keeps the unknown outcome of the update before', async () => {
      const { clock, open, session } = stage();
      await session.begin(account, update);
      await session.end(account, update, 'unknown');
      clock.advance(5000);
      await session.intend(account, { ...update, title: 'Reject' });
      assert.deepEqual(reported(open()), ['not done']);
      await session.withdraw(account, update, undefined);
      assert.equal(open().lastOf('a', sid)?.title, 'Conference');
    });

    it('reports the outcome of its request once that has left', async () => {
      const { open, session } = stage();
      await session.intend(account, update);
      await session.begin(account, update);
      assert.deepEqual(reported(open()), ['unknown']);
      await session.end(account, update, 'done');
      await session.withdraw(account, update, 'done');
      assert.deepEqual(reported(open()), ['done']);
    });
  });

  it('shows in its own session no known outcome to a form that opens next', async () => {
    const { session } = stage();
    await session.begin(account, update);
    await session.end(account, update, 'done');
    assert.equal(session.lastOf('a', sid), undefined);
  });
});
