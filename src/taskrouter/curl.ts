import { unseenCharacter } from './characters';
import { isSecretParameter } from './instructions';
import { originOf } from './origin';
import type { TaskRouterRequest } from './requests';
import { encodeParameters, requestTarget } from './requests';

/** Where a request is sent, and with whose credentials. */
export interface Destination {
  /** Of TaskRouter; requests for another API go to its host in the same region. */
  readonly origin: string;
  /** Signed in with an API key, whose environment variables have other names than those of an Auth Token. */
  readonly apiKey?: boolean;
}

/** The environment variables of user name and password. */
export const credentials = ({ apiKey }: Destination) =>
  apiKey ? ['TWILIO_API_KEY', 'TWILIO_API_SECRET'] : ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'];

export const urlOf = (request: TaskRouterRequest, { origin }: Destination) =>
  originOf(request.host, origin) + requestTarget(request);

/** Words of a camelCase or PascalCase name. */
const words = (name: string) => name.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
export const snake = (name: string) => words(name).replaceAll(' ', '_');
export const kebab = (name: string) => words(name).replaceAll(' ', '-');
export const variable = (name: string) => snake(name).toUpperCase();

export const inShell = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * For sh, bash and zsh. curl sends `name=content` unchanged, even when the content begins with `@`. A value with
 * invisible characters is encoded: a terminal would interpret some of them when the command is pasted.
 */
export function curl(request: TaskRouterRequest, to: Destination): string {
  const [user, password] = credentials(to);
  return [
    `curl -X ${request.method} ${inShell(urlOf(request, to))}`,
    ...(request.ifMatch === undefined ? [] : [`-H ${inShell(`If-Match: ${request.ifMatch}`)}`]),
    ...(request.body ?? []).map(([name, value]) =>
      isSecretParameter(name)
        ? `--data-urlencode "${name}=$${variable(name)}"`
        : unseenCharacter.test(value)
          ? `-d ${inShell(encodeParameters([[name, value]]))}`
          : `--data-urlencode ${inShell(`${name}=${value}`)}`,
    ),
    `-u "$${user}:$${password}"`,
  ].join(' \\\n  ');
}
