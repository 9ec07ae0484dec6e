import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from './driver';

describe('the workbench', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ env: { TASKROUTER_SIMULATE: '1' } });
  });
  after(() => workbench?.close());

  it('opens, and its palette lists the commands of TaskRouter', async () => {
    const commands = await workbench.commandsFor('TaskRouter: ');
    const ours = commands.filter((title) => title.startsWith('TaskRouter: '));
    assert.ok(ours.length > 0, `the palette lists ${commands.join(', ')}`);
  });
});
