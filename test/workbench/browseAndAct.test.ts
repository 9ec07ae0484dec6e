import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import type { Row } from '../../src/taskrouter/client';
import { openWorkbench, type Workbench } from './driver';

/** What a person fills into a form: texts by field key, and choices by field key and label. */
interface Filled {
  texts?: Record<string, string>;
  choices?: Record<string, string>;
  /** A call may still be in progress on this reservation, so the extension asks first. */
  readonly isSecondCall?: boolean;
}

describe('a person browses and acts', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 4 } });
  });
  after(() => workbench?.close());

  const row = (name: string | RegExp) => workbench.treeItem(name).first();
  const setExpanded = (name: string | RegExp, expanded: boolean) => workbench.expand(row(name), expanded);
  const unfold = (name: string | RegExp) => setExpanded(name, true);
  /** The reservation under a task, by what the task is about. */
  const reservationOf = async (about: string, status: string): Promise<Locator> => {
    await unfold(new RegExp(`^Task, ${about},`));
    const reservation = workbench.page
      .getByRole('treeitem', { name: new RegExp(`^Task, ${about},`) })
      .locator(`xpath=following::*[@role="treeitem"][1]`)
      .and(workbench.treeItem(new RegExp(`^Reservation, ${status},`)));
    await reservation.waitFor();
    return reservation;
  };

  /** Opens the form for one instruction from the row's menu, fills it, sends it, and waits for what came of it. */
  const send = async (
    reservation: Locator,
    menu: string,
    title: string,
    { texts = {}, choices = {}, isSecondCall = false }: Filled = {},
  ) => {
    const page = workbench.webview();
    const chosen = page.getByRole('radio', { name: title, exact: true, checked: true });
    await workbench.contextMenu(reservation, menu, chosen);
    for (const [key, text] of Object.entries(texts)) await page.locator(`#field-${key}`).fill(text);
    for (const [key, choice] of Object.entries(choices))
      await page.locator(`#field-${key}`).selectOption(choice);
    const before = posts();
    await page.getByRole('button', { name: `Send ${title}` }).click();
    if (isSecondCall) await workbench.confirm(`${title} on `);
    // The outcome of the instruction before this one may still be there.
    while (posts() === before) await delay(50);
    await page.locator('#outcome.done').waitFor();
  };

  /** A resource as the view has it, read from its JSON document. */
  const json = async (item: Locator): Promise<Row> => {
    const lines = workbench.page.locator('.editor-instance .view-lines:visible');
    await workbench.contextMenu(item, 'Open as JSON', lines.getByText('"account_sid"'));
    await workbench.page.locator('.editor-instance .view-lines:visible').first().click();
    let text = '';
    // The selection ends where the document is read anew in the meantime.
    while (!text.trimEnd().endsWith('}')) {
      await workbench.page.keyboard.press('Control+A');
      await workbench.page.keyboard.press('Control+C');
      text = await workbench.clipboard();
    }
    await workbench.page.keyboard.press('Control+F4');
    return JSON.parse(text) as Row;
  };

  const posts = () =>
    workbench
      .logs()
      .split('\n')
      .filter((line) => line.includes(' POST ')).length;

  it('starts from the welcome view', async () => {
    await workbench.openViews();
    await workbench.page.getByRole('button', { name: 'Sign In to Twilio' }).waitFor();
    await workbench.screenshot('welcome-dark');
    await workbench.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
    await row(/^Workspace Acme Support/).waitFor();
    // Rows that are scrolled away are not there to be found: all the room for this view.
    await workbench.page.locator('.pane-header', { hasText: 'Live Reservations' }).click();
    assert.match(await row(/Simulated account/).innerText(), /SIMULATOR/);
  });

  it('sees tasks, workers and their reservations', async () => {
    await unfold(/^Workspace Acme Support/);
    await unfold('Tasks');
    await row(/^Task, Dana Alder, reserved/).waitFor();
    await reservationOf('Dana Alder', 'pending');
    assert.equal(posts(), 0);
  });

  it('sends Call, Redirect and Conference, and the worker who answers has accepted', async () => {
    const pending = await reservationOf('Dana Alder', 'pending');
    await send(pending, 'Call…', 'Call', {
      texts: { callFrom: '+15555550100', callUrl: 'https://example.com/agent' },
    });
    await send(pending, 'Redirect…', 'Redirect', {
      texts: { redirectCallSid: `CA${'1'.repeat(32)}`, redirectUrl: 'https://example.com/redirect' },
      isSecondCall: true,
    });
    await send(pending, 'Conference…', 'Conference', {
      texts: { from: '+15555550100', timeout: '30' },
      isSecondCall: true,
    });
    await workbench.screenshot('form-dark');
    await reservationOf('Dana Alder', 'accepted');
    assert.equal(posts(), 3);
  });

  it('sends Dequeue, and the bridged call has accepted', async () => {
    await send(await reservationOf('Milo Birch', 'pending'), 'Dequeue…', 'Dequeue', {
      texts: { dequeueFrom: '+15555550100' },
    });
    await reservationOf('Milo Birch', 'accepted');
    assert.equal(posts(), 4);
  });

  it('accepts with one click on the row', async () => {
    const pending = await reservationOf('Omar Cedar', 'pending');
    await workbench.inlineAction(
      pending,
      'Accept Reservation',
      workbench.statusBarItem(/Reservation accepted/),
    );
    const accepted = await json(await reservationOf('Omar Cedar', 'accepted'));
    assert.equal(accepted['reservation_status'], 'accepted');
    assert.equal(posts(), 5);
  });

  it('rejects, and the worker is in the activity that was chosen', async () => {
    const reservation = await reservationOf('Rosa Hazel', 'pending');
    const { worker_name: worker } = await json(reservation);
    const activities = workbench.quickInput('Which activity');
    await workbench.inlineAction(reservation, 'Reject Reservation', activities.box);
    await activities.chooseAfterReading(/Break/);
    // The simulated account gets more tasks as time passes, and they would push the workers off the screen.
    await setExpanded('Tasks', false);
    await unfold('Workers');
    await row(new RegExp(`^Worker, ${String(worker)}, Break`)).waitFor();
    await setExpanded('Workers', false);
    await unfold('Tasks');
    assert.equal(posts(), 6);
  });

  it('supervises an accepted reservation, wraps it up and completes it', async () => {
    const accepted = await reservationOf('Omar Cedar', 'accepted');
    const voice = await reservationOf('Dana Alder', 'accepted');
    const page = workbench.webview();
    await workbench.contextMenu(voice, 'Supervise…', page.locator('#field-supervisorMode'));
    await page.locator('#field-supervisorMode').selectOption('monitor');
    await page.locator('#field-supervisor').fill('client:supervisor');
    await page.getByRole('button', { name: 'Send Supervise' }).click();
    await page
      .getByText(/placed a call to the supervisor\./)
      .first()
      .waitFor();
    await send(accepted, 'Wrap Up…', 'Wrap Up');
    const wrapping = await reservationOf('Omar Cedar', 'wrapping');
    await send(wrapping, 'Complete Reservation…', 'Complete');
    assert.equal(posts(), 9);
  });
});
