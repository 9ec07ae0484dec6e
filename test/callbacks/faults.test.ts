import { strict as assert } from 'node:assert';
import { assignmentParameters } from '../../src/callbacks/assignment';
import { assignmentTimeout, decisiveAnswer, deliverAssignment } from '../../src/callbacks/deliver';
import { inEnglish } from '../../src/taskrouter/message';
import { manualClock } from '../../src/simulator/simulator';
import { assignment, json, serveApplication } from './application';
import { faults } from './applicationFaults';

const parameters = assignmentParameters(assignment);
const accept = json({ instruction: 'accept' });

describe('the callback of an assignment to an application with a fault', () => {
  let fallback: Awaited<ReturnType<typeof serveApplication>>;
  before(async () => (fallback = await serveApplication(accept)));
  after(() => fallback.close());

  const deliver = (url: string, more: Parameters<typeof deliverAssignment>[2] = {}, second?: string) =>
    deliverAssignment(
      { url, ...(second === undefined ? {} : { fallback: { url: second } }) },
      parameters,
      more,
    );

  for (const [name, { application, failure, says }] of Object.entries(faults)) {
    it(`${name}: falls back, and cancels the reservation without a fallback`, async () => {
      const { url, close } = await serveApplication(application);
      try {
        const alone = await deliver(url);
        assert.equal(alone.attempts.length, 1);
        assert.equal(alone.attempts[0]!.failure, failure);
        assert.equal(decisiveAnswer(alone).consequence, 'cancels the reservation');
        assert.match(inEnglish(decisiveAnswer(alone).problems[0]!.message), says);
        const both = await deliver(url, {}, fallback.url);
        assert.deepEqual(
          both.answers.map(({ consequence }) => consequence),
          ['falls back', 'applies'],
        );
        const neither = await deliver(url, {}, url);
        assert.equal(decisiveAnswer(neither).consequence, 'cancels the reservation');
      } finally {
        await close();
      }
    });
  }

  it('refused: falls back', async () => {
    const { url, close } = await serveApplication(accept);
    await close();
    const { attempts, answers } = await deliver(url, {}, fallback.url);
    assert.equal(attempts[0]!.failure, 'refused');
    assert.deepEqual(
      answers.map(({ consequence }) => consequence),
      ['falls back', 'applies'],
    );
  });

  it('slow: an answer after 4.9 seconds counts, and none after 5 seconds', async () => {
    const clock = manualClock();
    let answer = () => undefined as void;
    let asked = () => undefined as void;
    const arrived = () => new Promise<void>((resolve) => (asked = resolve));
    const { url, close } = await serveApplication((request, response) => {
      answer = () => accept(request, response);
      asked();
    });
    const inTime = deliver(url, { clock });
    await arrived();
    clock.advance(assignmentTimeout - 100);
    answer();
    const [attempt] = (await inTime).attempts;
    assert.equal(attempt!.milliseconds, 4900);
    assert.equal(attempt!.failure, undefined);

    const late = deliver(url, { clock });
    await arrived();
    clock.advance(assignmentTimeout);
    const [given] = (await late).attempts;
    assert.equal(given!.failure, 'timed out');
    assert.equal(given!.milliseconds, 5000);
    assert.equal(clock.waiting, 0);
    await close();
  });

  it('a body that trickles in: is over after 5 seconds', async () => {
    const clock = manualClock();
    let begun = () => undefined as void;
    const started = new Promise<void>((resolve) => (begun = resolve));
    const { url, close } = await serveApplication((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.write('{"instruction"', () => begun());
    });
    const delivery = deliver(url, { clock });
    await started;
    clock.advance(assignmentTimeout);
    const { attempts } = await delivery;
    assert.equal(attempts[0]!.failure, 'timed out');
    await close();
  });

  it('a body that breaks off: what came is shown', async () => {
    const { url, close } = await serveApplication(faults['half a body']!.application);
    const { attempts } = await deliver(url);
    assert.equal(attempts[0]!.response!.body, '{"instruction":');
    await close();
  });

  it('the clean case: parameters as documented, in their order, and the answer applies', async () => {
    const { url, close } = await serveApplication(accept);
    const { attempts, answers } = await deliver(url);
    assert.deepEqual(attempts[0]!.parameters, parameters);
    assert.deepEqual(answers[0], { consequence: 'applies', instruction: 'accept', args: {}, problems: [] });
    assert.equal(attempts[0]!.response!.status, 200);
    assert.equal(attempts[0]!.signature, undefined);
    await close();
  });
});

// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks#assignment-callback-parameters
it('the parameters of an assignment callback are those that Twilio documents, in their order', () => {
  assert.deepEqual(
    parameters.map(([name]) => name).join(' '),
    'Timestamp AccountSid WorkspaceSid WorkflowSid TaskQueueSid WorkerSid WorkerAttributes TaskSid TaskAttributes ' +
      'TaskAge TaskPriority ReservationSid',
  );
  assert.equal(parameters[0]![1], '2026-01-05T09:00:00Z');
});
