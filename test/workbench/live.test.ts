import assert from 'node:assert/strict';
import type { Scenario, Simulator } from '../../src/simulator/simulator';
import { createClient } from '../../src/taskrouter/client';
import { instructionNamed } from '../../src/taskrouter/instructions';
import { defaultOrigin } from '../../src/taskrouter/origin';
import * as resources from '../../src/taskrouter/resources';
import { updateReservationRequest } from '../../src/taskrouter/update';
import { useDesk } from './steps';

/** Two calls; two workers can take the first. Nothing happens unless somebody does it. */
const pair: Scenario = {
  name: 'pair',
  workspaces: [
    {
      name: 'Desk',
      multitasking: true,
      activities: [
        { name: 'Available', available: true },
        { name: 'Break', available: false },
      ],
      defaultActivity: 'Break',
      timeoutActivity: 'Break',
      channels: [{ uniqueName: 'voice', friendlyName: 'Voice' }],
      queues: [{ name: 'Everyone', targetWorkers: '1==1' }],
      workflows: [{ name: 'Inbound', reservationTimeout: 90, filters: [], defaultQueue: 'Everyone' }],
      workers: [
        { name: 'Ada Wren', activity: 'Available', attributes: { contact_uri: 'client:ada' } },
        { name: 'Ben Finch', activity: 'Available', attributes: { contact_uri: 'client:ben' } },
        { name: 'Cleo Swift', activity: 'Break', attributes: {} },
      ],
      tasks: [
        {
          workflow: 'Inbound',
          queue: 'Everyone',
          channel: 'voice',
          attributes: { from: '+15550100150', name: 'Dana Alder' },
          age: 20,
          status: 'reserved',
          reservations: [{ worker: 'Ada Wren', status: 'pending', age: 5 }],
        },
        {
          workflow: 'Inbound',
          queue: 'Everyone',
          channel: 'voice',
          attributes: { from: '+15550100151', name: 'Milo Birch' },
          age: 10,
          status: 'reserved',
          reservations: [{ worker: 'Cleo Swift', status: 'pending', age: 1 }],
        },
      ],
    },
  ],
};

/** Somebody else, at another desk: acts on the one open reservation through the API. */
async function somebodyElse(simulator: Simulator, does: 'accept' | 'reject' | 'complete'): Promise<void> {
  const { accountSid: username, authToken: password, fetch } = simulator;
  const client = createClient({ fetch, origin: defaultOrigin, username, password });
  const [workspace] = (await client.list(resources.workspaces, [])).rows;
  const assignmentStatus = ['reserved', 'assigned'];
  const [task] = (await client.list(resources.tasks, [workspace!.sid], { assignmentStatus })).rows;
  const { rows } = await client.list(resources.taskReservations, [workspace!.sid, task!.sid]);
  const open = rows.find((row) => ['pending', 'accepted'].includes(String(row['reservation_status'])))!;
  const activities = await client.list(resources.activities, [workspace!.sid]);
  const away = activities.rows.find((row) => row['friendly_name'] === 'Break')!.sid;
  await client.update(
    updateReservationRequest(
      { workspaceSid: workspace!.sid, parentSid: task!.sid, sid: open.sid },
      instructionNamed(does),
      does === 'reject' ? { workerActivitySid: away } : {},
    ),
  );
}

describe('a person watches what is waiting', () => {
  const desk = useDesk({
    settings: { 'taskrouter.refreshInterval': 1, 'taskrouter.requestsPerMinute': 600 },
    scenario: pair,
    connects: true,
  });

  const row = (name: string | RegExp) => desk.workbench.treeItem(name).first();

  it('sees who is offered what, and until when', async () => {
    await row(/^Live reservation, pending, until .*, worker Ada Wren, task Dana Alder/).waitFor();
    await desk.workbench.page.getByText(/^2 pending\. \d+ of 600 requests in the last minute/).waitFor();
    await desk.workbench.statusBarItem(/^Next TaskRouter reservation: Ada Wren/).waitFor();
    await desk.workbench.screenshot('live-dark');
  });

  it('sees a new one arrive when the first is turned down, without a hand on refresh', async () => {
    await somebodyElse(desk.simulator, 'reject');
    await row(/^Live reservation, pending, until .*, worker Ben Finch/).waitFor();
    await row(/worker Ada Wren/).waitFor({ state: 'detached' });
  });

  it('sees it count down, while its row stays the same', async () => {
    const text = desk.workbench.page.locator('.part.statusbar').getByText(/\d:\d\d Cleo Swift/);
    const before = (await text.innerText()).trim();
    await desk.workbench.page.locator('.part.statusbar').getByText(before).waitFor({ state: 'detached' });
    assert.match(await text.innerText(), /\d:\d\d Cleo Swift/);
  });

  it('sees it taken by somebody else', async () => {
    await somebodyElse(desk.simulator, 'accept');
    await row(/^Live reservation, accepted since .*, worker Ben Finch/).waitFor();
    await desk.workbench.page.getByText(/^1 pending, 1 in progress\./).waitFor();
    await desk.workbench.statusBarItem(/^Next TaskRouter reservation: Cleo Swift/).waitFor();
    await desk.workbench.screenshot('live-accepted-dark');
  });

  it('sees it vanish when it is done', async () => {
    await somebodyElse(desk.simulator, 'complete');
    await row(/^Live reservation, .*worker Ben Finch/).waitFor({ state: 'detached' });
    await desk.workbench.page.getByText(/^1 pending\./).waitFor();
  });

  it('accepts with one click on the row, which says so at once', async () => {
    const waiting = row(/^Live reservation, pending, .*worker Cleo Swift/);
    const accepted = row(/^Live reservation, accepted since .*, worker Cleo Swift/);
    await desk.workbench.inlineAction(waiting, 'Accept Reservation', accepted);
    await accepted.waitFor();
    await desk.workbench.page.getByText(/^1 in progress\./).waitFor();
    await desk.workbench.statusBarItem(/^Next TaskRouter reservation/).waitFor({ state: 'detached' });
  });

  it('is told in words that nothing is open', async () => {
    await somebodyElse(desk.simulator, 'complete');
    await row(/^Live reservation/).waitFor({ state: 'detached' });
    await desk.workbench.page.getByText(/^Desk has no open reservations\./).waitFor();
    await desk.workbench.screenshot('live-empty-dark');
  });
});
