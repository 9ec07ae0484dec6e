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
  close(): Promise<void>;
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
    close: () => pages.close(),
  };
}

export async function openGroups(page: Page): Promise<void> {
  const folded = page.locator('details:not([open]) > summary');
  while (await folded.count()) await folded.first().click();
}
