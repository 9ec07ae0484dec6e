import { strict as assert } from 'node:assert';
import { expectedOutput } from '../../../../src/extension/features/callbacks/copy';

describe('the expected output', () => {
  for (const [name, body, expected] of [
    ['keeps a number', '{"timeout":20}', { instruction: 'dequeue', timeout: 20 }],
    ['keeps a text', '{"timeout":"20"}', { instruction: 'dequeue', timeout: '20' }],
    ['leaves out what TaskRouter does not read', '{"x":1}', { instruction: 'dequeue', timeout: 20 }],
    ['reads a byte order mark', '\uFEFF{"timeout":"20"}', { instruction: 'dequeue', timeout: '20' }],
  ] as const)
    it(name, () => {
      const read = JSON.stringify({ instruction: 'dequeue', timeout: 20 });
      assert.deepEqual(JSON.parse(expectedOutput(read, body)), expected);
    });
});
