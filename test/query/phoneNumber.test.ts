import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { hasPhoneNumber, readPhoneNumber } from '../../src/query/phoneNumber';

const numbers: readonly (readonly [text: string, digits: string | undefined])[] = [
  ['+15550102345', '15550102345'],
  ['+1 (555) 010-2345', '15550102345'],
  ['(555) 010-2345', '5550102345'],
  ['555.010.2345', '5550102345'],
  ['555 010 2345 ext. 12', '5550102345'],
  ['555-010-2345 x12', '5550102345'],
  ['1-555-010-2345', '15550102345'],
  ['011 44 20 7946 0958', '442079460958'],
  ['0044 20 7946 0958', '442079460958'],
  ['+44 (0)20 7946 0958', '442079460958'],
  ['020 7946 0958', '2079460958'],
  ['tel:+442079460958', '442079460958'],
  ['whatsapp:+442079460958', '442079460958'],
  ['\u202a+44\u00a020\u00a07946\u20110958\u202c', '442079460958'],
  ['＋４４ ２０ ７９４６ ０９５８', '442079460958'],
  ['06/12 34 56 78', '612345678'],
  ['123456', undefined],
  ['+1234567890123456', undefined],
  ['Rosa 5550102345', undefined],
  ['++15550102345', undefined],
  ['', undefined],
];

describe('a phone number', () => {
  for (const [text, digits] of numbers)
    it(`is read from ${JSON.stringify(text)}: ${digits ?? 'none'}`, () =>
      assert.equal(readPhoneNumber(text)?.digits, digits));

  const found: readonly (readonly [wanted: string, text: string, isFound: boolean])[] = [
    ['(555) 010-2345', '+15550102345', true],
    ['+1 555 010 2345', '555 010 2345', true],
    ['+15550102345', 'whatsapp:+15550102345', true],
    ['+15550102345', 'sip:15550102345@example.com', true],
    ['+44 20 7946 0958', '020 7946 0958', true],
    ['020 7946 0958', '+442079460958', true],
    ['+15550102345', 'Call +1 (555) 010-2345, please', true],
    ['+15550102345', '+15550102346', false],
    ['+15550102345', '2345', false],
    ['5550102345', '15550102345123', false],
  ];
  for (const [wanted, text, isFound] of found)
    it(`${wanted} is ${isFound ? '' : 'not '}in ${text}`, () =>
      assert.equal(hasPhoneNumber(text, readPhoneNumber(wanted)!), isFound));

  it('is found in every notation of itself', () => {
    const digit = (chars: string) => fc.constantFrom(...chars);
    const national = fc
      .tuple(digit('23456789'), fc.string({ unit: digit('0123456789'), minLength: 9, maxLength: 9 }))
      .map((parts) => parts.join(''));
    const notations = [
      (n: string) => `+1${n}`,
      (n: string) => `+1 (${n.slice(0, 3)}) ${n.slice(3, 6)}-${n.slice(6)}`,
      (n: string) => `(${n.slice(0, 3)}) ${n.slice(3, 6)}-${n.slice(6)}`,
      (n: string) => `${n.slice(0, 3)}.${n.slice(3, 6)}.${n.slice(6)}`,
      (n: string) => `001 ${n.slice(0, 3)} ${n.slice(3)}`,
      (n: string) => `tel:+1-${n.slice(0, 3)}-${n.slice(3)}`,
    ];
    const notation = fc.constantFrom(...notations);
    fc.assert(
      fc.property(national, notation, notation, (number, one, other) => {
        const wanted = readPhoneNumber(one(number));
        assert.ok(wanted, one(number));
        assert.ok(hasPhoneNumber(`x ${other(number)}.`, wanted), `${one(number)} in ${other(number)}`);
      }),
    );
  });

  it('takes no time that grows with the square of the text', () => {
    const before = performance.now();
    hasPhoneNumber('1 ('.repeat(50_000), { digits: '15550102345' });
    hasPhoneNumber('5'.repeat(200_000), { digits: '15550102345' });
    assert.ok(performance.now() - before < 1000);
  });
});
