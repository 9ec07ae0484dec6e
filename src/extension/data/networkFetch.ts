import { pipeline } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import nodeFetch from 'node-fetch';
import type { Fetch } from '../../taskrouter/fetch';

/** A body that was cut ends where it was cut, as in node-fetch: its JSON tells. */
const unpacking = { chunkSize: 256 * 1024, finishFlush: constants.Z_SYNC_FLUSH };

/**
 * What the extension reaches the network with: node-fetch with no agent of our own, so that VS Code's proxy
 * settings hold. gzip is unpacked here, because node-fetch's pieces of 16 kB cost a long list as much as parsing it.
 */
export const networkFetch: Fetch = async (url, init) => {
  const headers = { ...init.headers, 'Accept-Encoding': 'gzip' };
  const response = await nodeFetch(url, { ...init, headers, compress: false });
  if (!response.body || !/^(x-)?gzip$/i.test(response.headers.get('content-encoding') ?? '')) return response;
  // Its failures reach whoever reads the body.
  const body = pipeline(response.body, createGunzip(unpacking), () => undefined);
  return { status: response.status, headers: response.headers, body };
};
