import assert from 'node:assert/strict';
import type { PageMessage } from '../../../src/webview/shared/protocol';
import type { OpenOptions, OpenPage } from './pages';
import { startPages } from './pages';
import type { StandIn } from './standIn';

/** A page in a browser, with its stand-in for the extension. */
export type PageOf<Extension> = OpenPage & { readonly extension: Extension };

type Prepare<Extension> = (extension: Extension) => void;

export interface PagesOf<Extension, Page extends OpenPage = PageOf<Extension>> {
  open(options?: OpenOptions & { readonly prepare?: Prepare<Extension> | undefined }): Promise<Page>;
}

/** Opens the page of this name, each time with a stand-in of its own. */
export async function startPage<
  Extension extends StandIn<State, Message>,
  State,
  Message extends PageMessage,
>(name: string, create: () => Extension & StandIn<State, Message>): Promise<PagesOf<Extension>> {
  const pages = await startPages(name);
  return {
    async open({ prepare, ...options } = {}) {
      const extension = create();
      prepare?.(extension);
      return Object.assign(await pages.open(extension, options), { extension });
    },
  };
}

/** For the tests of one describe: opens the page, and after each test asserts that it ran without errors. */
export function usePage<Extension, Page extends OpenPage>(
  start: () => Promise<PagesOf<Extension, Page>>,
): (prepare?: Prepare<Extension>, options?: OpenOptions) => Promise<Page> {
  let pages: PagesOf<Extension, Page>;
  let page: Page;
  before(async () => {
    pages = await start();
  });
  afterEach(async () => {
    assert.deepEqual(await page.violations(), []);
    await page.close();
  });
  return async (prepare, options) => (page = await pages.open({ ...options, prepare }));
}
