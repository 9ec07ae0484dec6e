import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import type { Exchange } from '../../src/taskrouter/client';
import { isTaskRouterError, outcomeOfFailure } from '../../src/taskrouter/errors';
import type { TaskRouterError } from '../../src/taskrouter/errors';
import { instructionNamed } from '../../src/taskrouter/instructions';
import { updateReservationRequest } from '../../src/taskrouter/update';
import { canary, username, wr, ws, wt } from './loopback';

/** A password of the other kind: it goes out in the body. */
export const sipCanary = 'canary-sip-91b2-never-show-me';

const address = { workspaceSid: ws, parentSid: wt, sid: wr };

/** An update that rings somebody, with a secret in its body. */
export const conference = updateReservationRequest(address, instructionNamed('conference'), {
  to: '+15550100123',
  sipAuthPassword: sipCanary,
});

export const accept = updateReservationRequest(address, instructionNamed('accept'), {}, '"7"');

const secrets = [canary, sipCanary, Buffer.from(`${username}:${canary}`).toString('base64')];

/** Everything that anybody could print of this value holds no secret. */
export function assertClean(value: unknown): void {
  const printed = [
    inspect(value, { depth: Infinity, showHidden: true, getters: true, maxStringLength: Infinity }),
    JSON.stringify(value),
    String(value),
    value instanceof Error ? value.stack! + value.message : '',
  ].join('\n');
  for (const secret of secrets) assert.ok(!printed.includes(secret), 'a secret can be printed');
}

/** The error that this ends in: one of the three kinds, with no secret in it. */
export async function failureOf(promise: Promise<unknown>): Promise<TaskRouterError> {
  const error: unknown = await promise.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  if (!isTaskRouterError(error)) throw error;
  assertClean(error);
  return error;
}

/** A failure in one line: `ConnectionError ECONNRESET, unknown`. */
export function summary(error: TaskRouterError): string {
  const what =
    error.name === 'ConnectionError'
      ? error.code
      : error.name === 'ApiError'
        ? `${error.status}${error.code === undefined ? '' : ` (${error.code})`}`
        : `${error.status} ${error.fault}`;
  return `${error.name} ${what}, ${outcomeOfFailure(error)}`;
}

/** Collects what the client tells of its exchanges, and refuses one that holds a secret. */
export function collectExchanges(): { exchanges: Exchange[]; onExchange: (exchange: Exchange) => void } {
  const exchanges: Exchange[] = [];
  return {
    exchanges,
    onExchange(exchange) {
      assertClean(exchange);
      exchanges.push(exchange);
    },
  };
}

/**
 * While `body` runs, the client's timers come at once and are listed, in milliseconds; those of this
 * deadline, and those of Node's own sockets, run as they are.
 */
export async function withoutWaiting(deadline: number, body: () => Promise<void>): Promise<number[]> {
  const real = globalThis.setTimeout;
  const waits: number[] = [];
  const quick = (run: () => void, milliseconds = 0) => {
    if (milliseconds === deadline) return real(run, milliseconds);
    waits.push(milliseconds);
    return real(run, 0);
  };
  globalThis.setTimeout = quick as unknown as typeof setTimeout;
  try {
    await body();
  } finally {
    globalThis.setTimeout = real;
  }
  return waits;
}
