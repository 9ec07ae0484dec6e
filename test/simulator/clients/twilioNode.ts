import twilio from 'twilio';
import type { Simulator } from '../../../src/simulator/simulator';

/** The official helper, whose requests for TaskRouter go to the simulator. */
export function helperFor({ accountSid, authToken }: Simulator, url: string) {
  const client = new twilio.RequestClient();
  const request = client.request.bind(client);
  client.request = (options) =>
    request({ ...options, uri: options.uri.replace('https://taskrouter.twilio.com', url) });
  return twilio(accountSid, authToken, { httpClient: client }).taskrouter.v1;
}
