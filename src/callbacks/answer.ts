import { parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import { lacksCall, parameterCodes, wrongTaskCodes } from '../taskrouter/errorCodes';
import type { Field } from '../taskrouter/fields';
import type { Instruction, InstructionName } from '../taskrouter/instructions';
import { instructionNamed } from '../taskrouter/instructions';
import { isNestedDeeper } from '../nesting';
import type { Message } from '../taskrouter/message';
import { inEnglish, message } from '../taskrouter/message';
import { nearest } from '../nearest';
import type { Parameters } from '../taskrouter/requests';
import { answerInstructions, answerKey, isDocumented } from './answerKeys';
import { readValue } from './answerValue';
import { failureTexts } from './failureTexts';
import type { Exchange, LoopbackResponse } from './loopback';

/**
 * What TaskRouter does next. Documented: an instruction of a correct answer applies; `{}` leaves the reservation pending;
 * anything but 200 with JSON within five seconds falls back, and without a fallback that answers, the reservation is
 * canceled. What becomes of a reservation whose answer has an error in it is not documented: Monitor shows an alert, and
 * this assumes that it stays pending until its timeout.
 * https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks and …/api/workflow
 */
export type Consequence = 'applies' | 'stays pending' | 'falls back' | 'cancels the reservation';

export interface AnswerProblem {
  /** An error keeps TaskRouter from doing what the answer says. */
  readonly severity: 'error' | 'warning' | 'info';
  readonly part: 'connection' | 'status' | 'headers' | 'body';
  /** In the body, in UTF-16 units; 0 and 0 elsewhere. */
  readonly offset: number;
  readonly length: number;
  /** In the body, such as `$.from`. */
  readonly path?: string;
  readonly message: Message;
  /** The alert that Monitor shows. https://www.twilio.com/docs/api/errors */
  readonly code?: number;
  /** Twilio's documentation does not say what TaskRouter does about it. */
  readonly undocumented?: true;
}

/** The key of the answer that a problem is about; undefined where it is about more than one value. */
export const fieldOf = ({ path = '$' }: AnswerProblem): string | undefined =>
  path === '$' ? undefined : path.slice('$.'.length);

/** `instruction: dequeu is unknown.`, for logs and command lines. */
export const problemInEnglish = (problem: AnswerProblem): string =>
  [fieldOf(problem), inEnglish(problem.message)].filter(Boolean).join(': ');

export interface Answer {
  readonly consequence: Consequence;
  readonly instruction?: InstructionName;
  /** By the keys of the instruction table: what the form shows, and what an update of the reservation takes. */
  readonly args: Readonly<Record<string, string | readonly string[]>>;
  readonly problems: readonly AnswerProblem[];
}

/** What would follow if the callback was one of TaskRouter. */
export const replayTexts: Readonly<Record<Consequence, Message>> = {
  applies: message('TaskRouter would carry out the instruction.'),
  'stays pending': message('The reservation would stay pending.'),
  'falls back': message('TaskRouter would call the fallback URL.'),
  'cancels the reservation': message('TaskRouter would cancel the reservation.'),
};

export const consequenceTexts: Readonly<Record<Consequence, Message>> = {
  applies: message('TaskRouter carries out the instruction.'),
  'stays pending': message('The reservation stays pending.'),
  'falls back': message('TaskRouter calls the fallback URL.'),
  'cancels the reservation': message('TaskRouter cancels the reservation.'),
};

/** Reads the response to the callback of an assignment with these parameters. */
export function readAnswer(exchange: Exchange, parameters: Parameters, hasFallback: boolean): Answer {
  const fails = (problem: Pick<AnswerProblem, 'part' | 'message' | 'code' | 'undocumented'>): Answer => ({
    consequence: hasFallback ? 'falls back' : 'cancels the reservation',
    args: {},
    problems: [{ severity: 'error', offset: 0, length: 0, ...problem }],
  });
  const { response, failure } = exchange;
  if (failure) {
    const part = response ? 'body' : 'connection';
    // Neither its limit nor what it does about half a body is documented.
    const unknown = failure === 'too large' || failure === 'half a body';
    return fails({ part, message: failureTexts[failure], ...(unknown && { undocumented: true }) });
  }
  if (!response) return fails({ part: 'connection', message: failureTexts['no connection'] });
  const refused = statusProblem(response) ?? contentTypeProblem(response);
  if (refused) return fails(refused);
  const compressed = compressionProblem(response);
  return compressed
    ? { consequence: 'stays pending', args: {}, problems: [compressed] }
    : readBody(response.body, contextOf(parameters));
}

/** A body that is compressed is no JSON to a client that did not ask for that. */
function compressionProblem({ headers }: LoopbackResponse): AnswerProblem | undefined {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.trim().toLowerCase() === 'identity') return undefined;
  return {
    ...{ severity: 'error', part: 'headers', offset: 0, length: 0, code: 40001, undocumented: true },
    message: message(
      'The body is compressed ({encoding}), which the callback does not ask for. Answer without Content-Encoding.',
      { encoding },
    ),
  };
}

