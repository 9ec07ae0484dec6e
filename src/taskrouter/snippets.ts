import { unseenCharacter } from './characters';
import type { Destination } from './curl';
import { credentials, curl, inShell, kebab, snake, urlOf, variable } from './curl';
import { fieldNamed, isSecretParameter } from './instructions';
import type { Message } from './message';
import { message } from './message';
import type { TaskRouterRequest } from './requests';
import { encodeParameters, requestTarget } from './requests';
import type { SnippetTarget } from './snippetTarget';
import { resourceNames, targetOf } from './snippetTarget';

/**
 * A request as a colleague can read or run it. Credentials are named, never written: the request has none, and
 * what it may hold of another secret (a SIP password) is left out; an environment variable stands in.
 */
export interface Snippet {
  readonly name: string;
  /** VS Code's id of the language that it is written in. */
  readonly language: string;
  readonly write: (request: TaskRouterRequest, to: Destination) => Written;
}

export interface Written {
  /** Absent when this request cannot be said that way. */
  readonly text?: string;
  /** What the snippet omits, and why: a whole sentence. */
  readonly note?: Message;
}

const keyOf = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

function http(request: TaskRouterRequest, to: Destination): string {
  const parameters = (request.body ?? []).map(([name, value]) =>
    isSecretParameter(name) ? `${name}=<${variable(name)}>` : encodeParameters([[name, value]]),
  );
  return [
    `${request.method} ${requestTarget(request)} HTTP/1.1`,
    `Host: ${new URL(urlOf(request, to)).host}`,
    'Authorization: Basic <credentials>',
    ...(request.ifMatch === undefined ? [] : [`If-Match: ${request.ifMatch}`]),
    ...(parameters.length
      ? ['Content-Type: application/x-www-form-urlencoded', '', parameters.join('\n&')]
      : []),
  ].join('\n');
}

const inPowerShell = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * Windows PowerShell drops double quotes from what it hands to a program, and newer ones do not: so none is
 * handed over. Values go out encoded, and a header that has quotes comes through the pipe.
 */
function powerShell(request: TaskRouterRequest, to: Destination): string {
  const [user, password] = credentials(to);
  const { ifMatch } = request;
  const header = ifMatch === undefined ? '' : `${inPowerShell(`If-Match: ${ifMatch}`)} | `;
  return [
    // Not `curl`: that is another command's alias there.
    `${header}curl.exe -X ${request.method} ${inPowerShell(urlOf(request, to))}`,
    ...(ifMatch === undefined ? [] : [`-H '@-'`]),
    ...(request.body ?? []).map(([name, value]) =>
      isSecretParameter(name)
        ? `--data-urlencode "${name}=\${env:${variable(name)}}"`
        : `-d ${inPowerShell(encodeParameters([[name, value]]))}`,
    ),
    `-u "\${env:${user}}:\${env:${password}}"`,
  ].join(' `\n  ');
}

/** The text with each invisible character escaped by `escape`. */
const escaped = (text: string, escape: (character: string) => string) =>
  text.replace(new RegExp(unseenCharacter, 'gu'), escape);

