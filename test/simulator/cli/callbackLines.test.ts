import { strict as assert } from 'node:assert';
import { assignmentParameters } from '../../../src/callbacks/assignment';
import { deliverAssignment } from '../../../src/callbacks/deliver';
import { callbackLines } from '../../../src/simulator/cli/callbackLines';
import { assignment, json, serveApplication } from '../../callbacks/application';

/** What the simulator prints about a callback, without the port and the time. */
async function linesOf(answer: unknown, fallback?: unknown, more: { pause?: number } = {}) {
  const { url, close } = await serveApplication((request, response) => {
    if (fallback === undefined || request.url === '/fallback')
      return json(request.url === '/fallback' ? fallback : answer)(request, response);
    response.writeHead(500).end();
  });
  const target = {
    url: `${url}/first`,
    ...(fallback !== undefined && { fallback: { url: `${url}/fallback` } }),
  };
  const delivery = await deliverAssignment(target, assignmentParameters(assignment));
  await close();
  const { workspaceSid, taskSid, reservationSid } = assignment;
  const sids = { workspaceSid, taskSid, reservationSid };
  const lines = callbackLines({ kind: 'assignment', ...sids, delivery, status: 'accepted', ...more });
  return lines.map((line) => line.replace(/http:\S+?(?=\/\w+ )/, '').replace(/\d+ ms/, 'N ms'));
}

describe('the simulator’s line about a callback', () => {
  it('says what came of the first URL, too, when the fallback answered', async () => {
    assert.deepEqual(await linesOf({}, { instruction: 'accept' }), [
      'callback POST /first 500 N ms → the fallback is called | The status is 500. TaskRouter expects 200.',
      'callback POST /fallback 200 N ms → accepted',
    ]);
  });

  it('says that the next one waits', async () => {
    const lines = await linesOf({ instruction: 'accept' }, undefined, { pause: 4 });
    assert.deepEqual(lines.slice(1), [
      'The last 10 callbacks failed or rejected. The next one is sent in 4 s.',
    ]);
  });

  it('is of one line and of a length that can be read, whatever comes back', async () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
    const [line] = await linesOf({ instruction: 'accept', ...many });
    assert.match(line!, / → accepted \| k0: .+ \| k4: Not a parameter of accept\. \| \d+ more$/);
    const [long] = await linesOf({ instruction: `\u001b[31m\n${'x'.repeat(60_000)}` });
    assert.ok(long!.length < 1100);
    assert.doesNotMatch(long!, /\p{C}/u);
  });
});
