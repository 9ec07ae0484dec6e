import type { Locator, Page } from 'playwright-core';
import type { PageOf, PagesOf } from '../shared/usePage';
import { startPage, usePage } from '../shared/usePage';
import { FormStandIn } from './standIn';

/** The form in a browser, with its stand-in for the extension. */
export type OpenForm = PageOf<FormStandIn> & {
  readonly field: (key: string) => Locator;
  readonly send: () => Locator;
};
export type Forms = PagesOf<FormStandIn, OpenForm>;

export async function startForms(): Promise<Forms> {
  const pages = await startPage('reservation', () => new FormStandIn());
  return {
    async open(options) {
      const opened = await pages.open(options);
      return Object.assign(opened, {
        field: (key: string) => opened.page.locator(`.field[data-key="${key}"]`),
        send: () => opened.page.getByRole('button', { name: /^Send/ }),
      });
    },
  };
}

export const useForms = () => usePage(startForms);

export async function openGroups(page: Page): Promise<void> {
  const folded = page.locator('details:not([open]) > summary');
  while (await folded.count()) await folded.first().click();
}
