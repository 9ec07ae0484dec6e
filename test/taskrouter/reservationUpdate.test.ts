import { strict as assert } from 'node:assert';
import type { Instruction, InstructionName } from '../../src/taskrouter/instructions';
import { describeCallee } from '../../src/taskrouter/calledWorker';
import { instructionNamed, instructions } from '../../src/taskrouter/instructions';
import { inEnglish } from '../../src/taskrouter/message';
import { changedFields, forVersion } from '../../src/taskrouter/preparedUpdate';
import type { ReservationInstruction } from '../../src/taskrouter/reservationUpdate';
import { prepareInstruction } from '../../src/taskrouter/reservationUpdate';
import { reservationStatuses } from '../../src/taskrouter/resources';
import type { Arguments } from '../../src/taskrouter/update';
import { updateReservationRequest } from '../../src/taskrouter/update';

const sid = (prefix: string, digit = '1') => prefix + digit.repeat(32);
const address = { workspaceSid: sid('WS'), parentSid: sid('WK'), sid: sid('WR') };
const shown = {
  sid: sid('WR'),
  reservation_status: 'pending',
  task_sid: sid('WT'),
  worker_sid: sid('WK'),
  worker_name: 'Ada Wren',
  date_updated: '2026-01-05T09:00:00Z',
};
const args: Partial<Record<InstructionName, Arguments>> = {
  dequeue: { dequeueFrom: '+15550100142' },
  call: { callFrom: '+15550100142', callUrl: 'https://example.com/twiml' },
  redirect: { redirectCallSid: sid('CA'), redirectUrl: 'https://example.com/twiml' },
  supervise: { supervisorMode: 'whisper', supervisor: sid('WK', '2') },
};
const prepare = (name: InstructionName, rest: Partial<ReservationInstruction> = {}) => {
  const instruction = instructionNamed(name);
  const row = { ...shown, reservation_status: instruction.from[0] };
  return prepareInstruction({ address, shown: row, instruction, args: args[name] ?? {}, ...rest });
};
const all = (instructions as readonly Instruction[]).map(({ name }) => name as InstructionName);

