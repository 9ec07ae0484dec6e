import assert from 'node:assert/strict';
import type { Simulator } from '../../src/simulator/simulator';
import { createClient } from '../../src/taskrouter/client';
import { defaultOrigin } from '../../src/taskrouter/origin';
import * as resources from '../../src/taskrouter/resources';
import { quiet } from '../simulator/driver';
import { useDesk } from './steps';

const names = ['Ada Wren', 'Ben Finch', 'Cleo Swift'];

/** Three calls, each offered to a worker. */
const offers = quiet({
  name: 'Desk',
  queues: [{ name: 'Everyone', targetWorkers: '1==1' }],
  workflows: [{ name: 'Inbound', reservationTimeout: 600, filters: [], defaultQueue: 'Everyone' }],
  workers: names.map((name) => ({ name, activity: 'Available', attributes: {} })),
  tasks: names.map((worker, i) => ({
    workflow: 'Inbound',
    queue: 'Everyone',
    channel: 'voice',
    attributes: { name: `Caller ${i + 1}` },
    age: 60 - i,
    status: 'reserved' as const,
    reservations: [{ worker, status: 'pending' as const, age: 60 - i }],
  })),
});

/** The statuses of all reservations, as TaskRouter has them. */
async function statuses({ accountSid: username, authToken: password, fetch }: Simulator): Promise<string[]> {
  const client = createClient({ fetch, origin: defaultOrigin, username, password });
  const [workspace] = (await client.list(resources.workspaces, [])).rows;
  const tasks = (await client.list(resources.tasks, [workspace!.sid])).rows;
  const lists = tasks.map(({ sid }) => client.list(resources.taskReservations, [workspace!.sid, sid]));
  return (await Promise.all(lists)).flatMap(({ rows }) =>
    rows.map((row) => String(row['reservation_status'])),
  );
}

describe('a second click at the same place', () => {
  const desk = useDesk({
    settings: { 'taskrouter.refreshInterval': 1, 'taskrouter.requestsPerMinute': 600 },
    scenario: offers,
    connects: true,
  });

  it('acts on no other reservation, and shows no error', async () => {
    const { page } = desk.workbench;
    const first = desk.workbench.treeItem(/^Live reservation, pending, .*worker Ada Wren/).first();
    await first.hover();
    const button = first.getByRole('button', { name: 'Accept Reservation' });
    await button.waitFor();
    const { x, y, width, height } = (await button.boundingBox())!;
    const [left, top] = [x + width / 2, y + height / 2];
    await page.mouse.click(left, top);
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 500))');
    await page.mouse.click(left, top);
    await desk.workbench.treeItem(/^Live reservation, accepted since .*, worker Ada Wren/).waitFor();
    await page.mouse.click(left, top);
    // The accepted row moves below the pending ones when the next click cannot be meant for it any more.
    const live = page.getByRole('treeitem', { name: /^Live reservation/ });
    await live
      .first()
      .and(page.getByRole('treeitem', { name: /worker Ben Finch/ }))
      .waitFor();
    // What the clicks sent has arrived before this.
    const last = desk.workbench.treeItem(/^Live reservation, pending, .*worker Cleo Swift/).first();
    const accepted = desk.workbench.treeItem(/^Live reservation, accepted since .*, worker Cleo Swift/);
    // Within a second after rows have moved, a click may be meant for another one.
    await desk.workbench.readingTime();
    await desk.workbench.inlineAction(last, 'Accept Reservation', accepted);
    await accepted.waitFor();
    assert.deepEqual((await statuses(desk.simulator)).sort(), ['accepted', 'accepted', 'pending']);
    assert.equal(await desk.workbench.toast(/not done|Only|in progress/).count(), 0);
  });
});
