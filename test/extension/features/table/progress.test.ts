import { strict as assert } from 'node:assert';
import { taskKind } from '../../../../src/extension/features/table/taskKind';
import { progressView } from '../../../../src/extension/features/table/tableState';

describe('what a table says of its progress', () => {
  const reading = { isReading: true, isDone: false, requests: 7 };
  const done = { isReading: false, isDone: true, requests: 1 };
  for (const [found, progress, text] of [
    [312, { ...reading, read: 350, of: 2000 }, '312 tasks · read 350 of 2,000, 7 requests'],
    [312, { ...reading, read: 350, of: undefined }, '312 tasks · read 350, 7 requests'],
    [1, { ...done, read: 2012, of: 2012 }, '1 task · read 2,012, 1 request'],
    // One of them was created here meanwhile.
    [2013, { ...done, read: 2012, of: 2012 }, '2,013 tasks · read 2,013, 1 request'],
    [51, { ...reading, read: 50, of: 50 }, '51 tasks · read 51 of 51, 7 requests'],
  ] as const)
    it(text, () => assert.equal(progressView(progress, found, taskKind.texts).text, text));
});
