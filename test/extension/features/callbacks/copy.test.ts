import { strict as assert } from 'node:assert';
import { expectedOutput } from '../../../../src/extension/features/callbacks/copy';

describe('the expected output', () => {
  for (const [name, body, expected] of [
    ['keeps a number', '"timeout":20', { instruction: 'dequeue', timeout: 20 }],
    ['keeps a text', '"timeout":"20"', { instruction: 'dequeue', timeout: '20' }],
    [
      'leaves out what TaskRouter does not read',
      '"timeout":20,"x":1',
      { instruction: 'dequeue', timeout: 20 },
    ],
    ['leaves out what TaskRouter fills in', '"x":1', { instruction: 'dequeue' }],
  ] as const)
    it(name, () => {
      const read = JSON.stringify({ instruction: 'dequeue', timeout: 20 });
      const answer = `{"instruction":"dequeue",${body}}`;
      for (const text of [answer, `\uFEFF${answer}`])
        assert.deepEqual(JSON.parse(expectedOutput(read, text)), expected);
    });
});
