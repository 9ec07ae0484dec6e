import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { confirmationText } from '../../../src/extension/actions/confirm';
import { contactChanged } from '../../../src/extension/actions/outcome';
import { describeCallee } from '../../../src/taskrouter/calledWorker';
import { instructionNamed } from '../../../src/taskrouter/instructions';
import { prepareInstruction } from '../../../src/taskrouter/reservationUpdate';
import { workers } from '../../../src/taskrouter/resources';
import { withoutSecrets } from '../../../src/taskrouter/secrets';
import { hostile, invisible } from '../../safety/hostile';
import { calledAddresses } from '../../calledAddresses';
import { sequences } from '../../sequences';
import { productionAccount } from '../window';

const sid = (prefix: string) => prefix + '1'.repeat(32);
const call = () =>
  prepareInstruction({
    address: { workspaceSid: sid('WS'), parentSid: sid('WT'), sid: sid('WR') },
    shown: { sid: sid('WR'), reservation_status: 'pending', worker_sid: sid('WK'), task_sid: sid('WT') },
    instruction: instructionNamed('call'),
    args: { callFrom: '+15550100142', callUrl: 'https://example.com/twiml' },
  });

describe('the text of a confirmation', () => {
  const text = fc.oneof(
    fc.constantFrom(...hostile.map((one) => one.text.slice(0, 300))),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('To = +15550100199', 'a\nCalls: client:good', '⟨U+200B⟩', ' x ', 'א.example'),
  );
  /** The value that a line shows. */
  const read = (line: string) =>
    line.replace(/⟨U\+([\dA-F]+)⟩/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)));
  const sent = (value: string) => value.replace(/\p{Cs}/gu, '\ufffd');
  const linesOf = (update: ReturnType<typeof call>) =>
    confirmationText(productionAccount, update).split('\n');

  it('shows so much that the values that are sent and the If-Match can be read from it', () => {
    const { request, ...rest } = call();
    const property = fc.property(fc.array(text, { maxLength: 4 }), text, text, (values, ifMatch, name) => {
      const body = values.map((value, i) => [`Value${i}`, value] as const);
      const facts = rest.facts.map(([label]) => [label, name] as const);
      const lines = linesOf({ ...rest, facts, request: { ...request, body, ifMatch } });
      const shownLines = lines.slice(lines.indexOf('') + 1);
      assert.deepEqual(shownLines.map(read), [
        `If-Match: ${sent(ifMatch)}`,
        ...body.map(([one, value]) => `${one} = ${sent(value)}`),
      ]);
      const unseen = lines.find((line) => [...line].some((one) => invisible.has(one)));
      assert.equal(unseen, undefined);
    });
    fc.assert(property, sequences());
  });

  it('shows so much that who is called can be read from it', () => {
    const rest = call();
    const contact = fc
      .oneof(
        text,
        text.map((one) => `client:${one}`),
      )
      .filter((one) => withoutSecrets(one) === one && one !== '');
    const property = fc.property(contact, text, (contactUri, name) => {
      const callee = { collection: workers, sids: [sid('WS'), sid('WK')], name, contactUri };
      for (const calls of [contactUri, callee]) {
        const lines = linesOf({ ...rest, calls });
        const [line, ...others] = lines.filter((one) => one.startsWith('Calls: '));
        assert.deepEqual(others, []);
        assert.ok(read(line!).startsWith(`Calls: ${sent(contactUri)}`), line);
        assert.ok(![...line!].some((one) => invisible.has(one)), line);
      }
    });
    fc.assert(property, sequences());
  });

  for (const [contactUri, shown] of calledAddresses)
    it(`shows whom Twilio rings at ${contactUri}, and when that changes`, () => {
      const callee = { collection: workers, sids: [sid('WS'), sid('WK')], name: 'Ada', contactUri };
      assert.ok(linesOf({ ...call(), calls: callee }).includes(`Calls: ${shown} (the contact_uri of Ada)`));
      const described = describeCallee(callee);
      assert.ok(
        typeof described === 'object' && 'args' in described && described.args?.['contactUri'] === shown,
      );
      const [detail] = contactChanged(call(), callee, { ...callee, contactUri: 'client:eve' }).details;
      assert.ok(detail!.includes(` from ${shown} to client:eve.`), detail);
    });

  it('says how much of an address it does not show', () => {
    const contactUri = `client:${'x'.repeat(5000)}`;
    const calls = { collection: workers, sids: [sid('WS'), sid('WK')], name: 'Ada', contactUri };
    const line = linesOf({ ...call(), calls }).find((one) => one.startsWith('Calls: '))!;
    assert.match(line, /^Calls: client:x{4089}… \(911 more characters\) \(the contact_uri of Ada\)$/);
    const address = `sip:${'y'.repeat(3000)}@example.com`;
    const given = linesOf({ ...call(), calls: address });
    assert.ok(given.includes(`Calls: ${address}`));
  });
});
