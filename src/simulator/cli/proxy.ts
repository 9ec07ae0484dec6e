import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createCertificates } from './certificates';

export interface Proxy {
  /** `http://127.0.0.1:` and the port. */
  readonly url: string;
  /** PEM of the certificate authority that a client must trust. */
  readonly ca: string;
  close(): Promise<void>;
}

const host = 'taskrouter.twilio.com';
export const proxiedOrigin = `https://${host}`;

/**
 * An HTTP proxy on 127.0.0.1, through which an unmodified client reaches `listener` as
 * https://taskrouter.twilio.com. It ends TLS itself, connects to nothing, and refuses every other host.
 */
export async function serveProxy(port: number, listener: RequestListener): Promise<Proxy> {
  const { ca, cert, key } = createCertificates(host, Date.now());
  const tunnels = new Set<Duplex>();
  const server = createTlsServer({ cert, key }, listener);
  // Requests for anything but a tunnel, for example those of web pages.
  const proxy = createServer((_request, response) => response.writeHead(403).end(onlyTunnels));
  proxy.on('connect', ({ url }: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A client may reset its tunnel at any time.
    socket.on('error', () => socket.destroy());
    if (url?.toLowerCase() !== `${host}:443`) {
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n\r\n${onlyTunnels}`);
      return;
    }
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    server.emit('connection', socket);
  });
  await new Promise<void>((resolve, reject) => {
    proxy.once('error', reject);
    proxy.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    ca,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
        proxy.closeAllConnections();
        for (const socket of tunnels) socket.destroy();
      }),
  };
}

const onlyTunnels = `This proxy only leads to ${host}, which the simulator answers.\n`;
