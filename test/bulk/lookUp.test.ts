import { strict as assert } from 'node:assert';
import type { BulkAction } from '../../src/bulk/action';
import { collectionOf, findingOf, prepareRow } from '../../src/bulk/action';
import type { Ending, Line, RowState, Run } from '../../src/bulk/journal';
import type { LookUpEffects } from '../../src/bulk/lookUp';
import { LookUp } from '../../src/bulk/lookUp';
import { countRows, notDoneRows } from '../../src/bulk/report';
import { settle } from '../extension/window';

const ended = (kind: Ending['kind']): RowState => ({
  phase: 'ended',
  sentAt: 1,
  ending: { kind, text: 'No response.' },
});
const kinds = [
  'unknown',
  'done',
  'unknown',
  'not done',
  'unknown',
  'stopped',
  ...Array<'unknown'>(5).fill('unknown'),
] as const;
const run: Run = {
  ...{ id: '1', accountId: 'one', accountName: 'One', origin: '', kind: 'twilio' },
  ...{ environment: 'production', title: 'Cancel Tasks', startedAt: 0 },
  action: { kind: 'cancel', reason: 'Storm' },
  rows: kinds.map((_kind, i) => ({ sids: ['WS', `WT${i}`], name: '', shown: { sid: `WT${i}` } })),
};

/** A look-up whose reads the test answers. */
function stage() {
  const lines: Line[] = [];
  const asked: number[] = [];
  let answer: (ending: Ending) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const read: LookUpEffects['read'] = (row, signal) =>
    new Promise((resolve, reject) => {
      asked.push(row);
      [answer, fail] = [resolve, reject];
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  const lookUp = new LookUp(run, kinds.map(ended), {
    read,
    unread: () => ({ kind: 'unknown', text: 'Not read.' }),
    record: (line) => Promise.resolve(void lines.push(line)),
    onChange: () => undefined,
  });
  return {
    ...{ lookUp, lines, asked },
    answer: async (kind: Ending['kind']) => {
      answer({ kind, text: 'Looked up.' });
      await settle();
    },
    fail: async () => {
      fail(new Error('No connection.'));
      await settle();
    },
  };
}

describe('looking up the unknown rows of a bulk run again', () => {
  it('reads only these, one by one, and records what is true of each', async () => {
    const on = stage();
    const over = on.lookUp.start();
    await settle();
    assert.deepEqual(on.asked, [0]);
    assert.equal(on.lookUp.rows[0]!.phase, 'looking up');
    for (const kind of ['done', 'changed', 'not done'] as const) await on.answer(kind);
    assert.deepEqual(on.lookUp.progress, { value: 3, max: 8 });
    for (let row = 0; row < 5; row++) await on.answer('done');
    await over;
    assert.deepEqual(on.asked, [0, 2, 4, 6, 7, 8, 9, 10]);
    assert.deepEqual(
      on.lines.map((line) => line.type === 'ended' && [line.row, line.ending.kind]),
      on.asked.map((row, i) => [row, i === 1 ? 'changed' : i === 2 ? 'not done' : 'done']),
    );
    const { done, changed, unknown } = countRows(on.lookUp.rows);
    assert.deepEqual([done, changed, unknown], [7, 1, 0]);
    // What somebody else has set is theirs: a retry does not take it back.
    assert.deepEqual(
      notDoneRows(on.lookUp).map(({ sids }) => sids[1]),
      ['WT3', 'WT4', 'WT5'],
    );
  });

  it('leaves what was not read as it is when it is canceled', async () => {
    const on = stage();
    const over = on.lookUp.start();
    await settle();
    await on.answer('done');
    on.lookUp.cancel();
    await over;
    assert.deepEqual(on.asked, [0, 2]);
    assert.deepEqual(on.lookUp.rows.slice(2), kinds.map(ended).slice(2));
    assert.equal(on.lines.length, 1);
  });

  it('stops after five failures in a row', async () => {
    const on = stage();
    const over = on.lookUp.start();
    await settle();
    await on.fail();
    await on.answer('done');
    for (let failure = 0; failure < 5; failure++) await on.fail();
    await over;
    assert.equal(on.asked.length, 7);
    assert.deepEqual(on.lookUp.rows[0], {
      phase: 'ended',
      sentAt: 1,
      ending: { kind: 'unknown', text: 'Not read.' },
    });
    assert.equal(countRows(on.lookUp.rows).unknown, 7);
  });
});

describe('what a later version of a row says', () => {
  const reserved = { assignment_status: 'reserved', priority: 0 };
  const at = (action: BulkAction, shown: object, now: object) => {
    const collection = collectionOf(action);
    const sids = ['WS', collection.noun === 'Worker' ? 'WK' : 'WT'].map((prefix) => prefix + '1'.repeat(32));
    const of = (fields: object) => ({ sid: sids[1]!, ...fields });
    const row = { collection, sids, shown: of(shown), name: '', nameOf: String };
    return findingOf(action, prepareRow(action, row), of(now));
  };

  it('about a status: whose reason it has', () => {
    const cancel = { kind: 'cancel', reason: 'Storm' } as const;
    const to = (now: object) => at(cancel, { assignment_status: 'pending' }, now);
    assert.equal(to({ assignment_status: 'canceled', reason: 'Storm' }), 'done');
    assert.equal(to({ assignment_status: 'canceled', reason: 'Flood' }), 'changed');
    assert.equal(to({ assignment_status: 'canceled', reason: null }), 'changed');
    assert.equal(to({ assignment_status: 'pending' }), 'not done');
    // It was offered meanwhile, and can still be canceled.
    assert.equal(to(reserved), 'not done');
    assert.equal(to({ assignment_status: 'assigned' }), 'changed');
    assert.equal(to({ assignment_status: 'completed', reason: 'Storm' }), 'changed');
  });

  it('about a priority or an activity: whether it is the one before, the one that was sent, or another', () => {
    const to = (priority: number) =>
      at({ kind: 'priority', priority: 7 }, reserved, { ...reserved, priority });
    assert.deepEqual([to(7), to(0), to(3)], ['done', 'not done', 'changed']);
    const sidOf = (digit: number) => `WA${String(digit).repeat(32)}`;
    const activity = {
      kind: 'activity',
      activitySid: sidOf(2),
      activityName: 'Break',
      rejectPending: false,
    } as const;
    const shown = { activity_sid: sidOf(1), activity_name: 'Idle' };
    const moved = (sid: number, name: string) =>
      at(activity, shown, { activity_sid: sidOf(sid), activity_name: name });
    assert.deepEqual(
      [moved(2, 'Break'), moved(1, 'Idle'), moved(3, 'Lunch')],
      ['done', 'not done', 'changed'],
    );
  });
});
