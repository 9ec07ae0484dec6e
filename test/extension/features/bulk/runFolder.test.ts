import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Run } from '../../../../src/bulk/journal';
import { RunFolder } from '../../../../src/extension/features/bulk/runFolder';

const day = 24 * 60 * 60 * 1000;

describe('the folder of bulk runs', () => {
  let folder: string;
  let now: number;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bulk-'));
    now = Date.now();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = () => new RunFolder(folder, { now: () => now });
  const runIn = (one: RunFolder): Run => ({
    ...{ id: one.newId(), accountId: 'one', accountName: 'One', origin: '', kind: 'twilio' },
    ...{ environment: 'production', title: 'Cancel Tasks', startedAt: now },
    action: { kind: 'cancel', reason: '' },
    rows: [{ sids: ['WS', 'WT'], name: 'Rosa Hazel', shown: { sid: 'WT' } }],
  });
  /** As if the window of the run were this process. */
  const ownedBy = (id: string, number: number, pid: number) =>
    writeFileSync(path.join(folder, `${id}.owner.${number}`), JSON.stringify({ pid, session: 'other' }));

  it('has a run with its plan as soon as it was created, the newest first', async () => {
    const one = open();
    const first = runIn(one);
    await (await one.create(first)).close();
    now += 1000;
    const second = runIn(one);
    await (await one.create(second)).close();
    assert.deepEqual(
      (await open().list()).map(({ run }) => run.id),
      [second.id, first.id],
    );
    assert.deepEqual((await open().read(first.id))?.run, first);
  });

  it('gives a run to another window only when its own is gone', async () => {
    const one = open();
    const run = runIn(one);
    await (await one.create(run)).close();
    assert.equal(await one.takeOver(run.id), undefined, 'it has it already');
    const alive = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    ownedBy(run.id, 2, alive.pid!);
    assert.equal(await open().takeOver(run.id), undefined, 'that window is open');
    const closed = new Promise((resolve) => alive.once('close', resolve));
    alive.kill('SIGKILL');
    await closed;
    const taken = await Promise.all([open(), open(), open()].map((other) => other.takeOver(run.id)));
    assert.equal(taken.filter(Boolean).length, 1, 'one of them has it');
    for (const journal of taken) await journal?.close();
  });

  it('is taken over by the next session of the same process', async () => {
    const run = runIn(open());
    await (await open().create(run)).close();
    const journal = await open().takeOver(run.id);
    await journal!.append({ type: 'stopped', ending: { kind: 'not done', text: 'Not sent.' } });
    await journal!.close();
    assert.equal((await open().read(run.id))?.rows[0]?.phase, 'ended');
  });

  it('reads no file but those of runs', async () => {
    const file = path.join(folder, 'x.jsonl');
    writeFileSync(file, 'x');
    for (const id of ['x', '../x', file, '', '1'.repeat(13)]) assert.equal(await open().read(id), undefined);
    assert.deepEqual(await open().list(), []);
  });

  it('deletes runs after 30 days, and the oldest of more than 50', async () => {
    const one = open();
    await (await one.create(runIn(one))).close();
    now += 31 * day;
    for (let count = 0; count < 51; count++) {
      now += 1000;
      await (await one.create(runIn(one))).close();
    }
    const files = readdirSync(folder);
    assert.equal(files.filter((name) => name.endsWith('.jsonl')).length, 50);
    assert.equal(files.filter((name) => name.includes('.owner.')).length, 50);
  });
});
