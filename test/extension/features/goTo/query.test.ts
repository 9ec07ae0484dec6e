import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { readPhoneNumber } from '../../../../src/query/phoneNumber';
import { readQuery } from '../../../../src/extension/features/goTo/query';
import { sequences } from '../../../sequences';

const task = `WT${'1'.repeat(32)}`;
const call = `CA${'1'.repeat(32)}`;

describe('what the user enters in Go to…', () => {
  const texts: readonly (readonly [entered: string, text: string])[] = [
    ['  Rosa\n Hazel ', 'Rosa Hazel'],
    ['"Rosa Hazel",', 'Rosa Hazel'],
    ['<rosa@example.com>;', 'rosa@example.com'],
    ['("Rosa")', 'Rosa'],
    ['$(trash)', '$(trash)'],
    ['Rosa (Acme)', 'Rosa (Acme)'],
    ['(Acme) and (Bell)', '(Acme) and (Bell)'],
    ['"a" or "b"', '"a" or "b"'],
    ['O’Brien "Bob"', 'O’Brien "Bob"'],
    ['it\'s "ok"', 'it\'s "ok"'],
    ['[]', '[]'],
    ['( )', '( )'],
    [',;', ',;'],
    ['"', '"'],
    [`status of ${call}`, call],
    ['x'.repeat(200), 'x'.repeat(200)],
  ];
  for (const [entered, text] of texts)
    it(`is searched for as ${JSON.stringify(text)}: ${JSON.stringify(entered)}`, () =>
      assert.deepEqual(readQuery(entered), { kind: 'text', text }));

  it('is a phone number also in quotation marks', () => {
    const query = readQuery('"+1 (555) 010-2345",');
    assert.deepEqual(query.kind === 'text' && query.phone, { digits: '15550102345' });
  });

  const tooLong = ['x'.repeat(201), ' '.repeat(4001), `${'5'.repeat(3000)} `, `${'x '.repeat(5000)}${task}`];
  for (const entered of tooLong)
    it(`is too long: ${entered.length} characters`, () =>
      assert.deepEqual(readQuery(entered), { kind: 'too long' }));

  it('is a resource that the beginning of a long text names', () => {
    const query = readQuery(`POST /Tasks/${task} ${'x '.repeat(100_000)}`);
    assert.equal(query.kind === 'resource' && query.named.sid, task);
  });

  /** Milliseconds; the fastest of three, so that a pause of the machine does not count. */
  const timeOf = (work: () => unknown) =>
    Math.min(
      ...[0, 1, 2].map(() => {
        const before = performance.now();
        work();
        return performance.now() - before;
      }),
    );
  const marks = fc.constantFrom(
    ...'";, >)(]#x1+.-\n%\'`<[',
    'ext',
    'tel:',
    '(0)',
    '%25',
    'AC',
    '\u202e',
    'ﷺ',
  );
  const adversarial = fc.tuple(
    fc.array(marks, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
    fc.constantFrom('', 'z', '1'),
  );
  for (const [what, read] of Object.entries({ query: readQuery, 'phone number': readPhoneNumber }))
    it(`is read as a ${what} in no more time when it has megabytes, whatever it is made of`, () => {
      fc.assert(
        fc.property(adversarial, ([unit, end]) => {
          const ofLength = (length: number) => unit.repeat(length / unit.length) + end;
          const [some, ...more] = [4000, 1_000_000, 2_000_000].map((length) => {
            const text = ofLength(length);
            return timeOf(() => read(text));
          });
          // Below some milliseconds other work of the machine is more than that of the text.
          for (const time of more)
            assert.ok(time <= 2 * Math.max(some!, 20), `${unit}: ${some} ms, then ${time} ms`);
        }),
        { ...sequences(), numRuns: 60, examples: [[[';', '']], [[', ', 'z']], [['>', 'z']], [[',', 'x']]] },
      );
    });
});
