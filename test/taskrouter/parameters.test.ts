import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Control, Field } from '../../src/taskrouter/fields';
import { groups } from '../../src/taskrouter/fields';
import { instructionNamed, instructions } from '../../src/taskrouter/instructions';
import type { Instruction, InstructionName } from '../../src/taskrouter/instructions';
import { reservationStatuses } from '../../src/taskrouter/resources';
import { wireName } from '../../src/taskrouter/requests';
import { closeServers, json, serve, wk, wr, ws, wt } from './loopback';
import { at, keysRead, oracleAt } from './oracle';

const table: readonly Instruction[] = instructions;
const fields = table.flatMap((instruction) => instruction.fields);
const uncapitalised = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** Every parameter that our table can send through one side. */
const ours = (through: 'task' | 'worker') => [
  ...new Set(
    table
      .filter((instruction) => instruction.through === 'either' || through === 'task')
      .flatMap((instruction) => [
        ...instruction.fixed.map(([name]) => uncapitalised(name)),
        ...instruction.fields.map((field) => field.key),
      ]),
  ),
];

interface Declared {
  readonly type: string;
  /** The values and the default that the comment above it names. */
  readonly named: readonly string[];
  readonly byDefault: string | undefined;
}

/** The helper's own declaration of the update's parameters, and of the enums that it names. */
function declarations() {
  const file = path.join(
    path.dirname(require.resolve('twilio/package.json')),
    'lib/rest/taskrouter/v1/workspace/task/reservation.d.ts',
  );
  const source = readFileSync(file, 'utf8');
  const enums = new Map<string, string[]>();
  for (const [, name, union] of source.matchAll(/^export type (\w+) = (".*");$/gm)) {
    enums.set(
      name!,
      union!.split(' | ').map((one) => one.slice(1, -1)),
    );
  }
  const body = /export interface ReservationContextUpdateOptions \{([^}]+)\}/.exec(source)![1]!;
  const parameters = new Map<string, Declared>();
  for (const [, comment, key, type] of body.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\/\s*(\w+)\?: ([^;]+);/gs)) {
    const sentence = /Can be:?[^.]*\./.exec(comment!)?.[0] ?? '';
    const named = [...sentence.matchAll(/`([\w-]+)`/g)].map(([, value]) => value!);
    const byDefault = /default(?:s to| value is| is) `([\w-]+)`/.exec(comment!)?.[1];
    parameters.set(key!, { type: type!, named: [...new Set(named)], byDefault });
  }
  return { enums, parameters };
}

