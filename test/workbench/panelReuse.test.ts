import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from './driver';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';
import { connectLocal, continueEachOther, openReservation } from './steps';

const names = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh'];

describe('a person opens one reservation after another', function () {
  continueEachOther(this);
  let centre: FormCentre;
  let workbench: Workbench;

  before(async () => {
    centre = await openCentre(names.map((name) => ({ name, status: 'pending' })));
    workbench = await openWorkbench({ settings: { 'taskrouter.requestsPerMinute': 6000 } });
    await connectLocal(workbench, centre.origin, centre.simulator);
  });
  after(async () => {
    await workbench?.close();
    centre?.close();
  });

  const form = () => workbench.webview();
  const open = async (name: string) => {
    await openReservation(workbench, `Worker ${name}`);
    await form()
      .getByRole('heading', { level: 1, name: `Task ${name}` })
      .waitFor();
    await tab(name).waitFor();
  };
  const tab = (name: string) => workbench.page.getByRole('tab', { name: new RegExp(`^Task ${name} ·`) });
  /** What the open tabs are about, from left to right. */
  const tabs = async () => {
    const labels = await workbench.page.locator('.tabs-container .tab .label-name').allInnerTexts();
    return labels.map((label) => /^Task (\w+) ·/.exec(label)?.[1] ?? label);
  };

  it('and sees each in the same panel, whose tab names the task and the account', async () => {
    await open('first');
    await open('second');
    assert.deepEqual(await tabs(), ['second']);
    const label = await workbench.page.locator('.tabs-container .tab .label-name').innerText();
    assert.match(label, /^Task second · Local \d+ \(local\)$/);
  });

  it('and keeps a form that was edited, with what was typed', async () => {
    await form()
      .locator('.actions label', { hasText: /^\s*Conference/ })
      .click();
    await form().locator('#field-from').fill('+15550100199');
    await form().getByText('From=%2B15550100199').first().waitFor();
    await open('third');
    assert.deepEqual(await tabs(), ['second', 'third']);
    await open('fourth');
    assert.deepEqual(await tabs(), ['second', 'fourth']);
    await tab('second').click();
    await form().getByText('From=%2B15550100199').first().waitFor();
    assert.equal(await form().locator('#field-from').inputValue(), '+15550100199');
  });

  it('and finds a reservation that has a form in its own panel', async () => {
    await open('fourth');
    await open('second');
    assert.deepEqual(await tabs(), ['second', 'fourth']);
  });

  it('and keeps a form whose tab is pinned', async () => {
    await open('fourth');
    await workbench.command('View: Pin Editor');
    await open('fifth');
    assert.deepEqual((await tabs()).sort(), ['fifth', 'fourth', 'second']);
  });

  it('and acts on the reservation that the panel shows, not on the one before', async () => {
    await open('sixth');
    assert.deepEqual((await tabs()).sort(), ['fourth', 'second', 'sixth']);
    await form().getByRole('button', { name: 'Send Accept' }).click();
    await form().locator('#outcome.done').waitFor();
    const [sent, ...others] = centre.posts();
    assert.deepEqual(others, []);
    assert.ok(sent);
    const statusOf = async (name: string) =>
      (await centre.reservationOf(`Worker ${name}`)).reservation_status;
    assert.deepEqual([await statusOf('fifth'), await statusOf('sixth')], ['pending', 'accepted']);
  });

  it('and keeps a form that was moved to another group', async () => {
    await workbench.command('View: Move Editor into Next Group');
    await openReservation(workbench, 'Worker seventh');
    await tab('seventh').waitFor();
    assert.deepEqual((await tabs()).sort(), ['fourth', 'second', 'seventh', 'sixth']);
  });
});
