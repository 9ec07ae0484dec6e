import { strict as assert } from 'node:assert';
import type { Account } from '../../../src/extension/accounts/account';
import type { Outcome } from '../../../src/extension/actions/outcome';
import { outcomeAfterRestart, SendJournal } from '../../../src/extension/actions/sendJournal';
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

  it('shows in its own session no known outcome to a form that opens next', async () => {
    const { session } = stage();
    await session.begin(account, update);
    await session.end(account, update, 'done');
    assert.equal(session.lastOf('a', sid), undefined);
  });
});
