import assert from 'node:assert/strict';
import fc from 'fast-check';
import { explain } from '../../src/explanation/explain';
import type { ExplanationFacts } from '../../src/explanation/facts';
import { asMarkdown } from '../../src/explanation/markdown';
import { escaped } from '../../src/explanation/markdownText';
import { timeline } from '../../src/explanation/timeline';
import { sequences } from '../sequences';
import { gitHubMarkdown } from './gitHubMarkdown';
import type { MarkdownNode } from './gitHubMarkdown';
import { hostile, spoiled } from './hostile';
import { sampleFacts } from './samples';

const nodesOf = (node: MarkdownNode): MarkdownNode[] => [node, ...(node.children ?? []).flatMap(nodesOf)];

/** The text that a reader sees. */
const shownText = (node: MarkdownNode): string =>
  nodesOf(node)
    .map(({ value = '' }) => value)
    .join('');

const write = (facts: ExplanationFacts, customerData: boolean, account = 'Support') => {
  const explanation = explain(facts);
  const pages = explanation.patterns.map(({ page }) => page);
  return { markdown: asMarkdown(facts, explanation, timeline(facts), { account, customerData }), pages };
};

/** What the document is made of by itself. */
const own = ['root', 'heading', 'paragraph', 'list', 'listItem', 'text', 'inlineCode', 'code', 'link'];
const titles =
  /^(What would change it|Known problems|Workflow .*|Next in line|Would qualify, but…|Qualify, capacity unknown|Do not qualify|Not in the queue|Timeline|Attributes|Not known)$/s;

