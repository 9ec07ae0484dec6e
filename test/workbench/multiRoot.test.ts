import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openWorkbench, type Workbench } from './driver';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';
import { connectLocal, continueEachOther, openReservation } from './steps';

interface PresetFile {
  readonly presets: readonly { readonly name: string; readonly parameters: Record<string, string> }[];
}

describe('a person works in a workspace of several folders', function () {
  continueEachOther(this);
  const scratch = mkdtempSync(path.join(tmpdir(), 'multi-root-'));
  const presetFile = (folder: string) => path.join(scratch, folder, '.vscode/taskrouter-presets.json');
  const presetsIn = (folder: string) =>
    (JSON.parse(readFileSync(presetFile(folder), 'utf8')) as PresetFile).presets;
  let centre: FormCentre;
  let workbench: Workbench;

  before(async () => {
    for (const folder of ['clinic', 'harbor', 'empty']) {
      mkdirSync(path.join(scratch, folder, '.vscode'), { recursive: true });
      if (folder === 'empty') continue;
      const parameters = { Timeout: folder === 'clinic' ? '11' : '22' };
      const presets = [{ name: 'Day shift', instruction: 'conference', parameters }];
      writeFileSync(presetFile(folder), JSON.stringify({ presets }));
    }
    // A folder can have another name in a workspace than on the disk.
    const folders = [{ path: 'clinic' }, { path: 'harbor', name: 'Harbor Desk' }, { path: 'empty' }];
    const workspaceFile = path.join(scratch, 'desks.code-workspace');
    writeFileSync(workspaceFile, JSON.stringify({ folders }));
    centre = await openCentre([{ name: 'first', status: 'pending' }]);
    workbench = await openWorkbench({ workspaceFile });
    await connectLocal(workbench, centre.origin, centre.simulator);
    await openReservation(workbench, 'Worker first');
    await form()
      .locator('.actions label', { hasText: /^\s*Conference/ })
      .click();
    await timeout().waitFor();
  });
  after(async () => {
    await workbench?.close();
    centre?.close();
    rmSync(scratch, { recursive: true });
  });

  const form = () => workbench.webview();
  const timeout = () => form().locator('#field-timeout');
  const presets = () => workbench.quickInput('Apply a preset, or save the current values');
  const openPresets = async () => {
    await form().getByRole('button', { name: 'Presets…' }).click();
    await presets().box.getByRole('option').first().waitFor();
  };
  /** Waits for the field to have this value, and for the host to know it. */
  const hasTimeout = async (value: string) => {
    await form().getByText(`Timeout=${value}`).first().waitFor();
    assert.equal(await timeout().inputValue(), value);
  };

  it('and is offered the presets of each folder, with its name', async () => {
    await openPresets();
    const offered = await presets().box.locator('.monaco-list-row', { hasText: 'Day shift' }).all();
    const described = await Promise.all(offered.map((one) => one.locator('.label-description').innerText()));
    assert.deepEqual(
      described.map((text) => text.trim()),
      ['clinic', 'Harbor Desk'],
    );
    await presets()
      .box.getByRole('option', { name: /Harbor Desk/ })
      .click();
    await hasTimeout('22');
    await openPresets();
    await presets()
      .box.getByRole('option', { name: /clinic/ })
      .click();
    await hasTimeout('11');
  });

  it('and is asked in which folder to save, and only that one gets the preset', async () => {
    await timeout().fill('33');
    await hasTimeout('33');
    await openPresets();
    await presets().choose(/Save Current Values/);
    const where = workbench.quickInput('Where should the preset be saved?');
    assert.deepEqual(await where.options(), ['clinic', 'Harbor Desk', 'empty', 'User']);
    await where.choose('Harbor Desk');
    const name = workbench.quickInput('Save Preset');
    await name.type('Night shift');
    await name.box.waitFor({ state: 'hidden' });
    const saved = presets().box.getByRole('option', { name: /Night shift.*Harbor Desk/ });
    // Again: the file may be written after the pick was filled.
    await workbench.untilSeen(saved, async () => {
      await workbench.page.keyboard.press('Escape');
      await openPresets();
    });
    await workbench.page.keyboard.press('Escape');
    assert.deepEqual(
      presetsIn('harbor').map((one) => [one.name, one.parameters]),
      [
        ['Day shift', { Timeout: '22' }],
        ['Night shift', { Timeout: '33' }],
      ],
    );
    assert.equal(presetsIn('clinic').length, 1);
    assert.ok(!existsSync(presetFile('empty')));
    assert.deepEqual(centre.posts(), []);
  });

  it('and renames the preset of one folder, while the one of the same name in the other stays', async () => {
    await openPresets();
    const ofHarbor = presets().box.getByRole('option', { name: /Day shift.*Harbor Desk/ });
    await ofHarbor.hover();
    await ofHarbor.getByRole('button', { name: 'Rename' }).click();
    await workbench.quickInput('Rename Preset').type('Early shift');
    await presets()
      .box.getByRole('option', { name: /Early shift.*Harbor Desk/ })
      .waitFor();
    await workbench.page.keyboard.press('Escape');
    const namesIn = (folder: string) => presetsIn(folder).map((one) => one.name);
    assert.deepEqual([namesIn('harbor'), namesIn('clinic')], [['Early shift', 'Night shift'], ['Day shift']]);
  });
});
