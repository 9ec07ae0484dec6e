import twilio from 'twilio';
import type { Simulator } from '../../../src/simulator/simulator';

/** The official helper, whose requests for TaskRouter, calls and alerts go to the simulator. */
export const helperFor = (simulator: Simulator, url: string) => clientFor(simulator, url).taskrouter.v1;

export function clientFor({ accountSid, authToken }: Simulator, url: string) {
  const client = new twilio.RequestClient();
  const request = client.request.bind(client);
  client.request = (options) =>
    request({
      ...options,
      uri: options.uri.replace(/^https:\/\/(taskrouter|api|monitor)\.twilio\.com/, url),
    });
  return twilio(accountSid, authToken, { httpClient: client });
}
