import assert from 'node:assert/strict';
import { createSimulator, manualClock } from '../../../src/simulator/simulator';
import type { Scenario, SimulatorOptions } from '../../../src/simulator/simulator';
import { driverOf, quiet } from '../driver';
import type { Answer } from '../driver';

const figures = ({ status, header }: Answer) => [
  status,
  ...['Twilio-Concurrent-Requests', 'X-Rate-Limit-Limit', 'X-Rate-Limit-Remaining'].map((name) =>
    Number(header(name)),
  ),
];

function slow(options: SimulatorOptions = {}, scenario: Partial<Scenario> = {}) {
  const clock = manualClock();
  const simulator = createSimulator({
    clock,
    scenario: { ...quiet(), ...scenario },
    latency: 100,
    ...options,
  });
  return { clock, simulator, ...driverOf(simulator) };
}

describe('concurrency', () => {
  it('is reported, and refused with 429 above the limit, at once and without effect', async () => {
    const { clock, send } = slow({ concurrency: 3 });
    const all = [1, 2, 3, 4, 5].map(() => send('GET', '/v1/Workspaces'));
    const [fourth, fifth] = await Promise.all(all.slice(3));
    assert.deepEqual(figures(fourth!), [429, 4, 3, 0]);
    assert.deepEqual(fourth!.json, {
      code: 20429,
      message: 'Too Many Requests',
      more_info: 'https://www.twilio.com/docs/errors/20429',
      status: 429,
    });
    assert.equal(fifth!.status, 429);
    assert.equal(fourth!.header('Retry-After'), null);
    clock.advance(100);
    assert.deepEqual((await Promise.all(all.slice(0, 3))).map(figures), [
      [200, 1, 3, 2],
      [200, 2, 3, 1],
      [200, 3, 3, 0],
    ]);
    const again = send('GET', '/v1/Workspaces');
    clock.advance(100);
    assert.deepEqual(figures(await again), [200, 1, 3, 2]);
  });

  it('says how long to wait if the scenario says so', async () => {
    const { clock, send, simulator } = slow({}, { concurrency: 1, retryAfter: 7 });
    const first = send('GET', '/v1/Workspaces');
    assert.equal((await send('GET', '/v1/Workspaces')).header('Retry-After'), '7');
    clock.advance(100);
    assert.equal((await first).status, 200);
    assert.deepEqual(
      simulator.requests.map(({ status, carriedOut }) => [status, carriedOut]),
      [
        [200, true],
        [429, false],
      ],
    );
  });

  it('is 100 by default, and aborted requests free their slots', async () => {
    const { clock, simulator } = slow();
    const before = clock.waiting;
    const fetch = (signal?: AbortSignal) =>
      simulator.fetch('https://taskrouter.twilio.com/v1/Workspaces', {
        method: 'GET',
        headers: {},
        redirect: 'manual',
        ...(signal ? { signal } : {}),
      });
    const aborts = Array.from({ length: 100 }, () => new AbortController());
    const all = aborts.map(({ signal }) => fetch(signal));
    assert.equal((await fetch()).status, 429);
    for (const abort of aborts) abort.abort();
    assert.ok((await Promise.allSettled(all)).every(({ status }) => status === 'rejected'));
    const next = fetch();
    clock.advance(100);
    assert.equal((await next).status, 401);
    assert.equal(clock.waiting, before);
  });

  it('counts over a socket until the response was sent', async () => {
    const { clock, simulator } = slow({ concurrency: 1 });
    const { url } = await simulator.listen();
    const ask = async () => {
      const response = await fetch(`${url}/v1/Workspaces`);
      await response.text();
      return response.status;
    };
    const first = ask();
    while (simulator.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await ask(), 429);
    clock.advance(100);
    assert.equal(await first, 401);
    const next = ask();
    while (simulator.requests.length < 3) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(100);
    assert.equal(await next, 401, 'the place is free again');
    simulator.stop();
  });

  it('derives latency from the seed, by the network’s clock', async () => {
    const network = manualClock();
    const { clock, send } = slow({ latency: [10, 500], network });
    const started = network.now();
    const times: number[] = [];
    const all = [1, 2, 3].map(() =>
      send('GET', '/v1/Workspaces').then(() => times.push(network.now() - started)),
    );
    clock.advance(10_000);
    assert.deepEqual(times, []);
    for (let i = 0; i < 50; i++) {
      network.advance(10);
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    }
    await Promise.all(all);
    assert.equal(new Set(times).size, 3);
  });
});
