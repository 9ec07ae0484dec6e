import assert from 'node:assert/strict';
import { startPages } from '../shared/pages';
import type { OpenOptions, OpenPage } from '../shared/pages';
import { BulkStandIn } from './standIn';

/** The page of a bulk action in a browser, with its stand-in for the extension. */
export interface OpenBulk extends OpenPage {
  readonly extension: BulkStandIn;
}

type Prepare = (extension: BulkStandIn) => void;

export interface BulkPages {
  open(options?: OpenOptions & { readonly prepare?: Prepare }): Promise<OpenBulk>;
}

export async function startBulk(): Promise<BulkPages> {
  const pages = await startPages('bulk');
  return {
    async open({ prepare, ...options } = {}) {
      const extension = new BulkStandIn();
      prepare?.(extension);
      return Object.assign(await pages.open(extension, options), { extension });
    },
  };
}

/** For the tests of one describe: opens the page, and after each test asserts that it ran without errors. */
export function useBulk(): (prepare?: Prepare, options?: OpenOptions) => Promise<OpenBulk> {
  let pages: BulkPages;
  let bulk: OpenBulk;
  before(async () => {
    pages = await startBulk();
  });
  afterEach(async () => {
    assert.deepEqual(await bulk.violations(), []);
    await bulk.close();
  });
  return async (prepare, options) => {
    bulk = await pages.open({ ...options, ...(prepare ? { prepare } : {}) });
    return bulk;
  };
}
