import { strict as assert } from 'node:assert';
import { printedBySimulator } from '../../../../src/extension/features/signIn/questions';

const line = {
  url: 'http://127.0.0.1:38585',
  accountSid: 'AC36cacdf633481e36d32b765fd8175382',
  authToken: 'token',
  apiKeySid: 'SK32ca3cd8b8deff83266bd1da5b46d4fb',
  apiKeySecret: 'secret',
};

describe('the line that a simulator prints', () => {
  const { url: origin, apiKeySid, apiKeySecret, ...account } = line;
  for (const [what, printed, answers] of [
    ['with an API key', line, { origin, username: apiKeySid, secret: apiKeySecret }],
    [
      'without one',
      { url: origin, ...account },
      { origin, username: account.accountSid, secret: account.authToken },
    ],
    ['with an address elsewhere', { ...line, url: 'https://example.com' }, undefined],
    ['without a secret', { url: origin, apiKeySid }, undefined],
    ['that is no object', null, undefined],
  ] as const)
    it(`is ${answers ? 'taken' : 'refused'} ${what}`, () => {
      assert.deepEqual(printedBySimulator(JSON.stringify(printed)), answers);
    });

  it('is no address', () => {
    assert.equal(printedBySimulator(origin), undefined);
    assert.equal(printedBySimulator(JSON.stringify(line).slice(1)), undefined);
  });
});
