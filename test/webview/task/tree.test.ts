import assert from 'node:assert/strict';
import { useTasks } from './taskPage';
import type { OpenTask } from './taskPage';

/** What a screen reader reads, without times of the day and the seconds of countdowns. */
async function treeOf({ page }: OpenTask): Promise<string> {
  const tree = await page.locator('main').ariaSnapshot();
  return tree.replace(/time: .*/g, 'time').replace(/timer: \d+:\d\d left/g, 'timer');
}

/** The head: whose task it is, the answer, how sure it is, and what can be done. */
const head = `
- main:
  - text: SIMULATOR Simulated contact center
  - button "Keep this tab open"
  - button "Refresh"
  - text: "Rosa Hazel Status: pending Queue: Billing Channel: voice"
  - code: WT00000000000000000000000000000001
  - 'region "Waiting 4 min in Billing: 2 workers qualify, none is free"':
    - 'heading "Waiting 4 min in Billing: 2 workers qualify, none is free" [level=1]'
    - paragraph:
      - timer
      - text: · Moves to target 2 of filter Billing, queue Anyone
    - paragraph: "Certain: the API shows everything that decides this"
    - paragraph: As of 9:04 AM
  - group "Actions":
    - button "Copy as Markdown"
    - button "Copy with Customer Data"
  - region "What would change it":
    - heading "What would change it" [level=2]
    - list:
      - listitem:
        - paragraph: Move Bo Lind from Break to Available
        - paragraph:
          - strong: Probably.
          - text: The capacity of Bo Lind was not read
`.trim();

/** Each filter is a heading, then its comparisons, then its targets in order. */
const workflow = `
  - group:
    - heading "Workflow Calls" [level=2]
    - paragraph: In target 1 of filter Billing
    - paragraph:
      - text: If nobody accepts it, TaskRouter cancels the task by
      - time
    - list:
      - listitem:
        - heading "Billing matches" [level=3]
        - list:
          - listitem:
            - code: topic == 'billing'
            - text: topic is "billing"
        - list:
          - listitem:
            - paragraph:
              - text: Billing Current target
              - timer
            - paragraph:
              - code: "expression: task.language IN worker.languages"
            - paragraph:
              - code: "timeout: 300"
          - listitem:
            - paragraph:
              - text: Anyone Later until
              - time
            - paragraph:
              - code: "timeout: 600"
      - listitem:
        - heading "Default filter" [level=3]
        - list:
          - listitem:
            - paragraph: Anyone
    - button "Save as Test…"
`.replace(/^\n|\n$/g, '');

/** Each group is a heading with a count and a list of that name; a worker is a button to their own page. */
const workers = `
  - group:
    - heading "Workers of Billing" [level=2]
    - text: "4"
    - group:
      - heading "Next in line" [level=3]
      - text: "0"
      - paragraph: Nobody can be offered the task now
    - group:
      - heading "Would qualify, but…" [level=3]
      - text: "2"
      - list "Would qualify, but…":
        - listitem:
          - paragraph:
            - button "Ana Reyes"
            - text: Available
          - paragraph: Channel voice is full (1 of 1)
          - list:
            - listitem:
              - button "WT00000000000000000000000000000009 (accepted)"
        - listitem:
          - paragraph:
            - button "Bo Lind"
          - paragraph: In activity Break for 14 min
    - group:
      - heading "Do not qualify" [level=3]
      - text: "2"
`.replace(/^\n|\n$/g, '');

const rest = `
  - group:
    - heading "Timeline" [level=2]
    - list:
      - listitem:
        - paragraph: Matched filter Billing
        - paragraph:
          - time
      - listitem:
        - paragraph: Entered queue Billing
        - paragraph:
          - time
          - text: · 4 min
      - listitem:
        - paragraph: Task created
        - paragraph:
          - time
  - group:
    - heading "Attributes" [level=2]
    - text: "{ \\"topic\\": \\"billing\\", \\"language\\": \\"fr\\", \\"name\\": \\"Rosa Hazel\\", \\"from\\": \\"+12125550101\\" }"
    - button "Open as JSON"
  - group:
    - heading "Details" [level=2]
  - group:
    - heading "Requests behind this explanation" [level=2]
    - text: "2"
  - status: "Waiting 4 min in Billing: 2 workers qualify, none is free"
`.replace(/^\n|\n$/g, '');

/** Every stop of the Tab key, in the order of the page; what starts with > opens or closes a section. */
const stops = [
  'Keep this tab open',
  'Refresh',
  'Copy as Markdown',
  'Copy with Customer Data',
  '> Workflow Calls',
  'Save as Test…',
  '> Workers of Billing 4',
  '> Next in line 0',
  '> Would qualify, but… 2',
  'Ana Reyes',
  'WT00000000000000000000000000000009 (accepted)',
  'Bo Lind',
  '> Do not qualify 2',
  '> Timeline',
  '> Attributes',
  'Attributes',
  'Open as JSON',
  '> Details',
  '> Requests behind this explanation 2',
];

describe('the page of a task, without a mouse or a screen', function () {
  this.timeout(120_000);
  const open = useTasks();

  it('has this accessibility tree', async () => {
    const task = await open();
    assert.equal(await treeOf(task), [head, workflow, workers, rest].join('\n'));
  });

  it('stops once at everything that can be used, in the order of the page', async () => {
    const task = await open();
    const name = `(() => {
      const { activeElement: at } = document;
      const text = (at.getAttribute('aria-label') ?? at.innerText).replace(/\\s+/g, ' ').trim();
      return at === document.body ? '' : (at.tagName === 'SUMMARY' ? '> ' : '') + text;
    })()`;
    const found: string[] = [];
    // The page gave the focus to its headline.
    await task.page.evaluate('document.body.tabIndex = -1; document.body.focus()');
    for (let i = 0; i < stops.length; i++) {
      await task.page.keyboard.press('Tab');
      found.push(await task.page.evaluate<string>(name));
    }
    assert.deepEqual(found, stops);
  });

  it('opens a section with Enter, whose content is the next stop', async () => {
    const task = await open();
    const section = task.page.locator('summary', { hasText: 'Do not qualify' });
    await section.focus();
    await task.page.keyboard.press('Enter');
    await task.page.getByRole('list', { name: 'Do not qualify' }).waitFor();
    await task.page.keyboard.press('Tab');
    assert.equal(await task.focused(), 'Chen Wu');
    await section.focus();
    await task.page.keyboard.press('Space');
    assert.equal(await task.page.getByRole('list', { name: 'Do not qualify' }).count(), 0);
  });
});
