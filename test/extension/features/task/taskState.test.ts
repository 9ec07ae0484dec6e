import { strict as assert } from 'node:assert';
import { explain } from '../../../../src/explanation/explain';
import type { TaskModel } from '../../../../src/extension/features/task/taskState';
import { taskState } from '../../../../src/extension/features/task/taskState';
import { center } from './center';
import type { Stage } from './taskStage';
import { stage } from './taskStage';

/** What the page of a task shows once everything has been read. */
async function read(on: Stage, taskSid: string) {
  const reads = on.reads(taskSid);
  await reads.readForHeadline();
  await reads.readDetails();
  const facts = reads.facts();
  const model: TaskModel = {
    account: on.accounts.get(on.accountId)!,
    taskSid,
    pinned: false,
    reading: false,
    facts,
    explanation: explain(facts),
    actions: [],
    seen: new Set(),
    requests: [],
  };
  return { reads, model, state: taskState(model) };
}

describe('what the page of a task shows', () => {
  it('names the workspace and the account that do not have the task', async () => {
    const on = await stage(center(2, 0));
    const { state, model } = await read(on, `WT${'9'.repeat(32)}`);
    assert.match(state.headline!.text, /^Task not found in workspace Desk:/);
    assert.deepEqual(
      state.subject.facts.map(({ text }) => text),
      [`Desk · ${model.account.name}`],
    );
  });
});
