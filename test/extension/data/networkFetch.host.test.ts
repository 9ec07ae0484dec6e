import { strict as assert } from 'node:assert';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { networkFetch } from '../../../src/extension/data/networkFetch';
import { createClient } from '../../../src/taskrouter/client';
import { workspaces } from '../../../src/taskrouter/resources';

const username = `AC${'1'.repeat(32)}`;
const password = 'canary-of-the-proxy-71';

/** Undefined where this machine does not have the address: macOS has only 127.0.0.1 of its /8. */
async function listen(server: Server, address: string): Promise<number | undefined> {
  const isUp = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(0, address, () => resolve(true));
  });
  return isUp ? (server.address() as AddressInfo).port : undefined;
}

describe('when VS Code has a proxy', () => {
  const proxied: string[] = [];
  const proxy = createServer((request, response) => {
    proxied.push(`${request.url} ${request.headers.authorization ?? ''}`);
    response.writeHead(502).end();
  });
  const answer = () =>
    createServer((request, response) => {
      const basic = Buffer.from(`${username}:${password}`).toString('base64');
      response.setHeader('content-type', 'application/json');
      response.statusCode = request.headers.authorization === `Basic ${basic}` ? 200 : 401;
      response.end(JSON.stringify({ workspaces: [], meta: {} }));
    });
  const http = () => vscode.workspace.getConfiguration('http');
  const set = async (settings: Readonly<Record<string, unknown>>) => {
    for (const [name, value] of Object.entries(settings))
      await http().update(name, value, vscode.ConfigurationTarget.Global);
  };
  const servers: Server[] = [];
  let proxyUrl: string;

  before(async () => {
    proxyUrl = `http://127.0.0.1:${await listen(proxy, '127.0.0.1')}`;
  });
  after(async () => {
    await set({ proxy: undefined, proxySupport: undefined, noProxy: undefined, proxyStrictSSL: undefined });
    for (const server of [proxy, ...servers]) {
      server.closeAllConnections();
      server.close();
    }
  });

  for (const proxySupport of ['override', 'fallback', 'on', 'off']) {
    for (const [address, host] of [
      ['127.0.0.1', '127.0.0.1'],
      ['127.0.0.1', 'localhost'],
      ['127.0.0.2', '127.0.0.2'],
      ['127.9.8.7', '127.9.8.7'],
      ['::1', '[::1]'],
      ['::1', 'localhost'],
    ] as const) {
      it(`a TaskRouter at ${host} (${address}) is reached without it: proxySupport ${proxySupport}`, async function () {
        const server = answer();
        servers.push(server);
        const port = await listen(server, address);
        if (port === undefined) return this.skip();
        await set({ proxy: proxyUrl, proxySupport, proxyStrictSSL: false, noProxy: ['example.com'] });
        const client = createClient({
          fetch: networkFetch,
          origin: `http://${host}:${port}`,
          username,
          password,
        });
        assert.deepEqual((await client.list(workspaces, [])).rows, []);
        assert.deepEqual(proxied, []);
      });
    }
  }

  it('other addresses are reached through it', async () => {
    await set({ proxy: proxyUrl, proxySupport: 'override' });
    const response = await networkFetch('http://taskrouter.invalid/v1', {
      method: 'GET',
      headers: {},
      redirect: 'manual',
    });
    assert.equal(response.status, 502);
    assert.deepEqual(proxied.splice(0), ['http://taskrouter.invalid/v1 ']);
  });
});
