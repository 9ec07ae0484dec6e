import twilio from 'twilio';
import { canary, username } from './loopback';

/**
 * Twilio's own helper, pointed at a server on this machine: what it sends is what Twilio is used to.
 * Only the host is changed, after it has built its request.
 */
export function oracleAt(origin: string) {
  const httpClient = new twilio.RequestClient();
  const send = httpClient.request.bind(httpClient);
  httpClient.request = (options) =>
    send({ ...options, uri: options.uri.replace('https://taskrouter.twilio.com', origin) });
  return twilio(username, canary, { httpClient }).taskrouter.v1;
}

type Oracle = ReturnType<typeof oracleAt>;
/** A list, a context or a page of the helper, called with keys that the types cannot know here. */
export interface Callable {
  page(params: object): Promise<unknown>;
  update(params: object): Promise<unknown>;
  fetch(): Promise<unknown>;
}

/** What the helper reads out of the object it is given: every parameter that it knows, in its order. */
export async function keysRead(call: (params: object) => Promise<unknown>): Promise<string[]> {
  const keys: string[] = [];
  await call(
    new Proxy(
      {},
      {
        get(_target, key) {
          if (typeof key === 'string') keys.push(key);
          return undefined;
        },
      },
    ),
  );
  return keys;
}

/** The helper's list or context at a path of nouns and SIDs: `['Workspaces', ws, 'Tasks']`. */
export function at(oracle: Oracle, path: readonly string[]): Callable {
  let here = oracle as unknown as Record<string, (sid: string) => Record<string, never>>;
  let result: unknown = oracle;
  for (let i = 0; i < path.length; i += 2) {
    // The one segment that the helper names after its parent.
    const segment = path[i] === 'Channels' ? 'WorkerChannels' : path[i]!;
    const name = segment.charAt(0).toLowerCase() + segment.slice(1);
    const sid = path[i + 1];
    result = sid === undefined ? here[name] : here[name]!(sid);
    here = result as typeof here;
  }
  return result as Callable;
}
