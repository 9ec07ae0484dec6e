import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { openGroups, useForms } from './formPage';

describe('the form by keyboard and mouse', function () {
  this.timeout(60_000);

  const open = useForms();

  it('is filled in and sent by keyboard alone', async () => {
    const { page, extension, tabTo, eventually } = await open();
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
    const { extension, field, eventually } = await open(
      (one) => (one.values = { conference: { to: 'client:alice' } }),
    );
    await field('to').getByRole('textbox').press('Enter');
    await field('from').getByRole('textbox').fill('+15550100123');
    await eventually(() => extension.values['conference']?.['from'], '+15550100123');
    assert.deepEqual(extension.got('send'), []);
  });

  it('preserves the focus of every element when states arrive', async () => {
    const { page, extension } = await open((one) => {
      one.values = { conference: { to: 'client:alice', record: 'true', timeout: '0' } };
      one.next = 'Ben Finch (pending)';
    });
    await openGroups(page);
    const focusable = page.locator(
      'button, summary, input, select, a[href], [tabindex="0"], #locked, #summary',
    );
    const count = await focusable.count();
    assert.ok(count > 40, `${count} elements`);
    const lost: string[] = [];
    for (let index = 0; index < count; index++) {
      const element = focusable.nth(index);
      await element.focus();
      await page.evaluate('globalThis.focused = document.activeElement');
      await extension.change({ expiresIn: 40_000 - index });
      lost.push(
        ...(await page.evaluate<string[]>(
          'focused === document.activeElement && focused !== document.body ? [] : [focused.outerHTML.slice(0, 99)]',
        )),
      );
    }
    assert.deepEqual(lost, []);
  });

  it('moves the focus from top to bottom in one column', async () => {
    const { page, focused } = await open((one) => (one.contactUri = 'client:alice'), { width: 400 });
    await openGroups(page);
    await page.getByRole('button', { name: 'Refresh' }).focus();
    const tops: [name: string, top: number][] = [];
    for (let name = ''; !name.startsWith('Send');) {
      await page.keyboard.press('Tab');
      name = await focused();
      const top = await page.evaluate<number>(
        '(document.activeElement.closest(".title, .control, .bar, [role=tablist]") ?? document.activeElement)' +
          '.getBoundingClientRect().top + scrollY',
      );
      tops.push([name, Math.round(top)]);
    }
    assert.ok(tops.length > 40, `${tops.length} stops`);
    const inForm = tops.slice(0, -1);
    const backwards = inForm.filter(([, top], index) => index > 0 && top < inForm[index - 1]![1]);
    assert.deepEqual(backwards, []);
  });

  describe('does not move anything under a pressed mouse button', () => {
    const press = async (page: Page, target: Locator, meanwhile?: () => Promise<void>) => {
      await target.scrollIntoViewIfNeeded();
      await target.hover();
      await page.mouse.down();
      await meanwhile?.();
      await page.mouse.up();
    };

    it('when leaving a field shows its problem', async () => {
      const { page, extension, field, eventually } = await open();
      await page.locator('summary', { hasText: 'Recording' }).click();
      await field('to').getByRole('textbox').focus();
      await press(page, field('record').getByRole('radio', { name: 'true', exact: true }));
      await eventually(() => extension.values['conference'], { record: 'true' });
      await field('to').getByText('Required').waitFor();
    });

    it('when the extension has found something wrong', async () => {
      const { page, extension, field, eventually } = await open();
      await page.locator('summary', { hasText: 'Callbacks' }).click();
      extension.slow = true;
      await field('statusCallback').getByRole('textbox').fill('http://example.com');
      await eventually(() => extension.waiting, 1);
      await press(
        page,
        field('statusCallbackEvent').getByRole('checkbox', { name: 'answered' }),
        async () => {
          await extension.release();
          for (let frame = 0; frame < 2; frame++)
            await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
        },
      );
      await eventually(() => extension.values['conference']?.['statusCallbackEvent'], ['answered']);
      await field('statusCallback').getByText('Plain http').waitFor();
    });

    it('and handles all of 200 clicks and key presses on a slow machine while states arrive', async () => {
      const { page, extension, field, eventually } = await open((one) => (one.contactUri = 'client:alice'));
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

    it('and still opens a list, which may receive the pointerup instead of the page', async () => {
      const { page, field } = await open();
      await page.locator('summary', { hasText: /^\s*Conference/ }).click();
      const list = field('beep').getByRole('combobox');
      await list.dispatchEvent('pointerdown');
      await list.selectOption('onEnter');
      await page.getByRole('button', { name: 'Unset Beep', exact: true }).waitFor();
    });
  });
});
