// Takes a screenshot of each scene of each page, in four themes and three widths, into out/screenshots/webview.
// `npm run screenshots -- [part of a screenshot's name]`
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { startBulk } from './bulk/bulkPage';
import { scenes as bulkScenes } from './bulk/scenes';
import { startCallbacks } from './callbacks/callbacksPage';
import { scenes as callbackScenes } from './callbacks/scenes';
import { startForms } from './reservation/formPage';
import { scenes as formScenes } from './reservation/scenes';
import type { OpenOptions, OpenPage, Theme } from './shared/pages';
import { closePages, themes } from './shared/pages';
import { scenes as taskScenes } from './task/scenes';
import { startTasks } from './task/taskPage';
import { scenes as tableScenes } from './table/scenes';
import { startTables } from './table/tablePage';
import { scenes as tryScenes } from './try/scenes';
import { startTries } from './try/tryPage';

const out = path.resolve(__dirname, '../../out/screenshots/webview');

interface PageScenes<Opened extends OpenPage> {
  readonly start: () => Promise<{ open(options: OpenOptions): Promise<Opened> }>;
  readonly scenes: Readonly<Record<string, (opened: Opened) => Promise<void>>>;
}

async function take<Opened extends OpenPage>(
  page: string,
  { start, scenes }: PageScenes<Opened>,
): Promise<void> {
  const pages = await start();
  for (const [scene, prepare] of Object.entries(scenes)) {
    for (const theme of Object.keys(themes) as Theme[]) {
      for (const width of [1100, 400, 260]) {
        const name = `${page} ${scene} ${theme} ${width}`.replaceAll(' ', '-');
        if (!name.includes(process.argv[2] ?? '')) continue;
        const opened = await pages.open({ theme, width, height: 800 });
        await prepare(opened);
        await opened.page.screenshot({ path: path.join(out, `${name}.png`), fullPage: true });
        const violations = await opened.violations();
        if (violations.length) console.log(name, violations);
        await opened.close();
      }
    }
  }
}

async function main(): Promise<void> {
  mkdirSync(out, { recursive: true });
  await take('bulk', { start: startBulk, scenes: bulkScenes });
  await take('callbacks', { start: startCallbacks, scenes: callbackScenes });
  await take('reservation', { start: startForms, scenes: formScenes });
  await take('table', { start: startTables, scenes: tableScenes });
  await take('task', { start: startTasks, scenes: taskScenes });
  await take('try', { start: startTries, scenes: tryScenes });
  await closePages();
}

void main();
