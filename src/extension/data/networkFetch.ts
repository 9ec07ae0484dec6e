import { pipeline } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import nodeFetch from 'node-fetch';
import type { Fetch } from '../../taskrouter/fetch';
import { isLoopbackOrigin } from '../../taskrouter/origin';
import { directFetch } from '../../taskrouter/directFetch';

/** A truncated body ends where it was cut, as in node-fetch; its JSON is then invalid. */
const unpacking = { chunkSize: 256 * 1024, finishFlush: constants.Z_SYNC_FLUSH };

/**
 * How the extension reaches the network. Twilio is reached with node-fetch and no agent of our own, so that VS Code's
 * proxy and certificate settings apply; a TaskRouter on this machine directly. gzip is unpacked here, because
 * node-fetch's chunks of 16 kB make reading a long list as slow as parsing it.
 */
export const networkFetch: Fetch = async (url, init) => {
  const headers = { ...init.headers, 'Accept-Encoding': 'gzip' };
  const response = isLoopbackOrigin(new URL(url).origin)
    ? await directFetch(url, { ...init, headers })
    : await nodeFetch(url, { ...init, headers, compress: false });
  if (!response.body || !/^(x-)?gzip$/i.test(response.headers.get('content-encoding') ?? '')) return response;
  // The reader of the body receives its failures.
  const body = pipeline(response.body, createGunzip(unpacking), () => undefined);
  return { status: response.status, headers: response.headers, body };
};
