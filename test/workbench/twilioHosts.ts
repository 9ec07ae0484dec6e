import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Simulator } from '../../src/simulator/simulator';
import { defaultOrigin } from '../../src/taskrouter/origin';

/**
 * A proxy on this machine behind which all of Twilio's hosts are: those in `taskRouters` answer as a simulator does,
 * the others refuse the credentials. `settings` and `env` are those of somebody whose network has such a proxy.
 */
export async function openTwilioHosts(taskRouters: Readonly<Record<string, Simulator>>) {
  /** Host and port of each connection that was asked for. */
  const connected: string[] = [];
  const pem = readFileSync(path.join(__dirname, '../safety/selfSigned.pem'));
  const secure = createSecureServer({ key: pem, cert: pem }, (request, response) => {
    const simulator = taskRouters[request.headers.host ?? ''];
    if (simulator) return void pass(simulator, request, response);
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ code: 20003, message: 'Authenticate', status: 401 }));
  });
  const proxy = createServer((_request, response) => response.writeHead(403).end());
  proxy.on('connect', (request, socket) => {
    connected.push(request.url!);
    socket.on('error', () => socket.destroy());
    socket.write('HTTP/1.1 200 Connected\r\n\r\n');
    secure.emit('connection', socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    connected,
    settings: { 'http.proxy': `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
    /** No certificate of Twilio's is at hand. */
    env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    close() {
      secure.closeAllConnections();
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

/** Answers a request as the simulator does. */
export async function pass(
  simulator: Simulator,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const headers: Record<string, string> = {};
  for (const name of ['authorization', 'if-match', 'content-type'] as const) {
    if (request.headers[name]) headers[name] = request.headers[name];
  }
  const answer = await simulator.fetch(defaultOrigin + request.url!, {
    method: request.method as 'GET' | 'POST',
    headers,
    body,
    redirect: 'manual',
  });
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  for await (const chunk of answer.body!) response.write(chunk);
  response.end();
}
