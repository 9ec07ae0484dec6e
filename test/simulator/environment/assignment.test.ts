import assert from 'node:assert/strict';
import { still, worker } from '../driver';
import type { Scenario } from '../../../src/simulator/simulator';

/** A task of a workflow with these callback URLs, for alice alone. */
async function assigned(urls: Record<string, string>, rest: Partial<Scenario> = {}) {
  const on = await still({ workers: [worker('alice')], tasks: [] }, rest);
  const [workflow] = await on.list(`${on.root}/Workflows`, 'workflows');
  await on.post(`${on.root}/Workflows/${workflow!.sid}`, urls);
  const { json } = await on.post(`${on.root}/Tasks`, {
    TaskChannel: 'voice',
    Attributes: '{"call_sid":"CA1","from":"+12125550101"}',
  });
  const reservations = `${on.root}/Tasks/${String(json['sid'])}/Reservations`;
  const statuses = async () =>
    (await on.list(reservations, 'reservations')).map((row) => row['reservation_status']);
  const first = async () => `${reservations}/${(await on.list(reservations, 'reservations'))[0]!.sid}`;
  return { ...on, statuses, first };
}

// https://www.twilio.com/docs/taskrouter/api/workflow and …/handle-assignment-callbacks
describe('an assignment callback', () => {
  const url = 'http://127.0.0.1:9/assign';
  const fallback = 'http://127.0.0.1:9/fallback';

  it('without a response cancels the reservation, and the task is offered again', async () => {
    const { statuses, seconds, simulator, workerNamed } = await assigned({ AssignmentCallbackUrl: url });
    assert.deepEqual(await statuses(), ['pending']);
    const [callback] = simulator.callbacks;
    assert.deepEqual([callback?.method, callback?.url], ['POST', url]);
    assert.match(callback!.parameters['ReservationSid']!, /^WR/);
    seconds(4.9);
    assert.deepEqual(await statuses(), ['pending']);
    seconds(0.1);
    assert.deepEqual(await statuses(), ['canceled', 'pending']);
    assert.equal((await workerNamed('alice'))['activity_name'], 'Available');
  });

  it('has a fallback with its own timeout of five seconds', async () => {
    const { statuses, seconds, simulator } = await assigned({
      AssignmentCallbackUrl: url,
      FallbackAssignmentCallbackUrl: fallback,
    });
    seconds(9.9);
    assert.deepEqual(await statuses(), ['pending']);
    seconds(0.1);
    assert.deepEqual(await statuses(), ['canceled', 'pending']);
    assert.deepEqual(
      simulator.callbacks.slice(0, 2).map((callback) => callback.url),
      [url, fallback],
    );
  });

  it('does not matter once the reservation is accepted or its worker is being called', async () => {
    const accepted = await assigned({ AssignmentCallbackUrl: url });
    await accepted.post(await accepted.first(), { ReservationStatus: 'accepted' });
    accepted.seconds(20);
    assert.deepEqual(await accepted.statuses(), ['accepted']);
    const called = await assigned({ AssignmentCallbackUrl: url });
    assert.equal((await called.post(await called.first(), { Instruction: 'conference' })).status, 200);
    called.seconds(20);
    assert.deepEqual(await called.statuses(), ['accepted']);
  });

  it('leaves the reservation pending if the scenario answers it, or if there is none', async () => {
    for (const [urls, rest] of [
      [{ AssignmentCallbackUrl: url }, { assignmentCallbacks: 'answered' }],
      [{ FallbackAssignmentCallbackUrl: fallback }, {}],
      [{}, {}],
    ] as const) {
      const { statuses, seconds } = await assigned(urls, rest);
      seconds(60);
      assert.deepEqual(await statuses(), ['pending']);
    }
  });
});
