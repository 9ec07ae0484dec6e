import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Simulator } from '../../src/simulator/simulator';
import { createSimulator } from '../../src/simulator/simulator';
import { openWorkbench, type Workbench } from './driver';
import { pass } from './twilioHosts';

describe('a proxy from the environment', () => {
  const proxied: string[] = [];
  const proxy = createServer((request, response) => {
    proxied.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, socket) => {
    proxied.push(`CONNECT ${request.url}`);
    socket.destroy();
  });
  let simulator: Simulator;
  let local: Server;
  let workbench: Workbench;
  const listen = (server: Server, address: string) =>
    new Promise<boolean>((resolve) =>
      server.once('error', () => resolve(false)).listen(0, address, () => resolve(true)),
    );
  const portOf = (server: Server) => (server.address() as AddressInfo).port;

  before(async function () {
    simulator = createSimulator({ seed: 7 });
    local = createServer((request, response) => void pass(simulator, request, response));
    // VS Code itself exempts 127.0.0.1. macOS has only that one.
    if (!(await listen(local, '127.0.0.2'))) return this.skip();
    await listen(proxy, '127.0.0.1');
    const url = `http://127.0.0.1:${portOf(proxy)}`;
    workbench = await openWorkbench({
      env: { HTTP_PROXY: url, http_proxy: url, HTTPS_PROXY: url, https_proxy: url, NODE_USE_ENV_PROXY: '1' },
      settings: { 'taskrouter.refreshInterval': 0 },
    });
    await workbench.openViews();
  });
  after(async () => {
    await workbench?.close();
    for (const server of [proxy, local]) {
      server.closeAllConnections();
      server.close();
    }
    simulator.stop();
  });

  it('receives nothing of a TaskRouter on this machine', async () => {
    const step = (number: number) => workbench.quickInput(`Connect to a Local TaskRouter (${number}/3)`);
    await workbench.command('TaskRouter: Connect to a Local TaskRouter');
    await step(1).type(`http://127.0.0.2:${portOf(local)}`);
    await step(2).type(simulator.accountSid);
    await step(3).type(simulator.authToken);
    await workbench
      .treeItem(/^Workspace Acme Support/)
      .first()
      .waitFor();
    assert.deepEqual(
      proxied.filter((line) => line.includes('127.0.0.2')),
      [],
    );
  });
});
