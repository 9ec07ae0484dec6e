import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { callerDataIn } from '../../../../src/extension/features/reservation/callerData';
import { sequences } from '../../../sequences';

const digits = '5550100150';
/** The ways in which a person or a program writes +1 555 010 0150. */
const notations = [
  `+1${digits}`,
  `1${digits}`,
  digits,
  `001${digits}`,
  '+1 555 010 0150',
  '+1 (555) 010-0150',
  '(555) 010-0150',
  '555.010.0150',
  '+1-555-010-0150',
  'tel:+15550100150',
  'whatsapp:+15550100150',
  'sip:+15550100150@pbx.example.com',
  '+\u0661\u0665\u0665\u0665\u0660\u0661\u0660\u0660\u0661\u0665\u0660',
  '\uff0b\uff11\uff15\uff15\uff15\uff10\uff11\uff10\uff10\uff11\uff15\uff10',
  '1_555_010_0150',
  'client:_2B15550100150',
  'https://crm.example.com/caller?number=%2B15550100150',
  `https://crm.example.com/caller?number=${btoa('+15550100150')}`,
  'https://crm.example.com/caller/%252B1%2520555%2520010%25200150',
];
const inAttributes: Readonly<Record<string, (number: string) => unknown>> = {
  'a value': (number) => ({ from: number }),
  'a number': () => ({ from: Number(`1${digits}`) }),
  'a name': (number) => ({ [number]: true }),
  'a list in a text': (number) => ({ phones: `+15550100152,${number}, 5550100153` }),
  'a deep value': (number) => ({ customer: { phones: [{ e164: number }] } }),
  'JSON in a text': (number) => ({ customer: JSON.stringify({ phones: [number] }) }),
};

describe('the caller’s data in a value', () => {
  for (const [where, attributesWith] of Object.entries(inAttributes)) {
    it(`is found in every notation of a number, when the attributes have it as ${where}`, () => {
      for (const known of notations.slice(0, 14)) {
        const isCallerData = callerDataIn(JSON.stringify(attributesWith(known)));
        for (const value of notations) assert.ok(isCallerData(value), `${value} of ${known}`);
        assert.ok(!isCallerData('+15550100199'));
      }
    });
  }

  it('is found with any spacing of a number', () => {
    const separator = fc.constantFrom('', ' ', '-', '.', ') ', ' (', '/', '\u2011', '\u00a0');
    const spaced = fc
      .array(separator, { minLength: 9, maxLength: 9 })
      .map((between) => [...digits].map((digit, i) => digit + (between[i] ?? '')).join(''));
    fc.assert(
      fc.property(spaced, spaced, (one, other) =>
        assert.ok(callerDataIn(JSON.stringify({ from: one }))(`+1${other}`)),
      ),
      sequences(300),
    );
  });

  it('is a name or an address, with a channel or inside another value', () => {
    const isCallerData = callerDataIn(
      JSON.stringify({ name: 'Rosa Hazel', email: 'Rosa@example.com', type: 'en' }),
    );
    for (const value of [
      'Rosa Hazel',
      'client:rosa hazel',
      'sip:rosa@example.com',
      'https://a.example/?to=rosa%40example.com',
      'client:rosa_40example_2Ecom',
      'client:Rosa_Hazel',
      'https://a.example/?name=rosa+hazel',
      'https://a.example/rosa%20hazel',
      `https://a.example/?name=${btoa('Rosa Hazel')}`,
    ])
      assert.ok(isCallerData(value), value);
    for (const value of ['client:ada', 'https://example.com/en', 'https://example.com/twiml', '+15550100142'])
      assert.ok(!isCallerData(value), value);
  });

  it('may be every number, client and address while the attributes are unknown', () => {
    for (const attributes of [undefined, null, '', 'not JSON', '[1]', `{"a":"${'x'.repeat(200_000)}"}`]) {
      const isCallerData = callerDataIn(attributes);
      for (const value of [...notations, 'client:ada', 'sip:ada@example.com'])
        assert.ok(isCallerData(value), value);
      assert.ok(!isCallerData('https://example.com/twiml'));
    }
  });
});
