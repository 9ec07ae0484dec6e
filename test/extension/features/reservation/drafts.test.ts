import { strict as assert } from 'node:assert';
import { CallerIds } from '../../../../src/extension/features/reservation/callerIds';
import { Drafts } from '../../../../src/extension/features/reservation/drafts';
import { calledAddresses } from '../../../calledAddresses';
import { FakeMemory } from '../../window';

describe('drafts', () => {
  it('persist the input of the latest twenty forms over a restart', () => {
    const memory = new FakeMemory();
    for (let form = 0; form < 25; form++)
      new Drafts(memory).save(`form ${form}`, { call: { callFrom: `+1555010${form}` } });
    const drafts = new Drafts(memory);
    assert.deepEqual(drafts.of('form 24'), { call: { callFrom: '+155501024' } });
    assert.deepEqual(drafts.of('form 5'), { call: { callFrom: '+15550105' } });
    assert.deepEqual(drafts.of('form 4'), {});
    drafts.save('form 24', { reject: {} });
    assert.deepEqual(drafts.of('form 24'), { reject: {} });
    assert.deepEqual(drafts.of('form 23'), { call: { callFrom: '+155501023' } });
  });

  it('save no password', () => {
    const memory = new FakeMemory();
    const drafts = new Drafts(memory);
    drafts.save('form', { conference: { sipAuthPassword: 'horse-staple', timeout: '9' } });
    assert.deepEqual(drafts.of('form'), { conference: { timeout: '9' } });
    assert.ok(!memory.dump().includes('horse-staple'));
  });

  for (const [key, value] of [
    ['to', 'sip:a@example.com;password=horse-staple'],
    ['to', 'sip:a@example.com?X-Password=horse-staple'],
    ['statusCallback', 'https://horse-staple@example.com/'],
    ['statusCallback', 'https://horse-staple:@example.com/'],
    ['statusCallback', 'https://example.com/?token=horse-staple'],
    ['statusCallback', 'https://example.com/?password=horse-staple'],
    ['statusCallback', 'https://example.com/?n=https:bob:horse-staple@example.com'],
  ] as const)
    it(`save no ${value}`, () => {
      const memory = new FakeMemory();
      new Drafts(memory).save('form', { conference: { [key]: value, timeout: '9' } });
      assert.doesNotMatch(memory.dump(), /horse/);
      assert.deepEqual(new Drafts(memory).of('form'), { conference: { timeout: '9' } });
    });

  for (const [to, shown] of calledAddresses)
    it(`${shown === to ? 'save' : 'do not save'} ${to}`, () => {
      const drafts = new Drafts(new FakeMemory());
      drafts.save('form', { conference: { to, timeout: '9' } });
      assert.deepEqual(drafts.of('form').conference, {
        ...(shown === to ? { to } : {}),
        timeout: '9',
      });
    });

  it('save no value that holds a password, from its first character on', () => {
    const memory = new FakeMemory();
    const drafts = new Drafts(memory);
    for (const address of [
      'sip:alice:horse-staple@example.com',
      'https://bob:horse-staple@example.com/twiml',
    ])
      for (let typed = 1; typed <= address.length; typed++) {
        drafts.save('form', { conference: { to: address.slice(0, typed), timeout: '9' } });
        assert.doesNotMatch(memory.dump(), /:h(o|@|")/);
      }
    assert.deepEqual(drafts.of('form'), { conference: { timeout: '9' } });
  });
});

describe('caller ids', () => {
  it('are persisted by account, the latest ten first, without duplicates', async () => {
    const memory = new FakeMemory();
    for (let number = 0; number < 12; number++)
      await new CallerIds(memory).add('one', [`+1555010010${number}`]);
    const callerIds = new CallerIds(memory);
    assert.equal(callerIds.of('one').length, 10);
    assert.equal(callerIds.of('one')[0], '+155501001011');
    await callerIds.add('one', ['+15550100105']);
    assert.equal(callerIds.of('one')[0], '+15550100105');
    assert.equal(callerIds.of('one').length, 10);
    assert.deepEqual(callerIds.of('two'), []);
  });

  it('are removed with their account', async () => {
    const memory = new FakeMemory();
    const callerIds = new CallerIds(memory);
    await callerIds.add('one', ['+15550100101']);
    await callerIds.add('two', ['+15550100102']);
    await callerIds.retain(['two']);
    assert.deepEqual([callerIds.of('one'), callerIds.of('two')], [[], ['+15550100102']]);
  });
});
