import { strict as assert } from 'node:assert';
import type { Outcome } from '../../../../src/extension/actions/outcome';
import type { SendPhase } from '../../../../src/extension/actions/send';
import { localize } from '../../../../src/extension/display/localize';
import type { FormValues } from '../../../../src/webview/shared/protocol';
import type { Instruction, InstructionName } from '../../../../src/taskrouter/instructions';
import { instructionNamed, instructions } from '../../../../src/taskrouter/instructions';
import { message } from '../../../../src/taskrouter/message';
import { isOpenStatus } from '../../../../src/taskrouter/reservation';
import { reservationStatuses } from '../../../../src/taskrouter/resources';
import { snippets } from '../../../../src/taskrouter/snippets';
import { updateReservationRequest } from '../../../../src/taskrouter/update';
import { assertClean, productionAccount } from '../../window';
import type { FormCase } from './formCase';
import { contextIn, formStateOf } from './formCase';

const sid = (prefix: string, digit = '1') => prefix + digit.repeat(32);
const password = 'canary-sip-5c20-never-show-me';
const created = Date.UTC(2026, 0, 5, 9);

const base: FormCase = {
  account: productionAccount,
  address: { workspaceSid: sid('WS'), parentSid: sid('WT'), sid: sid('WR') },
  reservation: {
    sid: sid('WR'),
    reservation_status: 'pending',
    task_sid: sid('WT'),
    worker_sid: sid('WK'),
    worker_name: 'Ada Wren',
    date_created: new Date(created).toISOString(),
  },
  chosen: 'conference',
  values: {},
};
const task = {
  sid: sid('WT'),
  attributes: JSON.stringify({ name: 'Dana Alder', call_sid: sid('CA', 'a') }),
  task_channel_unique_name: 'voice',
  task_queue_friendly_name: 'Billing',
  workflow_sid: sid('WW'),
};
const workspace = { sid: sid('WS'), friendly_name: 'Acme Support' };
const worker = (attributes: string) => ({ sid: sid('WK'), friendly_name: 'Ada Wren', attributes });
const workflow = (task_reservation_timeout: unknown) => ({
  task,
  workflow: { sid: sid('WW'), task_reservation_timeout },
});

const drawn = (model: FormCase, name: InstructionName) =>
  formStateOf(model)
    .instructions.find((one) => one.name === name)!
    .groups.flatMap(({ fields }) => fields);
const fieldOf = (model: FormCase, name: InstructionName, key: string) =>
  drawn(model, name).find((field) => field.key === key)!;
const withValues = (chosen: InstructionName, values: FormValues, rest: Partial<FormCase> = {}): FormCase => ({
  ...base,
  ...rest,
  chosen,
  values: { [chosen]: values },
});

/** Something that fits, for every field of every instruction. */
function fitting({ fields }: Instruction): Record<string, string | string[]> {
  const url = 'https://example.com/a?b=c&d=é';
  const special: Record<string, string> = {
    redirectCallSid: sid('CA'),
    supervisor: sid('WK'),
    sipAuthUsername: 'ada & "co"',
    sipAuthPassword: password,
  };
  return Object.fromEntries(
    fields.map(({ key, control, choices }): [string, string | string[]] => {
      if (special[key]) return [key, special[key]];
      if (control === 'choices') return [key, [...choices!]];
      if (choices) return [key, choices[0]!];
      if (control === 'integer') return [key, '30'];
      if (control === 'url') return [key, url];
      return [key, /activitysid$/i.test(key) ? sid('WA') : '+15550100142'];
    }),
  );
}

