import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requestListener } from './requestListener';
import type { ListenerOptions } from './requestListener';

export interface Listening {
  /** `http://127.0.0.1:` and the port. */
  readonly url: string;
  /** Every origin under which it can be reached. */
  readonly origins: readonly string[];
  close(): Promise<void>;
}

const hostNames = ['127.0.0.1', 'localhost', '[::1]'];
/** A free port of 127.0.0.1 is rarely in use on ::1; three attempts find one that is free on both. */
const attempts = 3;

/**
 * Serves on loopback only: on 127.0.0.1, and on ::1 where the machine has it, since `localhost` may mean either.
 * Accepts only loopback names as Host.
 */
export async function serve(port: number, options: Omit<ListenerOptions, 'originOf'>): Promise<Listening> {
  const origins = new Set<string>();
  const originOf = ({ headers }: IncomingMessage) => {
    const origin = `http://${headers.host?.toLowerCase()}`;
    return origins.has(origin) ? origin : undefined;
  };
  const servers = await listenOnLoopback(port, requestListener({ ...options, originOf }));
  const taken = (servers[0]!.address() as AddressInfo).port;
  // URL omits the default port 80, as clients do.
  for (const name of hostNames) origins.add(new URL(`http://${name}:${taken}`).origin);
  return {
    url: `http://127.0.0.1:${taken}`,
    origins: [...origins],
    close: async () => void (await Promise.all(servers.map(close))),
  };
}

async function listenOnLoopback(port: number, listener: RequestListener): Promise<Server[]> {
  for (let attempt = 1; ; attempt++) {
    const v4 = await listen(port, '127.0.0.1', listener);
    try {
      return [v4, await listen((v4.address() as AddressInfo).port, '::1', listener)];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return [v4];
      await close(v4);
      if (code !== 'EADDRINUSE' || port !== 0 || attempt === attempts) throw error;
    }
  }
}

function listen(port: number, address: string, listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
