import { strict as assert } from 'node:assert';
import { confirmationRule } from '../../../src/extension/accounts/account';

describe('the confirmation rule', () => {
  for (const [kind, environment, confirmWrites, rule] of [
    ['simulated', 'development', undefined, 'never'],
    ['local', 'development', undefined, 'calls'],
    ['twilio', 'development', undefined, 'every write'],
    ['twilio', 'development', true, 'every write'],
    ['twilio', 'development', false, 'never'],
    ['twilio', 'staging', undefined, 'every write'],
    ['twilio', 'staging', false, 'never'],
    ['twilio', 'production', undefined, 'every write'],
    ['twilio', 'production', false, 'every write'],
    ['local', 'production', false, 'every write'],
  ] as const) {
    it(`is “${rule}” for ${kind} in ${environment} with confirmWrites ${confirmWrites}`, () => {
      const account = { kind, environment, ...(confirmWrites === undefined ? {} : { confirmWrites }) };
      assert.equal(confirmationRule(account), rule);
    });
  }
});
