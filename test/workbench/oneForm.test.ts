import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from './driver';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';
import { connectLocal, continueEachOther } from './steps';

describe('a person has the forms of two reservations open', function () {
  continueEachOther(this);
  let centre: FormCentre;
  let workbench: Workbench;

  before(async () => {
    centre = await openCentre(['first', 'second'].map((name) => ({ name, status: 'pending' })));
    workbench = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 1 } });
    await connectLocal(workbench, centre.origin, centre.simulator);
  });
  after(async () => {
    await workbench?.close();
    centre?.close();
  });

  const field = () => workbench.webview().locator('#field-from');
  const tabs = () => workbench.page.locator('.editor-group-container').getByRole('tab');
  const open = async (name: string) => {
    const row = workbench.treeItem(new RegExp(`^Live reservation, .*worker Worker ${name}`)).first();
    const heading = workbench.webview().getByRole('heading', { level: 1, name: `Task ${name}` });
    await workbench.contextMenu(row, 'Conference…', heading);
    await heading.waitFor();
  };

  it('and types into the first', async () => {
    await open('first');
    await field().fill('+15550100142');
    await workbench.webview().getByText('From=%2B15550100142').first().waitFor();
    await open('second');
    assert.equal(await tabs().count(), 2);
  });

  it('and after a reload opens the first from its row: its tab is shown, and no other form is opened', async () => {
    await workbench.reload();
    await workbench.webview().getByRole('heading', { level: 1, name: 'Task second' }).waitFor();
    await open('first');
    assert.equal(await tabs().count(), 2);
    assert.equal(await field().inputValue(), '+15550100142');
  });

  it('and the same where its tab is behind another in another group', async () => {
    await workbench.command('View: Close Other Editors in Group');
    await workbench.command('File: New Untitled Text File');
    await workbench.command('View: Open Previous Editor');
    await workbench.command('View: Move Editor into Next Group');
    await workbench.command('File: New Untitled Text File');
    await workbench.command('View: Focus First Editor Group');
    await workbench.reload();
    assert.equal(await tabs().count(), 3);
    await open('first');
    assert.equal(await tabs().count(), 3);
    assert.equal(await field().inputValue(), '+15550100142');
  });
});
