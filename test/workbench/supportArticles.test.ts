import assert from 'node:assert/strict';
import { updateRequest } from '../../src/taskrouter/requests';
import * as resources from '../../src/taskrouter/resources';
import { clientOf } from '../extension/window';
import { quiet, waiting, worker } from '../simulator/driver';
import { continueEachOther, useDesk } from './steps';

const day = 86_400;
const held = (name: string, by: string, status: 'accepted' | 'wrapping', age: number) =>
  waiting({
    age,
    status: status === 'accepted' ? 'assigned' : 'wrapping',
    attributes: { name, from: '+15550100150' },
    reservations: [{ worker: by, status, age: age - 10 }],
  });

/** Alice went home with tasks, and Bob's wrap-ups never ended. */
const scenario = quiet({
  workers: [worker('alice', { activity: 'Offline' }), worker('bob', { activity: 'Break' })],
  tasks: [
    held('Dana Alder', 'alice', 'accepted', 2 * day),
    held('Milo Birch', 'alice', 'accepted', 2 * day),
    held('Omar Cedar', 'bob', 'wrapping', 7200),
    held('Rosa Hazel', 'bob', 'wrapping', 7200),
    held('Gus Fir', 'bob', 'wrapping', 60),
    waiting({ attributes: { name: 'June Maple', from: '+15550100199' } }),
  ],
});

/** Procedures of many steps in support articles, done from the sidebar: with how many clicks, keys and texts, and requests. */
describe('what support articles describe', function () {
  continueEachOther(this);
  const desk = useDesk({ settings: { 'taskrouter.refreshInterval': 0 }, scenario, connects: true });

  const page = () => desk.workbench.webview();
  const button = (name: string | RegExp) => page().getByRole('button', { name });
  const row = (name: RegExp) => desk.workbench.treeItem(name).first();
  const press = (key: string) => desk.workbench.page.keyboard.press(key);

  /** Does it by steps, each of which is a click, a key or a text. */
  async function assertTakes(
    wanted: { readonly steps: number; readonly updates: number; readonly readsAtMost: number },
    steps: readonly (() => Promise<unknown>)[],
    isShown: () => Promise<unknown>,
  ) {
    const { requests } = desk.simulator;
    const before = requests.length;
    for (const step of steps) await step();
    await isShown();
    const sent = requests.slice(before);
    const updates = sent.filter(({ method }) => method === 'POST').length;
    const reads = sent.length - updates;
    console.log(`      ${steps.length} steps, ${updates} updates, ${reads} reads`);
    assert.deepEqual({ steps: steps.length, updates }, { steps: wanted.steps, updates: wanted.updates });
    assert.ok(reads <= wanted.readsAtMost, `${reads} reads`);
  }

  const completeAll = (count: number, reason: string) => [
    () => page().getByRole('columnheader', { name: 'Select all' }).click(),
    () => button(/^Complete/).click(),
    () => desk.workbench.quickInput(`Complete Tasks: ${count}`).box.locator('input').first().fill(reason),
    () => press('Enter'),
    () => button(`Complete ${count} Tasks`).click(),
  ];
  const summary = (text: string) => page().locator('.summary').filter({ hasText: text }).waitFor();

  it('finds and closes tasks that are stuck in wrap-up', () =>
    assertTakes(
      { steps: 8, updates: 2, readsAtMost: 30 },
      [
        () => row(/^Workspace Quiet/).click(),
        () => row(/^Saved Queries/).click(),
        // With its count: a click on a row that VS Code draws anew is lost.
        () => row(/Stuck in wrap-up, \d/).click(),
        ...completeAll(2, 'Left in wrap-up'),
      ],
      () => summary('2 done'),
    ));

  it('says why a task was canceled', async () => {
    const client = clientOf(desk.simulator);
    const [workspace] = (await client.list(resources.workspaces, [])).rows;
    const { rows } = await client.list(resources.tasks, [workspace!.sid]);
    const { sid } = rows.find(({ attributes }) => String(attributes).includes('June Maple'))!;
    const values = [
      ['AssignmentStatus', 'canceled'],
      ['Reason', 'Caller hung up'],
    ] as const;
    await client.update(updateRequest(resources.tasks, [workspace!.sid, sid], values));
    const box = () => desk.workbench.quickInput(/^SID, Console or API address/).box;
    await assertTakes(
      { steps: 4, updates: 0, readsAtMost: 12 },
      [
        () => press('Control+Alt+G'),
        () => box().locator('input').first().fill('(555) 010-0199'),
        () => press('Enter'),
        () =>
          box()
            .getByRole('option', { name: /June Maple/ })
            .first()
            .click(),
      ],
      () =>
        page()
          .locator('.headline')
          .getByRole('heading', { level: 1, name: /^Canceled.*Caller hung up/ })
          .waitFor(),
    );
  });

  it('closes the tasks of somebody who has gone home', async () => {
    await desk.workbench.command('View: Close All Editors');
    const query = () => page().getByRole('combobox', { name: 'Filter tasks' });
    await assertTakes(
      { steps: 8, updates: 2, readsAtMost: 30 },
      [
        () =>
          row(/^Workspace Quiet/)
            .hover()
            .then(() =>
              row(/^Workspace Quiet/)
                .getByRole('button', { name: 'Open Task Table' })
                .click(),
            ),
        () => query().fill('worker:alice'),
        () =>
          query()
            .press('Enter')
            .then(() => page().getByText('2 tasks').first().waitFor()),
        ...completeAll(2, 'Agent went home'),
      ],
      () => summary('2 done'),
    );
  });
});
