import { strict as assert } from 'node:assert';
import { explainWorker } from '../../../../src/explanation/worker';
import { inEnglish } from '../../../../src/taskrouter/message';
import * as resources from '../../../../src/taskrouter/resources';
import { noChanges } from '../../../../src/extension/features/task/pageChanges';
import { workerState } from '../../../../src/extension/features/task/workerState';
import { WorkerReads } from '../../../../src/extension/features/task/workerReads';
import { clientOf, openWindow, refusal, workspaceOf } from '../../window';
import { center } from './center';

async function stage(workers: number, busy = 0) {
  const window = openWindow({ scenario: center(workers, busy) });
  const { id: accountId } = await window.signIn();
  const workspaceSid = await workspaceOf(window.simulator);
  const { rows } = await clientOf(window.simulator).list(resources.workers, [workspaceSid]);
  const workerSid = rows.find(({ friendly_name: name }) => name === 'Worker 0')!.sid;
  const address = { accountId, workspaceSid, workerSid };
  const reads = new WorkerReads(window.store, address, window.clock, () => 0);
  window.sent.length = 0;
  return Object.assign(window, { reads });
}

describe('reading what explains why a worker is not offered tasks', () => {
  it('finds the waiting tasks of their queues, and why they do not get them', async () => {
    const { reads } = await stage(3);
    await reads.read();
    const { headline, tasks } = explainWorker(reads.facts());
    assert.match(inEnglish(headline.message), /^Worker 0 has been in Break .*qualify for: 1/);
    assert.equal(tasks.length, 1);
    assert.equal(tasks[0]!.reason, 'unavailable');
    assert.equal(reads.leftOut, 0);
  });

  it('knows that their channel is full', async () => {
    const { reads } = await stage(3, 1);
    await reads.read();
    const [line] = explainWorker(reads.facts()).tasks;
    assert.equal(line!.reason, 'channel full');
    assert.equal(line!.holders.length, 1);
  });

  it('knows what they are offered or work on, by its name, and what they are offered after it', async () => {
    const on = await stage(3, 1);
    await on.reads.read();
    const facts = on.reads.facts();
    const [held] = facts.heldTasks!;
    assert.match(held!.attributes!, /"Call 0"/);
    const explanation = explainWorker(facts);
    const account = on.accounts.all[0]!;
    const model = { account, pinned: false, reading: false, leftOut: 0, requests: [] };
    const state = workerState({ ...model, facts, explanation });
    assert.deepEqual(
      state.held!.map(({ taskSid, title, facts: about }) => [taskSid, title, about]),
      [[held!.sid, 'Call 0', 'Everyone · voice']],
    );
    const path = `/v1/Workspaces/${held!.workspace_sid}/Tasks/${held!.sid}`;
    const body = [
      ['AssignmentStatus', 'completed'],
      ['Reason', 'over'],
    ] as const;
    await clientOf(on.simulator).update({ method: 'POST', path, query: [], body });
    await on.reads.readChanges({ ...noChanges, busyWorkers: new Set([facts.workerSid]) }, undefined);
    const after = explainWorker(on.reads.facts());
    assert.match(inEnglish(after.headline.message), /^Worker 0 is being offered a task, 2 min left/);
    assert.deepEqual(
      after.held.map(({ status, queueName }) => [status, queueName]),
      [['pending', 'Everyone']],
    );
  });

  it('takes a missing permission as a fact', async () => {
    const on = await stage(3);
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Tasks') ? Promise.resolve(refusal(403, 20003, 'Permission Denied')) : pass();
    await on.reads.read();
    assert.deepEqual(on.reads.facts().unread, [{ part: 'waitingTasks', reason: 'permission' }]);
    assert.equal(on.reads.facts().waitingTasks, undefined);
    explainWorker(on.reads.facts());
  });

  it('says why the worker could not be read', async () => {
    const on = await stage(3);
    on.wire = ({ url }, pass) =>
      /Workers\/WK\w+$/.test(url.pathname) ? Promise.resolve(refusal(404, 20404, 'Not found')) : pass();
    await on.reads.read();
    assert.ok(on.reads.failure);
    on.wire = (_, pass) => pass();
    await on.reads.read();
    assert.equal(on.reads.failure, undefined);
  });

  it('is only probable once it was read a while ago, or could not be read again', async () => {
    const on = await stage(3);
    await on.reads.read();
    assert.equal(explainWorker(on.reads.facts()).headline.certainty, 'certain');
    on.clock.advance(61_000);
    const old = explainWorker(on.reads.facts());
    for (const { certainty } of [old.headline, old.tasks[0]!.claim]) assert.equal(certainty, 'probable');
    on.wire = ({ url }, pass) =>
      url.pathname.endsWith('/Tasks') ? Promise.resolve(refusal(400, 20001, 'Not now')) : pass();
    await on.reads.read();
    assert.deepEqual(on.reads.facts().outdated, ['waitingTasks']);
  });

  it('takes at most 16 requests among 5,000 workers', async () => {
    const on = await stage(5000);
    await on.reads.read();
    assert.ok(on.sent.length <= 16, on.sent.map(({ path }) => path).join('\n'));
  });
});
