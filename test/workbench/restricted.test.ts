import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Simulator } from '../../src/simulator/simulator';
import { createSimulator } from '../../src/simulator/simulator';
import { copySources } from '../host/sourceCopy';
import { openWorkbench, type Workbench } from './driver';
import { connectLocal, continueEachOther } from './steps';

/**
 * The manifest says that Restricted Mode takes nothing away: what a folder brings is data or is not read. As a package:
 * an extension under development runs in any folder, whatever it says.
 */
describe('a person opens a folder that is not trusted', function () {
  continueEachOther(this);
  const scratch = mkdtempSync(path.join(tmpdir(), 'restricted-'));
  const folder = path.join(scratch, 'folder');
  const vsix = path.join(scratch, 'taskrouter-reservations.vsix');
  let simulator: Simulator;
  let server: Awaited<ReturnType<Simulator['listen']>>;
  let workbench: Workbench;

  before(async () => {
    simulator = createSimulator({ seed: 7 });
    server = await simulator.listen(0);
    const sources = path.join(scratch, 'sources');
    copySources(sources);
    execFileSync('npm', ['run', '--silent', 'package', '--', '--out', vsix], { cwd: sources });
    mkdirSync(path.join(folder, '.vscode'), { recursive: true });
    const write = (name: string, value: unknown) =>
      writeFileSync(path.join(folder, '.vscode', name), JSON.stringify(value));
    write('settings.json', { 'taskrouter.requestsPerMinute': 600, 'taskrouter.refreshInterval': 1 });
    const parameters = { CallFrom: '+15550100142', CallTo: 'client:ada', CallUrl: 'https://example.com/a' };
    write('taskrouter-presets.json', { presets: [{ name: 'Ring Ada', instruction: 'call', parameters }] });
    workbench = await openWorkbench({
      folder,
      extension: vsix,
      workspaceTrust: true,
      settings: { 'taskrouter.refreshInterval': 0 },
    });
  });
  after(async () => {
    await workbench?.close();
    await server?.close();
    simulator.stop();
    rmSync(scratch, { recursive: true });
  });

  it('and signs in and browses as anywhere', async () => {
    await workbench.statusBarItem(/Restricted Mode/).waitFor();
    await connectLocal(workbench, server.url, simulator);
    await workbench
      .treeItem(/^Workspace Acme Support/)
      .first()
      .click();
    await workbench.treeItem('Tasks').first().click();
    await workbench.expand(workbench.treeItem(/^Task, Dana Alder, reserved/).first());
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

  it('is asked before the call', async () => {
    await workbench.webview().getByRole('button', { name: 'Send Call' }).click();
    await workbench
      .modal()
      .getByText(/^Call .* about Dana Alder\?$/)
      .waitFor();
    await workbench.modal().getByRole('button', { name: 'Cancel' }).click();
    assert.ok(simulator.requests.every(({ method }) => method === 'GET'));
    await workbench.statusBarItem(/Restricted Mode/).waitFor();
  });
});
