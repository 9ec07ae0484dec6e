/**
 * Opens the form in a real VS Code again and again, and writes to `BENCH_FIGURES` how soon its fields stood there.
 * Mocha runs it, because the page object of the workbench lives under mocha.
 */
import { writeFileSync } from 'node:fs';
import { openWorkbench } from '../../workbench/driver';
import type { FormFigures } from './form';

const warmRuns = 8;

describe('the form', () => {
  it('is ready', async () => {
    const workbench = await openWorkbench({ settings: { 'taskrouter.refreshInterval': 0 } });
    await workbench.openViews();
    await workbench.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
    await workbench
      .treeItem(/^Workspace Acme Support/)
      .first()
      .waitFor();
    const ready: number[] = [];
    for (let run = 0; run <= warmRuns; run++) {
      await workbench.command('TaskRouter: Conference…');
      const pick = workbench.quickInput('Which reservation?');
      await pick.box
        .getByRole('option', { name: /pending/ })
        .first()
        .click();
      await workbench.webview().locator('#field-to').waitFor();
      const frame = await workbench.webviewFrame();
      // The page is empty until its fields are drawn, all at once: the first paint of content is theirs. It is
      // told from when this frame began to load.
      ready.push(
        await frame.evaluate<number>(`new Promise((resolve) => new PerformanceObserver((list) => {
          const [paint] = list.getEntriesByName('first-contentful-paint');
          if (paint) resolve(paint.startTime);
        }).observe({ type: 'paint', buffered: true }))`),
      );
      await workbench.command('View: Close All Editors');
      await workbench.webview().locator('h1').waitFor({ state: 'detached' });
    }
    const [cold, ...warm] = ready;
    const figures: FormFigures = { cold: cold!, warm };
    writeFileSync(process.env['BENCH_FIGURES']!, JSON.stringify(figures));
    await workbench.close();
  });
});