/** What is wrong with the response to a callback of an event or of a status, which is not read. */
export function reportProblems({ response, failure }: Exchange): readonly AnswerProblem[] {
  const at = { offset: 0, length: 0 };
  if (failure || !response)
    return [
      {
        ...{ ...at, severity: 'error', message: failureTexts[failure ?? 'no connection'] },
        part: response ? 'body' : 'connection',
      },
    ];
  const { status } = response;
  if (status >= 200 && status < 300) return [];
  const text = message('The status is {status}. Answer with 200 instead.', { status });
  return [{ ...at, severity: 'warning', part: 'status', message: text }];
}

function statusProblem({
  status,
  headers,
}: LoopbackResponse): Pick<AnswerProblem, 'part' | 'message'> | undefined {
  if (status === 200) return undefined;
  const location = headers['location'];
  if (status >= 300 && status < 400 && location !== undefined) {
    const args = { status, location };
    return {
      part: 'status',
      message: message('{status} redirects to {location}. Answer with 200 instead.', args),
    };
  }
  if (status === 401 || status === 403)
    return {
      part: 'status',
      message: message(
        'The status is {status}. TaskRouter expects 200. Applications that validate signatures answer so when their Auth Token or URL differs.',
        { status },
      ),
    };
  return { part: 'status', message: message('The status is {status}. TaskRouter expects 200.', { status }) };
}

function contentTypeProblem({
  headers,
  body,
}: LoopbackResponse): Pick<AnswerProblem, 'part' | 'message' | 'code'> | undefined {
  const type = headers['content-type'];
  if (type === undefined)
    return {
      part: 'headers',
      message:
        body.trim() === ''
          ? message(
              'Content-Type is missing and the body is empty. To handle the reservation later, answer with an empty JSON object as application/json.',
            )
          : message('Content-Type is missing. It must be application/json.'),
      code: 40000,
    };
  if (/^application\/json\s*(;|$)/i.test(type)) return undefined;
  return {
    part: 'headers',
    message: message('Content-Type is {type}. It must be application/json.', { type }),
    code: 40000,
  };
}

/** What the assignment says that an answer may leave out. */
interface Context {
  readonly contactUri: unknown;
  readonly taskAttributes: Readonly<Record<string, unknown>>;
}

function contextOf(parameters: Parameters): Context {
  const attributes = (parameter: string): Readonly<Record<string, unknown>> => {
    try {
      const value: unknown = JSON.parse(parameters.find(([key]) => key === parameter)?.[1] ?? '');
      return (value as Record<string, unknown> | null) ?? {};
    } catch {
      return {};
    }
  };
  return {
    contactUri: attributes('WorkerAttributes')['contact_uri'],
    taskAttributes: attributes('TaskAttributes'),
  };
}

/** Nobody reads more of them. */
const maxProblems = 100;
/** Instructions have two levels. */
const maxNesting = 100;

