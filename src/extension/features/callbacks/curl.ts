import type { Attempt } from '../../../callbacks/deliver';
import { signatureHeader } from '../../../callbacks/signature';
import { inShell } from '../../../taskrouter/curl';
import { encodeParameters } from '../../../taskrouter/requests';
import { withoutUser } from './attemptView';

/** A callback as a shell sends it again: its signature is there, the token that made it is not. */
export function callbackCurl({ method, url, parameters, signature }: Attempt): string {
  return [
    `curl -X ${method} ${inShell(withoutUser(url))}`,
    ...(signature === undefined ? [] : [`-H ${inShell(`${signatureHeader}: ${signature}`)}`]),
    // Those of a GET are in its URL.
    ...(method === 'GET' ? [] : parameters).map(
      (parameter) => `-d ${inShell(encodeParameters([parameter]))}`,
    ),
  ].join(' \\\n  ');
}
