import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Simulator } from '../../src/simulator/simulator';
import { createSimulator } from '../../src/simulator/simulator';
import { openWorkbench, type Workbench } from './driver';

/** The manifest says that Restricted Mode takes nothing away: what a folder brings is data or is not read. */
describe('a person opens a folder that is not trusted', function () {
  this.bail(true); // each step goes on where the one before has ended
  const folder = mkdtempSync(path.join(tmpdir(), 'restricted-'));
  let simulator: Simulator;
  let server: Awaited<ReturnType<Simulator['listen']>>;
  let workbench: Workbench;

  before(async () => {
    simulator = createSimulator({ seed: 7 });
    server = await simulator.listen(0);
    mkdirSync(path.join(folder, '.vscode'));
    const write = (name: string, value: unknown) =>
      writeFileSync(path.join(folder, '.vscode', name), JSON.stringify(value));
    write('settings.json', { 'taskrouter.confirmCalls': false, 'taskrouter.refreshInterval': 1 });
    const parameters = { CallFrom: '+15550100142', CallTo: 'client:ada', CallUrl: 'https://example.com/a' };
    write('taskrouter-presets.json', { presets: [{ name: 'Ring Ada', instruction: 'call', parameters }] });
    workbench = await openWorkbench({
      folder,
      workspaceTrust: true,
      settings: { 'taskrouter.refreshInterval': 0 },
    });
  });
  after(async () => {
    await workbench?.close();
    await server?.close();
    simulator.stop();
    rmSync(folder, { recursive: true });
  });

  it('and signs in and browses as anywhere', async () => {
    await workbench.statusBarItem(/Restricted Mode/).waitFor();
    await workbench.openViews();
    await workbench.command('TaskRouter: Connect to a Local TaskRouter');
    await workbench.quickInput('Connect to a Local TaskRouter (1/3)').type(server.url);
    await workbench.quickInput('Connect to a Local TaskRouter (2/3)').type(simulator.accountSid);
    await workbench.quickInput('Connect to a Local TaskRouter (3/3)').type(simulator.authToken);
    await workbench
      .treeItem(/^Workspace Acme Support/)
      .first()
      .click();
    await workbench.treeItem('Tasks').first().click();
    await workbench
      .treeItem(/^Task, Dana Alder, reserved/)
      .first()
      .click();
    await workbench
      .treeItem(/^Reservation, pending/)
      .first()
      .waitFor();
  });

  it('is offered the folder’s presets, which fill in the form and do no more', async () => {
    const form = workbench.webview();
    const pending = workbench.treeItem(/^Reservation, pending/).first();
    await workbench.contextMenu(pending, 'Call…', form.locator('#field-callFrom'));
    await form.getByRole('button', { name: /Preset/ }).click();
    await workbench.quickInput('Presets for Call').choose(/Ring Ada/);
    await form.getByText('CallUrl=').first().waitFor();
    assert.equal(await form.locator('#field-callTo').inputValue(), 'client:ada');
    assert.ok(simulator.requests.every(({ method }) => method === 'GET'));
  });

  it('is asked before the call, whatever the folder’s settings say', async () => {
    await workbench.webview().getByRole('button', { name: 'Send Call' }).click();
    await workbench.modal().getByText('Call this reservation?').waitFor();
    await workbench.modal().getByRole('button', { name: 'Cancel' }).click();
    assert.ok(simulator.requests.every(({ method }) => method === 'GET'));
    await workbench.statusBarItem(/Restricted Mode/).waitFor();
  });
});
