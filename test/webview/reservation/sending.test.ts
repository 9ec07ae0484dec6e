import assert from 'node:assert/strict';
import { useForms } from './formPage';

describe('sending the form', function () {
  this.timeout(60_000);

  const open = useForms();

  it('sends only after the extension has received all that was typed', async () => {
    const { page, extension, field, send, eventually, hasText } = await open();
    extension.slow = true;
    await field('to').getByRole('textbox').fill('client:alice');
    await send().click();
    await hasText(page.locator('.send'), 'Preparing Conference…');
    assert.deepEqual(extension.got('send'), []);
    await eventually(() => extension.waiting, 1);
    await extension.release();
    await eventually(() => extension.got('send').length, 1);
  });

  it('sends once for repeated clicks on Send', async () => {
    const { page, extension, field, send, eventually } = await open(
      (one) => (one.values = { conference: { to: 'client:alice' } }),
    );
    extension.slow = true;
    await send().dblclick();
    await page.locator('.send').press('Enter');
    await field('to').getByRole('textbox').focus();
    await eventually(() => extension.got('send').length, 1);
    await eventually(() => extension.waiting, 1);
    extension.slow = false;
    await extension.release();
    await page.locator('.send').click({ force: true });
    await extension.change({ sending: false });
    await page.locator('.send', { hasText: 'Send Conference' }).waitFor();
    assert.equal(extension.got('send').length, 1);
  });

  it('responds to Send with a summary of the problems, with links to the fields', async () => {
    const { page, extension, send, focused } = await open((one) => {
      one.values = { conference: { to: 'client:alice', maxParticipants: '1' } };
    });
    await send().click();
    const summary = page.getByRole('group', { name: 'Conference was not sent. Correct this first:' });
    await summary.waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'summary');
    assert.deepEqual(extension.got('send'), []);
    await summary.getByRole('link', { name: 'Participant limit' }).click();
    assert.equal(await focused(), 'Participant limit');
    await page.keyboard.press('End');
    await page.keyboard.type('0');
    await summary.waitFor({ state: 'detached' });
  });

  it('locks when the reservation has ended, gives the reason, and retains the input', async () => {
    const { page, extension, field, live, focused, hasText } = await open();
    const input = field('to').getByRole('textbox');
    await input.pressSequentially('client:al');
    await extension.change({ status: 'timeout' });
    const why = 'Only pending reservations can start a conference. This one is timeout.';
    await hasText(page.locator('#locked'), `${why} Your input is kept.`);
    await hasText(live(), why);
    await page.keyboard.type('ice');
    assert.equal(await input.inputValue(), 'client:al');
    assert.equal(await focused(), 'Ring the worker at*');
    assert.equal(await page.locator('.send').getAttribute('aria-disabled'), 'true');
    await page.locator('.send').click({ force: true });
    await extension.change({ status: 'pending' });
    await page.locator('#locked').waitFor({ state: 'detached' });
    assert.deepEqual(extension.got('send'), []);
    assert.equal(await input.inputValue(), 'client:al');
  });

  it('shows how the reservation ended, and offers the task’s next one', async () => {
    const { page, extension, live, eventually, hasText } = await open();
    await page.getByRole('button', { name: 'Presets…' }).click();
    await extension.change({
      status: 'rescinded',
      news: 'This reservation was rescinded: another worker accepted the task.',
      next: 'Ben Finch (pending)',
    });
    const news = 'This reservation was rescinded: another worker accepted the task.';
    await hasText(page.locator('#locked p'), `${news} Your input is kept.`);
    await hasText(live(), news);
    await page.getByRole('button', { name: 'Continue with Ben Finch (pending)' }).press('Enter');
    await eventually(() => extension.got('next').length, 1);
    assert.equal(extension.got('presets').length, 1);
  });

  it('does not show a lock after its own action, but still offers the next reservation', async () => {
    const { page, extension, live, hasText } = await open((one) => (one.chosen = 'reject'));
    const outcome = { kind: 'done', headline: 'Reject: TaskRouter took it.', details: [] } as const;
    await extension.change({ outcome });
    await hasText(live(), 'Reject: TaskRouter took it.');
    await extension.change({ status: 'rejected' });
    await page.locator('.status.rejected').waitFor();
    assert.equal(await page.locator('.send').getAttribute('aria-disabled'), 'true');
    assert.equal(await page.locator('#locked').count(), 0);
    assert.equal(await live().innerText(), 'Reject: TaskRouter took it.');
    await extension.change({ next: 'Ben Finch (pending)' });
    await hasText(
      page.locator('#locked'),
      'The task was offered to another worker. Continue with Ben Finch (pending)',
    );
  });

  it('shows what an action changed, how long it took, and a link to the error’s page', async () => {
    const { page, extension, eventually, hasText } = await open((one) => (one.simulated = false));
    await page.getByText('production', { exact: true }).waitFor();
    await extension.change({
      outcome: {
        kind: 'not done',
        headline: 'Twilio refused it.',
        details: [],
        facts: ['HTTP 400', '120 ms', 'request RQ1'],
        errorCode: 40140,
        changes: [{ what: 'Reservation', before: 'pending', now: 'accepted' }],
      },
    });
    await hasText(page.locator('.facts-sent'), 'HTTP 400 · 120 ms · request RQ1');
    await page.getByRole('row', { name: 'Reservation pending accepted' }).waitFor();
    await page.getByRole('button', { name: 'About error 40140' }).press('Enter');
    await eventually(() => extension.got('explain').length, 1);
    assert.equal(await page.locator('a[href^=http]').count(), 0);
  });

  it('moves the focus to the reason when the lock takes it from a control', async () => {
    const { page, extension, field, eventually } = await open((one) => (one.chosen = 'call'));
    await field('callAccept').getByRole('radio', { name: 'true', exact: true }).check();
    await eventually(() => extension.values['call'], { callAccept: 'true' });
    await extension.change({ status: 'rescinded' });
    await eventually(() => page.evaluate('document.activeElement.id'), 'locked');
  });

  it('gives the reason why an action is unavailable', async () => {
    const { page, hasText } = await open();
    await page.getByRole('radio', { name: 'Supervise (unavailable)' }).check();
    await hasText(
      page.locator('#locked'),
      'Only accepted or wrapping reservations can be supervised. This one is pending. Your input is kept.',
    );
  });

  it('announces sending and its outcome in one live region', async () => {
    const { page, extension, send, live, hasText } = await open(
      (one) => (one.values = { conference: { to: 'client:alice' } }),
    );
    assert.equal(await page.locator('[aria-live], [role=status], [role=alert]').count(), 1);
    await send().click();
    await hasText(live(), 'Sending Conference…');
    const outcome = { headline: 'No answer came.', details: ['Sending again can place a second call.'] };
    await extension.change({ sending: false, outcome: { kind: 'unknown', ...outcome } });
    await hasText(live(), 'No answer came. Sending again can place a second call.');
    await hasText(page.locator('#outcome'), 'No answer came. Sending again can place a second call.');
    await extension.change({ outcome: { kind: 'not done', headline: 'Twilio refused it.', details: [] } });
    await hasText(page.locator('#outcome'), 'Twilio refused it.');
    await extension.change({ outcome: { kind: 'done', headline: 'Accepted.', details: [] } });
    await hasText(live(), 'Accepted.');
  });

  describe('announces the chosen action only:', () => {
    const unavailable = 'Only accepted or wrapping reservations can be supervised. This one is pending.';

    it('why it is unavailable, and nothing once another is chosen', async () => {
      const { page, live, hasText } = await open();
      await page.getByRole('radio', { name: 'Supervise' }).check();
      await hasText(live(), unavailable);
      await page.getByRole('radio', { name: 'Conference', exact: true }).check();
      await hasText(live(), '');
      await page.getByRole('radio', { name: 'Supervise' }).check();
      await hasText(live(), unavailable);
    });

    it('not the outcome of the previous one, even before the extension receives the choice', async () => {
      const { page, extension, live, hasText } = await open();
      const outcome = { kind: 'not done', headline: 'Refused.', details: [] } as const;
      await extension.change({ outcome });
      await hasText(live(), 'Refused.');
      extension.slow = true;
      await page.getByRole('radio', { name: 'Dequeue' }).check();
      await hasText(live(), '');
      await page.locator('#outcome').waitFor({ state: 'detached' });
    });

    it('not that it is being sent, once the user declined to send it', async () => {
      const { extension, live, hasText } = await open();
      await extension.change({ sending: true });
      await hasText(live(), 'Sending Conference…');
      await extension.change({ sending: false });
      await hasText(live(), '');
    });

    it('not that it was locked, once it no longer is', async () => {
      const { extension, live, hasText } = await open();
      await extension.change({ status: 'accepted' });
      await hasText(live(), 'Only pending reservations can start a conference. This one is accepted.');
      await extension.change({ status: 'pending' });
      await hasText(live(), '');
    });
  });
});
