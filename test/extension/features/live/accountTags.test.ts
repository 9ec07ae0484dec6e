import { strict as assert } from 'node:assert';
import { accountTags } from '../../../../src/extension/features/live/accountTags';

describe('the tags of accounts', () => {
  for (const [names, tags] of [
    [
      ['Acme EU', 'Acme US'],
      ['EU', 'US'],
    ],
    [
      ['Support 10001', 'Support 10002'],
      ['Support 10001', 'Support 10002'],
    ],
    [
      ['M1', 'M2'],
      ['M1', 'M2'],
    ],
    [
      ['Production', 'Staging'],
      ['Prod', 'Stag'],
    ],
    [
      ['Twilio AC…1234', 'Twilio AC…9876'],
      ['AC…1234', 'AC…9876'],
    ],
    [
      ['Acme', 'Acme EU'],
      ['Acme', 'Acme EU'],
    ],
    [
      ['Support one A', 'Support one a'],
      ['Support one A', 'Support one a'],
    ],
    [
      ['Acme Northwestern', 'Acme Northeastern'],
      ['Northw', 'Northe'],
    ],
    [['Acme'], ['Acme']],
    [['Local 40855'], ['Local 40855']],
    [['Local TaskRouter 40855'], ['Local TaskR…']],
    [[], []],
  ] as const)
    it(`of ${names.join(', ') || 'none'} are ${tags.join(', ') || 'none'}`, () => {
      assert.deepEqual(accountTags(names), tags);
    });
});
