import { strict as assert } from 'node:assert';
import { AccountRecords } from '../../../src/extension/accounts/accountRecords';
import { PlacedCalls } from '../../../src/extension/actions/placedCalls';
import { SendJournal } from '../../../src/extension/actions/sendJournal';
import { machineClock } from '../../../src/extension/data/clock';
import { Expansion } from '../../../src/extension/features/explorer/expansion';
import { CallerIds } from '../../../src/extension/features/reservation/callerIds';
import { Drafts } from '../../../src/extension/features/reservation/drafts';
import { presetsIn } from '../../../src/extension/features/reservation/presets';
import { SavedOutcomes } from '../../../src/extension/features/reservation/savedOutcomes';
import { FakeMemory, productionAccount } from '../window';

const now = machineClock.now();
const call = { accountId: 'a', lock: 'us1/WR1', status: 'pending', at: now };
const sent = { accountId: 'a', accountName: 'Acme', sid: 'WR1', title: 'Call', risk: 'call', sentAt: now };
const savedOutcome = {
  outcome: { kind: 'done', headline: { text: 'Done.' }, details: [] },
  sent: { instruction: 'accept', at: now },
};

/** Each: the key, an entry that is stored, and whether it is found again. */
const stored: Readonly<Record<string, [unknown, (memory: FakeMemory) => unknown]>> = {
  accounts: [productionAccount, (memory) => new AccountRecords(memory).get(productionAccount.id)],
  placedCalls: [
    call,
    (memory) => new PlacedCalls(memory, machineClock).mayBeInProgress('us1/WR1', 'pending'),
  ],
  sentUpdates: [sent, (memory) => new SendJournal(memory, machineClock).lastOf('a', 'WR1')],
  'tree.expansion': [['row', true], (memory) => new Expansion(memory).isExpanded('row')],
  'forms.outcomes': [['form', savedOutcome], (memory) => new SavedOutcomes(memory).of('form')],
  drafts: [
    ['form', { reject: { activitySid: 'WA1' } }],
    (memory) => new Drafts(memory).of('form').reject?.['activitySid'],
  ],
};

const malformed = [{}, 'x', 7, true, null, [null], [7], ['x'], [{}], [[]], [[null, null]], { length: 3 }];

describe('what is stored', () => {
  for (const [key, [entry, find]] of Object.entries(stored)) {
    for (const value of malformed)
      it(`${key} is empty when it is ${JSON.stringify(value)}`, async () => {
        const memory = new FakeMemory();
        await memory.update(key, value);
        assert.ok(!find(memory));
      });

    it(`${key} keeps its entries beside malformed ones`, async () => {
      const memory = new FakeMemory();
      await memory.update(key, [...malformed, entry]);
      assert.ok(find(memory));
    });
  }

  for (const value of [...malformed, { a: null }, { a: 'x' }, { a: [7] }])
    it(`caller IDs are empty when they are ${JSON.stringify(value)}, and can be added`, async () => {
      const memory = new FakeMemory();
      await memory.update('callerIds', value);
      const callerIds = new CallerIds(memory);
      assert.deepEqual(callerIds.of('a'), []);
      await callerIds.add('a', ['+15550100']);
      assert.deepEqual(new CallerIds(memory).of('a'), ['+15550100']);
    });

  const unreadable = [
    ...[{ kind: 'flex' }, { environment: 'prod' }, { id: '' }],
    ...['accountSid', 'confirmWrites', 'readsCallsAndAlerts', 'secretId'].map((key) => ({ [key]: 7 })),
  ];
  for (const unknown of unreadable)
    it(`an account with an unknown value is not shown: ${JSON.stringify(unknown)}`, async () => {
      const memory = new FakeMemory();
      await memory.update('accounts', [{ ...productionAccount, ...unknown }]);
      const records = new AccountRecords(memory);
      assert.deepEqual(records.all, []);
      assert.deepEqual(records.unreadable, [productionAccount.name]);
      assert.ok(records.has({ ...productionAccount, ...unknown }.id));
    });

  it('an account record of any type has a name, an id, or neither', async () => {
    const memory = new FakeMemory();
    await memory.update('accounts', [...malformed, { id: 'two' }, { id: 'three', name: 'Three' }]);
    const { unreadable } = new AccountRecords(memory);
    assert.deepEqual(unreadable, [...malformed.map(() => ''), 'two', 'Three']);
  });

  it('of two accounts with one id, the first is shown', async () => {
    const memory = new FakeMemory();
    await memory.update('accounts', [productionAccount, { ...productionAccount, name: 'Other' }]);
    assert.deepEqual(new AccountRecords(memory).all, [productionAccount]);
  });

  it('account records that this version cannot read stay as they are when others are written', async () => {
    const others = [
      ...malformed,
      { ...productionAccount, kind: 'flex', id: 'two' },
      { id: productionAccount.id },
    ];
    const memory = new FakeMemory();
    await memory.update('accounts', others);
    const records = new AccountRecords(memory);
    await records.put(productionAccount);
    assert.deepEqual(memory.get('accounts'), [...others, productionAccount]);
    const renamed = { ...productionAccount, name: 'Renamed' };
    await records.put(renamed);
    assert.deepEqual(memory.get('accounts'), [...others, renamed]);
    await records.remove('two');
    await records.remove(productionAccount.id);
    assert.deepEqual(memory.get('accounts'), others);
  });

  it('presets of any type can be read', async () => {
    for (const value of malformed) {
      const memory = new FakeMemory();
      await memory.update('presets', value);
      assert.ok(Array.isArray(await presetsIn({ memory }).all()));
    }
  });
});
