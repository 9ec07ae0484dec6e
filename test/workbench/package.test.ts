import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openWorkbench } from './driver';

const root = path.resolve(__dirname, '../..');

/** All that may be in the package: what runs, what is shown, and what says what it is. */
const shipped = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/extension.js',
  'dist/form/codicon.css',
  'dist/form/codicon.ttf',
  'dist/form/form.js',
  'dist/form/style.css',
  'dist/networkFetch.js',
  'dist/simulator.js',
  'media/icon.png',
  'media/reservation.svg',
  'media/taskrouter-presets.schema.json',
  'media/taskrouter.svg',
  'package.json',
];

describe('the packaged extension', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'package-'));
  const vsix = path.join(scratch, 'taskrouter-reservations.vsix');

  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: root, encoding: 'utf8' });

  before(() => {
    npm('run', '--silent', 'package', '--', '--out', vsix);
  });
  after(() => {
    rmSync(scratch, { recursive: true });
    // The other tests run what is built for reading.
    execFileSync(process.execPath, ['esbuild.js', '--tests'], { cwd: root });
  });

  it('holds what it needs and nothing else, in less than a megabyte', () => {
    const listed = npm('exec', '--silent', '--', 'vsce', 'ls', '--no-dependencies').trim().split('\n').sort();
    assert.deepEqual(listed, shipped);
    assert.ok(statSync(vsix).size < 1_000_000);
  });

  it('is installed, and a reservation is accepted with it', async () => {
    const workbench = await openWorkbench({ extension: vsix });
    await workbench.openViews();
    await workbench.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
    await workbench.treeItem(/^Workspace Acme Support/).click();
    await workbench.treeItem('Tasks').click();
    await workbench.treeItem(/^Task, Dana Alder, reserved/).click();
    const pending = workbench.treeItem(/^Reservation, pending/).first();
    await pending.waitFor();
    await workbench.inlineAction(pending, 'Accept Reservation', workbench.treeItem(/^Reservation, accepted/));
    await workbench.close();
  });
});
