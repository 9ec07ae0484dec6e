import { strict as assert } from 'node:assert';
import { setupProblem } from '../../../../src/extension/features/callbacks/setup';

describe('what is entered on the callback bench', () => {
  for (const [key, text, problem] of [
    ['url', 'localhost:3111/assignment', 'Did you mean http://localhost:3111/assignment?'],
    ['eventUrl', 'http://localhost:99999/a', 'A port is at most 65535, not 99999.'],
    ['signedUrl', 'example.com/a', 'Did you mean http://example.com/a?'],
    ['url', 'javascript:alert(1)', 'Enter an http or https URL, such as http://localhost:3000/assignment.'],
    ['eventsFilter', 'task.create', 'task.create is not a type of event. Did you mean task.created?'],
    ['eventsFilter', 'task.created', undefined],
    ['signedUrl', 'https://example.com/a', undefined],
    ['url', 'http://localhost:3000', undefined],
  ] as const)
    it(`${key} ${text}: ${problem ?? 'correct'}`, () => assert.equal(setupProblem(key, text), problem));
});
