import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { instructions } from '../../src/taskrouter/instructions';
import type { Instruction } from '../../src/taskrouter/instructions';
import { wireName } from '../../src/taskrouter/requests';
import type { ExtensionStandIn } from './extensionStandIn';
import { openGroups, startForms } from './formPage';
import type { FormPage, Forms } from './formPage';

const table: readonly Instruction[] = instructions;

describe('the form in a browser', function () {
  this.timeout(60_000);

  let forms: Forms;
  let form: FormPage;
  let page: Page;
  let extension: ExtensionStandIn;

  before(async () => {
    forms = await startForms();
  });
  after(() => forms.close());

  async function open(prepare?: (extension: ExtensionStandIn) => void, width = 1100): Promise<void> {
    form = await forms.open({ width, ...(prepare ? { prepare } : {}) });
    ({ page, extension } = form);
  }

  afterEach(async () => {
    assert.deepEqual(await form.violations(), [], 'errors, or what the content security policy refused');
    await page.context().close();
  });

  const field = (key: string) => page.locator(`.field[data-key="${key}"]`);
  const send = () => page.getByRole('button', { name: /^Send/ });
  const live = () => page.getByRole('status');
  const focused = () =>
    page.evaluate<string>(
      `(() => { const it = document.activeElement; return it.labels?.[0]?.innerText.trim() || it.getAttribute('aria-label') || it.innerText || it.tagName; })()`,
    );
  const tabTo = async (name: string | RegExp) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const now = await focused();
      if (typeof name === 'string' ? now.replace('*', '') === name : name.test(now)) return;
    }
    assert.fail(`Tab never came to ${name}`);
  };
  const eventually = async (what: () => unknown, expected: unknown) => {
    for (const deadline = Date.now() + 5000; ;) {
      const actual = await what();
      try {
        return assert.deepEqual(actual, expected);
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
    }
  };
  const hasText = (locator: Locator, text: string) =>
    eventually(async () => (await locator.innerText()).replace(/\s+/g, ' ').trim(), text);

  /** What a screen reader says of an element: its description is what aria-describedby names. */
  async function description(locator: Locator): Promise<string> {
    return page.evaluate<string>(
      `document.getElementById('${await locator.getAttribute('id')}').getAttribute('aria-describedby')
        .split(' ').filter(Boolean).map((id) => document.getElementById(id).innerText.trim()).join(' ')`,
    );
  }

  for (const instruction of table) {
    it(`draws ${instruction.title} with every field of the table`, async () => {
      await open();
      await page.getByRole('radio', { name: instruction.title }).check();
      await eventually(() => extension.chosen, instruction.name);
      await openGroups(page);
      for (const { key, label, help, control, choices } of instruction.fields) {
        const drawn = field(key);
        assert.equal(await drawn.locator('code').innerText(), wireName(key));
        const role = { boolean: 'radiogroup', choices: 'group', choice: 'combobox' }[control as string];
        const control_ = role
          ? drawn.getByRole(role as 'group', { name: label })
          : drawn.getByLabel(label, { exact: true }).or(drawn.getByLabel(`${label}*`, { exact: true }));
        assert.ok((await description(control_.first())).includes(help), `${key} says what it does`);
        for (const choice of choices ?? []) assert.ok((await drawn.innerText()).includes(choice), choice);
      }
      assert.equal(await page.locator('.field').count(), instruction.fields.length);
      await page.getByRole('button', { name: `Send ${instruction.title}` }).waitFor();
    });
  }

  it('is filled in and sent by keyboard alone', async () => {
    await open();
    await tabTo('Conference');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await eventually(() => extension.chosen, 'call');
    await tabTo('Caller ID');
    await page.keyboard.type('+15550100123');
    await tabTo('Ring the worker at');
    await page.keyboard.type('client:alice');
    await tabTo('TwiML URL');
    await page.keyboard.type('https://example.com/twiml');
    await tabTo('Not sent (default: false)');
    await page.keyboard.press('ArrowDown');
    await tabTo(/Callbacks/);
    await page.keyboard.press('Enter');
    await tabTo('Call status URL');
    await page.keyboard.type('https://example.com/ended');
    await tabTo(/^Send Call/);
    await page.keyboard.press('Enter');
    await eventually(() => extension.got('send').map(({ instruction }) => instruction), ['call']);
    assert.deepEqual(extension.values['call'], {
      callFrom: '+15550100123',
      callTo: 'client:alice',
      callUrl: 'https://example.com/twiml',
      callAccept: 'true',
      callStatusCallbackUrl: 'https://example.com/ended',
    });
  });

  it('sends nothing on Enter in a field', async () => {
    await open((one) => (one.values = { conference: { to: 'client:alice' } }));
    await field('to').getByRole('textbox').press('Enter');
    await field('from').getByRole('textbox').fill('+15550100123');
    await eventually(() => extension.values['conference']?.['from'], '+15550100123');
    assert.deepEqual(extension.got('send'), []);
  });

  it('shows an error beside its field as one types, and ties it to the field', async () => {
    await open();
    const input = field('timeout').getByRole('textbox');
    assert.equal(await input.getAttribute('aria-invalid'), 'false');
    await input.pressSequentially('1200');
    await field('timeout').getByText('Must be a whole number from 1 to 999.').waitFor();
    assert.equal(await input.getAttribute('aria-invalid'), 'true');
    assert.match(await description(input), /^Must be a whole number from 1 to 999\. seconds How long/);
    await input.press('Backspace');
    await field('timeout').locator('.problem').waitFor({ state: 'detached' });
    assert.equal(await input.getAttribute('aria-invalid'), 'false');
  });

  it('does not scold for a required field before one has been there', async () => {
    await open();
    assert.equal(await page.locator('.field .problem').count(), 0);
    await field('to').getByRole('textbox').focus();
    await page.keyboard.press('Tab');
    await field('to').getByText('Is required: this worker’s attributes have no contact_uri.').waitFor();
  });

  it('warns of plain http without calling it wrong', async () => {
    await open((one) => (one.chosen = 'redirect'));
    const input = field('redirectUrl').getByRole('textbox');
    await input.fill('http://example.com/');
    await field('redirectUrl').getByText('Plain http').waitFor();
    assert.equal(await input.getAttribute('aria-invalid'), 'false');
    assert.match(await description(input), /Plain http/);
  });

  it('tells not sent, true and false apart', async () => {
    await open((one) => (one.chosen = 'call'));
    const accept = field('callAccept');
    const values = () => extension.values['call'] ?? {};
    assert.ok(await accept.getByRole('radio', { name: 'Not sent' }).isChecked());
    await accept.getByRole('radio', { name: 'false', exact: true }).check();
    await eventually(() => values(), { callAccept: 'false' });
    await accept.getByRole('radio', { name: 'true', exact: true }).check();
    await eventually(() => values(), { callAccept: 'true' });
    await accept.getByRole('button', { name: 'Unset Accept as well' }).click();
    await eventually(() => values(), {});
    await accept.getByRole('radio', { name: 'Not sent', checked: true }).waitFor();
    assert.deepEqual(
      extension.got('set').map((message) => 'value' in message),
      [true, true, false],
    );
  });

  it('unsets a text that is emptied, a choice, and ticks that are taken away', async () => {
    await open((one) => {
      one.values = { conference: { to: 'client:alice', beep: 'onEnter', statusCallbackEvent: ['ringing'] } };
    });
    await page.locator('summary', { hasText: 'Callbacks' }).click();
    await page.locator('summary', { hasText: /^\s*Conference/ }).click();
    await field('statusCallbackEvent').getByRole('checkbox', { name: 'answered' }).check();
    await eventually(() => extension.values['conference']?.['statusCallbackEvent'], ['ringing', 'answered']);
    await field('statusCallbackEvent').getByRole('checkbox', { name: 'ringing' }).uncheck();
    await field('statusCallbackEvent').getByRole('checkbox', { name: 'answered' }).uncheck();
    await field('beep').getByRole('combobox').selectOption('Not sent (default: true)');
    await field('to').getByRole('textbox').fill('');
    await eventually(() => extension.values['conference'], {});
  });

  describe('moves nothing away from under a button of the mouse that is down', () => {
    const press = async (target: Locator, meanwhile?: () => Promise<void>) => {
      await target.scrollIntoViewIfNeeded();
      await target.hover();
      await page.mouse.down();
      await meanwhile?.();
      await page.mouse.up();
    };

    it('when a field says on leaving it what it needs', async () => {
      await open();
      await page.locator('summary', { hasText: 'Recording' }).click();
      await field('to').getByRole('textbox').focus();
      await press(field('record').getByRole('radio', { name: 'true', exact: true }));
      await eventually(() => extension.values['conference'], { record: 'true' });
      await field('to').getByText('Is required').waitFor();
    });

    it('when the extension has found something wrong', async () => {
      await open();
      await page.locator('summary', { hasText: 'Callbacks' }).click();
      extension.slow = true;
      await field('statusCallback').getByRole('textbox').fill('http://example.com');
      await eventually(() => extension.waiting, 1);
      await press(field('statusCallbackEvent').getByRole('checkbox', { name: 'answered' }), async () => {
        await extension.release();
        for (let frame = 0; frame < 2; frame++)
          await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
      });
      await eventually(() => extension.values['conference']?.['statusCallbackEvent'], ['answered']);
      await field('statusCallback').getByText('Plain http').waitFor();
    });

    it('and loses none of 200 clicks and keys on a slow machine, while the extension keeps posting', async () => {
      await open((one) => (one.contactUri = 'client:alice'));
      await page.locator('summary', { hasText: 'Callbacks' }).click();
      await page.locator('summary', { hasText: 'Recording' }).click();
      const slow = await page.context().newCDPSession(page);
      await slow.send('Emulation.setCPUThrottlingRate', { rate: 4 });
      let done = false;
      const posts = (async () => {
        while (!done) await extension.post();
      })();
      const targets = [
        field('statusCallbackEvent').getByRole('checkbox', { name: 'initiated' }),
        field('statusCallbackEvent').getByRole('checkbox', { name: 'answered' }),
        field('record').getByRole('radio', { name: 'true', exact: true }),
        field('record').getByRole('radio', { name: 'false', exact: true }),
      ];
      await page.setViewportSize({ width: 1100, height: 1800 });
      const places = [];
      for (const target of targets) places.push((await target.boundingBox())!);
      for (let click = 0; click < 120; click++) {
        const { x, y } = places[click % 4]!;
        await page.mouse.click(x + 5, y + 5);
      }
      await targets[1]!.focus();
      for (let press = 0; press < 80; press++) await page.keyboard.press('Space');
      await targets[0]!.press('Space');
      done = true;
      await posts;
      await eventually(() => extension.got('set').length, 201);
      await eventually(() => extension.values['conference'], {
        record: 'false',
        statusCallbackEvent: ['initiated'],
      });
    });

    it('and still opens a list, whose button the page may never see go up', async () => {
      await open();
      await page.locator('summary', { hasText: /^\s*Conference/ }).click();
      const list = field('beep').getByRole('combobox');
      await list.dispatchEvent('pointerdown');
      await list.selectOption('onEnter');
      await page.getByRole('button', { name: 'Unset Beep', exact: true }).waitFor();
    });
  });

  it('counts what is set in a folded group', async () => {
    await open();
    await hasText(page.locator('summary', { hasText: 'Recording' }), 'Recording 8 fields');
    await extension.change({ values: { conference: { record: 'true', recordingChannels: 'dual' } } });
    await hasText(page.locator('summary', { hasText: 'Recording' }), 'Recording 2 of 8 set');
  });

  it('keeps text and caret when states come late', async () => {
    await open((one) => (one.values = { conference: { to: 'client:alice' } }));
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

  it('keeps a late state from bringing back another action or its values', async () => {
    await open((one) => (one.values = { dequeue: { dequeueFrom: '+15550100123' } }));
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

  it('sends only once the extension has seen all that was typed', async () => {
    await open();
    extension.slow = true;
    await field('to').getByRole('textbox').fill('client:alice');
    await send().click();
    await hasText(page.locator('.send'), 'Sending Conference…');
    assert.deepEqual(extension.got('send'), []);
    await eventually(() => extension.waiting, 1);
    await extension.release();
    await eventually(() => extension.got('send').length, 1);
  });

  it('sends once, however often Send is pressed', async () => {
    await open((one) => (one.values = { conference: { to: 'client:alice' } }));
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

  it('answers Send with a summary of the problems, whose links go to the fields', async () => {
    await open((one) => {
      one.values = { conference: { to: 'client:alice', maxParticipants: '1' } };
    });
    await send().click();
    const summary = page.getByRole('group', { name: 'Conference was not sent. Correct this first:' });
    await summary.waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'summary');
    assert.deepEqual(extension.got('send'), []);
    await summary.getByRole('link', { name: 'At most' }).click();
    assert.equal(await focused(), 'At most');
    await page.keyboard.press('End');
    await page.keyboard.type('0');
    await summary.waitFor({ state: 'detached' });
  });

  it('locks when the reservation is taken away, says why, and keeps what was typed', async () => {
    await open();
    const input = field('to').getByRole('textbox');
    await input.pressSequentially('client:al');
    await extension.change({ status: 'timeout' });
    const why = 'Only pending reservations can start a conference. This one is timeout.';
    await hasText(page.locator('#locked'), `${why} What you typed is kept.`);
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

  it('says what became of the reservation, and goes on with the task’s next one', async () => {
    await open();
    await page.getByRole('button', { name: 'Presets…' }).click();
    await extension.change({
      status: 'rescinded',
      news: 'It has been rescinded: another worker has taken the task.',
      next: 'Ben Finch (pending)',
    });
    const news = 'It has been rescinded: another worker has taken the task.';
    await hasText(page.locator('#locked p'), `${news} What you typed is kept.`);
    await hasText(live(), news);
    await page.getByRole('button', { name: 'Go on with Ben Finch (pending)' }).press('Enter');
    await eventually(() => extension.got('next').length, 1);
    assert.equal(extension.got('presets').length, 1);
  });

  it('does not call locked what it has just done itself, and still goes on', async () => {
    await open((one) => (one.chosen = 'reject'));
    const outcome = { kind: 'done', headline: 'Reject: TaskRouter took it.', details: [] } as const;
    await extension.change({ outcome });
    await hasText(live(), 'Done. Reject: TaskRouter took it.');
    await extension.change({ status: 'rejected' });
    await page.locator('.status.rejected').waitFor();
    assert.equal(await page.locator('.send').getAttribute('aria-disabled'), 'true');
    assert.equal(await page.locator('#locked').count(), 0);
    assert.equal(await live().innerText(), 'Done. Reject: TaskRouter took it.');
    await extension.change({ next: 'Ben Finch (pending)' });
    await hasText(page.locator('#locked'), 'The task has gone on. Go on with Ben Finch (pending)');
  });

  it('marks what a caller may have written, and puts it nowhere by itself', async () => {
    await open((one) => (one.chosen = 'redirect'));
    const input = page.getByRole('combobox', { name: 'Call SID' });
    assert.equal(await input.inputValue(), '');
    await input.press('ArrowDown');
    await page.getByRole('option', { name: /call_sid of the task.*Caller data/s }).waitFor();
    await page.keyboard.press('Enter');
    await eventually(() => extension.values['redirect'], {
      redirectCallSid: 'CA00000000000000000000000000000001',
    });
    assert.match(await description(input), /from its attributes\s+Caller data/);
    assert.equal(await field('redirectUrl').getByRole('textbox').inputValue(), '');
  });

  it('shows what an action has moved, what it took, and a way to Twilio’s page about an error', async () => {
    await open((one) => (one.simulated = false));
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
    await page.getByRole('button', { name: 'About error 40140 at Twilio' }).press('Enter');
    await eventually(() => extension.got('explain').length, 1);
    assert.equal(await page.locator('a[href^=http]').count(), 0);
  });

  it('moves the focus to the reason when the lock takes it from a control', async () => {
    await open((one) => (one.chosen = 'call'));
    await field('callAccept').getByRole('radio', { name: 'true', exact: true }).check();
    await eventually(() => extension.values['call'], { callAccept: 'true' });
    await extension.change({ status: 'rescinded' });
    await eventually(() => page.evaluate('document.activeElement.id'), 'locked');
  });

  it('says in words why an action is not possible', async () => {
    await open();
    await page.getByRole('radio', { name: 'Supervise (not now)' }).check();
    await hasText(
      page.locator('#locked'),
      'Only accepted or wrapping reservations can be supervised. This one is pending. What you typed is kept.',
    );
  });

  it('tells sending and its outcome in one live region', async () => {
    await open((one) => (one.values = { conference: { to: 'client:alice' } }));
    assert.equal(await page.locator('[aria-live], [role=status], [role=alert]').count(), 1);
    await send().click();
    await hasText(live(), 'Sending Conference.');
    const outcome = { headline: 'No answer came.', details: ['Sending again can place a second call.'] };
    await extension.change({ sending: false, outcome: { kind: 'unknown', ...outcome } });
    await hasText(live(), 'Not known. No answer came. Sending again can place a second call.');
    await hasText(
      page.locator('#outcome'),
      'Not known. No answer came. Sending again can place a second call.',
    );
    await extension.change({ outcome: { kind: 'not done', headline: 'Twilio refused it.', details: [] } });
    await hasText(page.locator('#outcome'), 'Not done. Twilio refused it.');
    await extension.change({ outcome: { kind: 'done', headline: 'Accepted.', details: [] } });
    await hasText(live(), 'Done. Accepted.');
  });

  it('counts down by the extension’s clock, in words and as a ring', async () => {
    form = await forms.open({ clock: true, prepare: (one) => (one.expiresIn = 42_000) });
    ({ page, extension } = form);
    const ring = async () => Number(await page.locator('.ring .rest').getAttribute('stroke-dashoffset'));
    await hasText(page.getByRole('timer'), '0:42 left');
    const before = await ring();
    await page.clock.runFor(2000);
    await hasText(page.getByRole('timer'), '0:40 left');
    assert.ok(Math.abs((await ring()) - before - 2 / 60) < 0.002);
    assert.equal(await live().innerText(), '');
    await page.clock.runFor(30_000);
    await hasText(live(), '0:10 left.');
    await page.clock.runFor(12_000);
    await hasText(page.getByRole('timer'), 'Probably expired');
  });

  it('never keeps a password, nor shows one that is set', async () => {
    await open();
    await page.locator('summary', { hasText: 'Advanced' }).click();
    const input = page.locator('#field-sipAuthPassword');
    await input.fill('horse-staple');
    await field('sipAuthUsername').getByRole('textbox').fill('alice');
    await eventually(() => extension.values['conference'], {
      sipAuthPassword: 'horse-staple',
      sipAuthUsername: 'alice',
    });
    await page.waitForFunction("sessionStorage.getItem('state').includes('sipAuthUsername')");
    const kept = await page.evaluate<string>("sessionStorage.getItem('state')");
    assert.doesNotMatch(kept, /horse|sipAuthPassword/);
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(await input.inputValue(), '');
    assert.equal(await input.getAttribute('placeholder'), 'Set, and not shown again');
    await input.fill('other');
    await eventually(() => extension.values['conference']?.['sipAuthPassword'], 'other');
    await extension.change({ values: {} });
    await eventually(() => input.inputValue(), 'other'.slice(5));
  });

  it('comes back after a reload as it was left, and keeps what its serializer needs', async () => {
    await open((one) => (one.values = { conference: { to: 'client:alice' } }));
    await page.locator('summary', { hasText: 'Recording' }).click();
    await page.locator('summary', { hasText: 'Basics' }).click();
    await page.getByRole('tab', { name: 'Node' }).click();
    await field('recordingStatusCallback').getByRole('textbox').fill('https://example.com/r');
    await page.evaluate('scrollTo(0, 60)');
    const kept = () => page.evaluate<{ scroll: number }>("JSON.parse(sessionStorage.getItem('state'))");
    await eventually(async () => (await kept()).scroll, 60);
    const before = await kept();
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
    assert.deepEqual(await kept(), before);
  });

  it('offers what the account has, by name, and takes it by keyboard', async () => {
    await open((one) => (one.chosen = 'reject'));
    const input = page.getByRole('combobox', { name: 'Worker’s next activity' });
    await input.focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.getByRole('option').count(), 3);
    await page.keyboard.type('wrap');
    await eventually(() => page.getByRole('option').count(), 1);
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: /Wrap-up/, selected: true }).waitFor();
    assert.ok(await input.getAttribute('aria-activedescendant'));
    await page.keyboard.press('Enter');
    await eventually(() => extension.values['reject'], {
      workerActivitySid: 'WA00000000000000000000000000000002',
    });
    await eventually(async () => (await description(input)).split(')')[0], 'Wrap-up (takes no tasks');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await eventually(() => input.getAttribute('aria-expanded'), 'false');
    await page.getByRole('button', { name: 'Suggestions for Worker’s next activity' }).click();
    await page.getByRole('option', { name: /Break/ }).click();
    await eventually(() => extension.values['reject'], {
      workerActivitySid: 'WA00000000000000000000000000000003',
    });
  });

  it('lets the extension ask for a worker, and says whose SID was typed', async () => {
    await open((one) => Object.assign(one, { chosen: 'supervise', status: 'accepted' }));
    await page.getByRole('textbox', { name: 'Supervisor' }).focus();
    await page.keyboard.type('WK00000000000000000000000000000007');
    await eventually(() => extension.values['supervise'], {
      supervisor: 'WK00000000000000000000000000000007',
    });
    assert.match(
      await description(page.getByRole('textbox', { name: 'Supervisor' })),
      /Zoë Park \(Available\)/,
    );
    await tabTo('Choose Worker…');
    await page.keyboard.press('Enter');
    await eventually(
      () => extension.got('pick'),
      [{ type: 'pick', instruction: 'supervise', key: 'supervisor' }],
    );
    await extension.change({ status: 'completed' });
    await page.locator('#locked').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Choose Worker…' }).isDisabled());
  });

  it('shows the request as each preview and copies the one shown', async () => {
    await open((one) => (one.values = { conference: { to: 'client:alice' } }));
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
    assert.equal(await focused(), 'Callback answer');
    await page.getByText('Not in it, as Twilio names no key').waitFor();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused(), 'Twilio CLI');
    await hasText(
      page.getByRole('tabpanel', { name: 'Twilio CLI' }),
      'The Twilio CLI sends to Twilio’s own hosts only.',
    );
    assert.equal(await page.getByRole('button', { name: /the request as/ }).count(), 0);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await eventually(() => extension.got('refresh').length, 1);
  });

  it('draws what it does not know, and misses nothing that may be missing', async () => {
    await open();
    const odd = { key: 'odd', name: 'Odd', label: 'Odd', help: '', control: 'slider', required: false };
    const state = {
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
      problems: { gone: 'Is not a parameter.' },
      warnings: {},
      previews: [],
      sending: false,
      outcome: { kind: 'exploded', headline: 'H', details: [] },
    };
    const post = (message: unknown) => page.evaluate(`postMessage(${JSON.stringify(message)})`);
    await post({ type: 'state', state, upTo: 0, now: 0 });
    await page.getByRole('heading', { level: 1, name: '<img src=x onerror=alert(1)>' }).waitFor();
    assert.equal(await field('odd').getByRole('textbox').inputValue(), '1, 2');
    await page.getByText('Not known. H').first().waitFor();
    await post({ type: 'news' });
    await post(null);
    await post({ type: 'state', state: { ...state, chosen: 'none', instructions: [] }, upTo: 0, now: 0 });
    await page.getByText('There is nothing that can be done with this reservation.').waitFor();
  });

  it('fits 300 pixels, with Send in reach and nothing behind it when it has the focus', async () => {
    await open(undefined, 300);
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
    const box = (await send().boundingBox())!;
    assert.ok(box.y + box.height <= 800, 'Send is in view');
    await openGroups(page);
    const hidden: string[] = [];
    for (let name = ''; !name.startsWith('Send');) {
      await page.keyboard.press('Tab');
      name = await focused();
      const covered = await page.evaluate<boolean>(
        `(() => { const it = document.activeElement, bar = document.querySelector('.finish');
          return !bar.contains(it) && it.tagName !== 'PRE'
            && it.getBoundingClientRect().bottom > bar.getBoundingClientRect().top; })()`,
      );
      if (covered) hidden.push(name);
    }
    assert.deepEqual(hidden, [], 'what has the focus is never behind Send');
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
  });

  it('stops what turns when motion is to be reduced', async () => {
    await open((one) => (one.sending = true));
    const animation = () =>
      page.evaluate("getComputedStyle(document.querySelector('.codicon-modifier-spin')).animationName");
    assert.notEqual(await animation(), 'none');
    await page.evaluate("document.body.classList.add('vscode-reduce-motion')");
    assert.equal(await animation(), 'none');
  });
});
