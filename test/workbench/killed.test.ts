import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from './driver';
import { killExtensionHost } from './extensionHost';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';
import { connectLocal, continueEachOther, openReservation } from './steps';

describe('the extension host is killed while a request is in flight', function () {
  continueEachOther(this);
  let centre: FormCentre;
  let workbench: Workbench;

  before(async () => {
    centre = await openCentre(['in form', 'by command'].map((name) => ({ name, status: 'pending' })));
    workbench = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 0 } });
    await connectLocal(workbench, centre.origin, centre.simulator);
    await workspaceRow().waitFor();
  });
  after(async () => {
    await workbench?.close();
    centre?.close();
  });

  const form = () => workbench.webview();
  const workspaceRow = () => workbench.treeItem(/^Workspace Desk/).first();
  const bodies = () => centre.posts().map(({ body }) => body);
  /** In the notification center: the first seconds of a toast may pass while the window loads. */
  const unknown = (title: string) =>
    workbench.page.locator('.notifications-center .notification-list-item', {
      hasText: new RegExp(`${title}: outcome unknown\\. .*It was sent at`),
    });
  const reload = async () => {
    await workbench.reload();
    await workspaceRow().waitFor();
    await workbench.command('Notifications: Show Notifications');
  };
  const seeUnknownInForm = () =>
    form().locator('#outcome').getByText('Conference: outcome unknown.').waitFor();
  /** Resolves when TaskRouter has carried out the next POST, of this worker's reservation, whose response never leaves. */
  const carriedOut = (worker: string) =>
    new Promise<void>((resolve) => {
      centre.hooks.onPost = ({ body }) => {
        void centre.actElsewhere(worker, body).then(resolve);
        return true;
      };
    });

  it('from a form: the user is notified, and sees it in the form, also after a reload', async () => {
    await openReservation(workbench, 'Worker in form');
    await form()
      .locator('.actions label', { hasText: /^\s*Conference/ })
      .click();
    const sent = carriedOut('Worker in form');
    await form().getByRole('button', { name: 'Send Conference', disabled: false }).click();
    await workbench.confirm(/^Conference on /);
    await sent;
    killExtensionHost();
    await reload();
    await unknown('Conference').filter({ hasText: 'Task in form → Worker in form' }).waitFor();
    await unknown('Conference').filter({ hasText: 'Sending again can place a second call.' }).waitFor();
    // VS Code drops a page whose extension host has died.
    await openReservation(workbench, 'Worker in form');
    await seeUnknownInForm();
    assert.deepEqual(bodies(), ['Instruction=conference']);
    assert.equal(centre.simulator.calls.length, 1);
  });

  it('and is not notified of the same again, while the form still knows it', async () => {
    await workbench.reload();
    await workspaceRow().waitFor();
    await seeUnknownInForm();
    await workbench.command('Notifications: Show Notifications');
    assert.equal(await unknown('Conference').count(), 0);
  });

  it('from a command: the user is notified after a reload', async () => {
    const sent = carriedOut('Worker by command');
    // With the form in the active editor, its reservation would be meant.
    await workbench.command('View: Close All Editors');
    await workbench.command('TaskRouter: Accept Reservation');
    await workbench.quickInput('Which reservation?').chooseAfterReading(/Worker by command,/);
    await sent;
    killExtensionHost();
    await reload();
    const { reservation_status } = await centre.reservationOf('Worker by command');
    assert.equal(reservation_status, 'accepted');
    await unknown('Accept').filter({ hasText: 'Task by command → Worker by command' }).waitFor();
    await unknown('Accept').filter({ hasText: 'Check the status before you send again.' }).waitFor();
    assert.deepEqual(bodies(), ['Instruction=conference', 'ReservationStatus=accepted']);
  });
});
