import { strict as assert } from 'node:assert';
import {
  parameterCodes,
  refusalCause,
  wrongStatusCodes,
  wrongTaskCodes,
} from '../../src/taskrouter/errorCodes';
import { instructions } from '../../src/taskrouter/instructions';

describe('the code of a refused update', () => {
  for (const [code, cause] of [
    ...Object.values(parameterCodes).map((one) => [one, 'value'] as const),
    ...Object.values(wrongStatusCodes).map((one) => [one, 'status'] as const),
    ...Object.values(wrongTaskCodes).map((one) => [one, 'task'] as const),
    [20001, 'value'],
    [40147, 'value'],
    [20004, undefined],
    [20404, undefined],
    [55555, undefined],
    [undefined, undefined],
  ] as const)
    it(`${code} is about ${cause ?? 'something else, or not known'}`, () => {
      assert.equal(refusalCause(code), cause);
    });

  it('is known for fields and instructions that exist', () => {
    const keys = new Set<string>(instructions.flatMap(({ fields }) => fields.map(({ key }) => key)));
    const names = new Set<string>(instructions.map(({ name }) => name));
    assert.deepEqual(
      Object.keys(parameterCodes).filter((key) => !keys.has(key)),
      [],
    );
    for (const codes of [wrongStatusCodes, wrongTaskCodes])
      assert.deepEqual(
        Object.keys(codes).filter((name) => !names.has(name)),
        [],
      );
  });
});
