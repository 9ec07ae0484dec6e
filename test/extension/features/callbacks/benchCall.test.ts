import { strict as assert } from 'node:assert';
import { compact, indented } from '../../../../src/extension/features/callbacks/benchCall';

describe('the attributes of a replay', () => {
  it('show what could not be seen, and stay the same value', () => {
    const attributes = { name: 'a\u202eb\u2028\u{e0041}', family: '\u{1f469}\u200d\u{1f467}' };
    const json = JSON.stringify(attributes);
    const shown = indented(json);
    assert.equal(
      shown,
      '{\n  "name": "a\\u202eb\\u2028\\udb40\\udc41",\n  "family": "\u{1f469}\u200d\u{1f467}"\n}',
    );
    assert.equal(compact(shown), json);
  });
});
