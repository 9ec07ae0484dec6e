import { strict as assert } from 'node:assert';
import { promises as dns } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import nodeFetch from 'node-fetch';

/** What test/safety/egress.cjs leaves in each process. */
const guard = (globalThis as unknown as Record<symbol, { instead?: (what: string) => void } | undefined>)[
  Symbol.for('taskrouter.egress')
];

const failing = (emitter: { on(event: 'error', fail: (error: Error) => void): unknown }) =>
  new Promise((_resolve, reject) => emitter.on('error', reject));

/** VS Code puts its own proxy and certificate handling in front of some of these. */
const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  'node-fetch, as the extension has it': () => nodeFetch('https://taskrouter.twilio.com/v1/Workspaces'),
  'the global fetch': () => fetch('https://taskrouter.twilio.com/v1/Workspaces'),
  https: () => failing(https.get('https://192.0.2.1/')),
  http: () => failing(http.get('http://example.invalid/')),
  'a socket': () => failing(net.connect(443, 'example.invalid')),
  'a look-up': () => dns.lookup('example.invalid'),
};

describe('inside VS Code no connection leaves this machine', () => {
  it('because the guard is active', () => assert.ok(guard));

  for (const [name, way] of Object.entries(ways)) {
    it(`by ${name}`, async () => {
      const told: string[] = [];
      guard!.instead = (what) => told.push(what);
      try {
        await assert.rejects(way);
      } finally {
        delete guard!.instead;
      }
      assert.equal(told.length, 1);
      assert.match(told[0]!, /taskrouter\.twilio\.com|192\.0\.2\.1|example\.invalid/);
    });
  }
});
