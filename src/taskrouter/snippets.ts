import type { TaskRouterRequest } from './requests';
import { encodeParameters, requestTarget } from './requests';

/** A request as a colleague can read or run it. Credentials are named, never written: the request has none. */
export interface Snippet {
  readonly name: string;
  readonly text: (request: TaskRouterRequest, origin: string) => string;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function http(request: TaskRouterRequest, origin: string): string {
  return [
    `${request.method} ${requestTarget(request)} HTTP/1.1`,
    `Host: ${new URL(origin).host}`,
    'Authorization: Basic <credentials>',
    ...(request.ifMatch === undefined ? [] : [`If-Match: ${request.ifMatch}`]),
    ...(request.body
      ? [
          'Content-Type: application/x-www-form-urlencoded',
          '',
          encodeParameters(request.body).replaceAll('&', '\n&'),
        ]
      : []),
  ].join('\n');
}

function curl(request: TaskRouterRequest, origin: string): string {
  return [
    `curl -X ${request.method} ${quoted(origin + requestTarget(request))}`,
    ...(request.body ?? []).map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`),
    ...(request.ifMatch === undefined ? [] : [`-H ${quoted(`If-Match: ${request.ifMatch}`)}`]),
    '-u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"',
  ].join(' \\\n  ');
}

/** https://www.twilio.com/docs/usage/requests-to-twilio */
export const snippets: readonly Snippet[] = [
  { name: 'HTTP', text: http },
  { name: 'curl', text: curl },
];
