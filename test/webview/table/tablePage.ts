import assert from 'node:assert/strict';
import { startPages } from '../shared/pages';
import type { OpenOptions, OpenPage } from '../shared/pages';
import { TableStandIn } from './standIn';

/** The table in a browser, with its stand-in for the extension. */
export interface OpenTable extends OpenPage {
  readonly extension: TableStandIn;
}

type Prepare = (extension: TableStandIn) => void;

export interface Tables {
  open(options?: OpenOptions & { readonly prepare?: Prepare }): Promise<OpenTable>;
}

export async function startTables(): Promise<Tables> {
  const pages = await startPages('table');
  return {
    async open({ prepare, ...options } = {}) {
      const extension = new TableStandIn();
      prepare?.(extension);
      return Object.assign(await pages.open(extension, options), { extension });
    },
  };
}

/** For the tests of one describe: opens the page, and after each test asserts that it ran without errors. */
export function useTables(): (prepare?: Prepare, options?: OpenOptions) => Promise<OpenTable> {
  let tables: Tables;
  let table: OpenTable;
  before(async () => {
    tables = await startTables();
  });
  afterEach(async () => {
    assert.deepEqual(await table.violations(), []);
    await table.close();
  });
  return async (prepare, options) => {
    table = await tables.open({ ...options, ...(prepare ? { prepare } : {}) });
    return table;
  };
}