function readBody(body: string, context: Context): Answer {
  const pending = (...problems: readonly AnswerProblem[]): Answer => ({
    consequence: 'stays pending',
    args: {},
    problems,
  });
  const whole = (more: Pick<AnswerProblem, 'message' | 'code'>): AnswerProblem => ({
    ...{ severity: 'error', part: 'body', offset: 0, length: body.length, undocumented: true, path: '$' },
    ...more,
  });
  if (body.trim() === '') {
    const text = message(
      'The body is empty. To handle the reservation later, answer with an empty JSON object.',
    );
    return pending({ ...whole({ message: text }), severity: 'warning' });
  }
  if (isNestedDeeper(body, maxNesting)) {
    const text = message('The body is nested more than {levels} levels deep.', { levels: maxNesting });
    return pending(whole({ message: text }));
  }
  const errors: ParseError[] = [];
  const root = parseTree(body.replace(/^\uFEFF/, ' '), errors, { disallowComments: true });
  if (!root || errors.length) {
    const { error, offset, length } = errors[0] ?? { error: undefined, offset: 0, length: body.length };
    const reason =
      error === undefined ? 'value expected' : printParseErrorCode(error).replace(/\B[A-Z]/g, ' $&');
    const text = message('The body is not JSON: {reason}.', { reason: reason.toLowerCase() });
    return pending({ ...whole({ message: text, code: 40001 }), offset, length });
  }
  if (root.type !== 'object') return pending(whole({ message: message('The body must be a JSON object.') }));
  return readObject(root, context);
}

const at = (node: Node, path: string): Pick<AnswerProblem, 'part' | 'offset' | 'length' | 'path'> => ({
  part: 'body',
  offset: node.offset,
  length: node.length,
  path,
});

function readObject(root: Node, context: Context): Answer {
  // As JSON.parse does, the last of several members with one name counts.
  const nameOf = (member: Node) => String(member.children![0]!.value);
  const all = root.children ?? [];
  const members = new Map(all.map((member) => [nameOf(member), member] as const));
  const repeated = all.find((member) => members.get(nameOf(member)) !== member);
  if (members.size === 0) return { consequence: 'stays pending', args: {}, problems: [] };
  const refused = (node: Node, path: string, text: Message, code?: number): Answer => ({
    consequence: 'stays pending',
    args: {},
    problems: [
      {
        ...{ severity: 'error', ...at(node, path), message: text, undocumented: true },
        ...(code && { code }),
      },
    ],
  });
  const given = members.get('instruction')?.children?.[1];
  if (!given) return refused(root, '$', missingInstruction([...members.keys()]), 40005);
  const name = answerInstructions.find((one) => one === given.value);
  if (!name) return refused(given, '$.instruction', unknownInstruction(given), 55555);
  const answer = readParameters(instructionNamed(name), root, members, context);
  if (!repeated) return answer;
  const text = message('This key is repeated. The last one counts.');
  const problem = { severity: 'warning', message: text, undocumented: true } as const;
  const where = at(repeated.children![0]!, `$.${nameOf(repeated)}`);
  return { ...answer, problems: [...answer.problems, { ...problem, ...where }] };
}

function missingInstruction(keys: readonly string[]): Message {
  const similar = keys.find((key) => nearest(key, ['instruction']) !== undefined);
  return similar === undefined
    ? message(
        'The instruction is missing. To handle the reservation later, answer with an empty JSON object.',
      )
    : message('{key} is unknown. Did you mean instruction?', { key: similar });
}

function unknownInstruction({ type, value }: Node): Message {
  if (type !== 'string') return message('The instruction must be a string.');
  const suggestion = nearest(String(value), answerInstructions);
  const args = { instruction: String(value) };
  return suggestion === undefined
    ? message('{instruction} is not an instruction. TaskRouter knows {instructions}.', {
        ...args,
        instructions: answerInstructions.join(', '),
      })
    : message('{instruction} is unknown. Did you mean {suggestion}?', { ...args, suggestion });
}

