import { createHmac } from 'node:crypto';
import type { Parameters } from '../taskrouter/requests';

export const signatureHeader = 'X-Twilio-Signature';

/**
 * The URL as the application sees it, and as its signature is computed: without a fragment, escaped as a browser does.
 * @throws TypeError for text that is not a URL
 */
export function urlToSign(url: string): string {
  const parsed = new URL(url);
  parsed.hash = '';
  return parsed.href;
}

/**
 * `X-Twilio-Signature` of a form-encoded request: HMAC-SHA1 of the full URL and each parameter, sorted by name, with the
 * Auth Token as the key. Helpers accept the URL with and without its port; for https, Twilio signs it as it was configured.
 * https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export function signatureOf(authToken: string, url: string, parameters: Parameters): string {
  const sorted = [...parameters].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const signed = urlToSign(url) + sorted.map(([name, value]) => name + value).join('');
  return createHmac('sha1', authToken).update(Buffer.from(signed)).digest('base64');
}
