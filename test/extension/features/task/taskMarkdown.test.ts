import { strict as assert } from 'node:assert';
import { sampleExplanation, sampleFacts, sampleTimeline } from '../../../explanation/samples';
import { withoutCustomerData } from '../../../../src/extension/features/task/customerData';
import { taskMarkdown } from '../../../../src/extension/features/task/taskMarkdown';
import type { TaskModel } from '../../../../src/extension/features/task/taskState';
import { taskState } from '../../../../src/extension/features/task/taskState';
import { productionAccount } from '../../window';

const model: TaskModel = {
  account: productionAccount,
  taskSid: sampleFacts.taskSid,
  pinned: false,
  reading: false,
  facts: sampleFacts,
  explanation: sampleExplanation,
  timeline: sampleTimeline,
  actions: [],
  requests: [],
};
const markdown = (of: TaskModel) => taskMarkdown(taskState(of));

describe('the Markdown of an explanation', () => {
  it('begins with the headline, and has every part of the page', () => {
    const text = markdown(model);
    assert.match(text, /^# Waiting 4 min in Billing\\: 2 workers qualify\\, none is free\n/);
    for (const part of ['What would change it', 'Workflow Calls', 'Timeline', 'Attributes', 'Details'])
      assert.ok(text.includes(`\n## ${part}\n`), part);
    assert.ok(text.includes('Rosa Hazel'));
  });

  it('leaves out what the attributes say of the customer, and what comparisons show of it', () => {
    const text = markdown(withoutCustomerData(model));
    for (const value of ['Rosa', 'Hazel', '12125550101', '"fr"', '"billing"'])
      assert.ok(!text.includes(value) && !text.includes(value.replaceAll('"', '\\"')), value);
    assert.ok(text.includes('Billing'), 'the queue');
    assert.ok(text.includes('customer data'));
    assert.match(text, /^# Waiting 4 min in Billing/);
  });

  it('leaves out a value that was cut', () => {
    const secret = 'My card number is 4111 and '.repeat(20);
    const args = { value: `${secret.slice(0, 199)}…` };
    const patterns = [
      {
        kind: 'known worker missing',
        claim: { message: { text: 'It says {value}', args }, certainty: 'certain', because: [] },
        remedy: { text: 'Ask' },
        page: '',
      },
    ] as const;
    const task = { ...sampleFacts.task!, attributes: JSON.stringify({ secret }) };
    const text = markdown(
      withoutCustomerData({
        ...model,
        facts: { ...sampleFacts, task },
        explanation: { ...sampleExplanation, patterns },
      }),
    );
    assert.ok(!text.includes('4111'));
  });

  for (const hostile of [
    '[x](https://evil.example)',
    '![x](y)',
    '<img src=x>',
    '# h',
    '**b**',
    'https://evil.example',
    '`c`',
    '| a |',
    '@team',
  ]) {
    it(`has ${hostile} as text`, () => {
      const worker = { ...sampleExplanation.workers!.wouldQualify[0]!, name: hostile };
      const workers = { ...sampleExplanation.workers!, wouldQualify: [worker] };
      const text = markdown({ ...model, explanation: { ...sampleExplanation, workers } });
      const escaped = hostile.replace(/[!-/:-@[-`{-~]/g, (character) => `\\${character}`);
      assert.ok(text.includes(`- ${escaped}\\,`) || text.includes(`- ${escaped}`), text);
      assert.ok(!text.includes(` ${hostile},`));
    });
  }

  it('fences attributes that contain a fence', () => {
    const attributes = JSON.stringify({ note: '```\n# out' });
    const text = markdown({
      ...model,
      facts: { ...sampleFacts, task: { ...sampleFacts.task!, attributes } },
    });
    assert.match(text, /\n````json\n/);
    assert.match(text, /\n````\n/);
  });
});
