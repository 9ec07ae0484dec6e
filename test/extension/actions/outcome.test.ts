import { strict as assert } from 'node:assert';
import type { Outcome } from '../../../src/extension/actions/outcome';
import { changedOutcome, outdated, refused, unknownOutcome } from '../../../src/extension/actions/outcome';
import { ApiError, ConnectionError, outcomeOfFailure } from '../../../src/taskrouter/errors';
import type { InstructionName } from '../../../src/taskrouter/instructions';
import { instructionNamed } from '../../../src/taskrouter/instructions';
import { prepareInstruction } from '../../../src/taskrouter/reservationUpdate';
import { reservationStatuses, tasks } from '../../../src/taskrouter/resources';
import { setPriority } from '../../../src/taskrouter/taskUpdates';
import type { Arguments } from '../../../src/taskrouter/update';
import { inEnglish } from '../../../src/taskrouter/message';

const sid = (prefix: string) => prefix + '1'.repeat(32);
const row = (status: string, updated = '2026-01-01T00:00:00Z') => ({
  sid: sid('WR'),
  task_sid: sid('WT'),
  worker_sid: sid('WK'),
  reservation_status: status,
  date_updated: updated,
});
const args: Partial<Record<InstructionName, Arguments>> = {
  conference: { to: 'client:ada' },
  dequeue: { dequeueFrom: '+15550100123' },
};
const updateOf = (name: InstructionName, status = 'pending') =>
  prepareInstruction({
    address: { workspaceSid: sid('WS'), parentSid: sid('WT'), sid: sid('WR') },
    shown: row(status),
    instruction: instructionNamed(name),
    args: args[name] ?? {},
  });
const line = { method: 'POST', path: `/v1/Workspaces/${sid('WS')}/Tasks/${sid('WT')}` } as const;
const refusal = (status: number, code: number, detail = 'No.') =>
  Object.assign(new ApiError(line, { status, code, detail }), { server: 'http://127.0.0.1:4010' });

const sentences = ({ details }: Outcome) =>
  details.flatMap((line) => line.split(/(?<=[.?!”])\s+(?=\p{Lu})/u)).map((one) => one.trim());
const assertSaidOnce = (outcome: Outcome) => {
  const all = sentences(outcome);
  assert.deepEqual(all, [...new Set(all)]);
};

/** Each refusal of an update, what the subject is then, and what the user reads. */
const refusals: readonly (readonly [
  name: InstructionName,
  error: ApiError | ConnectionError,
  now: string | undefined,
  text: string,
])[] = [
  [
    'conference',
    refusal(400, 20001),
    'pending',
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 400 (20001). Correct the values, then try again.',
  ],
  [
    'reject',
    refusal(400, 20001),
    'pending',
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 400 (20001). The response says why.',
  ],
  [
    'reject',
    refusal(400, 20001),
    'canceled',
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 400 (20001). The status is now canceled. Choose another reservation.',
  ],
  [
    'conference',
    refusal(400, 40142),
    'pending',
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 400 (40142). This depends on the task, so no value in the form can help. Choose another action.',
  ],
  [
    'dequeue',
    refusal(400, 40140),
    'pending',
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 400 (40140). This depends on the task, so no value in the form can help. Choose another action.',
  ],
  [
    'conference',
    refusal(400, 40148),
    'pending',
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 400 (40148). This depends on the task, so no value in the form can help. Choose another action.',
  ],
  [
    'conference',
    refusal(400, 40136),
    'pending',
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 400 (40136). Check what changed, then try again.',
  ],
  [
    'conference',
    refusal(400, 40137),
    'pending',
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 400 (40137). Correct the values, then try again.',
  ],
  [
    'conference',
    refusal(400, 40147),
    'pending',
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 400 (40147). Correct the values, then try again.',
  ],
  [
    'conference',
    refusal(400, 40199),
    'pending',
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 400 (40199). The response says why.',
  ],
  [
    'conference',
    refusal(400, 40199, ''),
    'pending',
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 400 (40199). Try again.',
  ],
  [
    'accept',
    refusal(401, 20003),
    undefined,
    'The local TaskRouter at 127.0.0.1:4010 does not accept these credentials (20003). Run Enter Secret Again for this account, then try again.',
  ],
  [
    'accept',
    refusal(403, 20403),
    undefined,
    'These credentials do not have permission (20403). A restricted API key needs permission to update Workspaces › Tasks in TaskRouter.',
  ],
  ['accept', refusal(404, 20404), undefined, 'Not found (20404). Choose another reservation.'],
  [
    'accept',
    refusal(405, 20004, ''),
    undefined,
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 405 (20004). Try again.',
  ],
  [
    'accept',
    refusal(409, 20409),
    'pending',
    'Somebody else changed this in the meantime (20409). Check what changed, then try again.',
  ],
  [
    'accept',
    refusal(409, 20409),
    'rescinded',
    'Somebody else changed this in the meantime (20409). The status is now rescinded. Choose another reservation.',
  ],
  [
    'accept',
    refusal(410, 20001),
    undefined,
    'The local TaskRouter at 127.0.0.1:4010 rejected the request with HTTP 410 (20001). Choose another reservation.',
  ],
  [
    'accept',
    refusal(412, 20412),
    'pending',
    'Somebody else changed this in the meantime (20412). Check what changed, then try again.',
  ],
  [
    'accept',
    refusal(429, 20429),
    undefined,
    'Too many requests (20429). Nothing was done. Wait a moment, then try again.',
  ],
  [
    'accept',
    new ConnectionError(line, 'ENOTFOUND'),
    undefined,
    'The host name of TaskRouter could not be resolved. Check the network connection and VS Code’s proxy setting, then try again.',
  ],
];

