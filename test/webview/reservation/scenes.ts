import { instructions } from '../../../src/taskrouter/instructions';
import type { OpenForm } from './formPage';
import { openGroups } from './formPage';

const filledIn = {
  conference: {
    to: 'client:alice',
    from: '+15550100123',
    statusCallback: 'http://example.com/status',
    statusCallbackEvent: ['initiated', 'answered'],
    timeout: '12000',
    record: 'false',
    sipAuthPassword: 'secret',
  },
};

/** States of the form that are worth seeing. */
export const scenes: Record<string, (form: OpenForm) => Promise<void>> = {
  empty: async () => {},
  filled: async ({ page, extension }) => {
    await extension.change({ values: filledIn });
    await openGroups(page);
  },
  ready: async ({ extension }) => {
    await extension.change({
      values: { conference: { to: 'client:alice', from: '+15550100123', timeout: '30', record: 'true' } },
    });
  },
  summary: async ({ page, extension }) => {
    await extension.change({ chosen: 'call' });
    await page.getByRole('button', { name: 'Send Call' }).click();
  },
  suggestions: async ({ page, extension }) => {
    await extension.change({ chosen: 'reject' });
    await page.getByRole('combobox').press('ArrowDown');
  },
  'caller data': async ({ page, extension }) => {
    const redirectCallSid = 'CA00000000000000000000000000000001';
    await extension.change({ chosen: 'redirect', values: { redirect: { redirectCallSid } } });
    await page.getByRole('combobox').press('ArrowDown');
  },
  sending: async ({ extension }) => {
    await extension.change({ values: { conference: { to: 'client:alice' } }, sending: true });
  },
  done: async ({ extension }) => {
    await extension.change({
      chosen: 'accept',
      status: 'accepted',
      expiresIn: undefined,
      outcome: {
        kind: 'done',
        headline: 'Reservation accepted.',
        details: [],
        facts: ['Accept', '10:24 AM', 'HTTP 200', '212 ms', 'request RQ0123456789abcdef'],
        changes: [
          { what: 'Reservation', before: 'pending', now: 'accepted' },
          { what: 'Task', before: 'reserved', now: 'assigned' },
          { what: 'Worker’s activity', before: 'Available', now: 'Available' },
        ],
      },
    });
  },
  'not done': async ({ extension }) => {
    await extension.change({
      simulated: false,
      chosen: 'accept',
      outcome: {
        kind: 'not done',
        headline: 'Accept: not done.',
        details: ['Twilio: “Reservation is no longer pending.”'],
        facts: ['Accept', '10:24 AM', 'HTTP 400', '98 ms', 'request RQ0123456789abcdef'],
        errorCode: 20001,
      },
    });
  },
  unknown: async ({ extension }) => {
    await extension.change({
      values: { conference: { to: 'client:alice' } },
      outcome: {
        kind: 'unknown',
        headline: 'Conference: outcome unknown.',
        details: [
          'The reservation still says pending, which proves nothing: Twilio may already be calling.',
          'Sending again can place a second call.',
        ],
      },
    });
  },
  locked: async ({ extension }) => {
    await extension.change({ values: { conference: { to: 'client:alice', timeout: '30', muted: 'true' } } });
    await extension.change({
      status: 'timeout',
      news: 'This reservation timed out. The worker may have been moved to the workspace’s timeout activity.',
      next: 'Ben Finch (pending)',
    });
  },
};

for (const { name, title, from } of instructions) {
  scenes[`instruction ${name}`] = async ({ page, extension }) => {
    await extension.change({ chosen: name, status: from[0], contactUri: 'client:alice' });
    await page.getByRole('button', { name: `Send ${title}` }).waitFor();
    await openGroups(page);
    await page.mouse.move(0, 0);
  };
}
