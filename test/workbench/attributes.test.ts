import assert from 'node:assert/strict';
import type { Row } from '../../src/taskrouter/client';
import { createRequest, updateRequest } from '../../src/taskrouter/requests';
import * as resources from '../../src/taskrouter/resources';
import { still } from '../extension/centre';
import { clientOf } from '../extension/window';
import { eventually } from './commandResults';
import { continueEachOther, useDesk } from './steps';

describe('attributes and workflows in an editor', function () {
  continueEachOther(this);
  const desk = useDesk({
    settings: {
      'taskrouter.refreshInterval': 0,
      'files.autoSave': 'afterDelay',
      'files.autoSaveDelay': 200,
    },
    scenario: still,
    connects: true,
  });

  const posts = () => desk.simulator.requests.filter(({ method }) => method === 'POST');
  const task = async (): Promise<{ sids: readonly string[]; row: Row }> => {
    const client = clientOf(desk.simulator);
    const [workspace] = (await client.list(resources.workspaces, [])).rows;
    const { rows } = await client.list(resources.tasks, [workspace!.sid]);
    const row = rows.find(({ attributes }) => String(attributes).includes('Dana Alder'))!;
    return { sids: [workspace!.sid, row.sid], row };
  };
  const configuration = async (): Promise<string> => {
    const client = clientOf(desk.simulator);
    const [workspace] = (await client.list(resources.workspaces, [])).rows;
    const [workflow] = (await client.list(resources.workflows, [workspace!.sid])).rows;
    return String(workflow!['configuration']);
  };
  const editor = () => desk.workbench.page.locator('.editor-instance .monaco-editor').first();
  const replace = async (text: string) => {
    const { page } = desk.workbench;
    await editor().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(text);
    // What the editor closed by itself.
    await page.keyboard.press('Control+Shift+End');
    await page.keyboard.press('Delete');
  };

  const review = 'Send the request, or copy it as code?';
  const send = async () => {
    const { workbench } = desk;
    await workbench.quickInput(review).chooseAfterReading(/Save Attributes/);
    await workbench.statusBarItem(/Attributes saved/).waitFor();
  };

  it('attributes are edited, which Auto Save leaves alone', async () => {
    const { workbench } = desk;
    await workbench
      .treeItem(/^Workspace Desk/)
      .first()
      .waitFor();
    await workbench.expand(workbench.treeItem(/^Workspace Desk/).first());
    await workbench.expand(workbench.treeItem(/^Tasks/).first());
    const lines = workbench.page.locator('.view-lines:visible');
    await workbench.contextMenu(
      workbench.treeItem(/^Task, Dana Alder/).first(),
      'Edit Attributes',
      lines.getByText('"name"'),
    );
    await replace('{"name":"Dana Alder","vip":true,"big":12345678901234567890}');
    await workbench.statusBarItem(/TaskRouter JSON/).waitFor();
    await workbench.page.locator('.tab.dirty').waitFor();
    assert.deepEqual(posts(), []);
  });

  it('attributes are sent by Ctrl+S, with what somebody else wrote in the meantime', async () => {
    const { workbench } = desk;
    const { sids, row: before } = await task();
    const others = String(before['attributes']).replace('}', ',"language":"de"}');
    await clientOf(desk.simulator).update(updateRequest(resources.tasks, sids, [['Attributes', others]]));
    const sent = posts().length;
    await editor().click();
    await workbench.page.keyboard.press('Control+S');
    await workbench.quickInput(review).box.waitFor();
    await workbench.screenshot('attributes-review');
    assert.equal(posts().length, sent);
    assert.equal(await workbench.toast('not by Auto Save').count(), 0);
    await send();
    const { row } = await task();
    assert.equal(posts().length, sent + 1);
    assert.equal(
      row['attributes'],
      '{"name":"Dana Alder","language":"de","vip":true,"big":12345678901234567890}',
    );
    // The editor shows what is there now.
    await workbench.page.locator('.view-lines:visible').getByText('"language"').waitFor();
    await eventually(workbench, async () => (await workbench.page.locator('.tab.dirty').count()) === 0);
  });

  it('attributes are sent by Save without Formatting', async () => {
    const { workbench } = desk;
    const sent = posts().length;
    await replace('{"name":"Dana Alder","vip":"unformatted"}');
    await workbench.command('File: Save without Formatting');
    await send();
    // The status bar may still show how the save before ended.
    const saved = '{"name":"Dana Alder","vip":"unformatted"}';
    await eventually(workbench, async () => (await task()).row['attributes'] === saved);
    assert.equal(posts().length, sent + 1);
  });

  it('a workflow is sent by the button of its editor, after a comparison', async () => {
    const { workbench } = desk;
    const { page } = workbench;
    await workbench.command('View: Close All Editors');
    await page.locator('.tab').waitFor({ state: 'detached' });
    await workbench.expand(workbench.treeItem(/^Workflows/).first());
    const row = workbench.treeItem(/^Workflow Inbound/).first();
    await workbench.inlineAction(
      row,
      'Open Workflow',
      page.locator('.view-lines:visible').getByText('"task_routing"'),
    );
    const client = clientOf(desk.simulator);
    const [workspace] = (await client.list(resources.workspaces, [])).rows;
    const workflow = async () => (await client.list(resources.workflows, [workspace!.sid])).rows[0]!;
    const { task_routing } = JSON.parse(String((await workflow())['configuration'])) as {
      task_routing: { default_filter: object };
    };
    const changed = {
      task_routing: {
        filters: [
          {
            filter_friendly_name: 'Gold',
            expression: "vip == 'gold'",
            targets: [task_routing.default_filter],
          },
        ],
        ...{ default_filter: task_routing.default_filter },
      },
    };
    const task = { WorkflowSid: (await workflow()).sid, TaskChannel: 'voice', Attributes: '{}' };
    await client.update(createRequest(resources.tasks, [workspace!.sid], Object.entries(task)));
    const sent = posts().length;
    await replace(JSON.stringify(changed, null, 2));
    assert.equal(posts().length, sent);
    await page
      .getByRole('button', { name: /^Save to TaskRouter/ })
      .first()
      .click();
    await workbench.quickInput(/pending in this workflow/).choose('Leave Pending Tasks as They Are');
    await workbench.quickInput(review).box.waitFor();
    // What TaskRouter has stands beside it.
    await page.locator('.tab', { hasText: 'TaskRouter ↔ Yours' }).waitFor();
    await workbench.screenshot('workflow-review');
    await workbench.quickInput(review).chooseAfterReading(/Save Workflow/);
    await workbench.statusBarItem(/Workflow saved/).waitFor();
    assert.equal((await workflow())['configuration'], JSON.stringify(changed));
    assert.equal(posts().length, sent + 1);
  });

  it('a workflow that somebody else has changed is refused, and replaces that when it is saved again', async () => {
    const { workbench } = desk;
    const { page } = workbench;
    const client = clientOf(desk.simulator);
    const [workspace] = (await client.list(resources.workspaces, [])).rows;
    const workflow = async () => (await client.list(resources.workflows, [workspace!.sid])).rows[0]!;
    const mine = String((await workflow())['configuration']).replace('Gold', 'Mine');
    // VS Code has a check of its own for files of another size.
    const theirs = mine.replace('Mine', 'Theirs, with a longer name');
    const { sid } = await workflow();
    await client.update(
      updateRequest(resources.workflows, [workspace!.sid, sid], [['Configuration', theirs]]),
    );
    await workbench.command('Notifications: Clear All Notifications');
    await page.locator('.tab', { hasText: 'Inbound.workflow.json' }).first().click();
    await replace(mine);
    const save = () =>
      page
        .getByRole('button', { name: /^Save to TaskRouter/ })
        .first()
        .click();
    const sent = posts().length;
    await save();
    await workbench.toast('changed in TaskRouter after you opened it').waitFor();
    await page.locator('.tab', { hasText: 'TaskRouter ↔ Yours' }).waitFor();
    await workbench.screenshot('workflow-changed-elsewhere');
    assert.equal(posts().length, sent);
    await save();
    await workbench.quickInput(/pending in this workflow/).choose('Leave Pending Tasks as They Are');
    await workbench.quickInput(review).chooseAfterReading(/Save Workflow/);
    await eventually(workbench, async () => (await workflow())['configuration'] === mine);
    assert.equal(posts().length, sent + 1);
    await page.locator('.tab', { hasText: 'TaskRouter ↔ Yours' }).waitFor({ state: 'detached' });
  });

  it('a workflow is tried beside its editor, as it is typed', async () => {
    const { workbench } = desk;
    const { page } = workbench;
    await page.locator('.tab', { hasText: 'Inbound.workflow.json' }).first().click();
    await page.getByRole('button', { name: 'Try Workflow' }).first().click();
    const tried = workbench.webview();
    await tried
      .getByText(/^Default filter: /)
      .first()
      .waitFor();
    await tried.getByRole('heading', { name: 'Waiting tasks' }).waitFor();
    await tried.getByLabel('Attributes').fill('{"vip": "silver"}');
    const sent = posts().length;
    const text = JSON.stringify(JSON.parse(await configuration()), null, 2);
    await replace(text.replace("vip == 'gold'", "vip == 'silver'"));
    await tried
      .getByText(/^Mine, target 1: /)
      .first()
      .waitFor();
    await workbench.screenshot('workflow-tried');
    assert.equal(posts().length, sent);
  });
});
