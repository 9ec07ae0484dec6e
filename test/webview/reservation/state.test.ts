import assert from 'node:assert/strict';
import { formTexts } from '../../../src/extension/features/reservation/formTexts';
import { openGroups, useForms } from './formPage';

describe('the form’s state', function () {
  this.timeout(60_000);

  const open = useForms();

  it('preserves text and caret when states arrive late', async () => {
    const { page, extension, field, eventually } = await open(
      (one) => (one.values = { conference: { to: 'client:alice' } }),
    );
    const input = field('to').getByRole('textbox');
    await input.focus();
    await page.keyboard.press('Home');
    for (let step = 0; step < 7; step++) await page.keyboard.press('ArrowRight');
    extension.slow = true;
    await page.keyboard.type('big_');
    await eventually(() => extension.waiting, 4);
    const caret = () =>
      page.evaluate('[document.activeElement.value, document.activeElement.selectionStart]');
    while (extension.waiting) {
      await extension.release();
      assert.deepEqual(await caret(), ['client:big_alice', 11]);
    }
    // A state that has seen all of it wins, whatever it says.
    await extension.change({ slow: false, values: { conference: { to: 'client:bob' } } });
    await eventually(() => input.inputValue(), 'client:bob');
  });

  it('ignores the action and values of a late state', async () => {
    const { page, extension, field, eventually } = await open(
      (one) => (one.values = { dequeue: { dequeueFrom: '+15550100123' } }),
    );
    await page.getByRole('radio', { name: 'Dequeue' }).check();
    await page.getByRole('radio', { name: 'Conference' }).check();
    extension.slow = true;
    await page.getByRole('radio', { name: 'Dequeue' }).check();
    await field('dequeueTo').getByRole('textbox').fill('client:alice');
    assert.equal(await field('dequeueFrom').getByRole('textbox').inputValue(), '+15550100123');
    await eventually(() => extension.waiting, 2);
    await extension.release();
    assert.equal(await field('dequeueTo').getByRole('textbox').inputValue(), 'client:alice');
    assert.deepEqual(extension.values['dequeue'], { dequeueFrom: '+15550100123', dequeueTo: 'client:alice' });
  });

  it('says what to know before sending, and offers another reservation when this one is gone', async () => {
    const { page, extension, eventually, send } = await open(
      (one) => (one.notice = 'The simulation restarted.'),
    );
    const box = page.locator('#locked');
    await box.getByText('The simulation restarted.', { exact: true }).waitFor();
    assert.equal(await send().getAttribute('aria-disabled'), 'false');
    assert.equal(await box.getByRole('button').count(), 0);
    await extension.change({ notice: undefined, offersAnother: true, status: 'gone' });
    await box.getByText(/Your input is kept\.$/).waitFor();
    await box.getByRole('button', { name: 'Choose Another Reservation…' }).click();
    await eventually(() => extension.got('another').length, 1);
    await extension.change({ offersAnother: undefined, status: 'pending' });
    await box.waitFor({ state: 'detached' });
  });

  it('counts down by the extension’s clock, in words and as a ring', async () => {
    const { page, hasText, live } = await open((one) => (one.expiresIn = 42_000), { clock: true });
    const ring = async () => Number(await page.locator('.ring .rest').getAttribute('stroke-dashoffset'));
    await hasText(page.getByRole('timer'), '0:42 left');
    const before = await ring();
    await page.clock.runFor(2000);
    await hasText(page.getByRole('timer'), '0:40 left');
    assert.ok(Math.abs((await ring()) - before - 2 / 60) < 0.002);
    assert.equal(await live().innerText(), '');
    await page.clock.runFor(30_000);
    await hasText(live(), '0:10 left');
    await page.clock.runFor(12_000);
    await hasText(page.getByRole('timer'), 'Probably expired');
  });

  it('restores itself after a reload, and saves the data of its serializer', async () => {
    const { page, field, saved, eventually } = await open(
      (one) => (one.values = { conference: { to: 'client:alice' } }),
    );
    await page.locator('summary', { hasText: 'Recording' }).click();
    await page.locator('summary', { hasText: 'Basics' }).click();
    await page.getByRole('tab', { name: 'Node' }).click();
    await field('recordingStatusCallback').getByRole('textbox').fill('https://example.com/r');
    await page.evaluate('scrollTo(0, 60)');
    await eventually(async () => (await saved<{ scroll: number }>()).scroll, 60);
    const before = await saved<{ scroll: number }>();
    assert.deepEqual(before, {
      binding: { account: 'account-1' },
      chosen: 'conference',
      values: { conference: { to: 'client:alice', recordingStatusCallback: 'https://example.com/r' } },
      opened: { Recording: true, Basics: false },
      preview: 'Node',
      scroll: 60,
    });
    await page.reload();
    await page.getByRole('tab', { name: 'Node', selected: true }).waitFor();
    assert.equal(await page.locator('details[open]').count(), 1);
    await eventually(() => page.evaluate('scrollY'), 60);
    assert.deepEqual(await saved<{ scroll: number }>(), before);
  });

  for (const [what, values, advice] of [
    ['a required field is empty', {}, 'Fill in the required fields to preview the request.'],
    [
      'a value is wrong',
      { to: 'client:ada', from: '12' },
      'Correct the marked fields to preview the request.',
    ],
    ['one is empty and one wrong', { from: '12' }, 'Correct the marked fields to preview the request.'],
  ] as const)
    it(`says what to do for a preview while ${what}`, async () => {
      const { page, hasText } = await open((one) => (one.values = { conference: values }));
      await hasText(page.locator('.preview .nothing'), advice);
    });

  it('shows the request as each preview and copies the one shown', async () => {
    const { page, extension, focused, eventually, hasText } = await open(
      (one) => (one.values = { conference: { to: 'client:alice' } }),
    );
    const panel = page.getByRole('tabpanel', { name: 'HTTP' });
    assert.match(await panel.innerText(), /To=client%3Aalice/);
    await page.getByRole('tab', { name: 'HTTP' }).focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'curl');
    assert.match(await page.getByRole('tabpanel', { name: 'curl' }).innerText(), /^curl -X POST/);
    await page.getByRole('button', { name: 'Copy the request as curl' }).click();
    await eventually(() => extension.got('copy').map(({ preview }) => preview), ['curl']);
    await page.getByRole('button', { name: 'Open the request as curl in an editor' }).press('Enter');
    await eventually(() => extension.got('edit').map(({ preview }) => preview), ['curl']);
    await page.getByRole('tab', { name: 'curl', exact: true }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused(), 'Callback response');
    await page.getByText('Left out, because a callback response does not support them').waitFor();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused(), 'Twilio CLI');
    await hasText(
      page.getByRole('tabpanel', { name: 'Twilio CLI' }),
      'The Twilio CLI sends requests to Twilio only.',
    );
    assert.equal(await page.getByRole('button', { name: /the request as/ }).count(), 0);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await eventually(() => extension.got('refresh').length, 1);
  });

  it('renders unknown controls, statuses and outcomes, and an empty state', async () => {
    const { page, field } = await open();
    const odd = { key: 'odd', name: 'Odd', label: 'Odd', help: '', control: 'slider', required: false };
    const state = {
      texts: formTexts(),
      account: { name: '<b>A</b>', simulated: false },
      reservation: {
        sid: 'WR1',
        status: 'constructor',
        worker: 'W',
        task: '<img src=x onerror=alert(1)>',
        createdAt: 1e300,
      },
      instructions: [
        {
          name: 'x',
          title: 'X',
          help: '',
          groups: [
            { title: 'Basics', fields: [odd] },
            { title: 'None', fields: [] },
          ],
        },
      ],
      chosen: 'x',
      values: { odd: ['1', '2'], gone: '3' },
      secret: [],
      problems: { gone: 'Is not a parameter.' },
      warnings: {},
      previews: [],
      sending: false,
      outcome: { kind: 'exploded', headline: 'H', details: [] },
    };
    const post = (message: unknown) => page.evaluate(`postMessage(${JSON.stringify(message)})`);
    await post({ type: 'state', state, instance: 'x', upTo: 0, now: 0 });
    await page.getByRole('heading', { level: 1, name: '<img src=x onerror=alert(1)>' }).waitFor();
    assert.equal(await field('odd').getByRole('textbox').inputValue(), '1, 2');
    await page.locator('#outcome.unknown', { hasText: 'H' }).waitFor();
    await post({ type: 'news' });
    await post(null);
    await post({
      type: 'state',
      state: { ...state, chosen: 'none', instructions: [] },
      instance: 'x',
      upTo: 0,
      now: 0,
    });
    await page.getByText('No action is available for this reservation.').waitFor();
  });

  it('shows every outcome within its box at 260 pixels', async () => {
    const { page, extension } = await open(undefined, { width: 260, height: 800 });
    const changes = [
      { what: 'Reservation', before: 'pending', now: 'accepted' },
      { what: 'Task', before: 'reserved', now: 'assigned' },
      { what: 'Worker’s activity', before: 'Available', now: 'Unavailable after hours' },
    ];
    const facts = ['Accept', '10:24 AM', 'HTTP 200', '212 ms', `request RQ${'0123456789abcdef'.repeat(2)}`];
    for (const kind of ['done', 'not done', 'unknown'] as const) {
      const details = [`https://example.com/${'a'.repeat(80)}`];
      await extension.change({ outcome: { kind, headline: kind, details, facts, changes } });
      await page.locator('#outcome', { hasText: kind }).waitFor();
      const outside = await page.evaluate<string[]>(
        `(() => { const { right } = document.querySelector('#outcome').getBoundingClientRect();
          return [...document.querySelectorAll('#outcome *')]
            .filter((one) => one.getBoundingClientRect().right > right).map((one) => one.textContent); })()`,
      );
      assert.deepEqual(outside, [], kind);
    }
  });

  for (const [name, width, height, contactUri] of [
    ['260 pixels', 260, 800, 'client:alice'],
    ['400 pixels', 400, 800, 'client:alice'],
    ['1100 × 800 at 200 %', 550, 400, 'client:alice'],
    ['260 pixels with a summary of problems', 260, 800, ''],
    ['550 × 400 with a summary of problems', 550, 400, ''],
  ] as const) {
    it(`fits ${name}, with Send in view and the focused element never behind the footer`, async () => {
      const size = { width, height };
      const { page, extension, send, focused } = await open((one) => (one.contactUri = contactUri), size);
      const fits = () => page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth');
      const isSendInView = async () => {
        const { y, height: own } = (await send().boundingBox())!;
        return y >= 0 && y + own <= height;
      };
      const details = ['The reservation is still pending.', 'Sending again can place a second call.'];
      if (contactUri)
        await extension.change({ outcome: { kind: 'unknown', headline: 'No answer.', details } });
      else await send().click();
      await page.locator('#outcome, #summary').waitFor();
      assert.ok(await fits());
      assert.ok(await isSendInView());
      await openGroups(page);
      await page.getByRole('button', { name: 'Refresh' }).focus();
      const hidden: string[] = [];
      for (let name = ''; !name.startsWith('Send');) {
        await page.keyboard.press('Tab');
        name = await focused();
        const covered = await page.evaluate<boolean>(
          `(() => { const it = document.activeElement, footer = document.querySelector('.footer');
            return !footer.contains(it) && it.tagName !== 'PRE'
              && it.getBoundingClientRect().bottom > footer.getBoundingClientRect().top; })()`,
        );
        if (covered) hidden.push(name);
      }
      assert.deepEqual(hidden, []);
      assert.ok(await fits());
    });
  }

  it('stops animations when motion is reduced', async () => {
    const { page } = await open((one) => (one.sending = true));
    const animation = () =>
      page.evaluate("getComputedStyle(document.querySelector('.codicon-modifier-spin')).animationName");
    assert.notEqual(await animation(), 'none');
    await page.evaluate("document.body.classList.add('vscode-reduce-motion')");
    assert.equal(await animation(), 'none');
  });
});
