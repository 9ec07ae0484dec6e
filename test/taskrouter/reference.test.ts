import { strict as assert } from 'node:assert';
import { readRow } from '../../src/taskrouter/client';
import type { Row } from '../../src/taskrouter/client';
import { instructionNamed } from '../../src/taskrouter/instructions';
import type { InstructionName } from '../../src/taskrouter/instructions';
import { taskReservations, tasks, workerReservations } from '../../src/taskrouter/resources';
import type { Collection } from '../../src/taskrouter/resources';
import { updateReservationRequest } from '../../src/taskrouter/update';
import type { Arguments } from '../../src/taskrouter/update';
import { clientOf, closeServers, json, serve, wk, wr, ws, wt } from './loopback';
import * as answers from './referenceAnswers';

describe('the responses of the reference pages', () => {
  afterEach(closeServers);

  const fetched = async (collection: Collection, answer: unknown): Promise<Row> => {
    const { origin } = await serve(json(answer));
    const parent = collection === workerReservations ? wk : wt;
    const sids = collection === tasks ? [ws, wt] : [ws, parent, wr];
    return (await clientOf(origin).fetch(collection, sids)).row;
  };

  const listed = async (collection: typeof taskReservations | typeof workerReservations, answer: unknown) => {
    const { origin } = await serve(json(answer));
    return clientOf(origin).list(collection, [ws, collection === taskReservations ? wt : wk]);
  };

  it('a placeholder reservation', async () => {
    const row = await fetched(taskReservations, answers.placeholderReservation);
    assert.deepEqual(readRow(taskReservations, row), {
      ...answers.placeholderReservation,
      date_created: new Date('2023-05-04T09:42:00Z'),
      date_updated: new Date('2023-05-04T09:42:00Z'),
    });
  });

  it('a placeholder task whose attributes are not JSON', async () => {
    const row = await fetched(tasks, answers.placeholderTask);
    assert.deepEqual(readRow(tasks, row), {
      ...answers.placeholderTask,
      date_created: new Date('2023-05-04T09:42:00Z'),
      date_updated: new Date('2023-05-04T09:42:00Z'),
      task_queue_entered_date: new Date('2023-05-04T09:42:00Z'),
    });
  });

  for (const collection of [taskReservations, workerReservations]) {
    it(`a placeholder list of ${collection.path[1]}’ reservations, whose next page is nowhere`, async () => {
      const page = await listed(collection, answers.placeholderList);
      assert.equal(page.rows.length, 1);
      assert.ok(readRow(collection, page.rows[0]!));
      assert.equal(page.nextPageToken, undefined);
      assert.equal(page.cutShort?.fault, 'foreign-page');
    });
  }

  for (const [name, answer] of [
    ['a task’s reservation', answers.taskReservation],
    ['what a conference instruction answers', answers.conferenceAnswer],
    ['a worker’s accepted reservation', answers.workerReservation('accepted')],
    ['a worker’s rejected reservation', answers.workerReservation('rejected')],
  ] as const) {
    it(`${name}, with fields that are not in the schema`, async () => {
      const collection = 'attention' in answer ? workerReservations : taskReservations;
      const row = await fetched(collection, answer);
      assert.deepEqual(row, answer);
      assert.deepEqual(readRow(collection, row), {
        ...answer,
        date_created: new Date(answer.date_created),
        date_updated: new Date(answer.date_updated),
      });
    });
  }

  for (const [collection, answer] of [
    [taskReservations, answers.taskReservationList],
    [workerReservations, answers.workerReservationList],
  ] as const) {
    it(`a list of ${collection.path[1]}’ reservations`, async () => {
      assert.deepEqual(await listed(collection, answer), { rows: answer.reservations, unreadable: 0 });
    });
  }
});

describe('the requests of the reference pages', () => {
  /** The sample's -d options are what we send, in its order. */
  const sends = (name: InstructionName, args: Arguments, sample: readonly string[], through = wt) =>
    it(`${name} through the ${through === wt ? 'task' : 'worker'}`, () => {
      const address = { workspaceSid: ws, parentSid: through, sid: wr };
      const request = updateReservationRequest(address, instructionNamed(name), args);
      const parent = through === wt ? 'Tasks' : 'Workers';
      assert.equal(request.method, 'POST');
      assert.equal(request.path, `/v1/Workspaces/${ws}/${parent}/${through}/Reservations/${wr}`);
      assert.deepEqual(request.query, []);
      assert.deepEqual(
        request.body!.map((pair) => pair.join('=')),
        sample,
      );
    });

  sends('accept', {}, ['ReservationStatus=accepted']);
  sends('reject', {}, ['ReservationStatus=rejected']);
  sends(
    'conference',
    {
      from: '+18001231234',
      conferenceStatusCallback: 'https://www.example.com/ConferenceEvents',
      conferenceStatusCallbackEvent: ['start', 'end', 'join', 'leave', 'mute', 'hold'],
    },
    [
      'Instruction=conference',
      'From=+18001231234',
      'ConferenceStatusCallback=https://www.example.com/ConferenceEvents',
      ...['start', 'end', 'join', 'leave', 'mute', 'hold'].map((e) => `ConferenceStatusCallbackEvent=${e}`),
    ],
  );
  sends('dequeue', { dequeueFrom: '+18001231234' }, ['Instruction=dequeue', 'DequeueFrom=+18001231234']);
  const call = {
    callAccept: true,
    callFrom: '+15558675310',
    callStatusCallbackUrl: 'http://example.com/agent_answer_status_callback',
    callUrl: 'http://example.com/agent_answer',
  };
  const callSample = [
    'Instruction=call',
    'CallFrom=+15558675310',
    'CallUrl=http://example.com/agent_answer',
    'CallStatusCallbackUrl=http://example.com/agent_answer_status_callback',
    'CallAccept=true',
  ];
  sends('call', call, callSample);
  // The page writes Instruction=Redirect and the Call SID CA123456789; official code writes it in lower case,
  // and that SID is none.
  const callSid = 'CA' + '123456789abcdef0'.repeat(2);
  sends('redirect', { redirectCallSid: callSid, redirectUrl: 'http://example.com/assignment_redirect' }, [
    'Instruction=redirect',
    `RedirectCallSid=${callSid}`,
    'RedirectUrl=http://example.com/assignment_redirect',
  ]);

  sends('accept', {}, ['ReservationStatus=accepted'], wk);
  sends('reject', {}, ['ReservationStatus=rejected'], wk);
  sends('dequeue', { dequeueFrom: '+18001231234' }, ['Instruction=dequeue', 'DequeueFrom=+18001231234'], wk);
  sends('call', call, callSample, wk);
});
