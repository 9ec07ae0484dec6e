import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { FaultPlan } from '../../../src/simulator/faults/faultPlan';
import { Faults } from '../../../src/simulator/faults/faults';
import type { ApiResponse } from '../../../src/simulator/protocol/messages';
import { RequestPipeline } from '../../../src/simulator/server/requestPipeline';
import { requestListener } from '../../../src/simulator/server/requestListener';
import { serve } from '../../../src/simulator/server/server';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';

const request = {
  method: 'GET',
  origin: 'http://127.0.0.1',
  path: '/v1/Workspaces',
  query: [],
  body: [],
  header: () => undefined,
};
const list = {
  meta: { key: 'workspaces', url: 'http://127.0.0.1/v1/Workspaces' },
  workspaces: [{ sid: 'WS' }],
};
const ok: ApiResponse = { status: 200, headers: {}, body: JSON.stringify(list) };

/** What the API may do, and whether the pipeline must answer 500. */
const behaviours: Record<string, () => ApiResponse> = {
  answers: () => ok,
  'throws an error': () => {
    throw new RangeError('Maximum call stack size exceeded');
  },
  'throws no error': () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- whatever is thrown
    throw undefined;
  },
  'answers what a fault cannot read': () => ({ ...ok, body: 'not JSON' }),
};

/** Each way through the pipeline: at once or later, before or after a fault. */
const ways: readonly (FaultPlan | undefined)[] = [
  undefined,
  { do: 'wait', ms: 10 },
  { do: 'wait', ms: 10, carriedOut: true },
  { do: 'refuse', status: 503 },
  { do: 'refuse', status: 503, carriedOut: true },
  { do: 'reset', carriedOut: true },
  { do: 'stall', after: 'half' },
  { do: 'truncate' },
  { do: 'malform' },
  { do: 'nextPage', as: 'foreign' },
  { do: 'stale' },
  { do: 'drift', set: { status: 'odd' } },
];

const limit = 3;
function pipelineWith(respond: () => ApiResponse, faults: readonly FaultPlan[], latency = 0) {
  const clock = manualClock();
  const injected = new Faults(1, clock, clock);
  injected.add(...faults);
  const errors: unknown[] = [];
  const pipeline = new RequestPipeline({
    concurrency: limit,
    latency,
    seed: 1,
    now: () => clock.now(),
    requestSid: () => 'RQ',
    respond: () => respond(),
    faults: injected,
    onError: (error) => errors.push(error),
  });
  return { clock, pipeline, errors };
}

describe('an error in the handling of a request', () => {
  for (const [behaviour, respond] of Object.entries(behaviours)) {
    for (const fault of ways) {
      for (const latency of [0, 5]) {
        it(`frees its slot if the API ${behaviour}, with ${JSON.stringify(fault)} and ${latency} ms`, async () => {
          const { pipeline, clock, errors } = pipelineWith(respond, fault ? [fault] : [], latency);
          for (let i = 0; i < limit + 1; i++) {
            const { delivery, release } = pipeline.handle(request);
            const settled = Promise.resolve(delivery);
            clock.advance(5);
            await Promise.resolve();
            await Promise.resolve();
            clock.advance(10);
            const { status, body } = await settled;
            assert.notEqual(status, 429);
            if (errors.length > i) {
              assert.equal(status, 500);
              assert.equal((JSON.parse(String(body)) as { code: number }).code, 20500);
            }
            release();
            release();
          }
        });
      }
    }
  }

  it('frees exactly the slots that were taken, in any mix', async () => {
    const step = fc.record({ throws: fc.boolean(), releases: fc.nat(2), fault: fc.constantFrom(...ways) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        let throws = false;
        const { pipeline, clock } = pipelineWith(() => {
          if (throws) throw new Error('broken');
          return ok;
        }, [{ do: 'refuse', status: 503, chance: 0.2 }]);
        const held: (() => void)[] = [];
        for (const one of steps) {
          throws = one.throws;
          const { delivery, release } = pipeline.handle(request);
          const { status } = await delivery;
          if (status === 429) assert.equal(held.length, limit);
          else if (one.releases === 0) held.push(release);
          for (let i = 0; i < one.releases; i++) release();
        }
        clock.advance(1);
        for (const release of held) release();
        throws = false;
        const { delivery } = pipeline.handle(request);
        assert.equal((await delivery).headers['twilio-concurrent-requests'] ?? '1', '1');
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it('ends in a 500 over a socket too, and the next requests are answered', async () => {
    let broken = true;
    const { pipeline, errors } = pipelineWith(() => {
      if (broken) throw new Error('broken');
      return ok;
    }, []);
    const server = await serve(0, { pipeline });
    const get = async () => {
      const response = await fetch(`${server.url}/v1/Workspaces`);
      await response.arrayBuffer();
      return response.status;
    };
    try {
      for (let i = 0; i < 10; i++) assert.equal(await get(), 500);
      assert.equal(errors.length, 10);
      broken = false;
      assert.equal(await get(), 200);
    } finally {
      await server.close();
    }
  });

  it('ends in a 500 when a fault names a header that HTTP does not allow', async () => {
    const simulator = createSimulator({
      clock: manualClock(),
      faults: [{ do: 'portal', type: 'text/html\r\nX: y' }],
    });
    const { url } = await simulator.listen();
    for (let i = 0; i < 3; i++) assert.equal((await fetch(`${url}/v1/Workspaces`)).status, 500);
    simulator.stop();
  });

  it('frees the slot of a client that disconnected while its body was read', async () => {
    const { pipeline } = pipelineWith(() => ok, []);
    const body = Object.assign(Readable.from([Buffer.from('FriendlyName=a')]), {
      method: 'POST',
      url: '/v1/Workspaces',
      headers: {},
    }) as unknown as IncomingMessage;
    const nothing = () => undefined;
    const response = Object.assign(new EventEmitter(), { closed: true, writeHead: nothing, end: nothing });
    requestListener({ pipeline, originOf: () => 'http://127.0.0.1' })(
      body,
      response as unknown as ServerResponse,
    );
    while (pipeline.requests.length === 0) await new Promise(setImmediate);
    const { delivery } = pipeline.handle(request);
    assert.equal((await delivery).headers['twilio-concurrent-requests'], '1');
  });
});
