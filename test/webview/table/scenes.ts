import { sampleWorker } from './standIn';
import type { OpenTable } from './tablePage';

const query = (table: OpenTable) => table.page.getByRole('combobox', { name: 'Filter tasks' });
const run = async (table: OpenTable, text: string) => {
  await query(table).fill(text);
  await table.page.getByRole('button', { name: 'Apply Filter' }).click();
};

/** What the page can look like. */
export const scenes: Readonly<Record<string, (table: OpenTable) => Promise<void>>> = {
  open: async (table) => {
    await table.page.getByRole('row').nth(5).waitFor();
  },
  reading: async (table) => {
    await table.extension.change({
      changes: {
        progress: { isReading: true, isDone: false, read: 1850, of: 2000, requests: 7 },
      },
    });
  },
  workers: async (table) => {
    await table.extension.change({ workers: [0, 1, 2, 3, 4, 5].map(sampleWorker) });
    await table.page.getByRole('grid', { name: 'Workers' }).waitFor();
  },
  workspaces: async (table) => {
    table.extension.showAllWorkspaces();
    await table.extension.post();
    await table.page.getByText('4 of 5 workspaces').click();
    await table.page.getByText('A workspace with a very long name').waitFor();
  },
  current: async (table) => {
    await table.page.getByRole('grid').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await table.page.keyboard.press(key);
  },
  selected: async (table) => {
    const boxes = table.page.getByRole('gridcell', { name: 'Select' });
    await boxes.nth(1).click();
    await boxes.nth(4).click({ modifiers: ['Shift'] });
    await table.page.getByText('4 tasks selected').first().waitFor();
    await table.extension.change({
      changes: { notices: ['Tasks whose status changed while they were read may be missing.'] },
    });
  },
  grouped: async (table) => {
    await table.page.getByLabel('Group by').selectOption('Grouped by status');
    await table.page.getByRole('row', { expanded: true }).first().click();
  },
  completions: async (table) => {
    await query(table).fill('status:wrapping queue:');
    await table.page.locator('#completions [role="option"]').first().waitFor();
    await query(table).press('ArrowDown');
  },
  problem: async (table) => {
    await run(table, 'status:wraping age>2h');
    await table.page.getByRole('alert').waitFor();
  },
  nothing: async (table) => {
    await run(table, 'status:wrapping age>30d');
    await table.page.getByText('No task matches').waitFor();
  },
  failed: async (table) => {
    await table.extension.change({
      changes: {
        failure: 'TaskRouter’s response did not arrive. Check the network connection, then try again.',
        progress: { isReading: false, isDone: false, read: 1900, of: 2000, requests: 3 },
      },
    });
  },
  columns: async (table) => {
    await table.page.getByText('Copy and Export').click();
    await table.page.getByText('Columns', { exact: true }).click();
    await table.page.getByLabel('Attribute, such as order.id').fill('order.id');
    await table.page.getByRole('button', { name: 'Add Column' }).click();
    await table.page.getByRole('checkbox', { name: 'order.id' }).waitFor();
  },
  filtered: async (table) => {
    await run(table, 'status:wrapping attributes.vip=true age>2h');
    await table.page.getByText('Filtered by TaskRouter').waitFor();
  },
};
