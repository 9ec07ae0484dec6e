import { eventually } from './commandResults';
import { openWorkbench, type Workbench } from './driver';

describe('the workbench', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ env: { TASKROUTER_SIMULATE: '1' } });
  });
  after(() => workbench?.close());

  it('opens, and its palette lists the commands of TaskRouter', async () => {
    // Right after the start it is filled in steps.
    await eventually(workbench, async () =>
      (await workbench.commandsFor('TaskRouter: ')).some((title) => title.startsWith('TaskRouter: ')),
    );
  });
});