function readParameters(
  instruction: Instruction,
  root: Node,
  members: ReadonlyMap<string, Node>,
  context: Context,
): Answer {
  const fields = new Map(instruction.fields.map((field) => [answerKey(instruction, field), field] as const));
  const args: Record<string, string | readonly string[]> = {};
  const problems: AnswerProblem[] = [];
  for (const [key, member] of members) {
    if (problems.length >= maxProblems) break;
    if (key === 'instruction') continue;
    const [name, value] = member.children!;
    const field = fields.get(key);
    if (!field) problems.push(unknownKey(instruction, key, name!, [...fields.keys()]));
    else {
      const read = readValue(field, value!);
      if (read.value !== undefined) args[field.key] = read.value;
      if (read.problem) {
        problems.push({
          ...{ severity: 'error', ...at(value!, `$.${key}`), message: read.problem, undocumented: true },
          ...codeOf(field),
        });
      } else {
        if (!isDocumented(instruction, field)) problems.push(undocumentedKey(key, name!));
      }
    }
  }
  for (const [key, field] of fields) {
    if (members.has(key)) continue;
    const missing = missingParameter(field, key, context, args);
    if (missing) problems.push({ ...at(root, '$'), ...missing });
  }
  const { name } = instruction;
  const given = members.get('instruction')!.children![1]!;
  if (lacksCall(name, context.taskAttributes))
    problems.push({
      ...{ severity: 'error', ...at(given, '$.instruction'), code: wrongTaskCodes[name], undocumented: true },
      message: message(
        'TaskRouter refuses {instruction} for this task: its attributes have no call_sid, which <Enqueue> adds.',
        { instruction: name },
      ),
    });
  const works = !problems.some(({ severity }) => severity === 'error');
  return {
    consequence: works ? 'applies' : 'stays pending',
    instruction: instruction.name as InstructionName,
    args,
    problems,
  };
}

const codeOf = ({ key }: Field) => (parameterCodes[key] === undefined ? {} : { code: parameterCodes[key] });

function unknownKey(
  instruction: Instruction,
  key: string,
  node: Node,
  known: readonly string[],
): AnswerProblem {
  const suggestion = nearest(key, known);
  return {
    ...{ severity: 'warning', ...at(node, `$.${key}`), undocumented: true },
    message: suggestion
      ? message('Unknown parameter. Did you mean {suggestion}?', { suggestion })
      : message('Not a parameter of {instruction}.', { instruction: instruction.name }),
  };
}

const undocumentedKey = (key: string, node: Node): AnswerProblem => ({
  ...{ severity: 'info', ...at(node, `$.${key}`), undocumented: true },
  message: message('Twilio documents this parameter for the API only, not for answers to callbacks.'),
});

/** What follows from a parameter that the answer leaves out; fills it in where TaskRouter does. */
function missingParameter(
  field: Field,
  key: string,
  { contactUri, taskAttributes }: Context,
  args: Record<string, string | readonly string[]>,
): Omit<AnswerProblem, 'part' | 'offset' | 'length' | 'path'> | undefined {
  const error = (text: Message) =>
    ({ severity: 'error', message: text, undocumented: true, ...codeOf(field) }) as const;
  if (field.key === 'dequeueFrom') {
    const dialed = taskAttributes['to'];
    if (typeof dialed !== 'string' || field.problemOf(dialed))
      return error(
        message(
          'The parameter from is missing, and the task’s attributes do not say which number was dialed.',
        ),
      );
    args[field.key] = dialed;
    return undefined;
  }
  if (field.key === 'workerActivitySid') {
    const text = message(
      'The parameter activity_sid is missing: TaskRouter may offer the worker the same task again.',
    );
    return { severity: 'warning', message: text };
  }
  if (field.requiredWithoutContactUri && typeof contactUri !== 'string')
    return error(message('{key} is missing, and the worker’s attributes have no contact_uri.', { key }));
  return field.required ? error(message('{key} is missing.', { key })) : undefined;
}
