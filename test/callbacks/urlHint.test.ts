import { strict as assert } from 'node:assert';
import { urlHint } from '../../src/callbacks/urlHint';
import { inEnglish } from '../../src/taskrouter/message';

describe('a text that is not a callback URL', () => {
  for (const [text, hint] of [
    ['localhost:3111/assignment', 'Did you mean http://localhost:3111/assignment?'],
    ['localhost', 'Did you mean http://localhost?'],
    ['127.0.0.1:3000?a=b', 'Did you mean http://127.0.0.1:3000?a=b?'],
    ['[::1]:3000/', 'Did you mean http://[::1]:3000/?'],
    ['http://localhost:99999/a', 'A port is at most 65535, not 99999.'],
    ['https://[::1]:70000', 'A port is at most 65535, not 70000.'],
    ['http://localhost:3000/a', undefined],
    ['http://localhost/:99999', undefined],
    ['http://', undefined],
    ['mailto:a@example.com', undefined],
    ['file:///etc/passwd', undefined],
    ['javascript:alert(1)', undefined],
    ['\u001b[31m', undefined],
    ['localhost:99999', undefined],
    ['/', undefined],
    ['', undefined],
  ] as const)
    it(`${JSON.stringify(text)}: ${hint ?? 'no hint'}`, () => {
      const found = urlHint(text);
      assert.equal(found && inEnglish(found), hint);
    });
});
