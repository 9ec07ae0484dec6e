import assert from 'node:assert/strict';
import { at, sampleExplanation, sidOf } from '../../explanation/samples';
import { message } from '../../../src/taskrouter/message';
import { crowded, offered, scenes } from './scenes';
import { useTasks } from './taskPage';
import type { OpenTask } from './taskPage';

describe('the page of a task', function () {
  this.timeout(120_000);
  const open = useTasks();

  const section = ({ page }: OpenTask, title: string | RegExp) =>
    page.locator('details', { has: page.locator('summary', { hasText: title }) }).last();
  const workersShown = ({ page }: OpenTask) => page.locator('.worker').count();
  const show = (task: OpenTask, model: Partial<OpenTask['extension']['model']>) =>
    task.extension.change({ model: { ...task.extension.model, ...model } });

  describe('says', () => {
    it('the answer first, as its only heading of the first level, and to a screen reader', async () => {
      const task = await open();
      const headings = task.page.getByRole('heading', { level: 1 });
      assert.deepEqual(await headings.allInnerTexts(), [
        'Waiting 4 min in Billing: 2 workers qualify, none is free',
      ]);
      await task.hasText(task.live(), 'Waiting 4 min in Billing: 2 workers qualify, none is free');
    });

    it('how sure it is, and why not more', async () => {
      const task = await open();
      await task.page.getByText('Certain: the API shows everything that decides this').waitFor();
      await show(task, { explanation: offered });
      await task.page.locator('.headline').getByText('Events may lag behind').waitFor();
      assert.equal(await task.page.getByText('Certain:').count(), 0);
    });

    it('up to when it is known, and that it is not refreshed', async () => {
      const task = await open();
      await task.page.locator('.headline').getByText('As of 9:04 AM', { exact: true }).waitFor();
      await show(task, { asOf: 'As of 9:04 AM · refresh is off' });
      await task.page.locator('.headline').getByText('As of 9:04 AM · refresh is off').waitFor();
    });

    it('once to a screen reader that it was copied, and offers to copy it again after a moment', async () => {
      const task = await open();
      await task.page.getByRole('button', { name: 'Copy as Markdown' }).click();
      await task.page.getByRole('button', { name: 'Copied' }).waitFor();
      await task.hasText(task.live(), 'Copied');
      await show(task, { copied: undefined });
      await task.page.getByRole('button', { name: 'Copy as Markdown' }).waitFor();
      await show(task, { explanation: offered });
      await task.hasText(task.live(), 'Offered to Ana Reyes. Bo Lind and Chen Wu are next');
    });

    it('each fact once: what the headline counts down to, and why something is not certain', async () => {
      const task = await open();
      assert.equal(await task.page.getByText('Moves to target 2 of filter Billing').count(), 1);
      await show(task, { explanation: offered });
      const reason = task.page.getByText('The API does not show when a worker last had a task');
      assert.equal(await reason.count(), 1);
      await task.page.getByText('Probably, for the same reason as above.').waitFor();
    });

    it('how long the offer lasts, second by second, without telling a screen reader each', async () => {
      const task = await open(
        (extension) => (extension.model = { ...extension.model, explanation: offered }),
        {
          clock: true,
        },
      );
      const timer = task.page.locator('.headline .countdown');
      await task.hasText(timer, '0:43 left');
      await task.page.clock.runFor(3000);
      await task.hasText(timer, '0:40 left');
      assert.match(await task.live().innerText(), /^Offered to Ana Reyes/);
      await task.page.clock.runFor(60_000);
      assert.equal(await timer.count(), 0);
    });

    it('another headline to a screen reader once, and nothing when it stays', async () => {
      const task = await open();
      await show(task, { explanation: offered });
      await task.hasText(task.live(), 'Offered to Ana Reyes. Bo Lind and Chen Wu are next');
      const mutations = await task.page.evaluateHandle<number[]>(
        `(() => { const seen = []; new MutationObserver((all) => seen.push(all.length)).observe(document.querySelector('[role=status]'), { childList: true, characterData: true, subtree: true }); return seen; })()`,
      );
      await show(task, { reading: true });
      await show(task, { reading: false });
      assert.deepEqual(await mutations.jsonValue(), []);
    });

    it('which tasks come first, as links to their pages', async () => {
      const task = await open();
      const [change, ...others] = sampleExplanation.changes;
      const [taskSid, unknown] = [sidOf('WT', 2), sidOf('WT', 3)];
      const other = { ...task.extension.model.facts.task!, sid: taskSid, attributes: '{"name":"Gus Fir"}' };
      await show(task, {
        facts: { ...task.extension.model.facts, waitingTasks: [other] },
        explanation: {
          ...sampleExplanation,
          changes: [{ ...change!, tasksAhead: [taskSid, unknown] }, ...others],
        },
      });
      const links = task.page.locator('.changes .holders button');
      await links.first().click();
      assert.deepEqual(await links.allInnerTexts(), ['Gus Fir', unknown]);
      await task.eventually(() => task.extension.got('openTask').map((one) => one.taskSid), [taskSid]);
    });

    it('where the task is in its workflow', async () => {
      const task = await open();
      const current = task.page.locator('[aria-current=step]');
      assert.match(await current.innerText(), /Billing\s+Current target\s+1:00 left/);
      await task.page
        .locator('.countdown', { hasText: 'Moves to target 2 of filter Billing, queue Anyone' })
        .waitFor();
      await task.page.getByText('topic is "billing"').waitFor();
    });

    it('what happened, the latest first', async () => {
      const task = await open();
      assert.deepEqual(await task.page.locator('.what').allInnerTexts(), [
        'Matched filter Billing',
        'Entered queue Billing',
        'Task created',
      ]);
    });

    it('which requests it was computed from', async () => {
      const task = await open();
      await section(task, 'Requests behind this explanation').locator('summary').click();
      await task.page.getByText(/^GET \/v1\/Workspaces\/WS\w+\/Workers\?TaskQueueSid=/).waitFor();
    });

    it('whether TaskRouter agrees, once it was asked, while that can be canceled', async () => {
      const task = await open();
      const part = section(task, 'Requests behind this explanation');
      const button = (name: string) => part.getByRole('button', { name });
      await part.locator('summary').click();
      await button('Ask TaskRouter').click();
      await part.getByText('Asking TaskRouter… 0 of 3').waitFor();
      await button('Cancel').click();
      await part.getByRole('status').getByText('Canceled. Not everything was compared.').waitFor();
      await button('Ask TaskRouter').click();
      await part.getByText('0 of 3').waitFor();
      task.extension.model = {
        ...task.extension.model,
        ask: {
          findings: [
            { agrees: true, text: 'TaskRouter agrees on 3.' },
            { agrees: false, text: '<b>Ana</b> differs.' },
          ],
          notes: ['Refresh the page.'],
        },
      };
      await task.extension.post();
      await part.getByRole('status').getByText('<b>Ana</b> differs.').waitFor();
      assert.deepEqual(await part.getByRole('status').getByRole('listitem').allInnerTexts(), [
        'TaskRouter agrees on 3.',
        '<b>Ana</b> differs.',
        'Refresh the page.',
      ]);
      await button('Ask TaskRouter').waitFor();
    });

    it('what it reads, while there is no answer yet, and what failed', async () => {
      const task = await open((extension) => {
        extension.model = { ...extension.model, explanation: undefined, timeline: undefined, reading: true };
      });
      await task.page.locator('[aria-busy=true]').waitFor();
      await scenes['failed']!(task);
      await task.hasText(task.live(), 'TaskRouter could not be reached. Check your network, then try again.');
      assert.equal(await task.page.locator('[aria-busy=true]').count(), 0);
    });
  });

  it('counts workers who are not in the queue under a heading of their own, or says that they were not read', async () => {
    const task = await open();
    await task.page.locator('summary', { hasText: /^\s*Workers of Billing\s*4/ }).waitFor();
    const { explanation, facts } = task.extension.model;
    const [first, ...rest] = explanation!.workers!.notQualified;
    const workers = {
      ...explanation!.workers!,
      notQualified: [{ ...first!, reason: 'not in queue' as const }, ...rest],
    };
    await task.extension.change({
      model: { ...task.extension.model, explanation: { ...explanation!, workers } },
    });
    await task.page.locator('summary', { hasText: /^\s*Workers of Billing\s*3/ }).waitFor();
    await task.page.locator('summary', { hasText: /^\s*Workers who are not in Billing\s*1/ }).click();
    await task.page.getByRole('list', { name: 'Workers who are not in Billing' }).waitFor();
    assert.equal(await task.page.getByText('were not read').count(), 0);
    await task.extension.change({
      model: { ...task.extension.model, facts: { ...facts, hasAllWorkers: false } },
    });
    await task.page.getByText('Workers who are not in Billing were not read.').waitFor();
  });

  describe('with 5,000 workers', () => {
    const prepare = (extension: OpenTask['extension']) => {
      extension.model = { ...extension.model, explanation: crowded };
    };

    it('renders those near the window only, and each of them once it is scrolled to', async () => {
      const task = await open(prepare);
      await section(task, 'Do not qualify').locator('summary').click();
      await task.page.getByText('Agent 1', { exact: true }).waitFor();
      assert.ok((await workersShown(task)) < 200);
      await task.page.evaluate('scrollTo(0, document.body.scrollHeight)');
      await task.page.getByText('Agent 4850', { exact: true }).waitFor();
      assert.ok((await workersShown(task)) < 200);
      const last = task.page.locator('.worker', { hasText: 'Agent 4850' });
      assert.equal(await last.getAttribute('aria-posinset'), '4850');
      assert.equal(await last.getAttribute('aria-setsize'), '4850');
    });

    it('finds them by name', async () => {
      const task = await open(prepare);
      await task.page.getByRole('searchbox', { name: 'Filter workers by name' }).fill('agent 484');
      await task.page.getByText('Agent 4849', { exact: true }).waitFor();
      assert.equal(await workersShown(task), 11);
      await task.page.getByText('11 of 5002').waitFor();
      await task.page.getByRole('searchbox').fill('nobody');
      await task.page.getByText('No worker has this name.').waitFor();
    });

    it('asks for the capacity of those that are seen, once', async () => {
      const task = await open(prepare);
      await section(task, 'Qualify, capacity unknown').locator('summary').click();
      await task.eventually(() => task.extension.got('visible').length > 0, true);
      const asked = () => task.extension.got('visible').flatMap(({ workerSids }) => workerSids);
      assert.equal(asked()[0], crowded.workers!.unknown[0]!.sid);
      assert.ok(asked().length < 100);
      await task.extension.post();
      assert.equal(new Set(asked()).size, asked().length);
    });

    it('asks for the capacity of all of them, also by the keyboard', async () => {
      const task = await open(prepare);
      await section(task, 'Qualify, capacity unknown').locator('summary').click();
      await task.tabTo('Read Capacities (150)');
      await task.page.keyboard.press('Enter');
      await task.page.getByText('Requested, one worker after another').waitFor();
      assert.equal(task.extension.got('readCapacities').length, 1);
    });

    it('has details of those that are seen only', async () => {
      const task = await open(prepare);
      await section(task, 'Do not qualify').locator('summary').click();
      await task.page.evaluate('scrollTo(0, document.body.scrollHeight)');
      await task.page.locator('.worker', { hasText: /Agent 4850.*Does not match/s }).waitFor();
      assert.ok(task.extension.model.seen.size < 200);
    });

    it('has details of those that a filter leaves', async () => {
      const task = await open(prepare);
      await task.page.getByRole('searchbox').fill('agent 4849');
      await task.page.locator('.worker', { hasText: /Agent 4849.*Does not match/s }).waitFor();
    });

    it('keeps the focus on a worker who is scrolled away', async () => {
      const task = await open(prepare);
      await section(task, 'Do not qualify').locator('summary').click();
      const first = task.page.getByRole('button', { name: 'Agent 1', exact: true });
      await first.focus();
      await task.page.evaluate('scrollTo(0, document.body.scrollHeight)');
      await task.page.getByText('Agent 4850', { exact: true }).waitFor();
      assert.equal(await task.focused(), 'Agent 1');
    });
  });

  describe('posts', () => {
    it('what the user does with the keyboard alone', async () => {
      const task = await open();
      await task.tabTo('Keep this tab open');
      await task.page.keyboard.press('Enter');
      await task.tabTo('Copy as Markdown');
      await task.page.keyboard.press('Space');
      await task.tabTo('Copy with Customer Data');
      await task.page.keyboard.press('Enter');
      await task.tabTo('Save as Test…');
      await task.page.keyboard.press('Enter');
      await task.tabTo(/^WT\w+9 \(accepted\)/);
      await task.page.keyboard.press('Enter');
      await task.tabTo('Open as JSON');
      await task.page.keyboard.press('Enter');
      await task.eventually(
        () => task.extension.messages.map(({ instance: _, ...rest }) => rest),
        [
          { type: 'pin', pinned: true },
          { type: 'copy', customerData: false },
          { type: 'copy', customerData: true },
          { type: 'saveTest' },
          { type: 'openTask', taskSid: sidOf('WT', 9) },
          { type: 'openJson' },
        ],
      );
    });

    it('an action once, also for a double click, and none for a key that is held', async () => {
      const task = await open();
      await scenes['offered']!(task);
      await task.page.getByRole('button', { name: 'Accept Reservation' }).dblclick();
      await task.eventually(() => task.extension.got('act').length, 1);
      await task.page.getByRole('button', { name: 'Reject Reservation' }).focus();
      for (let i = 0; i < 5; i++) await task.page.keyboard.down('Enter');
      await task.nextFrame();
      assert.equal(task.extension.got('act').length, 1);
    });

    it('what to copy, and says so once the extension has copied it', async () => {
      const task = await open();
      task.extension.slow = true;
      await task.page.getByRole('button', { name: 'Copy as Markdown' }).click();
      await task.eventually(() => task.extension.waiting > 0, true);
      assert.equal(await task.page.getByRole('button', { name: 'Copied' }).count(), 0);
      while (task.extension.waiting > 0) await task.extension.release();
      await task.page.getByRole('button', { name: 'Copied' }).waitFor();
    });

    it('which pattern’s documentation to open', async () => {
      const task = await open();
      await scenes['canceled']!(task);
      await task.page.getByRole('button', { name: 'Twilio’s documentation' }).click();
      await task.eventually(() => task.extension.got('documentation').map(({ pattern }) => pattern), [0]);
    });
  });

  describe('remembers', () => {
    it('what was folded, and shows nothing of it for the next task but that', async () => {
      const task = await open();
      await section(task, 'Attributes').locator('summary').click();
      assert.equal(await task.page.locator('pre').count(), 0);
      const explanation = {
        ...sampleExplanation,
        headline: { ...sampleExplanation.headline, message: message('Another'), until: at(0).getTime() },
      };
      const binding = { account: 'account-1', sid: 'other' };
      await task.extension.reuse({ binding, model: { ...task.extension.model, explanation } });
      await task.page.getByRole('heading', { level: 1, name: 'Another' }).waitFor();
      assert.equal(await task.page.locator('pre').count(), 0);
      assert.deepEqual((await task.saved<{ opened: object }>()).opened, { attributes: false });
    });

    it('that the tab is pinned, and what it is called', async () => {
      const task = await open();
      await task.page.getByRole('button', { name: 'Keep this tab open' }).click();
      await task.eventually(async () => (await task.saved<{ pinned: boolean }>()).pinned, true);
      assert.equal((await task.saved<{ title: string }>()).title, 'Rosa Hazel');
      const button = task.page.getByRole('button', { name: 'Keep this tab open' });
      assert.equal(await button.getAttribute('aria-pressed'), 'true');
    });
  });

  for (const width of [260, 400]) {
    it(`needs no horizontal scrolling at ${width} pixels`, async () => {
      const task = await open(undefined, { width });
      for (const scene of Object.values(scenes)) {
        await scene(task);
        await task.nextFrame();
        assert.ok(await task.page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'));
      }
    });
  }

  it('has an outline of headings without gaps', async () => {
    const task = await open();
    const levels = await task.page.evaluate<number[]>(
      "[...document.querySelectorAll('h1, h2, h3')].map(({ tagName }) => Number(tagName[1]))",
    );
    assert.equal(levels[0], 1);
    levels.slice(1).forEach((level, i) => assert.ok(level <= levels[i]! + 1, levels.join(' ')));
  });
});
