import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { openWorkbench, type Workbench } from './driver';

const frames = path.resolve(__dirname, '../../out/animations');

/** An arrow, where a headless browser shows no pointer. */
const drawPointer = (x: number, y: number, pressed = false) => `{
  const svg = 'http://www.w3.org/2000/svg';
  let arrow = document.getElementById('pointer');
  if (!arrow) {
    arrow = document.body.appendChild(document.createElementNS(svg, 'svg'));
    arrow.id = 'pointer';
    Object.assign(arrow.style, { position: 'fixed', zIndex: 100000, width: '48px', height: '48px', pointerEvents: 'none' });
    for (const [name, attributes] of [
      ['circle', { cx: 24, cy: 24, r: 15, fill: '#ffffff40', stroke: '#ffffffa0' }],
      ['path', { d: 'M24 24 v20 l5 -5 3.5 8 4 -2 -3.5 -7.5 h7 z', fill: '#fff', stroke: '#000', 'stroke-width': 1.5 }],
    ]) {
      const part = arrow.appendChild(document.createElementNS(svg, name));
      for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    }
  }
  Object.assign(arrow.style, { left: '${x - 24}px', top: '${y - 24}px' });
  arrow.firstChild.style.visibility = '${pressed ? 'visible' : 'hidden'}';
}`;

/**
 * Takes the frames of the README’s animations by what a person does. The name of each says how many milliseconds it
 * stays; `npm run pictures` makes the files in `media/readme` of them.
 */
describe('animations of the first ten minutes', () => {
  let on: Workbench;
  let folder: string;
  let count: number;
  let pointer: { x: number; y: number };

  before(async () => {
    on = await openWorkbench({
      settings: {
        'workbench.activityBar.location': 'top',
      },
    });
    await on.page.setViewportSize({ width: 1000, height: 600 });
    await on.openViews();
    await on.page.getByRole('button', { name: 'Explore with a Simulated Account' }).click();
    await on.treeItem(/^Workspace Acme Support/).click();
    await on.treeItem('Tasks').click();
    await on.treeItem(/^Task, Dana Alder/).waitFor();
  });
  after(() => on?.close());

  function begin(name: string): void {
    folder = path.join(frames, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    count = 0;
    pointer = { x: 600, y: 420 };
  }
  const frame = async (milliseconds: number, pressed = false) => {
    await on.page.evaluate(drawPointer(pointer.x, pointer.y, pressed));
    const name = `${String(count++).padStart(2, '0')}-${milliseconds}.png`;
    // Of a page that has just opened, also its icons; others may be gone by now.
    for (const part of on.page.frames())
      await part.evaluate('document.fonts.ready.then(() => undefined)').catch(() => undefined);
    // Without the title bar, which names the window of a test.
    const clip = { x: 0, y: 35, width: 1000, height: 565 };
    await on.page.screenshot({ path: path.join(folder, name), clip });
  };
  /** Moves the pointer there in a few frames. */
  const point = async (at: Locator) => {
    const box = (await at.boundingBox())!;
    const from = pointer;
    const to = { x: box.x + Math.min(box.width / 2, 120), y: box.y + box.height / 2 };
    const steps = 5;
    for (let step = 1; step <= steps; step++) {
      const part = (1 - Math.cos((Math.PI * step) / steps)) / 2;
      pointer = { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
      await on.page.mouse.move(pointer.x, pointer.y);
      await frame(70);
    }
  };
  const press = async (at: Locator) => {
    await point(at);
    await frame(300);
    await frame(150, true);
    await on.page.mouse.click(pointer.x, pointer.y);
  };
  const click = async (at: Locator, then: Locator) => {
    await press(at);
    await then.waitFor();
  };
  const isInUpperHalf = async (what: Locator) => ((await what.boundingBox())?.y ?? 1000) < 300;
  const task = (name: string) => on.treeItem(new RegExp(`^Task, ${name}`));

  it('accepts a reservation', async () => {
    begin('accept');
    await frame(900);
    await click(task('Dana Alder'), on.webview().getByRole('heading', { level: 1, name: /^Offered/ }));
    await frame(1600);
    const reservation = on.treeItem(/^Reservation, pending/).first();
    await click(task('Dana Alder').locator('.monaco-tl-twistie'), reservation);
    await point(reservation);
    await on.untilKnown(on.treeItem(/^Reservation, accepted/), () =>
      press(reservation.getByRole('button', { name: 'Accept Reservation' })),
    );
    await on.statusBarItem(/Reservation accepted/).waitFor();
    await on
      .webview()
      .getByRole('heading', { level: 1, name: /^Assigned to/ })
      .waitFor();
    await frame(3000);
  });

  it('says why a task waits', async () => {
    await on.command('View: Close All Editors');
    begin('why');
    await frame(900);
    await click(
      task('Gus Fir'),
      on.webview().getByRole('heading', { level: 1, name: /^Waiting .* in Fraud/ }),
    );
    await on.webview().locator('.reading').waitFor({ state: 'detached' });
    await frame(3000);
    await point(on.webview().getByText('What would change it'));
    await frame(1500);
    const workers = on.webview().getByRole('heading', { name: /^Workers of/ });
    for (let turn = 0; turn < 40 && !(await isInUpperHalf(workers)); turn++) {
      await on.page.mouse.wheel(0, 60);
      if (turn % 2 === 0) await frame(90);
    }
    await frame(2500);
  });

  it('acts on many tasks at once', async () => {
    await on.command('View: Close All Editors');
    begin('bulk');
    const page = on.webview();
    const workspace = on.treeItem(/^Workspace Acme Support/);
    await frame(500);
    await point(workspace);
    await click(
      workspace.getByRole('button', { name: 'Open Task Table' }),
      page.locator('.body [role="row"]').nth(3),
    );
    await frame(800);
    const query = page.getByRole('combobox', { name: 'Filter tasks' });
    await click(query, query);
    for (const text of ['status:', 'status:res', 'status:reserved']) {
      await query.fill(text);
      await frame(180);
    }
    await query.press('Enter');
    await page.locator('.body [role="row"]', { hasText: 'pending' }).first().waitFor({ state: 'detached' });
    await frame(700);
    const selected = page.getByText(/^\d tasks selected/).first();
    await click(page.locator('.head .select'), selected);
    await frame(700);
    const input = on.quickInput('Set Priority').box.locator('input').first();
    await click(page.getByRole('button', { name: 'Set Priority…' }), input);
    await input.fill('90');
    await frame(700);
    await on.page.keyboard.press('Enter');
    await page.locator('.summary', { hasText: 'will change' }).waitFor();
    await frame(1600);
    await click(
      page.getByRole('button', { name: /^Set the Priority of/ }),
      page.locator('.summary', { hasText: 'done' }),
    );
    await frame(2500);
  });
});
