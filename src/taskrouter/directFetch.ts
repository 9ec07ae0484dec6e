import { ClientRequest } from 'node:http';
import { Socket, type LookupFunction } from 'node:net';
import type { Fetch } from './fetch';

/** The addresses of localhost. DNS is not queried: it could name another machine. */
const loopback: LookupFunction = (_hostname, { all }, done) => {
  const addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  if (all) done(null, addresses);
  else done(null, '127.0.0.1', 4);
};

/**
 * Sends a request to this machine, bypassing every proxy. VS Code replaces `http.request`, and any agent passed to it, with
 * its own, which follow http.proxy and HTTP_PROXY. They exempt localhost, 127.0.0.1 and ::1, but not the rest of
 * 127.0.0.0/8, and a proxy reads the credentials of plain http. So this creates Node's request itself, on its own
 * socket. The connection is not reused: a closed one is only detected after a POST was written to it.
 */
export const directFetch: Fetch = (url, { method, headers, body, signal }) =>
  new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const address = { host, port: Number(port || 80), lookup: loopback };
    const request = new ClientRequest({
      ...address,
      path: pathname + search,
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
      },
      createConnection: () => new Socket().connect(address),
      ...(signal ? { signal } : {}),
    });
    request.on('error', reject);
    // Without a listener Node closes the socket, and neither resolves nor rejects. The body stays empty.
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode!, headers: { get: () => null }, body: null });
    });
    request.on('close', () => reject(new Error('The connection was closed before a response came.')));
    request.on('response', (response) =>
      resolve({
        status: response.statusCode!,
        headers: { get: (name) => response.headers[name.toLowerCase()]?.toString() ?? null },
        body: response,
      }),
    );
    request.end(body);
  });
