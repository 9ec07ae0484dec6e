import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { startPages } from '../shared/pages';
import type { OpenOptions, OpenPage } from '../shared/pages';
import { FormStandIn } from './standIn';

/** The form in a browser, with its stand-in for the extension. */
export interface OpenForm extends OpenPage {
  readonly extension: FormStandIn;
  readonly field: (key: string) => Locator;
  readonly send: () => Locator;
}

export interface Forms {
  open(options?: OpenOptions & { readonly prepare?: (extension: FormStandIn) => void }): Promise<OpenForm>;
}

export async function startForms(): Promise<Forms> {
  const pages = await startPages('reservation');
  return {
    async open({ prepare, ...options } = {}) {
      const extension = new FormStandIn();
      prepare?.(extension);
      const opened = await pages.open(extension, options);
      return Object.assign(opened, {
        extension,
        field: (key: string) => opened.page.locator(`.field[data-key="${key}"]`),
        send: () => opened.page.getByRole('button', { name: /^Send/ }),
      });
    },
  };
}

type Open = (prepare?: (extension: FormStandIn) => void, options?: OpenOptions) => Promise<OpenForm>;

/** For the tests of one describe: opens a form, and after each test asserts that the page ran without errors. */
export function useForms(): Open {
  let forms: Forms;
  let form: OpenForm;
  before(async () => {
    forms = await startForms();
  });
  afterEach(async () => {
    assert.deepEqual(await form.violations(), []);
    await form.close();
  });
  return async (prepare, options) => {
    form = await forms.open({ ...options, ...(prepare ? { prepare } : {}) });
    return form;
  };
}

export async function openGroups(page: Page): Promise<void> {
  const folded = page.locator('details:not([open]) > summary');
  while (await folded.count()) await folded.first().click();
}
