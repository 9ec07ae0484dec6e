import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { openGroups, useForms } from './formPage';

/** Holds a key down as a keyboard does, which repeats it. */
const hold = async (page: Page, key: string, repeats = 20) => {
  for (let times = 0; times <= repeats; times++) await page.keyboard.down(key);
};

const countClicks = `globalThis.clicks = 0; addEventListener('click', () => globalThis.clicks++, true);`;
const clicks = (page: Page) => page.evaluate<number>('globalThis.clicks');

describe('held keys in the form', function () {
  this.timeout(60_000);
  const open = useForms();

  const ready = () => open((one) => (one.values = { conference: { to: 'client:alice' } }));

  for (const key of ['Enter', 'Space']) {
    it(`${key} on Send sends when it is released, once`, async () => {
      const { page, extension, send, eventually, nextFrame } = await ready();
      await send().focus();
      await hold(page, key);
      await nextFrame();
      assert.deepEqual(extension.got('send'), []);
      await page.keyboard.up(key);
      await eventually(() => extension.got('send').length, 1);
      await extension.change({ sending: false });
      await nextFrame();
      assert.equal(extension.got('send').length, 1);
    });

    it(`${key} on any button, link or group clicks once, when it is released`, async () => {
      const form = await open((one) => {
        one.values = { conference: { to: 'client:alice', timeout: '0', sipAuthUsername: 'x' } };
        one.next = 'Ben Finch (pending)';
      });
      const { page } = form;
      await form.send().click();
      await openGroups(page);
      await page.evaluate(countClicks);
      const selector = key === 'Enter' ? 'button, summary, a[href]' : 'button, summary';
      const count = await page.locator(selector).count();
      assert.ok(count > 10, `${count} elements`);
      for (let index = 0; index < count; index++) {
        // Toggled groups and the dismissed summary change what there is.
        const element = page.locator(selector).nth(index);
        if (!(await element.isVisible())) continue;
        await element.focus();
        const before = await clicks(page);
        await hold(page, key, 3);
        const name = await page.evaluate<string>('document.activeElement.outerHTML.slice(0, 99)');
        assert.equal(await clicks(page), before, name);
        await page.keyboard.up(key);
        assert.equal(await clicks(page), before + 1, name);
        await openGroups(page);
        await page.evaluate('globalThis.clicks = 0');
      }
    });

    it(`${key} pressed elsewhere does nothing when it is released on Send`, async () => {
      const { page, extension, field, send, eventually } = await ready();
      await field('from').getByRole('textbox').focus();
      await page.keyboard.down(key);
      await send().focus();
      await hold(page, key, 3);
      // A dialog that this key confirmed had the focus until now: its first keydown here is a repeat.
      await page.keyboard.up(key);
      await field('timeout').getByRole('textbox').fill('9');
      await eventually(() => extension.values['conference']?.['timeout'], '9');
      assert.deepEqual(extension.got('send'), []);
    });
  }

  it('Enter does nothing if the window loses the focus before it is released', async () => {
    const { page, extension, field, send, eventually } = await ready();
    await send().focus();
    await page.keyboard.down('Enter');
    await page.evaluate("window.dispatchEvent(new Event('blur'))");
    await page.keyboard.up('Enter');
    await field('timeout').getByRole('textbox').fill('9');
    await eventually(() => extension.values['conference']?.['timeout'], '9');
    assert.deepEqual(extension.got('send'), []);
  });

  for (const modifier of ['Control', 'Meta']) {
    it(`${modifier}+Enter sends from any field at its first keydown, and never when it repeats`, async () => {
      const { page, extension, field, eventually, nextFrame } = await ready();
      await field('from').getByRole('textbox').focus();
      await page.keyboard.down(modifier);
      await page.keyboard.down('Enter');
      await eventually(() => extension.got('send').length, 1);
      // What it sent is done, and could be sent again.
      await extension.change({ sending: false });
      await hold(page, 'Enter');
      await page.keyboard.up(modifier);
      await hold(page, 'Enter', 2);
      await page.keyboard.up('Enter');
      await nextFrame();
      assert.equal(extension.got('send').length, 1);
    });

    it(`${modifier}+Enter on Send sends once`, async () => {
      const { page, extension, send, eventually, nextFrame } = await ready();
      await send().focus();
      await page.keyboard.press(`${modifier}+Enter`);
      await eventually(() => extension.got('send').length, 1);
      await extension.change({ sending: false });
      await nextFrame();
      assert.equal(extension.got('send').length, 1);
    });
  }

  it('Ctrl+Enter that was held before the page had the focus does nothing', async () => {
    const { page, extension, field, eventually } = await ready();
    await page.evaluate(
      `document.querySelector('#field-to').focus();
       for (let i = 0; i < 3; i++) document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
         { key: 'Enter', ctrlKey: true, repeat: true, bubbles: true }))`,
    );
    await field('timeout').getByRole('textbox').fill('9');
    await eventually(() => extension.values['conference']?.['timeout'], '9');
    assert.deepEqual(extension.got('send'), []);
  });

  it('a double click sends once, also when the first click is done before the second', async () => {
    const { page, extension, send, eventually, nextFrame } = await ready();
    extension.immediateOutcome = { kind: 'not done', headline: 'Refused.', details: [] };
    const { x, y } = (await send().boundingBox())!;
    await page.mouse.click(x + 5, y + 5);
    await page.locator('#outcome').waitFor();
    const moved = (await send().boundingBox())!;
    await page.mouse.move(moved.x + 5, moved.y + 5);
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await nextFrame();
    assert.equal(extension.got('send').length, 1);
    await page.mouse.click(moved.x + 5, moved.y + 5);
    await eventually(() => extension.got('send').length, 2);
  });

  it('Enter that ends a composition selects nothing, nor do the arrows within it', async () => {
    const { page, extension, eventually, nextFrame } = await open((one) => (one.chosen = 'reject'));
    const input = page.getByRole('combobox', { name: 'Worker’s next activity' });
    await input.focus();
    const keys = await page.context().newCDPSession(page);
    await keys.send('Input.imeSetComposition', { text: 'B', selectionStart: 1, selectionEnd: 1 });
    await eventually(() => page.getByRole('option').count(), 2);
    for (const key of ['ArrowDown', 'Enter']) {
      await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, windowsVirtualKeyCode: 229 });
      await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    }
    await keys.send('Input.insertText', { text: 'B' });
    await nextFrame();
    assert.equal(await page.getByRole('option', { selected: true }).count(), 0);
    await eventually(() => extension.values['reject'], { workerActivitySid: 'B' });
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { selected: true }).waitFor();
    await keys.send('Input.imeSetComposition', { text: 'r', selectionStart: 1, selectionEnd: 1 });
    await keys.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Enter',
      windowsVirtualKeyCode: 229,
    });
    await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter' });
    await keys.send('Input.insertText', { text: 'r' });
    await eventually(() => extension.values['reject'], { workerActivitySid: 'Br' });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await eventually(() => extension.values['reject'], {
      workerActivitySid: 'WA00000000000000000000000000000003',
    });
  });
});
