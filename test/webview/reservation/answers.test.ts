import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { FormMemory } from '../../../src/webview/reservation/protocol';
import { maxPostedLength } from '../../../src/webview/shared/protocol';
import { useForms } from './formPage';
import type { FormStandIn } from './standIn';

describe('what the form’s page posts is always answered', function () {
  this.timeout(60_000);
  const open = useForms();

  const ready = () => open((one) => (one.values = { conference: { to: 'client:alice' } }));
  const long = (length: number) => 'https://example.com/'.padEnd(length, 'x');

  it('an over-long value is reported beside its field, which keeps it, and nothing is locked', async () => {
    const { page, extension, field, send, description, eventually } = await ready();
    await page.locator('summary', { hasText: 'Callbacks' }).click();
    const input = field('statusCallback').getByRole('textbox');
    await input.fill(long(5020));
    await field('statusCallback').getByText('Must be at most 4,096 characters. Remove 924.').waitFor();
    assert.equal(await input.getAttribute('aria-invalid'), 'true');
    assert.match(await description(input), /^Must be at most 4,096 characters/);
    await send().click();
    await page.getByRole('group', { name: 'Conference was not sent' }).waitFor();
    assert.deepEqual(extension.got('send'), []);
    assert.equal(await input.inputValue(), long(5020));
    await input.fill(long(4097));
    await page.locator('#summary').getByText('Remove 1.').waitFor();
    await input.press('Backspace');
    await page.locator('#summary').waitFor({ state: 'detached' });
    assert.equal(await input.inputValue(), long(4096));
    await send().click();
    await eventually(() => extension.got('send').length, 1);
  });

  for (const length of [maxPostedLength, maxPostedLength + 1, 1_000_000]) {
    it(`a value of ${length} characters is reported, and survives a reload as far as it is shown`, async () => {
      const { page, extension, field, eventually } = await ready();
      const input = field('to').getByRole('textbox');
      await input.fill(long(length));
      await field('to').getByText('Must be at most 4,096 characters. Remove 12,288.').waitFor();
      await eventually(() => input.inputValue(), long(maxPostedLength));
      await field('from').getByRole('textbox').fill('+15550100123');
      await eventually(() => extension.values['conference']?.['from'], '+15550100123');
      await page.reload();
      await page.getByRole('heading', { level: 1 }).waitFor();
      assert.equal(await input.inputValue(), long(maxPostedLength));
      await input.fill('client:bob');
      await eventually(() => extension.values['conference']?.['to'], 'client:bob');
    });
  }

  it('a value that the extension refuses is replaced by the previous one, which the field says', async () => {
    const { page, extension, field, send, eventually } = await ready();
    const input = field('to').getByRole('textbox');
    extension.refuses = 'set';
    await input.fill('client:bob');
    const problem = field('to').getByText('This value was not accepted. The previous one is shown.');
    await problem.waitFor();
    assert.equal(await input.inputValue(), 'client:alice');
    await field('from').getByRole('textbox').fill('+15550100123');
    await field('from').getByText('This value was not accepted').waitFor();
    await problem.waitFor();
    await send().click();
    await page.getByRole('group', { name: 'Conference was not sent' }).waitFor();
    assert.deepEqual(extension.got('send'), []);
    extension.refuses = undefined;
    await input.fill('client:bob');
    await problem.waitFor({ state: 'detached' });
    await field('from').getByRole('textbox').fill('+15550100124');
    await send().click();
    await eventually(() => extension.got('send').length, 1);
  });

  for (const type of ['choose', 'send'] as const) {
    it(`a refused "${type}" leaves the form usable`, async () => {
      const { page, extension, field, send, eventually } = await ready();
      extension.refuses = type;
      if (type === 'choose') await page.getByText('Dequeue', { exact: true }).click();
      else await send().click();
      await eventually(() => extension.refused, 1);
      extension.refuses = undefined;
      await page.getByRole('radio', { name: 'Conference', exact: true, checked: true }).waitFor();
      await field('from').getByRole('textbox').fill('+15550100123');
      await send().click();
      await eventually(() => extension.got('send').length, 1);
    });
  }
});

