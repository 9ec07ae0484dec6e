import assert from 'node:assert/strict';
import { startPages } from '../shared/pages';
import type { OpenOptions, OpenPage } from '../shared/pages';
import { CallbacksStandIn } from './standIn';

/** the callback bench in a browser, with its stand-in for the extension. */
export interface OpenCallbacks extends OpenPage {
  readonly extension: CallbacksStandIn;
}

type Prepare = (extension: CallbacksStandIn) => void;

export interface CallbacksPages {
  open(options?: OpenOptions & { readonly prepare?: Prepare }): Promise<OpenCallbacks>;
}

export async function startCallbacks(): Promise<CallbacksPages> {
  const pages = await startPages('callbacks');
  return {
    async open({ prepare, ...options } = {}) {
      const extension = new CallbacksStandIn();
      prepare?.(extension);
      return Object.assign(await pages.open(extension, options), { extension });
    },
  };
}

/** For the tests of one describe: opens the page, and after each test asserts that it ran without errors. */
export function useCallbacks(): (prepare?: Prepare, options?: OpenOptions) => Promise<OpenCallbacks> {
  let pages: CallbacksPages;
  let bench: OpenCallbacks;
  before(async () => {
    pages = await startCallbacks();
  });
  afterEach(async () => {
    assert.deepEqual(await bench.violations(), []);
    await bench.close();
  });
  return async (prepare, options) => {
    bench = await pages.open({ ...options, ...(prepare ? { prepare } : {}) });
    return bench;
  };
}
