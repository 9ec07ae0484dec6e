import { strict as assert } from 'node:assert';
import { explain } from '../../../../src/explanation/explain';
import { timeline } from '../../../../src/explanation/timeline';
import type { WorkerExplanation } from '../../../../src/explanation/explanation';
import { explainWorker } from '../../../../src/explanation/worker';
import { WorkerReads } from '../../../../src/extension/features/task/workerReads';
import { inEnglish } from '../../../../src/taskrouter/message';
import * as resources from '../../../../src/taskrouter/resources';
import { clientOf } from '../../window';
import { center } from './center';
import type { Stage } from './taskStage';
import { stage } from './taskStage';

type Rows = Record<string, unknown>[];
interface Body {
  readonly meta: Record<string, unknown>;
  readonly [key: string]: unknown;
}

/** What can be wrong with a list so that rows are missing. */
const spoils: readonly (readonly [string, (body: Body, rows: Rows) => void, RegExp])[] = [
  ['no SIDs', (_, rows) => rows.forEach((row) => (row['sid'] = null)), /rows that could not be read \([1-9]/],
  [
    'one SID that cannot be read',
    (_, rows) => rows.slice(0, 1).forEach((row) => (row['sid'] = 'ada-1')),
    /rows that could not be read \(1\)/,
  ],
  [
    'a next page on another host',
    ({ meta }, rows) => {
      rows.length = 0;
      meta['next_page_url'] = 'https://example.com/x?PageToken=1&Page=1';
    },
    /has more pages/,
  ],
];

function spoil(
  on: Stage,
  key: string,
  change: (body: Body, rows: Rows) => void,
  changeRow: (row: Record<string, unknown>) => void = () => undefined,
): void {
  on.wire = async (_, pass) => {
    const whole = await pass();
    const text = await new Response(whole.body as ConstructorParameters<typeof Response>[0]).text();
    const body = JSON.parse(text) as Body;
    if (Array.isArray(body[key])) change(body, body[key] as Rows);
    else changeRow(body);
    return {
      ...whole,
      headers: whole.headers,
      body: new Response(JSON.stringify(body)).body,
    };
  };
}

function assertDoubted(
  { headline, notes }: Pick<WorkerExplanation, 'headline' | 'notes'>,
  ...expected: readonly RegExp[]
): void {
  assert.equal(headline.certainty, 'probable', inEnglish(headline.message));
  for (const texts of [headline.because, notes.map((note) => note.message)].map((all) => all.map(inEnglish)))
    assert.ok(
      texts.some((text) => expected.every((one) => one.test(text))),
      texts.join('\n'),
    );
}

describe('what follows from a list that lacks rows', () => {
  for (const [what, change, missing] of spoils) {
    for (const [key, list] of [
      ['task_queues', /queues/],
      ['workers', /workers/],
      ['activities', /activities/],
      ['events', /Events/],
    ] as const)
      it(`is only probable on a task’s page: ${key} with ${what}`, async () => {
        const on = await stage(center(3, 0));
        const taskSid = await on.taskNamed('Rosa Hazel');
        const reads = on.reads(taskSid);
        spoil(on, key, change);
        await reads.readForHeadline();
        await reads.readDetails();
        assert.ok(reads.isReady);
        const facts = reads.facts();
        const explanation = explain(facts);
        const notes = [...explanation.notes, ...timeline(facts).notes];
        assertDoubted({ ...explanation, notes }, missing, list);
      });

    for (const [key, list] of [
      ['task_queues', /queues/],
      ['workers', /workers/],
      ['tasks', /waiting tasks/],
      ['workflows', /workflows/],
    ] as const)
      it(`is only probable on a worker’s page: ${key} with ${what}`, async () => {
        const on = await stage(center(3, 0));
        const { rows } = await clientOf(on.simulator).list(resources.workers, [on.workspaceSid]);
        const { accountId, workspaceSid } = on;
        const address = { accountId, workspaceSid, workerSid: rows[0]!.sid };
        const reads = new WorkerReads(on.store, address, on.clock, () => 0);
        spoil(on, key, change);
        await reads.read();
        assertDoubted(explainWorker(reads.facts()), missing, list);
      });
  }

  for (const value of [undefined, null, [7], {}] as const)
    for (const [key, field, list] of [
      ['tasks', 'task_queue_sid', /waiting tasks/],
      ['workers', 'attributes', /workers/],
      ['workers', 'activity_sid', /workers/],
      ['workflows', 'configuration', /workflows/],
      ['activities', 'available', /activities/],
      ['channels', 'configured_capacity', /worker’s channels/],
      ['channels', 'task_channel_unique_name', /worker’s channels/],
      ['reservations', 'reservation_status', /worker’s reservations/],
    ] as const)
      it(`is only probable on a worker’s page: ${key} whose ${field} is ${JSON.stringify(value)}`, async () => {
        const on = await stage(center(3, 1));
        const { rows } = await clientOf(on.simulator).list(resources.workers, [on.workspaceSid]);
        const { accountId, workspaceSid } = on;
        const busy = rows.find(({ friendly_name: name }) => name === 'Worker 0')!;
        const address = { accountId, workspaceSid, workerSid: busy.sid };
        const reads = new WorkerReads(on.store, address, on.clock, () => 0);
        const [, change] = [key, (_: Body, all: Rows) => void all.forEach((row) => (row[field] = value))];
        spoil(on, key, change);
        await reads.read();
        assertDoubted(explainWorker(reads.facts()), /rows that could not be read \([1-9]/, list);
      });

  it('is only probable where a task’s offers do not say to whom', async () => {
    for (const field of ['worker_sid', 'reservation_status']) {
      const on = await stage(center(3, 1));
      const taskSid = await on.taskNamed('Rosa Hazel');
      const reads = on.reads(taskSid);
      const offer = { sid: `WR${'1'.repeat(32)}`, task_sid: taskSid };
      const rest = { worker_sid: `WK${'1'.repeat(32)}`, reservation_status: 'pending', [field]: null };
      spoil(on, 'reservations', (_, rows) => void rows.push({ ...offer, ...rest }));
      await reads.readForHeadline();
      await reads.readDetails();
      assertDoubted(explain(reads.facts()), /reservations is incomplete: rows that could not be read \(1\)/);
    }
  });
});

describe('SIDs that no request can name', () => {
  for (const sid of ['WQ1', 'constructor', '__proto__', '7'])
    it(`leave out what belongs to them, and say why: queues called ${sid}`, async () => {
      const on = await stage(center(3, 0));
      const taskSid = await on.taskNamed('Rosa Hazel');
      const { rows } = await clientOf(on.simulator).list(resources.workers, [on.workspaceSid]);
      const { accountId, workspaceSid } = on;
      spoil(
        on,
        'task_queues',
        (_, queues) => queues.forEach((queue) => (queue['sid'] = sid)),
        (row) => void ('task_queue_sid' in row && (row['task_queue_sid'] = sid)),
      );
      const address = { accountId, workspaceSid, workerSid: rows[0]!.sid };
      const worker = new WorkerReads(on.store, address, on.clock, () => 0);
      await worker.read();
      const task = on.reads(taskSid);
      await task.readForHeadline();
      await task.refresh();
      assert.ok(task.isReady);
      for (const { notes } of [explainWorker(worker.facts()), explain(task.facts())])
        assert.ok(
          notes.some((note) =>
            /malformed SID, so the workers could not be read/.test(inEnglish(note.message)),
          ),
          notes.map((note) => inEnglish(note.message)).join('\n'),
        );
    });

  for (const sid of ['', 'WK1', 'constructor'])
    it(`leave out what belongs to them: a worker called ${JSON.stringify(sid)}`, async () => {
      const on = await stage(center(3, 0));
      const taskSid = await on.taskNamed('Rosa Hazel');
      const reads = on.reads(taskSid);
      await reads.readForHeadline();
      const { lists } = reads.stored;
      const offer = {
        sid: `WR${'1'.repeat(32)}`,
        task_sid: taskSid,
        worker_sid: sid,
        reservation_status: 'rejected',
      };
      spoil(on, 'reservations', (_, rows) => void rows.push(offer));
      await on.store.refresh(lists.reservations);
      await reads.refresh();
      await reads.candidates.readCapacities([sid]);
      await reads.candidates.readHolders([sid]);
      assert.ok(reads.isReady);
      explain(reads.facts());
    });
});
