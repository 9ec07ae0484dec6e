import { strict as assert } from 'node:assert';
import type { Ending, Line, Run } from '../../src/bulk/journal';
import type { RunEffects } from '../../src/bulk/run';
import { BulkRun } from '../../src/bulk/run';
import { countRows } from '../../src/bulk/report';
import { runTexts } from '../../src/extension/features/bulk/runTexts';
import { settle } from '../extension/window';

const runOf = (count: number): Run => ({
  ...{ id: '1', accountId: 'one', accountName: 'One', origin: '', kind: 'simulated' },
  ...{ environment: 'development', title: 'Cancel Tasks', startedAt: 0 },
  action: { kind: 'cancel', reason: '' },
  rows: Array.from({ length: count }, (_, i) => ({
    sids: ['WS', `WT${i}`],
    name: '',
    shown: { sid: `WT${i}` },
  })),
});

/** A run whose responses the test gives. */
function stage(count: number, record: RunEffects['record'] = () => Promise.resolve()) {
  const lines: Line[] = [];
  const sent: number[] = [];
  const open = new Map<number, { answer: (ending: Ending) => void; leave: () => void }>();
  const run = new BulkRun(runOf(count), {
    record: (line) => {
      lines.push(line);
      return record(line);
    },
    send: (row, onUnanswered) => {
      sent.push(row);
      return new Promise((answer) => open.set(row, { answer, leave: onUnanswered }));
    },
    lookUp: () => Promise.resolve({ kind: 'unknown', text: 'Looked up.' }),
    now: () => 1,
    onChange: () => undefined,
    texts: runTexts(),
  });
  return {
    ...{ run, lines, sent, open },
    answer: async (row: number, ending: Partial<Ending> = {}) => {
      open.get(row)!.answer({ kind: 'done', text: 'Task canceled.', ...ending });
      await settle();
    },
  };
}

describe('a bulk run', () => {
  it('has eight requests in flight, and sends the next when one has ended', async () => {
    const on = stage(20);
    void on.run.start();
    await settle();
    assert.deepEqual(on.sent, [0, 1, 2, 3, 4, 5, 6, 7]);
    await on.answer(3);
    assert.equal(on.sent.length, 9);
    // A row that is looked up makes place, although it has not ended.
    on.open.get(0)!.leave();
    await settle();
    assert.equal(on.sent.length, 10);
    assert.equal(countRows(on.run.rows)['looking up'], 1);
  });

  it('records each row before its request, and sends nothing that it could not record', async () => {
    const on = stage(20, ({ type }) =>
      type === 'sending' ? Promise.reject(new Error('ENOSPC')) : Promise.resolve(),
    );
    await on.run.start();
    assert.deepEqual(on.sent, []);
    assert.equal(countRows(on.run.rows)['not done'], 20);
  });

  it('sends nothing more once it is canceled, and waits for what it has sent', async () => {
    const on = stage(20);
    const ended = on.run.start();
    await settle();
    on.run.cancel();
    for (const row of [...on.open.keys()]) await on.answer(row);
    await ended;
    const counts = countRows(on.run.rows);
    assert.deepEqual([counts.done, counts.stopped, on.sent.length], [8, 12, 8]);
  });

  it('does not send a row for which it was recorded when it is canceled in between', async () => {
    let recorded: () => void = () => undefined;
    const on = stage(1, ({ type }) =>
      type === 'sending' ? new Promise((resolve) => (recorded = resolve)) : Promise.resolve(),
    );
    const ended = on.run.start();
    await settle();
    on.run.cancel();
    recorded();
    await ended;
    assert.deepEqual([on.sent, countRows(on.run.rows).stopped], [[], 1]);
  });

  it('does not repeat what was refused with 429, and stops after five such failures in a row', async () => {
    const on = stage(40);
    const ended = on.run.start();
    await settle();
    for (let row = 0; row < 5; row++) await on.answer(row, { kind: 'not done', status: 429 });
    for (const row of [...on.open.keys()].filter((one) => one >= 5)) await on.answer(row);
    await ended;
    const counts = countRows(on.run.rows);
    assert.equal(on.sent.length, new Set(on.sent).size);
    assert.ok(on.sent.length <= 12, `${on.sent.length} were sent`);
    assert.equal(counts['not done'], 40 - on.sent.length + 5);
  });

  it('stops after five requests in a row that did not reach the server', async () => {
    const on = stage(40);
    const ended = on.run.start();
    await settle();
    for (let row = 0; row < 5; row++) await on.answer(row, { kind: 'not done', milliseconds: 3 });
    for (const row of [...on.open.keys()].filter((one) => one >= 5)) await on.answer(row);
    await ended;
    assert.ok(on.sent.length <= 12, `${on.sent.length} were sent`);
  });

  it('goes on when nothing was sent for rows that changed in the meantime', async () => {
    const on = stage(20);
    const ended = on.run.start();
    await settle();
    for (let row = 0; row < 20; row++) await on.answer(row, { kind: 'not done' });
    await ended;
    assert.equal(on.sent.length, 20);
  });

  it('goes on when rows are refused for what they are', async () => {
    const on = stage(20);
    const ended = on.run.start();
    await settle();
    for (let row = 0; row < 20; row++) await on.answer(row, { kind: 'not done', status: 412 });
    await ended;
    assert.equal(on.sent.length, 20);
  });

  it('counts what the plan left out apart from what was not done', async () => {
    const { run } = stage(3);
    const misfits = [
      { kind: 'unchanged', text: 'The priority is already 1.' },
      { kind: 'no longer fits', text: 'This one is canceled.' },
    ] as const;
    const rows = run.run.rows.map((row, i) => ({ ...row, ...(misfits[i] ? { misfit: misfits[i] } : {}) }));
    const on = stage(3);
    const ran = new BulkRun({ ...run.run, rows }, effectsOf(on));
    await ran.start();
    const counts = countRows(ran.rows);
    assert.deepEqual(
      [counts.unchanged, counts['no longer fits'], counts['not done'], counts.done],
      [1, 1, 0, 1],
    );
  });

  it('sends nothing after a kill: it looks up what may have been sent', async () => {
    const { run } = stage(3);
    const on = stage(3);
    const recovered = new BulkRun(run.run, { ...effectsOf(on) }, [
      { phase: 'ended', ending: { kind: 'done', text: 'Task canceled.' } },
      { phase: 'sending', sentAt: 1 },
      { phase: 'waiting' },
    ]);
    await recovered.recover();
    assert.deepEqual(on.sent, []);
    const counts = countRows(recovered.rows);
    assert.deepEqual([counts.done, counts.unknown, counts['not done']], [1, 1, 1]);
  });
});

const effectsOf = ({ sent }: ReturnType<typeof stage>): RunEffects => ({
  record: () => Promise.resolve(),
  send: (row) => Promise.resolve({ kind: 'done', text: `${sent.push(row)}` }),
  lookUp: () => Promise.resolve({ kind: 'unknown', text: 'Looked up.' }),
  now: () => 1,
  onChange: () => undefined,
  texts: runTexts(),
});