describe('an update that was not done', () => {
  for (const [name, error, now, text] of refusals) {
    const of = error instanceof ApiError ? `${error.status} ${error.code}` : error.code;
    it(`${name}, ${of}, then ${now ?? 'not read'}: says what happened and what can work`, () => {
      const outcome = refused(updateOf(name), error, now === undefined ? undefined : row(now));
      assert.equal(outcome.details[0], text);
      assert.equal(outcome.kind, 'not done');
      assertSaidOnce(outcome);
    });
  }

  it('is not to be tried again when the reservation has ended, whatever the error', () => {
    for (const status of [400, 405, 409, 410, 412, 413, 422])
      for (const code of [20001, 20004, 20409, 40114, 40137])
        for (const now of reservationStatuses)
          for (const name of ['accept', 'reject', 'conference'] as const) {
            const error = refusal(status, code);
            if (outcomeOfFailure(error) !== 'not done') continue;
            const outcome = refused(updateOf(name), error, row(now));
            const text = outcome.details[0]!;
            assert.equal(
              /try again|Correct|says why/.test(text),
              now === 'pending' && status !== 410,
              `${status} ${now}: ${text}`,
            );
            assertSaidOnce(outcome);
          }
  });

  it('because its subject changed: names the change, and what can work', () => {
    const because = (name: InstructionName, from: string, now: ReturnType<typeof row>) =>
      outdated(updateOf(name, from), now).details;
    assert.deepEqual(because('reject', 'pending', row('timeout')), [
      'Nothing was sent: the status just changed from pending to timeout. Choose another reservation.',
    ]);
    assert.deepEqual(because('reject', 'pending', row('accepted')), [
      'Nothing was sent: the status just changed from pending to accepted. Choose another action.',
    ]);
    assert.deepEqual(because('complete', 'accepted', row('wrapping')), [
      'Nothing was sent: the status just changed from accepted to wrapping. Check what changed, then try again.',
    ]);
    assert.deepEqual(because('accept', 'pending', row('pending', '2026-01-01T00:00:09Z')), [
      'Nothing was sent: these fields just changed: date_updated. Check what changed, then try again.',
    ]);
    assert.deepEqual(because('accept', 'pending', row('pending')), [
      'Nothing was sent: there is a newer version. Check what changed, then try again.',
    ]);
  });
});

describe('an update whose outcome is unknown', () => {
  const what = 'No response.';
  it('names who may be calling', () => {
    const call = { title: 'Call', risk: 'call' } as const;
    for (const [server, name] of [
      ['https://taskrouter.twilio.com', 'Twilio'],
      ['http://127.0.0.1:4010', 'The local TaskRouter at 127.0.0.1:4010'],
      ['simulator', 'The simulator'],
    ] as const) {
      assert.deepEqual(unknownOutcome(call, what, { server }).details, [
        what,
        `${name} may already be calling. Sending again can place a second call. Refresh before you send again.`,
      ]);
    }
  });

  it('is not to be sent again once it cannot work any more', () => {
    const next = (name: InstructionName, now: string) =>
      changedOutcome(updateOf(name), what, row(now)).details[1];
    assert.match(next('accept', 'accepted')!, /Do not send it again\.$/);
    assert.match(
      changedOutcome(updateOf('complete', 'accepted'), what, row('wrapping')).details[1]!,
      /Check it/,
    );
  });

  it('names the value that is there, and whether the request can have caused it', () => {
    const shown = { sid: sid('WT'), assignment_status: 'pending', priority: 3 };
    const task = {
      collection: tasks,
      sids: [sid('WS'), sid('WT')],
      shown,
      name: 'Rosa Hazel',
      nameOf: String,
    };
    const outcome = (now: object) => changedOutcome(setPriority(task, 5), what, { ...shown, ...now });
    const headline = (now: object) => inEnglish(outcome(now).headline);
    assert.equal(headline({ priority: 5 }), 'Set Priority: no clear response. The priority is now 5.');
    assert.equal(
      headline({ priority: 5, assignment_status: 'reserved' }),
      'Set Priority: no clear response. The priority is now 5.',
    );
    assert.equal(headline({ priority: 9 }), 'Set Priority: no clear response. The priority is now 9.');
    assert.equal(
      headline({ assignment_status: 'canceled' }),
      'Set Priority: no clear response, but the status is now canceled.',
    );
    const may = 'Your request or somebody else’s may have caused this. Check it before you send again.';
    assert.equal(outcome({ priority: 5 }).details[1], may);
    const cannot = 'Your request could not have caused this.';
    assert.equal(outcome({ priority: 9 }).details[1], `${cannot} Check it before you send again.`);
    assert.equal(outcome({ assignment_status: 'canceled' }).details[1], `${cannot} Do not send it again.`);
  });
});
