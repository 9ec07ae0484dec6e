import assert from 'node:assert/strict';
import { sampleTask, sampleWorker } from './standIn';
import { useTables } from './tablePage';
import type { OpenTable } from './tablePage';

describe('the table of tasks', function () {
  this.timeout(120_000);
  const open = useTables();

  const grid = ({ page }: OpenTable) => page.getByRole('grid', { name: 'Tasks' });
  const query = ({ page }: OpenTable) => page.getByRole('combobox', { name: 'Filter tasks' });
  const options = ({ page }: OpenTable) => page.locator('#completions [role="option"] code');
  const row = ({ page }: OpenTable, index: number) =>
    page.locator(`[role="row"][aria-rowindex="${index + 2}"]`);
  /** The cell that a screen reader reads, and which row it is in. */
  const current = (table: OpenTable): Promise<string> =>
    table.page.evaluate<string>(
      `(() => { const id = document.querySelector('.grid').getAttribute('aria-activedescendant');
        const cell = document.getElementById(id);
        return cell ? cell.parentElement.getAttribute('aria-rowindex') + ': ' + cell.innerText.trim() : id + ' is not there'; })()`,
    );
  const press = async (table: OpenTable, ...keys: string[]) => {
    for (const key of keys) await table.page.keyboard.press(key);
  };
  const about = (table: OpenTable, index: number) => row(table, index).getByRole('gridcell').nth(1);

  it('selects the text of a field itself, so that VS Code does not do it once more later', async () => {
    const table = await open();
    await query(table).fill('rosa');
    await table.page.evaluate(
      `globalThis.heard = []; addEventListener('keydown', ({ key }) => heard.push(key.toLowerCase()))`,
    );
    await press(table, 'Control+A', 'x');
    assert.equal(await query(table).inputValue(), 'x');
    assert.deepEqual(await table.page.evaluate('heard'), ['control', 'x']);
  });

  it('is a grid that says how many rows and columns it has', async () => {
    const table = await open();
    assert.equal(await grid(table).getAttribute('aria-rowcount'), '1716');
    assert.equal(await grid(table).getAttribute('aria-colcount'), '10');
    const headers = await table.page.getByRole('columnheader').allInnerTexts();
    assert.deepEqual(headers.slice(0, 4), ['Select all', 'About', 'Status', 'Age']);
    assert.equal(
      await table.page.getByRole('columnheader', { name: 'Age' }).getAttribute('aria-sort'),
      'descending',
    );
    assert.ok((await table.page.locator('.body [role="row"]').count()) < 60);
    await table.hasText(about(table, 0), 'Tess Rowan 1188');
  });

  it('says which cells have not been read yet', async () => {
    const table = await open((extension) => {
      extension.changes = { detailOf: () => ({ events: 'unread' }) };
    });
    const cell = row(table, 0).getByRole('gridcell', { name: 'Not read yet' }).first();
    assert.deepEqual([await cell.innerText(), await cell.getAttribute('title')], ['…', 'Not read yet']);
  });

  it('is read by the keyboard, and opens the page of a task', async () => {
    const table = await open();
    await about(table, 0).waitFor();
    await grid(table).focus();
    await press(table, 'ArrowDown', 'ArrowRight');
    await table.eventually(() => current(table), '3: wrapping');
    await press(table, 'End', 'Home', 'ArrowRight');
    await table.eventually(() => current(table), '3: Omar Cedar 102');
    await press(table, 'Control+End');
    await table.eventually(async () => (await current(table)).split(':')[0], '1716');
    await press(table, 'PageUp', 'Control+Home', 'ArrowRight');
    await table.eventually(() => current(table), '2: Tess Rowan 1188');
    await press(table, 'Enter');
    await table.eventually(() => table.extension.got('open').map(({ sid }) => sid), [sampleTask(1187).sid]);
    await press(table, 'ArrowUp');
    await table.eventually(() => current(table), '1: About');
    await press(table, 'Enter');
    await table.hasText(about(table, 0), 'Dana Alder 5');
  });

  it('shows other rows when it is scrolled, whose numbers it asks for', async () => {
    const table = await open();
    await about(table, 0).waitFor();
    await grid(table).evaluate(
      (element) => ((element as unknown as { scrollTop: number }).scrollTop = 26 * 1000),
    );
    await row(table, 1010).waitFor();
    await table.eventually(() => row(table, 1010).getByRole('gridcell').count(), 10);
    assert.ok(table.extension.got('rows').some(({ from, to }) => from <= 1010 && to > 1010));
    assert.ok((await table.page.locator('.body [role="row"]').count()) < 60);
  });

  it('lays nothing out twice while it is scrolled, and hides only texts that are too long', async () => {
    const table = await open();
    await about(table, 3).hover();
    await about(table, 4).hover();
    const measured = await table.page.evaluate<number>(`new Promise((resolve) => {
      let count = 0;
      const original = Element.prototype.getBoundingClientRect;
      Element.prototype.getBoundingClientRect = function () { count++; return original.call(this); };
      const grid = document.querySelector('[role="grid"]');
      let frame = 0;
      const step = () => {
        if (++frame > 10) return resolve(count);
        grid.scrollTop = frame * 180;
        requestAnimationFrame(() => requestAnimationFrame(step));
      };
      step();
    })`);
    // Once for each state.
    assert.ok(measured <= table.extension.got('rows').length, `${measured} times`);
    // Of cells: those whose text is wider, those that hide it, and all.
    const cells = () =>
      table.page.evaluate<number[]>(`(() => {
        const all = [...document.querySelectorAll('.body [role="gridcell"]')];
        const isWider = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth;
        const hides = (cell) => getComputedStyle(cell).overflowX === 'hidden';
        return [all.filter((cell) => isWider(cell) && !hides(cell)).length, all.filter(isWider).length,
          all.filter(hides).length, all.length];
      })()`);
    const hiding: number[] = [];
    for (const keys of [[], ['ArrowUp', 'ArrowRight', ...Array<string>(4).fill('Shift+ArrowLeft')]]) {
      await grid(table).focus();
      await press(table, ...keys);
      await table.eventually(() => table.extension.got('resize').length, Math.max(0, keys.length - 2));
      await table.eventually(async () => (await cells())[0], 0);
      const [, wider = 0, hidden = 0, all = 0] = await cells();
      assert.ok(wider > 0 && hidden >= wider && hidden < all / 2, `${wider}, ${hidden} of ${all}`);
      hiding.push(hidden);
    }
    assert.ok(hiding[1]! > hiding[0]!, 'the narrower column hides more');
  });

  it('shows other rows also while the mouse holds the scroll bar', async () => {
    const table = await open();
    await about(table, 0).waitFor();
    await grid(table).dispatchEvent('pointerdown', { button: 0, buttons: 1 });
    await grid(table).evaluate(
      (element) => ((element as unknown as { scrollTop: number }).scrollTop = 26 * 300),
    );
    await row(table, 310).waitFor();
    await table.page.mouse.move(10, 10);
  });

  it('sorts by a click on a title, and resizes by its edge or the keyboard', async () => {
    const table = await open();
    const header = table.page.getByRole('columnheader', { name: 'Priority' });
    await header.click();
    await table.eventually(() => header.getAttribute('aria-sort'), 'descending');
    const edge = (await header.locator('.edge').boundingBox())!;
    await table.page.mouse.move(edge.x + 3, edge.y + 3);
    await table.page.mouse.down();
    await table.page.mouse.move(edge.x + 43, edge.y + 3, { steps: 4 });
    await table.page.mouse.up();
    await table.eventually(
      () => table.extension.got('resize').map(({ key, width }) => [key, width]),
      [['priority', 120]],
    );
    const worker = table.page.getByRole('columnheader', { name: 'Worker' });
    assert.match((await worker.getAttribute('title')) ?? '', /^Worker: cannot be sorted/);
    await worker.click();
    assert.equal(table.extension.got('sort').length, 1);
    await grid(table).focus();
    await press(table, 'Control+Home', 'ArrowRight', 'ArrowUp', 'Shift+ArrowRight');
    await table.eventually(() => table.extension.got('resize').at(-1)?.key, 'about');
  });

  it('completes what is typed, by keyboard and mouse', async () => {
    const table = await open();
    await query(table).fill('');
    await query(table).pressSequentially('sta');
    await table.eventually(() => options(table).allInnerTexts(), ['status:']);
    await press(table, 'ArrowDown', 'Enter');
    await table.eventually(() => query(table).inputValue(), 'status:');
    await options(table).getByText('wrapping').click();
    await table.eventually(() => query(table).inputValue(), 'status:wrapping ');
    await press(table, 'Escape', 'Enter');
    await table.eventually(() => table.extension.got('run').at(-1)?.text, 'status:wrapping ');
    await table.hasText(about(table, 0), 'Omar Cedar 102');
    assert.equal((await table.saved<{ query: string }>()).query, 'status:wrapping ');
  });

  it('says where a query is wrong, and corrects it', async () => {
    const table = await open();
    await query(table).fill('status:wraping');
    await press(table, 'Enter');
    await table.hasText(table.page.locator('mark'), 'wraping');
    assert.match(await table.description(query(table)), /^“wraping” is not one of pending/);
    await table.page.getByRole('button', { name: 'Replace “wraping” with “wrapping” (Ctrl+.)' }).click();
    await table.eventually(() => table.extension.got('run').at(-1)?.text, 'status:wrapping');
    await table.eventually(() => table.page.locator('mark').count(), 0);
  });

  it('corrects a query by the key for quick fixes, and says what that does', async () => {
    const table = await open();
    await query(table).fill('is:openfrom:Rosa');
    await query(table).press('Enter');
    await table.page.getByRole('button', { name: 'Insert a space before “from:Rosa” (Ctrl+.)' }).waitFor();
    await query(table).press('Control+.');
    await table.eventually(() => query(table).inputValue(), 'is:open from:Rosa');
    await table.eventually(() => table.extension.got('run').at(-1)?.text, 'is:open from:Rosa');
  });

  it('keeps what is typed while states come', async () => {
    const table = await open();
    await query(table).fill('typed');
    await table.extension.post();
    await table.nextFrame();
    assert.equal(await query(table).inputValue(), 'typed');
  });

  it('runs a saved query', async () => {
    const table = await open();
    await table.page.getByLabel('Saved queries').selectOption('Stuck in wrap-up');
    await table.eventually(() => query(table).inputValue(), 'status:wrapping updated>30m');
    await table.hasText(row(table, 0).getByRole('gridcell').nth(2), 'wrapping');
  });

  it('offers saved queries with those of folders, and to save and manage them by the keyboard', async () => {
    const table = await open();
    table.extension.queries = [
      { name: 'Mine <b>', text: 'is:overdue' },
      { name: 'Theirs', text: 'status:wrapping', folder: 'backend' },
    ];
    void table.extension.post();
    const list = table.page.getByLabel('Saved queries');
    await table.eventually(
      () => list.locator('option').allInnerTexts(),
      ['Open tasks', 'Mine <b>', 'Theirs (backend)', 'All tasks'],
    );
    await list.selectOption('Theirs (backend)');
    await table.eventually(() => query(table).inputValue(), 'status:wrapping');
    await list.focus();
    await press(table, 'Tab');
    await press(table, 'Enter');
    await table.eventually(() => table.extension.got('queries').length, 1);
    await table.page.getByRole('button', { name: 'Save or Manage…' }).waitFor();
  });

  it('shows columns that are chosen, also of an attribute', async () => {
    const table = await open();
    await table.page.getByText('Columns', { exact: true }).click();
    await table.page.getByRole('checkbox', { name: 'Channel' }).uncheck();
    await table.eventually(() => table.page.getByRole('columnheader', { name: 'Channel' }).count(), 0);
    await table.page.getByLabel('Attribute, such as order.id').fill('order.id');
    await press(table, 'Enter');
    await table.page.getByRole('columnheader', { name: 'order.id' }).waitFor();
  });

  const selected = (table: OpenTable) =>
    table.page.evaluate<number[]>(
      `[...document.querySelectorAll('.body [aria-selected="true"]')].map((one) => one.ariaRowIndex - 2)`,
    );
  const box = (table: OpenTable, index: number) =>
    row(table, index).getByRole('gridcell', { name: 'Select' });

  it('selects rows by their boxes, with Shift up to another one, and says how many', async () => {
    const table = await open();
    assert.equal(await grid(table).getAttribute('aria-multiselectable'), 'true');
    await box(table, 1).click();
    await table.eventually(() => selected(table), [1]);
    await table.page.getByText('1 task selected').first().waitFor();
    await box(table, 4).click({ modifiers: ['Shift'] });
    await table.eventually(() => selected(table), [1, 2, 3, 4]);
    await table.eventually(() => table.page.getByRole('status').innerText(), '4 tasks selected');
    await box(table, 2).click();
    await table.eventually(() => selected(table), [1, 3, 4]);
    await about(table, 6).click({ modifiers: ['Control'] });
    await table.eventually(() => selected(table), [1, 3, 4, 6]);
    await table.page.getByRole('button', { name: 'Select All 1,715' }).click();
    await table.page.getByText('1,715 tasks selected').first().waitFor();
    await table.page.getByRole('button', { name: 'Clear Selection' }).click();
    await table.eventually(() => selected(table), []);
    assert.equal(await table.page.getByRole('button', { name: 'Clear Selection' }).count(), 0);
  });

  it('selects rows by the keyboard', async () => {
    const table = await open();
    await about(table, 0).waitFor();
    await grid(table).focus();
    await press(table, 'ArrowDown', ' ', 'Shift+ArrowDown', 'Shift+ArrowDown');
    await table.eventually(() => selected(table), [1, 2, 3]);
    await press(table, 'Shift+ArrowUp');
    await table.eventually(() => selected(table), [1, 2]);
    await press(table, 'Shift+ArrowUp', 'Shift+ArrowUp');
    await table.eventually(() => selected(table), [0, 1]);
    await press(table, 'Control+Shift+End');
    await table.page.getByText('1,714 tasks selected').first().waitFor();
    await press(table, 'Control+Shift+Home', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown');
    await table.eventually(() => selected(table), [1, 2, 3]);
    await press(table, ' ');
    await table.eventually(() => selected(table), [1, 2]);
    await press(table, 'Control+a');
    await table.page.getByText('1,715 tasks selected').first().waitFor();
    await press(table, 'Escape');
    await table.eventually(() => selected(table), []);
    await press(table, 'Control+Home', 'ArrowUp', ' ');
    await table.page.getByText('1,715 tasks selected').first().waitFor();
    await press(table, 'Enter');
    await table.eventually(() => selected(table), []);
  });

  it('asks with Delete to end the selected rows, or the current one, once for a held key and not in the filter', async () => {
    const table = await open();
    await about(table, 0).waitFor();
    const ended = () => table.extension.got('end').map(({ sid }) => sid);
    await query(table).focus();
    await press(table, 'Delete');
    await grid(table).focus();
    await press(table, 'Control+Delete', 'ArrowDown');
    await table.page.keyboard.down('Delete');
    await table.page.keyboard.down('Delete');
    await table.page.keyboard.up('Delete');
    await press(table, 'Meta+Backspace');
    const sid = await table.page.evaluate<string>(
      `JSON.parse(document.querySelector('.row.current').dataset.vscodeContext).taskrouterSid`,
    );
    await table.eventually(ended, [sid, sid]);
    // In the header there is no row.
    await press(table, 'Control+Home', 'ArrowUp', 'Delete', ' ');
    await table.page.getByText('1,715 tasks selected').first().waitFor();
    await press(table, 'Delete');
    await table.eventually(ended, [sid, sid, undefined]);
  });

  it('does not fall behind a held key: while the extension is busy, only the last range is sent after the first', async () => {
    const table = await open();
    await about(table, 0).waitFor();
    await grid(table).focus();
    await press(table, 'ArrowDown');
    table.extension.slow = true;
    await press(table, ...Array.from({ length: 6 }, () => 'Shift+ArrowDown'));
    await table.eventually(() => current(table), `9: ${await about(table, 7).innerText()}`);
    const asked = () => table.extension.got('select').map(({ sid }) => sid);
    await table.eventually(() => asked().length, 1);
    await table.extension.release();
    await table.eventually(() => asked().length, 2);
    assert.equal(await table.page.locator('.body [aria-selected="true"]').count(), 2);
    table.extension.slow = false;
    await table.extension.release();
    await table.eventually(() => selected(table), [1, 2, 3, 4, 5, 6, 7]);
    table.extension.slow = true;
    await press(table, 'Shift+ArrowDown', 'Shift+ArrowDown', 'Escape');
    const types = () =>
      table.extension.messages.map(({ type }) => type).filter((type) => type.startsWith('select'));
    await table.eventually(() => types().slice(-3), ['select', 'select', 'selectNone']);
  });

  it('keeps rows selected while they are sorted, and says what to do with them', async () => {
    const table = await open();
    await box(table, 0).click();
    await table.page.getByRole('columnheader', { name: 'Age' }).click();
    await table.eventually(() => selected(table), []);
    await grid(table).focus();
    await press(table, 'Control+End');
    await table.eventually(() => selected(table), [1714]);
    for (const [name, action] of [
      ['Cancel Tasks…', 'cancel'],
      ['Complete Tasks…', 'complete'],
      ['Set Priority…', 'priority'],
    ] as const) {
      await table.page.getByRole('button', { name }).click();
      await table.eventually(() => table.extension.got('act').at(-1)?.action, action);
    }
    await table.extension.change({ changes: { actions: [] } });
    await table.eventually(() => table.page.getByRole('button', { name: 'Set Priority…' }).count(), 0);
  });

  it('offers to read the rest before all are selected', async () => {
    const table = await open();
    await box(table, 0).click();
    const progress = { isReading: false, isDone: false, read: 350, of: 2000, requests: 7 };
    await table.extension.change({ changes: { progress } });
    await table.page.getByRole('button', { name: 'Read the Rest and Select All' }).click();
    await table.eventually(() => table.extension.got('selectAll').at(-1)?.readsRest, true);
  });

  it('groups rows, which the keyboard expands and collapses', async () => {
    const table = await open();
    await table.page.getByLabel('Group by').selectOption('Grouped by queue');
    const tree = table.page.getByRole('treegrid', { name: 'Tasks' });
    const group = table.page.getByRole('row', { expanded: true }).first();
    await group.getByText('Billing').waitFor();
    assert.equal(await group.getAttribute('aria-level'), '1');
    assert.equal(await row(table, 1).getAttribute('aria-level'), '2');
    await tree.focus();
    await press(table, 'Control+Home', 'ArrowLeft');
    await table.eventually(() => row(table, 0).getAttribute('aria-expanded'), 'false');
    await table.eventually(async () => (await current(table)).replace(/\s+/g, ' '), '2: Billing 429');
    await table.eventually(() => row(table, 1).getAttribute('aria-expanded'), 'true');
    await press(table, 'ArrowRight');
    await table.eventually(() => row(table, 0).getAttribute('aria-expanded'), 'true');
    await row(table, 0).click();
    await table.eventually(() => row(table, 0).getAttribute('aria-expanded'), 'false');
    assert.deepEqual(
      table.extension.got('toggleGroup').map(({ key }) => key),
      ['Billing', 'Billing', 'Billing'],
    );
  });

  it('copies and exports', async () => {
    const table = await open();
    await table.page.getByText('Copy and Export').click();
    await table.page.getByRole('button', { name: 'Copy as CSV' }).click();
    await table.page.getByRole('button', { name: 'Copy as JSON' }).click();
    await table.page.getByRole('button', { name: 'Export All…' }).click();
    await table.eventually(() => table.extension.got('copy').map(({ format }) => format), ['csv', 'json']);
    await table.eventually(() => table.extension.got('export').length, 1);
  });

  it('lists workers, whose page it opens and whose activity it sets', async () => {
    const table = await open((extension) => {
      extension.workers = [0, 1, 2].map(sampleWorker);
    });
    const workers = table.page.getByRole('grid', { name: 'Workers' });
    await workers.getByRole('row', { name: /Ben Finch.*Break/ }).waitFor();
    assert.equal(await table.page.getByRole('button', { name: 'Save or Manage…' }).count(), 0);
    await workers.focus();
    await press(table, 'Control+Home', 'ArrowDown', 'Space', 'Enter');
    await table.page.locator('.selection .count').getByText('1 worker selected').waitFor();
    await table.eventually(() => table.extension.got('open').length, 1);
    await table.page.getByRole('button', { name: 'Set Activity…' }).click();
    await table.eventually(() => table.extension.got('act').map(({ action }) => action), ['activity']);
  });

  it('gives VS Code the row of a menu: the one below the pointer, which gets the cursor, or the one with the cursor', async () => {
    const table = await open();
    await about(table, 0).waitFor();
    const menuOf = async (selector: string) =>
      JSON.parse((await table.page.locator(selector).getAttribute('data-vscode-context'))!) as object;
    const menu = (i: number, status: string) => ({
      taskrouterRow: `task resource ${status} writable`,
      taskrouterSid: sampleTask(i).sid,
      preventDefaultContextMenuItems: true,
    });
    assert.deepEqual(await menuOf('.grid'), menu(1187, 'assigned'));
    await about(table, 1).click({ button: 'right' });
    assert.deepEqual(await menuOf('.body .current'), await menuOf('.grid'));
    assert.notDeepEqual(await menuOf('.grid'), menu(1187, 'assigned'));
    assert.deepEqual(await menuOf('.head'), { taskrouterRow: '', preventDefaultContextMenuItems: true });
  });

  it('shades every selected row, and moves none when the first is selected', async () => {
    const table = await open();
    const top = async () => (await row(table, 1).boundingBox())?.y;
    await row(table, 1).waitFor();
    const before = await top();
    for (const index of [0, 1]) await row(table, index).getByRole('gridcell').first().click();
    await table.page.locator('.count', { hasText: '2 tasks selected' }).waitFor();
    assert.equal(await top(), before);
    await query(table).focus();
    const shade = (index: number) =>
      table.page.evaluate<string>(
        `getComputedStyle(document.querySelector('[role="row"][aria-rowindex="${index + 2}"]')).backgroundColor`,
      );
    for (const index of [0, 1, 2, 3]) await row(table, index).getByRole('gridcell').first().hover();
    await table.page.mouse.move(5, 5);
    const [first, second, , other] = [await shade(0), await shade(1), 0, await shade(3)];
    assert.notEqual(first, other);
    assert.equal(first, second);
  });

  it('has enough contrast where a row is selected or has the cursor: its text, its box and what is not read yet', async () => {
    const table = await open();
    const isUnread = row(table, 2).locator('.unread').first();
    await isUnread.waitFor();
    for (const index of [2, 3]) await row(table, index).getByRole('gridcell').first().click();
    await table.page.locator('.count', { hasText: '2 tasks selected' }).waitFor();
    await query(table).focus();
    await table.page.mouse.move(5, 5);
    // By https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    const contrasts = () =>
      table.page.evaluate<number[]>(`(() => {
        const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
        const luminance = (color) => rgb(color).slice(0, 3)
          .map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
          .reduce((sum, one, i) => sum + one * [0.2126, 0.7152, 0.0722][i], 0);
        const ratio = (one, other) => {
          const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
          return (high + 0.05) / (low + 0.05);
        };
        const row = document.querySelector('[role="row"][aria-rowindex="4"]');
        const back = getComputedStyle(row).backgroundColor;
        const box = getComputedStyle(row.querySelector('.check'));
        return [getComputedStyle(row.querySelector('.unread')).color, getComputedStyle(row).color, box.borderTopColor]
          .map((color) => ratio(color, back));
      })()`);
    for (const theme of ['dark', 'light'] as const) {
      await table.setTheme(theme);
      await table.nextFrame();
      const [unread = 0, text = 0, box = 0] = await contrasts();
      assert.ok(unread >= 4.5 && text >= 4.5 && box >= 3, `${theme}: ${unread}, ${text}, ${box}`);
    }
  });

  it('does not move what is beside the numbers while they grow', async () => {
    const progress = (read: number) => ({
      changes: { progress: { isReading: true, isDone: false, read, of: 100_000, requests: read / 1000 } },
    });
    const table = await open((extension) => Object.assign(extension, progress(1000)));
    const plan = table.page.locator('.plan');
    await plan.waitFor();
    const before = await plan.boundingBox();
    await table.extension.change(progress(98_000));
    await table.page.getByText('read 98,000 of 100,000').waitFor();
    assert.deepEqual(await plan.boundingBox(), before);
  });

  describe('while older tasks are read, which belong above', () => {
    const all = Array.from({ length: 2000 }, (_, i) => sampleTask(i));
    const ages = all.map(({ created }) => created!).sort((one, other) => one - other);
    const reading = { isReading: true, isDone: false, read: 350, of: 2000, requests: 7 };
    /** The page while the 900 oldest are yet to be read, and a function that reads them. */
    const openPartly = async () => {
      const table = await open((extension) => {
        extension.tasks = all.filter(({ created }) => created! > ages[900]!);
        extension.changes = { progress: reading };
      });
      await about(table, 0).waitFor();
      return { table, readRest: () => table.extension.change({ tasks: all }) };
    };
    const scrolled = (table: OpenTable) =>
      grid(table).evaluate((element) => (element as unknown as { scrollTop: number }).scrollTop);
    const top = async (table: OpenTable, text: string) => {
      const cell = table.page.locator('.body').getByText(text, { exact: true });
      await cell.waitFor();
      return (await cell.boundingBox())!.y;
    };

    it('keeps the row under the pointer where it is, and a click there meets it', async () => {
      const { table, readRest } = await openPartly();
      const name = await about(table, 4).innerText();
      const before = await top(table, name);
      const box = (await about(table, 4).boundingBox())!;
      await table.page.mouse.move(box.x - 20, box.y + 10);
      await table.page.mouse.move(box.x - 15, box.y + 10);
      await table.eventually(() => table.extension.got('hold').at(-1)?.held?.index, 4);
      await table.page.mouse.down();
      await readRest();
      await table.page.mouse.up();
      await table.eventually(async () => (await scrolled(table)) > 5000, true);
      assert.equal(await top(table, name), before);
      await table.page.locator('.count', { hasText: '1 task selected' }).waitFor();
      const selected = table.page.getByRole('row', { selected: true });
      assert.equal(await selected.getByRole('gridcell').nth(1).innerText(), name);
    });

    it('keeps the row with the cursor, and the rows that were scrolled to', async () => {
      const { table, readRest } = await openPartly();
      await grid(table).focus();
      await press(table, 'ArrowDown', 'ArrowDown');
      const name = await about(table, 2).innerText();
      const before = await top(table, name);
      await readRest();
      await table.eventually(async () => (await scrolled(table)) > 5000, true);
      assert.equal(await top(table, name), before);
      await press(table, 'Home', 'ArrowRight');
      assert.match(await current(table), new RegExp(name));
    });

    it('shows the first rows where nobody is at a row', async () => {
      const { table, readRest } = await openPartly();
      await readRest();
      await table.eventually(() => grid(table).getAttribute('aria-busy'), 'true');
      await table.hasText(about(table, 0), 'Tess Rowan 1188');
      assert.equal(await scrolled(table), 0);
    });
  });

  it('says how far it has read, and stops or continues', async () => {
    const table = await open();
    const progress = { isReading: true, isDone: false, read: 1850, of: 2000, requests: 7 };
    await table.extension.change({ changes: { progress } });
    await table.page.getByText('read 1,850 of 2,000, 7 requests').waitFor();
    await table.page.getByRole('button', { name: 'Cancel' }).click();
    await table.eventually(() => table.extension.got('cancel').length, 1);
    await table.extension.change({ changes: { progress: { ...progress, isReading: false } } });
    await table.page.getByRole('button', { name: 'Continue' }).click();
    await table.eventually(() => table.extension.got('continue').length, 1);
  });

  it('shows what callers wrote as text', async () => {
    const name = '<img src=x onerror=alert(1)>\u202e[link](command:x)';
    const table = await open((extension) => {
      extension.tasks = [{ ...sampleTask(1), attributes: JSON.stringify({ name }), queue: '<b>bold</b>' }];
    });
    await table.hasText(about(table, 0), '<img src=x onerror=alert(1)>[link](command:x)');
    assert.equal(await table.page.locator('.grid img, .grid b, .grid a').count(), 0);
  });

  it('says how far each workspace is, opened by the keyboard, and groups by workspace', async () => {
    const table = await open((extension) => extension.showAllWorkspaces(), { width: 260, height: 800 });
    const fold = table.page.getByText('4 of 5 workspaces, at least 25 requests');
    await fold.waitFor();
    await table.page.locator('details', { has: fold }).locator('summary').focus();
    await press(table, 'Enter');
    assert.deepEqual(
      (await table.page.locator('.extent li').allInnerTexts()).map((text) =>
        text.replace(/\s+/g, ' ').trim(),
      ),
      [
        'Contact Center: 572 tasks · read 667, 6 requests',
        'Field Service: 572 tasks · read 667 of 2,000, 6 requests',
        'Sales EMEA: 60 tasks · read 66 of 900, 6 requests',
        'A workspace with a very long name that has to be wrapped somewhere: not read yet',
      ],
    );
    const overflow = await table.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    assert.ok(overflow <= 0);
    const choice = (await table.page.getByLabel('Group by').boundingBox())!;
    const failure = (await table.page.getByRole('alert').boundingBox())!;
    assert.ok(choice.y + choice.height <= failure.y, 'the failure covers the bar');
    await table.page.getByLabel('Group by').selectOption('Grouped by workspace');
    await table.hasText(row(table, 0), 'Contact Center 572');
    assert.ok((await table.page.getByRole('columnheader').allInnerTexts()).includes('Workspace'));
  });

  for (const [width, height] of [
    [260, 800],
    [550, 400],
    [260, 300],
  ] as const)
    it(`is usable in ${width} by ${height} pixels`, async () => {
      const table = await open(undefined, { width, height });
      await about(table, 0).click();
      await grid(table).scrollIntoViewIfNeeded();
      const box = (await grid(table).boundingBox())!;
      assert.ok(box.height >= 150 && box.x >= 0 && box.x + box.width <= width, JSON.stringify(box));
      const overflow = await table.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      assert.ok(overflow <= 0);
      await press(table, 'End');
      await table.eventually(async () => (await current(table)).split(':')[0], '2');
      const cell = (await row(table, 0).getByRole('gridcell').last().boundingBox())!;
      assert.ok(cell.x >= 0 && cell.x + cell.width <= width + 1, 'the last cell is in view');
    });
});
