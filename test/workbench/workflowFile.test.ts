import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openWorkbench, type Theme, type Workbench } from './driver';
import { continueEachOther } from './steps';

const workflow = {
  task_routing: {
    filters: [
      {
        filter_friendly_name: 'Billing in Spanish',
        expression: "skill == 'billing' AND language IN ['es', 'ca']",
        targets: [{ queue: 'WQ00000000000000000000000000000001', expression: 'worker.level >= 3' }],
      },
      {
        filter_friendly_name: 'Never',
        expression: "type == 'a' AND type == 'b'",
        targets: [{ queue: 'WQ00000000000000000000000000000001' }],
      },
    ],
    default_filter: { queue: 'WQ00000000000000000000000000000002' },
  },
};

describe('a workflow in a JSON file', function () {
  continueEachOther(this);
  const folder = mkdtempSync(path.join(tmpdir(), 'workflow-'));
  let on: Workbench;

  before(async () => {
    writeFileSync(path.join(folder, 'inbound.json'), JSON.stringify(workflow, null, 2));
    on = await openWorkbench({ folder });
    await on.page.keyboard.press('Control+P');
    await on.quickInput().box.locator('input').fill('inbound.json');
    await on.quickInput().choose(/^inbound\.json/);
    await on.page.locator('.monaco-editor .view-line').first().waitFor();
  });
  after(async () => {
    await on?.close();
    rmSync(folder, { recursive: true });
  });

  const word = (text: string) => on.page.locator('.view-line span span', { hasText: text }).first();
  /** VS Code has a class for each color. */
  const colorOf = (text: string) => word(text).getAttribute('class');

  it('has its expressions in the colors of an expression', async () => {
    await word('AND').waitFor();
    const colors = await Promise.all(['AND', "'billing'", 'skill'].map(colorOf));
    assert.equal(new Set(colors).size, 3, colors.join());
  });

  it('says which filter no task can match, where it is typed', async () => {
    await on.page.locator('.squiggly-warning').first().waitFor();
    await on.page.keyboard.press('F8');
    await on.page.getByText('No task can match this filter.').first().waitFor();
    for (const theme of ['dark', 'light'] satisfies Theme[]) {
      await on.setTheme(theme);
      await on.screenshot(`workflow-file-${theme}`);
    }
  });
});