/** `\u200b` for each half of a character: JavaScript and JSON read it alike. */
const inUnits = (character: string) =>
  [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');

/** Python reads `\u` and four digits as one whole character, `\U` and eight for those beyond. */
const inCodePoints = (character: string) =>
  character.length === 1
    ? inUnits(character)
    : `\\U${character.codePointAt(0)!.toString(16).padStart(8, '0')}`;

const quoted = (text: string, escape: (character: string) => string) =>
  `'${escaped(text.replace(/[\\']/g, '\\$&'), escape)}'`;
const inJavaScript = (text: string) => quoted(text, inUnits);
const inPython = (text: string) => quoted(text, inCodePoints);

interface Language {
  readonly text: (value: string) => string;
  readonly boolean: (value: boolean) => string;
  readonly environment: (name: string) => string;
}

/** Those of tasks, workers and their channels that are no parameters of an instruction, and no text. */
const otherControls: Readonly<Record<string, 'boolean' | 'integer'>> = {
  ...{ Priority: 'integer', Capacity: 'integer' },
  ...{ Available: 'boolean', IgnoreCapacity: 'boolean', RejectPendingReservations: 'boolean' },
};
const controlOf = (name: string) => fieldNamed(name)?.control ?? otherControls[name];

/** The parameters, each name once, with its value or values as this language writes them. */
function written(
  { body = [] }: TaskRouterRequest,
  { text, boolean, environment }: Language,
): [string, string][] {
  return [...new Set(body.map(([name]) => name))].map((name) => {
    const values = body.filter(([one]) => one === name).map(([, value]) => value);
    const [value = ''] = values;
    switch (controlOf(name)) {
      case 'password':
        return [name, environment(variable(name))];
      case 'choices':
        return [name, `[${values.map(text).join(', ')}]`];
      case 'boolean':
        return [name, boolean(value === 'true')];
      case 'integer':
        // `007` is sent as it was typed.
        return [name, /^(0|[1-9]\d*)$/.test(value) ? value : text(value)];
      default:
        return [name, text(value)];
    }
  });
}

function node(request: TaskRouterRequest, to: Destination): string | undefined {
  const target = targetOf(request, to);
  if (!target) return undefined;
  const environment = (name: string) => `process.env.${name}`;
  const options = [
    ...(to.apiKey ? [`accountSid: ${environment('TWILIO_ACCOUNT_SID')}`] : []),
    ...(target.edge ? [`edge: ${inJavaScript(target.edge)}`] : []),
    ...(target.region ? [`region: ${inJavaScript(target.region)}`] : []),
  ];
  const login = [
    ...credentials(to).map(environment),
    ...(options.length ? [`{ ${options.join(', ')} }`] : []),
  ];
  const { flag, state } = changedResource(target);
  const removes = target.operation === 'remove';
  const parameters = [
    ...(request.ifMatch === undefined ? [] : [`    ifMatch: ${inJavaScript(request.ifMatch)},`]),
    ...written(request, { text: inJavaScript, boolean: String, environment }).map(
      ([name, value]) => `    ${keyOf(name)}: ${value},`,
    ),
  ];
  return `const twilio = require('twilio');

const client = twilio(${login.join(', ')});
${target.customOrigin ? `client.taskrouter.baseUrl = ${inJavaScript(target.customOrigin)};\nclient.edge = client.region = undefined;\n` : ''}
client.taskrouter.v1
${target.steps.map(({ segment, sid }) => `  .${resourceNames[segment].node}${sid === undefined ? '' : `('${sid}')`}`).join('\n')}
  .${target.operation}(${parameters.length ? `{\n${parameters.join('\n')}\n  }` : ''})
  .then((${removes ? 'isDeleted' : flag}) => console.log(${removes ? 'isDeleted' : `${flag}.${state}`}));
`;
}

function python(request: TaskRouterRequest, to: Destination): string | undefined {
  const target = targetOf(request, to);
  if (!target) return undefined;
  const environment = (name: string) => `os.environ['${name}']`;
  const login = [
    ...credentials(to).map(environment),
    ...(to.apiKey ? [environment('TWILIO_ACCOUNT_SID')] : []),
    ...(target.edge ? [`edge=${inPython(target.edge)}`] : []),
    ...(target.region ? [`region=${inPython(target.region)}`] : []),
  ];
  const boolean = (value: boolean) => (value ? 'True' : 'False');
  const { flag, state } = changedResource(target);
  const removes = target.operation === 'remove';
  const result = removes ? 'is_deleted' : flag;
  const parameters = [
    ...(request.ifMatch === undefined ? [] : [`        if_match=${inPython(request.ifMatch)},`]),
    ...written(request, { text: inPython, boolean, environment }).map(
      // `from` is one of Python's own words.
      ([name, value]) => `        ${name === 'From' ? 'from_' : snake(name)}=${value},`,
    ),
  ];
  return `import os
from twilio.rest import Client

client = Client(${login.join(', ')})
${target.customOrigin ? `client.taskrouter.base_url = ${inPython(target.customOrigin)}\nclient.edge = client.region = None\n` : ''}
${result} = (
    client.taskrouter.v1
${target.steps.map(({ segment, sid }) => `    .${resourceNames[segment].python}${sid === undefined ? '' : `('${sid}')`}`).join('\n')}
    .${removes ? 'delete' : target.operation}(${parameters.length ? `\n${parameters.join('\n')}\n    ` : ''})
)
print(${removes ? result : `${result}.${snake(state)}`})
`;
}

/** What the target's last step is called. */
function changedResource({ steps }: SnippetTarget): { readonly flag: string; readonly state: string } {
  const names = resourceNames[steps.at(-1)!.segment];
  return { state: 'sid', ...names };
}

/** Its credentials are those of its profile, or of the same variables. */
function cli(request: TaskRouterRequest, to: Destination): Written {
  const target = targetOf(request, to);
  if (!target) return {};
  if (target.customOrigin) return { note: message('The Twilio CLI sends requests to Twilio only.') };
  const unseen = (request.body ?? []).find(
    ([name, value]) => !isSecretParameter(name) && unseenCharacter.test(value),
  );
  if (unseen)
    return {
      note: message(
        '{parameter} contains an invisible character, which cannot be passed to the CLI safely.',
        {
          parameter: unseen[0],
        },
      ),
    };
  const flag = ([name, value]: readonly [string, string]) => {
    if (isSecretParameter(name)) return `--${kebab(name)} "$${variable(name)}"`;
    if (controlOf(name) !== 'boolean') return `--${kebab(name)} ${inShell(value)}`;
    return value === 'true' ? `--${kebab(name)}` : `--no-${kebab(name)}`;
  };
  const where = [
    ...(target.region ? [`TWILIO_REGION=${target.region} `] : []),
    ...(target.edge ? [`TWILIO_EDGE=${target.edge} `] : []),
  ];
  const path = target.steps.map(({ segment }) => resourceNames[segment].cli).join(':');
  const text = [
    `${where.join('')}twilio api:taskrouter:v1:${path}:${target.operation}`,
    ...target.steps.flatMap(({ segment, sid }, i) => {
      const isOwn = i === target.steps.length - 1;
      return sid === undefined ? [] : [`--${isOwn ? '' : `${resourceNames[segment].flag}-`}sid ${sid}`];
    }),
    ...(request.ifMatch === undefined ? [] : [`--if-match ${inShell(request.ifMatch)}`]),
    ...(request.body ?? []).map(flag),
  ].join(' \\\n  ');
  return { text };
}

/** Twilio lists no keys of a conference: these are in its examples, and in answers that others have published. */
const answersToConference = new Set([
  ...['to', 'from', 'timeout', 'post_work_activity_sid', 'beep', 'wait_url'],
  ...['end_conference_on_exit', 'end_conference_on_customer_exit', 'conference_record'],
  ...['conference_status_callback', 'conference_status_callback_event'],
  ...['recording_status_callback', 'recording_status_callback_method'],
]);

/** Without its instruction's name in front: `DequeueTo` is `to` there, `RedirectCallSid` is `call_sid`. */
function answerKey(instruction: string, name: string): string | undefined {
  if (name === 'WorkerActivitySid') return 'activity_sid';
  if (name === 'DequeueStatusCallbackEvent') return 'status_callback_events';
  const key = snake(name);
  if (instruction === 'conference') return answersToConference.has(key) ? key : undefined;
  return key.replace(`${instruction}_`, '');
}

/**
 * What an assignment callback would answer to the same effect: lists as one text, and every other value as its kind.
 * https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks
 */
function callbackAnswer(request: TaskRouterRequest): Written {
  if (!/\/Reservations\/\w+$/.test(request.path)) return {};
  const [[first, value] = ['', ''], ...rest] = request.body ?? [];
  const byStatus: Record<string, string> = { accepted: 'accept', rejected: 'reject' };
  const instruction = first === 'ReservationStatus' ? byStatus[value] : value;
  if (instruction === undefined || instruction === 'supervise')
    return {
      note: message('Not available: an assignment callback can only be answered for a pending reservation.'),
    };
  const answer: Record<string, string | number | boolean> = { instruction };
  const missing: string[] = [];
  for (const name of new Set(rest.map(([one]) => one))) {
    const key = answerKey(instruction, name);
    if (key === undefined) {
      missing.push(name);
      continue;
    }
    const values = rest.filter(([one]) => one === name).map(([, each]) => each);
    const { control } = fieldNamed(name) ?? {};
    answer[key] =
      control === 'boolean'
        ? values[0] === 'true'
        : control === 'integer'
          ? Number(values[0])
          : values.join(',');
  }
  const text = escaped(JSON.stringify(answer, null, 2), (one) => (one === '\n' ? one : inUnits(one)));
  if (missing.length === 0) return { text };
  return {
    text,
    note: message('Left out, because a callback response does not support them: {parameters}.', {
      parameters: missing.join(', '),
    }),
  };
}

const always =
  (write: (request: TaskRouterRequest, to: Destination) => string | undefined) =>
  (request: TaskRouterRequest, to: Destination): Written => {
    const text = write(request, to);
    return text === undefined ? {} : { text };
  };

/** https://www.twilio.com/docs/usage/requests-to-twilio */
export const snippets: readonly Snippet[] = [
  { name: 'HTTP', language: 'plaintext', write: always(http) },
  { name: 'curl', language: 'shellscript', write: always(curl) },
  { name: 'PowerShell', language: 'powershell', write: always(powerShell) },
  { name: 'Node', language: 'javascript', write: always(node) },
  { name: 'Python', language: 'python', write: always(python) },
  { name: 'Twilio CLI', language: 'shellscript', write: cli },
  { name: 'Callback response', language: 'json', write: callbackAnswer },
];