describe('an explanation as Markdown', () => {
  let treeOf: (markdown: string) => MarkdownNode;
  before(async () => (treeOf = await gitHubMarkdown()));

  it('says of which account and workspace it is, and how sure it is', () => {
    const { markdown } = write(sampleFacts, false);
    const lines = markdown.split('\n');
    assert.equal(lines[2], 'Certain.');
    assert.match(markdown, new RegExp(`^Account Support, workspace .*${sampleFacts.workspace!.sid}`, 'm'));
    const old = write({ ...sampleFacts, readAt: sampleFacts.now - 120_000 }, false).markdown;
    assert.match(old.split('\n')[2]!, /^Probably: The data behind this explanation was read 2 min ago/);
    assert.doesNotMatch(old, /not certain/);
  });

  it('names tasks as people do, unless that is data of the customer', () => {
    const other = { ...sampleFacts.task!, sid: `WT${'2'.repeat(32)}`, attributes: '{"name":"Gus *Fir*"}' };
    const facts = { ...sampleFacts, waitingTasks: [other] };
    const { markdown } = write(facts, true);
    assert.match(markdown, new RegExp(`^Task Rosa Hazel \\(\`${facts.taskSid}\`\\), pending`, 'm'));
    assert.ok(markdown.includes(`(Gus \\*Fir\\* (\`${other.sid}\`))`), markdown);
    const without = write(facts, false).markdown;
    assert.match(without, new RegExp(`^Task \`${facts.taskSid}\`, pending`, 'm'));
    assert.ok(without.includes(`(\`${other.sid}\`)`));
    assert.doesNotMatch(without, /Rosa|Gus/);
  });

  it('names workers of whom it says the same on one line', () => {
    const outsider = sampleFacts.workers.at(-1)!;
    const more = Array.from({ length: 40 }, (_, i) => ({
      ...outsider,
      sid: `WK${String(i).padStart(32, '0')}`,
      friendly_name: `Twin ${i}`,
    }));
    const queueSid = sampleFacts.task!.task_queue_sid!;
    const { markdown } = write(
      {
        ...sampleFacts,
        workers: [...sampleFacts.workers, ...more],
        members: new Map([
          [queueSid, [...sampleFacts.members.get(queueSid)!, ...more.map(({ sid }) => sid)]],
        ]),
      },
      false,
    );
    const twins = markdown
      .split('\n')
      .filter((one) => one.includes('Twin') && !one.includes('If it is true'));
    assert.equal(twins.length, 1, twins.join('\n'));
    assert.match(twins[0]!, /Twin \d+.* and \d\d more: /);
  });

  it('has no link, image, HTML, emphasis, heading or list of what others wrote', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 3, maxLength: 12 }), fc.boolean(), (texts, customerData) => {
        const { markdown, pages } = write(spoiled(sampleFacts, texts), customerData, texts[0]);
        const tree = treeOf(markdown);
        for (const node of nodesOf(tree)) {
          assert.ok(own.includes(node.type), `${node.type} in ${markdown}`);
          if (node.type === 'link') assert.ok(pages.includes(node.url!), `${node.url} in ${markdown}`);
          if (node.type === 'heading' && node.depth! > 1) assert.match(shownText(node), titles, markdown);
          if (node.type === 'listItem') {
            assert.deepEqual(
              node.children!.map(({ type }) => type),
              ['paragraph'],
              markdown,
            );
            assert.ok(typeof node.checked !== 'boolean', markdown);
          }
          if (node.type === 'list') assert.equal(node.ordered, false, markdown);
        }
        const top = tree.children!.filter((node) => node.type === 'heading' && node.depth === 1);
        assert.equal(top.length, 1, markdown);
        assert.doesNotMatch(markdown, /[\u202a-\u202e\u2066-\u2069\u200b]/, markdown);
      }),
      sequences(),
    );
  });

  it('shows a text as it was written', () => {
    const visible = (text: string) => text.replace(/[`ˋ]/g, 'ˋ').replace(/\s+/g, ' ').trim();
    fc.assert(
      fc.property(hostile, (text) => {
        const printable = text.replace(
          /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|\p{Default_Ignorable_Code_Point}|\u2800/gu,
          '',
        );
        const shown = shownText(treeOf(`Name: ${escaped(printable)} end`));
        assert.equal(visible(shown), visible(`Name: ${printable} end`));
      }),
      sequences(),
    );
  });

  const plainRows = [
    'Waiting 4 min in Billing: 2 workers qualify, none is free',
    '2026-01-05T09:00:00Z',
    "O'Brien (Ana) + 50% = 1.5, {x} snake_case; a|b / c!",
    'R&D',
  ];
  for (const text of plainRows) it(`escapes nothing in ${text}`, () => assert.equal(escaped(text), text));

  const rows: readonly (readonly [text: string, markdown: string])[] = [
    ['see https://example.com now', 'see `https://example.com` now'],
    ['mail rosa@example.com', 'mail `rosa@example.com`'],
    ['www.example.com', '`www.example.com`'],
    ['#12 and !3', '`#12` and `!3`'],
    ['*a* _b_ [c](d) <e>', '\\*a\\* \\_b\\_ \\[c](d) \\<e>'],
    ['&amp; & co', '\\&amp; & co'],
  ];
  for (const [text, markdown] of rows)
    it(`writes ${text} as ${markdown}`, () => assert.equal(escaped(text), markdown));

  it('gives no verdict on a default filter, which has nothing to match', () => {
    const text = asMarkdown(sampleFacts, explain(sampleFacts), timeline(sampleFacts), {
      customerData: false,
      account: 'One',
    });
    assert.match(text, /^- Filter default\\?_filter$/m);
  });

  it('names who is next, and says so when nobody is', () => {
    assert.match(
      write(sampleFacts, false).markdown,
      /## Next in line\n\nNobody can be offered the task now\.\n/,
    );
    const [, , chen] = sampleFacts.workers;
    const free = {
      ...sampleFacts,
      task: { ...sampleFacts.task!, attributes: JSON.stringify({ topic: 'billing', language: 'en' }) },
      workerChannels: new Map([
        ...sampleFacts.workerChannels,
        [
          chen!.sid,
          [
            {
              ...sampleFacts.workerChannels.get(sampleFacts.workers[0]!.sid)![0]!,
              available_capacity_percentage: 100,
              assigned_tasks: 0,
            },
          ],
        ],
      ]),
    };
    assert.match(write(free, false).markdown, /## Next in line\n\n.*the longest idle first.*\n\n- Chen Wu: /);
  });

  it('has values of attributes only if asked to', () => {
    const attributes = JSON.stringify({ topic: 'billing', language: 'SECRET', name: 'SECRET' });
    const facts = { ...sampleFacts, task: { ...sampleFacts.task!, attributes } };
    assert.doesNotMatch(write(facts, false).markdown, /SECRET/);
    assert.match(write(facts, true).markdown, /SECRET/);
  });
});
