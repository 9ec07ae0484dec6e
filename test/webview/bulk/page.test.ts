import assert from 'node:assert/strict';
import { sampleNow } from './standIn';
import { useBulk } from './bulkPage';
import type { OpenBulk } from './bulkPage';

describe('the page of a bulk action', function () {
  this.timeout(120_000);
  const open = useBulk();

  const button = ({ page }: OpenBulk, name: string) => page.getByRole('button', { name, exact: true });
  const row = ({ page }: OpenBulk, index: number) => page.locator(`[aria-posinset="${index + 1}"]`);
  const live = ({ page }: OpenBulk) => page.getByRole('status');

  it('lists first what no longer fits and why, then calls in progress, then what will change', async () => {
    const bulk = await open();
    await bulk.hasText(
      bulk.page.locator('.summary'),
      '296 rows will change. 16 no longer fit and are left out. 10 calls are still in progress.',
    );
    await bulk.hasText(
      bulk.page.locator('.sets'),
      'Each request sets AssignmentStatus = canceled Reason = Storm',
    );
    await bulk.hasText(
      row(bulk, 0).locator('.detail'),
      'Only pending or reserved tasks can be canceled. This one is assigned.',
    );
    await bulk.hasText(row(bulk, 0).locator('.status'), 'left out');
    await bulk.hasText(row(bulk, 16).locator('.detail'), 'Its call is still in progress (in-progress).');
    await bulk.hasText(row(bulk, 16).locator('.status'), 'pending → canceled');
    assert.ok((await bulk.page.getByRole('listitem').count()) < 60);
    assert.equal(await row(bulk, 0).getAttribute('aria-setsize'), '312');
  });

  it('shows other rows when it is scrolled, whose numbers it asks for', async () => {
    const bulk = await open();
    await row(bulk, 0).waitFor();
    for (let wheel = 0; wheel < 40 && (await row(bulk, 311).count()) === 0; wheel++) {
      await bulk.page.locator('.rows').evaluate((element) => {
        const scroller = element as unknown as { scrollTop: number; scrollHeight: number };
        scroller.scrollTop = scroller.scrollHeight;
      });
      await bulk.nextFrame();
    }
    await bulk.hasText(row(bulk, 311).locator('.name'), 'Omar Cedar 312');
    assert.ok(bulk.extension.got('rows').length > 0);
  });

  it('starts the run of the plan that is shown, once for each press of a key', async () => {
    const bulk = await open();
    await button(bulk, 'Cancel 296 Tasks').focus();
    await bulk.page.keyboard.down('Enter');
    for (let repeat = 0; repeat < 5; repeat++) await bulk.page.keyboard.down('Enter');
    assert.equal(bulk.extension.got('start').length, 0);
    await bulk.page.keyboard.up('Enter');
    await bulk.eventually(() => bulk.extension.got('start').map(({ plan }) => plan), [3]);
  });

  it('offers nothing to start while rows are being read, nor on a read-only account', async () => {
    const bulk = await open((extension) => (extension.stage = 'reading'));
    await button(bulk, 'Stop Reading').waitFor();
    assert.equal(await bulk.page.locator('.send').count(), 0);
    const { onAccount } = bulk.extension;
    await bulk.extension.change({ stage: 'planned', onAccount: { ...onAccount, readOnly: true } });
    await bulk.page.getByRole('alert').getByText('Read-only account').waitFor();
    assert.equal(await bulk.page.locator('.send').count(), 0);
  });

  it('counts while it runs, can be canceled, and says how it ended', async () => {
    const bulk = await open((extension) => (extension.stage = 'running'));
    await bulk.hasText(
      bulk.page.locator('.summary'),
      '142 done, 6 not done, 8 sending, 2 looking up, 154 waiting',
    );
    await bulk.hasText(
      bulk.page.locator('.sets'),
      'Each request sets AssignmentStatus = canceled Reason = Storm',
    );
    await button(bulk, 'Stop Run').click();
    await bulk.eventually(() => bulk.extension.got('cancel').length, 1);
    await bulk.extension.change({ stage: 'ended' });
    await bulk.hasText(live(bulk), 'Cancel 312 Tasks: 294 done, 13 not done, 5 unknown');
    await bulk.hasText(row(bulk, 0).locator('.status'), 'unknown');
    await bulk.hasText(row(bulk, 5).locator('.status'), 'not done');
    await bulk.hasText(row(bulk, 5).locator('code').last(), `Request RQ${'cd'.repeat(16)}`);
    await button(bulk, 'Retry Those Not Done').click();
    await button(bulk, 'Export as CSV').click();
    await button(bulk, 'Export as JSON').click();
    await bulk.eventually(() => bulk.extension.got('export').map(({ format }) => format), ['csv', 'json']);
    assert.equal(bulk.extension.got('retry').length, 1);
  });

  it('links to the report of the run that it tries again, and to those that try it again, by keyboard', async () => {
    const yesterday = { id: 'first', startedAt: sampleNow - 86_400_000 };
    const bulk = await open((extension) => (extension.retryOf = yesterday));
    await bulk.hasText(bulk.page.locator('.time'), 'Read at 1:49 PM.');
    await button(bulk, 'Retry of the run of May 31, 1:50 PM').press('Enter');
    await bulk.extension.change({
      ...{ stage: 'ended', retryOf: undefined },
      retries: [{ id: 'second', startedAt: sampleNow - 60_000 }],
    });
    await button(bulk, 'Retried at 1:49 PM').press('Enter');
    await bulk.hasText(bulk.page.locator('.time'), 'Started at 1:41 PM.');
    await bulk.eventually(() => bulk.extension.got('report').map(({ run }) => run), ['first', 'second']);
  });

  it('looks up what is unknown by keyboard, says how far it is, can be ended, and says what is true now', async () => {
    const bulk = await open((extension) => (extension.stage = 'ended'));
    await button(bulk, 'Look Up Again').focus();
    await bulk.page.keyboard.press('Enter');
    await bulk.eventually(() => bulk.extension.got('lookUp').length, 1);
    await bulk.extension.change({ stage: 'looking up' });
    await bulk.hasText(bulk.page.locator('.summary'), 'Looking up rows: 2 of 5');
    await bulk.hasText(row(bulk, 0).locator('.status'), 'looking up: no clear response');
    assert.equal(await bulk.page.getByRole('progressbar').getAttribute('max'), '5');
    assert.equal(await button(bulk, 'Look Up Again').count(), 0);
    await button(bulk, 'Stop Looking Up').click();
    await bulk.eventually(() => bulk.extension.got('cancel').length, 1);
    await bulk.extension.change({ stage: 'looked up' });
    await bulk.hasText(live(bulk), 'Cancel 312 Tasks: 296 done, 14 not done, 2 changed by somebody else');
    const changed = bulk.page.getByRole('listitem').filter({ hasText: 'changed by somebody else' });
    await bulk.hasText(
      changed.first().locator('.detail'),
      'Task canceled. The reason is “Duplicate”, not the one that was sent. Looked up at 1:47 PM.',
    );
    assert.equal(await button(bulk, 'Look Up Again').count(), 0);
  });
});