describe('the form’s model', () => {
  it('has all 52 fields, each with its wire name, a label, help and a group', () => {
    const state = formStateOf(base);
    assert.deepEqual(
      state.instructions.map(({ name }) => name),
      instructions.map(({ name }) => name),
    );
    let count = 0;
    for (const instruction of state.instructions) {
      const table = instructionNamed(instruction.name);
      assert.ok(instruction.title && instruction.help);
      const keys = instruction.groups.flatMap(({ fields }) => fields.map(({ key }) => key));
      assert.deepEqual([...keys].sort(), table.fields.map(({ key }) => key).sort());
      for (const group of instruction.groups) {
        assert.ok(group.title && group.fields.length);
        for (const field of group.fields) {
          count++;
          assert.equal(field.name, field.key[0]!.toUpperCase() + field.key.slice(1));
          assert.ok(field.label && field.help && field.control, field.key);
          if (field.control === 'choice' || field.control === 'choices') assert.ok(field.choices!.length > 1);
        }
      }
    }
    assert.equal(count, 52);
  });

  for (const instruction of instructions as readonly Instruction[]) {
    const name = instruction.name as InstructionName;
    const status = instruction.from[0]!;
    const model = withValues(name, fitting(instruction), {
      reservation: { ...base.reservation, reservation_status: status },
    });

    it(`previews ${name} with every field as it will be sent`, () => {
      const { previews, problems } = formStateOf(model);
      assert.deepEqual(problems, {});
      const shown = {
        ...fitting(instruction),
        ...('sipAuthPassword' in model.values[name]! && { sipAuthPassword: '********' }),
      };
      const request = updateReservationRequest(model.address, instruction, shown);
      assert.deepEqual(
        previews,
        snippets.map(({ name, write }) => {
          const { text, note } = write(request, { origin: base.account.origin });
          return {
            name,
            title: name,
            ...(text === undefined ? {} : { text }),
            ...(note && { note: localize(note) }),
          };
        }),
      );
      assert.equal(previews[0]!.name, 'HTTP');
      assert.equal(
        request.body!.length,
        updateReservationRequest(model.address, instruction, fitting(instruction)).body!.length,
      );
    });

    it(`keeps the password of ${name} out of the state`, () => {
      const state = formStateOf(model);
      assertClean(state, [password]);
      for (const { text = '' } of state.previews) assert.ok(!text.includes(encodeURIComponent(password)));
    });
  }

  it('says that a password is set without saying what it is', () => {
    const set = withValues('conference', { sipAuthPassword: password });
    assert.equal(formStateOf(set).values['sipAuthPassword'], '');
    assert.match(formStateOf(set).previews[0]!.text!, /SipAuthPassword=<SIP_AUTH_PASSWORD>$/);
    assert.equal(formStateOf(withValues('conference', {})).values['sipAuthPassword'], undefined);
    assertClean(formStateOf({ ...set, chosen: 'accept' }), [password]);
  });

  it('sends Supervise through the task, even if it was opened through the worker', () => {
    const address = { ...base.address, parentSid: sid('WK') };
    const values = { supervisorMode: 'monitor', supervisor: sid('WK', '2') };
    const seen = withValues('supervise', values, { address });
    assert.match(formStateOf(seen).previews[0]!.text!, new RegExp(`/Tasks/${sid('WT')}/Reservations/`));
    assert.match(
      formStateOf({ ...seen, chosen: 'accept' }).previews[0]!.text!,
      new RegExp(`/Workers/${sid('WK')}/`),
    );
  });

  describe('problems', () => {
    it('are shown at their field, and replace the preview', () => {
      const state = formStateOf(withValues('call', { callUrl: 'nowhere', callTimeout: '0' }));
      assert.deepEqual(Object.keys(state.problems).sort(), ['callFrom', 'callTimeout', 'callUrl']);
      assert.deepEqual(state.previews, []);
    });

    it('of the instruction itself do not replace the preview', () => {
      const accepted = { ...base.reservation, reservation_status: 'accepted' };
      const state = formStateOf(withValues('accept', {}, { reservation: accepted }));
      assert.match(state.problems['']!, /^Only pending reservations can .*\. This one is accepted\.$/);
      assert.equal(state.previews.length, snippets.length);
    });

    it('say for each instruction whether it is possible now', () => {
      const can = (status: string) =>
        formStateOf({ ...base, reservation: { ...base.reservation, reservation_status: status } })
          .instructions.filter(({ unavailable }) => unavailable === undefined)
          .map(({ name }) => name);
      assert.deepEqual(can('pending'), ['accept', 'reject', 'conference', 'dequeue', 'call', 'redirect']);
      assert.deepEqual(can('accepted'), ['wrapUp', 'complete', 'supervise']);
      assert.deepEqual(can('wrapping'), ['complete', 'supervise']);
      for (const status of ['completed', 'rejected', 'levitating', 'constructor'])
        assert.deepEqual(can(status), []);
    });

    it('are shown for values from every source', () => {
      const state = formStateOf(withValues('accept', { callTo: '+15550100142' }));
      assert.match(state.problems['callTo']!, /not a parameter of Accept/);
      assert.deepEqual(state.previews, []);
    });
  });

  it('warns of plain http, except to this machine', () => {
    const warned = (callUrl: string) => formStateOf(withValues('call', { callUrl })).warnings['callUrl'];
    assert.match(warned('http://example.com/twiml')!, /Plain http/);
    assert.equal(warned('http://127.0.0.1:3000/twiml'), undefined);
    assert.equal(warned('https://example.com/twiml'), undefined);
    const other = formStateOf({ ...withValues('call', { callUrl: 'http://example.com' }), chosen: 'accept' });
    assert.deepEqual(other.warnings, {});
  });

  describe('what is known about the worker', () => {
    it('decides whether an address must be given', () => {
      const needs = (model: FormCase) => fieldOf(model, 'conference', 'to').required;
      assert.equal(needs(base), false, 'it is not known yet');
      assert.equal(needs({ ...base, worker: worker('{}') }), true);
      assert.equal(needs({ ...base, worker: worker('not JSON') }), true);
      assert.equal(needs({ ...base, worker: worker('{"contact_uri": "client:ada"}') }), false);
    });

    it('is shown as Twilio’s default, and is never filled in', () => {
      const model = { ...base, worker: worker('{"contact_uri": "client:ada\u202e"}') };
      assert.equal(fieldOf(model, 'conference', 'to').twilioDefault, 'client:ada (the worker’s contact_uri)');
      assert.deepEqual(formStateOf(model).values, {});
    });

    it('decides together with the workspace what multitasking refuses', () => {
      const workspace = { sid: sid('WS'), multi_task_enabled: true };
      const model = withValues('conference', { postWorkActivitySid: sid('WA') }, { workspace });
      assert.match(formStateOf(model).problems['postWorkActivitySid']!, /multitasking/);
      assert.deepEqual(contextIn({ ...base, workspace }), { status: 'pending', multitasking: true });
    });
  });

  describe('suggests', () => {
    it('activities, and which of them are available', () => {
      const activities = [
        { sid: sid('WA', '1'), friendly_name: 'Break', available: false },
        { sid: sid('WA', '2'), friendly_name: 'Available\u202e', available: true },
        { sid: sid('WA', '3'), available: 'perhaps' },
      ];
      for (const [name, key] of [
        ['reject', 'workerActivitySid'],
        ['dequeue', 'dequeuePostWorkActivitySid'],
        ['conference', 'postWorkActivitySid'],
      ] as const)
        assert.deepEqual(fieldOf({ ...base, activities }, name, key).suggestions, [
          { value: sid('WA', '1'), label: 'Break (takes no tasks)' },
          { value: sid('WA', '2'), label: 'Available (takes tasks)' },
          { value: sid('WA', '3'), label: sid('WA', '3') },
        ]);
    });

    it('workers to supervise', () => {
      const workers = [{ sid: sid('WK', '2'), friendly_name: 'Ben Finch' }, { sid: sid('WK', '3') }];
      assert.deepEqual(
        fieldOf(
          { ...withValues('supervise', { supervisor: sid('WK', '2') }), workers },
          'supervise',
          'supervisor',
        ).suggestions,
        [{ value: sid('WK', '2'), label: 'Ben Finch' }],
      );
    });

    it('the task’s call, and where it comes from', () => {
      const suggestions = (attributes: string) =>
        fieldOf({ ...base, task: { ...task, attributes } }, 'redirect', 'redirectCallSid').suggestions;
      assert.deepEqual(suggestions(task.attributes), [
        { value: sid('CA', 'a'), label: 'call_sid from the task’s attributes', callerData: true },
      ]);
      assert.equal(suggestions('{}'), undefined);
      assert.equal(suggestions('not JSON'), undefined);
    });

    it('previously used caller IDs in every field for one', () => {
      const model = { ...base, callerIds: ['+15550100142'] };
      const expected = [{ value: '+15550100142', label: '+15550100142' }];
      for (const [name, key] of [
        ['conference', 'from'],
        ['dequeue', 'dequeueFrom'],
        ['call', 'callFrom'],
      ] as const) {
        assert.deepEqual(fieldOf(model, name, key).suggestions, expected);
        assert.equal(fieldOf(base, name, key).suggestions, undefined);
      }
    });

    it('nothing from caller data for a URL', () => {
      const attributes = JSON.stringify({
        call_sid: sid('CA'),
        url: 'https://example.com',
        callUrl: 'https://example.com',
      });
      for (const { name } of instructions)
        for (const field of drawn({ ...base, task: { ...task, attributes } }, name))
          if (field.control === 'url') assert.equal(field.suggestions, undefined, field.key);
    });
  });

  describe('the head', () => {
    it('names account, reservation, worker and task', () => {
      const { account, reservation } = formStateOf({ ...base, task, workspace });
      assert.deepEqual(account, {
        name: 'Twilio AC…1234',
        simulated: false,
        environment: { name: 'production', text: 'production' },
        readOnly: false,
      });
      assert.deepEqual([reservation.task, reservation.queue], ['Dana Alder', 'Billing · voice']);
      assert.equal(reservation.workspace, 'Acme Support');
      assert.equal(reservation.worker, 'Ada Wren');
      assert.equal(reservation.status, 'pending');
      const simulated = { ...base.account, kind: 'simulated' } as const;
      assert.equal(formStateOf({ ...base, account: simulated }).account.simulated, true);
    });

    it('is readable with any caller data', () => {
      const hostile = '\u202e[x](command:y)\n\u200b' + 'a'.repeat(5000);
      const { reservation } = formStateOf({
        ...base,
        reservation: { ...base.reservation, worker_name: hostile, reservation_status: hostile },
        task: { ...task, attributes: JSON.stringify({ name: hostile }), task_queue_friendly_name: hostile },
      });
      for (const text of [reservation.worker, reservation.status, reservation.task, reservation.queue]) {
        assert.ok(!/[\p{Cc}\p{Cf}]/u.test(text));
        assert.ok(text.length < 250);
      }
    });

    it('says when a pending reservation ends: the workflow’s timeout after its creation', () => {
      const ends = (model: Partial<FormCase>) => formStateOf({ ...base, ...model }).reservation.expiresAt;
      assert.equal(ends({ ...workflow(120) }), created + 120_000);
      assert.equal(ends({}), undefined);
      for (const unknown of [0, null, undefined, 'soon'])
        assert.equal(ends({ ...workflow(unknown) }), undefined);
      const accepted = { ...base.reservation, reservation_status: 'accepted' };
      assert.equal(ends({ ...workflow(120), reservation: accepted }), undefined);
      const undated = { ...base.reservation, date_created: null };
      assert.equal(ends({ ...workflow(120), reservation: undated }), undefined);
    });

    it('is also shown for a row without the documented shape', () => {
      const { reservation } = formStateOf({ ...base, reservation: { sid: sid('WR'), worker_name: 7 } });
      assert.deepEqual(reservation, {
        sid: sid('WR'),
        status: 'unknown',
        worker: 'unknown worker',
        task: '',
        workspace: '',
        queue: '',
      });
    });
  });

  describe('of a reservation that was pending', () => {
    const after = (reservation_status: string, rest: Partial<FormCase> = {}) =>
      formStateOf({
        ...base,
        wasPending: true,
        reservation: { ...base.reservation, reservation_status },
        ...rest,
      });
    const other = (digit: string, reservation_status: string, second: number) => ({
      ...base.reservation,
      sid: sid('WR', digit),
      reservation_status,
      worker_name: `Worker ${digit}`,
      date_created: new Date(created + second * 1000).toISOString(),
    });

    it('says how it ended', () => {
      for (const status of ['accepted', 'rejected', 'timeout', 'canceled', 'rescinded', 'completed'])
        assert.match(after(status).news!, /^This reservation (was|timed) /, status);
      assert.equal(after('brand-new').news, 'This reservation is now brand-new.');
      assert.equal(after('pending').news, undefined);
      assert.equal(after('timeout', { wasPending: false }).news, undefined);
    });

    it('leaves that to its own outcome', () => {
      const outcome = { kind: 'done', headline: { text: 'Done.' }, details: [] } as const;
      assert.equal(after('accepted', { outcome }).news, undefined);
    });

    it('offers the task’s next reservation', () => {
      const ofTask = [
        base.reservation,
        other('2', 'accepted', 50),
        other('3', 'pending', 20),
        other('4', 'pending', 30),
        other('5', 'rejected', 90),
      ];
      assert.equal(after('timeout', { ofTask }).next, 'Worker 4 (pending)');
      assert.equal(after('timeout', { ofTask: ofTask.slice(0, 2) }).next, 'Worker 2 (accepted)');
      assert.equal(after('timeout', { ofTask: [base.reservation] }).next, undefined);
      assert.equal(after('pending', { ofTask }).next, undefined);
    });
  });

  it('shows an action’s duration, and what it has changed', () => {
    const { outcome } = formStateOf({
      ...base,
      reservation: { ...base.reservation, reservation_status: 'accepted' },
      task: { ...task, assignment_status: 'assigned' },
      before: { reservation: 'pending', task: 'reserved' },
      outcome: {
        kind: 'done',
        headline: { text: 'Reservation accepted.' },
        details: [],
        receipt: { milliseconds: 1240, status: 200, requestId: 'RQ1', code: 20001 },
      },
    });
    assert.deepEqual(outcome?.facts, ['HTTP 200', '1.2 s', 'request RQ1']);
    assert.equal(outcome?.errorCode, 20001);
    assert.deepEqual(outcome?.changes, [
      { what: 'Reservation', before: 'pending', now: 'accepted' },
      { what: 'Task', before: 'reserved', now: 'assigned' },
    ]);
  });

  it('shows no changes while an action has changed nothing', () => {
    const { outcome } = formStateOf({
      ...base,
      before: { reservation: base.reservation['reservation_status'] as string },
      outcome: { kind: 'done', headline: { text: 'Calling.' }, details: [], receipt: { milliseconds: 1 } },
    });
    assert.equal(outcome?.changes, undefined);
  });

  it('says what happens to the update, and claims to be sending it only when it is', () => {
    const progressOf = (phase?: SendPhase) => {
      const state = formStateOf({ ...base, ...(phase ? { sending: { phase, title: 'Conference' } } : {}) });
      return [state.sending, state.progress];
    };
    assert.deepEqual(progressOf(), [false, undefined]);
    assert.deepEqual(progressOf('checking'), [true, 'Checking the current state…']);
    assert.deepEqual(progressOf('confirming'), [true, 'Waiting for your confirmation…']);
    assert.deepEqual(progressOf('sending'), [true, 'Sending Conference…']);
    assert.deepEqual(progressOf('reading'), [true, 'Reading the result…']);
  });

  it('describes the result of an update as it is now', () => {
    const outcome = {
      kind: 'done',
      headline: message('Calling.'),
      describe: (row) =>
        row['reservation_status'] === 'pending' ? message('Calling.') : message('Accepted.'),
      details: [],
    } satisfies Outcome;
    const headlineFor = (reservation_status: string) =>
      formStateOf({ ...base, outcome, reservation: { ...base.reservation, reservation_status } }).outcome
        ?.headline;
    assert.equal(headlineFor('pending'), 'Calling.');
    assert.equal(headlineFor('accepted'), 'Accepted.');
  });

  it('offers another reservation when this one has ended, unless the form ended it or the task goes on', () => {
    const offers = (reservation_status: string, rest: Partial<FormCase> = {}) =>
      formStateOf({ ...base, reservation: { ...base.reservation, reservation_status }, ...rest })
        .offersAnother;
    const outcome: Outcome = { kind: 'done', headline: message('Completed.'), details: [] };
    const next = { ...base.reservation, sid: sid('WR', '2'), reservation_status: 'pending' };
    for (const status of reservationStatuses)
      assert.equal(offers(status), isOpenStatus(status) ? undefined : true, status);
    assert.equal(offers('completed', { outcome }), undefined);
    assert.equal(offers('timeout', { wasPending: true, task, ofTask: [next] }), undefined);
  });

  it('shows the version of the request that was sent until another one can be sent', () => {
    const versionIn = (given: Partial<FormCase>) => {
      const state = formStateOf({ ...withValues('accept', {}), etag: '"1"', ...given });
      return [/If-Match: (\S+)/.exec(state.previews[0]!.text!)?.[1], state.wasSent ?? false];
    };
    const ended = (kind: Outcome['kind']): Outcome => ({
      kind,
      headline: message('Ended.'),
      details: [],
      receipt: { milliseconds: 1, ifMatch: '"0"' },
    });
    const sent = { instruction: 'accept', at: 0 } as const;
    assert.deepEqual(versionIn({}), ['"1"', false]);
    assert.deepEqual(versionIn({ outcome: ended('done'), sent }), ['"0"', true]);
    assert.deepEqual(versionIn({ outcome: ended('not done'), sent }), ['"1"', false]);
    assert.deepEqual(versionIn({ outcome: ended('done'), sent: { ...sent, instruction: 'reject' } }), [
      '"1"',
      false,
    ]);
    assert.deepEqual(versionIn({ outcome: ended('done'), sent: { ...sent, lacksSecrets: true } }), [
      '"1"',
      false,
    ]);
    const reservation = { ...base.reservation, reservation_status: 'accepted' };
    assert.deepEqual(versionIn({ outcome: ended('not done'), sent, reservation }), ['"0"', true]);
  });

  it('shows the version that the request requires', () => {
    const { previews } = formStateOf({ ...withValues('accept', {}), etag: '"7"' });
    for (const { name, text } of previews.filter((one) => one.name !== 'Callback response'))
      assert.ok(text!.includes('"7"'), name);
  });

  it('names the environment, and sends nothing in a read-only account', () => {
    const { account, instructions: all } = formStateOf({
      ...base,
      account: { ...base.account, readOnly: true },
    });
    assert.deepEqual(account.environment, { name: 'production', text: 'production' });
    assert.equal(account.readOnly, true);
    for (const { unavailable } of all) assert.match(unavailable!, /^Read-only account/);
  });
});
