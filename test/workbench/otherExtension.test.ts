import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Simulator } from '../../src/simulator/simulator';
import { findReservation } from '../extension/window';
import { createSimulator } from '../../src/simulator/simulator';
import { eventually } from './commandResults';
import { openWorkbench, type Workbench } from './driver';
import { installExtension } from './installExtension';
import { stillScenario } from './formCentre';
import { openTwilioHosts } from './twilioHosts';

/** Runs the command that a file names, and writes what it returned into another. */
const source = (folder: string) => `
const vscode = require('vscode');
const fs = require('node:fs');
const job = ${JSON.stringify(path.join(folder, 'job.json'))};
exports.activate = () => setInterval(async () => {
  if (!fs.existsSync(job)) return;
  const { command, args } = JSON.parse(fs.readFileSync(job, 'utf8'));
  fs.unlinkSync(job);
  const running = vscode.commands.executeCommand(command, ...args);
  // A command that asks something returns when it is answered.
  const late = new Promise((resolve) => setTimeout(() => resolve('asks'), 1500));
  const result = await Promise.race([running, late]).catch((error) => 'threw ' + error);
  fs.writeFileSync(job + '.new', JSON.stringify({ result: result ?? null }));
  fs.renameSync(job + '.new', job + '.done');
}, 50);
`;

describe('another extension calls our commands', function () {
  const folder = mkdtempSync(path.join(tmpdir(), 'other-'));
  const userDataDir = path.join(folder, 'user-data');
  let simulator: Simulator;
  let hosts: Awaited<ReturnType<typeof openTwilioHosts>>;
  let workbench: Workbench;

  before(async () => {
    installExtension(userDataDir, source(folder));
    // A reservation that stays pending: a row of one that has ended would not ask.
    simulator = createSimulator({ scenario: stillScenario([{ name: 'Ada', status: 'pending' }]) });
    hosts = await openTwilioHosts({ 'taskrouter.twilio.com': simulator });
    workbench = await openWorkbench({
      userDataDir,
      settings: { 'taskrouter.refreshInterval': 0, ...hosts.settings },
      env: hosts.env,
    });
    const step = (number: number) => workbench.quickInput(`Sign In (${number}/5)`);
    await workbench.openViews();
    await workbench.command('TaskRouter: Sign In');
    await workbench.quickInput('How do you want to sign in?').choose(/API key or Auth Token/);
    await step(1).type(simulator.accountSid);
    await step(2).type(simulator.authToken);
    await step(3).choose(/^US1/);
    await step(4).choose(/^Staging/);
    await step(5).type('Acme staging');
    await workbench
      .treeItem(/^Workspace Desk/)
      .first()
      .waitFor();
    await workbench.command('TaskRouter: Refresh');
    await workbench
      .treeItem(/^Live reservation/)
      .first()
      .waitFor();
  });
  after(async () => {
    await workbench?.close();
    hosts?.close();
    simulator.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  const posts = () => simulator.requests.filter(({ method }) => method === 'POST');
  const call = async (command: string, ...args: unknown[]): Promise<unknown> => {
    const job = path.join(folder, 'job.json');
    writeFileSync(`${job}.new`, JSON.stringify({ command, args }));
    renameSync(`${job}.new`, job);
    await eventually(workbench, () => existsSync(`${job}.done`));
    const { result } = JSON.parse(readFileSync(`${job}.done`, 'utf8')) as { result: unknown };
    rmSync(`${job}.done`);
    return result;
  };
  it('with the handle of a row, which VS Code turns into the row: the user is asked, and nothing is sent', async () => {
    const { sid } = await findReservation(simulator, 'pending');
    const handle = { $treeViewId: 'taskrouter.live', $treeItemHandle: `1/${sid}` };
    await call('runCommands', {
      commands: [{ command: 'taskrouter.reservation.accept', args: handle }],
    });
    const dialog = workbench.modal();
    await dialog.getByText('Account: Acme staging').waitFor();
    await dialog.getByText(`Reservation: ${sid}`).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.deepEqual(posts(), []);
  });

  it('with anything else: it is ignored, and nothing is returned', async () => {
    const { sid } = await findReservation(simulator, 'pending');
    for (const argument of [
      sid,
      [sid],
      { sid, accountId: 'x', address: { sid } },
      { $treeViewId: 'taskrouter.live', $treeItemHandle: `1/${sid}` },
      [{ $treeViewId: 'taskrouter.live', $treeItemHandle: `1/${sid}` }],
      { accountId: '__proto__', resource: { collection: 'constructor', sids: ['../..'] } },
    ]) {
      const result = await call('taskrouter.reservation.accept', argument);
      assert.ok(result === 'asks' || result === null, JSON.stringify(result));
      await workbench.page.keyboard.press('Escape');
      assert.equal(await workbench.modal().count(), 0);
    }
    assert.deepEqual(posts(), []);
  });
});
