import { describeAccessibility } from '../shared/axe';
import { openGroups, startForms } from './formPage';
import type { OpenForm } from './formPage';

const scenes: Record<string, (form: OpenForm) => Promise<void>> = {
  'all groups open, with errors, warnings and a summary': async ({ page, extension }) => {
    await extension.change({
      values: { conference: { statusCallback: 'http://example.com', timeout: '0', record: 'true' } },
    });
    await openGroups(page);
    await page.getByRole('button', { name: 'Send Conference' }).click();
    await page.locator('#summary').waitFor();
  },
  'with suggestions open': async ({ page, extension }) => {
    await extension.change({ chosen: 'redirect' });
    await page.getByRole('combobox').press('ArrowDown');
    await page.getByRole('option').first().waitFor();
  },
  'with an outcome and a request': async ({ page, extension }) => {
    await extension.change({
      values: { conference: { to: 'client:alice' } },
      expiresIn: 5000,
      outcome: {
        kind: 'not done',
        headline: 'Twilio refused it.',
        details: ['Error 20001.'],
        facts: ['HTTP 400', '120 ms'],
        errorCode: 20001,
        changes: [{ what: 'Reservation', before: 'pending', now: 'accepted' }],
      },
    });
    await page.locator('#outcome').waitFor();
  },
  locked: async ({ page, extension }) => {
    await extension.change({
      status: 'canceled',
      news: 'This reservation was canceled.',
      next: 'Ben Finch (pending)',
      values: { conference: { to: 'client:alice' } },
    });
    await page.locator('#locked').waitFor();
  },
  sending: async ({ page, extension }) => {
    await extension.change({ sending: true });
    await page.locator('.codicon-loading').waitFor();
  },
};

describeAccessibility('axe on the form', startForms, scenes);
