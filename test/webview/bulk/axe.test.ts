import { assertAccessible } from '../shared/axe';
import { themes } from '../shared/pages';
import type { Theme } from '../shared/pages';
import { scenes } from './scenes';
import { startBulk } from './bulkPage';
import type { BulkPages } from './bulkPage';

describe('axe on the page of a bulk action', function () {
  this.timeout(60_000);

  let pages: BulkPages;
  before(async () => {
    pages = await startBulk();
  });
  after(() => pages.close());

  for (const theme of Object.keys(themes) as Theme[]) {
    for (const [name, prepare] of Object.entries(scenes)) {
      it(`finds nothing in ${theme}, ${name}`, async () => {
        const bulk = await pages.open({ theme });
        await prepare(bulk);
        await bulk.nextFrame();
        await assertAccessible(bulk);
        await bulk.page.context().close();
      });
    }
  }
});
