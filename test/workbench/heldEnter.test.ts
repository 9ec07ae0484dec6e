import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openWorkbench, type Workbench } from './driver';
import type { FormCentre } from './formCentre';
import { openCentre } from './formCentre';
import { continueEachOther, openReservation } from './steps';
import { openTwilioHosts } from './twilioHosts';

/** On a busy machine the page may have the focus again when the dialog opens; a held key is meant for the dialog. */
const focusDialog = `{
  const dialog = document.querySelector('.monaco-dialog-box');
  if (dialog && !dialog.contains(document.activeElement)) dialog.querySelector('.monaco-button:not(.secondary)')?.focus();
}`;
const readFirst = 'That answer came too quickly for anyone to have read this.';

describe('a person leans on Enter in a production account', function () {
  continueEachOther(this);
  const scratchDir = mkdtempSync(path.join(tmpdir(), 'held-'));
  /** While it exists, no answer comes too late to be too fast. */
  const heldClock = path.join(scratchDir, 'clock');
  let centre: FormCentre;
  let twilio: Awaited<ReturnType<typeof openTwilioHosts>>;
  let workbench: Workbench;

  before(async () => {
    centre = await openCentre(['first', 'second'].map((name) => ({ name, status: 'pending' })));
    twilio = await openTwilioHosts({ 'taskrouter.twilio.com': centre.simulator });
    workbench = await openWorkbench({
      env: {
        ...twilio.env,
        HELD_CLOCK: heldClock,
        HOST_PRELOAD: path.join(__dirname, 'heldClock.cjs'),
      },
      settings: { ...twilio.settings, 'taskrouter.refreshInterval': 0 },
    });
    await workbench.openViews();
    await workbench.command('TaskRouter: Sign In');
    await workbench.quickInput('How do you want to sign in?').choose(/API key or Auth Token/);
    const step = (number: number) => workbench.quickInput(`Sign In (${number}/5)`);
    await step(1).type(centre.simulator.accountSid);
    await step(2).type(centre.simulator.authToken);
    await step(3).choose(/^US1, United States/);
    await step(4).choose(/^Production, always confirms/);
    await step(5).type('Live');
    await workbench
      .treeItem(/^Workspace Desk/)
      .first()
      .waitFor();
    await workbench.page.evaluate(rememberDialogs);
    writeFileSync(heldClock, '');
  });
  after(async () => {
    await workbench?.close();
    twilio?.close();
    centre?.close();
    rmSync(scratchDir, { recursive: true });
  });

  const form = () => workbench.webview();
  const keyboard = () => workbench.page.keyboard;
  const sendButton = () => form().getByRole('button', { name: 'Send Conference', disabled: false });
  const posts = () => centre.simulator.requests.filter(({ method }) => method === 'POST');
  const shownDialogs = () => workbench.page.evaluate<string[]>('globalThis.shownDialogs');
  const nextFrame = () => workbench.page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');

  /** As a keyboard does while a key stays pressed, once for each frame. */
  const repeatEnter = async (times: number) => {
    for (let count = 0; count < times; count++) {
      await keyboard().down('Enter');
      await nextFrame();
    }
  };
  /** Holds Enter, which is pressed already, until three dialogs were answered, and some time longer. */
  const repeatThroughDialogs = async () => {
    for (const deadline = Date.now() + 90_000; (await shownDialogs()).length < 3 && Date.now() < deadline;) {
      await workbench.page.evaluate(focusDialog);
      await repeatEnter(1);
    }
    while ((await workbench.modal().count()) > 0) {
      await workbench.page.evaluate(focusDialog);
      await repeatEnter(1);
    }
    await repeatEnter(40);
    await keyboard().up('Enter');
  };
  const assertDeclined = async () => {
    const dialogs = await shownDialogs();
    assert.deepEqual(
      dialogs.map((text) => (text.includes(readFirst) ? readFirst : '')),
      ['', readFirst, readFirst],
    );
    for (const text of dialogs) assert.match(text, /in production\?[^]*Account: Live \(production\)/);
    assert.equal(await workbench.modal().count(), 0);
    assert.deepEqual(posts(), []);
    await workbench.page.evaluate('globalThis.shownDialogs.length = 0');
  };
  const openConference = async () => {
    await form()
      .locator('.actions label', { hasText: /^\s*Conference/ })
      .click();
    await sendButton().waitFor();
  };

  // First: a text editor behind the pick can take the focus, which closes the pick.
  it('in the pick of a command from the palette', async () => {
    await workbench.command('TaskRouter: Accept Reservation');
    const pick = workbench.quickInput('Which reservation?');
    await pick.box.locator('.monaco-list-row.focused', { hasText: 'Worker first' }).waitFor();
    await repeatEnter(80);
    await keyboard().up('Enter');
    await workbench.page.getByPlaceholder(/^Too quick to have been read/).waitFor();
    assert.deepEqual(await shownDialogs(), []);
    assert.deepEqual(posts(), []);
    await keyboard().press('Escape');
  });

  it('on Send, which asks when the key is released; three answers too fast to read decline', async () => {
    await openReservation(workbench, 'Worker first');
    await openConference();
    await sendButton().focus();
    await repeatEnter(40);
    assert.deepEqual(await shownDialogs(), [], 'nothing happens while the key is pressed');
    await keyboard().up('Enter');
    await workbench.modal().waitFor();
    await repeatThroughDialogs();
    await sendButton().waitFor();
    await assertDeclined();
  });

  it('after Ctrl+Enter, which asks at once', async () => {
    await sendButton().focus();
    await keyboard().down('Control');
    await keyboard().down('Enter');
    await keyboard().up('Control');
    await repeatThroughDialogs();
    await sendButton().waitFor();
    await assertDeclined();
  });

  it('on the dialog that was read: it sends once', async () => {
    rmSync(heldClock);
    await sendButton().click();
    const confirm = workbench.modal().getByRole('button', { name: 'Conference on Live' });
    await confirm.waitFor();
    await workbench.readingTime();
    await repeatEnter(1);
    await workbench.modal().waitFor({ state: 'detached' });
    await repeatEnter(40);
    await keyboard().up('Enter');
    await form().locator('#outcome.done').waitFor();
    assert.equal(posts().length, 1);
    assert.equal((await shownDialogs()).length, 1);
  });
});

/** The text of each modal dialog from here on. A dialog is added in several steps. */
const rememberDialogs = `globalThis.shownDialogs = [];
let last;
new MutationObserver(() => {
  const dialog = document.querySelector('.monaco-dialog-box');
  if (dialog && dialog !== last) globalThis.shownDialogs.push(dialog.innerText);
  last = dialog;
}).observe(document.body, { childList: true, subtree: true });`;