describe('the instruction table', () => {
  afterEach(closeServers);

  for (const [through, count] of [
    ['task', 54],
    ['worker', 52],
  ] as const) {
    it(`has exactly the ${count} parameters that the helper reads for an update through the ${through}`, async () => {
      const { origin } = await serve(json({ sid: wr }));
      const parent = through === 'task' ? ['Tasks', wt] : ['Workers', wk];
      const context = at(oracleAt(origin), ['Workspaces', ws, ...parent, 'Reservations', wr]);
      const read = await keysRead((params) => context.update(params));
      const parameters = read.filter((key) => key !== 'ifMatch');
      assert.equal(parameters.length, count);
      assert.deepEqual(ours(through).sort(), [...parameters].sort());
    });
  }

  it('names each parameter once, in one instruction', () => {
    const keys = fields.map(({ key }) => key);
    assert.deepEqual(keys, [...new Set(keys)]);
  });

  it('has each parameter in the instruction that it is named after', () => {
    const own = (name: InstructionName) => instructionNamed(name).fields.map(({ key }) => key);
    for (const name of ['dequeue', 'call', 'redirect'] as const) {
      assert.ok(own(name).every((key) => key.startsWith(name)));
      for (const other of table) {
        if (other.name !== name) assert.ok(!other.fields.some(({ key }) => key.startsWith(name)), other.name);
      }
    }
    assert.deepEqual(own('reject'), ['workerActivitySid']);
    assert.deepEqual(own('supervise'), ['supervisorMode', 'supervisor']);
    for (const name of ['accept', 'wrapUp', 'complete'] as const) assert.deepEqual(own(name), []);
    assert.equal(own('conference').length, 54 - 2 - 1 - 7 - 7 - 3 - 2);
  });

  it('sends the fixed words that the official clients send', () => {
    const words = table.map(({ name, fixed }) => [name, fixed.map((pair) => pair.join('='))] as const);
    assert.deepEqual(Object.fromEntries(words), {
      accept: ['ReservationStatus=accepted'],
      reject: ['ReservationStatus=rejected'],
      conference: ['Instruction=conference'],
      dequeue: ['Instruction=dequeue'],
      call: ['Instruction=call'],
      redirect: ['Instruction=redirect'],
      supervise: ['Instruction=supervise'],
      wrapUp: ['ReservationStatus=wrapping'],
      complete: ['ReservationStatus=completed'],
    });
  });

  it('requires what Twilio requires, and nothing more', () => {
    const keysWith = (mark: 'required' | 'requiredWithoutContactUri' | 'refusedInMultitasking') =>
      fields.filter((field) => field[mark]).map(({ key }) => key);
    assert.deepEqual(keysWith('required'), [
      ...['dequeueFrom', 'callFrom', 'callUrl', 'redirectCallSid', 'redirectUrl'],
      ...['supervisorMode', 'supervisor'],
    ]);
    assert.deepEqual(keysWith('requiredWithoutContactUri'), ['to', 'dequeueTo', 'callTo']);
    assert.deepEqual(keysWith('refusedInMultitasking'), ['postWorkActivitySid']);
  });

  it('asks for a URL where the name says so, and nowhere else', () => {
    for (const { key, control } of fields) assert.equal(control === 'url', /(Url|Callback)$/.test(key), key);
  });

  it('knows the statuses that the helper knows', () => {
    assert.deepEqual([...reservationStatuses], declarations().enums.get('ReservationStatus'));
  });

  describe('agrees with the helper’s declaration', () => {
    const { enums, parameters } = declarations();
    const controls: Record<string, readonly Control[]> = {
      boolean: ['boolean'],
      number: ['integer'],
      string: ['text', 'url', 'choice', 'password'],
    };

    it('was readable', () => {
      assert.equal(parameters.size, 55);
      assert.equal(enums.size, 4);
    });

    for (const field of fields) {
      it(`on ${field.key}`, () => {
        const declared = parameters.get(field.key)!;
        const element = /^Array<(\w+)>$/.exec(declared.type)?.[1];
        const values = enums.get(element ?? declared.type);
        if (element !== undefined) assert.equal(field.control, 'choices');
        else if (values) assert.equal(field.control, 'choice');
        else
          assert.ok(controls[declared.type]!.includes(field.control), `${field.control}, ${declared.type}`);
        if (values) assert.deepEqual([...field.choices!].sort(), [...values].sort());
        if (field.control === 'choice' && declared.named.length) {
          assert.deepEqual([...field.choices!].sort(), [...declared.named].sort());
        }
        if (declared.byDefault) assert.equal(field.twilioDefault, declared.byDefault);
      });
    }
  });

  describe('can be shown', () => {
    for (const instruction of table) {
      it(instruction.name, () => {
        assert.match(instruction.title, /^[A-Z][\w ]+$/);
        assert.match(instruction.help, /^[A-Z].*\.$/);
        assert.ok(instruction.from.length > 0);
        assert.ok(instruction.from.every((status) => reservationStatuses.includes(status)));
        for (const field of instruction.fields) assertShowable(field);
        const labels = instruction.fields.map(({ label }) => label);
        assert.deepEqual(labels, [...new Set(labels)], 'two fields with the same label');
      });
    }
  });
});

function assertShowable(field: Field) {
  const { key, label, help, control, choices, problemOf, twilioDefault } = field;
  assert.match(label, /^[A-Z].*[^.]$/, key);
  assert.match(help, /^[A-Z].*\.$/, key);
  assert.ok(groups.includes(field.group), key);
  assert.equal(choices !== undefined, ['boolean', 'choice', 'choices'].includes(control), key);
  for (const choice of choices ?? []) assert.equal(problemOf(choice), undefined, `${key} ${choice}`);
  if (choices && twilioDefault) assert.ok(choices.includes(twilioDefault), key);
  assert.equal(wireName(key), key.charAt(0).toUpperCase() + key.slice(1));
}
