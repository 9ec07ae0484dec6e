import assert from 'node:assert/strict';
import { startBulk } from './bulk/bulkPage';
import { scenes as bulkScenes } from './bulk/scenes';
import { startCallbacks } from './callbacks/callbacksPage';
import { scenes as callbackScenes } from './callbacks/scenes';
import { startForms } from './reservation/formPage';
import { scenes as formScenes } from './reservation/scenes';
import type { OpenPage } from './shared/pages';
import { scenes as taskScenes } from './task/scenes';
import { startTasks } from './task/taskPage';
import { scenes as tableScenes } from './table/scenes';
import { startTables } from './table/tablePage';
import { scenes as tryScenes } from './try/scenes';
import { startTries } from './try/tryPage';

/** A narrow sidebar, a window of 1100 × 800 at a zoom of 200 %, and that window. */
const sizes = [
  { width: 260, height: 800 },
  { width: 550, height: 400 },
  { width: 1100, height: 800 },
] as const;

/** As long as translations of short texts can be. */
const lengthen = `
  for (const element of document.querySelectorAll('button, summary, label, legend, h1, h2, h3, th, dt'))
    for (const node of [element, ...element.querySelectorAll('*')].flatMap(({ childNodes }) => [...childNodes]))
      if (node.nodeType === 3 && /\\p{L}{2}/u.test(node.nodeValue)) node.nodeValue += ' ' + 'ééé éé'.repeat(Math.ceil(node.nodeValue.trim().length / 12));
`;

/** What does not fit: the page itself, and texts of which a part can be neither seen, nor scrolled to, nor read in a tooltip. */
const cutTexts = `(() => {
  const found = new Set();
  if (document.documentElement.scrollWidth > innerWidth) found.add('the page scrolls sideways');
  for (const element of document.querySelectorAll('button, summary, label, legend, h1, h2, h3, th, dt')) {
    if (!element.checkVisibility() || !element.textContent.trim() || element.closest('.unseen')) continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    const text = range.getBoundingClientRect();
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (one.title) break;
      const { overflowX } = getComputedStyle(one);
      const box = one.getBoundingClientRect();
      if (['hidden', 'clip'].includes(overflowX) && text.right > box.right + 1)
        found.add(element.tagName.toLowerCase() + '.' + element.className + ': ' + element.textContent.trim().slice(0, 60));
      if (['auto', 'scroll'].includes(overflowX)) break;
    }
  }
  return [...found];
})()`;

function describeLayout<Opened extends OpenPage>(
  name: string,
  start: () => Promise<{ open(): Promise<Opened> }>,
  scenes: Readonly<Record<string, (opened: Opened) => Promise<void>>>,
): void {
  describe(`${name} shows the whole of each label, also of longer ones and at a zoom of 200 %:`, () => {
    let pages: Awaited<ReturnType<typeof start>>;
    before(async () => {
      pages = await start();
    });

    for (const [scene, prepare] of Object.entries(scenes))
      it(scene, async () => {
        const opened = await pages.open();
        await prepare(opened);
        const found: Record<string, string[]> = {};
        for (const text of ['English', 'longer']) {
          if (text === 'longer') await opened.page.evaluate(lengthen);
          for (const size of sizes) {
            await opened.page.setViewportSize(size);
            await opened.nextFrame();
            const cut = await opened.page.evaluate<string[]>(cutTexts);
            if (cut.length > 0) found[`${text}, ${size.width} pixels`] = cut;
          }
        }
        await opened.close();
        assert.deepEqual(found, {});
      });
  });
}

describeLayout('the form', startForms, formScenes);
describeLayout('the page of a task', startTasks, taskScenes);
describeLayout('the table', startTables, tableScenes);
describeLayout('the page of a bulk action', startBulk, bulkScenes);
describeLayout('the callback bench', startCallbacks, callbackScenes);
describeLayout('the page that tries a workflow', startTries, tryScenes);