describe('a panel that is reused for another reservation', function () {
  this.timeout(60_000);
  const open = useForms();

  it('shows a new form: nothing that was typed, attempted or pending comes along', async () => {
    const { page, extension, field, send, live, saved, hasText, eventually } = await open();
    await page.locator('summary', { hasText: 'Recording' }).click();
    await send().click();
    await page.locator('#summary').waitFor();
    extension.slow = true;
    await field('from').getByRole('textbox').fill('+15550100123');
    await send().click();
    await eventually(() => extension.got('set').length, 1);
    await extension.reuse({
      binding: { account: 'account-2' },
      values: {},
      worker: 'Ben Finch',
      slow: false,
    });
    await hasText(page.locator('.facts > span').first(), 'Worker: Ben Finch');
    assert.equal(await field('from').getByRole('textbox').inputValue(), '');
    assert.equal(await page.locator('#summary, .field .problem').count(), 0);
    await hasText(page.locator('.send'), 'Send Conference');
    assert.equal(await live().innerText(), '');
    assert.deepEqual(await saved(), {
      binding: { account: 'account-2' },
      chosen: 'conference',
      values: { conference: {} },
      opened: { Recording: true },
      scroll: 0,
    });
  });

  it('drops messages of the earlier form', async () => {
    const { page, extension, field, send, eventually } = await open(
      (one) => (one.values = { conference: { to: 'client:alice' } }),
    );
    extension.slow = true;
    await extension.reuse({ values: { conference: { to: 'client:bob' } } });
    // The page still shows the earlier form.
    await field('from').getByRole('textbox').fill('+15550100123');
    await send().click();
    await page.getByText('Dequeue', { exact: true }).click({ force: true });
    extension.slow = false;
    await extension.release();
    await eventually(() => field('to').getByRole('textbox').inputValue(), 'client:bob');
    assert.equal(await field('from').getByRole('textbox').inputValue(), '');
    assert.deepEqual(extension.messages, []);
    await send().click();
    await eventually(() => extension.messages.map(({ type }) => type), ['send']);
  });

  it('restores what was typed for this reservation only, when the page is loaded again', async () => {
    const { page, extension, field, saved, eventually } = await open();
    await field('to').getByRole('textbox').fill('client:alice');
    await eventually(() => extension.values['conference'], { to: 'client:alice' });
    // The panel is hidden, so its page is gone, when it is reused.
    await extension.reuse({ binding: { account: 'account-2' }, values: {}, chosen: 'dequeue' });
    await page.reload();
    await page.getByRole('radio', { name: 'Dequeue', checked: true }).waitFor();
    assert.deepEqual((await saved<FormMemory>()).values, { dequeue: {} });
    await page.getByRole('radio', { name: 'Conference', exact: true }).check();
    assert.equal(await field('to').getByRole('textbox').inputValue(), '');
  });

  for (const [how, show] of [
    ['another reservation', (one, change) => one.reuse({ binding: { account: 'account-2' }, ...change })],
    ['another action of the same reservation', (one, change) => one.change(change)],
  ] as const satisfies readonly [string, (one: FormStandIn, change: Partial<FormStandIn>) => Promise<void>][])
    for (const [what, control] of [
      ['the action', (page) => page.getByRole('radio', { name: 'Accept', exact: true })],
      ['a control that every form has', (page) => page.getByRole('button', { name: 'Refresh' })],
      ['a control of the action', (page) => page.getByRole('textbox').first()],
    ] as const satisfies readonly [string, (page: Page) => Locator][])
      it(`has the focus on the checked action when it shows ${how}, after ${what} had it`, async () => {
        const chosen = what === 'a control of the action' ? 'dequeue' : 'accept';
        const { page, extension, focused, eventually } = await open((one) => (one.chosen = chosen));
        await control(page).focus();
        await show(extension, { chosen: 'conference' });
        await page.getByRole('radio', { name: 'Conference', checked: true }).waitFor();
        await eventually(focused, 'Conference');
        await page.keyboard.press('Space');
        await extension.post();
        assert.equal(extension.chosen, 'conference');
        assert.deepEqual(extension.messages, []);
      });

  it('leaves the focus where the user chooses another action', async () => {
    const { page, extension, focused, eventually } = await open();
    await page.getByRole('radio', { name: 'Conference', exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => extension.chosen, 'dequeue');
    await page.getByRole('button', { name: 'Refresh' }).focus();
    await extension.post();
    assert.equal(await focused(), 'Refresh');
  });
});
