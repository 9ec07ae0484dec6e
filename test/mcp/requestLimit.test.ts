import assert from 'node:assert/strict';
import { MinuteLimit } from '../../src/mcp/requestLimit';
import { requestsPerMinute } from '../../src/cli/mcp';
import { ToolError } from '../../src/tools/tool';
import { settings } from '../../src/extension/contributions';

const exchange = { method: 'GET', path: '/v1/Workspaces', milliseconds: 1, attempt: 1 } as const;

/** A limit whose time goes on when something waits. */
function stage(perMinute: number) {
  let now = 0;
  const waits: number[] = [];
  const limit = new MinuteLimit({
    perMinute,
    onWait: (milliseconds) => void waits.push(milliseconds),
    now: () => now,
    wait: (milliseconds, signal) => {
      signal?.throwIfAborted();
      now += milliseconds;
      return Promise.resolve();
    },
  });
  return { limit, waits, at: () => now, advance: (milliseconds: number) => (now += milliseconds) };
}

describe('the request limit of the MCP server', () => {
  it('is that of the extension', () => {
    const { type, ...range } = settings['taskrouter.requestsPerMinute'];
    assert.deepEqual([type, range], ['integer', requestsPerMinute]);
  });

  it('delays what is above it until a minute has passed, and counts what left', async () => {
    const { limit, waits, at, advance } = stage(3);
    for (let i = 0; i < 3; i++) (await limit.admit({})).leave();
    assert.deepEqual([limit.lastMinute, at()], [3, 0]);
    assert.equal(limit.tryAdmit(), undefined);
    advance(30_000);
    (await limit.admit({})).leave();
    assert.deepEqual([at(), waits], [61_000, [31_000]]);
    assert.equal(limit.lastMinute, 1);
  });

  it('counts no request that was not sent', async () => {
    const { limit } = stage(1);
    (await limit.admit({})).cancel();
    assert.equal(limit.lastMinute, 0);
    assert.ok(limit.tryAdmit());
  });

  it('ends the wait of a request that nobody wants any more', async () => {
    const { limit, at } = stage(1);
    await limit.admit({});
    await assert.rejects(limit.admit({}, AbortSignal.abort()));
    assert.deepEqual([limit.lastMinute, at()], [1, 0]);
  });

  it('pauses as Twilio asks, for five minutes at most', async () => {
    for (const [answer, paused] of [
      [{ status: 200 }, 0],
      [{ status: 429 }, 10_000],
      [{ status: 503, retryAfter: 20 }, 20_000],
      [{ status: 429, retryAfter: 0 }, 1000],
    ] as const) {
      const { limit, at } = stage(10);
      limit.observe({ ...exchange, ...answer });
      await limit.admit({});
      assert.equal(at(), paused, JSON.stringify(answer));
    }
    const { limit, advance } = stage(10);
    limit.observe({ ...exchange, status: 429, retryAfter: 9000 });
    advance(290_000);
    await limit.admit({});
  });

  it('says when to come back instead of keeping a client waiting for longer than it does', async () => {
    const { limit, at } = stage(1);
    await limit.admit({});
    await assert.rejects(limit.admit({}), (error) => {
      assert.ok(error instanceof ToolError);
      assert.match(JSON.stringify(error.answer), /limit of 1 requests per minute is reached\. .* in 61 s\./);
      return true;
    });
    limit.observe({ ...exchange, status: 429, retryAfter: 120 });
    await assert.rejects(limit.admit({}), ToolError);
    assert.equal(at(), 0);
  });
});