describe('an instruction as a prepared update', () => {
  for (const name of all) {
    it(`is the request of ${name}, with its ETag and the resources it changes`, () => {
      const { request, subject, lock, title } = prepare(name, { etag: '"7"' });
      const through = name === 'supervise' ? { ...address, parentSid: sid('WT') } : address;
      const instruction = instructionNamed(name);
      assert.deepEqual(request, updateReservationRequest(through, instruction, args[name], '"7"'));
      assert.equal(title, instruction.title);
      assert.equal(lock, address.sid);
      assert.deepEqual(subject.sids, [sid('WS'), sid('WK'), sid('WR')]);
      assert.deepEqual(
        subject.related.map(({ collection, sids }) => [collection.noun, ...sids]),
        [
          ['Task', sid('WS'), sid('WT')],
          ['Worker', sid('WS'), sid('WK')],
        ],
      );
    });

    it(`names the requested reservation for ${name}, whatever SID the row has`, () => {
      const row = { ...shown, reservation_status: instructionNamed(name).from[0], sid: sid('WR', 'f') };
      const update = prepare(name, { shown: row });
      assert.ok(update.request.path.endsWith(sid('WR')));
      assert.ok(!JSON.stringify([update.facts, update.question, update.request]).includes(sid('WR', 'f')));
    });
  }

  it('says which fields must not have changed', () => {
    const { subject } = prepare('accept');
    assert.deepEqual(changedFields(subject, { ...shown, url: 'elsewhere', links: {} }), []);
    for (const field of ['reservation_status', 'task_sid', 'worker_sid', 'date_updated'])
      assert.deepEqual(changedFields(subject, { ...shown, [field]: 'another' }), [field]);
  });

  it('applies to one version only, once that is known', () => {
    const update = prepare('accept');
    assert.equal(update.request.ifMatch, undefined);
    assert.equal(forVersion(update, undefined), update);
    const { request, ...rest } = forVersion(update, '"7"');
    assert.deepEqual(request, { ...update.request, ifMatch: '"7"' });
    assert.deepEqual(
      Object.keys(rest).sort(),
      Object.keys(update)
        .filter((key) => key !== 'request')
        .sort(),
    );
  });

  it('is settled in the statuses that show its effect', () => {
    const settled = (name: InstructionName) =>
      reservationStatuses.filter((status) => prepare(name).settled({ ...shown, reservation_status: status }));
    const taken = ['accepted', 'wrapping', 'completed'];
    assert.deepEqual(settled('accept'), taken);
    assert.deepEqual(settled('reject'), ['rejected']);
    assert.deepEqual(settled('conference'), taken);
    assert.deepEqual(settled('dequeue'), taken);
    assert.deepEqual(settled('call'), ['accepted', 'rejected', 'wrapping', 'completed']);
    assert.deepEqual(settled('redirect'), ['accepted', 'rejected', 'wrapping', 'completed']);
    assert.deepEqual(settled('wrapUp'), ['wrapping', 'completed']);
    assert.deepEqual(settled('complete'), ['completed']);
    assert.deepEqual(settled('supervise'), []);
    for (const name of all) assert.equal(prepare(name).settled({ sid: sid('WR') }), false);
  });

  it('says in which statuses it can work', () => {
    const possible = (name: InstructionName) =>
      reservationStatuses.filter((status) =>
        prepare(name).isPossible({ ...shown, reservation_status: status }),
      );
    for (const name of all) assert.deepEqual(possible(name), instructionNamed(name).from, name);
    assert.equal(prepare('accept').isPossible({ sid: sid('WR') }), false);
  });

  it('describes the result', () => {
    const described = (name: InstructionName, reservation_status: unknown) =>
      inEnglish(prepare(name).describe({ ...shown, reservation_status }, { text: 'The simulator' }));
    assert.equal(described('accept', 'accepted'), 'Reservation accepted.');
    assert.equal(described('accept', 'pending'), 'The reservation is still pending.');
    assert.match(described('conference', 'pending'), /^The simulator is calling the worker\./);
    assert.equal(described('conference', 'canceled'), 'Reservation canceled.');
    assert.equal(described('supervise', 'accepted'), 'The simulator placed a call to the supervisor.');
    assert.equal(described('accept', 'levitating'), 'The reservation is now levitating.');
    assert.equal(described('accept', undefined), 'The reservation’s status is unknown.');
  });

  it('names people in its question and outcome, and SIDs when no name is known', () => {
    const nameOf = (one: string) => (one === sid('WT') ? 'Rosa {worker} Hazel' : undefined);
    const questionOf = (...args: Parameters<typeof prepare>) => inEnglish(prepare(...args).question);
    const aboutOf = (...args: Parameters<typeof prepare>) => prepare(...args).about;
    assert.equal(questionOf('conference', { nameOf }), 'Start a conference for Rosa {worker} Hazel');
    assert.equal(questionOf('accept', { nameOf }), 'Accept Rosa {worker} Hazel for Ada Wren');
    assert.equal(questionOf('accept'), `Accept ${sid('WT')} for Ada Wren`);
    const bare = { sid: sid('WR'), reservation_status: 'pending' };
    assert.equal(questionOf('accept', { shown: bare }), 'Accept the task for the worker');
    assert.equal(aboutOf('accept', { nameOf }), 'Rosa {worker} Hazel → Ada Wren');
    assert.equal(aboutOf('accept', { shown: bare }), sid('WR'));
  });

  describe('says who is called:', () => {
    type Known = Pick<ReservationInstruction, 'nameOf' | 'contactUriOf'>;
    const calls = (name: InstructionName, given: Arguments, known: Known = {}) => {
      const update = prepare(name, { args: { ...args[name], ...given }, ...known });
      const value = update.calls && describeCallee(update.calls);
      return typeof value === 'object' ? inEnglish(value) : value;
    };
    const only =
      (workerSid: string, value: string) =>
      (one: string): string | undefined =>
        one === workerSid ? value : undefined;
    const ada = { nameOf: only(sid('WK'), 'Ada Wren'), contactUriOf: only(sid('WK'), 'client:ada') };
    const wordless = { contactUriOf: only(sid('WK'), '') };
    const cleo = {
      nameOf: only(sid('WK', '2'), 'Cleo'),
      contactUriOf: only(sid('WK', '2'), '+15550100177'),
    };

    for (const [name, field] of [
      ['conference', 'to'],
      ['dequeue', 'dequeueTo'],
      ['call', 'callTo'],
    ] as const) {
      it(`${name}: the number that was set, else the worker’s contact_uri`, () => {
        assert.equal(calls(name, { [field]: '+15550100143' }, ada), '+15550100143');
        assert.equal(calls(name, {}, ada), 'client:ada (the contact_uri of the worker)');
        assert.equal(calls(name, {}), 'unknown (the contact_uri of the worker could not be read)');
        assert.throws(() => calls(name, {}, wordless), /no contact_uri/);
      });
    }

    it('supervise: the supervisor', () => {
      assert.equal(calls('supervise', {}, cleo), '+15550100177 (the contact_uri of Cleo)');
      assert.equal(
        calls('supervise', {}),
        `unknown (the contact_uri of ${sid('WK', '2')} could not be read)`,
      );
      assert.equal(calls('supervise', { supervisor: 'client:cleo' }), 'client:cleo');
    });

    it('nobody for the others', () => {
      for (const name of ['accept', 'reject', 'redirect', 'wrapUp', 'complete'] as const)
        assert.equal(calls(name, {}, ada), undefined);
    });
  });
});
