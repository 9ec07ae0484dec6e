import { assertAccessible } from '../shared/axe';
import { themes } from '../shared/pages';
import type { Theme } from '../shared/pages';
import { scenes } from './scenes';
import { startTables } from './tablePage';
import type { Tables } from './tablePage';

describe('axe on the table of tasks', function () {
  this.timeout(60_000);

  let tables: Tables;
  before(async () => {
    tables = await startTables();
  });
  after(() => tables.close());

  for (const theme of Object.keys(themes) as Theme[]) {
    for (const [name, prepare] of Object.entries(scenes)) {
      it(`finds nothing in ${theme}, ${name}`, async () => {
        const table = await tables.open({ theme });
        await prepare(table);
        await table.nextFrame();
        await assertAccessible(table);
        await table.page.context().close();
      });
    }
  }
});
