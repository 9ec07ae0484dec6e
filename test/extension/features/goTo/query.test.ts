import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { readPhoneNumber } from '../../../../src/query/phoneNumber';
import { excerpt, foundIn, readQuery } from '../../../../src/extension/features/goTo/query';
import * as resources from '../../../../src/taskrouter/resources';
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

  const [worker, reservation, workspace] = ['WK', 'WR', 'WS'].map((prefix) => prefix + '1'.repeat(32));
  const other = `WT${'2'.repeat(32)}`;
  for (const [entered, ...named] of [
    [`${task} ${other}`, other, task],
    [`${task},${worker};${task}`, task, worker],
    [`offered ${task} to ${worker}`, worker, task],
    [`${task}\n${task}`, task],
    [`${task} in ${workspace}`, task],
    [`/Workspaces/${workspace}/Tasks/${task}/Reservations/${reservation}`, reservation],
    [`${reservation} of ${task}`, task, reservation],
    [
      `https://taskrouter.twilio.com/v1/Workspaces/${workspace}/Events?TaskSid=${task}&WorkerSid=${worker}`,
      worker,
    ],
  ] as const)
    it(`names ${named.length}: ${entered}`, () => {
      const query = readQuery(entered);
      assert.deepEqual(
        query.kind === 'resource' && [query.named, ...query.others].map(({ sid }) => sid),
        named,
      );
    });

  for (const [entered, attributes, shown] of [
    ['hazel', { customer: { name: 'Rosa Hazel' } }, 'customer.name: Rosa Hazel'],
    ['+1 (555) 010-2345', { from: '+15550102345' }, 'from: +15550102345'],
    ['es', { languages: ['en', 'es'] }, 'languages: es'],
    ['42', { order: 42 }, 'order: 42'],
    [
      'needle',
      { note: `${'x'.repeat(300)} needle ${'y'.repeat(300)}` },
      `note: …${'x'.repeat(15)} needle ${'y'.repeat(37)}…`,
    ],
    ['start', { note: `start ${'y'.repeat(300)}` }, `note: start ${'y'.repeat(54)}…`],
    ['billing', {}, 'Billing'],
    ['name', { name: 'Rosa' }, undefined],
  ] as const)
    it(`shows beside a result of “${entered}” what has it: ${shown}`, () => {
      const query = readQuery(entered);
      assert.ok(query.kind === 'text');
      const row = { sid: task, task_queue_friendly_name: 'Billing', attributes: JSON.stringify(attributes) };
      const found = foundIn(query, resources.tasks, row);
      assert.equal(found && excerpt(found, query), shown);
    });

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
